"""gMLP: Liu et al. 2021."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, timm, timm_meta

THEIRS = {"gmlp_ti": "gmlp_ti16_224", "gmlp_s": "gmlp_s16_224", "gmlp_b": "gmlp_b16_224"}
# What is added to the tokens is kept small, else LayerNorm's eps would make no difference that shows.
SCALED = ((r"stem\.proj|fc2", 0.02),)


def of_any_numbers(size: tuple[int, int], patch: int, width: int, ratio: int, depth: int, classes: int) -> Case:
    """Timm's class, of any numbers."""
    settings = {"patch": patch, "width": width, "mlp": ratio * width, "depth": depth, "classes": classes}
    build = built("mixer", "gmlp", size, patch, width, depth, ratio, classes)
    return Case("gmlp_ti", "timm", build, settings, (3, *size), scaled=SCALED)


SAME = [
    *(Case(name, "timm", timm(theirs, img_size=64), {"resolution": 64}, (3, 64, 64), scaled=SCALED)
      for name, theirs in THEIRS.items()),
    of_any_numbers((64, 96), 8, 64, 4, 5, 37),
]  # fmt: skip
COUNTED = [
    *(Case(name, "timm", timm_meta(theirs), {}) for name, theirs in THEIRS.items()),
    Case("gmlp_s", "timm", timm_meta("gmlp_s16_224", img_size=(320, 256), num_classes=37), {"classes": 37}, (3, 320, 256)),
    of_any_numbers((224, 192), 32, 320, 3, 12, 37),
]
SMALL = of_any_numbers((32, 48), 8, 64, 4, 2, 37)
TRAINED = [SMALL]
SPOILED = [
    Spoiled(SMALL, [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("LayerNorm", {"eps": 1e-5}),  # of those that have another
        Mistake("split", "turned"),
    ]),
    # with small features to be gated, which the gate's own LayerNorm reads
    Spoiled(SMALL._replace(scaled=(*SCALED, (r"fc1", 0.05))), [Mistake("LayerNorm", {"eps": 1e-6})]),
]  # fmt: skip
