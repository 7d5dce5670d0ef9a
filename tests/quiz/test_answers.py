"""Answers as people write them: what is right, what is wrong and by which mistake, and what cannot be read."""

from __future__ import annotations

import string
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from archcalc.quiz.answers import judge
from archcalc.quiz.question import Answer, Question, Slip, value_text
from quiz.made import (
    RIGHT,
    bytes_question,
    count_question,
    name_question,
    question,
    ratio_question,
    share_question,
    sizes_question,
)


def verdict(text: str, asked: Question) -> str:
    return judge(text, asked).verdict


def made(sort: str, value: Any, unit: str = "") -> Question:
    """A question of which only the answer matters."""
    return question(Answer(sort, value, unit), [])


# ------------------------------------------------------------------------------------------ counts


@pytest.mark.parametrize(
    "text",
    [
        "34944", "34,944", "34 944", "34_944", "34'944", "34\u202f944", "34944.", " 34,944 \n", "= 34,944", "`34,944`",
        "34,944 parameters", "34944 params", "34944 Parameters.", "34,944 weights and biases", "params = 34,944",
        "35K", "35k", "35 K", "35 thousand", "~35K", "≈35K", "about 35 k", "approx. 35K params", "34.9K", "34.94K", "34.944K",
        "~35,000", "~34,900", "about 34900", "3.5e4", "3.5E4", "3.49 x 10^4", "3.49×10⁴", "3.49*10**4", "0.035M", "34K",
        "(11*11*3+1)*96", "11*11*3*96 + 96", "11*11*3*96+96", "11^2*3*96 + 96", "11²·3·96 + 96", "(11 x 11 x 3 + 1) x 96",
        "[11x11x3 + 1] x 96", "(11*11*3+1)96", "96(11*11*3+1)", "(11*11*3+1)*96 = 34,944", "(11*11*3+1)*96 = 35K",
        "35K = (11*11*3+1)*96", "(11*11*3+1)*96 ≈ 35K", "(11*11*3+1)*96 parameters", "34,848 + 96", "69,888/2",
        "floor(34944.5)", "⌊34944.5⌋", "34944 parameters in total", "0.034944 million", "N = P = 34,944",
    ],
)  # fmt: skip
def test_counts_that_are_right(text: str) -> None:
    assert verdict(text, count_question()) == "right"


@pytest.mark.parametrize(
    "text",
    ["34,848", "34945", "34,900", "35,000", "36K", "34.8K", "34.95K", "35.0K", "~36,000", "2^20", "11*11*3*96", "0", "none",
     "-34944", "(11*11*3)*96 = 34,848", "34944/0.5", "1e9", "35M", "34944 K"],
)  # fmt: skip
def test_counts_that_are_wrong(text: str) -> None:
    assert verdict(text, count_question()) == "wrong"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "?", "...", "sixteen", "many", "34,94", "3,4944", "1,5", "1,5M", "0,944", "34.944", "1.234.567", "conv1", "W*F",
     "11*11*3*", "(11*11", "55x", "K", "e9", "1/0", "max", "[1, 2]", "1 < 2", "34,944 = 34,848", "34944 = ", "==", "35K%",
     "11*11*3*96 = 34,944", "34,944 bytes", "35 KB", "34K five", "1½ 3", "1½", "½0", "None of them", "import os", "nan", "inf",
     "__import__('os')", "1e999", "1e99", "9" * 41, "9**9**9", "9**999", "2**4095", "1 if 1 else 2 if", "-" * 300 + "1"],
)  # fmt: skip
def test_counts_that_cannot_be_read(text: str) -> None:
    judged = judge(text, count_question())
    assert (judged.verdict, judged.slip) == ("unread", None)
    assert judged.note


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("854M ops", 854_196_224),
        ("854 MMACs", 854_196_224),
        ("0.85 GMACs", 854_196_224),
        ("5 million", 5_000_000),
        ("5 millions", 5_000_000),
        ("1.2e9", 1_234_567_890),
        ("1.2 x 10^9", 1_234_567_890),
        ("1.2*10^9", 1_234_567_890),
        ("1.2B", 1_234_567_890),
        ("1.2b", 1_234_567_890),
        ("1.2 billion multiply-adds", 1_234_567_890),
        ("1.23 G multiply accumulates", 1_234_567_890),
        ("14^2 x 14^2", 38_416),
        ("(227-11)/4+1", 55),
        ("= 55", 55),
        ("H' = W' = 55", 55),
        ("W_out = (227 - 11)/4 + 1 = 55", 55),
        ("(227 \u2212 11)\u00f74 + 1", 55),
        ("55 pixels", 55),
        ("55 px", 55),
        ("2^20", 2**20),
        ("2²⁰", 2**20),
        ("none", 0),
        ("Zero", 0),
        ("nothing", 0),
        ("no parameters", 0),
        ("0", 0),
        ("0.0", 0),
        ("2", 2),
        ("22 layers", 22),
        ("1M", 1_000_000),
        ("0.5K", 500),
        ("~5", 5),
        ("800K", 800_000),
        ("~800K", 802_816),
        ("[55x55x48] x 2", 290_400),
        ("96 + 2 304 * 4", 9_312),
    ],
)
def test_other_counts_that_are_right(text: str, value: int) -> None:
    assert verdict(text, made("count", value)) == "right"


