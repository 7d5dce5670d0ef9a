"""MobileNetV3: Howard et al. 2019."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, same, timm

FIGURES = expected("mobilenet_v3")
VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [  # with the authors' rounding, counted with timm
    ("mobilenet_v3_large", {"width": "0.75", "authors": True}, Figures(3_993_528, 154_560_624, buffers=19_134)),
    ("mobilenet_v3_small", {"width": "0.75", "authors": True}, Figures(2_041_872, 43_399_344, buffers=9_714)),
]


def as_in_timm(name: str, theirs: str, size: tuple[int, ...], classes: int = 1000, **settings: Any) -> Case:
    """Timm's network, with torchvision's eps. Its hidden layer of the classifier is a 1x1 convolution."""
    build = timm(theirs, bn_eps=0.001, num_classes=classes)
    return Case(name, "timm", build, {"classes": classes, **settings}, size, reshaped=("conv_head.weight",))


FIRST_VERSION = Case(
    "mobilenet_v3_small", "torchvision", built("mobilenet_v3", "small_of_the_first_version"), {"features": 1280}
)
SAME = [
    same("mobilenet_v3_large", (3, 96, 96)),
    same("mobilenet_v3_small", (3, 135, 182), classes=37),
    *(same(name, (3, 64, 64), width="0.75") for name in ("mobilenet_v3_large", "mobilenet_v3_small")),
    as_in_timm("mobilenet_v3_large", "mobilenetv3_large_100", (3, 64, 96)),
    as_in_timm("mobilenet_v3_small", "mobilenetv3_small_100", (3, 64, 96), classes=37),
    as_in_timm("mobilenet_v3_large", "mobilenetv3_large_075", (3, 64, 64), width="0.75", authors=True),
    as_in_timm("mobilenet_v3_small", "mobilenetv3_small_075", (3, 64, 64), width="0.75", authors=True),
    FIRST_VERSION._replace(size=(3, 64, 64)),
]
COUNTED = [
    *(same(name) for name in FIGURES),
    FIRST_VERSION,
    *(same(name, (3, 320, 256), classes=37, width=width) for name in FIGURES for width in ("0.35", "0.5", "0.75", "1.25")),
]
TRAINED = [same("mobilenet_v3_small", (3, 96, 96))]
SPOILED = [
    Spoiled(same("mobilenet_v3_small", (3, 64, 64)), [
        Mistake("ReLU", "Identity"),
        Mistake("Hardswish", "SiLU"),
        Mistake("Hardswish", "ReLU"),
        Mistake("Hardsigmoid", "Sigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=2),
    ], every=8),
]  # fmt: skip
