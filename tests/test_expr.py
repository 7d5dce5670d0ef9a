"""The formula language: values, exactness, shown text, and all that it refuses."""

from __future__ import annotations

import random
import warnings
from fractions import Fraction
from typing import Any

import pytest

from archcalc.arithmetic import FUNCTIONS, Record, Values, Word, bounded, divisible, show_number
from archcalc.errors import SpecError
from archcalc.expr import Formula, FormulaError, formula
from archcalc.shapes import Picture, Shape


def value(text: str, **values: Any) -> Any:
    return formula(text).evaluate(values)


def refused(text: str, **values: Any) -> SpecError:
    with pytest.raises(SpecError) as caught:
        value(text, **values)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("42", 42),
        ("1_000", 1000),
        ("1/3", Fraction(1, 3)),
        ("6/3", 2),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1e3", 1000),
        ("1.5e-3", Fraction(3, 2000)),
        ("0.0", 0),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("2**10", 1024),
        ("2**-1", Fraction(1, 2)),
        ("(1/2)**2", Fraction(1, 4)),
        ("-2**2", -4),
        ("+3", 3),
        ("floor(7/2)", 3),
        ("floor(-7/2)", -4),
        ("ceil(7/2)", 4),
        ("ceil(-7/2)", -3),
        ("round(5/2)", 2),
        ("round(7/2)", 4),
        ("floor((227 - 11 + 2*0)/4) + 1", 55),
        ("min(3, 1, 2)", 1),
        ("max([3, 1, 2])", 3),
        ("sum([1, 2, 3/2])", Fraction(9, 2)),
        ("len([1, [2, 3]])", 2),
        ("[1, [2, 3]][1][0]", 2),
        ("[4, 5][-1]", 5),
        ("1 if true else 2", 1),
        ("3 if 1 > 2 else 4", 4),
        ("1 < 2 < 3", True),
        ("1 < 2 > 3", False),
        ("1 == 1.0", True),
        ("1 != 1", False),
        ("not 1 == 2", True),
        ("true and false", False),
        ("false or true", True),
        ("false and 1/0 == 1", False),
        ("true or 1/0 == 1", True),
        ("1 if true else 1/0", 1),
        ("divisible(33.6, 8)", 32),
        ("divisible(19.2, 8)", 24),
        ("divisible(3, 8)", 8),
        ("divisible(3, 8, 16)", 16),
        ("size([2, 3])", 6),
        (" 1 + 1 ", 2),
    ],
)
def test_value(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_values_of_names() -> None:
    assert value("3*a + b[1]", a=2, b=Values((5, 7))) == 13
    assert value("block", block=Word("bottleneck")) == "bottleneck"
    assert value("widths", widths=Values((1, 2))) == (1, 2)


def test_axes_of_tensors() -> None:
    picture, tokens = Picture((2, 64, 7, 5)), Shape((197, 768))
    assert value("x.C * x.H - x.W", x=picture) == 64 * 7 - 5
    assert value("x.T + x.D", x=tokens) == 965
    assert value("size(x)", x=picture) == 2 * 64 * 7 * 5
    assert refused("x.T", x=picture).code == "wrong-axes"
    assert refused("x.C", x=tokens).code == "wrong-axes"
    assert refused("x.C", x=3).code == "bad-value"


def test_names_of_a_formula() -> None:
    found = formula("a*x.C + size(y) + (b if a > 1 else 2)")
    assert found.names == {"a", "b", "x", "y"}
    assert found.plain == {"a", "b"}
    assert found.attributes == {("x", "C"), ("y", "size")}
    assert found.constant is None
    assert formula("2 + 3").constant == 5


def test_a_text_is_parsed_once() -> None:
    assert formula("H + 17") is formula("H + 17")
    assert repr(Formula("H")) == "Formula('H')"


def test_division_stays_exact() -> None:
    chance = random.Random(3)
    for _ in range(200):
        a, b, c = chance.randrange(-(10**20), 10**20), chance.randrange(1, 10**6), chance.randrange(1, 99)
        assert value("a/b*b", a=a, b=b) == a
        assert value("floor(a/b)", a=a, b=b) == a // b
        assert value("ceil(a/b)", a=a, b=b) == -(-a // b)
        assert value("a/b + c/b", a=a, b=b, c=c) == Fraction(a + c, b)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("size", "len", "divisible")])
