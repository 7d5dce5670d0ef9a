"""ConvNeXt: Liu et al. 2022."""

from __future__ import annotations

from functools import partial
from typing import Any

from zoo.tables import Build, Case, Mistake, Spoiled, built, timm_meta, vision

TINY, SMALL = (3, 64, 64), (3, 96, 96)
# What is added to the features is kept small, and so is what the norms read, else eps would make no difference that shows.
IN_TORCHVISION = ((r"features\.0\.|features\.[246]\.1\.|block\.0\.bias|layer_scale", 0.02), (r"block\.3", 0.5))
IN_TIMM = ((r"stem|downsample\.1|conv_dw\.bias|gamma", 0.02), (r"fc1", 0.5))
NAMES = {"convnext_t": "tiny", "convnext_s": "small", "convnext_b": "base", "convnext_l": "large", "convnext_xl": "xlarge"}


def scale_behind(last: str, scale: str, names: list[str]) -> list[str]:
    """The names with those of layer scales, which begin a block in theirs, behind the block's last layer, as in ours."""
    ordered, held = [], []
    for name in names:
        if name.endswith(scale):
            held.append(name)
        else:
            ordered.append(name)
        if name.endswith(last):
            ordered.append(held.pop())
    return ordered


def in_torchvision(name: str, build: Build, depths: list[int], size: tuple[int, ...], settings: dict[str, Any]) -> Case:
    """Its 1x1 convolutions are linear layers on pictures whose channels stand last."""
    blocks = [f"features.{2 * stage + 1}.{block}" for stage, n in enumerate(depths) for block in range(n)]
    reshaped = [f"{block}.{part}" for block in blocks for part in ("block.3.weight", "block.5.weight")]
    order = partial(scale_behind, "block.5.bias", "layer_scale")
    return Case(name, "torchvision", build, settings, size, reshaped=tuple(reshaped), order=order, scaled=IN_TORCHVISION)


def named(name: str, depths: list[int], size: tuple[int, ...], classes: int = 1000) -> Case:
    build = vision(f"convnext_{NAMES[name]}", num_classes=classes)
    return in_torchvision(name, build, depths, size, {"classes": classes})


def narrow(depths: list[int], width: int, size: tuple[int, ...]) -> Case:
    build = built("convnext", "convnext", depths, width)
    return in_torchvision("convnext_t", build, depths, size, {"depths": depths, "width": width})


def in_timm(name: str, size: tuple[int, ...], classes: int = 1000, kernel: int = 7) -> Case:
    """With convolutions as in ours."""
    build = timm_meta(f"convnext_{NAMES[name]}", num_classes=classes, kernel_sizes=kernel, conv_mlp=True)
    settings = {"classes": classes, "kernel": kernel}
    reshaped = tuple(f"stages.{stage}.blocks.{block}.gamma" for stage in range(4) for block in range(27))
    order = partial(scale_behind, "mlp.fc2.bias", "gamma")
    return Case(name, "timm", build, settings, size, reshaped=reshaped, order=order, scaled=IN_TIMM)


SAME = [
    named("convnext_t", [3, 3, 9, 3], (3, 71, 94), classes=37),
    named("convnext_s", [3, 3, 27, 3], TINY),
    named("convnext_b", [3, 3, 27, 3], TINY),
    narrow([1, 2, 1], 40, SMALL),
    in_timm("convnext_t", SMALL, kernel=5),
]
COUNTED = [
    *(in_timm(name, (3, 224, 224)) for name in NAMES),
    *(in_timm(name, size, classes=37) for name in ("convnext_t", "convnext_b") for size in ((3, 320, 256), (3, 201, 333))),
    in_timm("convnext_t", (3, 224, 224), kernel=3),
]
TRAINED = [narrow([1, 1], 40, TINY)]
SPOILED = [
    Spoiled(narrow([1, 1], 40, TINY), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("GELU", "SiLU"),
        Mistake("layernorm", {"eps": 1e-5}),
        Mistake("LayerNorm", {"eps": 1e-5}),
        Mistake("scale", "Identity"),
    ]),
]  # fmt: skip
