"""archcalc quiz: questions with worked answers, in the terminal, on paper, or from a file of answers."""

from __future__ import annotations

import shlex
from random import SystemRandom

import click

import archcalc
from archcalc.cli.options import check_writable, complete_model, write_to
from archcalc.cli.quiz_session import Kept, Session, nothing, read_input
from archcalc.errors import SpecError
from archcalc.quiz.making import Maker, Wanted, read_topics
from archcalc.quiz.question import TOPICS, Question
from archcalc.render.console import terminal_width

SEEDS = 10**6  # a seed that nobody chose is below it, to be typed again easily
MOST = 200
FORMS = ("md", "html", "json", "anki", "latex")
TOPIC_LIST = ", ".join(TOPICS)


@click.command("quiz", short_help="Questions with worked answers.",
               help=f"""Ask questions, judge the answers, and explain each with its worked page.

    MODEL is a name, a file, or file.yaml:variant; without any, questions are about the networks of the lecture, and some
    are the lecture's own. Answers are read as people write them: 35K, 34,944, 55x55x96, 1.2e9, 96 MB, (11*11*3+1)*96.

    Topics: {TOPIC_LIST}.

    \b
    Examples:
      archcalc quiz
      archcalc quiz alexnet vgg16 --topic params --level 1
      archcalc quiz --choices --count 5 --seed 7
      archcalc quiz --review
      archcalc quiz --seed 7 --export html --key --output quiz.html
      archcalc quiz --seed 7 --answers answers.txt
    """)  # fmt: skip
@click.argument("models", nargs=-1, metavar="[MODEL]...", shell_complete=complete_model)
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this topic; repeat it or use commas for more.")
@click.option("--level", type=click.IntRange(1, 3), help="1: one formula; 2: some more to think of; 3: blocks and networks.")
@click.option("--count", type=click.IntRange(1, MOST), default=10, show_default=True, metavar="N", help="How many questions.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="The same seed with the same options: the same quiz.")
@click.option("--choices", is_flag=True, help="Offer four answers to each question.")
@click.option("--zoo", is_flag=True, help="Ask about all networks of the zoo, not only the lecture's.")
@click.option("--review", is_flag=True, help="More of the topics that went wrong in earlier quizzes.")
@click.option("--no-history", is_flag=True, help="Neither remember this quiz nor look at earlier ones.")
@click.option("--export", "form", type=click.Choice(FORMS), help="Write the quiz down instead of asking.")
@click.option("--key", is_flag=True, help="With --export: with the answers and their explanations, for teachers.")
@click.option("--answers", metavar="FILE", help="Judge the answers in a file, a line each or numbered; - reads the input.")
@click.option("--output", default="-", metavar="FILE", help="With --export: the file to write.")
def command(models: tuple[str, ...], topics: tuple[str, ...], level: int | None, count: int, seed: int | None,
            choices: bool, zoo: bool, review: bool, no_history: bool, form: str | None, key: bool,
            answers: str | None, output: str) -> None:  # fmt: skip
    """A quiz."""
    _check(form, key, answers, output, review, no_history)
    chosen = SystemRandom().randrange(SEEDS) if seed is None else seed
    history = None if no_history or form or answers else Kept()
    wanted = _wanted(models, topics, level, count, zoo, history.weights() if review and history else None)
    maker = Maker(wanted, chosen, archcalc.analyze)
    again = "" if review else _again(models, topics, level, count, chosen, choices, zoo)  # a review differs every time
    if form is not None:
        from archcalc.render.quiz_export import export

        write_to(output, export(_some(maker), form, key, str(chosen), choices, again))
    elif answers is not None:
        _grade(_some(maker), answers, choices)
    else:
        Session(maker, count, choices, history, again).run()


def _check(form: str | None, key: bool, answers: str | None, output: str, review: bool, no_history: bool) -> None:
    if form is not None and answers is not None:
        raise SpecError(
            "bad-option", "--export writes questions and --answers judges answers: one of them", culprit="--answers"
        )
    if form is None and (key or output != "-"):
        raise SpecError(
            "bad-option", f"{'--key' if key else '--output'} goes with --export", culprit="--key" if key else "--output"
        )
    if review and no_history:
        raise SpecError("bad-option", "--review needs the history that --no-history leaves alone", culprit="--no-history")
    if form is not None:
        check_writable(output)


def _wanted(
    models: tuple[str, ...], topics: tuple[str, ...], level: int | None, count: int, zoo: bool, weights: dict[str, float] | None
) -> Wanted:
    from archcalc.quiz.pool import all_families, lecture_families

    pool = [] if models else all_families() if zoo else lecture_families()
    names = [name for text in topics for name in text.split(",")]
    return Wanted(pool, models, read_topics(names), level, count, weights)


def _again(
    models: tuple[str, ...], topics: tuple[str, ...], level: int | None, count: int, seed: int, choices: bool, zoo: bool
) -> str:
    """The command that makes the same quiz."""
    parts = ["archcalc", "quiz", *models]
    parts += [part for topic in topics for part in ("--topic", topic)]
    parts += ["--level", str(level)] if level is not None else []
    parts += ["--count", str(count)] if count != 10 else []
    parts += ["--seed", str(seed), *(["--choices"] if choices else []), *(["--zoo"] if zoo else [])]
    return shlex.join(parts)


def _some(maker: Maker) -> list[Question]:
    """All questions. Raises SpecError where there is none."""
    questions = list(maker.questions())
    if not questions:
        raise nothing(maker)
    return questions


def _grade(questions: list[Question], path: str, choices: bool) -> None:
    from archcalc.quiz.grading import grade
    from archcalc.render.quiz_text import graded_text
    from archcalc.source import read_file

    text = read_input() if path == "-" else read_file(path).text
    judged = grade(text, questions, "the input" if path == "-" else path, choices)
    click.echo(graded_text(list(zip(questions, judged, strict=True)), terminal_width()), nl=False)
    if any(one.verdict != "right" for one in judged):
        raise click.exceptions.Exit(1)
