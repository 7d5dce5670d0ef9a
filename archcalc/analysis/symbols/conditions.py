"""Conditions on symbols: true, false, or undecided; and the few readable ones that many of them come to."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import gcd
from typing import Any

import sympy

from archcalc.analysis.symbols.atoms import Expr, FloorDivide, Modulo
from archcalc.analysis.symbols.bounds import bounds
from archcalc.analysis.symbols.terms import CACHED, difference, enter, expanded, leave, monomials, remainder, whole
from archcalc.arithmetic import Number, Undecided, show_number

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Condition(ABC):
    """A condition that holds for some values of its symbols and fails for others, as far as is known. Its text is a formula.

    It is never silently true or false: `bool` raises Undecided.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def text(self) -> str:
        """The condition as a formula, made when it is read."""

    def __bool__(self) -> bool:
        raise Undecided(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    @abstractmethod
    def key(self) -> tuple[Any, ...]:
        """What equal conditions have in common."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    @abstractmethod
    def negated(self) -> Condition:
        """The condition that holds where this one fails."""

    def parts(self) -> list[Condition]:
        """The conditions that must all hold for this one to hold."""
        return [self]


class Relation(Condition):
    """Two values that are compared."""

    __slots__ = ("left", "right", "sign")

    def __init__(self, left: Number, sign: str, right: Number) -> None:
        self.left, self.sign, self.right = left, sign, right

    @property
    def text(self) -> str:
        """Both sides, with the sign between them."""
        return f"{show_number(self.left)} {self.sign} {show_number(self.right)}"

    def key(self) -> tuple[Any, ...]:
        """Both sides and the sign."""
        return self.left, self.sign, self.right

    def negated(self) -> Condition:
        """The opposite comparison."""
        return Relation(self.left, _OPPOSITE[self.sign], self.right)


class Several(Condition):
    """Conditions joined by `and`, or by `or`."""

    __slots__ = ("members", "word")

    def __init__(self, word: str, members: list[Condition]) -> None:
        self.word: str = word
        self.members: list[Condition] = members

    @property
    def text(self) -> str:
        """The members, with the word between them."""
        texts = [f"({m})" if isinstance(m, Several) and m.word != self.word else str(m) for m in self.members]
        return f" {self.word} ".join(texts)

    def key(self) -> tuple[Any, ...]:
        """The word and the members."""
        return (self.word, *self.members)

    def negated(self) -> Condition:
        """By De Morgan's law."""
        return Several("or" if self.word == "and" else "and", [m.negated() for m in self.members])

    def parts(self) -> list[Condition]:
        """The members of an `and`, down to those that are none."""
        return [part for m in self.members for part in m.parts()] if self.word == "and" else [self]


# ------------------------------------------------------------------------------------------ comparing


def compare(sign: str, a: Number, b: Number) -> bool | Condition:
    """The comparison of two numbers, decided where that can be proved."""
    truth = _decided(sign, enter(a), enter(b))
    if truth is not None:
        return truth
    a, b = leave(enter(a)), leave(enter(b))
    return _equality(sign, a, b) if sign in ("==", "!=") else Relation(a, sign, b)


@lru_cache(maxsize=CACHED)
def _decided(sign: str, a: Expr, b: Expr) -> bool | None:
    gap = difference(a, b)
    if gap.is_Rational:
        return bool(SIGNS[sign](Fraction(int(gap.p), int(gap.q)), 0))
    lo, hi = bounds(gap)
    if sign in ("==", "!="):
        return (sign == "!=") if lo > 0 or hi < 0 or _never_zero(gap) else None
    if sign in (">", "<="):
        holds, fails = lo > 0, hi <= 0
    else:
        holds, fails = lo >= 0, hi < 0
    if not (holds or fails):
        return None
    return (holds if sign in (">", ">=") else fails) is True


def _never_zero(gap: Expr) -> bool:
    """Whether the constant of a sum is no multiple of what all its other terms are multiples of."""
    constant, rest = gap.as_coeff_Add()
    unit = Fraction(0)
    for c, _ in monomials(rest):
        unit = Fraction(gcd(unit.numerator * c.denominator, c.numerator * unit.denominator), unit.denominator * c.denominator)
    steps = expanded(rest / sympy.Rational(unit.numerator, unit.denominator))
    return whole(steps) is True and (Fraction(int(constant.p), int(constant.q)) / unit).denominator != 1


def _equality(sign: str, a: Number, b: Number) -> bool | Condition:
    """`16*(H//16) == H` as `H % 16 == 0`; a multiple of one remainder as that remainder."""
    gap = difference(enter(a), enter(b))
    for c, factors in monomials(gap):
        if len(factors) != 1 or factors[0][1] != 1:
            continue
        atom, scale = factors[0][0], sympy.Rational(c.numerator, c.denominator)
        if isinstance(atom, FloorDivide) and atom.args[1].is_Integer and whole(atom.args[0]):
            n, q = atom.args  # gap = scale*(n//q) + rest, and n//q = (n - n % q)/q
            rest = expanded(gap - scale * atom + scale * n / q)
            wanted = rest * q / scale
            if rest.is_Rational and wanted.is_Integer and 0 <= wanted < q:
                return compare(sign, leave(remainder(expanded(n - wanted), q)), 0)
        elif isinstance(atom, Modulo):
            rest = expanded(gap - scale * atom)
            if rest.is_Rational and (scale != 1 or rest != -enter(b)):
                return compare(sign, atom, leave(-rest / scale))
    return Relation(a, sign, b)
