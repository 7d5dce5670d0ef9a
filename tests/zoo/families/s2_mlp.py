"""S2-MLP: Yu et al. 2021."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected

FIGURES = expected("s2_mlp")
VARIATIONS = [("s2_mlp_deep", {"expand": 3}, Figures(43_286_632, 8_381_783_040))]
SIZES = {"s2_mlp_wide": {"width": 768, "depth": 12}, "s2_mlp_deep": {"width": 384, "depth": 36}}
# What is added to the features is kept small, and so are biases, else LayerNorm's eps would make no difference that shows.
SCALED = ((r"^[01]\.weight|^\d+\.bias|shift\.fc2", 0.02),)
SMALL, USUAL = (3, 96, 80), (3, 224, 224)


def of_timm(name: str, size: tuple[int, ...], **settings: Any) -> Case:
    """A network of timm's perceptrons."""
    return Case(name, "timm", built("s2_mlp", "s2_mlp", **{**SIZES[name], **settings}), settings, size, scaled=SCALED)


SAME = [
    *(of_timm(name, SMALL) for name in FIGURES),
    of_timm("s2_mlp_wide", (3, 71, 94), width=64, depth=3, expand=3, patch=8, classes=37),
]
COUNTED = [
    *(of_timm(name, USUAL) for name in FIGURES),
    of_timm("s2_mlp_deep", (3, 320, 256), classes=37, expand=3, patch=8),
    of_timm("s2_mlp_wide", (3, 201, 333), width=48, depth=5),
]
SMALLEST = of_timm("s2_mlp_wide", (3, 40, 56), width=64, depth=2, expand=3, patch=8, classes=37)
TRAINED = [SMALLEST]
SPOILED = [
    Spoiled(SMALLEST, [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("layernorm", {"eps": 1e-6}),
        Mistake("spatial_shift", "Identity"),
    ]),
]  # fmt: skip
