"""Wide ResNet for CIFAR: Zagoruyko and Komodakis 2016."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, expected, pytorchcv

FIGURES = expected("wide_resnet")
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
