"""Transformers of torch's own encoder layers."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def encoder(width: int, heads: int, hidden: int, depth: int, act: str = "gelu", post_norm: bool = False) -> Any:
    """Layers in a row, without dropout, and without the norm that `nn.TransformerEncoder` may have at the end."""
    return nn.Sequential(*(
        nn.TransformerEncoderLayer(width, heads, hidden, 0.0, act, 1e-6, batch_first=True, norm_first=not post_norm)
        for _ in range(depth)
    ))  # fmt: skip


class OnPixels(nn.Module):  # type: ignore[misc, name-defined]
    """Patches of one pixel or more, positions that are learned, and an encoder."""

    def __init__(self, resolution: int, patch: int, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.position = nn.Parameter(torch.zeros((resolution // patch) ** 2, width))
        self.encoder = encoder(width, heads, 4 * width, depth)

    def forward(self, x: Any) -> Any:
        return self.encoder(self.patches(x).flatten(2).mT + self.position)


def on_pixels(resolution: int, patch: int, width: int, heads: int, depth: int) -> Any:
    """A transformer on pixels or patches."""
    with torch.device("meta"):
        return OnPixels(resolution, patch, width, heads, depth)
