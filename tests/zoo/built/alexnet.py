"""AlexNet of pytorchcv's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def alexnet(groups: int = 1, classes: int = 1000, norm_first: bool = False) -> Any:
    """Pytorchcv's, which normalises before it pools, as the paper does. In the lecture pooling comes first."""
    provider = pytest.importorskip("pytorchcv.model_provider")
    with torch.device("meta"):
        net = provider.get_model("alexnet", num_classes=classes)
        stages = net.features
        for number in () if norm_first else (1, 2):
            stage = getattr(stages, f"stage{number}")
            stage.unit1.use_lrn = False
            setattr(stage, f"pool{number}", nn.Sequential(nn.MaxPool2d(3, 2), nn.LocalResponseNorm(5, k=2)))
        stages.stage2.unit1.conv = nn.Conv2d(96, 256, 5, padding=2, groups=groups)
        stages.stage3.unit2.conv = nn.Conv2d(384, 384, 3, padding=1, groups=groups)
        stages.stage3.unit3.conv = nn.Conv2d(384, 256, 3, padding=1, groups=groups)
    return net
