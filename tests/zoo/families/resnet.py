"""ResNet: He et al. 2015."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv, same, timm, timm_meta

VARIATIONS = [
    ("resnet50", {"v1": True}, Figures(25_557_032, 3_857_973_248, 50, 483)),
    ("resnet101", {"v1": True}, Figures(44_549_160, 7_570_194_432, 101, 1027)),
    ("resnet152", {"v1": True}, Figures(60_192_808, 11_282_415_616, 152, 1507)),
    # as many as the plain networks have: these shortcuts learn nothing
    ("resnet18", {"shortcut": "option_a"}, Figures(11_515_688, 1_794_805_760, 18)),
    ("resnet34", {"shortcut": "option_a"}, Figures(21_623_848, 3_644_493_824, 34)),
]
PLAIN = [("plain18", "resnet18"), ("plain34", "resnet34")]


def with_shortcut(option: str, name: str, size: tuple[int, ...] = (3, 224, 224), classes: int = 1000) -> Case:
    """A model with other shortcuts than torchvision's."""
    build = built("resnet", "resnet_with", option, name, classes)
    return Case(name, "torchvision", build, {"shortcut": option, "classes": classes}, size)


def plain(name: str, residual: str, size: tuple[int, ...], classes: int = 1000) -> Case:
    """A model without shortcuts."""
    return Case(name, "torchvision", built("resnet", "resnet_with", "none", residual, classes), {"classes": classes}, size)


SAME = [
    same("resnet50"),
    *(same(name, (3, 135, 182), classes=37) for name in ("resnet18", "resnet50")),
    *(same(name, (3, 64, 64)) for name in ("resnet34", "resnet101", "resnet152")),
    Case("resnet50", "torchvision", built("resnet", "resnet_v1", "resnet50"), {"v1": True}, (3, 96, 96)),
    *(Case(name, "timm", timm(name), {}, (3, 96, 96)) for name in ("resnet18", "resnet50")),
    Case("resnet200", "timm", timm("resnet200"), {}, (3, 64, 64)),
    *(with_shortcut(option, "resnet18", (3, 99, 70), classes=37) for option in ("option_a", "option_c")),
    *(with_shortcut(option, "resnet50", (3, 64, 64)) for option in ("option_a", "option_c")),
    with_shortcut("option_a", "resnet34", (3, 64, 64)),
    *(plain(*names, (3, 70, 99), classes=37) for names in PLAIN),
]
COUNTED = [
    *(same(name, size, classes=37) for name in ("resnet18", "resnet50") for size in ((3, 320, 256), (3, 201, 333))),
    *(same(name, classes=37) for name in ("resnet34", "resnet101", "resnet152")),
    Case("resnet50", "pytorchcv", pytorchcv("resnet50"), {"v1": True}),
    Case("resnet200", "timm", timm_meta("resnet200"), {}),
    *(with_shortcut(option, name) for option in ("option_a", "option_c") for name in ("resnet18", "resnet34")),
    *(plain(*names, (3, 224, 224)) for names in PLAIN),
]
TRAINED = [same("resnet18", (3, 64, 64))]
SPOILED = [
    Spoiled(same("resnet18", (3, 64, 64)), [
        Mistake("ReLU", "Identity"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
        Mistake("BatchNorm2d", {"eps": 1e-6}, every=2),
        Mistake("MaxPool2d", {"padding": 0, "ceil_mode": True}),
    ], every=2),
]  # fmt: skip
