"""Inception-v4: Szegedy et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, timm_meta


def as_in_timm(size: tuple[int, ...], classes: int = 1000) -> Case:
    """Timm's, without any change."""
    return Case("inception_v4", "timm", timm_meta("inception_v4", num_classes=classes), {"classes": classes}, size)


def of_depths(size: tuple[int, ...], depths: list[int]) -> Case:
    """With fewer modules."""
    return Case("inception_v4", "timm", built("inception_v4", "inception_v4", depths), {"depths": str(depths)}, size)


SAME = [as_in_timm((3, 151, 183), classes=37), of_depths((3, 85, 80), [2, 1, 2])]
COUNTED = [
    as_in_timm((3, 299, 299)),
    as_in_timm((3, 320, 256), classes=37),
    as_in_timm((3, 201, 333)),
    of_depths((3, 299, 299), [1, 5, 1]),
]
SPOILED = [
    Spoiled(of_depths((3, 85, 80), [2, 1, 2]), [
        Mistake("ReLU", "Identity", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=4),
        Mistake("AvgPool2d", {"count_include_pad": True}),
        Mistake("concat", "turned", every=2),
    ], every=16),
]  # fmt: skip
