"""Claims: figures published about a model, which stand in its spec, read and held against the arithmetic."""

from archcalc.claims.check import ERRATUM, HOLDS, OUTDATED, WRONG, Checked, check_claims, value_text
from archcalc.claims.figures import Figure, read_figure
from archcalc.claims.read import Claim, read_claims

__all__ = ["ERRATUM", "HOLDS", "OUTDATED", "WRONG", "Checked", "Claim", "Figure", "check_claims", "read_claims", "read_figure",
           "value_text"]  # fmt: skip
