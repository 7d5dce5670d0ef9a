"""MobileNetV2: Sandler et al. 2018."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, same, timm

VARIATIONS = [
    ("mobilenet_v2", {"width": "1.4"}, Figures(6_108_776, 582_195_824, 53)),
    ("mobilenet_v2", {"width": "0.75"}, Figures(2_636_424, 209_069_792, 53)),
    ("mobilenet_v2", {"width": "0.5"}, Figures(1_968_680, 97_131_840, 53)),
    ("mobilenet_v2", {"width": "0.35"}, Figures(1_677_128, 59_285_808, 53)),
]
SAME = [
    same("mobilenet_v2"),
    same("mobilenet_v2", (3, 135, 182), classes=37),
    *(same("mobilenet_v2", (3, 160, 192), classes=37, width=width) for width in ("0.5", "1.4")),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_100"), {}, (3, 96, 96)),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_050"), {"width": "0.5"}, (3, 96, 96)),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_075", num_classes=37), {"width": "0.75", "classes": 37}, (3, 64, 96)),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_140"), {"width": "1.4"}, (3, 96, 96)),
]
COUNTED = [
    *(same("mobilenet_v2", (3, 320, 256), classes=37, width=width) for width in ("0.25", "0.35", "0.75", "1.1", "1.4")),
    *(same("mobilenet_v2", size, classes=37) for size in ((3, 224, 224), (3, 201, 333))),
    *(
        Case("mobilenet_v2", "timm", timm(f"mobilenetv2_{width}"), {"width": f"0.{width[1:]}"})
        for width in ("035", "050", "075")
    ),
]
TRAINED = [same("mobilenet_v2", (3, 96, 96))]
SPOILED = [
    Spoiled(
        same("mobilenet_v2", (3, 96, 96)), [Mistake("ReLU6", "Identity", every=4), Mistake("ReLU6", "ReLU", every=2)], every=8
    ),
]
