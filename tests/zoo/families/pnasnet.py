"""PNASNet-5: Liu et al. 2017."""

from __future__ import annotations

from zoo.families.nasnet_a import CELL_MISTAKES
from zoo.tables import Case, Spoiled, built, timm, timm_meta


def moves(cells: list[str]) -> tuple[tuple[str, str], ...]:
    """The last cell's 1x1 in front of what is made of that from before, as we have it."""
    return tuple((f"{cell}.conv_prev_1x1.", f"{cell}.conv_1x1.") for cell in cells)


LARGE = moves(["cell_stem_1", *(f"cell_{number}" for number in range(12))])


def of_cells(name: str, n: int, f: int, stem: int, size: tuple[int, ...], classes: int = 1000) -> Case:
    """Timm's cells, put together anew."""
    settings = {"cells": n, "filters": f, "stem": stem, "classes": classes}
    return Case(name, "timm", built("pnasnet", "PNASNet", n, f, stem, classes), settings, size,
                moves([f"cells.{number}" for number in range(3 * n + 1)]))  # fmt: skip


SAME = [
    of_cells("pnasnet5_mobile", 3, 54, 32, (3, 224, 224)),
    of_cells("pnasnet5_mobile", 2, 24, 16, (3, 135, 182), classes=37),
    Case("pnasnet5_large", "timm", timm("pnasnet5large"), {}, (3, 96, 96), LARGE),
]
COUNTED = [
    of_cells("pnasnet5_mobile", 3, 54, 32, (3, 224, 224)),
    of_cells("pnasnet5_mobile", 3, 54, 32, (3, 320, 256), classes=37),
    Case("pnasnet5_large", "timm", timm_meta("pnasnet5large"), {}, (3, 331, 331)),
    Case("pnasnet5_large", "timm", timm_meta("pnasnet5large", num_classes=37), {"classes": 37}, (3, 320, 256)),
]
TRAINED = [of_cells("pnasnet5_mobile", 2, 12, 16, (3, 97, 129), classes=37)]
SPOILED = [
    Spoiled(of_cells("pnasnet5_mobile", 2, 12, 16, (3, 65, 65), classes=37), [*CELL_MISTAKES], every=64),
]  # fmt: skip
