"""What a student types: as text with plain signs, and as a number such as 34,944, 35K, 1.2 x 10^9, 61 MB or (11*11*3+1)*96."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from archcalc.claims.figures import MOST_CHARACTERS, MOST_DIGITS, SCALES, WORDS, Figure
from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.quiz.question import Answer

EXPECTED = {  # with numbers that give no answer away
    "count": "a number is asked for, such as 12,345 or 12K",
    "bytes": "a number of bytes is asked for, such as 1,234,567 or 1.2 MB",
    "ratio": "how many times is asked for, such as 2.5x",
    "share": "a share is asked for, such as 25%",
    "name": "a name is asked for, as the question has it",
}
ENOUGH_DIGITS = 2  # that a rounded number needs
MOST_POWER = 30  # of ten, in a number such as 1.2e9
MOST = 10**100  # a value beyond it, or below its inverse, answers nothing that is asked
TOO_LONG = "a number of so many digits cannot be the answer"


class Unclear(Exception):
    """An answer that cannot be read as one; the message says why, to the student."""


# ------------------------------------------------------------------------------------------ text

_LIKE = str.maketrans({
    "\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "×": "x", "\u2715": "x", "\u00b7": "*", "\u22c5": "*",
    "\u2219": "*", "\u2217": "*", "\u00f7": "/", "\u2044": "/", "\u2215": "/", "\u223c": "~", "\u2248": "~", "\u2243": "~",
    "\u2245": "~", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u230a": "floor(", "\u230b": ")", "\u2308": "ceil(",
    "\u2309": ")",
})  # fmt: skip
_RAISED = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]+")  # as in 11² and 10⁹
_PARTS = re.compile("[\u00bc-\u00be]")  # ½ is 1/2, but 1½ is not 11/2, nor ½0 1/20


def plain_text(text: str) -> str:
    """The text with plain signs and single spaces, without quotes around it or a full stop behind it. Raises Unclear."""
    if len(text) > MOST_CHARACTERS:
        raise Unclear(f"an answer may have {MOST_CHARACTERS} characters, not {len(text):,}")
    text = _PARTS.sub(r" \g<0> ", _RAISED.sub(r"^\g<0>", text))
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_LIKE).split())
    if not text.isprintable():
        raise Unclear("there are characters in it that cannot be seen")
    text = text.strip(" \"'`").rstrip(" .?;,")
    if not text:
        raise Unclear("no answer")
    return text


_LABEL = re.compile(r"(?:(?:[a-z][\w' ]*)?[=:]+>? ?)+")


def unlabelled(text: str) -> str:
    """The text without names before it: H' = W' = 55, and answer: 55."""
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


# ------------------------------------------------------------------------------------------ numbers


class Number(NamedTuple):
    """A number that was typed, and the figures it may be a rounded print of; none for one that is exact."""

    value: Fraction
    figures: tuple[Figure, ...] = ()

    @property
    def digits(self) -> int:
        """How many digits a rounded number has, at least one; those of ~35,000 may all count."""
        return _digits(self.figures[0]) if self.figures else 0

    def rounds(self, value: Fraction, fewest: int = ENOUGH_DIGITS) -> bool:
        """Whether it is a value rounded or truncated, to no fewer digits than these."""
        return any(_digits(figure) >= fewest and figure.holds(value) for figure in self.figures)


def _digits(figure: Figure) -> int:
    return len(figure.printed.as_tuple().digits)


def filled(digits: str, scale: int = 1) -> tuple[Figure, ...]:
    """The figures of whole digits whose zeros at the end may count, or only fill the places: ~35,000 has two to five digits."""
    zeros = len(digits) - len(digits.rstrip("0"))
    return tuple(
        Figure(digits, "count", Decimal(digits[: len(digits) - filling]), scale * 10**filling)
        for filling in range(min(zeros, len(digits) - 1) + 1)
    )


_NUMBER = r"(?:[1-9]\d{0,2}(?P<mark>[,_' ])\d{3}(?:(?P=mark)\d{3})*|\d+)(?:\.\d*)?|\.\d+"
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([,_' ])\d{3}(?:\1\d{3})*(?!\d)", re.ASCII)
_MARKS = re.compile("[,_' ]")
_ABOUT = re.compile(r"(?:(?:~|about|approx(?:imately)?\.?|roughly|around|circa|ca\.|nearly|almost) ?)+")
_ABOUT_INSIDE = re.compile(r"(?<=[^=\s~]) *~")  # 55*55*96 ~ 290K
_TIMES = re.compile(r"(?<=[\d)]) ?x ?(?=[\d(])|(?<=[\d)]) ?(?=\()|(?<=\)) ?(?=\d)")

_LESS = "less|fewer|smaller|lower|cheaper"
_MORE = "more|larger|bigger|higher|greater|as (?:many|much|large|big)"
_UNITS = {
    "bytes": r"(?:b|bytes?)(?: of memory)?",
    "ratio": rf"(?:x|times|-?fold|: ?1|to 1)?(?: ?(?:(?P<less>{_LESS})|{_MORE}))?",
    "share": r"%|percent|per cent|pct",
}
_THINGS = (
    "accumulate|accumulation|add|addition|altogether|and|biase|channel|connection|feature|filter|flop|head|in|layer|mac|madd|map|"
    "mult|multiplication|multiply|neuron|number|op|operation|padding|param|parameter|patche|pixel|px|token|total|unit|value|weight|zero"
)
_PREFIXES = {"kilo": "K", "mega": "M", "giga": "G", "tera": "T", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti"}
_SCALES = {name.lower(): scale for name, scale in SCALES.items() if name}
_SCALES |= {word + end: SCALES[prefix] for word, prefix in WORDS.items() for end in ("", "s")}
_SCALES |= {word: SCALES[prefix] for word, prefix in _PREFIXES.items()}


@lru_cache(maxsize=64)
def _pattern(sort: str, unit: str) -> re.Pattern[str]:
    """Numbers of a sort with their units: `digits` with a `scale` or `power`, or `zero`, or a `sum` to work out."""
    things = "|".join([_THINGS, *map(re.escape, re.findall(r"\w+", unit.lower()))])
    units = _UNITS.get(sort, rf"(?:(?:{things})s?(?:[ -]|\Z))+")
    scales = "|".join(sorted((name for name in _SCALES if name != "b" or sort != "bytes"), key=len, reverse=True))
    power = r"(?:[x*] ?10 ?(?:\^|\*\*) ?|e)(?P<power>[+-]?\d\d?)(?!\d)"
    number = rf"(?P<digits>{_NUMBER}) ?(?:(?P<scale>{scales})|{power})?"
    return re.compile(rf"(?:{number}|(?P<zero>none|zero|nothing|no)|(?P<sum>.*[\d)\]}}])) ?(?P<unit>{units})?", re.ASCII)


def read_number(text: str, answer: Answer) -> Number:
    """The number that a text in small letters has for an answer. Raises Unclear.

    Where there is arithmetic with its result, `11*11*3*96 = 34,848`, the last is meant, and the others have to agree.
    """
    *others, last = _ABOUT_INSIDE.sub(" =~", unlabelled(text)).split("=")
    read = _one(last.strip(), answer)
    for other in others:
        value = _one(other.strip(), answer)
        if not (value.value == read.value or value.rounds(read.value, 1) or read.rounds(value.value, 1)):
            raise Unclear(f"{other.strip()} is not {last.strip()}: which of them is meant?")
    return read


def _one(text: str, answer: Answer) -> Number:
    about = _ABOUT.match(text)
    text = text[about.end() :] if about else text
    found = _pattern(answer.sort, answer.unit).fullmatch(text)
    if found is None:
        raise _unread(text, answer)
    if found["zero"]:
        return Number(Fraction(0))
    if found["digits"]:
        return _printed(found, answer, bool(about))
    value = _worked(found["sum"], answer)
    percent = answer.sort == "share" and (found["unit"] or value > 1)
    return Number(value / 100 if percent else value)


def _unread(text: str, answer: Answer) -> Unclear:
    if re.search(r"\d,\d", _GROUPED.sub("", text)):
        return Unclear("a comma stands before every three digits of a whole number, as in 1,500; parts are behind a point, 1.5")
    if answer.sort == "count" and re.search(r"\d ?(?:[kmgt]i?b|\w*bytes?)\Z", text):
        return Unclear(f"{answer.unit or 'a number'}, not bytes: that is what is asked for")
    return Unclear(EXPECTED[answer.sort])


def _printed(found: re.Match[str], answer: Answer, about: bool) -> Number:
    """A number written with digits."""
    digits, power = _MARKS.sub("", found["digits"]), int(found["power"] or 0)
    if len(digits) > MOST_DIGITS or abs(power) > MOST_POWER:
        raise Unclear(TOO_LONG)
    printed = Decimal(f"{digits}e{min(power, 0)}")  # made from a text: arithmetic on decimals would round
    scale = _SCALES.get(found["scale"], 1) * 10 ** max(power, 0)
    value, plain = Fraction(printed) * scale, not (found["scale"] or found["power"])
    figure = Figure(digits, "count", printed, scale)
    if answer.sort in ("count", "bytes") and plain and not about:
        if value.denominator != 1:
            raise Unclear(f"a whole number is asked for, and {found['digits']} is none")
        return Number(value)
    whole = digits.isdigit()
    if answer.sort == "share" and (found["unit"] or value > 1 or (plain and whole)):
        return Number(value / 100, (figure._replace(sort="percent"),))
    if answer.sort == "ratio" and found["less"] and value:  # 8.7x less is 8.7, as the question puts it, or 1/8.7
        return Number(value, (figure, figure._replace(sort="ratio", less=True)))
    return Number(value, filled(digits, scale) if about and whole and power >= 0 else (figure,))


def _worked(text: str, answer: Answer) -> Fraction:
    """What arithmetic comes to."""
    plain = _GROUPED.sub(lambda group: _MARKS.sub("", group[0]), text)
    if "," in plain:
        raise _unread(text, answer)
    plain = _TIMES.sub("*", plain.translate(str.maketrans("[]{}", "()()"))).replace("^", "**")
    try:
        value = formula(plain).evaluate({})
    except SpecError:
        raise Unclear(EXPECTED[answer.sort]) from None
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Unclear(EXPECTED[answer.sort])
    number = Fraction(value)
    if number and not 1 <= abs(number) * MOST <= MOST**2:
        raise Unclear(TOO_LONG)
    return number
