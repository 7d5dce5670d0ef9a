"""SENet: Hu et al. 2017."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, timm, timm_meta

LATER: dict[str, Any] = {"v1": False, "caffe_pool": False}  # as timm's newer ones, which torchvision's ResNets underlie
VARIATIONS = [
    ("se_resnet50", LATER, Figures(28_088_024, 4_091_699_200, buffers=53_173)),
]
LEGACY = {
    "se_resnet50": "legacy_seresnet50",
    "se_resnet101": "legacy_seresnet101",
    "se_resnet152": "legacy_seresnet152",
    "se_resnext50": "legacy_seresnext50_32x4d",
    "se_resnext101": "legacy_seresnext101_32x4d",
    "senet154": "legacy_senet154",
}


def later(name: str, theirs: str, size: tuple[int, ...], classes: int = 1000) -> Case:
    return Case(name, "timm", timm(theirs, num_classes=classes), {**LATER, "classes": classes}, size)


def se_resnext152(size: tuple[int, ...]) -> Case:
    """Of timm's class: no library has it by name."""
    return Case("se_resnext152", "timm", built("senet", "se_resnext", (3, 8, 36, 3), 16, 1000), {}, size)


def reduced(reduction: int) -> Case:
    """A short one, with gates that are wider in their middle."""
    settings = {"reduction": reduction, "depths": "[1, 2, 1, 1]", "classes": 37}
    return Case("se_resnext50", "timm", built("senet", "se_resnext", (1, 2, 1, 1), reduction, 37), settings, (3, 64, 64))


SAME = [
    Case("se_resnet50", "timm", timm("legacy_seresnet50", num_classes=37), {"classes": 37}, (3, 135, 182)),
    *(Case(name, "timm", timm(LEGACY[name]), {}, (3, 64, 64)) for name in LEGACY if name != "se_resnet50"),
    se_resnext152((3, 64, 64)),
    reduced(4),
    later("se_resnet50", "seresnet50", (3, 135, 182)),
    later("se_resnext50", "seresnext50_32x4d", (3, 96, 96), classes=37),
]
COUNTED = [
    *(Case(name, "timm", timm_meta(theirs), {}) for name, theirs in LEGACY.items()),
    se_resnext152((3, 224, 224)),
    Case("senet154", "timm", timm_meta("legacy_senet154"), {}, (3, 320, 320)),
    later("se_resnet50", "seresnet50", (3, 320, 256), classes=37),
    Case("senet154", "timm", timm_meta("senet154"), {"caffe_pool": False}, (3, 201, 333)),
]
TRAINED = [reduced(4)]
SPOILED = [
    Spoiled(reduced(4), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("Sigmoid", "Hardsigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
        Mistake("MaxPool2d", {"padding": 1, "ceil_mode": False}),
    ], every=4),
]  # fmt: skip
