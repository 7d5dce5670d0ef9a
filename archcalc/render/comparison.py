"""Models side by side: a column a model, or a row a model where they are many or the terminal is narrow."""

from __future__ import annotations

import csv
from collections.abc import Callable
from fractions import Fraction
from io import StringIO
from typing import Any

from archcalc.analysis.data import plain
from archcalc.analysis.report import Report
from archcalc.differences import Comparison, Entry
from archcalc.numbers import exact, readable
from archcalc.render.console import terminal_width, wrapped
from archcalc.render.export import latex_escaped, markdown_row
from archcalc.render.grid import Cells, grid, natural_width

QUANTITIES = {  # total -> what it is called here
    "params": "params", "params_no_bias": "  without biases", "macs": "ops (MACs)", "elementwise": "elementwise",
    "activations": "memory (values)", "activation_bytes": "memory (bytes)", "param_bytes": "param bytes", "depth": "depth",
    "receptive_field": "sees (pixels)", "layers": "layers",
}  # fmt: skip
IN_ROWS = {"params": "params", "macs": "MACs", "elementwise": "elementwise", "activations": "memory", "depth": "depth"}
MOST_COLUMNS = 4  # models beyond which each has a row
MOST_TOLD = 12  # models beyond which the table must do without sentences

Show = Callable[[Any, Report], str]


def full(value: Any, report: Report) -> str:
    """Every digit."""
    return exact(value, report.algebra)


def short(value: Any, report: Report) -> str:
    """Leading digits."""
    return readable(value) or exact(value, report.algebra)


def comparison_text(found: Comparison, width: int | None = None) -> str:
    """The table, and a sentence for each model on how it compares with the base."""
    width = width or terminal_width()
    parts = [_table(found, width), wrapped(sentences(found), width)]
    parts.append(wrapped([*(f"note: {note}" for note in found.notes), *valid_when(found)], width))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def valid_when(found: Comparison) -> list[str]:
    """With symbols, the conditions under which a model's figures hold."""
    reports = [(entry.label, entry.report) for entry in found.entries if entry.report.valid_when]
    return [f"{label}: valid when {' and '.join(report.valid_when)}" for label, report in reports]


def _table(found: Comparison, width: int) -> list[str]:
    columns = [(_columns(found, full, True), 1), (_columns(found, short, True), 1), (_columns(found, short, False), 1)]
    rows = [(_rows(found, quantities, ratios), 2) for quantities, ratios in (
        (tuple(IN_ROWS), True), (tuple(IN_ROWS), False), (("params", "macs", "activations", "depth"), False),
        (("params", "macs"), False))]  # fmt: skip
    for cells, header in [*columns, *rows] if len(found.entries) <= MOST_COLUMNS else rows:
        if natural_width(cells) <= width:
            return grid(cells, 1, header=header).rstrip("\n").split("\n")
    lines = []
    for entry in found.entries:  # one below the other: symbols, or a very narrow terminal
        lines += wrapped([entry.label], width)
        values = ((title.strip(), full(_value(entry, name), entry.report)) for name, title in QUANTITIES.items())
        lines += wrapped([f"  input {_inputs(entry)}", *(f"  {title} {value}" for title, value in values)], width)
    return lines


def _value(entry: Entry, name: str) -> Any:
    return getattr(entry.report.totals, name)


def _inputs(entry: Entry) -> str:
    return ", ".join(shape.text("hwc") for shape in entry.report.input_shapes.values())


def ratio_text(ratio: Fraction | None) -> str:
    """A ratio with three leading digits: 5.41, 0.185, 1,200; empty where there is none."""
    if ratio is None:
        return ""
    if ratio == 1 or ratio >= 100:
        return f"{round(ratio):,}"
    return f"{float(ratio):#.3g}" if ratio >= Fraction(1, 1000) else f"{float(ratio):.3g}"


def _others(found: Comparison) -> bool:
    return any(entry is not found.base for entry in found.entries)


def _columns(found: Comparison, show: Show, ratios: bool) -> Cells:
    """A row a quantity. Beside each model but the base stand the ratios to it."""
    cells: Cells = [["", *(cell for entry in found.entries for cell in _beside(found, entry, entry.label, "times", ratios))]]
    lines: list[tuple[str, Callable[[Entry], str], str]] = [("input (HxWxC)", _inputs, "")]
    if len({str(entry.report.batch) for entry in found.entries} | {"1"}) > 1:
        lines.append(("batch", lambda entry: str(entry.report.batch), ""))
    if len({entry.report.dtype for entry in found.entries} | {"fp32"}) > 1:
        lines.append(("dtype", lambda entry: entry.report.dtype, ""))
    for title, text, _ in lines:
        cells.append([title, *(cell for entry in found.entries for cell in _beside(found, entry, text(entry), "", ratios))])
    for name, title in QUANTITIES.items():
        row = [title]
        for entry in found.entries:
            row += _beside(found, entry, show(_value(entry, name), entry.report), ratio_text(found.ratio(entry, name)), ratios)
        cells.append(row)
    return cells


