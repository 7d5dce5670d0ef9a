"""Wide ResNets of torchvision's basic blocks."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.built.resnet import change_shortcut
from zoo.tables import vision

torch = pytest.importorskip("torch")


def wide_basic(name: str, widen: float) -> Any:
    """Torchvision's network of basic blocks, all of them wider; the stem is not."""
    net = vision(name)()
    basic = type(net.layer1[0])
    channels = 64
    with torch.device("meta"):
        for stage, planes in ((net.layer1, 64), (net.layer2, 128), (net.layer3, 256), (net.layer4, 512)):
            for number, old in enumerate(stage):
                out = int(widen * planes)
                stage[number] = change_shortcut(basic(channels, out, old.stride, torch.nn.Identity()), "option_b")
                channels = out
        net.fc = torch.nn.Linear(channels, 1000)
    return net
