"""The lecture's table: one row a layer, with its output, memory, parameters and ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich.table import Table

from archcalc.analysis.report import LayerReport, Report
from archcalc.numbers import exact, in_bytes, readable
from archcalc.render.console import rendered, rules, terminal_width, wrapped
from archcalc.render.grid import column_widths, grid, natural_width
from archcalc.render.rows import Row, left_out_text, shapes_text, table_rows
from archcalc.shapes import Picture

Show = Callable[[Any], str]
MOST_FOR_RICH = 1_000  # rows


class Style(NamedTuple):
    """How the table is to look: order of axes, whether biases count, how deep blocks are shown, and every layer or not."""

    layout: str = "hwc"
    no_bias: bool = False
    levels: int = 0
    everything: bool = False


class Form(NamedTuple):
    """How wide the table is: how numbers read, how many blocks of a name stand above its layers, and the kind or not."""

    show: Show
    around: int
    kinds: bool


def table_text(report: Report, style: Style, layers: list[LayerReport] | None = None, width: int | None = None) -> str:
    """The table as text, with totals. Exact numbers where they fit the width, else leading digits (3.2M)."""
    width = width or terminal_width()
    rows, left_out = table_rows(report, layers, style.levels, style.everything)

    def full(value: Any) -> str:
        return exact(value, report.algebra)

    def short(value: Any) -> str:
        return readable(value, 3) or full(value)

    # Wider forms first: full names, names under their block, without the kind, and with leading digits only.
    cells: list[list[str]] = []
    for form in (Form(full, 0, True), Form(full, 1, True), Form(full, 2, True), Form(full, 1, False), Form(full, 2, False),
                 Form(short, 2, False)):  # fmt: skip
        cells = _cells(report, rows, style, form)
        if natural_width(cells) <= width:
            break
    long = len(cells) > MOST_FOR_RICH and natural_width(cells) <= width
    text = grid(cells, len(cells[0]) - 4, header=2, footer=1) if long else rendered(_table(cells, width), width=width)
    lines = [*wrapped(headline(report, style), width), "", text.rstrip("\n")]
    return "\n".join(lines + wrapped(_below(report, style, left_out, layers is None), width)) + "\n"


def headline(report: Report, style: Style) -> list[str]:
    """The model's name and what the numbers are for."""
    sizes = ", ".join(f"{name} {shape.text(style.layout)}" for name, shape in report.input_shapes.items())
    title = f"{report.name}: {report.title}" if report.title and report.title != report.name else report.name
    return [title, f"{sizes} ({axes_text(report, style)}), batch {report.batch}, {report.dtype}"]


def axes_text(report: Report, style: Style) -> str:
    """The order in which sizes are printed; of a network that sees no pictures, tokens x features."""
    if not any(isinstance(layer.output, Picture) for layer in report.layers):
        return "T x D"
    return {"hwc": "H x W x C", "chw": "C x H x W"}[style.layout]


def _cells(report: Report, rows: list[Row], style: Style, form: Form) -> list[list[str]]:
    """The table's cells: two lines of header, a row a layer (or a block's name above its layers), and the total."""
    order = axes_text(report, style).replace(" ", "")
    kind = ["kind"] if form.kinds else []
    params = "no bias" if style.no_bias else ""
    cells = [["layer", *kind, "output", "memory", "params", "ops"], ["", *[""] * len(kind), order, "values", params, "MACs"]]
    above = ""
    for row in rows:
        around, name = split_name(row.name, form.around)
        if around and around != above:
            cells.append([f"{around}:"])
        above = around
        counts = (row.activations, row.params_no_bias if style.no_bias else row.params, row.macs)
        what = [f"{row.kind} {row.title}".strip()] if form.kinds else []
        numbers = [form.show(count) for count in counts]
        cells.append([f"  {name}" if around else name, *what, shapes_text(row.outputs, style.layout), *numbers])
    sums = [form.show(value) for value in _totals(report, rows, style)]
    return [*cells, ["total", *[""] * len(kind), "", *sums]]


def _table(cells: list[list[str]], width: int) -> Table:
    """The cells as rich's table. Where they fit, widths are given: measuring and padding them is most of rich's time."""
    table = Table(box=rules(), padding=0, pad_edge=False, show_edge=False)
    header, units, *body, total = cells
    widths = column_widths(cells)
    fits = natural_width(cells) <= width
    numbers_from = len(header) - 4
    for index, (title, unit) in enumerate(zip(header, units, strict=True)):
        numeric = index >= numbers_from
        gap = 1 if numeric or index + 1 < numbers_from else 0  # beside the one that stands between any two columns
        wide = widths[index] + gap if fits else None
        table.add_column(f"{title}\n{unit}", justify="right" if numeric else "left", overflow="fold", width=wide, no_wrap=fits)
    for row in body:
        table.add_row(*row)
    table.add_section()
    table.add_row(*total, style="bold")
    return table


def split_name(name: str, around: int) -> tuple[str, str]:
    """The outermost `around` blocks of a layer's name, and the rest of it."""
    parts = name.split(".")
    if not around or len(parts) < 2:
        return "", name
    outer = min(around, len(parts) - 1)
    return ".".join(parts[:outer]), ".".join(parts[outer:])


def _totals(report: Report, rows: list[Row], style: Style) -> list[Any]:
    total = report.algebra.total
    return [
        total([row.activations for row in rows]),
        total([row.params_no_bias if style.no_bias else row.params for row in rows]),
        total([row.macs for row in rows]),
    ]


def _below(report: Report, style: Style, left_out: Any, whole: bool) -> list[str]:
    lines = [""]
    totals = report.totals
    if whole and in_bytes(totals.activation_bytes):
        memory, params = in_bytes(totals.activation_bytes), in_bytes(totals.param_bytes)
        if style.no_bias:
            params += " with biases"
        lines.append(f"in {report.dtype}: memory {memory} (every output, and the input), params {params}")
    if left_out:
        lines.append(f"not listed (in place): {left_out_text(left_out)}; --all lists them")
    if whole:
        lines += notes(report)
    return lines if len(lines) > 1 else []


def notes(report: Report) -> list[str]:
    """Remarks and conditions, as lines."""
    lines = [f"note: {note}" for note in report.notes]
    if report.valid_when:
        lines.append("valid when " + " and ".join(report.valid_when))
    return lines
