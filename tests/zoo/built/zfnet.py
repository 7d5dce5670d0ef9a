"""ZFNet of pytorchcv's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def zfnet(name: str, **options: Any) -> Any:
    """Pytorchcv's, which normalises before it pools, and pools without padding. In the paper pooling comes first."""
    provider = pytest.importorskip("pytorchcv.model_provider")
    with torch.device("meta"):
        net = provider.get_model(name, **options)
    for number in (1, 2):
        stage = getattr(net.features, f"stage{number}")
        stage.unit1.use_lrn = False
        setattr(stage, f"pool{number}", nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.LocalResponseNorm(5, k=2)))
    return net
