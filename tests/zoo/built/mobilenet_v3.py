"""MobileNetV3 of torchvision's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def small_of_the_first_version() -> Any:
    """With as many features in the classifier as the large one."""
    library = pytest.importorskip("torchvision").models.mobilenetv3
    blocks, _ = library._mobilenet_v3_conf("mobilenet_v3_small")
    with torch.device("meta"):
        return library.MobileNetV3(blocks, last_channel=1280)
