"""The bare page of a model: totals, stages, and where memory, parameters and ops sit."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from typing import Any

from rich.table import Table

from archcalc.analysis.published import Published
from archcalc.analysis.report import LayerReport, Report
from archcalc.analysis.stages import Stage, stages, where_most_is
from archcalc.numbers import exact, in_bytes, percent, readable
from archcalc.packaged import spec_files
from archcalc.render.console import draws_blocks, rendered, rules, terminal_width, wrapped
from archcalc.render.table import Style, headline, notes

FIRST_COLUMN = 17  # columns for the names of the totals
EIGHTHS = " ▏▎▍▌▋▊▉█"
BAR = 4  # columns of a full bar
WIDEST_CELL = 24  # characters of a cell beyond which the stages are listed instead
MOST_ENTRIES = 12  # of a list among the parameters
LECTURE = "CS231n lecture 12"  # the source whose errata stand on the page
QUANTITIES = {"macs": "ops (MACs)", "activations": "memory (values)", "activation_bytes": "memory"}  # as the totals call them
NARROW = 72  # columns below which totals go without remarks, and stages without bars
_LOOSE = re.compile(r"(?<!\w) | (?!\w)")  # spaces in a formula that do not stand between two words


def page_text(report: Report, style: Style, width: int | None = None) -> str:
    """What `archcalc MODEL` prints."""
    width = width or terminal_width()
    found = stages(report)
    parts = ["\n".join(wrapped(headline(report, style), width)), _totals(report, style, width)]
    parts.append(_stages(report, found, style, width))
    parts += [
        "\n".join(wrapped(lines, width))
        for lines in (_sentences(report, found, style), *_published(report), _parameters(report), notes(report))
        if lines
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _totals(report: Report, style: Style, width: int) -> str:
    rows = [(name, exact(value, report.algebra), value, remark) for name, value, remark in _quantities(report, style)]
    widest = max(len(text) for _, text, _, _ in rows)
    if widest > width - FIRST_COLUMN:  # expressions too long for a column: one below the other
        return "\n".join(wrapped([f"{name:<{FIRST_COLUMN}}{text}" for name, text, _, _ in rows], width))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    remarks = width - widest >= NARROW - len("15,470,264,320")
    if remarks:
        table.add_column(justify="right")
        table.add_column(overflow="fold")
    for name, text, value, remark in rows:
        short = readable(value) if type(value) is int and value >= 1000 else ""
        table.add_row(name, text, *((short, remark) if remarks else ()))
    return rendered(table, width=width)


def _quantities(report: Report, style: Style) -> list[tuple[str, Any, str]]:
    """What the page says of the whole model: name with unit, value, remark."""
    totals = report.totals
    params, other = totals.params, f"{exact(totals.params_no_bias, report.algebra)} without biases"
    if style.no_bias:
        params, other = totals.params_no_bias, f"without biases; {exact(totals.params, report.algebra)} with them"
    rows = [
        ("params", params, f"{in_bytes(totals.param_bytes)}; {other}".removeprefix("; ")),
        ("ops (MACs)", totals.macs, f"multiply-accumulates; {_flops(report)} FLOPs"),
        ("elementwise", totals.elementwise, "norms, activations, pooling, adds"),
        ("memory (values)", totals.activations, _memory(report)),
        ("depth", totals.depth, "layers with weights on the longest path"),
    ]
    if totals.buffers:
        only_norms = all(layer.kind == "bn" for layer in report.layers if layer.buffers)
        rows.append(("buffers", totals.buffers, "kept, not learned" + (" (batch-norm statistics)" if only_norms else "")))
    field, remark = _reach(report)
    return [*rows, ("sees (pixels)", field, remark)]


def _memory(report: Report) -> str:
    size = in_bytes(report.totals.activation_bytes)
    return f"{f'{size} in {report.dtype}: ' if size else ''}all outputs and input"


def _flops(report: Report) -> str:
    return readable(report.totals.flops) or exact(report.totals.flops, report.algebra)


def _reach(report: Report) -> tuple[Any, str]:
    """The receptive field, and where it is measured."""
    field, at = report.totals.receptive_field, report.totals.receptive_field_at
    gates = sum(layer.gated for layer in report.layers)
    behind = [layer for layer in report.layers if layer.receptive_field == "all" and not layer.gated]
    remark = f"receptive field at {at}" if at else "every layer mixes all positions"
    if at and behind:
        remark += ", then all"
    if gates:
        remark += f" ({gates} gate{'s' if gates > 1 else ''} left out)"
    return field, remark


def _stages(report: Report, found: list[Stage], style: Style, width: int) -> str:
    quantities = {"memory": "activations", "params": _params(style), "ops": "macs"}
    bars = width >= NARROW
    rows = []
    for stage in found:
        cells = [cell for quantity in quantities.values() for cell in _share(report, stage, quantity, bars)]
        rows.append([stage.label, stage.output.text(style.layout), *cells])
    if max(len(cell) for row in rows for cell in row[1:]) > WIDEST_CELL:
        return _listed(rows, ["output", *quantities], bars, width)
    table = Table(box=rules(), padding=0, pad_edge=False, show_edge=False)
    table.add_column("stage", overflow="fold")
    table.add_column("output", justify="right", overflow="fold")
    for title in quantities:
        table.add_column(title, justify="right", overflow="fold")
        if bars:
            table.add_column("", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return rendered(table, width=width)


def _params(style: Style) -> str:
    return "params_no_bias" if style.no_bias else "params"


def _listed(rows: list[list[str]], titles: list[str], bars: bool, width: int) -> str:
    """The stages one below the other, where symbols make them too wide for a table."""
    lines = []
    for label, output, *cells in rows:
        lines.append(label)
        values = [output, *(cells[::2] if bars else cells)]
        lines += wrapped([f"  {title:<7} {value}" for title, value in zip(titles, values, strict=True)], width)
    return "\n".join(lines)


def _share(report: Report, stage: Stage, quantity: str, bars: bool) -> list[str]:
    value, whole = report.algebra.total([stage.sum(quantity)]), getattr(report.totals, quantity)
    number = readable(value, 3) or exact(value, report.algebra)
    if not bars:
        return [number]
    share = percent(value, whole)
    return [number, f"{_bar(value, whole)}{share:>5}" if share else ""]


def _bar(part: Any, whole: Any) -> str:
    if type(part) is not int or type(whole) is not int or not whole:
        return " " * BAR
    if not draws_blocks():
        return ("#" * round(BAR * part / whole)).ljust(BAR)
    eighths = round(8 * BAR * part / whole)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(BAR)


def _sentences(report: Report, found: list[Stage], style: Style) -> list[str]:
    """One sentence each on where most memory, params and ops are."""
    lines = []
    for quantity, words in (("activations", "memory is"), (_params(style), "params are"), ("macs", "ops are")):
        where = where_most_is(report, found, quantity)
        if where:
            lines.append(f"Most {words} in {where}.")
    return lines


def _published(report: Report) -> list[list[str]]:
    """Where the lecture prints something else and why, a paragraph each; and how many other sources do."""
    found = report.published
    shown = [one for one in found if one.source.startswith(LECTURE)]
    paragraphs = [[_disagreement(one)] for one in shown]
    other = len(found) - len(shown)
    if other:
        figures = f"{'other ' if shown else ''}published figure{'s differ' if other > 1 else ' differs'}"
        paragraphs.append([f"{other} {figures}; why: archcalc check {_called(report)} --all"])
    return paragraphs


def _disagreement(one: Published) -> str:
    slide = f" (slide {one.slide})" if one.slide is not None else ""
    what = QUANTITIES.get(one.quantity, one.of or one.quantity)
    of = f" of {', '.join(one.at)}" if one.at else ""
    against = f", compared to {one.than}" if one.than else ""
    unit = " bytes" if one.quantity.endswith("bytes") and type(one.value) is int else ""
    return f"{one.source}{slide} prints {one.figure} for {what}{of}{against}; here it is {one.shown}{unit}. {one.erratum}"


def _called(report: Report) -> str:
    """What names the model on a command line: files of one's own need their path."""
    own = report.spec_name not in {os.path.basename(path) for path in spec_files()}
    return f"{report.spec_name}:{report.name}" if own else report.name


