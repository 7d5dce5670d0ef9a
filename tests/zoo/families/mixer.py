"""MLP-Mixer: Tolstikhin et al. 2021."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Mistake, Spoiled, built, timm, timm_meta

SIZES = {"mixer_s_32": (32, 512), "mixer_l_32": (32, 1024), "mixer_l_16": (16, 1024), "mixer_h_14": (14, 1280)}

# What is added to the tokens is kept small, else LayerNorm's eps would make no difference that shows.
SCALED = ((r"stem\.proj|fc2", 0.02), (r"fc1", 0.5))


def shallow(name: str, size: tuple[int, int], classes: int = 1000, **settings: Any) -> Case:
    """Two mixer layers: the others only repeat them."""
    patch, width = SIZES[name]
    build = built("mixer", "mixer", size, patch, width, 2, classes=classes)
    return Case(name, "timm", build, {"depth": 2, "classes": classes, **settings}, (3, *size), scaled=SCALED)


def other_widths(size: tuple[int, int], depth: int) -> Case:
    """MLPs of other widths than in the paper."""
    settings = {"depth": depth, "patch": 8, "width": 64, "tokens_mlp": 16, "channels_mlp": 192, "classes": 37}
    build = built("mixer", "mixer", size, 8, 64, depth, (0.25, 3), 37)
    return Case("mixer_s_16", "timm", build, settings, (3, *size), scaled=SCALED)


SAME = [
    *(Case(f"mixer_{size}_{patch}", "timm", timm(f"mixer_{size}{patch}_224", img_size=64), {"resolution": 64}, (3, 64, 64),
           scaled=SCALED)
      for size in "sb" for patch in (32, 16)),
    Case("mixer_s_16", "timm", timm("mixer_s16_224", img_size=96, num_classes=0), {"classifier": False}, (3, 96, 96),
         scaled=SCALED),
    shallow("mixer_s_32", (96, 128), classes=37),
    *(shallow(name, (64, 64)) for name in ("mixer_l_32", "mixer_l_16")),
    shallow("mixer_h_14", (56, 56)),
    other_widths((48, 64), depth=3),
]  # fmt: skip
COUNTED = [
    *(Case(f"mixer_{size}_{patch}", "timm", timm_meta(f"mixer_{size}{patch}_224"), {}) for size in "sbl" for patch in (32, 16)),
    Case("mixer_h_14", "timm", built("mixer", "mixer", (224, 224), 14, 1280, 32), {}),
    Case("mixer_b_16", "timm", timm_meta("mixer_b16_224", img_size=(320, 256), num_classes=37), {"classes": 37}, (3, 320, 256)),
    Case("mixer_s_32", "timm", timm_meta("mixer_s32_224", img_size=384), {"resolution": 384}, (3, 384, 384)),
]
SPOILED = [
    Spoiled(other_widths((48, 64), depth=2), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("LayerNorm", {"eps": 1e-5}),
    ], unseen=r"tokens\.body\.linear2\.bias"),  # shifts all features of a token together, which every LayerNorm takes away
]  # fmt: skip
