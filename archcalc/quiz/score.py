"""The score of a quiz: what was right, by topic, and what is worth another look."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.quiz.question import Question

MOST_TO_READ = 3  # pages that are named at the end


class Score(NamedTuple):
    """Questions that were answered (or passed over), each with whether it was right."""

    answered: list[tuple[Question, bool]]

    @property
    def right(self) -> int:
        """How many were right."""
        return sum(good for _, good in self.answered)

    @property
    def asked(self) -> int:
        """How many there were."""
        return len(self.answered)

    def by_topic(self) -> list[tuple[str, int, int]]:
        """Topic, right answers, and questions; the weakest first."""
        found: dict[str, tuple[int, int]] = {}
        for question, good in self.answered:
            right, asked = found.get(question.topic, (0, 0))
            found[question.topic] = (right + good, asked + 1)
        return sorted(((topic, *counts) for topic, counts in found.items()), key=lambda one: (one[1] / one[2], -one[2]))

    def to_revise(self) -> list[tuple[str, int, int]]:
        """The topics that were not all right."""
        return [one for one in self.by_topic() if one[1] < one[2]]

    def to_read(self) -> list[str]:
        """What follows `archcalc explain` for the questions that were wrong: some, each once."""
        return list(dict.fromkeys(question.explain for question, good in self.answered if not good))[:MOST_TO_READ]
