"""Inception-v3: Szegedy et al. 2015."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, timm_meta, vision

# The auxiliary classifier has two batch normalizations, of 128 and 768 channels, and computes at one position, but for its
# first convolution, which does so at 5x5.
AUX_BUFFERS = 2 * (128 + 768) + 2
AUX_MACS = 5 * 5 * 768 * 128 + 5 * 5 * 128 * 768 + 768 * 1000

VARIATIONS = [("inception_v3", {"aux": True}, Figures(27_161_264, 5_713_216_096 + AUX_MACS, buffers=36_320))]


def as_in_torchvision(size: tuple[int, ...], aux: bool = False, classes: int = 1000) -> Case:
    """Torchvision's own network."""
    build = vision("inception_v3", aux_logits=aux, init_weights=False, num_classes=classes)
    return Case("inception_v3", "torchvision", build, {"aux": aux, "classes": classes}, size)


def of_modules(size: tuple[int, ...], pools: list[int], sevens: list[int]) -> Case:
    """With other modules."""
    settings: dict[str, Any] = {"pools": str(pools), "sevens": str(sevens)}
    return Case("inception_v3", "torchvision", built("inception_v3", "inception_v3", pools, sevens), settings, size)


def as_in_timm(size: tuple[int, ...]) -> Case:
    """Timm's, without any change."""
    return Case("inception_v3", "timm", timm_meta("inception_v3"), {}, size)


SAME = [
    as_in_torchvision((3, 299, 299), aux=True, classes=37),  # the auxiliary classifier needs 17x17
    as_in_torchvision((3, 96, 107), classes=37),
    of_modules((3, 80, 96), [16, 64], [96, 160, 112]),
    as_in_timm((3, 83, 96)),
]
COUNTED = [
    as_in_torchvision((3, 299, 299), aux=True),
    as_in_torchvision((3, 320, 384), aux=True, classes=37),
    as_in_torchvision((3, 224, 256)),
    as_in_timm((3, 299, 299)),
]
SPOILED = [
    Spoiled(of_modules((3, 80, 96), [16, 64], [96, 160, 112]), [
        Mistake("ReLU", "Identity", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=4),
        Mistake("AvgPool2d", {"count_include_pad": False}),
        Mistake("concat", "turned", every=2),
    ], every=16),
]  # fmt: skip
