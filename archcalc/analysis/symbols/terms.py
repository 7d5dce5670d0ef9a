"""What symbolic values are made of: sums of products of atoms, kept multiplied out, so that equal values look equal.

An atom is a symbol, which stands for a whole number of at least 1, or a function of archcalc.analysis.symbols.atoms.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb, floor, gcd, lcm, prod
from typing import Any

import sympy

from archcalc.analysis.symbols.atoms import Expr, Extreme, FloorDivide, Modulo, WholeFunction
from archcalc.arithmetic import Number
from archcalc.errors import SpecError
from archcalc.limits import limits

CACHED = 1 << 14  # expressions remembered by each function; a network has some hundreds
MOST_RESIDUES = 4_096  # points tried to find whether a polynomial with fractions is whole

# ------------------------------------------------------------------------------------------ in and out


def is_exact(value: Any) -> bool:
    """Whether a value is an int or Fraction."""
    return isinstance(value, (int, Fraction))


def is_number(value: Any) -> bool:
    """Whether a value is exact or symbolic, so neither a list, nor a word, nor a condition."""
    return isinstance(value, (int, Fraction, sympy.Expr))


def enter(value: Number) -> Expr:
    """A value as sympy's, multiplied out."""
    if isinstance(value, int):
        return sympy.Integer(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return expanded(value)


def leave(expr: Expr) -> Number:
    """A sympy value as int, Fraction or a tidy expression. Raises SpecError("too-large")."""
    if expr.is_Rational:
        return int(expr.p) if expr.q == 1 else Fraction(int(expr.p), int(expr.q))
    check_size(expr)
    return _with_constant_inside(expr) if len(expr.args) == 2 and expr.is_Add else expr


def check_size(expr: Expr) -> None:
    """Raises SpecError("too-large") for what nobody could read, and what would take long to work on."""
    if operations(expr) > limits.symbolic_terms:
        raise too_large()


def too_large() -> SpecError:
    """The error for a symbolic value beyond the limit."""
    hint = "fewer symbols, or ones that divide evenly, such as 32*s for H, keep it short"
    return SpecError("too-large", f"a symbolic size of more than {limits.symbolic_terms:,} operations", hint=hint)


@lru_cache(maxsize=CACHED)
def operations(expr: Expr) -> float:
    """How many operations an expression has; infinite where one of its numbers is beyond `limits.bits`."""
    if expr.is_Rational:
        return 0 if max(abs(expr.p), expr.q).bit_length() <= limits.bits else float("inf")
    return sum(operations(a) for a in expr.args) + max(0, len(expr.args) - 1)


def _with_constant_inside(expr: Expr) -> Expr:
    """floor(n/d) + c as floor((n + c*d)/d), so that products of sizes stay products of one atom each."""
    constant, other = expr.args
    if constant.is_Integer and isinstance(other, FloorDivide) and whole(other.args[1]):
        n, d = other.args
        return FloorDivide(expanded(n + constant * d), d)
    return expr


# ------------------------------------------------------------------------------------------ multiplying out


def summands(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, or the one term."""
    return tuple(expr.args) if expr.is_Add else (expr,)


@lru_cache(maxsize=CACHED)
def expanded(expr: Expr) -> Expr:
    """The same value as a sum of products. What stands inside atoms is left as it is: it was expanded when they were made."""
    if expr.is_Add:
        return sympy.Add(*(expanded(a) for a in expr.args))
    if expr.is_Mul:
        result = sympy.Integer(1)
        for factor in expr.args:
            result = times(result, expanded(factor))
        return result
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 1 and not expr.base.is_Symbol:
        base = expanded(expr.base)
        return expr if base == expr.base and not base.is_Add else raised(base, int(expr.exp))
    return expr


def times(a: Expr, b: Expr) -> Expr:
    """The product of two expanded values, expanded. Raises SpecError("too-large") before it is worked out."""
    if not (a.is_Add or b.is_Add):
        return a * b
    left, right = summands(a), summands(b)
    if len(left) * len(right) > 2 * limits.symbolic_terms:
        raise too_large()
    return sympy.Add(*(x * y for x in left for y in right))


def raised(a: Expr, exponent: int) -> Expr:
    """A whole power of an expanded value, expanded. Raises SpecError("too-large") before it is worked out."""
    if exponent > limits.bits:
        raise OverflowError(f"an exponent may be at most {limits.bits}")
    bits = max((max(abs(c.p), c.q).bit_length() - 1 for c, _ in (t.as_coeff_Mul() for t in summands(a))), default=0)
    if bits * exponent > limits.bits:
        raise OverflowError(f"a number larger than 2**{limits.bits}")
    if not a.is_Add:
        return a**exponent
    if comb(len(a.args) + exponent - 1, exponent) > limits.symbolic_terms:
        raise too_large()
    result = sympy.expand_multinomial(a**exponent, deep=False)
    return sympy.Add(*(expanded(t) for t in summands(result)))


# ------------------------------------------------------------------------------------------ polynomials in atoms

Factors = tuple[tuple[Expr, Any], ...]


@lru_cache(maxsize=CACHED)
def monomials(expr: Expr) -> tuple[tuple[Fraction, Factors], ...]:
    """An expanded value as coefficients and their products of atoms, each with its exponent (which may be symbolic)."""
    found = []
    for term in summands(expr):
        c, rest = term.as_coeff_Mul()
        factors = () if rest.is_Number else tuple(_base_and_exponent(f) for f in sympy.Mul.make_args(rest))
        found.append((Fraction(int(c.p), int(c.q)), factors))
    return tuple(found)


def _base_and_exponent(factor: Expr) -> tuple[Expr, Any]:
    if factor.is_Pow and factor.exp.is_Integer:
        return factor.base, int(factor.exp)
    return factor, 1


@lru_cache(maxsize=CACHED)
def is_polynomial(expr: Expr) -> bool:
    """Whether it is a polynomial in atoms that are whole: no division but by numbers."""
    return all(exponent > 0 and whole_atom(atom) for _, factors in monomials(expr) for atom, exponent in factors)


def whole_atom(atom: Expr) -> bool:
    """Whether an atom's values are surely whole."""
    if atom.is_Symbol or isinstance(atom, WholeFunction):
        return True
    if atom.is_Pow:  # 2**k, with a symbol for exponent
        return whole(atom.base) is True and whole(atom.exp) is True and _positive(atom.exp)
    return bool(atom.args) and isinstance(atom, (Modulo, Extreme)) and all(whole(a) for a in atom.args)


def _positive(expr: Expr) -> bool:
    """A plain sufficient test; the full one (bounds) stands on this module."""
    return all(c > 0 and all(a.is_Symbol for a, _ in factors) for c, factors in monomials(expr))


@lru_cache(maxsize=CACHED)
def whole(expr: Expr) -> bool | None:
    """Whether an expanded value is a whole number: for all values of its symbols, for none, or (None) not known.

    A polynomial with fractions, such as n*(n + 1)/2, is tried on all residues of its atoms.
    """
    if not is_polynomial(expr):
        return None
    terms = monomials(expr)
    q = lcm(*(c.denominator for c, _ in terms))
    if q == 1:
        return True
    atoms = list(dict.fromkeys(atom for _, factors in terms for atom, _ in factors))
    if q ** len(atoms) > MOST_RESIDUES:
        return None
    index = {atom: i for i, atom in enumerate(atoms)}
    rows = [(int(c * q), [(index[a], e) for a, e in factors]) for c, factors in terms]
    found = {_residue(rows, point, q, len(atoms)) == 0 for point in range(q ** len(atoms))}
    return found.pop() if len(found) == 1 else None


def _residue(rows: list[tuple[int, list[tuple[int, int]]]], point: int, q: int, atoms: int) -> int:
    """The value modulo q of a polynomial where its atoms are the digits of `point`."""
    digits = [point // q**i % q for i in range(atoms)]
    total: int = sum(c * prod(digits[i] ** e for i, e in factors) for c, factors in rows)
    return total % q


# ------------------------------------------------------------------------------------------ floors and remainders


@lru_cache(maxsize=CACHED)
def split_fraction(expr: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator of an expanded value, the numerator with whole coefficients."""
    terms = monomials(expr)
    lowest: dict[Expr, int] = {}
    for _, factors in terms:
        for atom, exponent in factors:
            if exponent < 0:
                lowest[atom] = max(lowest.get(atom, 0), -exponent)
    number = lcm(*(c.denominator for c, _ in terms))
    denominator = sympy.Mul(number, *(atom**exponent for atom, exponent in lowest.items()))
    if denominator == 1:
        return expr, denominator
    return expanded(sympy.Add(*(t * denominator for t in summands(expr)))), denominator


@lru_cache(maxsize=CACHED)
def floored(expr: Expr) -> Expr:
    """The largest whole number not above an expanded value.

    Multiples of the denominator go outside, a common factor is cancelled, and a floor inside is joined with the one around
    it: floor((floor(x) + n)/q) = floor((x + n)/q) for whole n and whole q >= 1.
    """
    n, d = split_fraction(expr)
    if d == 1 and is_polynomial(n):
        return n
    outside, inside = [], []
    for term in summands(n):
        out = _divided(term, d)
        outside.append(out)
        inside.append(term - out * d)
    n = expanded(sympy.Add(*inside))
    if n == 0:
        return sympy.Add(*outside)
    if d.is_Integer and is_polynomial(n):
        n, d = _without_common_factor(n, int(d))
    joined = _joined(n, d)
    return sympy.Add(*outside, FloorDivide(n, d) if joined is None else floored(joined))


def _divided(term: Expr, d: Expr) -> Expr:
    """As much of term/d as is surely whole; a constant stays where it is."""
    c, rest = term.as_coeff_Mul()
    if d.is_Integer:
        if rest == 1 or not is_polynomial(rest):
            return sympy.Integer(0)
        return (abs(c) // d) * sympy.sign(c) * rest  # rounded towards 0: what stays inside keeps its sign
    quotient = expanded(term / d)
    return quotient if whole(quotient) else sympy.Integer(0)


def _without_common_factor(n: Expr, d: int) -> tuple[Expr, Expr]:
    constant, rest = n.as_coeff_Add()
    common = gcd(d, *(int(c) for c, _ in monomials(rest)))
    if common > 1:
        n = sympy.Add(*(t / common for t in summands(rest)), floor(Fraction(int(constant), common)))
    return n, sympy.Integer(d // common)


def _joined(n: Expr, d: Expr) -> Expr | None:
    """The argument of one floor for floor(n/d), if n holds a floor that can be joined with it."""
    if d == 1:
        return n if is_polynomial(n) else None
    if not is_polynomial(n) or not whole(d) or not _positive(d):
        return None
    floors = [term for term in summands(n) if isinstance(term, FloorDivide)]
    if len(floors) != 1:  # of two, only one could be joined, and which one would be by chance
        return None
    inner_n, inner_d = floors[0].args
    return expanded((inner_n / inner_d + (n - floors[0])) / d)


def ceiled(expr: Expr) -> Expr:
    """The smallest whole number not below an expanded value, by a floor, so that both roundings look alike."""
    n, d = split_fraction(expr)
    if is_polynomial(n) and whole(d) and _positive(d):
        return floored(expanded((n + d - 1) / d))
    return expanded(-floored(expanded(-expr)))


def remainder(a: Expr, m: Expr) -> Expr:
    """a % m for expanded values."""
    n, d = split_fraction(a)
    if d != 1:
        modulus = expanded(m * d)
        return expanded(remainder(n, modulus) / d) if d.is_Integer else Modulo(a, m)
    if not is_polynomial(n):
        return Modulo(n, m)
    if not m.is_Integer:
        left = sympy.Add(*(t for t in summands(n) if not whole(expanded(t / m))))
        return Modulo(left, m) if left != 0 else left
    if m < 0:
        return Modulo(n, m)
    left = sympy.Add(*(_reduced(t, int(m)) for t in summands(n)))
    if left.is_Integer:
        return left % m
    common = gcd(int(m), *(int(c) for c, _ in monomials(left)))
    return common * Modulo(sympy.Add(*(t / common for t in summands(left))), m / common)


def _reduced(term: Expr, m: int) -> Expr:
    c, rest = term.as_coeff_Mul()
    return term % m if rest == 1 else (abs(c) % m) * sympy.sign(c) * rest


@lru_cache(maxsize=CACHED)
def canonical(expr: Expr) -> Expr:
    """An expanded value with constants out of floors, so that (H - 7)//4 and (H + 1)//4 - 2 look alike."""
    changes = {}
    for _, factors in monomials(expr):
        for atom, _ in factors:
            if isinstance(atom, FloorDivide) and atom.args[1].is_Integer:
                constant, _ = atom.args[0].as_coeff_Add()
                out = sympy.floor(constant / atom.args[1])
                changes[atom] = FloorDivide(atom.args[0] - out * atom.args[1], atom.args[1]) + out
    return expanded(expr.xreplace(changes)) if changes else expr


def difference(a: Expr, b: Expr) -> Expr:
    """a - b, in the form that shows best whether it is zero."""
    return canonical(expanded(a - b))