def test_a_unit_of_the_question_may_follow() -> None:
    assert verdict("2 zeros", made("count", 2, "zeros")) == "right"
    assert verdict("2 gadgets", made("count", 2, "gadgets")) == "right"
    assert verdict("2 gadgets", made("count", 2, "zeros")) == "unread"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("800K", 802_816, "wrong"),  # three digits
        ("1M", 1_048_576, "unread"),  # one digit
        ("2M", 1_048_576, "wrong"),
        ("3e4", 34_944, "unread"),
        ("~30,000", 34_944, "unread"),
        ("~60M", 62_378_344, "unread"),
        ("60M", 62_378_344, "wrong"),
        ("138M", 138_357_544, "right"),
        ("139M", 138_500_001, "right"),  # rounded
        ("138M", 138_500_001, "right"),  # truncated
        ("0.14G", 138_357_544, "right"),
        ("0.1G", 138_357_544, "unread"),
    ],
)
def test_a_rounded_number_needs_two_digits_that_fit(text: str, value: int, expected: str) -> None:
    judged = judge(text, made("count", value))
    assert judged.verdict == expected
    assert expected != "unread" or judged.note == "too few digits: at least two are needed"


# ------------------------------------------------------------------------------------------ bytes


@pytest.mark.parametrize(
    "text",
    ["60,950,432", "60950432", "60,950,432 bytes", "60950432 B", "61 MB", "61MB", "61 mb", "60.95 MB", "60.95 million bytes",
     "61 megabytes", "61M", "0.061 GB", "58.1 MiB", "58 MiB", "58.1 mebibytes", "~61 MB", "4*15,237,608", "4*15,237,608 bytes",
     "4*15237608 = 61 MB", "6.1e7 bytes", "60950.432 KB", "61 MB of memory", "about 61,000,000 bytes"],
)  # fmt: skip
def test_bytes_that_are_right(text: str) -> None:
    assert verdict(text, made("bytes", 60_950_432)) == "right"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("96 MB", "wrong"),
        ("58.1 MB", "wrong"),
        ("61 MiB", "wrong"),
        ("60 B", "wrong"),
        ("15,237,608", "wrong"),
        ("6e7 B", "unread"),
        ("61 Mbit", "unread"),
        ("61 MB MB", "unread"),
        ("1,5 MB", "unread"),
        ("61 ops", "unread"),
        ("", "unread"),
    ],
)
def test_bytes_that_are_not(text: str, expected: str) -> None:
    assert verdict(text, made("bytes", 60_950_432)) == expected


# ------------------------------------------------------------------------------------------ sizes


