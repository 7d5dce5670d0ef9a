"""S2-MLPs of timm's multilayer perceptrons."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def shifted(x: Any) -> Any:
    """The paper's spatial shift: in each quarter of the channels, values are written over those of a neighbour."""
    moved, quarter = x.clone(), x.shape[1] // 4
    moved[:, :quarter, :, 1:] = x[:, :quarter, :, :-1]
    moved[:, quarter : 2 * quarter, :, :-1] = x[:, quarter : 2 * quarter, :, 1:]
    moved[:, 2 * quarter : 3 * quarter, 1:] = x[:, 2 * quarter : 3 * quarter, :-1]
    moved[:, 3 * quarter :, :-1] = x[:, 3 * quarter :, 1:]
    return moved


class ShiftedGELU(nn.GELU):  # type: ignore[misc, name-defined]
    def forward(self, x: Any) -> Any:
        return shifted(super().forward(x))


class Block(nn.Module):  # type: ignore[misc, name-defined]
    """A perceptron with a shift inside, and one without."""

    def __init__(self, width: int, expand: int) -> None:
        super().__init__()
        layers = pytest.importorskip("timm.layers")
        self.norm1 = layers.LayerNorm2d(width, eps=1e-5)
        self.shift = layers.Mlp(width, act_layer=ShiftedGELU, use_conv=True)
        self.norm2 = layers.LayerNorm2d(width, eps=1e-5)
        self.mlp = layers.Mlp(width, expand * width, use_conv=True)

    def forward(self, x: Any) -> Any:
        x = x + self.shift(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def s2_mlp(width: int, depth: int, expand: int = 4, patch: int = 16, classes: int = 1000) -> Any:
    """The whole network."""
    layers = pytest.importorskip("timm.layers")
    with torch.device("meta"):
        return nn.Sequential(
            nn.Conv2d(3, width, patch, patch),
            layers.LayerNorm2d(width, eps=1e-5),
            *(Block(width, expand) for _ in range(depth)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(width, classes),
        )
