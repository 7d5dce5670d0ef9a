"""What is sure about a symbolic value, whatever whole numbers of at least 1 its symbols are: bounds, and directions.

Bounds are int, Fraction or an infinity. They are sound, not always tight: a question that they leave open is undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

import sympy

from archcalc.analysis.symbols.terms import (
    CACHED,
    Expr,
    Factors,
    FloorDivide,
    Largest,
    Modulo,
    Rounded,
    Smallest,
    expanded,
    is_polynomial,
    monomials,
    summands,
    whole,
)  # fmt: skip
from archcalc.limits import limits

INFINITY = float("inf")
Bound = Any  # int, Fraction, or an infinity, which is a float
Bounds = tuple[Bound, Bound]
ANY: Bounds = (-INFINITY, INFINITY)

# ------------------------------------------------------------------------------------------ arithmetic with infinities


def _finite(a: Bound) -> bool:
    return not isinstance(a, float)


def _plus(a: Bound, b: Bound) -> Bound:
    if _finite(a):
        return a + b if _finite(b) else b
    return a


def _times(a: Bound, b: Bound) -> Bound:
    if a == 0 or b == 0:
        return 0
    if _finite(a) and _finite(b):
        return a * b
    return INFINITY if (a > 0) == (b > 0) else -INFINITY


def _over(a: Bound, b: Bound) -> Bound:
    """a/b for b > 0."""
    if not _finite(b):
        return 0
    return Fraction(a) / b if _finite(a) else a


def _add(a: Bounds, b: Bounds) -> Bounds:
    return _plus(a[0], b[0]), _plus(a[1], b[1])


def _multiply(a: Bounds, b: Bounds) -> Bounds:
    corners = [_times(x, y) for x in a for y in b]
    return min(corners), max(corners)


def _each(function: Callable[[Any], Any], a: Bounds) -> Bounds:
    lo, hi = (function(x) if _finite(x) else x for x in a)
    return lo, hi


def _narrower(a: Bounds, b: Bounds) -> Bounds:
    return max(a[0], b[0]), min(a[1], b[1])


# ------------------------------------------------------------------------------------------ bounds


@lru_cache(maxsize=CACHED)
def bounds(expr: Expr) -> Bounds:
    """The smallest and largest value that an expanded value can have."""
    lo, hi = _sum(expr) if expr.is_Add else _product(monomials(expr)[0]) if expr.is_Mul else _atom(expr)
    if whole(expr):
        lo, hi = (ceil(lo) if _finite(lo) else lo), (floor(hi) if _finite(hi) else hi)
    return lo, hi


def _atom(expr: Expr) -> Bounds:
    if expr.is_Rational:
        value = Fraction(int(expr.p), int(expr.q))
        return value, value
    if expr.is_Symbol:
        return 1, INFINITY
    if expr.is_Pow:
        return _power(expr)
    parts = [bounds(argument) for argument in expr.args]
    if isinstance(expr, FloorDivide):
        return _each(floor, _quotient(*parts))
    if isinstance(expr, Modulo):
        return _remainder(expr, *parts)
    if isinstance(expr, Rounded):
        return _each(round, parts[0])
    if isinstance(expr, Largest):
        return max(lo for lo, _ in parts), max(hi for _, hi in parts)
    if isinstance(expr, Smallest):
        return min(lo for lo, _ in parts), min(hi for _, hi in parts)
    return ANY


def _quotient(n: Bounds, d: Bounds) -> Bounds:
    if d[0] <= 0:
        return ANY
    return _over(n[0], d[1] if n[0] >= 0 else d[0]), _over(n[1], d[0] if n[1] >= 0 else d[1])


def _remainder(expr: Expr, n: Bounds, d: Bounds) -> Bounds:
    if d[0] <= 0:
        return ANY
    most = d[1] - 1 if whole(expr) and _finite(d[1]) else d[1]
    return 0, min(most, n[1]) if n[0] >= 0 else most


def _power(expr: Expr) -> Bounds:
    base, exponent = expr.base, expr.exp
    if exponent.is_Integer:
        return _whole_power(bounds(base), int(exponent))
    lo, least = bounds(base)[0], bounds(exponent)[0]
    if lo >= 1 and least >= 0 and _finite(least):
        return _whole_power((lo, lo), ceil(least) if whole(exponent) else floor(least))[0], INFINITY
    return (0, INFINITY) if lo >= 0 else ANY


def _whole_power(base: Bounds, exponent: int) -> Bounds:
    if exponent < 0:
        lo, hi = _whole_power(base, -exponent)
        return (_over(1, hi), _over(1, lo)) if lo > 0 else ANY
    lo, hi = base
    if exponent % 2 == 0 and lo < 0:
        most = max(-lo, hi)
        lo, hi = (0 if hi >= 0 else -hi), most
    return _raised(lo, exponent, -1), _raised(hi, exponent, 1)


def _raised(x: Bound, exponent: int, side: int) -> Bound:
    """x**exponent, or a looser bound (above for side 1, below for -1) where that is a huge number."""
    if not _finite(x):
        return x
    size = Fraction(x)
    if max(size.numerator.bit_length(), size.denominator.bit_length()) * exponent > 4 * limits.bits:
        if side > 0:
            return INFINITY if x > 1 else 1 if x >= 0 else 0
        return 1 if x >= 1 else 0 if x >= 0 else -INFINITY
    return x**exponent


def _product(term: tuple[Fraction, Factors]) -> Bounds:
    coefficient, factors = term
    result: Bounds = (coefficient, coefficient)
    for atom, exponent in factors:
        result = _multiply(result, _whole_power(bounds(atom), exponent))
    return result


def _sum(expr: Expr) -> Bounds:
    terms = monomials(expr)
    result = _by_parts(expr)
    if len([factors for _, factors in terms if factors]) > 1 and result[0] > -INFINITY and result[1] < INFINITY:
        return result
    relaxed = _relaxed(expr)
    if relaxed is not None:
        result = _narrower(result, relaxed)
    if any(c < 0 for c, _ in terms) and any(e > 1 or len(factors) > 1 for _, factors in terms for _, e in factors):
        result = _narrower(result, _from_least(expr))
    return result


def _by_parts(expr: Expr) -> Bounds:
    result: Bounds = (0, 0)
    for term in monomials(expr):
        result = _add(result, _product(term))
    return result


def _relaxed(expr: Expr) -> Bounds | None:
    """Bounds by floor(n/d) = n/d - r with 0 <= r <= (d - 1)/d, where n/d may cancel against other terms."""
    slack: Bounds = (0, 0)
    changed = []
    for term in summands(expr):
        c, rest = term.as_coeff_Mul()
        if isinstance(rest, FloorDivide) and bounds(rest.args[1])[0] > 0:
            n, d = rest.args
            most = Fraction(int(d) - 1, int(d)) if d.is_Integer and whole(n) else 1
            slack = _add(slack, _multiply((Fraction(int(c.p), int(c.q)),) * 2, (-most, 0)))
            term = expanded(c * n / d)
            changed.append(rest)
        elif not rest.is_Number and not is_polynomial(rest):
            return None
        slack = slack
        changed.append(term)
    return None if len(changed) == len(summands(expr)) else _add(bounds(expanded(sympy.Add(*changed))), slack)
