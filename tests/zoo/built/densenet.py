"""DenseNets of torchvision's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def densenet(depths: tuple[int, ...]) -> Any:
    """Torchvision's, with other numbers of layers than those that it has names for."""
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):
        return torchvision.models.DenseNet(block_config=depths)
