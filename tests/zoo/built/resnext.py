"""ResNeXts of torchvision's class, and of pytorchcv's for CIFAR."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def resnext(depths: tuple[int, ...], cardinality: int, width: int, classes: int = 1000) -> Any:
    """Torchvision's, with other numbers of blocks and paths than those that it has names for."""
    resnet = pytest.importorskip("torchvision").models.resnet
    with torch.device("meta"):
        return resnet.ResNet(resnet.Bottleneck, list(depths), classes, groups=cardinality, width_per_group=width)


def resnext_cifar(blocks: int, cardinality: int, width: int, classes: int = 10) -> Any:
    """Pytorchcv's, which has 16x64d by name."""
    module = pytest.importorskip("pytorchcv.models.resnext_cifar")
    channels = [[out] * blocks for out in (256, 512, 1024)]
    with torch.device("meta"):
        return module.CIFARResNeXt(channels, 64, cardinality, width, num_classes=classes)
