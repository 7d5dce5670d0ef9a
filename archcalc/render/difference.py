"""What changed between two models, for the terminal and for a pull request."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from archcalc.differences import Change, Difference, LayerChange, Side
from archcalc.numbers import exact, in_bytes, readable
from archcalc.render.changes import (
    ChangeRow,
    ChangeRows,
    arrow,
    change_rows,
    left_out_line,
    renamed,
    shape_text,
    summary,
    value_text,
)
from archcalc.render.console import terminal_width, wrapped
from archcalc.render.export import markdown_row
from archcalc.render.grid import Cells, grid, natural_width, without_headings
from archcalc.render.table import split_name

TOTALS = {
    "params": "params", "params_no_bias": "  without biases", "buffers": "buffers", "macs": "ops (MACs)",
    "elementwise": "elementwise", "activations": "memory (values)", "activation_bytes": "memory (bytes)",
    "param_bytes": "param bytes", "depth": "depth", "receptive_field": "sees (pixels)", "layers": "layers",
}  # fmt: skip
COLUMNS = ("params", "MACs", "memory")
OF_WORDS = {"params": "params", "macs": "MACs", "activations": "values of memory"}
FOLDED = 12  # rows of a table in a pull request above which it is folded
_ROUND = re.compile(r"_\d+$")  # of a block that is repeated: stage1_3 is a part of stage1
WHOLE_PATH = 1_000  # blocks around a layer


class Wanted(NamedTuple):
    """Which rows: by how deep blocks are told apart, sorted by what, at most how many (0: all), and those in place too."""

    levels: int = 0
    sort: str | None = None
    limit: int = 0
    everything: bool = False


def difference_text(found: Difference, wanted: Wanted = Wanted(), width: int | None = None) -> str:  # noqa: B008 - immutable
    """Totals before and after, the layers that differ, and which part costs most."""
    width = width or terminal_width()
    parts = [wrapped(_head(found), width)]
    if found.same:
        parts.append(wrapped([f"no difference: all {found.unchanged:,} layers and every total are the same"], width))
    else:
        parts.append(_totals_lines(found, width))
        listed = change_rows(found, wanted.levels, wanted.everything, wanted.sort)
        if listed.rows:
            parts.append(_layer_lines(_limited(listed.rows, wanted), width))
        parts.append(wrapped([*_below(found, listed, wanted), *costs(found)], width))
    if found.notes:
        parts.append(wrapped([f"note: {note}" for note in found.notes], width))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _limited(rows: list[ChangeRow], wanted: Wanted) -> list[ChangeRow]:
    return rows[: wanted.limit] if wanted.limit else rows


def _below(found: Difference, listed: ChangeRows, wanted: Wanted) -> list[str]:
    more = len(listed.rows) - wanted.limit if wanted.limit else 0
    lines = [f"and {more:,} more row{'s' if more > 1 else ''} beyond --limit {wanted.limit}"] if more > 0 else []
    lines += [*left_out_line(listed.left_out), *renamed(found, wanted.everything)]
    if found.outputs is not None:
        lines.append(f"output: {', '.join(found.outputs.before)} {arrow()} {', '.join(found.outputs.after)}")
    return [*lines, summary(found)]


# ------------------------------------------------------------------------------------------ above the tables


def _head(found: Difference) -> list[str]:
    before, after = found.before, found.after
    lines = [f"{before.label} {arrow()} {after.label}"]
    lines += [f"{side.label} is the saved report of {side.name}" for side in (before, after) if side.saved]
    return [*lines, *_settings(found)]


def _settings(found: Difference) -> list[str]:
    before, after = found.before, found.after
    words = [
        _either("", _inputs(before), _inputs(after)) + " (C x H x W)",
        _either("batch ", before.batch, after.batch),
        _either("", before.dtype, after.dtype),
    ]
    lines = [", ".join(words)]
    if found.settings:
        pairs = found.settings.items()
        lines.append("settings: " + ", ".join(_either(f"{name} ", value_text(b), value_text(a)) for name, (b, a) in pairs))
    return lines


def _either(name: str, before: Any, after: Any) -> str:
    texts = ["unknown" if one is None else str(one) for one in (before, after)]
    return f"{name}{texts[0]}" if texts[0] == texts[1] else f"{name}{texts[0]} {arrow()} {texts[1]}"


def _inputs(side: Side) -> str:
    return ", ".join(f"{name} {shape_text(sizes)}" for name, sizes in side.inputs.items()) or "input unknown"


# ------------------------------------------------------------------------------------------ totals


def _totals_lines(found: Difference, width: int) -> list[str]:
    cells: Cells = []
    for short, columns in ((False, 5), (True, 5), (True, 4)):
        cells = [row[:columns] for row in _totals_cells(found, short)]
        if natural_width(cells) <= width:
            return grid(cells, 1).rstrip("\n").split("\n")
    rows = _totals_cells(found, True)[1:]
    return wrapped([f"{name.strip()} {before} {arrow()} {after}" for name, before, after, _, _ in rows], width)


def _totals_cells(found: Difference, short: bool) -> Cells:
    cells = [["", "before", "after", "change", ""]]
    for name, title in TOTALS.items():
        total = found.totals.get(name)
        if total is None or (name == "buffers" and not total.before and not total.after):
            continue
        texts = [_number(value, short) for value in total]
        cells.append([title, *texts, signed(total.change, short) if total.change is not None else "", percent(total)])
    return cells


def _number(value: Any, short: bool) -> str:
    if isinstance(value, list):
        return "x".join(map(str, value))
    return readable(value) if short and type(value) is int else exact(value)


def signed(value: int | None, short: bool) -> str:
    """A change with its sign; a question mark where it is not known."""
    if value is None:
        return "?"
    if not value:
        return "0"
    return ("+" if value > 0 else "-") + (readable(abs(value), 3) if short else exact(abs(value)))


def percent(total: Change) -> str:
    """How much of the old value a change is."""
    if not total.change or not total.before:
        return ""
    share = 100 * total.change / total.before
    if abs(share) < 0.05:
        return f"{share:+.1g}%"
    return f"{share:+.1f}%" if abs(share) < 100 else f"{share:+,.0f}%"


# ------------------------------------------------------------------------------------------ layers


class _Form(NamedTuple):
    """How wide the table is: what differs beside the name or below, short numbers or exact ones, blocks above the names."""

    beside: bool
    short: bool
    around: int


def _layer_lines(rows: list[ChangeRow], width: int) -> list[str]:
    cells: Cells = []
    for form in (_Form(True, False, 0), _Form(True, True, 0), _Form(False, False, 0), _Form(False, True, 0),
                 *(_Form(False, True, around) for around in (1, 2, WHOLE_PATH))):  # fmt: skip
        cells = _layer_cells(rows, form, width)
        if natural_width(without_headings(cells)) <= width:
            return grid(cells, 2 if form.beside else 1, header=2).rstrip("\n").split("\n")
    lines = []
    for row in rows:
        counts = zip(COLUMNS, row.changes, strict=True)
        lines.append(f"{row.mark} {row.name}: {', '.join(f'{signed(value, True)} {name}' for name, value in counts)}")
        lines += [f"    {row.what}"] if row.what else []
    return wrapped(lines, width)


def _layer_cells(rows: list[ChangeRow], form: _Form, width: int) -> Cells:
    beside = [""] if form.beside else []
    cells: Cells = [["  layer", *beside, *COLUMNS], ["", *beside, "", "", "values"]]
    above = ""
    for row in rows:
        around, name = split_name(row.name, form.around)
        if around and around != above:
            cells.append([f"  {around}:"])
        above = around
        name = f"{row.mark} {'  ' if around else ''}{name}"
        cells.append([name, *([row.what] if form.beside else []), *(signed(value, form.short) for value in row.changes)])
        if row.what and not form.beside:
            cells += [[line] for line in wrapped([f"{' ' * (6 if around else 4)}{row.what}"], width)]
    return cells


def costs(found: Difference) -> list[str]:
    """Which part of the network costs or saves most: "stage3 costs most: +19.0M params, +3.71G MACs."

    A part is a block at the top level; of layers outside of blocks, those of a kind that were added, removed or changed.
    """
    groups: dict[tuple[str, str], list[LayerChange]] = {}
    for layer in found.layers:
        block, separator, _ = layer.name.partition(".")
        block = _ROUND.sub("", block)
        groups.setdefault((block, "") if separator else (layer.line.kind, layer.status), []).append(layer)
    parts: dict[tuple[str, bool], list[str]] = {}
    for quantity, words in OF_WORDS.items():
        total = found.totals.get(quantity)
        sign = -1 if total is not None and (total.change or 0) < 0 else 1
        sums = {key: sign * sum(layer.change(quantity) for layer in inside) for key, inside in groups.items()}
        key = max(sums, key=lambda one: sums[one], default=None)
        if key is not None and sums[key] > 0:
            part = _part(key, groups[key])
            parts.setdefault((part, sign > 0), []).append(f"{signed(sign * sums[key], True)} {words}")
    return [f"{part}{_verb(part, more)} most: {', '.join(texts)}." for (part, more), texts in parts.items()]


def _part(key: tuple[str, str], layers: list[LayerChange]) -> str:
    name, status = key
    if not status:
        return name
    return layers[0].name if len(layers) == 1 else f"The {len(layers)} {name} layers {status}"


def _verb(part: str, more: bool) -> str:
    ending = "" if part.startswith("The ") else "s"
    return f" {'cost' if more else 'save'}{ending}"


# ------------------------------------------------------------------------------------------ Markdown


def difference_markdown(found: Difference, wanted: Wanted = Wanted()) -> str:  # noqa: B008 - immutable
    """A heading, the totals, and the layers, folded where they are many: for a pull request."""
    before, after = found.before, found.after
    lines = [f"### `{before.label}` {arrow()} `{after.label}`", "", *_apart([_escaped(line) for line in _settings(found)])]
    if found.same:
        lines += [f"No difference: all {found.unchanged:,} layers and every total are the same.", ""]
        return "\n".join([*lines, *_apart([_escaped(f"note: {note}") for note in found.notes])]).rstrip("\n") + "\n"
    header, *body = _totals_cells(found, short=False)
    lines += [markdown_row(header), "|:--|--:|--:|--:|--:|"]
    lines += [markdown_row([cell.strip() for cell in row]) for row in body]
    if "activation_bytes" in found.totals:
        sizes = [in_bytes(size) for size in found.totals["activation_bytes"]]
        lines += ["", f"Memory {sizes[0]} {arrow()} {sizes[1]} (every output, and the input)."] if all(sizes) else []
    lines += ["", *_apart(_escaped(line) for line in costs(found))]
    listed = change_rows(found, wanted.levels, wanted.everything, wanted.sort)
    rows = _limited(listed.rows, wanted)
    if rows:
        table = [markdown_row(["", "layer", "", *COLUMNS]), "|:--|:--|:--|--:|--:|--:|"]
        table += [markdown_row([f"`{row.mark}`", f"`{row.name}`", row.what, *(signed(value, False) for value in row.changes)])
                  for row in rows]  # fmt: skip
        below = [*_below(found, listed, wanted), *(f"note: {note}" for note in found.notes)]
        if len(rows) > FOLDED:
            lines += ["<details>", f"<summary>{summary(found)}</summary>", "", *table, "", *_apart(map(_escaped, below[:-1])),
                      "</details>"]  # fmt: skip
        else:
            lines += [*table, "", *_apart(map(_escaped, below))]
    else:
        lines += _apart(map(_escaped, _below(found, listed, wanted)))
    return "\n".join(lines).rstrip("\n") + "\n"


def _apart(lines: Any) -> list[str]:
    """Lines as paragraphs."""
    return [part for line in lines for part in (line, "")]


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "*_<`|" else character for character in text)
