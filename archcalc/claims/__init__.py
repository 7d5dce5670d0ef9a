"""Claims: figures published about a model, which stand in its spec, read and held against the arithmetic. And expectations."""

from archcalc.claims.check import ERRATUM, HOLDS, OUTDATED, WRONG, Checked, Reports, check_claim, value_text
from archcalc.claims.expectations import Expectation, read_expectations
from archcalc.claims.expected import BROKEN, Expected, hold
from archcalc.claims.figures import Figure, read_figure
from archcalc.claims.findings import finding
from archcalc.claims.read import Claim, read_claims, read_errata

__all__ = ["BROKEN", "ERRATUM", "HOLDS", "OUTDATED", "WRONG", "Checked", "Claim", "Expectation", "Expected", "Figure",
           "Reports", "check_claim", "finding", "hold", "read_claims", "read_errata", "read_expectations", "read_figure",
           "value_text"]  # fmt: skip
