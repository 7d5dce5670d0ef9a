"""A quiz as JSON, for other programs."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from archcalc.lessons.pages import Entry
from archcalc.quiz.question import Question, Value, value_text
from archcalc.render.quiz_sheet import Sheet


def json_document(sheet: Sheet) -> str:
    """The questions, each with its answer where there is a key. Keys may be added, but are never renamed."""
    questions = [_question(sheet, number, question) for number, question in enumerate(sheet.questions, 1)]
    data = {"schema": 1, "seed": sheet.seed, "command": sheet.command, "questions": questions}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _question(sheet: Sheet, number: int, question: Question) -> dict[str, Any]:
    asked = {
        "number": number,
        "key": question.key,
        "topic": question.topic,
        "level": question.level,
        "model": question.model,
        "subject": question.subject,
        "question": question.text,
        "choices": [text for _, text in sheet.offered(question)],
        "slide": question.slide,
    }
    return asked | (_answered(sheet, question) if sheet.key else {})


def _answered(sheet: Sheet, question: Question) -> dict[str, Any]:
    answer = question.answer
    worked = [{"title": section.title, "entries": [_entry(entry) for entry in section.entries]} for section in question.worked]
    letters = {text: letter for letter, text in sheet.offered(question)}
    return {
        "answer": {
            "text": answer.text,
            "value": _value(answer.value),
            "sort": answer.sort,
            "unit": answer.unit,
            "also": list(answer.also),
            "choice": sheet.letter(question) or None,
        },
        "worked": worked,
        "slips": [
            {
                "mistake": slip.mistake,
                "text": value_text(answer, slip.value),
                "value": _value(slip.value),
                "why": slip.why,
                "choice": letters.get(value_text(answer, slip.value)),
            }
            for slip in question.slips
        ],
    }


def _entry(entry: Entry) -> str | dict[str, str]:
    return entry if isinstance(entry, str) else entry._asdict()


def _value(value: Value) -> Any:
    """A value without loss: a fraction is no decimal."""
    if isinstance(value, Fraction):
        return {"numerator": value.numerator, "denominator": value.denominator}
    return list(value) if isinstance(value, tuple) else value
