"""EfficientNet: Tan and Le 2019."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, expected, same, timm

FIGURES = expected("efficientnet")
VARIATIONS = [
    ("efficientnet_b0", {"phi": 3}, FIGURES["efficientnet_phi3"]),
    # another network with phi = 1: the formulas give the factors that B7 states
    ("efficientnet_b0", {"alpha": 3.1, "beta": 2, "gamma": "600/224", "phi": 1}, FIGURES["efficientnet_b7"]),
]
RESOLUTIONS = [224, 240, 260, 300, 380, 456, 528, 600]
TINY = (3, 64, 64)


def compound(phi: int, size: tuple[int, ...]) -> Case:
    """What timm makes of the factors that the paper's formulas give."""
    return Case(f"efficientnet_phi{phi}", "timm", built("efficientnet", "scaled", 1.1**phi, 1.2**phi), {}, size)


def narrow_and_shallow(size: tuple[int, ...]) -> Case:
    return Case("efficientnet_b0", "timm", built("efficientnet", "scaled", 0.75, 0.5), {"width": 0.75, "depth": 0.5}, size)


SAME = [
    *(same(f"efficientnet_b{n}", TINY) for n in range(8)),
    same("efficientnet_b1", (3, 71, 94), classes=37),
    *(compound(phi, TINY) for phi in (1, 3)),
    narrow_and_shallow(TINY),
    Case("efficientnet_b0", "timm", timm("efficientnet_b0"), {}, TINY),
    Case("efficientnet_b0", "torchvision", built("efficientnet", "squeezed", 8), {"reduction": 8}, TINY),
]
COUNTED = [
    *(same(f"efficientnet_b{n}", (3, size, size)) for n, size in enumerate(RESOLUTIONS)),
    *(same(name, (3, 320, 256), classes=37) for name in ("efficientnet_b0", "efficientnet_b3", "efficientnet_b5")),
    *(compound(phi, (3, size, size)) for phi, size in enumerate([258, 296, 341, 392, 451, 518, 596], start=1)),
    narrow_and_shallow((3, 224, 224)),
]
WITHOUT_DROPOUT = {"width": 0.75, "depth": 0.5, "drop": 0}  # as timm's, unless asked for
TRAINED = [narrow_and_shallow((3, 96, 96))._replace(settings=WITHOUT_DROPOUT)]
SPOILED = [
    Spoiled(narrow_and_shallow(TINY), [
        Mistake("SiLU", "ReLU", every=2),
        Mistake("SiLU", "Hardswish", every=2),
        Mistake("Sigmoid", "Hardsigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
    ], every=8),
]  # fmt: skip
