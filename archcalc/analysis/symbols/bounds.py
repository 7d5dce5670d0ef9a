"""What is sure about a symbolic value, whatever whole numbers of at least 1 its symbols are: bounds, and directions.

Bounds are int, Fraction or an infinity. They are sound, not always tight: a question that they leave open is undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb, floor
from typing import Any

import sympy

from archcalc.analysis.symbols.atoms import Expr, FloorDivide, Largest, Modulo, Rounded, Smallest
from archcalc.analysis.symbols.terms import CACHED, Factors, expanded, monomials, operations, summands, whole
from archcalc.limits import limits

MOST_STUDIED = 100  # operations in a sum whose terms are held against each other; what is larger gets loose bounds, fast
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
    if len([factors for _, factors in terms if factors]) < 2 or operations(expr) > MOST_STUDIED:
        return result
    relaxed = _relaxed(expr)
    if relaxed is not None:
        result = _narrower(result, relaxed)
    if any(c < 0 for c, _ in terms) and any(len(factors) > 1 or e > 1 for _, factors in terms for _, e in factors):
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
    terms = []
    for term in summands(expr):
        c, rest = term.as_coeff_Mul()
        if isinstance(rest, FloorDivide) and bounds(rest.args[1])[0] > 0:
            n, d = rest.args
            most = Fraction(int(d) - 1, int(d)) if d.is_Integer and whole(n) else 1
            factor = Fraction(int(c.p), int(c.q))
            slack = _add(slack, _multiply((factor, factor), (-most, 0)))
            term = c * n / d
        terms.append(term)
    if slack == (0, 0):
        return None
    return _add(bounds(expanded(sympy.Add(*terms))), slack)


MOST_TERMS = 64  # in a polynomial that is worked over anew, and the highest degree of one of its atoms
MOST_DEGREE = 8


def _from_least(expr: Expr) -> Bounds:
    """Bounds of a polynomial, written in how far each atom is above its lower bound: n*n - n is t*t + t for n = 1 + t."""
    terms = monomials(expr)
    atoms = list(dict.fromkeys(atom for _, factors in terms for atom, _ in factors))
    if len(terms) > MOST_TERMS or any(not 0 < e <= MOST_DEGREE for _, factors in terms for _, e in factors):
        return ANY
    poly: dict[tuple[int, ...], Fraction] = {}
    for c, factors in terms:
        poly[tuple(dict(factors).get(atom, 0) for atom in atoms)] = c
    ranges = []
    for i, atom in enumerate(atoms):
        lo, hi = bounds(atom)
        if _finite(lo) and lo != 0:
            poly, lo, hi = _shifted(poly, i, lo), 0, _plus(hi, -lo)
        ranges.append((lo, hi))
    result: Bounds = (0, 0)
    for exponents, c in poly.items():
        part: Bounds = (c, c)
        for e, values in zip(exponents, ranges, strict=True):
            if e:
                part = _multiply(part, _whole_power(values, e))
        result = _add(result, part)
    return result


def _shifted(poly: dict[tuple[int, ...], Fraction], i: int, by: Fraction) -> dict[tuple[int, ...], Fraction]:
    """The polynomial with `by + t` for its i-th atom, in t."""
    result: dict[tuple[int, ...], Fraction] = {}
    for exponents, c in poly.items():
        e = exponents[i]
        for j in range(e + 1):
            key = (*exponents[:i], j, *exponents[i + 1 :])
            result[key] = result.get(key, Fraction(0)) + c * comb(e, j) * Fraction(by) ** (e - j)
    return result


# ------------------------------------------------------------------------------------------ directions


@lru_cache(maxsize=CACHED)
def direction(expr: Expr, symbol: Expr) -> int | None:
    """1 if a value surely never falls as the symbol grows, -1 if it never rises, 0 if it stays, None if that is not known."""
    if not expr.has(symbol):
        return 0
    if expr.is_Symbol:
        return 1
    if expr.is_Add or isinstance(expr, (Largest, Smallest)):
        return _common([direction(a, symbol) for a in expr.args])
    if expr.is_Mul or expr.is_Pow:
        return _product_direction(*monomials(expr)[0], symbol)
    if isinstance(expr, FloorDivide) and expr.args[1].is_Integer and expr.args[1] > 0:
        return direction(expr.args[0], symbol)
    return direction(expr.args[0], symbol) if isinstance(expr, Rounded) else None


def _common(directions: list[int | None]) -> int | None:
    moving = {d for d in directions if d != 0}
    return moving.pop() if len(moving) == 1 else None if moving else 0


def _product_direction(coefficient: Fraction, factors: Factors, symbol: Expr) -> int | None:
    """A product of what is never negative goes where its factors go."""
    if any(e < 0 or bounds(atom)[0] < 0 or atom.is_Pow for atom, e in factors):
        alone = len(factors) == 1 and factors[0][1] == 1 and not factors[0][0].is_Pow
        together = direction(factors[0][0], symbol) if alone else None
    else:
        together = _common([direction(atom, symbol) for atom, _ in factors])
    return None if together is None else together if coefficient > 0 else -together
