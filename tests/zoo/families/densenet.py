"""DenseNet: Huang et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, same, timm

SAME = [
    same("densenet121", (3, 135, 182), classes=37),
    *(same(name, (3, 64, 64)) for name in ("densenet161", "densenet169", "densenet201")),
    Case("densenet264", "torchvision", built("densenet", "densenet", (6, 12, 64, 48)), {}, (3, 64, 64)),
    Case("densenet121", "timm", timm("densenet121"), {}, (3, 96, 96)),
]
COUNTED = [
    same("densenet121", (3, 320, 256), classes=37),
    same("densenet161", classes=37),
]
TRAINED = [
    Case("densenet121", "torchvision", built("densenet", "densenet", (2, 3, 4)), {"depths": "[2, 3, 4]"}, (3, 64, 64)),
]
SPOILED = [
    Spoiled(same("densenet121", (3, 64, 64)), [
        Mistake("ReLU", "Identity", every=12),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=12),
    ], every=24),
]  # fmt: skip
