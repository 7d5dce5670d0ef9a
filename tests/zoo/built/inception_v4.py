"""Inception-v4 of timm's modules."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.tables import timm_meta

torch = pytest.importorskip("torch")

STEM, DEPTHS = 6, (4, 7, 3)  # modules of the stem, and between the two reductions


def inception_v4(depths: list[int]) -> Any:
    """With so many of each sort of module."""
    net = timm_meta("inception_v4")()
    kept, at = list(net.features[:STEM]), STEM
    for depth, usual in zip(depths, DEPTHS, strict=True):
        kept += [*net.features[at : at + depth], *net.features[at + usual : at + usual + 1]]
        at += usual + 1
    net.features = torch.nn.Sequential(*kept)
    return net
