"""MobileNets of pytorchcv's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
WIDTHS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)


def mobilenet(width: float, classes: int, shallow: bool = False) -> Any:
    """Pytorchcv's, for pictures of any size: its own takes the mean of 7 x 7. Shallow: without five of the 512-wide layers."""
    library = pytest.importorskip("pytorchcv.models.mobilenet")
    channels = [[32], [64], [128, 128], [256, 256], [512] * (1 if shallow else 6), [1024, 1024]]
    with torch.device("meta"):
        net = library.MobileNet([[int(c * width) for c in stage] for stage in channels], False, num_classes=classes)
        net.features.final_pool = nn.AdaptiveAvgPool2d(1)
    return net


def full_mobilenet() -> Any:
    """With ordinary 3x3 convolutions in place of the separable ones, of pytorchcv's blocks."""
    conv = pytest.importorskip("pytorchcv.models.common.conv")
    with torch.device("meta"):
        blocks = [conv.conv3x3_block(in_channels=3, out_channels=32, stride=2)]
        for before, width, stride in zip((32, *WIDTHS), WIDTHS, STRIDES, strict=False):
            blocks.append(conv.conv3x3_block(in_channels=before, out_channels=width, stride=stride))
        return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000))
