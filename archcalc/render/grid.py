"""Cells in columns: text on the left, numbers on the right."""

from __future__ import annotations

from archcalc.render.console import draws_blocks

Cells = list[list[str]]
GAP = 2  # columns between neighbours


def column_widths(cells: Cells) -> list[int]:
    """The widest cell of each column; a row may have fewer cells than the first."""
    return [max(len(row[index]) for row in cells if index < len(row)) for index in range(len(cells[0]))]


def without_headings(cells: Cells) -> Cells:
    """The rows that have columns: a row of one cell is a heading, and may be as long as it likes."""
    return [row for row in cells if len(row) > 1]


def natural_width(cells: Cells) -> int:
    """Columns that the table wants: its cells, with two between neighbours."""
    widths = column_widths(cells)
    return sum(widths) + GAP * (len(widths) - 1)


def aligned(row: list[str], widths: list[int], left: int) -> str:
    """One line; the first `left` cells to the left, others to the right."""
    texts = [
        cell.ljust(width) if i < left else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=False))
    ]
    return (" " * GAP).join(texts).rstrip()


def grid(cells: Cells, left: int, header: int = 1, footer: int = 0) -> str:
    """The lines of a table: `header` rows, a rule, the body, and after an empty line `footer` rows."""
    widths = column_widths(without_headings(cells))
    lines = [aligned(row, widths, left) for row in cells]
    rule = ("─" if draws_blocks() else "-") * natural_width(without_headings(cells))
    end = len(lines) - footer
    return "\n".join([*lines[:header], rule, *lines[header:end], *(["", *lines[end:]] if footer else [])]) + "\n"
