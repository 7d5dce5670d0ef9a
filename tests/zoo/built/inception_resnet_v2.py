"""Inception-ResNet-v2 of timm's modules."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.tables import timm_meta

torch = pytest.importorskip("torch")


def inception_resnet_v2(depths: list[int], scales: list[float]) -> Any:
    """With so many of each sort of module, the very last included, and these factors; and with the paper's dropout."""
    net = timm_meta("inception_resnet_v2", drop_rate=0.2)()
    net.repeat, net.repeat_1 = net.repeat[: depths[0]], net.repeat_1[: depths[1]]
    net.repeat_2 = net.repeat_2[: depths[2] - 1]
    for modules, scale in zip((net.repeat, net.repeat_1, net.repeat_2), scales, strict=True):
        for module in modules:
            module.scale = scale
    return net
