"""ResNeXt: Xie et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, same, timm, timm_meta

VARIATIONS = [  # the other templates of the paper's Table 2, as complex as 32x4d; 1x64d is ResNet-50
    ("resnext50_32x4d", {"cardinality": 1, "width": 64}, Figures(25_557_032, 4_089_184_256, 50, 427, buffers=53_173)),
    ("resnext50_32x4d", {"cardinality": 2, "width": 40}, Figures(25_425_000, 4_124_508_160, 50, 427, buffers=56_949)),
    ("resnext50_32x4d", {"cardinality": 4, "width": 24}, Figures(25_292_968, 4_159_832_064, 50, 427, buffers=60_725)),
    ("resnext50_32x4d", {"cardinality": 8, "width": 14}, Figures(25_603_016, 4_267_409_408, 50, 427, buffers=64_501)),
]


def as_in_torchvision(
    depths: tuple[int, ...], cardinality: int, width: int, size: tuple[int, ...], classes: int = 1000
) -> Case:
    """Torchvision's class, of any numbers."""
    settings = {"cardinality": cardinality, "width": width, "depths": str(list(depths)), "classes": classes}
    build = built("resnext", "resnext", depths, cardinality, width, classes)
    return Case("resnext50_32x4d", "torchvision", build, settings, size)


def resnext152(size: tuple[int, ...]) -> Case:
    return Case("resnext152_32x4d", "torchvision", built("resnext", "resnext", (3, 8, 36, 3), 32, 4), {}, size)


SAME = [
    same("resnext50_32x4d", (3, 135, 182), classes=37),
    *(same(name, (3, 64, 64)) for name in ("resnext101_32x8d", "resnext101_64x4d")),
    Case("resnext101_32x4d", "timm", timm("resnext101_32x4d"), {}, (3, 64, 64)),
    Case("resnext50_32x4d", "timm", timm("resnext50_32x4d"), {}, (3, 96, 96)),
    resnext152((3, 64, 64)),
    as_in_torchvision((1, 2, 1, 1), 8, 14, (3, 64, 64)),
]
COUNTED = [
    same("resnext50_32x4d", (3, 320, 256), classes=37),
    *(same(name) for name in ("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d")),
    Case("resnext101_32x4d", "timm", timm_meta("resnext101_32x4d"), {}),
    resnext152((3, 224, 224)),
    *(as_in_torchvision((3, 4, 6, 3), cardinality, width, (3, 224, 224)) for cardinality, width in ((2, 40), (4, 24), (8, 14))),
    as_in_torchvision((2, 1, 3, 2), 16, 8, (3, 201, 333), classes=37),
]
SPOILED = [
    Spoiled(as_in_torchvision((1, 2, 1, 1), 8, 14, (3, 64, 64)), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
        Mistake("MaxPool2d", {"padding": 0, "ceil_mode": True}),
    ], every=4),
]  # fmt: skip
