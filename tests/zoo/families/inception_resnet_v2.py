"""Inception-ResNet-v2: Szegedy et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, timm_meta


def as_in_timm(size: tuple[int, ...], classes: int = 1000) -> Case:
    """Timm's, without any change."""
    build = timm_meta("inception_resnet_v2", num_classes=classes)
    return Case("inception_resnet_v2", "timm", build, {"classes": classes}, size)


def of_modules(size: tuple[int, ...], depths: list[int], scales: list[float]) -> Case:
    """With fewer modules, and other factors for their residuals."""
    settings = {"depths": str(depths), "scales": str(scales)}
    build = built("inception_resnet_v2", "inception_resnet_v2", depths, scales)
    return Case("inception_resnet_v2", "timm", build, settings, size)


SAME = [as_in_timm((3, 151, 183), classes=37), of_modules((3, 85, 80), [2, 3, 2], [0.3, 1, 0.25])]
COUNTED = [
    as_in_timm((3, 299, 299)),
    as_in_timm((3, 320, 256), classes=37),
    as_in_timm((3, 201, 333)),
    of_modules((3, 299, 299), [5, 10, 5], [0.17, 0.1, 0.2]),
]
TRAINED = [of_modules((3, 107, 99), [1, 1, 2], [0.3, 0.1, 0.25])]
SPOILED = [
    Spoiled(of_modules((3, 85, 80), [1, 2, 2], [0.3, 1, 0.25]), [
        Mistake("ReLU", "Identity", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=4),
        Mistake("AvgPool2d", {"count_include_pad": True}),
        Mistake("multiply", "Identity"),
        Mistake("multiply", {"by": 0.29}),
        Mistake("concat", "turned", every=2),
    ], every=16),
]  # fmt: skip
