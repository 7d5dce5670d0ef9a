"""A quiz in the terminal: questions, what is said of an answer, and the score."""

from __future__ import annotations

import textwrap
from string import ascii_lowercase
from typing import TYPE_CHECKING

from archcalc.quiz.question import TOPICS, Question, value_text
from archcalc.quiz.score import Score
from archcalc.render.console import draws_blocks, wrapped

if TYPE_CHECKING:
    from archcalc.quiz.answers import Judgement

GUIDE = "Type an answer; ? is a hint, s passes over, q ends."


def question_text(question: Question, number: int, of: int, choices: bool, width: int) -> str:
    """A question with its number, and the choices if they are to be shown."""
    slide = f", from slide {question.slide} of the lecture" if question.slide is not None else ""
    lines = [*prose(f"{number} of {of}: {TOPICS[question.topic]}, level {question.level}{slide}", width)]
    lines += prose(question.text, width)
    if choices:
        for letter, choice in zip(ascii_lowercase, question.choices, strict=False):
            lines += wrapped([f"  {letter}) {choice.text}"], width)
    return "\n".join(lines) + "\n"


def prose(text: str, width: int) -> list[str]:
    """Sentences in lines of the width; further lines of the text are the entries of a list."""
    lines = []
    for number, line in enumerate(text.split("\n")):
        first, more = ("  ", "    ") if number else ("", "")  # a list, if there are lines
        lines += textwrap.wrap(line, width, initial_indent=first, subsequent_indent=more, break_on_hyphens=False)
    return lines or [""]


def judged_text(question: Question, judged: Judgement, width: int) -> str:
    """What is said of an answer: whether it is right, which mistake it was, and the worked page."""
    marks = ("✓", "✗") if draws_blocks() else ("+", "-")
    answer = question.answer.text
    if judged.verdict == "right":
        said = f"{marks[0]} Right" + (f": {judged.note}." if judged.note else f": {answer}.")
    else:
        said = f"{marks[1]} No, it is {answer}."
        if judged.slip is not None:
            wrong, named = value_text(question.answer, judged.slip.value), f" comes from a common slip, '{judged.slip.mistake}'"
            said += f" {wrong}{'' if question.answer.sort == 'name' else named}: {judged.slip.why}."
        elif judged.note:
            said += f" {judged.note[0].upper()}{judged.note[1:]}".rstrip(".") + "."
    return "\n".join([*prose(said, width), *worked_text(question, width)]) + "\n"


def passed_text(question: Question, width: int) -> str:
    """What is said where a question is passed over."""
    return "\n".join([*prose(f"It is {question.answer.text}.", width), *worked_text(question, width)]) + "\n"


def worked_text(question: Question, width: int) -> list[str]:
    """The worked page, set off by two columns."""
    lines: list[str] = []
    for section in question.worked:
        title, *rest = section.lines()
        lines += wrapped([f"  {line.strip()}" for line in ([title] if title else []) + rest], width)
    return lines


def score_text(score: Score, of: int, width: int) -> str:
    """The end of a quiz: the score, the topics to revise, and what to read."""
    if not score.asked:
        return "No question was answered.\n"
    whole = f" (of {of})" if of > score.asked else ""
    lines = [f"{score.right} of {score.asked} right{whole}"]
    revise = score.to_revise()
    if revise:
        lines += ["", "to revise:"]
        lines += [
            f"  {TOPICS[topic]}: {right} of {asked} right   archcalc quiz --topic {topic}" for topic, right, asked in revise
        ]
        lines += ["", "to read:", *(f"  archcalc explain {page}" for page in score.to_read())]
    return "\n".join(wrapped(lines, width)) + "\n"


def graded_text(graded: list[tuple[Question, Judgement]], width: int) -> str:
    """Answers from a file, judged one by one."""
    marks = ("✓", "✗") if draws_blocks() else ("+", "-")
    lines = []
    for number, (question, judged) in enumerate(graded, 1):
        good = judged.verdict == "right"
        slip = f"; {judged.slip.mistake}" if judged.slip is not None else ""
        note = f" ({judged.note})" if judged.note and not slip else ""
        told = f"right{note}" if good else f"it is {question.answer.text}{slip}{note}"
        lines.append(f"{marks[0] if good else marks[1]} {number}. {TOPICS[question.topic]}, {question.explain}: {told}")
    right = sum(judged.verdict == "right" for _, judged in graded)
    return "\n".join(wrapped([*lines, "", f"{right} of {len(graded)} right"], width)) + "\n"
