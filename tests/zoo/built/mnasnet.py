"""MnasNets of torchvision, of other widths."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def mnasnet(width: float) -> Any:
    """On `meta`, so that no time goes into weights that are replaced."""
    library = pytest.importorskip("torchvision").models
    with torch.device("meta"):
        return library.MNASNet(width)
