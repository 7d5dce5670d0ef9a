"""The encoder of the transformer: Vaswani et al. 2017."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built

VARIATIONS = [
    ("transformer_encoder", {"depth": 6, "post_norm": True}, Figures(6 * 7_087_872, 6 * 1_446_273_024, 24)),
    # the paper's base model, on 100 tokens
    ("transformer_encoder", {"width": 512, "heads": 8, "tokens": 100, "post_norm": True, "act": "relu"},
     Figures(3_152_384, 324_812_800, 4)),
]  # fmt: skip


def in_order(*parts: str) -> Callable[[list[str]], list[str]]:
    """Puts the names of each layer in this order of its parts; torch registers norms last."""

    def ordered(names: list[str]) -> list[str]:
        return sorted(names, key=lambda name: (int(name.split(".")[0]), parts.index(name.split(".")[1])))

    return ordered


PRE_NORM = in_order("norm1", "self_attn", "norm2", "linear1", "linear2")
POST_NORM = in_order("self_attn", "norm1", "linear1", "linear2", "norm2")


def encoder(tokens: int, width: int, heads: int, hidden: int, depth: int, **settings: Any) -> Case:
    """Torch's own encoder layers."""
    build = built("transformer", "encoder", width, heads, hidden, depth, **settings)
    own = {"tokens": tokens, "width": width, "heads": heads, "hidden": hidden, "depth": depth, **settings}
    order = POST_NORM if settings.get("post_norm") else PRE_NORM
    # The tokens, and what is added to them, are kept small, else LayerNorm's eps would make no difference that shows.
    quiet = ((r"linear2", 0.02),)
    return Case("transformer_encoder", "torch", build, own, (tokens, width), order=order, loud=0.02, scaled=quiet)


SAME = [
    encoder(196, 768, 12, 3072, 1),
    encoder(10, 48, 6, 80, 3),
    encoder(10, 48, 4, 192, 2, post_norm=True, act="relu"),
]
COUNTED = [encoder(196, 768, 12, 3072, 12), encoder(100, 512, 8, 2048, 6, post_norm=True, act="relu")]
SPOILED = [
    Spoiled(encoder(10, 48, 6, 80, 2), [Mistake("GELU", {"approximate": "tanh"}), Mistake("LayerNorm", {"eps": 1e-5})]),
]
