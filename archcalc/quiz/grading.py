"""A file of answers: a line each in the order of the questions, or numbered, or JSON, or CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from archcalc.errors import Place, SpecError
from archcalc.quiz.answers import Judgement, judge
from archcalc.quiz.question import Question

FORMS = (
    "a file of answers has one a line, in order; or numbered lines, `1. 35K`; or CSV under the line `number,answer`; "
    'or JSON, `["35K", 55]` or `{"1": "35K"}`'
)
NO_ANSWER = Judgement("unread", None, "no answer")


class Given(NamedTuple):
    """An answer in a file: the number of its question as it is written, the answer, and where it stands."""

    number: str
    text: str
    place: Place


def grade(lines: str, questions: Sequence[Question], name: str = "answers", choices: bool = False) -> list[Judgement]:
    """The answers of a file judged, one for each question, in their order. `name` is the file's, for messages.

    Raises SpecError("bad-option") where an answer belongs to no question, or a question has two.
    """
    answers: dict[int, str] = {}
    for given in _read(lines.removeprefix("\ufeff"), name, len(questions)):
        number = int(given.number) if re.fullmatch(r"\d{1,9}", given.number, re.ASCII) else 0
        if not 1 <= number <= len(questions):
            raise _no_such(given, len(questions))
        if number in answers:
            raise SpecError("bad-option", f"question {number} is answered twice", given.place, "keep one of the two answers")
        answers[number] = given.text
    return [
        judge(answers[number], question, choices) if answers.get(number, "").strip() else NO_ANSWER
        for number, question in enumerate(questions, 1)
    ]


def _no_such(given: Given, of: int) -> SpecError:
    there = f"there are {of} questions, 1 to {of}" if of != 1 else "there is one question, number 1"
    if not re.fullmatch(r"\d+", given.number, re.ASCII):
        return SpecError("bad-option", f"'{given.number[:40]}' is not the number of a question", given.place, there)
    return SpecError("bad-option", f"there is no question {given.number[:40]}", given.place, there)


def _read(text: str, name: str, of: int) -> Iterator[Given]:
    lines = list(_lines(text, name))
    written = [line for line in lines if line.text.strip()]
    if name.lower().endswith(".json") or _is_json(text, len(written), of):
        return _Json(text, name).answers()
    columns = _columns(written[0].text) if written else None
    if columns is not None:
        return _from_csv(text, name, *columns)
    if written and name.lower().endswith(".csv"):
        raise SpecError("bad-option", f"{name} does not begin with the line `number,answer`", Place(name, text, 1, 1), FORMS)
    numbered = [_NUMBERED.match(line.text) for line in written]
    if written and all(numbered):
        return (_numbered(found, line) for found, line in zip(numbered, written, strict=True) if found)
    return _in_order(lines, of)


def _lines(text: str, name: str) -> Iterator[Given]:
    """All lines that are no comments, numbered as answers in order are."""
    number = 0
    for at, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            number += 1
            column = len(line) - len(line.lstrip()) + 1
            yield Given(str(number), line, Place(name, text, at, column, len(line.strip())))


# ------------------------------------------------------------------------------------------ lines

_NUMBERED = re.compile(r"\s*(\d+)(?:\.(?=\s|\Z)|[):])\s*(.*)", re.ASCII)  # `1. 35K`, but not `1.5`


def _numbered(found: re.Match[str], line: Given) -> Given:
    return line._replace(number=found[1], text=found[2])


def _in_order(lines: list[Given], of: int) -> Iterator[Given]:
    for line in lines:
        if line.text.strip():
            if int(line.number) > of:
                number = f"{of} question{'s' if of != 1 else ''}"
                hint = "an empty line counts as a question without an answer; a line that begins with # is a comment"
                raise SpecError("bad-option", f"there are more answers than the {number}", line.place, hint)
            yield line


# ------------------------------------------------------------------------------------------ CSV


def _columns(header: str) -> tuple[str, int, int] | None:
    """The mark between columns, and which ones are `number` and `answer`; None if a line is no header that has both."""
    for mark in (",", ";", "\t"):
        names = [name.strip(" \"'").lower() for name in header.split(mark)]
        if "number" in names and "answer" in names:
            return mark, names.index("number"), names.index("answer")
    return None


def _from_csv(text: str, name: str, mark: str, number: int, answer: int) -> Iterator[Given]:
    # csv counts lines as they come: comments become empty ones, and rows may go over several.
    lines = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=mark, strict=True)
    width = 0
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not width:  # the header
                width = len(row)
                continue
            here = Place(name, text, reader.line_num, 1, len(lines[reader.line_num - 1]))
            if len(row) < width:
                raise SpecError("bad-option", f"a row of {len(row)} columns under a header of {width}", here, FORMS)
            if answer == width - 1:  # 34,944 without quotes around it
                row[answer:] = [mark.join(row[answer:])]
            yield Given(row[number].strip().rstrip(".):"), row[answer], here)
    except csv.Error as error:
        here = Place(name, text, max(1, reader.line_num), 1)
        raise SpecError("bad-option", f"{name} is no CSV: {error}", here, FORMS) from None


# ------------------------------------------------------------------------------------------ JSON

_SIZES_IN_BRACKETS = re.compile(r"\s*\[[\d ,x×*]+\]")  # an answer as well as a list


def _is_json(text: str, written: int, of: int) -> bool:
    """Whether a text is meant as JSON. `[55x55x96]` as the first of some lines, or for a single question, is an answer."""
    start = text.lstrip()[:1]
    first = next((line for line in text.splitlines() if line.strip()), "")
    return start == "{" or (start == "[" and not (_SIZES_IN_BRACKETS.match(first) and (written > 1 or of == 1)))


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with keys that stand in it twice."""


