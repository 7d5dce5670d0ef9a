"""Network in Network of pytorchcv's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def nin_cifar10(classes: int = 10) -> Any:
    """Pytorchcv's, whose pools pad; those of the authors let the last window pass the border instead, for the same size."""
    theirs = pytest.importorskip("pytorchcv.models.nin_cifar")
    with torch.device("meta"):
        net = theirs.nin_cifar10(num_classes=classes)
    net.features.stage2.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
    net.features.stage3.pool3 = nn.AvgPool2d(3, 2, ceil_mode=True)
    return net


def nin(classes: int = 1000) -> Any:
    """The network for ImageNet, of pytorchcv's class for CIFAR."""
    theirs = pytest.importorskip("pytorchcv.models.nin_cifar")
    with torch.device("meta"):
        net = theirs.CIFARNIN([[96] * 3, [256] * 3, [384] * 3, [1024] * 2], [11, 5, 3, 3], num_classes=classes)
    first = net.features.stage1.unit1.conv
    first.stride, first.padding = (4, 4), (0, 0)
    for number in (2, 3, 4):
        stage = getattr(net.features, f"stage{number}")
        setattr(stage, f"pool{number}", nn.MaxPool2d(3, 2, ceil_mode=True))
        getattr(stage, f"dropout{number}").p = 0.5 if number == 4 else 0
    net.output.final_pool = nn.AdaptiveAvgPool2d(1)
    return net
