"""Lists of models: their names by family and year, and a table of what each comes to."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from archcalc.analysis.report import Report
from archcalc.numbers import exact, readable
from archcalc.render.console import NARROWEST
from archcalc.render.grid import grid

COUNTS = ("params", "macs", "activations", "depth")  # what models are compared, sorted and filtered by


class Family(NamedTuple):
    """A family of models as it is listed."""

    year: int
    title: str
    models: Sequence[str]


class Listed(NamedTuple):
    """A model with its figures at its usual input, in the order of the columns."""

    year: int
    family: str
    model: str
    input: str
    params: int
    macs: int
    activations: int
    depth: int


def listed(year: int, report: Report) -> Listed:
    """A model's line in the table."""
    sizes = ", ".join(shape.text("hwc") for shape in report.input_shapes.values())
    return Listed(year, report.title, report.name, sizes, *(getattr(report.totals, name) for name in COUNTS))


def names_text(families: Sequence[Family], width: int) -> str:
    """A family a line, continued under its names; where the terminal is narrow the names stand below the title."""
    from textwrap import wrap

    firsts = [f"{family.year or '':<4}  {family.title}" for family in families]
    beside = max(map(len, firsts)) + 2
    longest = max(len(name) for family in families for name in family.models)
    lines = []
    for first, family in zip(firsts, families, strict=True):
        start = f"{first:<{beside}}"
        if beside + longest > width:
            lines += wrap(first, max(NARROWEST, width), subsequent_indent=" " * 6)
            start = "  "
        lines += wrap(
            " ".join(family.models), width, initial_indent=start, subsequent_indent=" " * len(start),
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def table_text(rows: Sequence[Listed]) -> str:
    """A model a line, with leading digits; the other forms have all of them."""
    header = [["year", "model", "input", "params", "MACs", "memory", "depth"], ["", "", "HxWxC", "", "", "values", "layers"]]
    cells = [[str(row.year or ""), row.model, row.input, *map(readable, row[4:-1]), exact(row.depth)] for row in rows]
    return grid(header + cells, 2, header=len(header))


def csv_text(rows: Sequence[Listed]) -> str:
    """A model a line, numbers without commas."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Listed._fields)
    writer.writerows(rows)
    return out.getvalue()


def json_text(rows: Sequence[Listed]) -> str:
    """A list of models, a line each."""
    lines = ",\n".join("  " + json.dumps(row._asdict(), ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"


def markdown_text(rows: Sequence[Listed]) -> str:
    """A table for GitHub, with every digit."""
    lines = ["| year | family | model | input | params | MACs | memory (values) | depth |", "|:--|:--|:--|--:|--:|--:|--:|--:|"]
    for row in rows:
        cells = [str(row.year or ""), row.family, f"`{row.model}`", row.input, *(exact(value) for value in row[4:])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


FORMS: dict[str, Callable[[Sequence[Listed]], str]] = {"csv": csv_text, "json": json_text, "markdown": markdown_text}


def sort_key(column: str) -> Callable[[Listed], Any]:
    """By a column; models that are equal in it stay as they were."""
    return lambda row: getattr(row, column)