def _parameters(report: Report) -> list[str]:
    """The parameters of the spec with their values, and the formulas of those that follow from others."""
    parts = []
    for name, value in report.settings.items():
        formula = f"={_LOOSE.sub('', report.derived[name])}" if name in report.derived else ""
        parts.append(f"{name}{formula}={_setting(report, value)}")
    return [f"Parameters, for --set: {', '.join(parts)}"] if parts else []


def _setting(report: Report, value: Any) -> str:
    """A value as one would type it, but fractions with a few decimals."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        return f"{float(value):.5g}"
    if isinstance(value, tuple):
        shown = [_setting(report, part) for part in value[:MOST_ENTRIES]]
        return f"[{','.join(shown)}{',...' if len(value) > MOST_ENTRIES else ''}]"
    return exact(value, report.algebra).replace(",", "") if type(value) is int else exact(value, report.algebra)


def block_text(report: Report, name: str, layers: list[LayerReport]) -> str:
    """A line above the table of a block: what it is and how much it sums to."""
    total = report.algebra.total
    params = exact(total([layer.params for layer in layers]), report.algebra)
    macs = exact(total([layer.macs for layer in layers]), report.algebra)
    kind = report.groups.get(name, "")
    what = f", block '{kind}'" if kind not in ("", "do") else ""
    text = f"{name}{what}: {len(layers)} layers, {params} params, {macs} MACs"
    return "\n".join(wrapped([text], terminal_width()))
