"""MnasNet: Tan et al. 2018."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, same, timm

DEPTH = 1 + 2 + 3 * 16 + 2  # of B1: three layers in each of 16 blocks; the stem, the separable layer, the head, fc
FIGURES = expected("mnasnet")
VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [  # counted with timm
    ("mnasnet_a1", {"width": "0.75"}, Figures(2_912_278, 223_448_480, buffers=26_881)),
]
B1 = [name for name in FIGURES if name != "mnasnet_a1"]


def as_wide(width: str, size: tuple[int, ...]) -> Case:
    """Torchvision's, of another width: rounding may even make the sizes of two stages equal, and a shortcut possible."""
    return Case("mnasnet1_0", "torchvision", built("mnasnet", "mnasnet", float(width)), {"width": width}, size)


SAME = [
    *(same(name, (3, 64, 64)) for name in B1),
    same("mnasnet0_5", (3, 135, 182), classes=37),
    as_wide("0.35", (3, 64, 64)),
    Case("mnasnet_a1", "timm", timm("semnasnet_100"), {}, (3, 64, 96)),
    Case("mnasnet_a1", "timm", timm("semnasnet_075", num_classes=37), {"width": "0.75", "classes": 37}, (3, 64, 64)),
    Case("mnasnet1_0", "timm", timm("mnasnet_100"), {}, (3, 64, 64)),
]
COUNTED = [
    *(same(name) for name in B1),
    *(same(name, (3, 320, 256), classes=37) for name in B1),
    *(as_wide(width, (3, 224, 224)) for width in ("0.25", "0.35", "1.4")),
    Case("mnasnet_a1", "timm", timm("semnasnet_100"), {}),
    *(Case("mnasnet_a1", "timm", timm(f"semnasnet_{width}", num_classes=37), {"width": f"0.{width[1:]}", "classes": 37},
           (3, 320, 256)) for width in ("050", "075")),
]  # fmt: skip
SPOILED = [
    Spoiled(Case("mnasnet_a1", "timm", timm("semnasnet_050", num_classes=37), {"width": "0.5", "classes": 37}, (3, 64, 64)), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("Sigmoid", "Hardsigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
    ], every=8),
]  # fmt: skip
