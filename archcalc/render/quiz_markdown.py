"""A quiz in CommonMark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcalc.lessons.pages import Entry
from archcalc.quiz.question import Question
from archcalc.render.quiz_sheet import Sheet, answer_text, heading, more

_MARKUP = re.compile(r"([\\`*_\[\]<>&#~|$])")
_LINE_START = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))|^(?=[-+=])", re.MULTILINE)


def markdown(sheet: Sheet) -> str:
    """The questions, and behind them the key."""
    blocks = [f"# {escaped(sheet.title)}", f"Made with {_code(sheet.command)}."]
    for number, question in enumerate(sheet.questions, 1):
        blocks += [f"## {number}. {escaped(heading(question))}", escaped(question.text)]
        choices = sheet.offered(question)
        blocks.append("\n".join(f"- **{letter}** {escaped(text)}" for letter, text in choices) or "Answer: " + r"\_" * 30)
    if sheet.key:
        blocks.append("## Answer key")
        for number, question in enumerate(sheet.questions, 1):
            blocks += _key(sheet, number, question)
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text in which nothing is markup. Its lines stay lines, without a blank one that would end a paragraph."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    plain = _MARKUP.sub(r"\\\1", "\n".join(line for line in lines if line))
    return _LINE_START.sub(lambda start: f"{start[1] or ''}\\", plain).replace("\n", "\\\n")


def _code(text: str) -> str:
    """Text as code, between more backticks than it has in a row."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if "`" in line else ""
    return f"{fence}{space}{line}{space}{fence}"


def _key(sheet: Sheet, number: int, question: Question) -> Iterator[str]:
    letter = sheet.letter(question)
    yield f"### {number}. {f'{letter}: ' if letter else ''}{escaped(answer_text(question))}"
    for section in question.worked:
        if section.title:
            yield f"**{escaped(section.title)}**"
        yield "\n".join(f"- {_entry(entry)}" for entry in section.entries)
    if wrong := sheet.wrong(question):
        yield "**Wrong answers**"
        yield "\n".join(
            f"- {f'**{one.letter}** ' if one.letter else ''}{escaped(f'{one.text}: {one.mistake}')}" for one in wrong
        )
    if more(question):
        yield f"Read more: {_code(more(question))}."


def _entry(entry: Entry) -> str:
    if isinstance(entry, str):
        return escaped(entry)
    note = f" {escaped(entry.note)}" if entry.note else ""
    return f"{_code(str(entry._replace(note='')))}{note}"
