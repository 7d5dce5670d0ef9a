"""What is to be said of a claim that is not as its spec says."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from archcalc.claims.check import OUTDATED, Checked, shown_value, value_text
from archcalc.claims.figures import Figure
from archcalc.claims.read import Claim
from archcalc.errors import SpecError

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def finding(checked: Checked) -> SpecError | None:
    """A mistake with the claim's place: that it does not hold, or that its erratum is outdated. None for a good one."""
    if checked.good:
        return None
    claim = checked.claim
    subject = f"{asked(claim)} is {value_text(checked)}"
    if checked.verdict == OUTDATED:
        message = f"{subject}, so {claim.text} does hold ({claim.source}), and the erratum says that it does not"
        return SpecError("outdated-erratum", message, claim.place, "take the erratum out of the claim")
    if checked.instead is not None:
        message = f"`instead` gives {shown_value(claim, checked.instead)}, and {claim.text} is printed in {claim.source}"
        return SpecError("wrong-claim", message, claim.places["instead"], f"{claim.what} is {value_text(checked)}")
    message = f"{subject}, and {claim.text} is printed in {claim.source}"
    return SpecError("wrong-claim", message, claim.place, _readings(checked))


def asked(claim: Claim) -> str:
    """What a figure is of, the model included: "params of vgg16", "params of conv1 in vgg16"."""
    against = f" against {claim.than}" if claim.than else ""
    return f"{claim.subject} {'in' if claim.at else 'of'} {claim.model}{claim.given}{against}"


def _readings(checked: Checked) -> str:
    """What would hold in place of the figure, as it is printed."""
    figure, value = checked.claim.figure, checked.value
    if figure.sort == "exact" and figure.result is not None and value == figure.exact:
        figure = figure.result
    if figure.sort == "order" and value > 0:
        return f"the order of magnitude is 10^{len(str(int(value))) - 1}"
    rounded, truncated = (printed_like(figure, value, how) for how in (ROUND_HALF_UP, ROUND_DOWN))
    if not rounded or rounded == value_text(checked) or not re.search("[1-9]", rounded):
        return ""
    if rounded == truncated:
        return f"to as many digits that is {rounded}"
    return f"to as many digits that is {rounded} rounded, {truncated} truncated"


def printed_like(figure: Figure, value: Any, how: str) -> str:
    """An exact value with as many digits as a figure has, and in its form: 3,274,537,984 as 3.27 x 10^9. Else empty."""
    found = _DIGITS.search(figure.text)
    if not found or figure.sort not in ("count", "bytes", "percent", "ratio") or isinstance(value, str):
        return ""
    number = Fraction(value)
    if figure.sort == "percent":
        number *= 100
    elif figure.less:
        number = 1 / number if number else number
    with localcontext() as context:
        context.prec = 200
        scaled = Decimal(number.numerator) / Decimal(number.denominator * figure.scale)
        printed, step = Decimal(found[0].replace(",", "")), figure.printed
        filled = printed / step if step else Decimal(1)  # of `800K (2 digits)` the zero that is no digit
        shown = f"{scaled.quantize(step, how) * filled:,f}"
    if "," not in found[0] and len(found[0].partition(".")[0]) > 3:
        shown = shown.replace(",", "")
    return figure.text[: found.start()] + shown + figure.text[found.end() :]
