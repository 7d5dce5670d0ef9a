"""ResMLP: Touvron et al. 2021."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, timm, timm_meta

VARIATIONS = [
    ("resmlp_b24", {"patch": 16}, Figures(115_736_776, 23_020_713_984, 74, 16, buffers=0)),
]


def aligned(depth: int) -> dict[str, Any]:
    """Timm's scales of a layer stand before the rest of it, and its affine parameters have the shape of a batch."""
    blocks = [f"blocks.{i}." for i in range(depth)]
    moves = [
        (f"{b}{scale}", f"{b}{last}.") for b in blocks for scale, last in (("ls1", "linear_tokens"), ("ls2", "mlp_channels"))
    ]
    norms = ["norm.", *(f"{b}{norm}." for b in blocks for norm in ("norm1", "norm2"))]
    reshaped = tuple(f"{norm}{name}" for norm in norms for name in ("alpha", "beta"))
    # Nothing normalises, so that features would grow from layer to layer, far beyond where a GELU is curved.
    scaled = ((r"ls[12]", (2 / depth) ** 0.5), (r"fc1", 0.5))
    return {"moves": tuple(moves), "reshaped": reshaped, "scaled": scaled}


def small(name: str, theirs: str, depth: int) -> Case:
    return Case(name, "timm", timm(theirs, img_size=64), {"resolution": 64}, (3, 64, 64), **aligned(depth))


def of_any_numbers(name: str, size: tuple[int, int], patch: int, width: int, depth: int, classes: int) -> Case:
    """Timm's class, of any numbers."""
    settings = {"patch": patch, "width": width, "depth": depth, "classes": classes}
    build = built("mixer", "resmlp", size, patch, width, depth, classes)
    return Case(name, "timm", build, settings, (3, *size), **aligned(depth))


SAME = [
    small("resmlp_12", "resmlp_12_224", 12),
    small("resmlp_24", "resmlp_24_224", 24),
    small("resmlp_36", "resmlp_36_224", 36),
    of_any_numbers("resmlp_b24", (64, 64), 8, 768, 3, 1000),
    of_any_numbers("resmlp_12", (96, 128), 16, 192, 5, 37),
]
COUNTED = [
    *(Case(name, "timm", timm_meta(f"{name}_224"), {}) for name in ("resmlp_12", "resmlp_24", "resmlp_36")),
    Case("resmlp_b24", "timm", timm_meta("resmlp_big_24_224"), {}),
    of_any_numbers("resmlp_b24", (224, 224), 16, 768, 24, 1000),
    of_any_numbers("resmlp_12", (320, 256), 16, 384, 12, 37),
]
TRAINED = [of_any_numbers("resmlp_12", (32, 48), 16, 96, 2, 37)]
SPOILED = [
    Spoiled(of_any_numbers("resmlp_12", (32, 48), 16, 96, 2, 37), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("scale", "Identity"),
    ]),
]  # fmt: skip
