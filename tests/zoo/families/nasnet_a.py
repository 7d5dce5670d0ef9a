"""NASNet-A: Zoph et al. 2017."""

from __future__ import annotations

from zoo.tables import Case, Figures, built

# The multiply-adds are the paper's 564 million; implementations that pad strided layers by hand, and cut the excess off
# again, compute 568 million.
FIGURES = {"nasnet_a_mobile": Figures(5_289_978, 563_638_816)}

# Of a mobile network under the names that timm has for the cells of the large one. Theirs make what comes from before first;
# behind a reduction they do not.
CELLS = (*range(1, 4), *range(7, 10), *range(13, 16))
MOVES = tuple(
    (f"large.{cell}.conv_prev_1x1.", f"large.{cell}.conv_1x1.")
    for cell in ("reduction_cell_0", "reduction_cell_1", *(f"cell_{number}" for number in CELLS))
)


def as_in_timm(size: tuple[int, ...]) -> Case:
    """Timm's cells, wired as a mobile network."""
    return Case("nasnet_a_mobile", "timm", built("nasnet_a", "NASNetMobile"), {}, size, MOVES)


SAME = [as_in_timm((3, 224, 224)), as_in_timm((3, 85, 130))]
