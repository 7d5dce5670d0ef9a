"""Vision transformers of torchvision's class."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def vision_transformer(patch: int, width: int, heads: int, size: int = 224) -> Any:
    """Torchvision's, with two encoder layers: the others only repeat them."""
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):
        return torchvision.models.VisionTransformer(
            image_size=size, patch_size=patch, num_layers=2, num_heads=heads, hidden_dim=width, mlp_dim=4 * width
        )
