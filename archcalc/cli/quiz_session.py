"""A quiz in the terminal: asking, listening, remembering."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timezone
from io import TextIOWrapper
from typing import TypeVar

import click

from archcalc.errors import SpecError
from archcalc.quiz.making import Maker
from archcalc.quiz.question import TOPICS, Question
from archcalc.render.console import terminal_width

LONGEST_LINE = 10_000  # characters of an answer that are looked at
SHARPER = 2  # power of the weights: of fourteen topics, a weak one makes up half of a review
Value = TypeVar("Value")


def nothing(maker: Maker) -> SpecError:
    """The mistake of a quiz that has no question."""
    about = f"about {', '.join(maker.wanted.models)} " if maker.wanted.models else ""
    hint = "other topics, another level or other models"
    return SpecError("bad-option", f"there is nothing to ask {about}with these topics and this level", None, hint)


def read_input(longest: int | None = None) -> str:
    """A line of the standard input, or all of it; what is no text is replaced."""
    if isinstance(sys.stdin, TextIOWrapper):
        with suppress(ValueError):  # something was read before
            sys.stdin.reconfigure(errors="replace")
    return sys.stdin.read() if longest is None else sys.stdin.readline(longest)


class Kept:
    """The history, as far as it can be read and written: a quiz goes on without it."""

    def __init__(self) -> None:
        from archcalc.quiz.history import History, history_path

        self.file, self.works = History(history_path()), True

    def weights(self) -> dict[str, float]:
        """How often topics should come back."""
        from archcalc.quiz.history import weights

        attempts = self.attempt(self.file.read) or []
        if self.file.set_aside:
            click.echo(f"The history was damaged; it is now {self.file.set_aside}, and what could be read is kept.", err=True)
        if not attempts:
            click.echo("There are no earlier quizzes yet: all topics come alike.", err=True)
        return {topic: weight**SHARPER for topic, weight in weights(attempts, list(TOPICS)).items()}

    def add(self, question: Question, right: bool, given: str) -> None:
        """Remember an answer."""
        from archcalc.quiz.history import Attempt

        when = datetime.now(timezone.utc).isoformat(timespec="seconds")
        one = Attempt(when, question.key, question.topic, question.level, question.model, right, given)
        self.attempt(lambda: self.file.add(one))

    def attempt(self, step: Callable[[], Value]) -> Value | None:
        """What a step gives; said once if the file cannot be used, and then left alone."""
        if not self.works:
            return None
        try:
            return step()
        except SpecError as error:
            self.works = False
            click.echo(f"{error.message}: this quiz is not remembered.", err=True)
            return None


class Stop(Exception):
    """The end was asked for."""


class Session:
    """Asks one question after the other."""

    def __init__(self, maker: Maker, count: int, choices: bool, history: Kept | None, again: str) -> None:
        from archcalc.quiz.score import Score

        self.maker, self.count, self.choices, self.history, self.again = maker, count, choices, history, again
        self.score = Score([])
        self.interactive = sys.stdin.isatty() and sys.stdout.isatty()

    def run(self) -> None:
        """The whole quiz. Ctrl-D, `q` and Ctrl-C end it with the score so far."""
        from archcalc.render.quiz_text import GUIDE, prose, score_text

        interrupted = False
        try:
            for number, question in enumerate(self.maker.questions(), 1):
                if number == 1 and self.again:
                    self.say("\n".join(prose(f"The same quiz again: {self.again}", terminal_width())) + "\n")
                if number == 1:
                    self.say("\n".join(prose(GUIDE, terminal_width())) + "\n")
                self.ask(question, number)
            if not self.score.asked:
                raise nothing(self.maker)
            if self.score.asked < self.count:
                self.say(f"\nThere are no more than {self.score.asked} different questions of this sort.\n")
        except Stop:
            pass
        except KeyboardInterrupt:
            interrupted = True
            self.say("\n")
        self.say("\n" + score_text(self.score, self.count, terminal_width()))
        if interrupted:
            raise click.exceptions.Exit(130)

    def ask(self, question: Question, number: int) -> None:
        """One question, until it is answered or passed over."""
        from archcalc.render.quiz_text import GUIDE, judged_text, passed_text, prose, question_text

        self.say("\n" + question_text(question, number, self.count, self.choices, terminal_width()))
        from archcalc.quiz.answers import judge  # while the question is read

        for given in self.lines():
            width = terminal_width()
            if given.lower() in ("s", "skip", "pass"):
                self.say(passed_text(question, width))
                self.keep(question, False, "")
                return
            if given == "?" or given.lower() == "hint":
                self.say("\n".join(prose(question.hint, width)) + "\n")
                continue
            judged = judge(given, question, choices=self.choices)
            if judged.verdict == "unread":
                self.say("\n".join(prose(judged.note or GUIDE, width)) + "\n")
                continue
            self.say(judged_text(question, judged, width))
            self.keep(question, judged.verdict == "right", given)
            return

    def keep(self, question: Question, right: bool, given: str) -> None:
        """Count an answer, and remember it."""
        self.score.answered.append((question, right))
        if self.history is not None:
            self.history.add(question, right, given)

    def lines(self) -> Iterator[str]:
        """What is typed, a line at a time. Raises Stop at the end of the input, and for `q`."""
        while True:
            try:
                given = input("> ") if self.interactive else self.piped()
            except EOFError:
                if self.interactive:
                    self.say("\n")
                raise Stop from None
            given = given.strip()
            if given.lower() in ("q", "quit", "exit"):
                raise Stop
            yield given

    def piped(self) -> str:
        """A line of an input that is no terminal; shown, so that what follows can be understood."""
        line = read_input(LONGEST_LINE)
        if not line:
            raise EOFError
        self.say(f"> {line.rstrip()}\n")
        return line

    def say(self, text: str) -> None:
        """Print."""
        click.echo(text, nl=False)
        sys.stdout.flush()
