"""Printed figures: how they may be written, and that only the exact value, rounded or truncated, gives them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from archcalc.claims import read_figure


def holds(text: str, value: Any, quantity: str = "params") -> bool:
    figure = read_figure(text, quantity)
    assert figure is not None, f"{text!r} is not read"
    return figure.holds(value)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("138M", 138_357_544, True),
        ("138M", 138_500_001, True),  # truncated
        ("139M", 138_500_001, True),  # rounded
        ("138M", 139_000_000, False),
        ("137M", 138_357_544, False),
        ("3.8 x 10^9", 3_857_973_248, True),
        ("3.9G", 3_857_973_248, True),
        ("4G", 3_857_973_248, True),
        ("3.7G", 3_857_973_248, False),
        ("3.80G", 3_857_973_248, False),
        ("7.3e9", 7_300_000_000, True),
        ("0.39B", 385_814_752, True),
        ("138 million", 138_357_544, True),
        ("7.3 billion", 7_340_000_000, True),
        ("854M ops", 854_196_224, True),
        ("1.5B multiply-adds", 1_582_671_872, True),
        ("~24M", 24_400_000, True),
        ("60,000", 60_000, True),
        ("60,000", 60_001, False),
        ("0", 0, True),
        ("0", 1, False),
        ("(11*11*3)*96 = 34,848", 34_848, True),
        ("(11*11*3)*96 = 35K", 34_848, True),
        ("(11*11*3)*96 = 36K", 34_848, False),
        ("(11*11*4)*96 = 35K", 34_848, False),
        ("28x28x64x1x1x256", 12_845_056, True),
        ("28x28x64x1x1x255", 12_845_056, False),
        ("14^2 x 14^2 = 38416", 38_416, True),
        ("14^2 x 14^2 = 38417", 38_416, False),
        ("(227-11)/4+1 = 55", 55, True),
        ("(227-11)/4+1 = 55", 54, False),
        ("[55x55x48] x 2", 290_400, True),
        ("5*0 = 0", 0, True),
        ("5*0 = 1", 0, False),
        ("224^4 = 10^9 (order of magnitude)", 2_517_630_976, True),
        ("224^4 = 10^8 (order of magnitude)", 2_517_630_976, False),
        ("800K (2 digits)", 802_816, True),
        ("800K", 802_816, False),
        ("800K (1 digit)", 750_000, True),
        ("800K (1 digit)", 802_816, False),  # two are right
        ("800K (2 digits)", 815_000, False),
        ("112*112*64 = 800K (2 digits)", 802_816, True),
        ("112*112*64 = 900K (2 digits)", 802_816, False),
        ("112*112*64 = 800K", 802_816, False),
        ("10^9 (order of magnitude)", 2_517_630_976, True),
        ("10^9 (order of magnitude)", 9_999_999_999, True),
        ("10^9 (order of magnitude)", 10_000_000_000, False),
        ("10^9 (order of magnitude)", 999_999_999, False),
        ("2", Fraction(19203, 10000), True),
        ("1.92", Fraction(19203, 10000), True),
        ("1.93", Fraction(19203, 10000), False),
    ],
)
def test_counts(text: str, value: Any, expected: bool) -> None:
    assert holds(text, value) == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("96MB", 96_000_000, True),
        ("~96MB", 95_999_999, True),
        ("61 MB", 60_950_432, True),
        ("96MB", 60_950_432, False),
        ("58.1MiB", 60_950_432, True),
        ("600B", 600, True),
    ],
)
def test_bytes(text: str, value: int, expected: bool) -> None:
    assert holds(text, value, "activation_bytes") == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("55x55x96", "55x55x96", True),
        ("[55x55x96]", "55x55x96", True),
        ("55 x 55 x 96", "55x55x96", True),
        ("96x55x55", "55x55x96", False),
        ("6@28x28", "28x28x6", True),
        ("1x1x4096", "4096", True),
        ("4096", "4096", True),
        ("196x768", "196x768", True),
    ],
)
def test_outputs(text: str, value: str, expected: bool) -> None:
    assert holds(text, value, "output") == expected


@pytest.mark.parametrize(
    ("text", "quotient", "expected"),
    [
        ("27x less", Fraction(1, 27), True),
        ("27x less", Fraction(10, 274), True),
        ("27x less", Fraction(1, 28), False),
        ("12x fewer", Fraction(100, 871), False),
        ("5.4x", Fraction(541, 100), True),
        ("5.4x more", Fraction(56, 10), False),
        ("94%", Fraction(9432, 10000), True),
        ("94%", Fraction(93, 100), False),
        ("most", Fraction(51, 100), True),
        ("most", Fraction(1, 2), False),
    ],
)
def test_quotients(text: str, quotient: Fraction, expected: bool) -> None:
    assert holds(text, quotient) == expected


def test_a_ratio_to_nothing_does_not_hold() -> None:
    assert not holds("27x less", 0)


@pytest.mark.parametrize(
    "text",
    ["", "many", "M", "1..2", "1,2x", "-5", "1e999999", "9" * 500, "9**9**9", "(1", "3 = ", "x", "5 Q", "[5", "5/2", "5/0",
     "810K (1 digit)", "800K (3 digits)", "800K (0 digits)", "8.0K (1 digit)"],
)  # fmt: skip
def test_what_is_no_figure(text: str) -> None:
    assert read_figure(text, "params") is None


@pytest.mark.parametrize("text", ["55x", "a x b", "", "55.5x55"])
def test_what_are_no_sizes(text: str) -> None:
    assert read_figure(text, "output") is None


@pytest.mark.parametrize("text", ["138M", "3.86G", "34,944", "0.39B", "7.31 x 10^9"])
def test_any_other_digit_is_wrong(text: str) -> None:
    """Of a value in the middle of what is printed, so that rounding and truncating agree."""
    figure = read_figure(text, "macs")
    assert figure is not None
    value = int(figure.printed * figure.scale) + figure.scale // 10 ** (2 + max(0, -figure.printed.as_tuple().exponent))
    assert figure.holds(value)
    for at, digit in ((at, digit) for at, digit in enumerate(text.split("10^", maxsplit=1)[0]) if digit.isdigit()):
        for other in "0123456789".replace(digit, ""):
            changed = text[:at] + other + text[at + 1 :]
            again = read_figure(changed, "macs")
            assert again is None or not again.holds(value), changed