@pytest.mark.parametrize(
    "text",
    ["55x55x96", "55X55X96", "55 55 96", "55,55,96", "55, 55, 96", "[55x55x96]", "(55, 55, 96)", "[55, 55, 96]", "55 × 55 × 96",
     "55*55*96", "96@55x55", "96 @ 55 x 55", "55 by 55 by 96", "55x55, 96", "55²x96", "55^2 x 96", "[55x55]x96",
     "55x55x96 (H x W x C)", "55x55x96 (HWC)", "55 x 55 with 96 channels", "96 maps of 55x55", "55;55;96", "1x55x55x96",
     "output = 55x55x96", "= 55x55x96", "55x55x96.", "55x55x96 values",
     "96x55x55 (C x H x W)", "(96, 55, 55) CHW"],
)  # fmt: skip
def test_sizes_as_they_are_printed_or_with_their_order_said(text: str) -> None:
    assert judge(text, sizes_question()) == ("right", None, "")


@pytest.mark.parametrize("text", ["96x55x55", "(96, 55, 55)", "96 55 55", "[1, 96, 55, 55]", "96x55^2"])
def test_channels_may_come_first(text: str) -> None:
    note = "that is 96x55x55 with the channels first, which is as right"
    assert judge(text, sizes_question()) == ("right", None, note)


def test_sizes_of_a_cube_and_of_large_numbers() -> None:
    assert judge("96x96x96", sizes_question((96, 96, 96))) == ("right", None, "")
    assert verdict("1,024x7x7", sizes_question((1024, 7, 7))) == "right"
    assert verdict("7x7x1,024", sizes_question((1024, 7, 7))) == "right"
    assert verdict("256,256,384", sizes_question((384, 256, 256))) == "right"
    assert verdict("13x14x384", sizes_question((384, 13, 14))) == "right"
    assert verdict("14x13x384", sizes_question((384, 13, 14))) == "wrong"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("196x768", (196, 768), "right"),
        ("196,768", (196, 768), "right"),
        ("(196, 768)", (196, 768), "right"),
        ("1x196x768", (196, 768), "right"),
        ("196 x 768 (T x D)", (196, 768), "right"),
        ("768x196", (196, 768), "wrong"),
        ("196", (196, 768), "unread"),
        ("14x14x768", (196, 768), "unread"),
        ("4096", (4096,), "right"),
        ("4,096", (4096,), "right"),
        ("1x1x4096", (4096,), "right"),
        ("4096x1x1", (4096,), "right"),
        ("1x4096", (4096,), "right"),
        ("4096 values", (4096,), "right"),
        ("[4096]", (4096,), "right"),
        ("4096x2", (4096,), "unread"),
        ("1000", (4096,), "wrong"),
        ("8 4 4 16", (8, 4, 4, 16), "right"),
        ("8 4 16 4", (8, 4, 4, 16), "wrong"),
    ],
)
def test_tokens_and_vectors(text: str, value: tuple[int, ...], expected: str) -> None:
    assert verdict(text, made("sizes", value)) == expected


@pytest.mark.parametrize("text", ["55x55x95", "55x96x55", "96x55x55 (H x W x C)", "55x55x96 (CxHxW)", "1x1x1", "96@55x54"])
def test_wrong_sizes(text: str) -> None:
    assert verdict(text, sizes_question()) == "wrong"


@pytest.mark.parametrize(
    "text", ["55", "55x55", "55x55x96x2", "290400", "55xx96", "x", "55x55x", "HxWxC", "55x55xC", "5.5x55x96"]
)
def test_other_than_three_numbers(text: str) -> None:
    judged = judge(text, sizes_question())
    assert judged == ("unread", None, "three numbers are needed: height, width and channels, such as 10x20x30")


def test_a_slip_is_found_in_either_order() -> None:
    asked = sizes_question()
    assert judge("54x54x96", asked) == ("wrong", asked.slips[0], "")
    assert judge("96x54x54", asked) == ("wrong", asked.slips[0], "")
    assert judge("55x55x3", asked).slip == asked.slips[1]


def test_another_order_of_the_right_sizes_is_said() -> None:
    assert judge("55x96x55", sizes_question()).note.startswith("these are the right numbers in another order: height")
    assert judge("768x196", made("sizes", (196, 768))).note.startswith("these are the right numbers in another order: tokens")


