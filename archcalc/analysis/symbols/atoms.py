"""The functions that symbolic values are made of, beside sums, products and powers.

They are ours and not sympy's because they must stay as they are built, cost next to nothing, and print as Python:
`(H - 7)//4`, not `floor(H/4 - 7/4)`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE

Expr = Any  # a sympy expression; sympy has no type hints


class WholeFunction(sympy.Function):  # type: ignore[misc]
    """A function whose values are whole numbers."""

    is_integer = True
    precedence = PRECEDENCE["Add"]  # the lowest that needs no parentheses in a sum: -(a//b) is not -a//b


class FloorDivide(WholeFunction):
    """floor(n/d), written n//d."""

    nargs = 2

    @classmethod
    def eval(cls, n: Expr, d: Expr) -> Expr:
        """The number, where both are."""
        return sympy.floor(n / d) if n.is_Rational and d.is_Rational else None

    def _sympystr(self, printer: Any) -> str:
        return _infix(printer, self.args, "//")

    def _latex(self, printer: Any) -> str:
        n, d = (printer._print(a) for a in self.args)
        return rf"\left\lfloor \frac{{{n}}}{{{d}}} \right\rfloor"


class Modulo(sympy.Function):  # type: ignore[misc]
    """n - d*floor(n/d), written n % d. It is a whole number where n and d are."""

    nargs = 2
    precedence = PRECEDENCE["Add"]

    @classmethod
    def eval(cls, n: Expr, d: Expr) -> Expr:
        """The number, where both are."""
        return n - d * sympy.floor(n / d) if n.is_Rational and d.is_Rational else None

    def _sympystr(self, printer: Any) -> str:
        return _infix(printer, self.args, " % ")

    def _latex(self, printer: Any) -> str:
        n, d = (printer._print(a) for a in self.args)
        return rf"\left({n} \bmod {d}\right)"


class Rounded(WholeFunction):
    """The nearest whole number; halves go to the even one."""

    nargs = 1

    @classmethod
    def eval(cls, x: Expr) -> Expr:
        """The number, where it is one."""
        return sympy.Integer(round(Fraction(x.p, x.q))) if x.is_Rational else None

    def _sympystr(self, printer: Any) -> str:
        return f"round({printer._print(self.args[0])})"


class Extreme(sympy.Function):  # type: ignore[misc]
    """What the largest and the smallest of several share."""

    precedence = PRECEDENCE["Atom"]
    word = ""

    def _sympystr(self, printer: Any) -> str:
        return f"{self.word}({', '.join(printer._print(a) for a in self.args)})"

    def _latex(self, printer: Any) -> str:
        return rf"\{self.word}\left({', '.join(printer._print(a) for a in self.args)}\right)"


class Largest(Extreme):
    """The largest of its arguments."""

    word = "max"

    @classmethod
    def eval(cls, *values: Expr) -> Expr:
        """The number, where all are."""
        return max(values) if all(v.is_Rational for v in values) else None


class Smallest(Extreme):
    """The smallest of its arguments."""

    word = "min"

    @classmethod
    def eval(cls, *values: Expr) -> Expr:
        """The number, where all are."""
        return min(values) if all(v.is_Rational for v in values) else None


def _infix(printer: Any, args: tuple[Expr, ...], sign: str) -> str:
    left, right = args
    level = PRECEDENCE["Mul"]
    return f"{printer.parenthesize(left, level, strict=True)}{sign}{printer.parenthesize(right, level)}"
