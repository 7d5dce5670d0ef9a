"""ShuffleNet V2: Ma et al. 2018."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, expected, same

DEPTH = 1 + 3 * 16 + 2  # three layers in each of 16 units, and conv1, conv5, fc
FIGURES = expected("shufflenet_v2")
DEPTHS = [2, 3, 1]


def narrow(size: tuple[int, ...]) -> Case:
    """About three quarters of the channels, and fewer units."""
    settings = {"channels": 88, "depths": str(DEPTHS), "features": 768, "classes": 37}
    build = built("shufflenet_v2", "shufflenet", DEPTHS, [24, 88, 176, 352, 768], 37)
    return Case("shufflenet_v2_x1_0", "torchvision", build, settings, size)


SAME = [
    *(same(name, (3, 64, 64)) for name in FIGURES),
    same("shufflenet_v2_x1_0", (3, 135, 182), classes=37),
    narrow((3, 64, 96)),
]
COUNTED = [
    *(same(name) for name in FIGURES),
    *(same(name, (3, 320, 256), classes=37) for name in ("shufflenet_v2_x0_5", "shufflenet_v2_x2_0")),
    narrow((3, 320, 256)),
]
TRAINED = [narrow((3, 64, 96))]
SPOILED = [
    Spoiled(narrow((3, 64, 96)), [
        Mistake("ReLU", "Identity"),
        Mistake("rearrange", "Identity"),  # the shuffle
        Mistake("rearrange", {"sizes": (("g", 4),)}),
        Mistake("split", "turned"),  # the other half of the channels goes through the branch
        Mistake("concat", "turned"),
        Mistake("MaxPool2d", {"padding": 0, "ceil_mode": True}),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
    ], every=4),
]  # fmt: skip
