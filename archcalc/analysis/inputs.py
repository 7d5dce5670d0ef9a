"""Sizes as people write them on the command line or hand them to the library: 3x227x227, 3x32*sx32*s, (3, 320, 256)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archcalc.arithmetic import EXACT, Algebra
from archcalc.errors import SpecError

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


def read_sizes(given: str | Iterable[Any]) -> tuple[Any, ...]:
    """The sizes of an input as values: whole numbers, or symbols for letters. Raises SpecError("bad-option")."""
    if isinstance(given, str):
        return tuple(read_size(part) for part in split_sizes(given))
    return tuple(read_size(part) if isinstance(part, str) else part for part in given)


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
    from fractions import Fraction

    if all(isinstance(value, (int, Fraction, bool, str, tuple)) for value in values):
        return EXACT
    from archcalc.analysis.symbols import SymbolicAlgebra

    return SymbolicAlgebra()
