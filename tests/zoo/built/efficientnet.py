"""EfficientNets of torchvision's and timm's parts."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

torch = pytest.importorskip("torch")


def scaled(width: float, depth: float) -> Any:
    """Timm's B0 with other factors than those that were released."""
    theirs = pytest.importorskip("timm.models.efficientnet")
    with torch.device("meta"):
        return theirs._gen_efficientnet("efficientnet_b0", channel_multiplier=width, depth_multiplier=depth)


def squeezed(reduction: int) -> Any:
    """Torchvision's B0 with gates that are squeezed to another fraction than a quarter."""
    theirs = pytest.importorskip("torchvision.models.efficientnet")

    def gate(channels: int, quarter: int, activation: Any) -> Any:
        return theirs.SqueezeExcitation(channels, 4 * quarter // reduction, activation)

    stages, _ = theirs._efficientnet_conf("efficientnet_b0", width_mult=1, depth_mult=1)
    for stage in stages:
        stage.block = partial(theirs.MBConv, se_layer=gate)
    with torch.device("meta"):
        return theirs.EfficientNet(stages, dropout=0.2)
