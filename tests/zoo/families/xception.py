"""Xception: Chollet 2016."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Mistake, Spoiled, built, timm_meta


def as_in_timm(size: tuple[int, ...], classes: int = 1000) -> Case:
    """Timm's, without any change."""
    return Case("xception", "timm", timm_meta("legacy_xception", num_classes=classes), {"classes": classes}, size)


def as_in_pytorchcv(size: tuple[int, ...], **settings: Any) -> Case:
    """Pytorchcv's, for pictures of any size."""
    return Case("xception", "pytorchcv", built("xception", "xception", **settings), settings, size)


SAME = [as_in_timm((3, 96, 107), classes=37), as_in_pytorchcv((3, 85, 64), depth=3)]
COUNTED = [
    as_in_timm((3, 299, 299)),
    as_in_timm((3, 320, 256), classes=37),
    as_in_pytorchcv((3, 299, 299)),
    as_in_pytorchcv((3, 299, 299), depth=3, classes=37),
]
SPOILED = [
    Spoiled(as_in_pytorchcv((3, 69, 69), depth=1), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
        Mistake("MaxPool2d", {"padding": 0, "ceil_mode": True}),
    ], every=8),
]  # fmt: skip
