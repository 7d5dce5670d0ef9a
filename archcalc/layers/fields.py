"""The fields of layer kinds: what may stand in the YAML behind a name, and the value that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.arithmetic import Algebra, Number, show_number
from archcalc.errors import SpecError, did_you_mean
from archcalc.expr import formula
from archcalc.limits import limits


class Pair(NamedTuple):
    """One number along each axis of a picture."""

    h: Number
    w: Number


class Sides(NamedTuple):
    """One number on each side of a picture."""

    top: Number
    bottom: Number
    left: Number
    right: Number


class FieldType(NamedTuple):
    """A sort of value: how it is described, which words it takes, whether it is free text, and how a value is accepted.

    `accept(value, algebra)` gets an evaluated value (number, true/false, list, word, or a mapping as a dict) and gives the
    normal form, or raises SpecError("bad-value").
    """

    name: str
    doc: str
    accept: Callable[[Any, Algebra], Any]
    words: tuple[str, ...] = ()
    text: bool = False


def _wrong(value: Any, wanted: str, hint: str = "") -> SpecError:
    return SpecError("bad-value", f"{show_number(value)} is not {wanted}", hint=hint)


_IS_WHOLE, _IS_ENOUGH = formula("n % 1 == 0"), formula("n >= least")


def _whole(value: Any, algebra: Algebra, least: int | None, wanted: str) -> Any:
    if type(value) is int:
        if least is not None and value < least:
            raise _wrong(value, wanted)
        if abs(value) > limits.size:
            raise SpecError("too-large", f"{value} is larger than the limit of {limits.size}")
        return value
    if isinstance(value, Fraction):
        hint = "floor(...), ceil(...), round(...) or divisible(..., 8) make it whole"
        raise _wrong(value, wanted, hint)
    if not algebra.is_symbol(value):
        raise _wrong(value, wanted)
    numbers = {"n": value, "least": least}
    for condition in (_IS_WHOLE,) if least is None else (_IS_WHOLE, _IS_ENOUGH):
        holds = condition.evaluate(numbers, algebra)
        if algebra.decide(holds) is False:
            raise _wrong(value, wanted)
        if algebra.decide(holds) is None:
            algebra.assume(holds)
    return value


def _size(value: Any, algebra: Algebra) -> Any:
    return _whole(value, algebra, 1, "a whole number of at least 1")


def _count(value: Any, algebra: Algebra) -> Any:
    return _whole(value, algebra, 0, "a whole number of at least 0")


def _index(value: Any, algebra: Algebra) -> Any:
    return _whole(value, algebra, None, "a whole number")


def _number(value: Any, algebra: Algebra) -> Any:
    if type(value) is int or isinstance(value, Fraction) or algebra.is_symbol(value):
        return value
    raise _wrong(value, "a number")


def _flag(value: Any, algebra: Algebra) -> Any:
    if isinstance(value, bool):
        return value
    raise _wrong(value, "true or false")


def _named(value: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    for key in value:
        if key not in names:
            raise SpecError("unknown-key", f"unknown key '{key}'; known: {', '.join(names)}", hint=did_you_mean(key, names))
    return [value.get(name) for name in names]


def _pair_of(one: Callable[[Any, Algebra], Any]) -> Callable[[Any, Algebra], Any]:
    def accept(value: Any, algebra: Algebra) -> Pair:
        if isinstance(value, dict):
            value = tuple(_named(value, Pair._fields))
            if None in value:
                raise SpecError("missing-key", "both h and w are needed")
        if isinstance(value, tuple):
            if len(value) != 2:
                raise _wrong(value, "one number, or two: [along H, along W]")
            return Pair(one(value[0], algebra), one(value[1], algebra))
        value = one(value, algebra)
        return Pair(value, value)

    return accept


def _sides_of(one: Callable[[Any, Algebra], Any]) -> Callable[[Any, Algebra], Any]:
    def accept(value: Any, algebra: Algebra) -> Sides:
        if isinstance(value, dict):
            return Sides(*(one(0 if side is None else side, algebra) for side in _named(value, Sides._fields)))
        if isinstance(value, tuple) and not isinstance(value, Pair) and len(value) == 4:
            return Sides(*(one(side, algebra) for side in value))
        h, w = _pair_of(one)(value, algebra)
        return Sides(h, h, w, w)

    return accept


def _sides(value: Any, algebra: Algebra) -> Sides | str:
    if value == "same" and isinstance(value, str):
        return value
    return _sides_of(_count)(value, algebra)  # type: ignore[no-any-return]


def _list_of(one: Callable[[Any, Algebra], Any], wanted: str) -> Callable[[Any, Algebra], Any]:
    def accept(value: Any, algebra: Algebra) -> tuple[Any, ...]:
        if not isinstance(value, tuple) or not value:
            raise _wrong(value, wanted)
        return tuple(one(v, algebra) for v in value)

    return accept


def _parts(value: Any, algebra: Algebra) -> Any:
    return _list_of(_size, "a list of sizes")(value, algebra) if isinstance(value, tuple) else _size(value, algebra)


def _named_sizes(value: Any, algebra: Algebra) -> tuple[tuple[str, Number], ...]:
    if not isinstance(value, dict):
        raise _wrong(value, "a mapping of names to sizes, such as {p: 4, q: 4}")
    return tuple((str(name), _size(size, algebra)) for name, size in value.items())


def _table(value: Any, algebra: Algebra) -> tuple[tuple[int, ...], ...]:
    wanted = "a list of lists of different whole numbers, such as [[0, 1], [1, 2]]"
    rows: tuple[tuple[Any, ...], ...] = _list_of(_list_of(_count, wanted), wanted)(value, algebra)
    for row in rows:
        if len(set(row)) < len(row) or not all(type(number) is int for number in row):
            raise _wrong(row, "a list of different whole numbers")
    return rows


def _text(value: Any, algebra: Algebra) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(value, "a text")


def word(*choices: str) -> FieldType:
    """One of a few words."""

    def accept(value: Any, algebra: Algebra) -> str:
        if isinstance(value, str) and value in choices:
            return value
        raise _wrong(value, "one of: " + ", ".join(choices), did_you_mean(str(value), choices))

    return FieldType("word", "one of " + ", ".join(choices), accept, choices)


SIZE = FieldType("size", "a whole number of at least 1", _size)
COUNT = FieldType("count", "a whole number of at least 0", _count)
INDEX = FieldType("index", "a whole number", _index)
NUMBER = FieldType("number", "any number", _number)
FLAG = FieldType("flag", "true or false", _flag)
SIZES = FieldType("sizes", "a size, or [along H, along W]", _pair_of(_size))
COUNTS = FieldType("counts", "a count, or [along H, along W]", _pair_of(_count))
SIDES = FieldType(
    "sides", "a count, [along H, along W], [top, bottom, left, right], {top: ..., left: ...}, or same", _sides, ("same",)
)
BORDER = FieldType(
    "border", "a whole number, [along H, along W], [top, bottom, left, right] or {top: ..., left: ...}", _sides_of(_index)
)
PARTS = FieldType("parts", "a number of equal parts, or a list of sizes", _parts)
TABLE = FieldType("table", "a list of lists of different whole numbers, such as [[0, 1], [1, 2]]", _table)
NAMED_SIZES = FieldType("named sizes", "a mapping of names to sizes, such as {p: 4, q: 4}", _named_sizes)
TEXT = FieldType("text", "a text", _text, text=True)

REQUIRED: Any = object()


class Field:
    """A field of a layer kind: its type, what it means, and the value that it has when it is left out."""

    __slots__ = ("default", "doc", "name", "type")

    def __init__(self, type_: FieldType, doc: str, default: Any) -> None:
        self.type, self.doc, self.default, self.name = type_, doc, default, ""

    @property
    def required(self) -> bool:
        """Whether it cannot be left out."""
        return self.default is REQUIRED


def field(type_: FieldType, doc: str, default: Any = REQUIRED) -> Any:
    """Declares a field in the body of a layer kind. `default` is in normal or short form; None means "not given"."""
    return Field(type_, doc, default)
