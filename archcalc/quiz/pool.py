"""Networks to ask about: those of the lecture, or all."""

from __future__ import annotations

from archcalc.source import read_file
from archcalc.zoo import catalogue

MARK = "CS231n lecture"  # in a spec that has claims of the lecture


def lecture_models() -> list[str]:
    """The models of all specs that the lecture is quoted in."""
    return [model for entry in catalogue() if MARK in read_file(entry.path).text for model in entry.models]


def all_models() -> list[str]:
    """Every model of the zoo."""
    return [model for entry in catalogue() for model in entry.models]
