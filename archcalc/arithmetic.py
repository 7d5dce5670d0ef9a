"""Exact arithmetic for formulas: what `/`, `**` and the functions do on whole numbers and fractions, and how numbers read.

`Algebra` says how a formula is worked out. The one here knows int and Fraction; analysis/symbols.py derives one on symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil as whole_ceil
from math import floor as whole_floor
from typing import Any

from archcalc.limits import limits

# A size, a count, a factor: int, Fraction, or an algebra's symbol. Python has no type for "any of these, mixed".
Number = Any


class Misuse(TypeError):
    """A value used for what it is not made for; its message is for the reader."""


class Values(tuple[Any, ...]):
    """A list of the formula language. Arithmetic on it is refused: `[1] * 10**9` must not fill the memory."""

    __slots__ = ()

    def _refuse(self, other: object) -> Any:
        raise Misuse("a list can be indexed, counted, summed or compared, but not added or multiplied")

    __add__ = __mul__ = __rmul__ = __radd__ = _refuse


class Word(str):
    """The name of a kind or block as a value. Formulas can hand it on and compare it, but not work with it."""

    __slots__ = ()

    def _refuse(self, *other: object) -> Any:
        raise Misuse(f"'{self!s}' is a word, not a number or a list")

    __add__ = __mul__ = __rmul__ = __mod__ = __getitem__ = __iter__ = _refuse


class Record(dict[str, Any]):
    """A mapping as a value, such as {top: 1, left: 0}. Hashable, because it is never changed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


class Undecided(Exception):
    """A condition that neither holds nor fails for all values of its symbols; `condition` is its text."""

    def __init__(self, condition: str) -> None:
        super().__init__(condition)
        self.condition = condition


def divide(a: Number, b: Number) -> Number:
    """a / b, exactly: an int where it comes out even, else a Fraction."""
    if type(a) is int and type(b) is int and b and not a % b:
        return a // b
    quotient = Fraction(a) / Fraction(b)
    return quotient.numerator if quotient.denominator == 1 else quotient


def power(a: Number, b: Number) -> Number:
    """a ** b for whole b, refused before it is computed where the result would pass `limits.bits`."""
    if isinstance(b, Fraction) and b.denominator == 1:
        b = b.numerator
    if not isinstance(b, int):
        raise Misuse("an exponent must be a whole number")
    base = Fraction(a)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if abs(b) > limits.bits or bits * abs(b) > limits.bits:
        raise OverflowError(f"{show_number(a)}**{show_number(b)} is larger than 2**{limits.bits}")
    return simplest(base**b)


