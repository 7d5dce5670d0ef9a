"""The transformer on pixels of CS231n, lecture 12."""

from __future__ import annotations

from zoo.families.transformer import PRE_NORM
from zoo.tables import Case, Figures, Mistake, Spoiled, built

VARIATIONS = [("pixel_transformer", {"patch": 16}, Figures(85_795_584, 17_470_881_792, 49, 16))]


def ordered(names: list[str]) -> list[str]:
    """Patches, positions, and then the encoder, in the order of ours."""
    inner = PRE_NORM([name.removeprefix("encoder.") for name in names if name.startswith("encoder.")])
    return ["patches.weight", "patches.bias", "position", *(f"encoder.{name}" for name in inner)]


def on_pixels(resolution: int, patch: int, width: int = 768, heads: int = 12, depth: int = 12) -> Case:
    """Torch's own encoder layers, on pixels."""
    settings = {"resolution": resolution, "patch": patch, "width": width, "heads": heads, "depth": depth}
    build = built("transformer", "on_pixels", **settings)
    quiet = ((r"patches|position|linear2", 0.02),)
    return Case("pixel_transformer", "torch", build, settings, (3, resolution, resolution), order=ordered, scaled=quiet)


SAME = [on_pixels(12, 1, depth=1), on_pixels(24, 4, width=48, heads=6, depth=3)]
COUNTED = [on_pixels(224, 1), on_pixels(224, 16)]
SPOILED = [
    Spoiled(on_pixels(24, 4, width=48, heads=6, depth=2), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("LayerNorm", {"eps": 1e-5}),
    ]),
]  # fmt: skip