# ------------------------------------------------------------------------------------------ ratios and shares


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("8.7x", "8.7111", "right"),
        ("8.7 x", "8.7111", "right"),
        ("8.7×", "8.7111", "right"),
        ("8.7 times", "8.7111", "right"),
        ("8.7", "8.7111", "right"),
        ("8.7-fold", "8.7111", "right"),
        ("8.7 times fewer", "8.7111", "right"),
        ("8.7x as many", "8.7111", "right"),
        ("8.7:1", "8.7111", "right"),
        ("8.7 to 1", "8.7111", "right"),
        ("about 8.7x", "8.7111", "right"),
        ("8.71", "8.7111", "right"),
        ("8.7111", "8.7111", "right"),
        ("61/7", "8.7142", "right"),
        ("61/7 = 8.7", "8.7142", "right"),
        ("61/7 = 8.6", "8.7142", "unread"),
        ("61/7x", "8.7142", "right"),
        ("61/8", "8.7142", "wrong"),
        ("8.8x", "8.7111", "wrong"),
        ("8.70x", "8.7111", "wrong"),
        ("8.7 times more", "0.1148", "wrong"),
        ("8.7 times less", "0.1148", "right"),
        ("1/8.7", "0.11494", "right"),
        ("about 9x", "8.7111", "unread"),
        ("9x", "8.7111", "unread"),
        ("9x", "9", "right"),
        ("9", "9", "right"),
        ("9x", "8.996", "right"),  # so it is printed
        ("9.0x", "8.996", "right"),
        ("8.996", "8.996", "right"),
        ("12", "12.3", "right"),
        ("12K times", "12345", "right"),
        ("1.23e+04x", "12345", "right"),
        ("1,2", "1.2", "unread"),
        ("871%", "8.7111", "unread"),
        ("a lot", "8.7111", "unread"),
    ],
)
def test_ratios(text: str, value: str, expected: str) -> None:
    assert verdict(text, ratio_question(Fraction(value))) == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("48%", "0.48234", "right"),
        ("48 %", "0.48234", "right"),
        ("48", "0.48234", "right"),
        ("48.2", "0.48234", "right"),
        ("48.2%", "0.48234", "right"),
        ("48 percent", "0.48234", "right"),
        ("48 per cent", "0.48234", "right"),
        ("~48%", "0.48234", "right"),
        ("0.48", "0.48234", "right"),
        (".48", "0.48234", "right"),
        ("12/25", "0.4801", "right"),
        ("100*12/25", "0.4801", "right"),
        ("12/25*100%", "0.4801", "right"),
        ("12/25 = 48%", "0.4801", "right"),
        ("12/25 = 0.48 = 48%", "0.4801", "right"),
        ("12/25 = 49%", "0.4801", "unread"),
        ("49%", "0.48234", "wrong"),
        ("0.49", "0.48234", "wrong"),
        ("0.5", "0.48234", "unread"),
        ("0.48%", "0.48234", "wrong"),
        ("100%", "1", "right"),
        ("1.0", "1", "right"),
        ("3%", "0.03", "right"),
        ("3%", "0.0312", "unread"),
        ("0.03", "0.0312", "unread"),
        ("3.1%", "0.0312", "right"),
        ("0.5%", "0.005", "right"),
        ("0%", "0", "right"),
        ("nothing", "0", "right"),
        ("half", "0.5", "unread"),
        ("½", "0.5", "right"),
        ("48 MB", "0.48234", "unread"),
    ],
)
def test_shares(text: str, value: str, expected: str) -> None:
    assert verdict(text, share_question(Fraction(value))) == expected


# ------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize("text", ["conv1", "Conv1", "CONV-1", "conv_1", "conv 1", "conv1.", '"conv1"', "`conv1`"])
def test_case_and_marks_of_names_do_not_matter(text: str) -> None:
    assert judge(text, name_question()) == ("right", None, "")


