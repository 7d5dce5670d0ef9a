"""Formulas on symbols: the operations that the compiled code of archcalc.expr calls, and putting numbers for symbols.

Every operation is Python's own where all operands are int or Fraction, so that the numbers of a symbolic run cost little.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial, reduce
from typing import Any

import sympy

from archcalc.analysis.symbols.atoms import Expr, FloorDivide, Largest, Modulo, Rounded, Smallest
from archcalc.analysis.symbols.bounds import MOST_STUDIED, bounds
from archcalc.analysis.symbols.conditions import SIGNS, Condition, Several, compare
from archcalc.analysis.symbols.terms import (
    ceiled,
    enter,
    expanded,
    floored,
    is_exact,
    is_number,
    leave,
    monomials,
    operations,
    raised,
    remainder,
    split_fraction,
    times,
    whole,
)
from archcalc.arithmetic import FUNCTIONS, Number, Undecided, Values, as_list, divide, power, show_number, simplest

MOST_COMPARED = 16  # symbolic arguments of one min or max that are held against each other

# ------------------------------------------------------------------------------------------ arithmetic


def _refuse_conditions(*values: Any) -> None:
    for value in values:
        if isinstance(value, Condition):
            raise Undecided(value.text)


def _binary(exact: Callable[[Any, Any], Any], symbolic: Callable[[Expr, Expr], Expr]) -> Callable[[Any, Any], Any]:
    """An operation that is exact on numbers, symbolic where a symbol takes part, and Python's (an error) on anything else."""

    def operation(a: Any, b: Any) -> Any:
        if is_exact(a) and is_exact(b):
            return simplest(exact(a, b))
        if is_number(a) and is_number(b):
            return leave(symbolic(enter(a), enter(b)))
        _refuse_conditions(a, b)
        return exact(a, b)

    return operation


def _not_zero(b: Expr) -> Expr:
    if b == 0:
        raise ZeroDivisionError
    return b


def _quotient(a: Expr, b: Expr) -> Expr:
    return _reduced(a / _not_zero(b)) if b.is_Add else expanded(a / _not_zero(b))


def _times(a: Expr, b: Expr) -> Expr:
    return _reduced(a * b) if _has_sum_below(a) or _has_sum_below(b) else times(a, b)


def _has_sum_below(expr: Expr) -> bool:
    return any(exponent < 0 and atom.is_Add for _, factors in monomials(expr) for atom, exponent in factors)


def _reduced(ratio: Expr) -> Expr:
    """A fraction with a sum below the line, as in (s*s - 1)/(s + 1), in lowest terms."""
    return expanded(ratio if operations(ratio) > MOST_STUDIED else sympy.cancel(ratio))


def _raise(a: Expr, b: Expr) -> Expr:
    if whole(b) is False:
        raise TypeError("an exponent must be a whole number")
    if not b.is_Integer:
        return a**b
    return raised(a, int(b)) if b >= 0 else _quotient(sympy.Integer(1), raised(a, -int(b)))


def _unary(exact: Callable[[Any], Any], symbolic: Callable[[Expr], Expr]) -> Callable[[Any], Any]:
    def operation(a: Any) -> Any:
        if is_exact(a):
            return exact(a)
        if is_number(a):
            return leave(symbolic(enter(a)))
        _refuse_conditions(a)
        return exact(a)

    return operation


def _round(x: Expr) -> Expr:
    """By a floor where no halves can occur, that is where the denominator is odd."""
    if whole(x):
        return x
    n, d = split_fraction(x)
    odd = d.is_Integer and d % 2 == 1 and whole(n)
    return floored(x + sympy.Rational(1, 2)) if odd else Rounded(x)


