"""NASNet-A: Zoph et al. 2017."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, timm, timm_meta

# Theirs make what comes from before first; behind a reduction they do not.
REDUCTIONS = ("reduction_cell_0", "reduction_cell_1")
LARGE = (*REDUCTIONS, *(f"cell_{number}" for first in (1, 7, 13) for number in range(first, first + 5)))
MOBILE = (*REDUCTIONS, *(f"cell_{number}" for first in (1, 7, 13) for number in range(first, first + 3)))
UNITS = ("stage1.unit2", "stage1.unit3", "stage1.unit4",
         *(f"stage{stage}.unit{unit}" for stage in (2, 3) for unit in (1, 3, 4, 5)))  # fmt: skip


def moves(prefix: str, cells: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The last cell's 1x1 in front of that from before, as we have it."""
    return tuple((f"{prefix}{cell}.conv_prev_1x1.", f"{prefix}{cell}.conv_1x1.") for cell in cells)


def as_in_timm(size: tuple[int, ...]) -> Case:
    """Timm's cells, wired as a mobile network."""
    return Case("nasnet_a_mobile", "timm", built("nasnet_a", "NASNetMobile"), {}, size, moves("large.", MOBILE))


SMALLER = {"classes": 37, "stem": 24, "filters": 20}
SAME = [
    as_in_timm((3, 224, 224)),
    as_in_timm((3, 85, 130)),
    Case("nasnet_a_mobile", "pytorchcv", built("nasnet_a", "mobile_without_excess"), {}, (3, 224, 224),
         tuple((f"features.{unit}.conv1x1_prev.", f"features.{unit}.conv1x1.") for unit in UNITS)),
    Case("nasnet_a_large", "timm", timm("nasnetalarge"), {"count_pad": True}, (3, 96, 96), moves("", LARGE)),
    Case("nasnet_a_large", "timm", built("nasnet_a", "large", num_classes=37, stem_size=24, num_features=480), SMALLER,
         (3, 135, 182), moves("", LARGE)),
]  # fmt: skip
COUNTED = [
    *(as_in_timm(size) for size in ((3, 224, 224), (3, 320, 256))),
    Case("nasnet_a_large", "timm", timm_meta("nasnetalarge"), {}, (3, 331, 331)),
    Case("nasnet_a_large", "timm", timm_meta("nasnetalarge", num_classes=37), {"classes": 37}, (3, 320, 256)),
]
# Of 64 x 64, batch norm would have 2 x 2 in the last cells when trained: too few for single precision.
TRAINED = [as_in_timm((3, 80, 80))]
CELL_MISTAKES = (  # what may be wrong with cells of this sort, here and in the families that came after
    Mistake("ReLU", "Identity", every=8),
    Mistake("BatchNorm2d", {"eps": 1e-5}, every=8),
    Mistake("concat", "turned"),
    Mistake("ZeroPad2d", "Identity"),
    Mistake("ZeroPad2d", {"padding": (1, -1, 1, -1)}),
    Mistake("maxpool", "padded evenly"),
    Mistake("conv", "padded evenly", every=2),
)
MEAN_MISTAKES = (  # and with their means
    Mistake("avgpool", "padded evenly"),
    Mistake("avgpool", {"count_pad": True}),
    Mistake("AvgPool2d", {"count_include_pad": True}),
)
SPOILED = [
    Spoiled(as_in_timm((3, 64, 64)), [
        Mistake("ReLU", "Identity", every=24),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=24),
        Mistake("AvgPool2d", {"count_include_pad": True}, every=8),
        Mistake("avgpool", {"count_pad": True}),
    ], every=64),
]  # fmt: skip
