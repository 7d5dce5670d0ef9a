"""ShuffleNet: Zhang et al. 2017."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv

VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [
    ("shufflenet_v1_g1", {"width": "0.75"}, Figures(975_214, 82_542_672, 50)),
    ("shufflenet_v1_g1", {"width": "0.5"}, Figures(534_484, 38_517_408, 50)),
    ("shufflenet_v1_g1", {"width": "0.25"}, Figures(209_746, 11_003_184, 50)),
    ("shufflenet_v1_g3", {"width": "0.75"}, Figures(1_238_266, 79_740_144, 50)),
    ("shufflenet_v1_g3", {"width": "0.5"}, Figures(718_324, 37_589_856, 50)),
    ("shufflenet_v1_g3", {"width": "0.25"}, Figures(305_902, 11_009_808, 50)),
]
CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}


def as_in_pytorchcv(groups: int, size: tuple[int, ...], classes: int = 37, width: str = "1") -> Case:
    """Pytorchcv's network for pictures of any size."""
    build = built("shufflenet_v1", "shufflenet", groups, float(width), classes)
    return Case(f"shufflenet_v1_g{groups}", "pytorchcv", build, {"classes": classes, "width": width}, size)


SAME = [
    Case("shufflenet_v1_g3", "pytorchcv", pytorchcv("shufflenet_g3_w1"), {}),
    *(as_in_pytorchcv(groups, (3, 64, 64)) for groups in CHANNELS),
    as_in_pytorchcv(3, (3, 135, 182), width="0.75"),
    as_in_pytorchcv(3, (3, 64, 64), width="0.25"),
]
COUNTED = [
    *(Case(f"shufflenet_v1_g{groups}", "pytorchcv", pytorchcv(f"shufflenet_g{groups}_w1"), {}) for groups in CHANNELS),
    *(as_in_pytorchcv(3, (3, 320, 256), width=width) for width in ("0.5", "0.75", "2")),
    as_in_pytorchcv(8, (3, 320, 256), width="2"),
    # another variant's groups and channels, as settings
    Case("shufflenet_v1_g3", "pytorchcv", pytorchcv("shufflenet_g4_w1"), {"groups": 4, "channels": 272}),
]
SPOILED = [
    Spoiled(as_in_pytorchcv(3, (3, 64, 64), width="0.25"), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("rearrange", "Identity"),  # the shuffle
        Mistake("AvgPool2d", {"count_include_pad": False}),
        Mistake("MaxPool2d", {"padding": 0, "ceil_mode": True}),
        Mistake("concat", "turned"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
    ], every=8),
]  # fmt: skip