def test_other_names() -> None:
    asked = name_question(also=("stem",))
    assert verdict("Stem", asked) == "right"
    assert judge("FC-6", asked) == ("wrong", asked.slips[0], "")
    assert judge("conv9", asked) == ("wrong", None, "")
    assert judge("34,944", asked) == ("unread", None, "a name is asked for, as the question has it")
    assert verdict("---", asked) == "unread"
    assert verdict("12", name_question("12", ["13", "14", "15"])) == "right"
    assert verdict("", asked) == "unread"


def test_marks_between_digits_tell_names_apart() -> None:
    """conv1_1 and conv11 are two layers, and so are s1_11 and s11_1."""
    asked = name_question("conv1_1", ["conv11", "s1_11", "s11_1"])
    assert verdict("conv1-1", asked) == "right"
    assert verdict("Conv11", asked) == "wrong"
    assert verdict("s1 11", asked) == "wrong"
    clash = name_question("s1_11", ["s11_1", "fc6", "fc7"])
    assert verdict("s1_11", clash) == "right"
    assert verdict("S111", clash) == "unread"
    assert judge("S111", clash).note == "that can mean s1_11 or s11_1"


# ------------------------------------------------------------------------------------------ choices

ALL = [count_question(), bytes_question(), sizes_question(), ratio_question(), share_question(), name_question()]


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.answer.sort)
@pytest.mark.parametrize("form", ["{}", " {} ", "{}.", "{})", "({})", "{}:"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_letters_mean_choices(asked: Question, form: str, case: Any) -> None:
    for place, letter in enumerate("abcd"):
        judged = judge(form.format(case(letter)), asked, choices=True)
        expected = ("right", None) if place == RIGHT else ("wrong", asked.choices[place].slip)
        assert (judged.verdict, judged.slip) == expected


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.answer.sort)
def test_letters_mean_nothing_where_there_are_no_choices(asked: Question) -> None:
    assert verdict("b", asked) == ("wrong" if asked.answer.sort == "name" else "unread")
    assert judge("e", asked, choices=True).verdict == "unread"


def test_a_letter_that_is_also_a_name_has_to_be_told_apart() -> None:
    asked = name_question("a", ["b", "c", "d"])  # b, a, c, d
    assert [choice.text for choice in asked.choices] == ["b", "a", "c", "d"]
    assert judge("a", asked, choices=True).verdict == "unread"
    assert judge("(a)", asked, choices=True).verdict == "wrong"
    assert judge("b)", asked, choices=True).verdict == "right"
    assert judge("c", asked, choices=True) == ("wrong", asked.slips[1], "")
    assert judge("a", asked) == ("right", None, "")


def test_a_choice_that_is_typed_is_meant_though_the_answer_rounds_to_it() -> None:
    """8.7151 is truncated to 8.71, which is what 8.7149 is printed as."""
    answer = Answer("ratio", Fraction("8.7151"))
    asked = question(answer, [Slip("near", Fraction("8.7149"), "it is near"), Slip("far", Fraction(3), "it is far")])
    assert [choice.text for choice in asked.choices] == ["8.71x", "8.72x", "3x"]
    assert judge("8.71", asked).verdict == "right"
    assert judge("8.71", asked, choices=True) == ("wrong", asked.slips[0], "")
    assert judge("8.72 times", asked, choices=True).verdict == "right"
    assert judge("8.7", asked, choices=True).verdict == "right"


# ------------------------------------------------------------------------------------------ notes and slips


@pytest.mark.parametrize(
    ("text", "asked", "note"),
    [
        ("35K", count_question(), "exactly 34,944"),
        ("34,944", count_question(), ""),
        ("34.944K", count_question(), ""),
        ("(11*11*3+1)*96", count_question(), ""),
        ("1.2 MB", bytes_question(), "exactly 1,161,600 bytes"),
        ("8.7", ratio_question(), "more exactly 8.71x"),
        ("8.71", ratio_question(), ""),
        ("48%", share_question(), "more exactly 48.2%"),
        ("0.482", share_question(), ""),
    ],
)
def test_notes_on_right_answers(text: str, asked: Question, note: str) -> None:
    assert judge(text, asked) == ("right", None, note)


MACS = made("count", 105_415_200, "multiply-accumulates")


@pytest.mark.parametrize(
    ("text", "asked", "note"),
    [
        ("105,415", MACS, ""),
        ("105,415,200,000", MACS, "that is 1,000 times too much: check the unit"),
        ("105G", MACS, "that is 1,000 times too much: check the unit"),
        ("105K", MACS, "that is 1,000 times too little: check the unit"),
        ("105", made("count", 105_000_000), "that is 1,000,000 times too little: check the unit"),
        ("105,415,200*1024", MACS, "that is 1,024 times too much: check the unit"),
        ("211M", MACS, "that is 2 times too much: FLOPs count the multiplication and the addition apart"),
        ("52.7M", MACS, "that is 2 times too little"),
        ("4*290,400", made("count", 290_400, "values"), "that is 4 times too much: values are asked for, not bytes"),
        ("290,400", made("bytes", 1_161_600), "that is 4 times too little: each value takes 4 bytes in fp32"),
        ("580,800", made("bytes", 1_161_600), "that is 2 times too little: each value takes 4 bytes in fp32"),
        ("8*1,161,600", made("bytes", 1_161_600), "that is 8 times too much: a byte has 8 bits"),
        ("58.1 MB", made("bytes", 60_950_432), "1 MB is 1,000,000 bytes, and 1 MiB is 1,048,576"),
        ("60.95 MiB", made("bytes", 60_950_432), "1 MB is 1,000,000 bytes, and 1 MiB is 1,048,576"),
        ("4", made("count", 2), ""),
        ("2000", made("count", 2), "that is 1,000 times too much: check the unit"),
        ("0", MACS, ""),
        ("5", made("count", 0), ""),
        ("(224-11)/4+1", made("count", 55), "54.25 is no whole number"),
        ("0.115", made("ratio", Fraction("8.7111")), "that is the quotient the other way round"),
        ("0.48%", made("share", Fraction("0.48234")), "that is 100 times too little: check the percent sign"),
        ("105.3M", MACS, "that is near, but not what it rounds to"),
        ("105,415,201", MACS, "that is near"),
        ("8.72x", made("ratio", Fraction("8.7111")), "that is near, but not what it rounds to"),
        ("61/7.001", made("ratio", Fraction("8.7711")), "that is near"),
        (
            "35,000",
            made("count", 34_944),
            "that is near, but every digit counts where no prefix and no ~ says that it is rounded, as in 12K and ~12,000",
        ),
        ("-34,944", made("count", 34_944), ""),
    ],
)
def test_notes_on_wrong_answers(text: str, asked: Question, note: str) -> None:
    assert judge(text, asked) == ("wrong", None, note)


def test_slips_are_named() -> None:
    asked = count_question()
    assert judge("34,848", asked) == ("wrong", asked.slips[0], "")
    assert judge("34.8K", asked) == ("wrong", asked.slips[0], "")
    assert judge("11*11*3*96", asked) == ("wrong", asked.slips[0], "")
    assert judge("70K", asked) == ("wrong", asked.slips[1], "")
    assert judge("7e4", asked).slip is None  # one digit is not enough to tell a mistake, either
    ratio = ratio_question()
    assert judge("12x", ratio) == ("wrong", ratio.slips[1], "")
    assert judge("0.115", ratio).slip == ratio.slips[0]
    share = share_question()
    assert judge("52%", share) == ("wrong", share.slips[0], "")


def test_of_slips_that_a_rounded_number_fits_the_nearest_is_named() -> None:
    far, near = Slip("far", 12_449, "it is far"), Slip("near", 12_010, "it is near")
    assert judge("12K", question(Answer("count", 50), [far, near])).slip == near


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.answer.sort)
def test_what_is_said_of_an_unread_answer_does_not_give_the_right_one_away(asked: Question) -> None:
    """They may be asked about AlexNet's conv1, whose numbers are everybody's example."""
    for text in ("", "...", "1,5", "5 5", "(", "9**9**9"):
        judged = judge(text, asked)
        assert judged.verdict == "unread"
        assert asked.answer.text.removesuffix("%").removesuffix("x") not in judged.note