def simplest(value: Number) -> Number:
    """A Fraction that is whole as an int; anything else as it is."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def bounded(value: Any) -> Any:
    """A value in its simplest form. Raises OverflowError where it passes the limits on bits, entries or nesting of lists."""
    if isinstance(value, int):
        if value.bit_length() > limits.bits:
            raise OverflowError(f"a number of {value.bit_length():,} bits; the limit is {limits.bits:,}")
    elif isinstance(value, Fraction):
        if value.denominator == 1:
            return bounded(value.numerator)
        bounded(value.numerator)
        bounded(value.denominator)
    elif isinstance(value, Values | Record):
        _bound_list(value, limits.list_length, 0)
    return value


def _bound_list(values: Values | Record, left: int, depth: int) -> int:
    """How many more entries there may be after these; a list inside a list counts each time that it is reached."""
    if depth > limits.nesting:
        raise OverflowError(f"lists inside lists more than {limits.nesting} deep")
    for value in values.values() if isinstance(values, Record) else values:
        left -= 1
        if isinstance(value, Values | Record):
            left = _bound_list(value, left, depth + 1)
        elif type(value) is not int or value.bit_length() > limits.bits:
            bounded(value)
        if left < 0:
            raise OverflowError(f"a list of more than {limits.list_length:,} entries")
    return left


def divisible(value: Number, divisor: Number, least: Number | None = None) -> int:
    """The multiple of `divisor` nearest to `value`, at least `least`, and never below 90% of `value`.

    The rounding of channels in MobileNetV2 and its descendants (arXiv:1801.04381; `_make_divisible` in its code). Raises Misuse
    where there is nothing to round: a width of 0 would quietly make a network of the least channels.
    """
    if value <= 0:
        raise Misuse(f"divisible rounds a number of channels, which is more than 0, not {show_number(value)}")
    nearest = int(max(divisor if least is None else least, whole_floor(value + Fraction(divisor) / 2) // divisor * divisor))
    return nearest + divisor if 10 * nearest < 9 * value else nearest


def tensor_size(shape: Any) -> Number:
    """Number of values in a tensor."""
    total: Number = 1
    for axis in shape:
        total = total * axis
    return total


def as_list(*values: Any) -> Values:
    """A list literal of the formula language."""
    return Values(values)


def _whole_round(value: Number) -> int:
    return round(Fraction(value))  # halves go to the even neighbour, as in Python


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int, str]] = {  # function, fewest and most arguments, meaning
    "floor": (whole_floor, 1, 1, "the largest whole number not above x"),
    "ceil": (whole_ceil, 1, 1, "the smallest whole number not below x"),
    "round": (_whole_round, 1, 1, "the nearest whole number; halves go to the even one"),
    "min": (min, 1, 99, "the smallest of its arguments, or of a list"),
    "max": (max, 1, 99, "the largest of its arguments, or of a list"),
    "sum": (sum, 1, 1, "the sum of a list"),
    "len": (len, 1, 1, "how many entries a list has"),
    "divisible": (divisible, 2, 3, "x rounded to a multiple of d, never below 90% of x (MobileNet's channel rounding)"),
    "size": (tensor_size, 1, 1, "how many values a tensor has"),
}


class Algebra:
    """How formulas are worked out. This one is exact arithmetic on int and Fraction; symbols.py has one on symbols.

    `direct` says that the compiled code may use Python's operators; else every operation is a call into `namespace`.
    """

    direct = True

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__builtins__": {}, "_divide": divide, "_power": power, "_list": as_list}
        self.namespace.update({name: entry[0] for name, entry in FUNCTIONS.items()})

    def __reduce__(self) -> str | tuple[Any, ...]:
        return "EXACT" if self is EXACT else (type(self), ())

    def is_symbol(self, value: Any) -> bool:
        """Whether a value is one of this algebra's symbols or made of them."""
        return False

    def decide(self, condition: Any) -> bool | None:
        """Whether a condition's value holds; None where that depends on a symbol."""
        return bool(condition)

    def decide_whole(self, value: Number) -> bool | None:
        """Whether a value is a whole number; None where that depends on a symbol."""
        return type(value) is int

    def decide_at_least(self, value: Number, least: int) -> bool | None:
        """Whether a value is at least `least`; None where that depends on a symbol."""
        return bool(value >= least)

    def decide_equal(self, a: Number, b: Number) -> bool | None:
        """Whether two values are equal; None where that depends on a symbol."""
        return bool(a == b)

    def largest(self, a: Number, b: Number) -> Number:
        """The larger of two values."""
        return a if a >= b else b

    def assume(self, condition: Any) -> None:
        """Note that a value was accepted on this undecided condition. Numbers leave nothing undecided."""

    def assumed(self) -> list[Any]:
        """The conditions noted since this was last asked."""
        return []

    def condition_text(self, condition: Any) -> str:
        """An undecided condition in Python syntax."""
        return str(condition)

    def substitute(self, value: Any, numbers: Mapping[str, Number]) -> Any:
        """A value with numbers for symbols, by name; an int or Fraction where no symbol is left."""
        return value

    def summarize(self, conditions: list[Any]) -> list[str]:
        """Undecided conditions as few readable texts."""
        return [self.condition_text(condition) for condition in conditions]

    def total(self, values: list[Number]) -> Number:
        """The sum of many values."""
        return sum(values)

    def text(self, value: Number) -> str:
        """The value in Python syntax."""
        return str(value)


EXACT = Algebra()


MOST_ENTRIES = 50  # of a list, in a formula with its numbers put in


def show_number(value: Any) -> str:
    """A value as it stands inside a formula: 4, 0.25, 7/3, [3, 4], 32*s."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return show_fraction(value)
    if isinstance(value, tuple):
        shown = [show_number(v) for v in value[:MOST_ENTRIES]]
        return "[" + ", ".join(shown) + (", ...]" if len(value) > MOST_ENTRIES else "]")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show_number(v)}" for key, v in value.items()) + "}"
    return str(value)


def show_fraction(value: Fraction) -> str:
    """A decimal where it ends within six places, else numerator/denominator."""
    scaled = value * 10**6
    if scaled.denominator == 1:
        whole, part = divmod(abs(scaled.numerator), 10**6)
        digits = f"{part:06d}".rstrip("0")
        return ("-" if value < 0 else "") + (f"{whole}.{digits}" if digits else str(whole))
    return f"{value.numerator}/{value.denominator}"
