"""Wide ResNet for CIFAR: Zagoruyko and Komodakis 2016."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv

FIGURES = {  # of the convolutions in the name three are projections beside the longest way; the classifier adds a layer
    "wrn_16_8": Figures(10_961_370, 1_548_145_664, 16 - 2),
    "wrn_16_10": Figures(17_116_634, 2_412_173_568, 16 - 2),
    "wrn_22_8": Figures(17_158_106, 2_454_115_328, 22 - 2),
    "wrn_22_10": Figures(26_797_914, 3_827_751_168, 22 - 2),
    "wrn_28_10": Figures(36_479_194, 5_243_328_768, 28 - 2),
    "wrn_28_12": Figures(52_517_850, 7_543_905_792, 28 - 2),
    "wrn_40_1": Figures(563_930, 83_280_512, 40 - 2),
    "wrn_40_2": Figures(2_243_546, 327_599_360, 40 - 2),
    "wrn_40_4": Figures(8_949_210, 1_298_582_016, 40 - 2),
    "wrn_40_8": Figures(35_748_314, 5_172_024_320, 40 - 2),
}
VARIATIONS = [("wrn_28_10", {"drop": "0.3"}, FIGURES["wrn_28_10"])]  # dropout is nothing at inference
CIFAR = (3, 32, 32)


def wide(name: str, size: tuple[int, ...] = CIFAR, classes: int = 10, **settings: int) -> Case:
    """A model, with another depth or width if wanted."""
    _, depth, width = name.split("_")
    given = {"depth": int(depth), "width": int(width)} | settings
    build = built("wide_resnet", "wide_resnet", (given["depth"] - 4) // 6, given["width"], classes)
    return Case(name, "pytorchcv", build, settings | {"classes": classes}, size)


SAME = [
    wide("wrn_16_8"),
    wide("wrn_40_1"),
    wide("wrn_40_2", classes=100),
    *(wide(name, (3, 16, 20)) for name in ("wrn_22_8", "wrn_28_10", "wrn_40_4")),
    wide("wrn_28_10", (3, 41, 28), classes=37, width=3),
    wide("wrn_28_10", depth=10, width=2),
    Case("wrn_16_10", "pytorchcv", pytorchcv("wrn16_10_cifar10"), {}, CIFAR),
]
COUNTED = [
    *(wide(name) for name in FIGURES),
    wide("wrn_28_10", (3, 320, 256), classes=37),
    *(
        Case(name, "pytorchcv", pytorchcv(f"{theirs}_cifar10"), {}, CIFAR)
        for name, theirs in (("wrn_16_10", "wrn16_10"), ("wrn_28_10", "wrn28_10"), ("wrn_40_8", "wrn40_8"))
    ),
]
SPOILED = [
    Spoiled(wide("wrn_28_10", (3, 16, 12), depth=10, width=2), [
        Mistake("ReLU", "Identity"),
        Mistake("BatchNorm2d", {"eps": 1e-3}),
    ]),
]  # fmt: skip
