"""RegNet: Radosavovic et al. 2020."""

from __future__ import annotations

import re
from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, timm

FIGURES = expected("regnet")
# The networks that the authors published under the names of three of these; counted with timm
PUBLISHED = {
    "regnet_x_400mf": ("regnetx_004", "[32, 64, 160, 384]"),
    "regnet_y_800mf": ("regnety_008", "[64, 128, 320, 768]"),
    "regnet_y_8gf": ("regnety_080", "[168, 448, 896, 2016]"),
}
VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [
    ("regnet_x_400mf", {"widths": PUBLISHED["regnet_x_400mf"][1]}, Figures(5_157_512, 397_677_568, buffers=36_743)),
    ("regnet_y_800mf", {"widths": PUBLISHED["regnet_y_800mf"][1]}, Figures(6_263_168, 797_176_832, buffers=29_935)),
    ("regnet_y_8gf", {"widths": PUBLISHED["regnet_y_8gf"][1]}, Figures(39_180_068, 7_963_057_312, buffers=85_800)),
]


def as_in_torchvision(name: str, size: tuple[int, ...], classes: int = 1000) -> Case:
    """Torchvision's own network."""
    return Case(name, "torchvision", built("regnet", "regnet", name, num_classes=classes), {"classes": classes}, size)


def of_parts(depths: list[int], widths: list[int], group_width: int, bottleneck: int, se: str, size: tuple[int, ...]) -> Case:
    """A network of torchvision's blocks."""
    settings = {
        "depths": str(depths), "widths": str(widths), "group_width": group_width, "bottleneck": bottleneck, "se": se,
    }  # fmt: skip
    build = built("regnet", "of_blocks", depths, widths, group_width, bottleneck, float(se))
    return Case("regnet_x_400mf", "torchvision", build, settings, size)


def projections_first(names: list[str]) -> list[str]:
    """Timm's projections stand last in their blocks."""
    blocks: dict[str, list[str]] = {}
    for name in names:
        found = re.match(r"s\d\.b\d+\.|", name)
        assert found
        blocks.setdefault(found[0] or name, []).append(name)
    return [name for block in blocks.values() for name in sorted(block, key=lambda name: ".downsample." not in name)]


def as_in_timm(name: str, theirs: str, size: tuple[int, ...], widths: str) -> Case:
    """Timm's network of the authors' widths."""
    return Case(name, "timm", timm(theirs), {"widths": widths}, size, order=projections_first)


SAME = [
    *(as_in_torchvision(name, (3, 64, 64)) for name in FIGURES if FIGURES[name].params < 50_000_000),
    *(as_in_torchvision(name, (3, 32, 32)) for name in FIGURES if 50_000_000 < FIGURES[name].params < 150_000_000),
    *(as_in_torchvision(name, (3, 135, 102), classes=37) for name in ("regnet_x_400mf", "regnet_y_400mf")),
    of_parts([1, 2, 1], [32, 72, 104], 8, 1, "0.25", (3, 64, 48)),
    of_parts([2, 1], [48, 96], 16, 2, "0", (3, 32, 48)),
    *(as_in_timm(name, *PUBLISHED[name][:1], (3, 64, 64), PUBLISHED[name][1]) for name in ("regnet_x_400mf", "regnet_y_800mf")),
]
COUNTED = [
    *(as_in_torchvision(name, (3, 224, 224)) for name in FIGURES),
    *(as_in_torchvision(name, (3, 320, 256), classes=37) for name in ("regnet_x_400mf", "regnet_y_400mf", "regnet_y_1_6gf")),
    *(as_in_timm(name, theirs, (3, 224, 224), widths) for name, (theirs, widths) in PUBLISHED.items()),
]
SPOILED = [
    Spoiled(of_parts([1, 2, 1], [32, 72, 104], 8, 1, "0.25", (3, 64, 48)), [
        Mistake("ReLU", "Identity"),
        Mistake("Sigmoid", "Hardsigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-3}),
    ]),
]  # fmt: skip
