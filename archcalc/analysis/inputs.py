"""Sizes as people write them on the command line or hand them to the library: 3x227x227, 3x32*sx32*s, (3, 320, 256)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from fractions import Fraction
from typing import Any

from archcalc.arithmetic import EXACT, Algebra
from archcalc.errors import SpecError
from archcalc.spec.settings import as_value

LONGEST = 200  # characters of one --input


def split_sizes(text: str) -> list[str]:
    """The sizes of `3x227x227`, `3,227,227` or `3 x 32*s x 32*s`. Raises SpecError("bad-option")."""
    plain = text.strip().strip("[]() ")
    separator = "," if "," in plain else "x"
    parts = [part.strip() for part in plain.replace("×", "x").replace("X", "x").split(separator)]
    if len(text) > LONGEST or not all(parts):
        hint = "write the sizes with x between them, channels first: 3x224x224 (letters are symbols: 3xHxW)"
        raise SpecError("bad-option", f"'{text[:60]}' is not an input size", None, hint, text)
    return parts


def read_sizes(given: Any) -> tuple[Any, ...]:
    """The sizes of an input as values: a text such as 3x224x224, or a list or tuple. Raises SpecError("bad-option")."""
    if isinstance(given, str):
        return tuple(read_size(part) for part in split_sizes(given))
    if not isinstance(given, Iterable) or isinstance(given, (bytes, bytearray, Mapping, Set)):
        hint = "give a tuple, channels first: (3, 224, 224), or a text: '3x224x224'"
        raise SpecError("bad-option", f"an input cannot be of the Python type {type(given).__name__}", None, hint)
    return tuple(read_size(part) if isinstance(part, str) else as_value("a size", part) for part in given)


def read_batch(given: Any) -> Any:
    """The number of samples: a whole number of at least 1, or a symbol. Raises SpecError("bad-option")."""
    size = read_size(given) if isinstance(given, str) else as_value("the batch", given)
    if isinstance(size, (bool, Fraction, tuple)) or (isinstance(size, int) and size < 1):
        message = f"the batch must be a whole number of at least 1, not {given}"
        raise SpecError("bad-option", message, None, "", str(given))
    return size


def read_size(text: str) -> Any:
    """One size: 224, or a formula of letters such as 32*s. Raises SpecError("bad-option")."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    from archcalc.analysis.symbols import parse_size  # sympy is loaded only when there are letters

    try:
        return parse_size(text)
    except SpecError as error:
        raise SpecError("bad-option", f"'{text[:60]}' is not a size: {error.message}", None, error.hint, text) from None


def algebra_for(values: Iterable[Any]) -> Algebra:
    """Exact arithmetic where every value is a plain number; the symbolic algebra where one is not."""
    if all(_is_plain(value) for value in values):
        return EXACT
    from archcalc.analysis.symbols import SymbolicAlgebra

    return SymbolicAlgebra()


def _is_plain(value: Any) -> bool:
    return all(map(_is_plain, value)) if isinstance(value, tuple) else isinstance(value, (int, Fraction, str))