class _Json:
    """Reads answers in JSON. Numbers stay texts: 8.70 has one digit more than 8.7."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def wrong(self, message: str, place: Place | None = None) -> SpecError:
        return SpecError("bad-option", message, place or Place(self.name, self.text, 1, 1), FORMS)

    def answers(self) -> Iterator[Given]:
        data = self.parsed()
        if isinstance(data, _Pairs) and any(key == "answers" for key, _ in data):  # others may say whose they are
            data = next(value for key, value in data if key == "answers")
        if isinstance(data, _Pairs):
            seen: set[str] = set()
            for key, value in data:
                yield Given(key.strip(), self.answer(value, key), self.place_of(key, again=key in seen))
                seen.add(key)
        elif isinstance(data, list):
            for number, value in enumerate(data, 1):
                yield Given(str(number), self.answer(value, str(number)), Place(self.name, self.text, 1, 1))
        else:
            raise self.wrong(f"{self.name} is JSON, but neither a list of answers nor an object with them")

    def parsed(self) -> Any:
        try:
            return json.loads(self.text, parse_int=str, parse_float=str, parse_constant=self.refused, object_pairs_hook=_Pairs)
        except json.JSONDecodeError as error:
            place = Place(self.name, self.text, error.lineno, error.colno)
            raise self.wrong(f"{self.name} is no JSON: {error.msg[:1].lower()}{error.msg[1:]}", place) from None
        except RecursionError:
            raise self.wrong(f"{self.name} is nested too deeply for a file of answers") from None

    def refused(self, word: str) -> NoReturn:
        raise self.wrong(f"{word} is no number of JSON")

    def place_of(self, key: str, again: bool) -> Place:
        """Where a key stands, or stands again."""
        found = list(re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", self.text))
        if not found:  # written otherwise, such as "\u0031"
            return Place(self.name, self.text, 1, 1)
        start = found[-1 if again else 0].start()
        line = self.text.count("\n", 0, start) + 1
        return Place(self.name, self.text, line, start - self.text.rfind("\n", 0, start), len(key) + 2)

    def answer(self, value: Any, number: str) -> str:
        """An answer as it would be typed; sizes may be a list."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, list) and not isinstance(value, _Pairs) and all(isinstance(size, str) for size in value):
            return "x".join(value)
        what = str(value).lower() if isinstance(value, bool) else "an object" if isinstance(value, _Pairs) else "a list"
        raise self.wrong(f"the answer to question {number[:40]} is a text or a number, not {what}")
