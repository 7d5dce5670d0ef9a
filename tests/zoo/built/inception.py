"""The Inception modules of a lecture, of torchvision's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def inception(reduced: bool, channels: int = 256) -> Any:
    """Torchvision's module with a true 5x5, and without batch normalisation and ReLU; the naive one without its 1x1."""
    theirs = pytest.importorskip("torchvision.models.googlenet")  # the module; as an attribute it is a function
    with torch.device("meta"):
        made = theirs.Inception(channels, 128, 64, 192, 64, 96, 64, conv_block=nn.Conv2d)
        made.branch3[1] = nn.Conv2d(64, 96, 5, padding=2)
        if not reduced:
            made.branch2 = nn.Conv2d(channels, 192, 3, padding=1)
            made.branch3 = nn.Conv2d(channels, 96, 5, padding=2)
            made.branch4 = made.branch4[0]
    return made
