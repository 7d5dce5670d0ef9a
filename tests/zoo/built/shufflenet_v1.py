"""ShuffleNets of pytorchcv."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def shufflenet(groups: int, width: float, classes: int) -> Any:
    """For pictures of any size: pytorchcv's own takes the mean of 7 x 7."""
    library = pytest.importorskip("pytorchcv.models.shufflenet")
    with torch.device("meta"):
        net = library.get_shufflenet(groups, width, num_classes=classes)
        net.features.final_pool = nn.AdaptiveAvgPool2d(1)
    return net
