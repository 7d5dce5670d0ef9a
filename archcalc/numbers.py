"""Numbers as people read them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from archcalc.arithmetic import Algebra, show_number

PREFIXES = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"))


def exact(value: Any, algebra: Algebra | None = None) -> str:
    """Every digit, with commas: 138,357,544. Symbols in Python syntax."""
    if type(value) is int:
        return f"{value:,}"
    if isinstance(value, (Fraction, tuple)):
        return show_number(value)
    return algebra.text(value) if algebra is not None else str(value)


def readable(value: Any, digits: int = 4) -> str:
    """The leading digits and a decimal prefix: 138.4M, 15.47G; "" for symbols."""
    if type(value) is not int:
        return ""
    for factor, prefix in PREFIXES:
        if abs(value) >= factor:
            number = value / factor
            decimals = max(0, digits - len(str(int(abs(number)))))
            text = f"{number:.{decimals}f}"
            if len(text.replace(".", "").lstrip("-")) > digits and decimals:  # 999.96 rounds up to 1000.0
                text = f"{number:.{decimals - 1}f}"
            return text + prefix
    return str(value)


def times(ratio: Fraction) -> str:
    """How many times: three digits, or all before the point."""
    return f"{round(ratio):,}" if ratio >= 1000 else f"{float(ratio):.3g}"


def in_bytes(value: Any) -> str:
    """Bytes with a decimal unit: 60.95 MB; "" for symbols."""
    text = readable(value)
    if not text:
        return ""
    return f"{text[:-1]} {text[-1]}B" if text[-1].isalpha() else f"{text} B"


def percent(part: Any, whole: Any) -> str:
    """The share of a whole: 48%; "" where either is not a plain number, or the whole is 0."""
    if type(part) is not int or type(whole) is not int or not whole:
        return ""
    return f"{100 * part / whole:.0f}%"
