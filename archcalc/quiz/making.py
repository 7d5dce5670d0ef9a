"""Making a quiz: which topics, which networks, which questions. With the same seed always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from archcalc.analysis.report import Report
from archcalc.errors import SpecError, did_you_mean
from archcalc.quiz import about_ideas, about_layers, about_paths, about_scaling, about_windows  # noqa: F401 - they register
from archcalc.quiz.drafts import TEMPLATES, Template, finish
from archcalc.quiz.from_the_lecture import LECTURE, Asked
from archcalc.quiz.question import LEVELS, TOPICS, Question

Analyze = Callable[..., Report]  # of a model's name, with `set`
FROM_THE_LECTURE = 0.25  # how often a question is one of the lecture's own, where no models are asked for
FIRST = ("size", "params", "memory", "ops")  # topics to begin with: every network has something of the sort
TRIES = 12  # times that a template is asked, as chance decides what about
PATIENCE = 5  # times that nothing new is found about a topic before it is given up


class Wanted(NamedTuple):
    """What a quiz is to be about. No topics: all of them; no level: any; no models: those of the `pool`, which are families.

    `weights` say how often a topic is to come, where some should come back more often than others.
    """

    pool: Sequence[tuple[str, ...]]
    models: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    level: int | None = None
    number: int = 10
    weights: Mapping[str, float] | None = None


def read_topics(names: Sequence[str]) -> tuple[str, ...]:
    """The topics that are meant: by their names, or a part of what they are called. Raises SpecError."""
    found = []
    for name in names:
        folded = name.strip().lower().replace("_", "-").replace(" ", "-")
        near = [topic for topic, words in TOPICS.items() if folded in (topic, words.replace(" ", "-"))]
        near = near or [topic for topic, words in TOPICS.items() if folded and folded in f"{topic} {words}".replace(" ", "-")]
        if len(near) != 1:
            hint = did_you_mean(name, TOPICS) or f"topics: {', '.join(TOPICS)}"
            what = f"'{name[:80]}' can mean several topics" if near else f"there is no topic '{name[:80]}'"
            raise SpecError("bad-option", what, None, hint, name)
        found += near
    return tuple(dict.fromkeys(found))


class Maker:
    """Makes the questions of a quiz one after the other; each is worked out when it is asked for."""

    def __init__(self, wanted: Wanted, seed: int, analyze: Analyze) -> None:
        self.wanted, self.seed, self.analyze = wanted, seed, analyze
        self.reports: dict[Any, Report] = {}
        self.asked: set[str] = set()
        self.round: list[str] = []  # topics that are still to come before any comes again

    def questions(self) -> Iterator[Question]:
        """All of them: fewer than wanted where there are no more that differ."""
        failed: set[str] = set()
        missed: Counter[str] = Counter()
        tried = made = 0
        while made < self.wanted.number:
            rng = Random(f"{self.seed}/{tried}")
            tried += 1
            topic = self._topic(rng, failed)
            if topic is None:
                return
            question = self._question(topic, rng)
            if question is None:
                missed[topic] += 1
                if missed[topic] == PATIENCE:
                    failed.add(topic)  # there is nothing left to ask about it, or hardly anything
                continue
            self.asked.add(question.key)
            made += 1
            yield question

    def _topic(self, rng: Random, failed: set[str]) -> str | None:
        """The next topic: each once before one comes again, or by their weights."""
        topics = [topic for topic in self.wanted.topics or TOPICS if topic not in failed]
        if not topics:
            return None
        weights = self.wanted.weights
        if weights is not None:
            return _by_weight(topics, weights, rng)
        self.round = [topic for topic in self.round if topic in topics] or list(topics)
        if not self.asked:
            first = [topic for topic in self.round if topic in FIRST] or self.round
            topic = first[int(rng.random() * len(first))]
            self.round.remove(topic)
            return topic
        return self.round.pop(int(rng.random() * len(self.round)))

    def _question(self, topic: str, rng: Random) -> Question | None:
        """A question about a topic that was not asked yet."""
        if not self.wanted.models and rng.random() < FROM_THE_LECTURE and self.wanted.level in (None, 1):
            question = self._of_lecture([one for one in LECTURE if one.topic == topic], rng)
            if question is not None:
                return question
        templates = [one for one in TEMPLATES if one.topic == topic and self.wanted.level in (None, *one.levels)]
        families = list(self.wanted.pool) or [(model,) for model in self.wanted.models]
        while families:  # where one of a family has nothing of the sort, others have not either
            family = families.pop(int(rng.random() * len(families)))
            model = family[int(rng.random() * len(family))]
            question = self._about(model, topic, templates, rng)
            if question is not None:
                return question
        return None

    def _about(self, model: str, topic: str, templates: Sequence[Template], rng: Random) -> Question | None:
        report = self._report(model, {})
        if report is None:
            return None
        left = list(templates)
        while left:
            template = left.pop(int(rng.random() * len(left)))
            for _ in range(TRIES):
                draft = template.make(report, rng)
                if draft is None:
                    break
                if self.wanted.level not in (None, draft.level):
                    continue
                question = finish(draft, topic, report.name, rng)
                if question is not None and question.key not in self.asked:
                    return question._replace(explain=f"{model} {draft.subject}".strip())
        return None

    def _of_lecture(self, asked: list[Asked], rng: Random) -> Question | None:
        while asked:
            one = asked.pop(int(rng.random() * len(asked)))
            question = self.lecture(one, rng)
            if question is not None and question.key not in self.asked:
                return question
        return None

    def lecture(self, one: Asked, rng: Random) -> Question | None:
        """One of the lecture's own questions."""
        report = self._report(one.model, one.settings)
        draft = one.draft(report) if report is not None else None
        question = finish(draft, one.topic, one.model, rng) if draft is not None else None
        given = "".join(f" --set {name}={value}" for name, value in one.settings.items())
        return question._replace(explain=question.explain + given) if question is not None else None

    def _report(self, model: str, settings: Mapping[str, Any]) -> Report | None:
        """A model worked out once; None for one of the pool that is broken: that is for `check` to say."""
        key = (model, tuple(settings.items()))
        if key not in self.reports:
            try:
                self.reports[key] = self.analyze(model, set=dict(settings))
            except SpecError:
                if model in self.wanted.models:
                    raise
                return None
        return self.reports[key]


def _by_weight(topics: Sequence[str], weights: Mapping[str, float], rng: Random) -> str:
    least = min(weights.values(), default=1.0)
    ends, total = [], 0.0
    for topic in topics:
        total += weights.get(topic, least)
        ends.append(total)
    drawn = rng.random() * total
    return next(topic for topic, end in zip(topics, ends, strict=True) if drawn < end or end == total)


def levels_of(topic: str) -> tuple[int, ...]:
    """The levels that a topic has questions of."""
    return tuple(level for level in LEVELS if any(level in one.levels for one in TEMPLATES if one.topic == topic))
