"""A quiz as cards for Anki, in the text form that its manual documents: a card a line, its fields apart by tabs.

This form and not a package (.apkg): every Anki since 2.1.54 reads it, with the lines that say the deck and the columns; it
needs no library, shows in a diff what has changed, and importing it again renews the cards whose fronts are the same. A
package is a database inside an archive, of a format that is not documented and has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from archcalc.lessons.pages import Entry
from archcalc.quiz.question import Question
from archcalc.render.quiz_sheet import Sheet, answer_text, more

_HEADER = ("#separator:tab", "#html:true", "#notetype:Basic", "#deck:archcalc", "#columns:Front\tBack\tTags", "#tags column:3")
_STARTS = {"#": "&#35;", '"': "&quot;"}
_IN_NO_TAG = re.compile(r"[^\w.+-]+")


def anki(sheet: Sheet) -> str:
    """A card a question. The back has the answer whether or not the quiz has a key: a card without it would be none."""
    remarks = [f"# {' '.join(text.split())}" for text in (sheet.title, sheet.command)]
    cards = ("\t".join((_front(sheet, question), _back(sheet, question), _tags(question))) for question in sheet.questions)
    return "\n".join([*_HEADER, *remarks, *cards]) + "\n"


def _field(lines: list[str]) -> str:
    """Lines of HTML as a field. At its start a # would make a remark of the card, and a quote go on to the next quote."""
    field = "<br>".join(lines)
    return _STARTS.get(field[:1], field[:1]) + field[1:]


def _html(text: str) -> str:
    """Text as HTML on one line, its own line breaks kept as such."""
    return "<br>".join(escape(" ".join(line.split()), quote=False) for line in text.splitlines())


def _front(sheet: Sheet, question: Question) -> str:
    choices = [f"<b>{letter}</b> {_html(text)}" for letter, text in sheet.offered(question)]
    return _field([_html(question.text), *([""] if choices else []), *choices])


def _back(sheet: Sheet, question: Question) -> str:
    letter = sheet.letter(question)
    lines = [f"<b>{f'{letter}: ' if letter else ''}{_html(answer_text(question))}</b>", ""]
    for section in question.worked:
        lines += [f"<b>{_html(section.title)}</b>"] if section.title else []
        lines += [_step(entry) for entry in section.entries]
    lines += _mistakes(sheet, question)
    if more(question):
        lines += ["", f"<code>{_html(more(question))}</code>"]
    return _field(lines)


def _step(entry: Entry) -> str:
    return _html(entry) if isinstance(entry, str) else f"<code>{_html(str(entry))}</code>"


def _mistakes(sheet: Sheet, question: Question) -> Iterator[str]:
    for number, wrong in enumerate(sheet.wrong(question)):
        if number == 0:
            yield ""
        yield f"{f'<b>{wrong.letter}</b> ' if wrong.letter else ''}{_html(f'{wrong.text}: {wrong.mistake}')}"


def _tags(question: Question) -> str:
    """Tags are apart by spaces, and `::` makes a tree of them."""
    pairs = (("topic", question.topic), ("level", str(question.level)), ("model", question.model))
    return " ".join(["archcalc", *(f"{name}::{_IN_NO_TAG.sub('_', value) or '_'}" for name, value in pairs)])
