"""Symbolic sizes: formulas worked out on letters such as `H` in `--input 3xHxW`. Only this folder imports sympy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from archcalc.analysis.symbols.algebra import NAMESPACE, decide, equal, largest, substituted, total
from archcalc.analysis.symbols.conditions import Condition, compare
from archcalc.analysis.symbols.summary import summarize_conditions
from archcalc.analysis.symbols.terms import enter, is_exact, is_number, leave, whole
from archcalc.arithmetic import Algebra, Number, show_number
from archcalc.errors import SpecError
from archcalc.expr import formula

__all__ = ["Condition", "SymbolicAlgebra", "evaluate", "parse_size", "substituted", "summarize_conditions"]


class SymbolicAlgebra(Algebra):
    """Exact arithmetic on int, Fraction and symbols, which stand for whole numbers of at least 1."""

    direct = False

    def __init__(self) -> None:
        super().__init__()
        self.namespace = NAMESPACE
        self._assumed: list[Any] = []

    def symbol(self, name: str) -> Number:
        """The symbol of this name. The same name is always the same symbol."""
        return sympy.Symbol(name, integer=True, positive=True)

    def substitute(self, value: Any, numbers: Mapping[str, Number]) -> Any:
        """A value with numbers for symbols, by name; an int or Fraction where no symbol is left."""
        return substituted(value, numbers)

    def is_symbol(self, value: Any) -> bool:
        """Whether a value is a symbol or made of symbols."""
        return isinstance(value, sympy.Expr) and not value.is_Rational

    def decide(self, condition: Any) -> bool | None:
        """Whether a condition holds; None where that depends on a symbol."""
        return decide(condition)

    def decide_whole(self, value: Number) -> bool | None:
        """Whether a value is a whole number; None where that depends on a symbol."""
        return type(value) is int if is_exact(value) else whole(enter(value))

    def decide_at_least(self, value: Number, least: int) -> bool | None:
        """Whether a value is at least `least`; None where that depends on a symbol."""
        return decide(compare(">=", value, least))

    def decide_equal(self, a: Number, b: Number) -> bool | None:
        """Whether two values are equal; None where that depends on a symbol."""
        return decide(equal(a, b))

    def largest(self, a: Number, b: Number) -> Number:
        """The larger of two values."""
        return largest(a, b)

    def condition_text(self, condition: Any) -> str:
        """A condition as a formula."""
        return condition.text if isinstance(condition, Condition) else show_number(condition)

    def assume(self, condition: Any) -> None:
        """Note that a value was accepted on this undecided condition."""
        self._assumed.append(condition)

    def assumed(self) -> list[Any]:
        """The conditions noted since this was last asked."""
        conditions, self._assumed = self._assumed, []
        return conditions

    def summarize(self, conditions: list[Any]) -> list[str]:
        """Undecided conditions as few readable texts."""
        return summarize_conditions(conditions)

    def total(self, values: list[Number]) -> Number:
        """The sum of many values."""
        return total(values)

    def text(self, value: Number) -> str:
        """The value in Python syntax, multiplied out."""
        return str(leave(enter(value))) if is_number(value) else show_number(value)


def parse_size(text: str, algebra: SymbolicAlgebra | None = None) -> Number:
    """One size of `--input 3x32*sx32*s`: "224", "H" or "32*s", in which every name is a symbol. Raises SpecError."""
    worked = formula(text)
    if worked.attributes:
        raise SpecError("bad-value", f"'{text}': a symbol has no axes")
    algebra = algebra or SymbolicAlgebra()
    value = worked.evaluate({name: algebra.symbol(name) for name in worked.names}, algebra)
    if not is_number(value) or isinstance(value, bool):
        raise SpecError("bad-value", f"'{text}' is not a size")
    return value


def evaluate(value: Any, values: Mapping[str, int]) -> Number:
    """A value with numbers for all its symbols, as int or Fraction. Raises KeyError if a symbol has none."""
    if not is_exact(value):
        for symbol in value.free_symbols:
            values[symbol.name]
    return substituted(value, values)
