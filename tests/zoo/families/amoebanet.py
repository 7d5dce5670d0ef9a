"""AmoebaNet: Real et al. 2018."""

from __future__ import annotations

from zoo.families.nasnet_a import CELL_MISTAKES, MEAN_MISTAKES
from zoo.tables import Case, Spoiled, built


def of_parts(name: str, n: int, f: int, size: tuple[int, ...], stem: int = 32, classes: int = 1000, meta: bool = False) -> Case:
    """The parts of timm's PNASNet, put together."""
    settings = {"cells": n, "filters": f, "stem": stem, "classes": classes}
    return Case(name, "timm", built("amoebanet", "amoebanet", n, f, stem, classes, meta=meta), settings, size)


SAME = [
    of_parts("amoebanet_a", 6, 190, (3, 96, 96)),
    of_parts("amoebanet_a", 2, 42, (3, 135, 182), 24, 37),
]
COUNTED = [
    of_parts("amoebanet_a", 6, 190, (3, 331, 331), meta=True),
    of_parts("amoebanet_a", 2, 42, (3, 320, 256), 24, 37, meta=True),
    of_parts("amoebanet_a_n6_f448", 6, 448, (3, 331, 331), meta=True),
]
SPOILED = [
    Spoiled(of_parts("amoebanet_a", 1, 48, (3, 65, 65), 8, 37), [*CELL_MISTAKES, *MEAN_MISTAKES], every=32),
]
