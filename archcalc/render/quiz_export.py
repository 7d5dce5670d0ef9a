"""A quiz written down, to be handed out, printed, learned by heart or read by another program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence

from archcalc.errors import SpecError, did_you_mean
from archcalc.quiz.question import Question
from archcalc.render.quiz_anki import anki
from archcalc.render.quiz_html import html_page
from archcalc.render.quiz_json import json_document
from archcalc.render.quiz_latex import latex
from archcalc.render.quiz_markdown import markdown
from archcalc.render.quiz_sheet import Sheet

FORMS: dict[str, Callable[[Sheet], str]] = {
    "md": markdown,
    "html": html_page,
    "json": json_document,
    "anki": anki,
    "latex": latex,
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def export(questions: Sequence[Question], form: str, key: bool, seed: str, choices: bool, command: str = "") -> str:
    """A quiz in one of FORMS, with or without the answers. `command` is what makes it again.

    Raises SpecError("bad-option") for another form, and where there is no question.
    """
    if form not in FORMS:
        hint = did_you_mean(form, FORMS) or "forms: " + ", ".join(FORMS)
        raise SpecError("bad-option", f"a quiz cannot be written as '{form}'", hint=hint)
    if not questions:
        raise SpecError("bad-option", "there is no question to write down")
    sheet = Sheet(tuple(questions), key, seed, choices, command or f"archcalc quiz --seed {shlex.quote(seed)}")
    # A name or a seed may hold what no file of text should.
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", FORMS[form](sheet))