def test_a_decimal_comma_is_not_guessed_at() -> None:
    assert judge("1,5", count_question()).note.startswith("a comma stands before every three digits")
    assert judge("34.944", count_question()).note == "a whole number is asked for, and 34.944 is none"
    assert judge("34 MB", count_question()).note == "parameters, not bytes: that is what is asked for"


# ------------------------------------------------------------------------------------------ whatever is typed

NASTY = [
    "x" * 10_000, "9" * 10_000, "(" * 200, "(" * 150 + "1" + ")" * 150, "[" * 399, "9**9**9", "9**9**9**9",
    "((((((9**9)**9)**9)**9)**9)", "*".join(["9**80"] * 60), "2**-4000", "1e-30", "1e30", "9" * 40 + "e30",
    "0." + "0" * 38 + "1e-30", "1/3e-30", "\x00", "1\x002", "\x1b[2J", "\ud800", "5\udcff5", "\ufdfa" * 400, "😀", "5😀", "٣٤",
    "\uff15\uff15", "1" + " " * 398, "1 2 " * 99, "1," * 199, "55x" * 130, "-" * 399, "+" * 399 + "1", "lambda: 1",
    "[x for x in 5]", "().__class__", "true", "1 == 1", "1 != 2", "min(1, 2)", "len([1])", "sum([9]*9)", "divisible(0, 0)",
    "5!", "~" * 400, "about " * 66, "= " * 200, ": " * 200, "a=" * 199, "''", "\"'`", ",", ".", "%", "x", "1%%", "1//0",
    "5 % 0", "0**-1", "-1**0.5", "2**0.5", "0.1**300", "1__0", "0x10", "0b1", "1j", "1e", "1e+", "e1", "10^9", "1 000 0",
    "=1=1=1", "1~", "1~~1", "'1'", "#1", "k", "1kk", "1ki", "_" * 400, "1_" * 199, "(1)" * 133, "1(" * 199, "x x x",
    "1 if 1 else 2", "not 1",
]  # fmt: skip


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.answer.sort)
@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text)[:30])
def test_nothing_that_is_typed_does_harm(text: str, asked: Question) -> None:
    for choices in (False, True):
        judged = judge(text, asked, choices=choices)
        assert judged.verdict in ("wrong", "unread")
        assert judged.note.isprintable()


