"""MobileNet: Howard et al. 2017."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, pytorchcv, timm

FIGURES = expected("mobilenet_v1")
MACS = {  # with inputs of 192, 160 and 128 pixels
    "mobilenet_v1": (418_121_728, 290_675_200, 186_400_768),
    "mobilenet_v1_075": (239_273_472, 166_396_800, 106_770_432),
    "mobilenet_v1_050": (109_970_432, 76_524_800, 49_160_192),
    "mobilenet_v1_025": (30_212_608, 21_059_200, 13_570_048),
}
VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [
    *(
        (name, {"resolution": size}, Figures(FIGURES[name].params, macs, 28))
        for name, counts in MACS.items()
        for size, macs in zip((192, 160, 128), counts, strict=True)
    ),
    ("mobilenet_v1", {"unit": "full"}, Figures(29_294_088, 4_867_293_184, 15)),
    ("mobilenet_v1", {"shallow": True}, Figures(2_887_976, 307_323_392, 18)),
]
PYTORCHCV = {
    "mobilenet_v1": "mobilenet_w1",
    "mobilenet_v1_075": "mobilenet_w3d4",
    "mobilenet_v1_050": "mobilenet_wd2",
    "mobilenet_v1_025": "mobilenet_wd4",
}


def as_in_pytorchcv(name: str, size: tuple[int, ...], width: float, classes: int = 37, **settings: Any) -> Case:
    """Pytorchcv's network for pictures of any size."""
    build = built("mobilenet_v1", "mobilenet", width, classes, **settings)
    return Case(name, "pytorchcv", build, {"classes": classes, **settings}, size)


SAME = [
    Case("mobilenet_v1_025", "pytorchcv", pytorchcv("mobilenet_wd4"), {}),
    as_in_pytorchcv("mobilenet_v1", (3, 64, 64), 1),
    as_in_pytorchcv("mobilenet_v1_075", (3, 96, 64), 0.75),
    as_in_pytorchcv("mobilenet_v1_050", (3, 75, 102), 0.5),
    as_in_pytorchcv("mobilenet_v1", (3, 64, 64), 1, shallow=True),
    Case("mobilenet_v1", "torch", built("mobilenet_v1", "full_mobilenet"), {"unit": "full"}, (3, 64, 64)),
    Case("mobilenet_v1", "timm", timm("mobilenetv1_100"), {"act": "relu6"}, (3, 96, 96)),
    Case("mobilenet_v1", "timm", timm("mobilenetv1_125", act_layer="relu"), {"width": "1.25"}, (3, 64, 64)),
]
COUNTED = [
    *(Case(name, "pytorchcv", pytorchcv(theirs), {}) for name, theirs in PYTORCHCV.items()),
    *(as_in_pytorchcv("mobilenet_v1", (3, 320, 256), width)._replace(settings={"classes": 37, "width": str(width)})
      for width in (1, 0.75, 0.6)),
    Case("mobilenet_v1", "torch", built("mobilenet_v1", "full_mobilenet"), {"unit": "full"}),
]  # fmt: skip
SPOILED = [
    Spoiled(as_in_pytorchcv("mobilenet_v1_050", (3, 64, 64), 0.5, shallow=True), [
        Mistake("ReLU", "Identity"),
        Mistake("ReLU", "ReLU6"),
        Mistake("BatchNorm2d", {"eps": 1e-3}),
    ], every=2),
]  # fmt: skip