add = _binary(operator.add, lambda a, b: a + b)
subtract = _binary(operator.sub, lambda a, b: a - b)
multiply = _binary(operator.mul, _times)
divided = _binary(divide, _quotient)
floor_divide = _binary(operator.floordiv, lambda a, b: floored(_quotient(a, b)))
modulo = _binary(operator.mod, lambda a, b: remainder(a, _not_zero(b)))
to_power = _binary(power, _raise)
negate = _unary(operator.neg, lambda a: expanded(-a))
floor = _unary(FUNCTIONS["floor"][0], floored)
ceil = _unary(FUNCTIONS["ceil"][0], ceiled)
round_ = _unary(FUNCTIONS["round"][0], _round)


def total(values: Iterable[Number]) -> Number:
    """The sum of many values, multiplied out once."""
    exact: Number = 0
    symbolic = []
    for value in values:
        if is_exact(value):
            exact += value
        elif is_number(value):
            symbolic.append(value)
        else:
            _refuse_conditions(value)
            return exact + value  # Python's own error
    return leave(expanded(sympy.Add(enter(exact), *symbolic))) if symbolic else simplest(exact)


def product(values: Iterable[Number]) -> Number:
    """The product of many values."""
    return reduce(multiply, values, 1)


# ------------------------------------------------------------------------------------------ largest and smallest


def _extreme(name: str) -> Callable[..., Any]:
    exact = FUNCTIONS[name][0]
    function, surely = (Largest, ">=") if name == "max" else (Smallest, "<=")

    def choose(*arguments: Any) -> Any:
        values = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments
        if not all(is_number(v) for v in values) or all(is_exact(v) for v in values):
            _refuse_conditions(*values)
            return exact(*arguments)
        if values is arguments and len(values) == 1:
            raise TypeError(f"{name} takes a list, or several values")
        numbers = [v for v in values if is_exact(v)]
        left = [enter(v) for v in ([exact(numbers)] if numbers else [])]
        for value in dict.fromkeys(enter(v) for v in values if not is_exact(v)):
            left.extend(value.args if isinstance(value, function) else (value,))
        left = _undominated(list(dict.fromkeys(left)), surely)
        return leave(left[0] if len(left) == 1 else function(*sorted(left, key=sympy.default_sort_key)))

    return choose


def _undominated(values: list[Expr], surely: str) -> list[Expr]:
    """The values less those that another one surely reaches."""
    if len(values) > MOST_COMPARED or sum(operations(value) for value in values) > MOST_STUDIED:
        return values
    kept: list[Expr] = []
    for value in values:
        if not any(compare(surely, leave(other), leave(value)) is True for other in kept):
            kept = [k for k in kept if compare(surely, leave(value), leave(k)) is not True]
            kept.append(value)
    return kept


largest, smallest = _extreme("max"), _extreme("min")


def divisible(value: Any, divisor: Any, least: Any = None) -> Any:
    """As archcalc.arithmetic.divisible, on symbols: the step up by one divisor is counted by min(1, max(0, ...))."""
    if all(is_exact(v) or v is None for v in (value, divisor, least)):
        return FUNCTIONS["divisible"][0](value, divisor, least)
    multiple = multiply(floor_divide(add(value, divided(divisor, 2)), divisor), divisor)
    nearest = floor(largest(divisor if least is None else least, multiple))
    missing = subtract(multiply(9, value), multiply(10, nearest))
    if decide(compare("<=", missing, 0)):
        return nearest
    scale = split_fraction(enter(missing))[1]
    if not whole(scale) or not bounds(scale)[0] > 0:
        raise Undecided(f"{show_number(missing)} > 0")
    step = smallest(1, largest(0, multiply(missing, leave(scale))))
    return add(nearest, multiply(divisor, step))


# ------------------------------------------------------------------------------------------ conditions and lists


def decide(condition: Any) -> bool | None:
    """Whether a condition, or a number that is not 0, holds; None where that depends on a symbol."""
    if isinstance(condition, sympy.Expr):
        condition = compare("!=", condition, 0)
    return None if isinstance(condition, Condition) else bool(condition)


