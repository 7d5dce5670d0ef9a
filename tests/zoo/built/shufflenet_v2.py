"""ShuffleNets V2 of torchvision, with other widths and depths."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def shufflenet(depths: list[int], widths: list[int], classes: int) -> Any:
    """With so many units in each stage; the widths are those of conv1, of the stages, and of conv5."""
    library = pytest.importorskip("torchvision").models
    with torch.device("meta"):
        return library.ShuffleNetV2(depths, widths, num_classes=classes)
