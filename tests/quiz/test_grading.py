"""Files of answers: lines, numbered lines, JSON and CSV; and what is wrong with a file."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archcalc.errors import SpecError
from archcalc.quiz.answers import Judgement
from archcalc.quiz.grading import grade
from quiz.made import count_question, name_question, ratio_question, sizes_question

QUESTIONS = [count_question(), sizes_question(), ratio_question(), name_question()]
MARKS = {"right": "+", "wrong": "-", "unread": "?"}
NO_ANSWER = Judgement("unread", None, "no answer")


def marks(text: str, name: str = "answers.txt", choices: bool = False) -> str:
    """A mark for each of the four questions."""
    return "".join(MARKS[judged.verdict] for judged in grade(text, QUESTIONS, name, choices))


def mistake(text: str, name: str = "answers.txt") -> tuple[str, str, str]:
    """What is wrong with a file: the message, where, and the hint."""
    with pytest.raises(SpecError) as caught:
        grade(text, QUESTIONS, name)
    assert caught.value.code == "bad-option"
    assert caught.value.hint
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
    return caught.value.message, str(caught.value.place), caught.value.hint


# ------------------------------------------------------------------------------------------ lines in order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35K\n55x55x96\n8.7x\nconv1\n", "++++"),
        ("35K\r\n55x55x96\r\n8.7x\r\nconv1\r\n", "++++"),
        ("35K\r55x55x96\r8.7x\rconv1", "++++"),
        ("\ufeff35K\n55x55x96\n8.7x\nconv1\n\n\n\n", "++++"),
        ("35K\n\n8.7x\nconv1", "+?++"),
        ("\n\n8.7x\n", "??+?"),
        ("  35K  \n\t\n  8.7x\n", "+?+?"),
        ("# Anna\n35K\n# the next is hard\n\n  # a comment\n8.7x", "+?+?"),
        ("34,848\n55x55\nfive\nfc6", "-??-"),
        ("35K", "+???"),
        ("", "????"),
        ("# nothing\n", "????"),
        ("\n\n\n\n\n\n\n\n", "????"),
        ("35K\n[55x55x96]\n8.7", "+++?"),
        ("[55x55x96]\n55x55x96\n", "?+??"),
        ("35K\n(96, 55, 55)\n8.7\n", "+++?"),
        ("8.7\n8.7\n8.7\n", "??+?"),  # decimal numbers are no numbered lines
        ("1. 35K\n55x55x96", "?+??"),  # one line has no number, so that none has
    ],
)
def test_lines_are_answers_in_order(text: str, expected: str) -> None:
    assert marks(text) == expected


def test_judgements_are_those_of_each_answer() -> None:
    judged = grade("35K\n54x54x96\n\n", QUESTIONS)
    assert judged[0] == ("right", None, "exactly 34,944")
    assert judged[1] == ("wrong", QUESTIONS[1].slips[0], "")
    assert judged[2:] == [NO_ANSWER, NO_ANSWER]


def test_letters_count_where_choices_were_shown() -> None:
    assert marks("b\nB)\n(a)\nb", choices=True) == "++-+"
    assert marks("b\nB)\n(a)\nb") == "???-"


# ------------------------------------------------------------------------------------------ numbered lines


@pytest.mark.parametrize(
    "text",
    [
        "1. 35K\n2. 55x55x96\n3. 8.7x\n4. conv1",
        "1) 35K\n2) 55x55x96\n3) 8.7x\n4) conv1",
        "1: 35K\n2: 55x55x96\n3: 8.7x\n4: conv1",
        "1)35K\n2:55x55x96\n3.\t8.7x\n  4. conv1",
        "4. conv1\n\n\n3. 8.7x\n# a comment\n\n2. 55x55x96\n1. 35K\n\n\n\n",
        "01. 35K\n02. 55x55x96\n03. 8.7\n04. conv1",
    ],
)
def test_numbered_lines_come_in_any_order(text: str) -> None:
    assert marks(text) == "++++"


def test_numbered_lines_may_be_fewer_or_empty() -> None:
    assert marks("3. 8.7\n1.\n4)\n") == "??+?"
    assert grade("1.\n2. ", QUESTIONS) == [NO_ANSWER] * 4


# ------------------------------------------------------------------------------------------ JSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["35K", "55x55x96", "8.7x", "conv1"]', "++++"),
        ('["34,944", [55, 55, 96], 8.7, "conv1"]', "++++"),
        ("[34944, null, 8.70]", "+?-?"),  # 8.70 has three digits, and it is 8.71
        ("[34944, null, 8.7]", "+?+?"),
        ("[3.5e4, null, 8.7]", "+?+?"),
        ('[\n  "35K",\n  "55x55x96"\n]\n', "++??"),
        ("[34944,\n 55]", "+???"),
        ('{"1": "35K", "3": 8.7}', "+?+?"),
        ('{"3": 8.7, "1": "35K", "2": ""}', "+?+?"),
        ('{"answers": ["35K", "55x55x96"]}', "++??"),
        ('{"student": "Anna", "answers": {"4": "conv1"}}', "???+"),
        ("\ufeff  []", "????"),
        ("{}", "????"),
        ('["35K\\n"]', "+???"),
        ("[" + "9" * 5000 + "]", "????"),
    ],
)
def test_json(text: str, expected: str) -> None:
    assert marks(text) == expected
    assert marks(text, "answers.json") == expected


def test_sizes_in_brackets_are_an_answer_where_they_can_be_one() -> None:
    """They are a list of JSON, too: of three answers."""
    assert [judged.verdict for judged in grade("[55, 55, 96]", [sizes_question()])] == ["right"]
    assert [judged.verdict for judged in grade("[55x55x96]\n", [sizes_question()])] == ["right"]
    assert [judged.verdict for judged in grade("[55, 55, 96]", [count_question(55), count_question(55)] * 2)][:2] == [
        "right"
    ] * 2


# ------------------------------------------------------------------------------------------ CSV


@pytest.mark.parametrize(
    "text",
    [
        "number,answer\n1,35K\n2,55x55x96\n3,8.7x\n4,conv1\n",
        'number,answer\n1,"34,944"\n2,"55,55,96"\n3,8.7\n4,"conv1"\n',
        "number,answer\n1,34,944\n2,55,55,96\n3,8.7\n4,conv1\n",
        "Number, Answer\n4,conv1\n3,8.7\n\n2,55x55x96\n# comment\n1,35K",
        '"number","answer"\r\n"1","35K"\r\n"2","55x55x96"\r\n"3","8.7"\r\n"4","conv1"\r\n',
        "number;answer\n1;35K\n2;55,55,96\n3;8.7\n4;conv1",
        "number\tanswer\n1.\t35K\n2.\t55x55x96\n3)\t8.7\n4\tconv1",
        "# Anna\n\nnumber,question,answer\n1,How many?,35K\n2,How large?,55x55x96\n3,?,8.7\n4,?,conv1",
        "answer,number\n35K,1\n55x55x96,2\n8.7,3\nconv1,4",
        'number,answer\n1,"35K\n"\n2,55x55x96\n3,8.7\n4,conv1',
    ],
)
def test_csv(text: str) -> None:
    assert marks(text) == "++++"


def test_csv_may_leave_answers_out() -> None:
    assert marks("number,answer\n3,8.7\n1,\n,\n") == "??+?"
    assert marks("number,answer\n", "answers.csv") == "????"


# ------------------------------------------------------------------------------------------ what is wrong with a file


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("1\n2\n3\n4\n\n  five\n6", "there are more answers than the 4 questions", "6:3"),
        ("1. 1\n2. 2\n5. 55", "there is no question 5", "3:1"),
        ("1. 1\n\n  0. 55", "there is no question 0", "3:3"),
        ("99999999999. 1", "there is no question 99999999999", "1:1"),
        ("9" * 5000 + ". 1", f"there is no question {'9' * 40}", "1:1"),
        ("1. 1\n2. 2\n# comment\n1. 3", "question 1 is answered twice", "4:1"),
        ("1. 1\n01) 3", "question 1 is answered twice", "2:1"),
        ('["1", "2", "3", "4", "5"]', "there is no question 5", "1:1"),
        ('{"1": 5,\n "7": 5}', "there is no question 7", "2:2"),
        ('{"1": 5,\n "2": 3,\n  "1": 5}', "question 1 is answered twice", "3:3"),
        ('{"1": 5,\n  "one": 5}', "'one' is not the number of a question", "2:3"),
        ('{"-1": 5}', "'-1' is not the number of a question", "1:2"),
        ('{"\\u0035": 5}', "there is no question 5", "1:1"),
        ('["1",\n "2"', "answers.txt is no JSON: expecting ',' delimiter", "2:5"),
        ('["1",\n "2', "answers.txt is no JSON: unterminated string starting at", "2:2"),
        ("{35K", "answers.txt is no JSON: expecting property name enclosed in double quotes", "1:2"),
        ("[NaN]", "NaN is no number of JSON", "1:1"),
        ("[true]", "the answer to question 1 is a text or a number, not true", "1:1"),
        ('{"2": {"a": 5}}', "the answer to question 2 is a text or a number, not an object", "1:1"),
        ("[[[5]]]", "the answer to question 1 is a text or a number, not a list", "1:1"),
        ('{"answers": "35K"}', "answers.txt is JSON, but neither a list of answers nor an object with them", "1:1"),
        ("[" * 100_000, "answers.txt is nested too deeply for a file of answers", "1:1"),
        ("number,answer\n1,5\n9,5", "there is no question 9", "3:1"),
        ("number,answer\n1,5\n\n1,5", "question 1 is answered twice", "4:1"),
        ("number,answer\none,5", "'one' is not the number of a question", "2:1"),
        ("number,question,answer\n1,5", "a row of 2 columns under a header of 3", "2:1"),
        ('number,answer\n1,"5', "answers.txt is no CSV: unexpected end of data", "2:1"),
    ],
)
def test_mistakes_have_a_place(text: str, message: str, place: str) -> None:
    found, where, _ = mistake(text)
    assert found == message
    assert where == f"answers.txt:{place}"


def test_the_name_of_a_file_says_what_it_is_meant_as() -> None:
    assert mistake("K", "ANSWERS.JSON")[0] == "ANSWERS.JSON is no JSON: expecting value"
    assert mistake("", "a.json")[0] == "a.json is no JSON: expecting value"
    assert mistake('"35K"', "a.json")[0] == "a.json is JSON, but neither a list of answers nor an object with them"
    assert mistake("1,35K", "a.csv")[0] == "a.csv does not begin with the line `number,answer`"
    assert grade("", QUESTIONS, "a.csv") == [NO_ANSWER] * 4


def test_hints_say_how_many_there_are() -> None:
    assert mistake("9. 5")[2] == "there are 4 questions, 1 to 4"
    with pytest.raises(SpecError) as caught:
        grade("5\n5", QUESTIONS[:1])
    assert caught.value.message == "there are more answers than the 1 question"
    with pytest.raises(SpecError) as caught:
        grade("2. 5", QUESTIONS[:1])
    assert caught.value.hint == "there is one question, number 1"


def test_the_line_that_is_wrong_is_shown() -> None:
    with pytest.raises(SpecError) as caught:
        grade("1. 35K\n1. \x1b[2J", QUESTIONS, "answers.txt")
    assert str(caught.value).splitlines() == [
        "error[bad-option]: question 1 is answered twice",
        "  --> answers.txt:2:1",
        "  |",
        "2 | 1.  [2J",
        "  | ^^^^^^^",
        "  help: keep one of the two answers",
    ]


# ------------------------------------------------------------------------------------------ any file

PIECES = st.sampled_from(
    ["1", "2.", "9:", ")", "35K", "null", "NaN", "true", "number,answer\n", '"answers"', *"\n\r#,;{}[]: é\"", "9" * 5000,
     "\x00", "\x1b", "\ufeff", "\ud800", "\x85", "\u2028"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=16).map("".join)),
    st.sampled_from(["answers", "a.json", "a.csv"]),
    st.integers(0, 4),
)
@example("number,answer\n1," + "x" * 200_000, "a.csv", 4)
@example("number,answer\n1,\x00", "a.csv", 4)
@example('{"\ud800": 1}', "a.json", 4)
@example("[1]", "answers", 0)
def test_any_file_is_judged_or_told_to_be_wrong(text: str, name: str, of: int) -> None:
    try:
        judged = grade(text, QUESTIONS[:of], name)
    except SpecError as error:
        assert error.code == "bad-option"
        assert error.place is not None
        assert str(error)
    else:
        assert len(judged) == of


GIVEN = st.sampled_from(["34,944", "35K", "", "55x55x96", "[55, 55, 96]", "8.71", "conv1", 'say "5"', "  x "])


@given(st.lists(GIVEN, min_size=4, max_size=4), st.permutations(range(4)))
def test_every_form_of_the_same_answers_is_judged_alike(answers: list[str], order: list[int]) -> None:
    quoted = {answer: '"' + answer.replace('"', '""') + '"' for answer in answers}
    expected = grade(json.dumps(answers), QUESTIONS)
    assert grade("".join(f"{at + 1}. {answers[at]}\n" for at in order), QUESTIONS) == expected
    assert grade(json.dumps({str(at + 1): answers[at] for at in order}), QUESTIONS) == expected
    assert grade("number,answer\n" + "".join(f"{at + 1},{quoted[answers[at]]}\n" for at in order), QUESTIONS) == expected
    assert grade("# in order\n" + "".join(f"{answer}\n" for answer in answers), QUESTIONS) == expected


def test_a_long_quiz() -> None:
    many = [ratio_question(Fraction(number, 7)) for number in range(8, 208)]
    text = "".join(f"{number}. {asked.answer.text}\n" for number, asked in enumerate(many, 1))
    assert all(judged.verdict == "right" for judged in grade(text, many))
