"""Swin Transformer: Liu et al. 2021."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, same

LARGER: dict[str, Any] = {"resolution": 384, "window": 12}
VARIATIONS = [
    ("swin_b", LARGER, Figures(87_903_584, 47_083_134_976, 101)),
    ("swin_l", LARGER, Figures(196_735_516, 103_919_087_616, 101)),
]


# What is added to the features is kept small, else eps would make no difference that shows.
IN_TORCHVISION = ((r"features\.0\.|reduction", 0.02),)
IN_TIMM = ((r"reduction", 0.02),)


def as_in_torchvision(name: str, size: tuple[int, ...], classes: int = 1000) -> Case:
    """Torchvision's own."""
    build = built("swin", "torchvision_swin", name, num_classes=classes)
    return Case(name, "torchvision", build, {"classes": classes}, size, merging(stages=4), scaled=IN_TORCHVISION)


def merging(stages: int) -> tuple[tuple[str, str], ...]:
    """Torchvision registers the linear layer of a patch merging before the norm that it follows."""
    return tuple((f"features.{i}.reduction.", f"features.{i}.norm.") for i in range(2, 2 * stages, 2))


def small(depths: list[int], size: tuple[int, ...]) -> Case:
    """Torchvision's class with two stages, and other numbers throughout."""
    settings: dict[str, Any] = {
        "depths": str(depths), "width": 48, "head_width": 16, "window": 5, "expansion": 3, "classes": 37,
    }  # fmt: skip
    build = built("swin", "torchvision_swin", embed_dim=48, depths=depths, num_heads=[3, 6], window_size=[5, 5],
                  mlp_ratio=3, num_classes=37, stochastic_depth_prob=0)  # fmt: skip
    return Case("swin_t", "torchvision", build, settings, size, merging(stages=2), scaled=IN_TORCHVISION)


def as_in_timm(name: str, theirs: str, resolution: int = 224, window: int = 7, device: str = "meta") -> Case:
    """Timm's, which is built for pictures of one size."""
    build = built("swin", "timm_swin", theirs, device, img_size=resolution, window_size=window)
    settings = {"resolution": resolution, "window": window}
    return Case(name, "timm", build, settings, (3, resolution, resolution), scaled=IN_TIMM)


SAME = [
    as_in_torchvision("swin_t", (3, 72, 100), classes=37),  # padded in windows, and in patch merging
    *(as_in_torchvision(name, (3, 64, 64)) for name in ("swin_s", "swin_b")),
    small([1, 3], (3, 92, 140)),
    as_in_timm("swin_t", "swin_tiny_patch4_window7_224", 128, 4, device="cpu"),
]
COUNTED = [
    *(same(name) for name in ("swin_t", "swin_s", "swin_b")),
    *(same("swin_t", size, classes=37) for size in ((3, 320, 256), (3, 201, 333))),
    as_in_timm("swin_t", "swin_tiny_patch4_window7_224"),
    as_in_timm("swin_b", "swin_base_patch4_window12_384", **LARGER),
    as_in_timm("swin_l", "swin_large_patch4_window7_224"),
    as_in_timm("swin_l", "swin_large_patch4_window12_384", **LARGER),
]
SMALLEST = small([2, 1], (3, 44, 68))  # 11 x 17 patches: padded in windows, and in patch merging
TRAINED = [SMALLEST]
SPOILED = [
    Spoiled(SMALLEST, [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("layernorm", {"eps": 1e-6}),
        Mistake("window_attention", {"shift": (0, 0)}),
        Mistake("window_attention", {"shift": (1, 1)}, every=2),
        Mistake("rearrange", {"order": (2, 4, 0, 1, 3)}, of={"order": (4, 2, 0, 1, 3)}),  # of neighbours
    ]),
]  # fmt: skip
