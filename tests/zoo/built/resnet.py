"""ResNets of torchvision's parts."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.tables import vision

torch = pytest.importorskip("torch")
nn = torch.nn


def resnet_v1(name: str) -> Any:
    """Torchvision's, with the stride of a bottleneck in its first convolution, as in the paper."""
    net = vision(name)()
    for module in net.modules():
        if hasattr(module, "conv3"):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
    return net


def resnet_with(shortcut: str, name: str, classes: int = 1000) -> Any:
    """Torchvision's, with other shortcuts than those of option B, or with none."""
    net = vision(name, num_classes=classes)()
    for module in net.modules():
        if hasattr(module, "downsample"):
            change_shortcut(module, shortcut)
    return net


def cifar_resnet(blocks: int, shortcut: str, classes: int = 10, width: int = 16) -> Any:
    """Torchvision's blocks in the networks of section 4.2."""
    basic = pytest.importorskip("torchvision").models.resnet.BasicBlock
    with torch.device("meta"):
        layers = [nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
        for out, first in ((width, 1), (2 * width, 2), (4 * width, 2)):
            for stride in (first, *(1,) * (blocks - 1)):
                layers.append(change_shortcut(basic(channels, out, stride, NoShortcut()), shortcut))
                channels = out
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def change_shortcut(block: Any, shortcut: str) -> Any:
    """The same block with a shortcut of another option, or with none."""
    last = block.conv3 if hasattr(block, "conv3") else block.conv2
    channels, out, stride = block.conv1.in_channels, last.out_channels, block.stride
    same_shape = stride == 1 and channels == out
    if shortcut == "none":
        block.downsample = NoShortcut()
    elif shortcut == "option_a":
        block.downsample = OptionA(out, stride)
    elif shortcut == "option_b" and same_shape:
        block.downsample = None
    else:
        with torch.device("meta"):
            block.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
    return block


class OptionA(nn.Module):
    """A shortcut without parameters: every other position, and zeros for the channels that are missing."""

    def __init__(self, out: int, stride: int) -> None:
        super().__init__()
        self.out, self.stride = out, stride

    def forward(self, x: Any) -> Any:
        missing = x.new_zeros(1).expand(len(x), self.out - x.shape[1], *x.shape[2:])
        return torch.cat([x, missing], 1)[:, :, :: self.stride, :: self.stride]


class NoShortcut(nn.Module):
    """What a plain network adds to a block's output."""

    def forward(self, x: Any) -> Any:
        return x.new_zeros(1)
