"""ENAS: Pham et al. 2018."""

from __future__ import annotations

from zoo.families.nasnet_a import CELL_MISTAKES, MEAN_MISTAKES
from zoo.tables import Case, Figures, Spoiled, built

VARIATIONS = [("enas_micro", {"cells": 5}, Figures(3_894_372, 620_907_552))]


def of_parts(n: int, f: int, size: tuple[int, ...], classes: int = 10) -> Case:
    """The parts of timm's PNASNet, put together."""
    settings = {"cells": n, "filters": f, "classes": classes}
    return Case("enas_micro", "timm", built("enas", "Micro", n, f, classes), settings, size)


SAME = [of_parts(6, 36, (3, 32, 32)), of_parts(2, 10, (3, 44, 36), 37)]
COUNTED = [of_parts(6, 36, (3, 32, 32)), of_parts(5, 36, (3, 32, 32)), of_parts(2, 10, (3, 64, 48), 37)]
TRAINED = [of_parts(1, 10, (3, 20, 16), 37)]
SPOILED = [
    Spoiled(of_parts(1, 10, (3, 16, 16), 37), [*CELL_MISTAKES, *MEAN_MISTAKES], every=32),
]
