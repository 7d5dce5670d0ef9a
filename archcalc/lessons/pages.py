"""A worked page as data: what is worked out, step by step, for the terminal, Markdown, LaTeX and HTML to be made from."""

from __future__ import annotations

from typing import NamedTuple


class Equation(NamedTuple):
    """`name = formula = numbers = result`: a formula of the formula language, the same with its numbers put in, the result.

    `numbers` is empty where the formula has no names, and `formula` where there is only a result.
    """

    name: str
    formula: str
    numbers: str
    result: str
    note: str = ""

    def __str__(self) -> str:
        parts = [part for part in (self.formula, self.numbers) if part]
        if not parts or parts[-1].replace(",", "") != self.result.replace(",", ""):
            parts.append(self.result)
        note = f"   ({self.note})" if self.note else ""
        return f"{self.name} = {' = '.join(parts)}{note}"


Entry = Equation | str  # a step, or a sentence


class Section(NamedTuple):
    """Steps and sentences under a title."""

    title: str
    entries: tuple[Entry, ...]

    def lines(self) -> list[str]:
        """The section as text: its title, and below it each step."""
        return [self.title, *(f"  {entry}" for entry in self.entries)]


class Rows(NamedTuple):
    """A table under a title: what stands above the columns, and the rows. `below` are remarks on it.

    The first `words` columns hold words, the others numbers; where `total` is set the last row is the sum of those above.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    total: bool = False
    below: tuple[str, ...] = ()


class Page(NamedTuple):
    """What is explained: a title, a sentence or two, facts by name, and the sections and tables."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section | Rows, ...]