def _comparison(sign: str) -> Callable[[Any, Any], Any]:
    exact = SIGNS[sign]

    def operation(a: Any, b: Any) -> Any:
        if is_exact(a) and is_exact(b):
            return exact(a, b)
        if is_number(a) and is_number(b):
            return compare(sign, a, b)
        if sign in ("==", "!=") and isinstance(a, tuple) and isinstance(b, tuple):
            same = len(a) == len(b) and _joined("and", (partial(equal, *pair) for pair in zip(a, b, strict=True)))
            return same if sign == "==" else negated(same)
        _refuse_conditions(a, b)
        return exact(a, b)

    return operation


def _joined(word: str, members: Iterable[Callable[[], Any]]) -> Any:
    """Kleene's `and` and `or`: decided as soon as one member decides it, whether or not those before were."""
    open_members: list[Condition] = []
    value: Any = word == "and"
    for member in members:
        value = member()
        truth = decide(value)
        if truth is None:
            open_members.append(value if isinstance(value, Condition) else compare("!=", value, 0))  # type: ignore[arg-type]
        elif truth is not (word == "and"):
            return value
    if not open_members:
        return value
    return open_members[0] if len(open_members) == 1 else Several(word, open_members)


def negated(value: Any) -> Any:
    """Kleene's `not`."""
    if isinstance(value, sympy.Expr):
        return compare("==", value, 0)
    return value.negated() if isinstance(value, Condition) else not value


def _choose(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    truth = decide(condition)
    if truth is None:
        raise Undecided(str(condition) if isinstance(condition, Condition) else f"{show_number(condition)} != 0")
    return yes() if truth else no()


def _item(values: Any, index: Any) -> Any:
    if isinstance(index, sympy.Expr):
        raise Undecided(f"{show_number(index)} is 0, 1, ...: it picks an entry of a list")
    _refuse_conditions(values, index)
    return values[index]


def _sum(values: Any) -> Any:
    if isinstance(values, Values) or (isinstance(values, tuple) and all(is_number(v) for v in values)):
        return total(values)
    _refuse_conditions(values)
    return sum(values)


equal = _comparison("==")

NAMESPACE: dict[str, Any] = {
    "__builtins__": {},
    "_add": add, "_subtract": subtract, "_multiply": multiply, "_divide": divided, "_floor_divide": floor_divide,
    "_modulo": modulo, "_power": to_power, "_negate": negate, "_same": lambda value: value, "_not": negated,
    "_less": _comparison("<"), "_at_most": _comparison("<="), "_greater": _comparison(">"), "_at_least": _comparison(">="),
    "_equal": equal, "_unequal": _comparison("!="),
    "_and": lambda *members: _joined("and", members), "_or": lambda *members: _joined("or", members),
    "_choose": _choose, "_item": _item, "_list": as_list,
    "floor": floor, "ceil": ceil, "round": round_, "min": smallest, "max": largest, "sum": _sum, "len": len,
    "divisible": divisible, "size": product,
}  # fmt: skip


# ------------------------------------------------------------------------------------------ numbers for symbols


def substituted(value: Any, values: Mapping[str, Number]) -> Any:
    """A value with other values for its symbols, by name, worked out anew; int or Fraction where none is left."""
    return value if is_exact(value) else _walk(value, values)


def _walk(expr: Expr, values: Mapping[str, Number]) -> Any:
    if expr.is_Symbol:
        return values.get(expr.name, expr)
    if expr.is_Rational:
        return leave(expr)
    parts = [_walk(argument, values) for argument in expr.args]
    if expr.is_Add:
        return total(parts)
    if expr.is_Mul:
        return product(parts)
    if expr.is_Pow:
        return to_power(*parts)
    return _REBUILD[type(expr)](*parts)


_REBUILD: dict[type, Callable[..., Any]] = {
    FloorDivide: floor_divide,
    Modulo: modulo,
    Rounded: round_,
    Largest: largest,
    Smallest: smallest,
}
