"""DeiT: Touvron et al. 2020."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, timm

VARIATIONS = [  # 198 tokens of width D: 196*768*D + 12*(198*12*D*D + 2*198*198*D) + 2*1000*D
    ("deit_t", {"distilled": True}, Figures(5_910_800, 1_261_003_776, 50, 16)),
    ("deit_s", {"distilled": True}, Figures(22_436_432, 4_624_140_288, 50, 16)),
    ("deit_b", {"distilled": True}, Figures(87_338_192, 17_656_811_520, 50, 16)),
    ("deit_b", {"resolution": 384}, Figures(86_859_496, 55_484_350_464, 50, 16)),
]
TIMM = {"deit_t": "deit_tiny", "deit_s": "deit_small", "deit_b": "deit_base"}
PLAIN = (("cls_token", "patch_embed."), ("pos_embed", "cls_token"))
DISTILLED = (("dist_token", "patch_embed."), ("cls_token", "dist_token"), ("pos_embed", "cls_token"))


def plain(name: str, resolution: int = 224, **settings: Any) -> Case:
    """Timm's DeiT."""
    build = timm(f"{TIMM[name]}_patch16_224", img_size=resolution, weight_init="skip", **theirs(settings))
    return case(name, build, resolution, settings, PLAIN, ("cls_token", "pos_embed"))


def distilled(name: str, resolution: int = 224, **settings: Any) -> Case:
    """Timm's distilled DeiT."""
    options = {"img_size": resolution, "weight_init": "skip", **theirs(settings)}
    build = built("deit", "distilled", f"{TIMM[name]}_distilled_patch16_224", **options)
    return case(name, build, resolution, {"distilled": True, **settings}, DISTILLED, ("cls_token", "dist_token", "pos_embed"))


def theirs(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings by timm's names."""
    return {"num_classes" if name == "classes" else name: value for name, value in settings.items()}


def case(name: str, build: Any, resolution: int, settings: dict[str, Any], moves: Any, reshaped: tuple[str, ...]) -> Case:
    settings = {"resolution": resolution, **settings}
    return Case(name, "timm", build, settings, (3, resolution, resolution), moves, reshaped)


SAME = [
    plain("deit_t"),
    plain("deit_s", 96),
    plain("deit_b", 64),
    plain("deit_b", 96, depth=2, classes=37),
    distilled("deit_t"),
    distilled("deit_s", 96, depth=3, classes=37),
    distilled("deit_b", 64, depth=2),
]
COUNTED = [
    *(each(name) for name in ("deit_s", "deit_b") for each in (plain, distilled)),
    plain("deit_b", 384),
]
TRAINED = [distilled("deit_t", 64, depth=2, classes=37)]
SPOILED = [
    Spoiled(distilled("deit_t", 64, depth=2, classes=37), [
        Mistake("GELU", {"approximate": "tanh"}),
        Mistake("LayerNorm", {"eps": 1e-5}),
        Mistake("take", {"index": 0}),
        Mistake("take", {"index": 1}),
    ]),
]  # fmt: skip
