"""The table of layers as plain rows, from which the terminal, Markdown, LaTeX and CSV forms are made."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from archcalc.analysis.report import LayerReport, Report, top_level
from archcalc.arithmetic import Number
from archcalc.shapes import Shape


class Row(NamedTuple):
    """A layer, or a folded block: what it is called and is, what comes out, and its counts."""

    name: str
    kind: str
    title: str
    outputs: tuple[Shape, ...]
    activations: Number
    params: Number
    params_no_bias: Number
    macs: Number
    elementwise: Number
    receptive_field: Any
    in_place: bool


class Rows(NamedTuple):
    """Rows to print, and how many layers of which kind were left out because they cost nothing that the table shows."""

    rows: list[Row]
    left_out: Counter[str]


def table_rows(report: Report, layers: list[LayerReport] | None = None, levels: int = 0, everything: bool = False) -> Rows:
    """One row a layer; blocks deeper than `levels` (if given) folded into one row each.

    Layers that work in place (ReLU, dropout, flatten) are left out unless `everything` is asked for: they have no memory,
    params or ops of their own, and the lecture's table does not list them either.
    """
    chosen = report.layers if layers is None else layers
    rows = [_folded(name, part, report) for name, part in top_level(chosen, levels or 10**6)]
    if everything:
        return Rows(rows, Counter())
    left_out = Counter(row.kind for row in rows if row.in_place)
    return Rows([row for row in rows if not row.in_place], left_out)


def _folded(name: str, layers: list[LayerReport], report: Report) -> Row:
    last = layers[-1]
    if len(layers) == 1 and last.name == name:
        kind, title = last.kind, last.title
    else:
        block = report.groups.get(name, "")
        kind = block if block not in ("", "do") else "block"
        title = f"{len(layers)} layers" if len(layers) > 1 else "1 layer"
    total = report.algebra.total
    return Row(
        name,
        kind,
        title,
        last.output_shapes,
        total([layer.activations for layer in layers]),
        total([layer.params for layer in layers]),
        total([layer.params_no_bias for layer in layers]),
        total([layer.macs for layer in layers]),
        total([layer.elementwise for layer in layers]),
        last.receptive_field,
        all(layer.work.layer.in_place for layer in layers),
    )


def left_out_text(left_out: Counter[str]) -> str:
    """ "15 relu, 2 dropout and 1 flatten", or ""."""
    parts = [f"{count} {kind}" for kind, count in left_out.most_common()]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shapes_text(shapes: tuple[Shape, ...], layout: str) -> str:
    """Output shapes of a layer, joined by commas where it has several; equal ones counted."""
    texts = [shape.text(layout) for shape in shapes]
    if len(texts) > 1 and len(set(texts)) == 1:
        return f"{len(texts)} of {texts[0]}"
    return ", ".join(texts[:4]) + (", ..." if len(texts) > 4 else "")
