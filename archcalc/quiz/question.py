"""A question: what is asked, what is right, which mistakes lead to which wrong answers, and the worked page."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from archcalc.lessons.pages import Section
from archcalc.numbers import exact, times

TOPICS = {
    "size": "output volume",
    "params": "parameters",
    "memory": "memory",
    "ops": "ops (multiply-accumulates)",
    "padding": "padding and stride",
    "receptive-field": "receptive field",
    "concat": "depth after concatenation",
    "bottleneck": "savings of bottlenecks and stacks",
    "grouped": "grouped and depthwise convolution",
    "depth": "depth in layers with weights",
    "attention": "cost of attention",
    "patches": "patches and tokens",
    "scaling": "compound scaling",
    "most": "which layer holds most",
}
LEVELS = (1, 2, 3)  # one formula; several in a row, or with groups and padding; whole blocks and networks

Sizes = tuple[int, ...]
Value = int | Fraction | Sizes | str


class Answer(NamedTuple):
    """What is right. `sort` says how it is read and printed:

    count (an int; `unit` is what is counted), bytes (an int), ratio (a Fraction: how many times), share (a Fraction of 1),
    sizes (ints, channels first: C, H, W of a picture, T, D of tokens, D of a vector), name (a text; `also` are right too).
    `square`: a count of pixels along a side, which may be given as 7x7 as well as 7.
    """

    sort: str
    value: Value
    unit: str = ""
    also: tuple[str, ...] = ()
    square: bool = False

    @property
    def text(self) -> str:
        """The right answer as it is printed."""
        return value_text(self, self.value)


class Slip(NamedTuple):
    """A wrong value that a common mistake leads to: the name of the mistake, and a sentence on why it is one."""

    mistake: str
    value: Value
    why: str


class Choice(NamedTuple):
    """An answer to choose; of a wrong one the mistake that leads to it, if it has a name."""

    text: str
    value: Value
    slip: Slip | None = None


class Question(NamedTuple):
    """`key` names what is asked the same in every run; `subject` is the layer or block, if it is about one.

    `choices` are in the order in which they are shown, and exactly one is right. The last equation of `worked` ends with the
    answer. `explain` is what follows `archcalc explain` to read more.
    """

    key: str
    topic: str
    level: int
    model: str
    subject: str
    text: str
    answer: Answer
    slips: tuple[Slip, ...]
    choices: tuple[Choice, ...]
    worked: tuple[Section, ...]
    hint: str
    explain: str
    slide: int | None = None

    @property
    def right(self) -> int:
        """The place of the right choice."""
        return next(place for place, choice in enumerate(self.choices) if choice.value == self.answer.value)


def value_text(answer: Answer, value: Value) -> str:
    """A right or wrong value as the answer is printed: 34,944; 55x55x96 (H x W x C); 8.71x; 48.2%; 61.0 MB; conv1."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "x".join(map(str, (*value[1:], value[0]) if len(value) == 3 else value))
    if answer.sort == "ratio":
        return f"{times(Fraction(value))}x"
    if answer.sort == "share":
        return f"{float(100 * value):.3g}%"
    if answer.sort == "bytes":
        return f"{exact(value)} bytes"
    return exact(value)