def test_functions_agree_with_python(name: str) -> None:
    python: dict[str, Any] = {"floor": lambda x: x // 1, "ceil": lambda x: -(-x // 1), "sum": lambda x: x}
    expected = python.get(name, {"round": round, "min": min, "max": max}.get(name))
    for number in (Fraction(-5, 2), -1, 0, Fraction(7, 3), 12):
        wrapped = f"[{number}]" if name in ("sum", "min", "max") else f"{number}"
        assert value(f"{name}({wrapped})") == (number if name in ("min", "max") else expected(number))


# ------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("text", "offset", "length"),
    [
        ("", 0, 0),
        ("   ", 0, 0),
        ("2x", 0, 2),
        ("3 + 010", 4, 2),
        ("3 + 0x10", 4, 2),
        ("3 + 1e400", 4, 5),
        ("3 + 1e-400", 4, 6),
        ("__import__('os')", 11, 1),
        ("a + __import__(os)", 4, 10),
        ("a + _b", 4, 2),
        ("open(a)", 0, 4),
        ("a.real", 0, 6),
        ("a + b.Q", 4, 3),
        ("a.C.H", 0, 5),
        ("[1][0].C", 0, 8),
        ("[i for i in a]", 0, 14),
        ("(1, 2)", 0, 6),
        ("max(*a)", 4, 2),
        ("max(key=a)", 0, 10),
        ("floor()", 0, 7),
        ("floor(1, 2)", 0, 11),
        ("3 + floor", 4, 5),
        ("a << 2", 0, 6),
        ("a | b", 2, 1),
        ("a is b", 0, 6),
        ("a in b", 0, 6),
        ("True", 0, 4),
        ("None", 0, 4),
        ("'a'", 0, 1),
        ("a := 3", 2, 1),
        ("a; b", 1, 1),
        ("a[1:2]", 3, 1),
        ("5[0]", 0, 4),
        ("true[0]", 0, 7),
        ("a()()", 0, 3),
        ("a\\b", 1, 1),
        ("a # b", 2, 1),
        ("a\nb", 1, 1),
        ("é", 0, 1),
        ("1j", 0, 2),
        ("...", 0, 3),
        ("a @ b", 2, 1),
        ("{a}", 0, 1),
    ],
)
def test_refused_text(text: str, offset: int, length: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = refused(text, a=1, b=2)
    assert isinstance(error, FormulaError)
    assert error.code == "bad-formula"
    assert (error.offset, error.length) == (offset, length), error.message


@pytest.mark.parametrize(
    "text", ["1 +", "a b", "lambda x", "a = 3", "yield a", "await a", "(1", "1)", "a if b", "* a", "-", "a.", ".C"]
)
def test_wrong_syntax(text: str) -> None:  # where exactly is Python's to say, and differs from version to version
    error = refused(text, a=1, b=2)
    assert isinstance(error, FormulaError)
    assert error.code == "bad-formula"
    assert 0 <= error.offset < len(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1/0", "bad-arithmetic"),
        ("1 // 0", "bad-arithmetic"),
        ("1 % 0", "bad-arithmetic"),
        ("0**-1", "bad-arithmetic"),
        ("2**0.5", "bad-arithmetic"),
        ("[1][1]", "bad-arithmetic"),
        ("[1][1/2]", "bad-arithmetic"),
        ("max([])", "bad-arithmetic"),
        ("[1] + [2]", "bad-arithmetic"),
        ("[1] * 10**9", "bad-arithmetic"),
        ("10**9 * [1]", "bad-arithmetic"),
        ("[1] / 2", "bad-arithmetic"),
        ("[1] < 2", "bad-arithmetic"),
        ("floor([1])", "bad-arithmetic"),
        ("sum(3)", "bad-arithmetic"),
        ("len(3)", "bad-arithmetic"),
        ("word * 10**9", "bad-arithmetic"),
        ("10**9 * word", "bad-arithmetic"),
        ("word + word", "bad-arithmetic"),
        ("word % 3", "bad-arithmetic"),
        ("word[0] * 10**9", "bad-arithmetic"),
        ("min(word) * 10**9", "bad-arithmetic"),
        ("min(record) * 10**9", "bad-arithmetic"),
        ("record[0]", "bad-arithmetic"),
        ("word / 2", "bad-arithmetic"),
        ("2**4097", "too-large"),
        ("9**9**9", "too-large"),
        ("big*big", "too-large"),
        ("third*third", "too-large"),
        ("[big*big]", "too-large"),
        ("[[third*third]]", "too-large"),
        ("nothing", "unknown-name"),
        ("nothing + 1", "unknown-name"),
        ("+".join("1" * 60), "too-large"),
        ("(" * 60 + "1" + ")" * 60 + "+1" * 41, "too-large"),
        ("1+" * 600 + "1", "too-large"),
    ],
)
def test_refused_values(text: str, code: str) -> None:
    names = {"word": Word("conv"), "record": Record({Word("top"): 1}), "big": 2**3000, "third": Fraction(1, 3**2000)}
    error = refused(text, **names)
    assert error.code == code, error.message
    assert len(str(error)) < 3_000


