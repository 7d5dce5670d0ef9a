"""The lecture's table: one row a layer, with its output, memory, parameters and ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich import box
from rich.table import Table

from archcalc.analysis.report import LayerReport, Report
from archcalc.render.console import rendered, terminal_width
from archcalc.render.numbers import exact, in_bytes, readable
from archcalc.render.rows import Row, left_out_text, shapes_text, table_rows

Show = Callable[[Any], str]
UNBOUNDED = 10_000  # columns in which anything fits, to see how wide a table wants to be


class Style(NamedTuple):
    """How the table is to look: order of axes, whether biases count, how deep blocks are shown, and every layer or not."""

    layout: str = "hwc"
    no_bias: bool = False
    levels: int = 0
    everything: bool = False


def table_text(report: Report, style: Style, layers: list[LayerReport] | None = None, width: int | None = None) -> str:
    """The table as text, with totals. Exact numbers where they fit the width, else leading digits (3.2M)."""
    width = width or terminal_width()
    rows, left_out = table_rows(report, layers, style.levels, style.everything)

    def full(value: Any) -> str:
        return exact(value, report.algebra)

    def short(value: Any) -> str:
        return readable(value, 3) or full(value)

    lines = headline(report, style) + [""]
    text = ""
    for show, grouped, with_kind in ((full, False, True), (full, True, True), (full, True, False), (short, True, False)):
        text = rendered(_table(report, rows, style, show, grouped, with_kind), width=UNBOUNDED)
        if max(map(len, text.split("\n"))) <= width:
            break
    else:
        text = rendered(_table(report, rows, style, short, True, False), width=width)
    lines.append(text.rstrip("\n"))
    return "\n".join(lines + _below(report, style, left_out, layers is None)) + "\n"


def headline(report: Report, style: Style) -> list[str]:
    """The model's name and what the numbers are for."""
    sizes = ", ".join(f"{name} {shape.text(style.layout)}" for name, shape in report.input_shapes.items())
    title = f"{report.name}: {report.title}" if report.title and report.title != report.name else report.name
    order = {"hwc": "H x W x C", "chw": "C x H x W"}[style.layout]
    return [title, f"{sizes} ({order}), batch {report.batch}, {report.dtype}"]


def _table(report: Report, rows: list[Row], style: Style, show: Show, grouped: bool, with_kind: bool) -> Table:
    order = {"hwc": "HxWxC", "chw": "CxHxW"}[style.layout]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("layer\n", overflow="fold")
    if with_kind:
        table.add_column("kind\n", no_wrap=True)
    table.add_column(f"output\n{order}", justify="right", overflow="fold")
    table.add_column("memory\nvalues", justify="right", overflow="fold")
    table.add_column("params\nno bias" if style.no_bias else "params\n", justify="right", overflow="fold")
    table.add_column("ops\nMACs", justify="right", overflow="fold")
    above = ""
    for row in rows:
        name = row.name
        if grouped:
            around, name = _split(row.name)
            if around and around != above:
                table.add_row(f"{around}:")
            above, name = around, f"  {name}" if around else name
        params = row.params_no_bias if style.no_bias else row.params
        kind = (f"{row.kind} {row.title}".strip(),) if with_kind else ()
        counts = (show(row.activations), show(params), show(row.macs))
        table.add_row(name, *kind, shapes_text(row.outputs, style.layout), *counts)
    total = _totals(report, rows, style)
    table.add_section()
    table.add_row("total", *(("",) if with_kind else ()), "", *(show(value) for value in total), style="bold")
    return table


def _split(name: str) -> tuple[str, str]:
    """The blocks around a layer, and its last two parts, which tell it from its neighbours."""
    parts = name.split(".")
    return (".".join(parts[:-2]), ".".join(parts[-2:])) if len(parts) > 2 else ("", name)


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
        lines.append(f"memory {memory} (every layer's output and the input, forward only), params {params}, in {report.dtype}")
    if left_out:
        lines.append(f"not listed: {left_out_text(left_out)}, which work in place (--all lists them)")
    if whole:
        lines += notes(report)
    return lines if len(lines) > 1 else []


def notes(report: Report) -> list[str]:
    """Remarks and conditions, as lines."""
    lines = [f"note: {note}" for note in report.notes]
    if report.valid_when:
        lines.append("valid when " + " and ".join(report.valid_when))
    return lines
