"""ResNets of torchvision's parts."""

from __future__ import annotations

from typing import Any

from zoo.tables import vision


def resnet_v1(name: str) -> Any:
    """Torchvision's, with the stride of a bottleneck in its first convolution, as in the paper."""
    net = vision(name)()
    for module in net.modules():
        if hasattr(module, "conv3"):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
    return net
