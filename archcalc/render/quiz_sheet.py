"""What every written form of a quiz says: heading and lettered choices, and for the key the answers and their mistakes."""

from __future__ import annotations

from string import ascii_lowercase
from typing import NamedTuple

from archcalc.quiz.question import TOPICS, Question, Slip, value_text


class Sheet(NamedTuple):
    """A quiz to be written: with the answers or without, with choices or with room for an answer. `command` makes it again."""

    questions: tuple[Question, ...]
    key: bool
    seed: str
    choices: bool
    command: str

    @property
    def title(self) -> str:
        """The heading."""
        return f"archcalc quiz, seed {self.seed}"

    def offered(self, question: Question) -> list[tuple[str, str]]:
        """The choices of a question with their letters; none where an answer is to be written down."""
        if not self.choices:
            return []
        return [(ascii_lowercase[place], choice.text) for place, choice in enumerate(question.choices)]

    def letter(self, question: Question) -> str:
        """The letter of the right choice; empty where there are no choices."""
        offered = self.offered(question)
        return offered[question.right][0] if offered else ""

    def wrong(self, question: Question) -> list[Wrong]:
        """Each wrong choice with its mistake; without choices the mistakes that are made most."""
        if not self.offered(question):
            return [Wrong("", value_text(question.answer, slip.value), told(slip)) for slip in question.slips]
        return [
            Wrong(letter, text, told(choice.slip) if choice.slip else "from no common mistake")
            for (letter, text), choice in zip(self.offered(question), question.choices, strict=True)
            if letter != self.letter(question)
        ]


class Wrong(NamedTuple):
    """A wrong answer in the key: its letter, if it has one, and which mistake leads to it."""

    letter: str
    text: str
    mistake: str


def heading(question: Question) -> str:
    """What a question is about: parameters, level 1 (slide 16)."""
    slide = f" (slide {question.slide})" if question.slide is not None else ""
    return f"{TOPICS.get(question.topic, question.topic)}, level {question.level}{slide}"


def answer_text(question: Question) -> str:
    """The right answer with its unit, and what else is right."""
    answer = question.answer
    others = f" (or {', '.join(answer.also)})" if answer.also else ""
    return f"{answer.text} {answer.unit}".rstrip() + others


def told(slip: Slip) -> str:
    """A mistake, and why it is one."""
    return f"{slip.mistake} ({slip.why})" if slip.why else slip.mistake


def more(question: Question) -> str:
    """The command that explains more."""
    return f"archcalc explain {question.explain}" if question.explain else ""
