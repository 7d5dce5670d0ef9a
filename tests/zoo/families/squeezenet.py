"""SqueezeNet: Iandola et al. 2016."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from zoo.tables import Case, Mistake, Spoiled, built, expected, pytorchcv, same

FIGURES = expected("squeezenet")
SHARES: dict[str, Any] = {"squeeze": Fraction(1, 2), "threes": Fraction(1, 4)}
SAME = [
    *(same(name, (3, 64, 64)) for name in FIGURES),
    *(same(name, (3, 135, 182), classes=37) for name in FIGURES),
    Case("squeezenet1_0", "torchvision", built("squeezenet", "squeezenet", "1_0", **SHARES), SHARES, (3, 96, 96)),
    Case("squeezenet1_0", "torchvision", built("squeezenet", "squeezenet", "1_0", pad10=1), {"pad10": 1}, (3, 67, 67)),
]
COUNTED = [
    *(same(name, size, classes=37) for name in FIGURES for size in ((3, 224, 224), (3, 227, 227), (3, 320, 256))),
    Case("squeezenet1_0", "torchvision", built("squeezenet", "squeezenet", "1_0", pad10=1), {"pad10": 1}, (3, 227, 227)),
    Case("squeezenet1_0", "pytorchcv", pytorchcv("squeezenet_v1_0"), {}),
    Case("squeezenet1_1", "pytorchcv", pytorchcv("squeezenet_v1_1"), {}),
]
SPOILED = [
    Spoiled(same("squeezenet1_1", (3, 65, 65)), [
        Mistake("ReLU", "Identity"),
        Mistake("concat", "turned"),
        Mistake("MaxPool2d", {"padding": 1, "ceil_mode": False}),
    ], every=2),
]  # fmt: skip
