"""EfficientNetV2s of torchvision's and timm's parts."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

torch = pytest.importorskip("torch")


def scaled(width: float, depth: float) -> Any:
    """Timm's small one with other numbers of channels and blocks."""
    theirs = pytest.importorskip("timm.models.efficientnet")
    with torch.device("meta"):
        return theirs._gen_efficientnetv2_s("efficientnetv2_s", channel_multiplier=width, depth_multiplier=depth, bn_eps=1e-3)


def squeezed(reduction: int) -> Any:
    """Torchvision's small one with gates that are squeezed to another fraction than a quarter."""
    theirs = pytest.importorskip("torchvision.models.efficientnet")

    def gate(channels: int, quarter: int, activation: Any) -> Any:
        return theirs.SqueezeExcitation(channels, 4 * quarter // reduction, activation)

    stages, last = theirs._efficientnet_conf("efficientnet_v2_s")
    for stage in stages:
        if stage.block is theirs.MBConv:
            stage.block = partial(theirs.MBConv, se_layer=gate)
    with torch.device("meta"):
        return theirs.EfficientNet(stages, dropout=0.2, norm_layer=partial(torch.nn.BatchNorm2d, eps=1e-3), last_channel=last)
