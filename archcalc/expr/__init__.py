"""The formula language: one text, read three ways.

A formula such as `floor((W - F + 2*P)/S) + 1` is parsed with Python's own parser, checked against a whitelist, and compiled
once. It can then be evaluated on whole numbers and fractions (exactly: `/` never makes a float), evaluated on symbols through
an `Algebra` (analysis/symbols.py has the one that knows sympy), or shown with its numbers put in.

Nothing unchecked is ever compiled: no attributes but the named axes, no calls but the functions below, no strings.
"""

from __future__ import annotations

from archcalc.expr.check import AXES, PARTS, FormulaError
from archcalc.expr.formulas import Formula, formula

__all__ = ["AXES", "PARTS", "Formula", "FormulaError", "formula"]