def _beside(found: Comparison, entry: Entry, text: str, ratio: str, ratios: bool) -> list[str]:
    return [text, ratio] if ratios and entry is not found.base else [text]


def _rows(found: Comparison, quantities: tuple[str, ...], ratios: bool) -> Cells:
    """A row a model, with leading digits. Behind params and MACs stand the ratios to the base."""
    with_ratio = ("params", "macs") if ratios and _others(found) else ()
    header, units = ["model", "input"], ["", "HxWxC"]
    for name in quantities:
        header += [IN_ROWS[name], *(["times"] if name in with_ratio else [])]
        units += ["values" if name == "activations" else "", *([""] if name in with_ratio else [])]
    cells: Cells = [header, units]
    for entry in found.entries:
        row = [entry.label, _inputs(entry)]
        for name in quantities:
            row.append(short(_value(entry, name), entry.report))
            row += [ratio_text(found.ratio(entry, name))] if name in with_ratio else []
        cells.append(row)
    return cells


# ------------------------------------------------------------------------------------------ sentences


def sentences(found: Comparison) -> list[str]:
    """ "vgg16 has 5.41 times the params of resnet50, and 3.78 times its MACs", the larger one first."""
    if len(found.entries) > MOST_TOLD:
        return []
    return [text for entry in found.entries if entry is not found.base and (text := _sentence(found, entry))]


def _sentence(found: Comparison, entry: Entry) -> str:
    params, macs = found.ratio(entry, "params"), found.ratio(entry, "macs")
    one, other = entry.label, found.base.label
    if (params is not None and 0 < params < 1) or (params in (None, 1) and macs is not None and 0 < macs < 1):
        one, other = other, one  # it is said of the larger one
        params, macs = (1 / ratio if ratio else None for ratio in (params, macs))
    if params is None:
        return f"{one} has {_times(macs, 'MACs')} of {other}." if macs else ""
    if not macs:
        return f"{one} has {_times(params, 'params')} of {other}." if params else ""
    if params == 1:
        then = "as many MACs" if macs == 1 else _times(macs, "MACs", "its")
        return f"{one} has as many params as {other}, and {then}."
    join = "but" if macs < 1 < params or params < 1 < macs else "and"
    then = "as many MACs" if macs == 1 else _times(macs, "MACs", "its")
    return f"{one} has {_times(params, 'params')} of {other}, {join} {then}."


def _times(ratio: Fraction, what: str, whose: str = "the") -> str:
    return f"{ratio_text(ratio)} times {whose} {what}"


# ------------------------------------------------------------------------------------------ other forms


def comparison_csv(found: Comparison) -> str:
    """A line a model, every digit; sizes joined by x; behind each total its ratio to the base."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["model", "input", "batch", "dtype", *QUANTITIES, *(f"{name}_ratio" for name in QUANTITIES)])
    for entry in found.entries:
        values = [_bare(plain(_value(entry, name), entry.report.algebra)) for name in QUANTITIES]
        ratios = [found.ratio(entry, name) for name in QUANTITIES]
        decimals = ["" if ratio is None else f"{float(ratio):.6g}" for ratio in ratios]
        writer.writerow([entry.label, _inputs(entry), entry.report.batch, entry.report.dtype, *values, *decimals])
    return out.getvalue()


def _bare(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, list) else str(value)


def comparison_markdown(found: Comparison) -> str:
    """The table with every digit, and the sentences as a list."""
    header, *body = _oriented(found)
    lines = [markdown_row(header), "|:--|" + "--:|" * (len(header) - 1)]
    lines += [markdown_row([cell.strip() for cell in row]) for row in body]
    told = [*sentences(found), *(f"note: {note}" for note in found.notes), *valid_when(found)]
    lines += ["", *(f"- {line.replace('*', chr(92) + '*').replace('_', chr(92) + '_')}" for line in told)] if told else []
    return "\n".join(lines) + "\n"


def _oriented(found: Comparison) -> Cells:
    """A column a model, or a row a model where they are many, with every digit."""
    cells = _columns(found, full, True)
    if len(found.entries) <= MOST_COLUMNS:
        return cells
    plain_cells = _columns(found, full, False)
    plain_cells[0][0] = "model"
    return [[cell.strip() for cell in column] for column in zip(*plain_cells, strict=True)]


def comparison_latex(found: Comparison) -> str:
    """The table as a LaTeX tabular, with plain rules (no package needed)."""
    header, *body = _oriented(found)
    told = [*sentences(found), *(f"note: {note}" for note in found.notes), *valid_when(found)]
    lines = [*("% " + " ".join(line.split()) for line in told), rf"\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}", r"\hline"]
    lines += [" & ".join(map(latex_escaped, header)) + r" \\", r"\hline"]
    for first, *rest in body:
        numbers = (latex_escaped(cell).replace(",", "{,}") for cell in rest)
        lines.append(" & ".join([latex_escaped(first.strip()), *numbers]) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"
