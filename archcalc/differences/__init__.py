"""What changed between two models, and what it cost; models side by side; reports that were saved before."""

from archcalc.differences.changes import Change, Difference, Growth, LayerChange, difference, growth
from archcalc.differences.comparison import Comparison, Entry, comparison
from archcalc.differences.named import Asked, read_asked, shared
from archcalc.differences.saved import is_saved, read_saved
from archcalc.differences.sides import COUNTS, Line, Side, side_of

__all__ = [
    "COUNTS",
    "Asked",
    "Change",
    "Comparison",
    "Difference",
    "Entry",
    "Growth",
    "LayerChange",
    "Line",
    "Side",
    "comparison",
    "difference",
    "growth",
    "is_saved",
    "read_asked",
    "read_saved",
    "shared",
    "side_of",
]
