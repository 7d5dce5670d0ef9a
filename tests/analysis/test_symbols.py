"""Symbolic sizes against plain numbers: whatever is put in for the letters, both runs say the same."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.formulas import (
    ALGEBRA,
    CONDITIONS,
    NAMES,
    POINTS,
    SYMBOLS,
    TEXTS,
    number_at,
    read_again,
    shown,
    symbolic,
    value_of,
)
from archcalc.analysis.symbols import Condition, evaluate, parse_size, summarize_conditions
from archcalc.analysis.symbols.bounds import bounds, direction
from archcalc.analysis.symbols.terms import enter, whole
from archcalc.arithmetic import Undecided
from archcalc.errors import SpecError
from archcalc.limits import limits

MANY = settings(max_examples=200, deadline=None)


def conditions(*texts: str) -> list[Condition]:
    found = [symbolic(text) for text in texts]
    assert all(isinstance(condition, Condition) for condition in found), found
    return found


# ------------------------------------------------------------------------------------------ random formulas


@MANY
@given(TEXTS, st.lists(POINTS, min_size=1, max_size=5))
@example("floor((floor((H - 1)/2) + floor(W/2))/2)", [{"H": 5, "W": 3, "s": 1}])
@example("ceil((s - H)/3) - floor(-H/2)", [{"H": 5, "W": 3, "s": 1}])
@example("round(H/2) + round(H/3)", [{"H": 5, "W": 3, "s": 1}, {"H": 7, "W": 3, "s": 1}])
def test_numbers_put_in_give_the_numeric_value(text: str, points: list[dict[str, int]]) -> None:
    value = value_of(text)
    again = read_again(ALGEBRA.text(value))  # the printed text is a formula of the language, with the same value
    for point in points:
        expected = number_at(text, point)
        result = evaluate(value, point)
        assert result == expected
        assert type(result) in (int, Fraction)
        assert again.evaluate(point) == expected


@MANY
@given(TEXTS, POINTS)
@example("H*H - 3*H", {"H": 1, "W": 1, "s": 1})
@example("H - 2*floor(H/2)", {"H": 3, "W": 1, "s": 1})
@example("H*(H + 1)/2", {"H": 3, "W": 1, "s": 1})
@example("(3 - H)**2", {"H": 3, "W": 1, "s": 1})
def test_bounds_and_wholeness_are_sound(text: str, point: dict[str, int]) -> None:
    value, expected = enter(value_of(text)), number_at(text, point)
    lo, hi = bounds(value)
    assert lo <= expected <= hi
    known = whole(value)
    assert known is None or known is (Fraction(expected).denominator == 1)


@MANY
@given(TEXTS, POINTS, st.sampled_from(NAMES), st.integers(1, 40))
def test_directions_are_sound(text: str, point: dict[str, int], name: str, step: int) -> None:
    way = direction(enter(value_of(text)), SYMBOLS[name])
    change = number_at(text, {**point, name: point[name] + step}) - number_at(text, point)
    assert way is None or change * way > 0 or change == 0


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.lists(POINTS, min_size=3, max_size=8))
@example("16*(H//16) == H", [{"H": h, "W": 1, "s": 1} for h in range(1, 40)])
@example("2*((H + 1)//2) == H", [{"H": h, "W": 1, "s": 1} for h in range(1, 40)])
@example("2*H + 6 == 9 + 4*W", [{"H": 3, "W": 1, "s": 1}])
def test_what_is_decided_is_never_wrong(text: str, points: list[dict[str, int]]) -> None:
    value = value_of(text)
    truths = [number_at(text, point) for point in points]
    if ALGEBRA.decide(value) is not None:
        assert set(truths) == {ALGEBRA.decide(value)}, "decided, and wrong"
        return
    with pytest.raises(Undecided):
        bool(value)
    assert [read_again(str(value)).evaluate(point) for point in points] == truths
    assert [read_again(str(value.negated())).evaluate(point) for point in points] == [not truth for truth in truths]


def test_a_good_part_of_what_is_true_is_proved() -> None:
    """Deciding nothing would be sound as well: of random true bounds on sizes, most must be found."""
    draw = random.Random(1)
    proved = 0
    for _ in range(200):
        kernel, stride = draw.randint(1, 7), draw.randint(1, 4)
        pad = kernel // 2
        proved += ALGEBRA.decide(symbolic(f"floor((H - {kernel} + 2*{pad})/{stride}) + 1 >= 1")) is True
    assert proved > 100


# ------------------------------------------------------------------------------------------ simplifying


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor((32*s - 7 + 6)/2) + 1", "16*s"),
        ("floor((H - 11)/4) + 1", "(H - 7)//4"),
        ("floor((floor((H - 1)/2))/2)", "(H - 1)//4"),
        ("floor(floor(H/2)/3)", "H//6"),
        ("floor((floor((H - 1)/2) + 1 - 3 + 2)/2) + 1", "(H + 3)//4"),
        ("floor((2*H + 1)/4)", "H//2"),
        ("floor(3*H/2)", "H + H//2"),
        ("ceil(H/2)", "(H + 1)//2"),
        ("ceil((H - 1)/2)", "H//2"),
        ("-floor(H/2)", "-(H//2)"),
        ("W*floor(H/2)", "W*(H//2)"),
        ("floor(H/2)**2", "(H//2)**2"),
        ("floor((H*s - 3)/s)", "H + (-3)//s"),
        ("floor((H - 3)/s) + 1", "(H + s - 3)//s"),
        ("H*s//s", "H"),
        ("(H*s + s)/(s + 1)*(s + 1)/s", "H + 1"),
        ("(s*s - 1)/(s + 1)", "s - 1"),
        ("32*s % 32", "0"),
        ("(H + 33) % 32", "(H + 1) % 32"),
        ("2*H % 4", "2*(H % 2)"),
        ("min(ceil((H - 3)/2) + 1, ceil(H/2))", "H//2"),
        ("max(H, H + 1, 3)", "max(3, H + 1)"),
        ("max(H, 1)", "H"),
        ("min(1, s)", "1"),
        ("divisible(32*s, 8)", "32*s"),
        ("(s + 1)**3 - s**3", "3*s**2 + 3*s + 1"),
        ("round(2*s/2)", "s"),
        ("round(H/3)", "(H + 1)//3"),
        ("sum([s, 2*s, 3])", "3*s + 3"),
        ("2**k*2**k", "2**(2*k)"),
    ],
)
def test_results_are_simple(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_results_without_symbols_are_plain_numbers() -> None:
    for text, expected in (("H - H + 3", 3), ("H/(2*H)", Fraction(1, 2)), ("floor((H - H)/2)", 0), ("s % 1", 0)):
        value = symbolic(text)
        assert value == expected
        assert type(value) is type(expected)
    assert type(ALGEBRA.total([SYMBOLS["H"], -SYMBOLS["H"], 2])) is int
    assert type(symbolic("7/2 + 1/2")) is int


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("H >= 1", True),
        ("H < 1", False),
        ("32*s % 32 == 0", True),
        ("2*s == 3", False),
        ("2*H + 6 == 9 + 4*W", False),
        ("H*H - H >= 0", True),
        ("H == H", True),
        ("H % 2 < 2", True),
        ("H - 2*(H//2) <= 1", True),
        ("(H - 1)//2 <= H//2", True),
        ("H > 5", None),
        ("H == W", None),
        ("H > 5 and 1 == 2", False),
        ("1 == 2 and H > 5", False),
        ("H > 5 and 1 == 1", None),
        ("H > 5 or 1 == 1", True),
        ("H > 5 or 1 == 2", None),
        ("not H > 5", None),
        ("not (H > 5 and 1 == 2)", True),
        ("[H, 3] == [H, 3]", True),
        ("[H, 3] == [H, 4]", False),
        ("[H, 3] != [W, 3]", None),
        ("[H] == [H, H]", False),
        ("0 < H < 3", None),
    ],
)
def test_conditions_are_three_valued(text: str, truth: bool | None) -> None:
    assert ALGEBRA.decide(symbolic(text)) is truth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H % 32 == 0", "H % 32 == 0"),
        ("H/2 % 1 == 0", "H % 2 == 0"),
        ("16*(H//16) == H", "H % 16 == 0"),
        ("H == 2*((H + 1)//2)", "H % 2 == 0"),
        ("0 == 3*(H % 4)", "H % 4 == 0"),
        ("not (H > 5 and W > 5)", "H <= 5 or W <= 5"),
        ("H > 5 and (W > 5 or s > 5)", "H > 5 and (W > 5 or s > 5)"),
    ],
)
def test_undecided_conditions_read_well(text: str, expected: str) -> None:
    assert ALGEBRA.condition_text(symbolic(text)) == expected


@pytest.mark.parametrize("text", ["1 if H > 5 else 2", "[1, 2, 3][H]", "(H > 5) + 1", "max(H > 5, 1)"])
def test_what_depends_on_a_symbol_is_an_error(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "undecided"


@pytest.mark.parametrize("text", ["H/0", "H % 0", "H**(1/2)", "H + [1]", "max(H)", "len(H)", "H // (H - H)"])
def test_mistakes_are_mistakes_with_symbols_too(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "bad-arithmetic"


@pytest.mark.parametrize(
    "text", ["(H + W + s + 1)**200", "(H + 1)**4000", "(9*H)**4000", "((H + 1)**90)*((W + 1)**90)", "H**5000"]
)
def test_what_would_explode_is_refused(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "too-large"


def test_the_limit_on_terms_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown("H + W + s")
    monkeypatch.setattr(limits, "symbolic_terms", 1)
    with pytest.raises(SpecError, match="more than 1 operations"):
        symbolic("H + W + s")


# ------------------------------------------------------------------------------------------ reading sizes


@pytest.mark.parametrize("name", ["S", "N", "E", "I", "O", "Q", "pi", "oo", "zoo", "beta", "H", "x1", "Symbol", "eval"])
def test_any_name_is_a_plain_symbol(name: str) -> None:
    value = parse_size(f"32*{name}")
    assert ALGEBRA.text(value) == f"32*{name}"
    assert evaluate(value, {name: 3}) == 96
    assert value.free_symbols == {sympy.Symbol(name, integer=True, positive=True)}


def test_a_size_without_letters_is_a_number() -> None:
    assert parse_size("224") == 224
    assert parse_size("7*32") == 224
    assert type(parse_size("7*32")) is int


@pytest.mark.parametrize("text", ["", "H H", "lambda", "__import__('os')", "x.H", "H > 3", "[H]", "2H", "true", "H.real"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_size(text)


def test_evaluate_wants_a_number_for_every_symbol() -> None:
    with pytest.raises(KeyError):
        evaluate(symbolic("H + W"), {"H": 3})


# ------------------------------------------------------------------------------------------ summaries


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["(H - 7)//4 >= 1", "(H - 11)//8 >= 1", "(H - 35)//32 >= 1"], ["H >= 67"]),
        (["H//2 >= 1", "H//2 >= 1", "W//4 >= 1"], ["H >= 2", "W >= 4"]),
        (["(H//2)*(W//2) >= 1", "H//2 >= 1", "W//2 >= 1"], ["H >= 2", "W >= 2"]),
        (["H % 32 == 0", "H % 4 == 0"], ["H % 32 == 0"]),
        (["H % 4 == 0", "H % 6 == 0"], ["H % 4 == 0", "H % 6 == 0"]),
        (["H//8 == 2*(H//16)", "H//4 == 4*(H//16)", "16*(H//16) == H"], ["H % 16 == 0"]),
        (["224 - k >= 1", "(224 - k)//2 + 1 >= 1"], ["k <= 223"]),
        (["H > 5 and W > 6"], ["H >= 6", "W >= 7"]),
        (["H > 5 or W > 6"], ["H > 5 or W > 6"]),
        (["H > 5 or W > 6", "H > 7"], ["H >= 8"]),
        (["H == W", "H != 3"], ["H == W", "H != 3"]),
        (["H*H - 6*H >= 0"], ["H**2 - 6*H >= 0"]),
        ([], []),
    ],
)
def test_conditions_become_few(texts: list[str], expected: list[str]) -> None:
    assert summarize_conditions(conditions(*texts)) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(POINTS, min_size=3, max_size=6))
def test_a_summary_says_neither_more_nor_less(texts: list[str], points: list[dict[str, int]]) -> None:
    found = [value for value in map(value_of, texts) if isinstance(value, Condition)]
    summary = summarize_conditions(found)
    for point in points:
        before = all(read_again(str(condition)).evaluate(point) for condition in found)
        assert all(read_again(text).evaluate(point) for text in summary) == before
