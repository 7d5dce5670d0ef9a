"""DenseNet: Huang et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, same, timm

FIGURES = {
    "densenet121": Figures(7_978_856, 2_834_161_664, 121, buffers=83_769),
    "densenet169": Figures(14_149_480, 3_359_843_328, 169, buffers=158_569),
    "densenet201": Figures(20_013_928, 4_291_365_888, 201, buffers=229_257),
    "densenet264": Figures(33_337_704, 5_751_653_376, 265),  # 2*(6 + 12 + 64 + 48) + 5, whatever its name says
    "densenet161": Figures(28_681_000, 7_727_907_072, 161, buffers=220_097),
}
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
