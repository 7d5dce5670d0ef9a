"""DenseNets for CIFAR of pytorchcv's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def densenet_cifar(depth: int, growth: int, classes: int = 10, bottleneck: bool = False, keep: float = 1) -> Any:
    """As in the paper: pytorchcv's own class halves the channels in every transition, also where nothing is compressed."""
    common, densenet = (pytest.importorskip(f"pytorchcv.models.{name}") for name in ("common.conv", "densenet"))
    simple, preresnet = (pytest.importorskip(f"pytorchcv.models.{name}") for name in ("densenet_cifar", "preresnet"))
    unit = densenet.DenseUnit if bottleneck else simple.DenseSimpleUnit
    with torch.device("meta"):
        channels = 2 * growth if bottleneck and keep < 1 else 16
        layers = [common.conv3x3(3, channels)]
        for block in range(3):
            if block:
                kept = int(keep * channels)
                layers.append(densenet.TransitionBlock(channels, kept))
                channels = kept
            for _ in range((depth - 4) // (6 if bottleneck else 3)):
                layers.append(unit(channels, channels + growth, dropout_rate=0.0))
                channels += growth
        return nn.Sequential(
            *layers, preresnet.PreResActivation(channels), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)
        )