SIGNS = st.sampled_from(
    [*"0123456789.,_'~=()[]{}xX*×/+-^%:@ eEkKmMgGbBtTpPiahwc", "**", "10^", " by ", "about", "MiB", " times", "²", "½", "none"]
)


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(max_size=30), st.lists(SIGNS, max_size=14).map("".join)), st.sampled_from(ALL), st.booleans())
@example("1~=2", ALL[0], True)
def test_any_text_gets_a_verdict(text: str, asked: Question, choices: bool) -> None:
    judged = judge(text, asked, choices=choices)
    assert judged.verdict in ("right", "wrong", "unread")
    assert judged.slip is None or judged.verdict == "wrong"
    assert judged.note or judged.verdict != "unread"


# ------------------------------------------------------------------------------------------ what is printed is read back

WHOLE = st.one_of(st.integers(0, 200), st.integers(0, 10**7), st.integers(0, 10**36))
QUOTIENTS = st.fractions(min_value=Fraction(1, 10**6), max_value=10**9, max_denominator=10**9)
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=10**9)
SIZES = st.lists(st.integers(1, 4096), min_size=1, max_size=3).map(tuple)
WORDS = st.text(string.ascii_lowercase + "0123456789_.", min_size=2, max_size=12).map(lambda word: f"l{word}e")
NAMES = st.lists(WORDS, min_size=4, max_size=4, unique=True)
ASKED = st.one_of(
    WHOLE.map(count_question),
    WHOLE.map(bytes_question),
    QUOTIENTS.map(ratio_question),
    SHARES.map(share_question),
    SIZES.map(sizes_question),
    NAMES.map(lambda names: name_question(names[0], names[1:])),
)


