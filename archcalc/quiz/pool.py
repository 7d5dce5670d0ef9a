"""Networks to ask about, by family: those of the lecture, or all."""

from __future__ import annotations

from archcalc.source import read_file
from archcalc.zoo import catalogue

MARK = "CS231n lecture"  # in a spec that has claims of the lecture


def lecture_families() -> list[tuple[str, ...]]:
    """The models of all specs that the lecture is quoted in."""
    return [entry.models for entry in catalogue() if MARK in read_file(entry.path).text]


def all_families() -> list[tuple[str, ...]]:
    """Every model of the zoo."""
    return [entry.models for entry in catalogue()]
