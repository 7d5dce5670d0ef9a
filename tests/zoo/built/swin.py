"""Swin Transformers of torchvision's and timm's classes, with their buffers as archcalc has them."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def torchvision_swin(name: str = "", **options: Any) -> Any:
    """A model of torchvision's, or its class with options. No time goes into weights, but position indices are needed."""
    models = pytest.importorskip("torchvision").models
    with torch.device("meta"):
        net = models.get_model(name, weights=None, **options) if name else models.SwinTransformer([4, 4], **options)
    net.to_empty(device="cpu")
    for module in net.modules():
        if isinstance(module, models.swin_transformer.ShiftedWindowAttention):
            module.define_relative_position_index()
    return net


def timm_swin(name: str, device: str = "cpu", **options: Any) -> Any:
    """A model of timm's. Its position indices go into the state, and its masks are made when they are needed, not kept."""
    timm = pytest.importorskip("timm")
    with torch.device(device):
        net = timm.create_model(name, pretrained=False, **options)
    for module in net.modules():
        if isinstance(module, timm.models.swin_transformer.WindowAttention):
            module.register_buffer("relative_position_index", module.relative_position_index.flatten())
        if isinstance(module, timm.models.swin_transformer.SwinTransformerBlock):
            module.dynamic_mask = True
            module.register_buffer("attn_mask", None)
    return net
