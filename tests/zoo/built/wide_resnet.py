"""Wide ResNets of pytorchcv's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def wide_resnet(blocks: int, width: int, classes: int = 10) -> Any:
    """Pytorchcv's, of any size, with a mean over all positions in the place of a window of fixed size."""
    module = pytest.importorskip("pytorchcv.models.wrn_cifar")
    channels = [[width * planes] * blocks for planes in (16, 32, 64)]
    with torch.device("meta"):
        net = module.CIFARWRN(channels, init_block_channels=16, num_classes=classes)
    net.features.final_pool = torch.nn.AdaptiveAvgPool2d(1)
    return net
