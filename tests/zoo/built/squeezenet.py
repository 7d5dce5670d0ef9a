"""SqueezeNet of torchvision's parts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

torch = pytest.importorskip("torch")


def squeezenet(version: str, squeeze: Fraction = Fraction(1, 8), threes: Fraction = Fraction(1, 2), pad10: int = 0) -> Any:
    """Torchvision's, with other shares of filters in its fire modules, or with the padded last layer of the Caffe file."""
    theirs = pytest.importorskip("torchvision.models.squeezenet")
    with torch.device("meta"):
        net = theirs.SqueezeNet(version)
        for place, module in enumerate(net.features):
            if isinstance(module, theirs.Fire):
                expand = module.expand1x1.out_channels + module.expand3x3.out_channels
                sizes = (expand * squeeze, expand * (1 - threes), expand * threes)
                net.features[place] = theirs.Fire(module.inplanes, *map(int, sizes))
    net.classifier[1].padding = (pad10, pad10)
    return net
