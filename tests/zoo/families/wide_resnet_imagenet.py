"""Wide ResNet for ImageNet: Zagoruyko and Komodakis 2016."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, built, same, timm


def of_basic(depths: str, widen: str) -> dict[str, Any]:
    """The settings that make a WRN-18-k or WRN-34-k of WRN-50-2."""
    return {"block": "basic", "depths": depths, "widen": widen}


def basic(name: str, settings: dict[str, Any], size: tuple[int, ...]) -> Case:
    """A network of basic blocks, from the torchvision model of this name."""
    build = built("wide_resnet_imagenet", "wide_basic", name, float(settings["widen"]))
    return Case("wide_resnet50_2", "torchvision", build, settings, size)


WRN_18, WRN_34 = "[2, 2, 2, 2]", "[3, 4, 6, 3]"
SAME = [
    same("wide_resnet50_2", (3, 64, 64)),
    Case("wide_resnet50_2", "timm", timm("wide_resnet50_2", num_classes=37), {"classes": 37}, (3, 75, 64)),
    basic("resnet18", of_basic(WRN_18, "1.5"), (3, 64, 64)),
]
COUNTED = [
    same("wide_resnet50_2", (3, 320, 256), classes=37),
    same("wide_resnet101_2"),
    *(basic("resnet18", of_basic(WRN_18, widen), (3, 224, 224)) for widen in ("1.5", "2", "3")),
    *(basic("resnet34", of_basic(WRN_34, widen), (3, 224, 224)) for widen in ("1.5", "2")),
]
