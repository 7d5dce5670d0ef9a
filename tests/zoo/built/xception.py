"""Xception of pytorchcv."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def xception(depth: int = 8, classes: int = 1000) -> Any:
    """With so many modules in the middle flow, and for pictures of any size: its last pool is made for 299x299."""
    theirs = pytest.importorskip("pytorchcv.models.xception")
    with torch.device("meta"):
        net = theirs.Xception([[128], [256], [728] * (1 + depth), [1024]], num_classes=classes)
    net.features.final_block.pool = torch.nn.AdaptiveAvgPool2d(1)
    return net
