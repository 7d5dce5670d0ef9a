"""ConvNeXts of torchvision's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def convnext(depths: list[int], width: int) -> Any:
    """Torchvision's, with other numbers of blocks and channels than those that it has names for."""
    theirs = pytest.importorskip("torchvision.models.convnext")
    widths = [width * 2**k for k in range(len(depths))]
    stages = [theirs.CNBlockConfig(*stage) for stage in zip(widths, [*widths[1:], None], depths, strict=True)]
    with torch.device("meta"):
        return theirs.ConvNeXt(stages)
