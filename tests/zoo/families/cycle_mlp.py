"""CycleMLP: Chen et al. 2021."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Mistake, Spoiled, built

USUAL = [64, 128, 320, 512]
NETWORKS = {  # blocks of each stage, channels, and how much wider the MLPs are inside
    "cycle_mlp_b1": ([2, 2, 4, 2], USUAL, [4, 4, 4, 4]),
    "cycle_mlp_b2": ([2, 3, 10, 3], USUAL, [4, 4, 4, 4]),
    "cycle_mlp_b3": ([3, 4, 18, 3], USUAL, [8, 8, 4, 4]),
    "cycle_mlp_b4": ([3, 8, 27, 3], USUAL, [8, 8, 4, 4]),
    "cycle_mlp_b5": ([3, 4, 24, 3], [96, 192, 384, 768], [4, 4, 4, 4]),
}
# What is added to the features is kept small, and so are biases, else LayerNorm's eps would make no difference that shows.
SCALED = ((r"^0\.|^\d+\.bias|proj|^\d+\.3\.", 0.02),)
TINY, SMALL, USUAL_SIZE = (3, 64, 64), (3, 71, 94), (3, 224, 224)


def as_the_authors(name: str, size: tuple[int, ...], **settings: Any) -> Case:
    """Their network."""
    build = built("cycle_mlp", "cycle_mlp", *NETWORKS[name], **settings)
    return Case(name, "torchvision", build, settings, size, scaled=SCALED)


def small(size: tuple[int, ...]) -> Case:
    parts = {"depths": [1, 2, 1], "dims": [24, 40, 56], "expands": [2, 3, 4], "reach": 5}
    return Case("cycle_mlp_b1", "torchvision", built("cycle_mlp", "cycle_mlp", *parts.values()), parts, size, scaled=SCALED)


SAME = [*(as_the_authors(name, TINY) for name in NETWORKS), as_the_authors("cycle_mlp_b1", SMALL, classes=37), small(SMALL)]
COUNTED = [
    *(as_the_authors(name, USUAL_SIZE) for name in NETWORKS),
    as_the_authors("cycle_mlp_b2", (3, 320, 256), classes=37, reach=7),
    small((3, 201, 333)),
]
TRAINED = [small(SMALL)]
SPOILED = [
    Spoiled(small(SMALL), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("layernorm", {"eps": 1e-6}),
        Mistake("cycle_shift", "Identity"),
    ]),
]  # fmt: skip
