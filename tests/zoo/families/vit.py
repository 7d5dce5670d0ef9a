"""Vision Transformer: Dosovitskiy et al. 2020."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, same, timm, vision

VARIATIONS = [  # without the head, as the paper counts some of them
    ("vit_b_16", {"classifier": False}, Figures(85_798_656, 17_563_060_224, 49, 16)),
    ("vit_b_32", {"classifier": False}, Figures(87_455_232, 4_408_418_304, 49, 32)),
    ("vit_l_16", {"classifier": False}, Figures(303_301_632, 61_553_688_576, 97, 16)),
    ("vit_l_32", {"classifier": False}, Figures(305_510_400, 15_376_515_072, 97, 32)),
    ("vit_h_14", {"classifier": False}, Figures(630_764_800, 167_293_829_120, 129, 14)),
    ("vit_b_16", {"resolution": 384}, Figures(86_859_496, 55_484_350_464, 50, 16)),
    ("vit_l_16", {"resolution": 384}, Figures(304_715_752, 191_066_300_416, 98, 16)),
]
VIT: dict[str, Any] = {
    "moves": (("class_token", "conv_proj."),),
    "reshaped": ("class_token", "encoder.pos_embedding"),
}
TIMM_VIT: dict[str, Any] = {
    "moves": (("cls_token", "patch_embed."), ("pos_embed", "cls_token")),
    "reshaped": ("cls_token", "pos_embed"),
}


def shallow(name: str, patch: int, width: int, heads: int, size: int = 224) -> Case:
    """Two encoder layers: the others only repeat them."""
    build = built("vit", "vision_transformer", patch, width, heads, size)
    return Case(name, "torchvision", build, {"depth": 2}, (3, size, size), **VIT)


def headless(size: int, **settings: Any) -> Case:
    """Timm's with no classes, which leaves out the head."""
    build = timm("vit_base_patch16_224", num_classes=0, img_size=size, weight_init="skip", **settings)
    return Case("vit_b_16", "timm", build, {"classifier": False, **settings}, (3, size, size), **TIMM_VIT)


SAME = [
    *(same(name)._replace(**VIT) for name in ("vit_b_16", "vit_b_32")),
    shallow("vit_b_16", 16, 768, 12, size=96),
    shallow("vit_l_16", 16, 1024, 16),
    shallow("vit_l_32", 32, 1024, 16),
    shallow("vit_h_14", 14, 1280, 16),
    Case("vit_b_16", "timm", timm("vit_base_patch16_224", weight_init="skip"), {}, **TIMM_VIT),
    headless(96, depth=2),
]
COUNTED = [
    *(same(name) for name in ("vit_b_16", "vit_l_16", "vit_l_32", "vit_h_14")),
    same("vit_b_32", classes=37),
    Case("vit_b_16", "torchvision", vision("vit_b_16", image_size=384), {}, (3, 384, 384)),
    headless(224),
]
TRAINED = [shallow("vit_b_32", 32, 768, 12, size=64)]
SPOILED = [
    Spoiled(shallow("vit_b_16", 16, 768, 12, size=96), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("LayerNorm", {"eps": 1e-5}),
    ]),
]  # fmt: skip
