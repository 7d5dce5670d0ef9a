"""BN-Inception: Ioffe and Szegedy 2015."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv

# The first convolution, ordinary and separable.
ORDINARY, SEPARABLE = 7 * 7 * 3 * 64, 7 * 7 * 3 * 8 + 24 * 64

VARIATIONS = [
    (
        "bn_inception",
        {"separable": True},
        Figures(11_295_240 - ORDINARY + SEPARABLE, 2_032_600_064 - (ORDINARY - SEPARABLE) * 112 * 112, 35),
    ),
]


def as_in_pytorchcv(size: tuple[int, ...] = (3, 224, 224), **settings: Any) -> Case:
    """Pytorchcv's, with a last pool for pictures of any size, or changed further."""
    return Case("bn_inception", "pytorchcv", built("bn_inception", "bn_inception", **settings), settings, size)


SAME = [as_in_pytorchcv((3, 96, 128), classes=37), as_in_pytorchcv((3, 64, 95), bias=False, separable=True)]
COUNTED = [
    Case("bn_inception", "pytorchcv", pytorchcv("bninception"), {}),
    as_in_pytorchcv((3, 320, 256), classes=37),
    as_in_pytorchcv(separable=True),
    as_in_pytorchcv(bias=False),
]
SPOILED = [
    Spoiled(as_in_pytorchcv((3, 64, 95), bias=False, separable=True), [
        Mistake("ReLU", "Identity", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
        Mistake("AvgPool2d", {"count_include_pad": False}),
        Mistake("concat", "turned", every=2),
    ], every=16),
]  # fmt: skip
