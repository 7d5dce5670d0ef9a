"""VGG of torchvision's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def vgg_c() -> Any:
    """The paper's column C, which torchvision has no name for: D with 1x1 convolutions at the end of blocks 3 to 5."""
    theirs = pytest.importorskip("torchvision.models.vgg")
    with torch.device("meta"):
        features = theirs.make_layers(theirs.cfgs["D"])
        for place in (14, 21, 28):
            channels = features[place].out_channels
            features[place] = torch.nn.Conv2d(channels, channels, 1)
        return theirs.VGG(features, init_weights=False)
