"""Drafts of questions, the templates that make them, and the choices that are offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.claims.figures import read_figure
from archcalc.expr import formula
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.worked import worked_sections
from archcalc.numbers import exact
from archcalc.quiz.question import Answer, Choice, Question, Slip, Value, value_text

CHOICES = 4
TRIES = 12  # layers that a template looks at before it gives up


class Draft(NamedTuple):
    """What a template makes: a question without its choices. `asked` names what is asked about the subject, for its key."""

    asked: str
    level: int
    subject: str
    text: str
    answer: Answer
    slips: tuple[Slip, ...]
    worked: tuple[Section, ...]
    hint: str
    slide: int | None = None


class Template(NamedTuple):
    """A way to ask about a network: `make` gives None where the network has nothing of the sort."""

    topic: str
    levels: tuple[int, ...]
    make: Callable[[Report, Random], Draft | None]


TEMPLATES: list[Template] = []
Make = Callable[[Report, Random], Draft | None]


def template(topic: str, *levels: int) -> Callable[[Make], Make]:
    """Registers a template of a topic, whose drafts have one of these levels."""

    def register(make: Make) -> Make:
        TEMPLATES.append(Template(topic, levels, make))
        return make

    return register


def some(layers: Iterable[LayerReport], rng: Random) -> Iterator[LayerReport]:
    """A few layers, each sort of them as likely as any other: of a deep network most are alike."""
    sorts: dict[object, list[LayerReport]] = {}
    for layer in layers:
        sorts.setdefault(id(layer.work), []).append(layer)
    groups = list(sorts.values())
    for _ in range(min(TRIES, len(groups))):
        group = groups.pop(int(rng.random() * len(groups)))
        yield group[int(rng.random() * len(group))]


def worked(report: Report, layer: LayerReport, title: str) -> tuple[Section, ...]:
    """The part of a layer's page under a title, such as `params`."""
    return tuple(section for section in worked_sections(report, layer) if section.title == title)


def told(name: str, text: str, values: Mapping[str, Any], note: str = "") -> tuple[int, Section]:
    """A formula with its numbers as a page, and what it comes to."""
    value = formula(text).evaluate(values)
    shown = formula(text).shown(values)
    return value, Section("", (Equation(name, text, "" if shown == text else shown, exact(value), note),))


def summed(name: str, parts: Iterable[tuple[str, int]]) -> Section:
    """A sum as a page: a line for each part that is something, and the whole."""
    listed = [(part, value) for part, value in parts if value]
    entries = [Equation(part, "", "", exact(value)) for part, value in listed]
    numbers = " + ".join(str(value) for _, value in listed)
    return Section("", (*entries, Equation(name, "", numbers, exact(sum(value for _, value in listed)))))


# ------------------------------------------------------------------------------------------ choices


def finish(draft: Draft, topic: str, model: str, rng: Random) -> Question | None:
    """The question of a draft, with one right choice and three wrong ones in any order; None where too few differ."""
    slips = list(_different(draft.answer, draft.slips))
    wrong = _picked(draft.answer, slips, rng)
    taken = {draft.answer.text, *(choice.text for choice in wrong)}
    for value in _near(draft.answer):
        text = value_text(draft.answer, value)
        if len(wrong) < CHOICES - 1 and text not in taken and not _prints(draft.answer, text):
            taken.add(text)
            wrong.append(Choice(text, value))
    if len(wrong) < CHOICES - 1:
        return None
    choices = [*wrong, Choice(draft.answer.text, draft.answer.value)]
    shuffled = [choices.pop(int(rng.random() * len(choices))) for _ in range(len(choices))]
    key = "/".join(part for part in (model, draft.subject, draft.asked) if part)
    return Question(key, topic, draft.level, model, draft.subject, draft.text, draft.answer, tuple(slips), tuple(shuffled),
                    draft.worked, draft.hint, f"{model} {draft.subject}".strip(), draft.slide)  # fmt: skip


def _different(answer: Answer, slips: Iterable[Slip]) -> Iterator[Slip]:
    """The slips whose values are printed otherwise than the answer, and than each other."""
    seen = {answer.text}
    for slip in slips:
        text = value_text(answer, slip.value)
        if text not in seen and slip.value not in answer.also and not _prints(answer, text):
            seen.add(text)
            yield slip


def _prints(answer: Answer, text: str) -> bool:
    """Whether a quotient, as it is printed, is the right one rounded or cut to fewer digits: 12x of 12.98."""
    figure = read_figure(text, "params") if answer.sort in ("ratio", "share") else None
    return figure is not None and figure.holds(answer.value)


def _picked(answer: Answer, slips: list[Slip], rng: Random) -> list[Choice]:
    """Three of the slips: the first, which is the commonest mistake, and any others."""
    left, chosen = slips[1:], slips[:1]
    while left and len(chosen) < CHOICES - 1:
        chosen.append(left.pop(int(rng.random() * len(left))))
    return [Choice(value_text(answer, slip.value), slip.value, slip) for slip in chosen]


def _near(answer: Answer) -> Iterator[Value]:
    """Values of the same size as the right one, for where there are too few mistakes with a name."""
    value = answer.value
    if isinstance(value, tuple):
        yield from (tuple(max(1, size + step) for size in value) for step in (1, -1, 2, -2))
        yield from ((*value[:-1], value[-1] + step) for step in (1, 2, 3))
    elif isinstance(value, int):
        yield from (round(value * factor) for factor in (2, Fraction(1, 2), Fraction(3, 2), Fraction(5, 4)) if value)
        yield from (value + 1, value + 2, value + 3)
    elif isinstance(value, Fraction):
        yield from (value * factor for factor in (2, Fraction(1, 2), Fraction(3, 2), Fraction(5, 4)))
