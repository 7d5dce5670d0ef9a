"""ResNet: He et al. 2015."""

from __future__ import annotations

from zoo.tables import Case, Figures, built, same, timm

FIGURES = {
    "resnet18": Figures(11_689_512, 1_814_073_344, 18, 435, buffers=9_620),
    "resnet34": Figures(21_797_672, 3_663_761_408, 34, 899, buffers=17_060),
    "resnet50": Figures(25_557_032, 4_089_184_256, 50, 427, buffers=53_173),
    "resnet101": Figures(44_549_160, 7_801_405_440, 101, 971, buffers=105_448),
    "resnet152": Figures(60_192_808, 11_513_626_624, 152, 1451, buffers=151_579),
}
VARIATIONS = [
    ("resnet50", {"v1": True}, Figures(25_557_032, 3_857_973_248, 50, 483)),
    ("resnet101", {"v1": True}, Figures(44_549_160, 7_570_194_432, 101, 1027)),
    ("resnet152", {"v1": True}, Figures(60_192_808, 11_282_415_616, 152, 1507)),
]
SAME = [
    same("resnet50"),
    *(same(name, (3, 135, 182), classes=37) for name in ("resnet18", "resnet50")),
    *(same(name, (3, 64, 64)) for name in ("resnet34", "resnet101", "resnet152")),
    Case("resnet50", "torchvision", built("resnet", "resnet_v1", "resnet50"), {"v1": True}, (3, 96, 96)),
    *(Case(name, "timm", timm(name), {}, (3, 96, 96)) for name in ("resnet18", "resnet50")),
]
COUNTED = [
    *(same(name, size, classes=37) for name in ("resnet18", "resnet50") for size in ((3, 320, 256), (3, 201, 333))),
    *(same(name, classes=37) for name in ("resnet34", "resnet101", "resnet152")),
]
