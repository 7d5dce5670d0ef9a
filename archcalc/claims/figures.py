"""Figures as sources print them, and whether an exact value gives them.

A figure holds if the value, rounded or truncated to the digits that are printed, is what is printed, and in no other case.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.errors import SpecError
from archcalc.expr import formula

WORDS = {"thousand": "K", "million": "M", "billion": "G", "trillion": "T"}
SCALES = {
    "": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12, "P": 10**15, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30,
    "Ti": 2**40,
}  # fmt: skip
_WHAT = "ops|operations|params|parameters|values|numbers|MACs|mult-adds|multiply-adds|FLOPs|connections|neurons|layers"
UNITS = f"(?: ?(?:{_WHAT}))?"
_NUMBER = r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
_COUNT = re.compile(rf"(?:~|≈|about )? ?{_NUMBER} ?(?:([KMGTPB])|(?:x|\*|×) ?10\^(\d{{1,2}})|e(\d{{1,2}}))?{UNITS}\Z")
_BYTES = re.compile(rf"(?:~|≈|about )? ?{_NUMBER} ?((?:[KMGT]i?)?)B\Z")
_RATIO = re.compile(rf"(?:~|≈|about )? ?{_NUMBER} ?[x×](?: (less|fewer|more|smaller|larger))?\Z")
_PERCENT = re.compile(rf"(?:~|≈|about )? ?{_NUMBER} ?%\Z")
_ORDER = re.compile(r"10\^(\d{1,2}) \(order of magnitude\)\Z")
_MEANT = re.compile(r"(.+) \((\d{1,2}) digits?\)\Z")
_SHAPE = re.compile(r"(?:\d+(?: ?[x×] ?\d+)*|\[\d+(?: ?[x×] ?\d+)*\])\Z")
_MAPS = re.compile(r"(\d+) ?@ ?(\d+) ?[x×] ?(\d+)\Z")
_ARITHMETIC = re.compile(r"[\d([](?:[\d ()[\]+*/x×^,-]*[\d)\]])?\Z")
_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")
_KIND = re.compile(r" *([1-9]\d{0,8}) +([A-Za-z_]\w*) *\Z", re.ASCII)
MOST_DIGITS, MOST_CHARACTERS = 40, 400


class Figure(NamedTuple):
    """A printed figure: the sort, its digits, and what they are multiplied by."""

    text: str
    sort: str  # count, bytes, ratio, percent, order, most, shape, kinds, text or exact
    printed: Decimal = Decimal(0)
    scale: int = 1
    exact: Any = None  # of a shape its texts, of kinds their numbers, of written-out arithmetic its value
    less: bool = False  # of a ratio: how many times less, not how many times as much
    result: Any = None  # of written-out arithmetic: the Figure behind the `=`
    finer: Any = None  # where not all digits are meant: the same with one more of them, which must be wrong

    def holds(self, value: Any) -> bool:
        """Whether an exact value gives the figure. For ratios, percentages and `most` it is the quotient."""
        if self.sort == "shape":
            return value in self.exact
        if self.sort == "kinds":
            return bool(read_kinds(value) == self.exact)
        if self.sort == "text" or isinstance(value, str):
            text = _bare(self.text)
            return isinstance(value, str) and _bare(value) in (text, f"{text}x{text}")  # a square is one number or two
        if self.sort == "exact":
            return bool(value == self.exact) and (self.result is None or self.result.holds(value))
        if self.sort == "most":
            return bool(2 * value > 1)
        if self.sort == "order":
            return bool(10**self.scale <= value < 10 ** (self.scale + 1))
        if self.sort == "percent":
            value = 100 * Fraction(value)
        elif self.sort == "ratio" and self.less:
            value = 1 / Fraction(value) if value else 0
        return self._digits(value) and (self.finer is None or not self.finer.holds(value))

    def _digits(self, value: Any) -> bool:
        with localcontext() as context:
            context.prec = 200
            number = Fraction(value)
            scaled = Decimal(number.numerator) / Decimal(number.denominator * self.scale)
            return any(
                scaled.quantize(self.printed, how) == self.printed for how in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
            )


def read_figure(text: str, quantity: str) -> Figure | None:
    """What a text prints for a quantity: a count, bytes, or the sizes of an output. None if it is no such figure."""
    text = text.strip()
    for word, letter in WORDS.items():
        text = re.sub(rf" ?{word}\b", letter, text)
    if len(text) > MOST_CHARACTERS or any(len(digits) > MOST_DIGITS for digits in re.findall(r"[\d,]+", text)):
        return None
    if quantity == "output":
        return _shape(text)
    if quantity == "kinds":
        numbers = read_kinds(text)
        return None if numbers is None else Figure(text, "kinds", exact=numbers)
    if quantity == "field":
        return Figure(text, "text")
    if quantity == "setting":
        return _count(text) or Figure(text, "text")
    for read in (_special, _bytes if quantity.endswith("bytes") else _count, _arithmetic):
        found = read(text)
        if found is not None:
            return found
    return None


def read_kinds(text: str) -> dict[str, int] | None:
    """The numbers of a list of kinds, `13 conv, 5 maxpool`; None for what is none, or has a kind twice."""
    pairs = [_KIND.match(part) for part in text.split(",")]
    numbers = {pair[2]: int(pair[1]) for pair in pairs if pair is not None}
    return numbers if len(numbers) == len(pairs) else None


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _shape(text: str) -> Figure | None:
    """The sizes of an output. A vector may be printed as 1x1x4096 too, and maps as 6@28x28."""
    maps = _MAPS.match(text)
    if maps:
        return Figure(text, "shape", exact=(f"{maps[2]}x{maps[3]}x{maps[1]}",))
    found = _SHAPE.match(text)
    if not found:
        return None
    sizes = re.findall(r"\d+", found[0])
    vector = (sizes[2],) if len(sizes) == 3 and sizes[:2] == ["1", "1"] else ()
    return Figure(text, "shape", exact=("x".join(sizes), *vector))


def _special(text: str) -> Figure | None:
    if text == "most":
        return Figure(text, "most")
    if found := _PERCENT.match(text):
        return Figure(text, "percent", _decimal(found[1]))
    if found := _RATIO.match(text):
        return Figure(text, "ratio", _decimal(found[1]), less=found[2] in ("less", "fewer", "smaller"))
    return _order(text)


def _order(text: str) -> Figure | None:
    found = _ORDER.match(text)
    return Figure(text, "order", scale=int(found[1])) if found else None


def _count(text: str) -> Figure | None:
    """A number, `800K`. `800K (2 digits)` has zeros that only fill the places: 80 is right, of ten thousands, but no more."""
    meant = _MEANT.match(text)
    found = _COUNT.match(meant[1] if meant else text)
    if not found:
        return None
    power = found[3] or found[4]
    printed, scale = _decimal(found[1]), 10 ** int(power) if power else SCALES[found[2] or ""]
    if meant:
        filling = len(found[1].replace(",", "")) - int(meant[2])
        if "." in found[1] or filling < 1 or not int(meant[2]) or printed % 10**filling:
            return None
        finer = Figure(text, "count", printed / 10 ** (filling - 1), scale * 10 ** (filling - 1))
        return Figure(text, "count", printed / 10**filling, scale * 10**filling, finer=finer)
    return Figure(text, "count", printed, scale)


def _bytes(text: str) -> Figure | None:
    found = _BYTES.match(text)
    return Figure(text, "bytes", _decimal(found[1]), SCALES[found[2]]) if found else None


def _arithmetic(text: str) -> Figure | None:
    """Arithmetic written out, `28x28x64x1x1x256`, perhaps with its result: `(11*11*3)*96 = 35K`. Both must hold."""
    left, separator, right = text.rpartition("=")
    written = (left if separator else right).strip()
    value = _worked(written) if _ARITHMETIC.match(written) else None
    if value is None:
        return None
    if not separator:
        return Figure(text, "exact", exact=value)
    result = _order(right.strip()) or _count(right.strip())
    return Figure(text, "exact", exact=value, result=result) if result is not None else None


def _worked(text: str) -> int | None:
    plain = (
        re.sub(r" ?[x×] ?", "*", _GROUPED.sub(lambda digits: digits[0].replace(",", ""), text))
        .replace("^", "**")
        .replace("[", "(")
        .replace("]", ")")
    )
    try:
        value = formula(plain).evaluate({})
    except SpecError:
        return None
    return value if type(value) is int else None


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
