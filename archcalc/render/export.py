"""Reports for machines and papers: JSON, CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO
from typing import Any

from archcalc.analysis.data import plain
from archcalc.analysis.report import LayerReport, Report
from archcalc.numbers import exact
from archcalc.render.rows import Row, shapes_text, table_rows
from archcalc.render.table import Style, headline, notes


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
    lines = [f"**{title}**, {settings}", "", markdown_row(_header(style)), "|:--|:--|--:|--:|--:|--:|"]
    body = _body(report, style, layers)
    lines += [markdown_row(cells) for cells in body[:-1]]
    lines.append(markdown_row(f"**{cell}**" if cell else "" for cell in body[-1]))
    lines += [line for note in notes(report) for line in ("", note)]
    return "\n".join(lines) + "\n"


def markdown_row(cells: Iterable[str]) -> str:
    """A line of a table. A cell in ** stays bold."""
    return (
        "| "
        + " | ".join(cell.replace("|", "\\|").replace("*", "\\*" if not cell.startswith("**") else "*") for cell in cells)
        + " |"
    )


_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
          "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}  # fmt: skip


def latex_escaped(text: str) -> str:
    """Text as LaTeX prints it."""
    return "".join(_LATEX.get(character, character) for character in text)


def _latex_row(cells: list[str]) -> str:
    """The first three cells are text; in the numbers behind them a comma is no punctuation, which {,} says."""
    texts = [latex_escaped(cell) for cell in cells]
    return " & ".join([*texts[:3], *(text.replace(",", "{,}") for text in texts[3:])]) + r" \\"


def latex_text(report: Report, style: Style, layers: list[LayerReport] | None = None) -> str:
    """The table as a LaTeX tabular, with plain rules (no package needed)."""
    title, settings = headline(report, style)
    body = _body(report, style, layers)
    remarks = [f"{title}, {settings}", *notes(report)]  # as comments, each on a line of its own
    lines = [*("% " + " ".join(remark.split()) for remark in remarks), r"\begin{tabular}{llrrrr}", r"\hline"]
    lines += [" & ".join(latex_escaped(cell) for cell in _header(style)) + r" \\", r"\hline"]
    lines += [_latex_row(cells) for cells in body[:-1]]
    lines += [r"\hline", _latex_row(body[-1])]
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"
