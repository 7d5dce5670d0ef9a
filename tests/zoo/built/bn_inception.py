"""BN-Inception of pytorchcv."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.tables import pytorchcv

torch = pytest.importorskip("torch")
nn = torch.nn


def bn_inception(classes: int = 1000, bias: bool = True, separable: bool = False) -> Any:
    """For pictures of any size: its last pool is made for 224x224. Without biases, or with a separable first convolution."""
    net = pytorchcv("bninception", num_classes=classes)()
    net.features.final_pool = nn.AdaptiveAvgPool2d(1)
    if separable:
        first = nn.Conv2d(3, 24, 7, stride=2, padding=3, groups=3, bias=False, device="meta")
        net.features.init_block.conv1.conv = nn.Sequential(first, nn.Conv2d(24, 64, 1, device="meta"))
    if not bias:
        for module in net.modules():
            if isinstance(module, nn.Conv2d):
                module.bias = None
    return net