@settings(max_examples=600, deadline=None)
@given(ASKED)
@example(ratio_question(Fraction("8.996")))
@example(share_question(Fraction(1, 10**9)))
@example(count_question(0))
@example(sizes_question((55, 96, 55)))
def test_what_is_printed_is_read_back(asked: Question) -> None:
    """Who sees the choices means the one whose text he types; and the answer's own text is always right."""
    assert len(asked.choices) == 4
    assert judge(asked.answer.text, asked) == ("right", None, "")
    for choice in asked.choices:
        judged = judge(choice.text, asked, choices=True)
        assert judged == (("right", None, "") if choice.value == asked.answer.value else ("wrong", choice.slip, ""))


@settings(max_examples=600, deadline=None)
@given(ASKED)
def test_the_text_of_a_wrong_value_is_wrong_where_no_choices_are_shown(asked: Question) -> None:
    """But for a ratio or share that the right one may be truncated to, and a volume that it may be with the channels first."""
    for slip in asked.slips:
        value, text = slip.value, value_text(asked.answer, slip.value)
        if isinstance(value, tuple):
            assume(asked.answer.value != (value[1:] + value[:1] if len(value) == 3 else ()))
        judged = judge(text, asked)
        if isinstance(value, Fraction) and judged.verdict != "wrong":
            right = asked.answer.value
            assert isinstance(right, Fraction)
            assert abs(right - value) <= right / 2  # one digit may be as far as that
            assert judged.verdict == "right" or judged.note == "too few digits: at least two are needed"
        else:
            assert judged.verdict == "wrong"
            assert judged.slip is not None


@settings(max_examples=300, deadline=None)
@given(st.integers(10**6, 10**15), st.integers(2, 6))
def test_a_count_is_right_when_it_is_rounded_or_truncated_and_not_when_it_is_two_off(value: int, digits: int) -> None:
    asked = made("count", value)
    power = len(str(value)) - digits
    truncated, rounded = value // 10**power, int(Fraction(value, 10**power) + Fraction(1, 2))
    for shown in (truncated, rounded):
        assert verdict(f"{shown}e{power}", asked) == "right"
        assert verdict(f"{shown} x 10^{power}", asked) == "right"
    for shown in (truncated - 1, rounded + 2):
        assert verdict(f"{shown}e{power}", asked) == "wrong"


@pytest.mark.parametrize(
    ("text", "verdict_of_it"),
    [
        ("7x7", "right"),
        ("[7x7]", "right"),
        ("7 x 7 pixels", "right"),
        ("7", "right"),
        ("7x8", "unread"),
        ("49", "wrong"),
        ("9x9", "wrong"),
    ],
)
def test_a_size_along_a_side_may_be_given_as_a_square(text: str, verdict_of_it: str) -> None:
    asked = count_question(7, "pixels")
    asked = asked._replace(answer=asked.answer._replace(square=True))
    assert judge(text, asked).verdict == verdict_of_it
    assert judge("7x7", count_question(7, "layers")).verdict == "unread"


@pytest.mark.parametrize("text", ["34,944!", "it is 34,944", "The answer is 34944", "answer: 34,944", "that is 35K"])
def test_words_around_an_answer(text: str) -> None:
    assert judge(text, count_question(34_944, "parameters")).verdict == "right"


@pytest.mark.parametrize("text", ["the answer is b", "Option b", "answer: (b)", "choice b)"])
def test_words_around_a_letter(text: str) -> None:
    asked = count_question(34_944, "parameters")
    assert judge(text, asked, choices=True) == judge("b", asked, choices=True)
    assert judge("b", asked, choices=True).verdict != "unread"


@pytest.mark.parametrize("text", ["the conv1", "layer conv1", "conv1 layer", "Conv-1"])
def test_words_around_a_layer(text: str) -> None:
    assert judge(text, name_question("conv1", ("conv2", "pool1", "fc6"))).verdict == "right"
    assert judge("conv9", name_question("conv1", ("conv2", "pool1", "fc6")), choices=True).verdict == "unread"
