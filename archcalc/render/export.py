"""Reports for machines and papers: JSON, CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from fractions import Fraction
from io import StringIO
from typing import Any

from archcalc.analysis.report import LayerReport, Report
from archcalc.arithmetic import Algebra
from archcalc.render.numbers import exact
from archcalc.render.rows import Row, shapes_text, table_rows
from archcalc.render.table import Style, headline, notes

SCHEMA = 1  # raised when a key of the JSON changes its meaning; keys may be added without
TOTALS = (
    "params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "activation_bytes", "param_bytes",
    "depth", "receptive_field", "receptive_field_at", "layers",
)  # fmt: skip
COUNTS = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "receptive_field", "stride")


def plain(value: Any, algebra: Algebra) -> Any:
    """A value as JSON has it: whole numbers as integers, symbols and fractions as text in Python syntax."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, dict):
        return {key: plain(part, algebra) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part, algebra) for part in value]
    return algebra.text(value)


def report_data(report: Report, layers: list[LayerReport] | None = None) -> dict[str, Any]:
    """The report as plain data, ready for JSON (DESIGN: keys may be added, never renamed)."""
    algebra = report.algebra
    inputs = {name: plain(shape, algebra) for name, shape in report.input_shapes.items()}
    return {
        "schema": SCHEMA,
        "name": report.name,
        "title": report.title,
        "input": next(iter(inputs.values())) if len(inputs) == 1 else inputs,
        "batch": plain(report.batch, algebra),
        "dtype": report.dtype,
        "settings": plain(report.settings, algebra),
        "totals": {name: plain(getattr(report.totals, name), algebra) for name in TOTALS},
        "layers": [layer_data(layer, algebra) for layer in (report.layers if layers is None else layers)],
        "outputs": report.output_names,
        "notes": report.notes,
        "valid_when": report.valid_when,
    }


def layer_data(layer: LayerReport, algebra: Algebra) -> dict[str, Any]:
    """One layer as plain data."""
    data = {
        "name": layer.name,
        "path": layer.path,
        "kind": layer.kind,
        "inputs": layer.inputs,
        "input_shapes": plain(layer.input_shapes, algebra),
        "output_shapes": plain(layer.output_shapes, algebra),
    }
    data.update((name, plain(getattr(layer, name), algebra)) for name in COUNTS)
    data["place"] = str(layer.place)
    return data


def worked_data(layer: LayerReport, algebra: Algebra) -> dict[str, Any]:
    """One layer with the steps of its worksheet: formula, numbers put in, result."""
    data = layer_data(layer, algebra)
    values = layer.work.values
    data["steps"] = [
        {
            "role": step.role,
            "name": step.name,
            "formula": step.formula.text,
            "shown": step.formula.shown(values, algebra),
            "value": plain(step.value if step.value is not None else step.formula.evaluate(values, algebra), algebra),
            "note": step.note,
        }
        for step in layer.work.steps
        if step.role != "need"
    ]
    return data


def json_text(data: dict[str, Any]) -> str:
    """JSON with a key a line, a total a line and a layer a line, so that a diff of two reports is readable."""
    parts = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inside = ",\n".join("    " + json.dumps(part, ensure_ascii=False) for part in value)
            text = f"[\n{inside}\n  ]"
        elif key == "totals":
            inside = ",\n".join(f"    {json.dumps(name)}: {json.dumps(part)}" for name, part in value.items())
            text = f"{{\n{inside}\n  }}"
        else:
            text = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


CSV_COLUMNS = (
    "name", "kind", "detail", "output", "params", "params_no_bias", "macs", "elementwise", "activations", "receptive_field",
)  # fmt: skip


def csv_text(report: Report, style: Style, layers: list[LayerReport] | None = None) -> str:
    """Every layer (or folded block) as a line of CSV; numbers without commas, sizes joined by x."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in table_rows(report, layers, style.levels, everything=True).rows:
        counts = (row.params, row.params_no_bias, row.macs, row.elementwise, row.activations)
        numbers = [_bare(plain(value, report.algebra)) for value in counts]
        field = _bare(plain(row.receptive_field, report.algebra))
        writer.writerow([row.name, row.kind, row.title, shapes_text(row.outputs, style.layout), *numbers, field])
    return out.getvalue()


def _bare(value: Any) -> str:
    return "x".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _cells(report: Report, row: Row, style: Style) -> list[str]:
    params = row.params_no_bias if style.no_bias else row.params
    numbers = [exact(value, report.algebra) for value in (row.activations, params, row.macs)]
    return [row.name, f"{row.kind} {row.title}".strip(), shapes_text(row.outputs, style.layout), *numbers]


def _header(style: Style) -> list[str]:
    order = {"hwc": "H x W x C", "chw": "C x H x W"}[style.layout]
    params = "params (no bias)" if style.no_bias else "params"
    return ["layer", "kind", f"output ({order})", "memory (values)", params, "ops (MACs)"]


def _body(report: Report, style: Style, layers: list[LayerReport] | None) -> list[list[str]]:
    rows = table_rows(report, layers, style.levels, style.everything).rows
    total = report.algebra.total
    params = [row.params_no_bias if style.no_bias else row.params for row in rows]
    sums = (total([row.activations for row in rows]), total(params), total([row.macs for row in rows]))
    return [_cells(report, row, style) for row in rows] + [["total", "", "", *(exact(s, report.algebra) for s in sums)]]


def markdown_text(report: Report, style: Style, layers: list[LayerReport] | None = None) -> str:
    """The table in GitHub's Markdown, numbers to the right."""
    title, settings = headline(report, style)
    lines = [f"**{title}**, {settings}", "", _markdown_row(_header(style)), "|:--|:--|--:|--:|--:|--:|"]
    body = _body(report, style, layers)
    lines += [_markdown_row(cells) for cells in body[:-1]]
    lines.append(_markdown_row(f"**{cell}**" if cell else "" for cell in body[-1]))
    lines += [line for note in notes(report) for line in ("", note)]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Iterable[str]) -> str:
    return (
        "| "
        + " | ".join(cell.replace("|", "\\|").replace("*", "\\*" if not cell.startswith("**") else "*") for cell in cells)
        + " |"
    )


_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
          "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}  # fmt: skip


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def latex_text(report: Report, style: Style, layers: list[LayerReport] | None = None) -> str:
    """The table as a LaTeX tabular, with plain rules (no package needed)."""
    title, settings = headline(report, style)
    body = _body(report, style, layers)
    lines = [f"% {title}, {settings}", r"\begin{tabular}{llrrrr}", r"\hline"]
    lines += [" & ".join(_latex(cell) for cell in _header(style)) + r" \\", r"\hline"]
    lines += [" & ".join(_latex(cell).replace(",", "{,}") for cell in cells) + r" \\" for cells in body[:-1]]
    lines += [r"\hline", " & ".join(_latex(cell).replace(",", "{,}") for cell in body[-1]) + r" \\"]
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"
