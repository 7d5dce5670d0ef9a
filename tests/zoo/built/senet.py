"""SENets of timm's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def se_resnext(depths: tuple[int, ...], reduction: int, classes: int) -> Any:
    """Timm's SE-ResNeXt, which has one reduction by name, with any, and without dropout, as the authors'."""
    senet = pytest.importorskip("timm.models.senet")
    return senet.SENet(senet.SEResNeXtBottleneck, depths, groups=32, reduction=reduction, drop_rate=0, num_classes=classes)
