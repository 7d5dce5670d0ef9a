"""RegNets of torchvision."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

torch = pytest.importorskip("torch")


def regnet(name: str, **options: Any) -> Any:
    """One by name, on `meta`; but torchvision computes its widths with tensors, which need values."""
    torchvision = pytest.importorskip("torchvision")
    blocks = torchvision.models.regnet.BlockParams
    compute = blocks.from_init_params

    def with_values(**given: Any) -> Any:
        with torch.device("cpu"):
            return compute(**given)

    with mock.patch.object(blocks, "from_init_params", with_values), torch.device("meta"):
        return torchvision.models.get_model(name, weights=None, **options)


def of_blocks(depths: list[int], widths: list[int], group_width: int, bottleneck: int, se: float) -> Any:
    """One with other stages."""
    library = pytest.importorskip("torchvision").models.regnet
    stages = len(depths)
    groups, shares, strides = [group_width] * stages, [1 / bottleneck] * stages, [2] * stages
    with torch.device("meta"):
        return library.RegNet(library.BlockParams(depths, widths, groups, shares, strides, se_ratio=se))
