"""Nothing in a claim is idle: of every figure in the zoo, changing any digit makes the check fail.

Such a change is one that makes the claim not hold, or not even readable. Only between what the exact value gives rounded and
what it gives truncated there is nothing to tell: both readings hold. An erratum must fail to hold, and it must be what its
`instead` gives.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest

import archcalc
from archcalc.claims import ERRATUM, HOLDS, Checked, Figure, read_figure

ALL = [one for result in archcalc.check() for one in result.checked]


def mutations(text: str) -> list[str]:
    """The text with one digit of its figure replaced by another one, in all ways. `(2 digits)` is not of the figure."""
    figure = re.sub(r" \(\d+ digits?\)\Z", "", text)
    return [
        text[:at] + other + text[at + 1 :]
        for at, digit in enumerate(figure)
        if digit.isascii() and digit.isdigit()
        for other in "0123456789".replace(digit, "")
    ]


def holds(one: Checked, text: str) -> bool:
    """Whether the claim, with `text` for its figure, is read and holds."""
    figure = read_figure(text, one.claim.quantity)
    return figure is not None and figure.sort == one.claim.figure.sort and figure.holds(one.value)


def shown(figure: Figure | None) -> Figure:
    """The figure; of arithmetic that is written out, `(11*11*3)*96 = 35K`, what stands behind the `=`."""
    assert figure is not None
    return figure.result or figure


def readings(figure: Figure, value: Any) -> set[Decimal]:
    """What is printed for the value, with as many digits as the figure has, if it is rounded or truncated."""
    number = Fraction(value)
    if figure.sort == "percent":
        number *= 100
    elif figure.less:
        number = 1 / number
    with localcontext() as context:
        context.prec = 100
        scaled = Decimal(number.numerator) / Decimal(number.denominator) / figure.scale
        return {scaled.quantize(figure.printed, how) for how in (ROUND_DOWN, ROUND_HALF_UP, ROUND_HALF_EVEN)}


def test_there_is_much_to_change() -> None:
    assert len(ALL) >= 600
    assert sum(len(mutations(one.claim.text)) for one in ALL) >= 10_000


def test_any_digit_counts() -> None:
    """Of all claims that hold, and of all digits in their figures, the powers of ten among them."""
    seen: Counter[str] = Counter()
    for one in ALL:
        if one.verdict != HOLDS:
            continue
        for text in mutations(one.claim.text):
            if not holds(one, text):
                seen["noticed"] += 1
                continue
            figure, changed = shown(one.claim.figure), shown(read_figure(text, one.claim.quantity))
            allowed, printed = readings(figure, one.value), {figure.printed, changed.printed}
            assert printed == allowed and len(printed) == 2, f"{one.claim.place}: {text} would hold too"
            assert figure.scale == changed.scale, f"{one.claim.place}: {text} would hold too"
            seen["the other reading"] += 1
    assert seen["noticed"] > 50 * seen["the other reading"] > 0


def test_any_digit_of_an_erratum_counts() -> None:
    """It must not hold, and it must be what `instead` gives: so a change of its figure is noticed, too."""
    seen: Counter[str] = Counter()
    for one in ALL:
        if one.verdict != ERRATUM:
            continue
        assert one.instead is not None, f"{one.claim.place}: nothing says what was counted instead"
        assert not holds(one, one.claim.text)
        for text in mutations(one.claim.text):
            figure = read_figure(text, one.claim.quantity)
            if figure is None or figure.sort != one.claim.figure.sort or figure.holds(one.value):
                seen["outdated"] += 1
            elif not figure.holds(one.instead):
                seen["noticed"] += 1
            else:
                assert {figure.printed, one.claim.figure.printed} == readings(figure, one.instead), text
                seen["the other reading"] += 1
    assert seen["noticed"] > 20 * seen["the other reading"] and seen["outdated"] > 0


@pytest.mark.parametrize(
    ("text", "value", "changed"),
    [("138M", 138_357_544, "139M"), ("24M", 24_700_000, "23M"), ("27%", Fraction(275, 1000), "26%")],
)
def test_the_test_can_fail(text: str, value: Any, changed: str) -> None:
    """A looser rule would be seen: these stand next to what is printed, and are not a reading of the value."""
    figure, other = read_figure(text, "params"), read_figure(changed, "params")
    assert figure is not None and other is not None
    assert changed in mutations(text)
    assert figure.printed in readings(figure, value) and other.printed not in readings(figure, value)
