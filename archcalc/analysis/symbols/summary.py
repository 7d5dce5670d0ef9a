"""Many conditions as the few that a reader needs: `H >= 67` and `H % 32 == 0`, not one for every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import lcm
from typing import Any

from archcalc.analysis.symbols.algebra import decide, substituted, subtract
from archcalc.analysis.symbols.atoms import Modulo
from archcalc.analysis.symbols.bounds import direction
from archcalc.analysis.symbols.conditions import SIGNS, Condition, Relation, Several, compare
from archcalc.analysis.symbols.terms import enter
from archcalc.arithmetic import Number
from archcalc.limits import limits


class _Known:
    """What is known of one symbol: bounds, and numbers that divide it."""

    def __init__(self) -> None:
        self.least, self.most = 1, limits.size
        self.divisors: list[int] = []

    def texts(self, name: str) -> list[str]:
        found = [f"{name} >= {self.least}"] if self.least > lcm(*self.divisors) else []
        if self.most < limits.size:
            found.append(f"{name} <= {self.most}")
        kept = [d for d in self.divisors if not any(other != d and other % d == 0 for other in self.divisors)]
        return found + [f"{name} % {d} == 0" for d in kept]

    def stretched(self, symbol: Any) -> Number:
        """The symbol's values that agree with this, in a symbol that is 1 or more (the upper bound is left out)."""
        step = lcm(*self.divisors)
        return enter(step) * (symbol + (-(-self.least // step) - 1))


def summarize_conditions(conditions: Iterable[Condition]) -> list[str]:
    """Few readable conditions that together say the same.

    A comparison in which one symbol only helps or only hurts becomes a bound on it; of bounds the strongest stays, and
    what follows from bounds and divisors is left out.
    """
    parts = dict.fromkeys(part for condition in conditions for part in condition.parts())
    known: dict[str, _Known] = {}
    rest = [part for part in parts if not _learn(part, known)]
    facts = {name: of.stretched(_symbol_named(name, parts)) for name, of in known.items()}
    texts = [text for name, of in known.items() for text in of.texts(name)]
    return texts + [part.text for part in rest if _again(part, facts) is not True]


def _symbols(condition: Condition) -> set[Any]:
    if isinstance(condition, Several):
        return {symbol for member in condition.members for symbol in _symbols(member)}
    assert isinstance(condition, Relation)
    return set(enter(condition.left).free_symbols | enter(condition.right).free_symbols)


def _symbol_named(name: str, parts: Iterable[Condition]) -> Any:
    return next(s for part in parts for s in _symbols(part) if s.name == name)


def _again(condition: Condition, values: dict[str, Number]) -> bool | None:
    """Whether a condition holds with these values for its symbols."""
    if isinstance(condition, Several):
        truths = [_again(member, values) for member in condition.members]
        deciding = condition.word == "or"
        return deciding if deciding in truths else None if None in truths else not deciding
    assert isinstance(condition, Relation)
    left, right = (substituted(side, values) for side in (condition.left, condition.right))
    return decide(compare(condition.sign, left, right))


def _learn(condition: Condition, known: dict[str, _Known]) -> bool:
    """Take a condition on a single symbol as a bound or divisor of it, if it is one."""
    symbols = _symbols(condition)
    if len(symbols) != 1 or not isinstance(condition, Relation):
        return False
    (symbol,) = symbols
    divisor = _divisor(condition, symbol)
    if divisor:
        known.setdefault(symbol.name, _Known()).divisors.append(divisor)
        return True
    if condition.sign in ("==", "!="):
        return False
    way = direction(enter(subtract(condition.left, condition.right)), symbol)
    if not way:
        return False
    rises = (way > 0) == (condition.sign in (">", ">="))
    bound = _turning_point(lambda n: _holds(condition, symbol.name, n) is rises)
    if bound is None:
        return False
    of = known.setdefault(symbol.name, _Known())
    if rises:
        of.least = max(of.least, bound)
    else:
        of.most = min(of.most, bound - 1)
    return True


def _divisor(condition: Relation, symbol: Any) -> int:
    """The m of `H % m == 0`, else 0."""
    left = condition.left
    if condition.sign == "==" and condition.right == 0 and isinstance(left, Modulo):
        n, m = left.args
        if n == symbol and m.is_Integer:
            return int(m)
    return 0


def _holds(condition: Relation, name: str, n: int) -> bool:
    left, right = (substituted(side, {name: n}) for side in (condition.left, condition.right))
    return SIGNS[condition.sign](left, right)


def _turning_point(passed: Callable[[int], bool]) -> int | None:
    """The first whole number of at least 1 where a condition that never turns back is passed; None beyond any size."""
    high = 1
    while not passed(high):
        high *= 2
        if high > 2 * limits.size:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if passed(middle):
            high = middle
        else:
            low = middle
    return high