def test_lists_are_bounded() -> None:
    doubled: Any = Values((1, 1))
    with pytest.raises(OverflowError, match="entries"):
        for _ in range(60):
            doubled = bounded(Values((doubled, doubled)))
    nested: Any = Values((1,))
    with pytest.raises(OverflowError, match="deep"):
        for _ in range(500):
            nested = bounded(Values((nested,)))


def test_failures_show_the_numbers() -> None:
    error = refused("a // (b - 3)", a=4, b=3)
    assert error.message == "cannot work out a // (b - 3) = 4 // (3 - 3): division by zero"
    assert "'conv' is a word" in refused("a*3", a=Word("conv")).message


# ------------------------------------------------------------------------------------------ shown


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("floor((W - F + 2*P)/S) + 1", {"W": 227, "F": 11, "P": 0, "S": 4}, "(227 - 11 + 2*0)/4 + 1"),
        ("floor((W - F + 2*P)/S) + 1", {"W": 224, "F": 7, "P": 3, "S": 2}, "floor((224 - 7 + 2*3)/2) + 1"),
        ("ceil(H/S)", {"H": 8, "S": 2}, "8/2"),
        ("ceil(H/S)*2", {"H": 8, "S": 2}, "(8/2)*2"),
        ("(F*F*C + 1)*K", {"F": 11, "C": 3, "K": 96}, "(11*11*3 + 1)*96"),
        ("a - b", {"a": 1, "b": -2}, "1 - (-2)"),
        ("a*b", {"a": Fraction(1, 2), "b": Fraction(1, 3)}, "0.5*(1/3)"),
        ("sum(a)", {"a": Values((1, 2))}, "sum([1, 2])"),
        ("x.C*2", {"x": Picture((3, 4, 5))}, "3*2"),
        ("a if b else c", {"a": 1, "b": True, "c": 2}, "1 if true else 2"),
    ],
)
def test_shown(text: str, values: dict[str, Any], shown: str) -> None:
    assert formula(text).shown(values) == shown
    plain = {name: number for name, number in values.items() if isinstance(number, int)}
    if len(plain) == len(values) and "true" not in shown:
        assert value(shown) == value(text, **values)  # what is shown comes to the same


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (4, "4"),
        (True, "true"),
        (Fraction(1, 4), "0.25"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(7, 3), "7/3"),
        (Fraction(1, 10**7), "1/10000000"),
        (Values((3, Fraction(1, 2))), "[3, 0.5]"),
        (Record({"top": 1}), "{top: 1}"),
        (Values(range(60)), "[" + ", ".join(map(str, range(50))) + ", ...]"),
    ],
)
def test_numbers_as_text(number: Any, shown: str) -> None:
    assert show_number(number) == shown


@pytest.mark.parametrize("text", ["divisible(0, 8)", "divisible(-32, 8)", "divisible(0, 8, 16)"])
def test_there_are_no_fewer_channels_than_one_to_round(text: str) -> None:
    with pytest.raises(SpecError, match="more than 0"):
        formula(text).evaluate({})


def test_divisible_never_loses_a_tenth() -> None:
    for channels in range(1, 500):
        for divisor in (4, 8, 16):
            found = divisible(channels, divisor)
            assert found % divisor == 0
            assert 10 * found >= 9 * channels
