"""Pre-activation ResNets of pytorchcv's units."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def cifar_preact(depth: int, bottleneck: bool, v1: bool, classes: int = 10) -> Any:
    """Pytorchcv's of any depth, for any number of classes, with the stride of a bottleneck in either convolution."""
    module = pytest.importorskip("pytorchcv.models.preresnet_cifar")
    units, widen = (depth - 2) // (9 if bottleneck else 6), 4 if bottleneck else 1
    channels = [[width * widen] * units for width in (16, 32, 64)]
    with torch.device("meta"):
        net = module.CIFARPreResNet(channels, init_block_channels=16, bottleneck=bottleneck, num_classes=classes)
    for unit in net.modules():
        if v1 and hasattr(unit, "conv3"):
            first, second = unit.conv1.conv, unit.conv2.conv
            first.stride, second.stride = second.stride, first.stride
    return any_size(net)


def imagenet_preact(name: str, classes: int = 1000) -> Any:
    """Pytorchcv's for ImageNet, for pictures of any size."""
    provider = pytest.importorskip("pytorchcv.model_provider")
    with torch.device("meta"):
        return any_size(provider.get_model(name, num_classes=classes))


def any_size(net: Any) -> Any:
    """The same network with a mean over all positions in the place of a window of fixed size."""
    net.features.final_pool = torch.nn.AdaptiveAvgPool2d(1)
    return net
