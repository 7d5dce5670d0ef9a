"""Convolutions of torch's own."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def convolutions(kernels: tuple[int, ...], channels: int, filters: int, bias: bool = False) -> Any:
    """One behind the other, each with its ReLU."""
    net = nn.Sequential()
    for kernel in kernels:
        net.extend([nn.Conv2d(channels, filters, kernel, padding=kernel // 2, bias=bias), nn.ReLU()])
        channels = filters
    return net
