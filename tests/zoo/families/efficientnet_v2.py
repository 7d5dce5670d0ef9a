"""EfficientNetV2: Tan and Le 2021."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, same, timm

FIGURES = expected("efficientnet_v2")
VARIATIONS = [  # at the size at which torchvision's networks were counted
    ("efficientnet_v2_s", {"resolution": 224}, Figures(21_458_488, 2_849_895_872)),
    ("efficientnet_v2_m", {"resolution": 224}, Figures(54_139_356, 5_362_207_200)),
    ("efficientnet_v2_l", {"resolution": 224}, Figures(118_515_272, 12_231_188_544)),
]
TINY = (3, 64, 64)


def narrow_and_shallow(size: tuple[int, ...]) -> Case:
    build = built("efficientnet_v2", "scaled", 0.75, 0.5)
    return Case("efficientnet_v2_s", "timm", build, {"width": 0.75, "depth": 0.5}, size)


SAME = [
    *(same(name, TINY) for name in FIGURES),
    same("efficientnet_v2_s", (3, 71, 94), classes=37),
    Case("efficientnet_v2_s", "timm", timm("efficientnetv2_s", bn_eps=1e-3), {}, TINY),
    narrow_and_shallow(TINY),
    Case("efficientnet_v2_s", "torchvision", built("efficientnet_v2", "squeezed", 8), {"reduction": 8}, TINY),
]
COUNTED = [
    same("efficientnet_v2_s", (3, 384, 384)),
    *(same(name, (3, 480, 480)) for name in ("efficientnet_v2_m", "efficientnet_v2_l")),
    *(same(name) for name in FIGURES),
    *(same("efficientnet_v2_s", size, classes=37) for size in ((3, 320, 256), (3, 201, 333))),
    narrow_and_shallow((3, 384, 384)),
]
SPOILED = [
    Spoiled(narrow_and_shallow(TINY), [
        Mistake("SiLU", "ReLU", every=4),
        Mistake("SiLU", "Hardswish", every=4),
        Mistake("Sigmoid", "Hardsigmoid", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=4),
    ], every=16),
]  # fmt: skip
