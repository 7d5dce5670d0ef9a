"""The layers that changed as plain rows: blocks that came or went whole are one row, and so are numbered runs of equal ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from archcalc.arithmetic import show_fraction
from archcalc.differences import Change, Difference, LayerChange, Line
from archcalc.render.console import draws_blocks
from archcalc.render.rows import left_out_text

MARKS = {"added": "+", "removed": "-", "changed": "~"}
QUANTITIES = ("params", "macs", "activations")  # the columns
MOST_RENAMED = 8  # lines on what is only called otherwise
LONGEST_VALUE = 40  # characters of the value of a field
_NUMBERED = re.compile(r"(.*?)(\d+)")
_FRACTION = re.compile(r"-?\d+/\d+")


class ChangeRow(NamedTuple):
    """A layer or a block: what became of it, its name, what it is or what differs, and by how much."""

    status: str
    name: str
    what: str
    changes: tuple[int | None, ...]  # of QUANTITIES; None: not known
    layers: int

    @property
    def mark(self) -> str:
        """+, - or ~."""
        return MARKS[self.status]


class ChangeRows(NamedTuple):
    """Rows to print, and which layers were left out because they work in place."""

    rows: list[ChangeRow]
    left_out: Counter[str]


def arrow() -> str:
    """Between what was and what is."""
    return "→" if draws_blocks() else "->"


def change_rows(found: Difference, levels: int = 0, everything: bool = False, sort: str | None = None) -> ChangeRows:
    """The rows of what was added, removed or changed: in the network's order, or the largest change of a quantity first.

    With `levels` all that changed in a block deeper than that is one row. Layers that work in place, and of which only the
    shape changed or that came with others, are left out, unless `everything` is asked for or there is nothing else.
    """
    layers = [layer for layer in found.layers if layer.status in MARKS]
    left_out: Counter[str] = Counter()
    if levels:
        rows = _folded(layers, levels)
    else:
        rows, left_out = _rows(layers, everything)
        if not rows:
            rows, left_out = _rows(layers, True)
    if sort is not None:
        place = QUANTITIES.index(sort)
        rows.sort(key=lambda row: -abs(row.changes[place] or 0))
    return ChangeRows(rows, left_out)


def _rows(layers: Sequence[LayerChange], everything: bool) -> tuple[list[ChangeRow], Counter[str]]:
    units: dict[tuple[str, str], list[LayerChange]] = {}
    for layer in layers:
        units.setdefault((layer.status, layer.block or layer.name), []).append(layer)
    rows = []
    left_out: Counter[str] = Counter()
    for (status, name), inside in units.items():
        if not everything and len(inside) == 1 and _is_minor(inside[0]):
            left_out[inside[0].line.kind] += 1
            continue
        what = _what(inside[0]) if not inside[0].block else f"{len(inside)} layers"
        rows.append(ChangeRow(status, name, what, _sums(inside), len(inside)))
    return _runs(rows), left_out


def _is_minor(layer: LayerChange) -> bool:
    """Whether it is a ReLU, a flatten ... of which only the shape changed, or that came or went with other layers."""
    sides = [side for side in (layer.before, layer.after) if side is not None]
    return all(side.works_in_place for side in sides) and not set(layer.differs) - {"input_shapes", "output_shapes"}


def _sums(layers: Sequence[LayerChange]) -> tuple[int | None, ...]:
    known = [name for name in QUANTITIES if all(name in layer.counts for layer in layers)]
    return tuple(sum(layer.change(name) for layer in layers) if name in known else None for name in QUANTITIES)


def _runs(rows: list[ChangeRow]) -> list[ChangeRow]:
    """Neighbours that are blocks of one name, numbered through, and cost the same, joined: stage3.block7 - block23."""
    joined: list[list[ChangeRow]] = []
    for row in rows:
        if joined and row.layers > 1 and _follows(joined[-1][-1], row):
            joined[-1].append(row)
        else:
            joined.append([row])
    return [run[0] if len(run) == 1 else _run(run) for run in joined]


def _follows(row: ChangeRow, following: ChangeRow) -> bool:
    return _next(row.name, following.name) and (row.status, row.changes, row.layers) == (
        following.status, following.changes, following.layers
    )  # fmt: skip


def _run(rows: list[ChangeRow]) -> ChangeRow:
    first, last = rows[0], rows[-1]
    sums = tuple(None if change is None else len(rows) * change for change in first.changes)
    return ChangeRow(
        first.status,
        _span(first.name, last.name),
        f"{len(rows)} blocks of {first.layers} layers",
        sums,
        len(rows) * first.layers,
    )


def _folded(layers: Sequence[LayerChange], levels: int) -> list[ChangeRow]:
    units: dict[str, list[LayerChange]] = {}
    for layer in layers:
        units.setdefault(".".join(layer.name.split(".")[:levels]), []).append(layer)
    rows = []
    for name, inside in units.items():
        if len(inside) == 1 and inside[0].name == name:
            rows.append(ChangeRow(inside[0].status, name, _what(inside[0]), _sums(inside), 1))
            continue
        counts = Counter(layer.status for layer in inside)
        what = ", ".join(f"{counts[status]} {status}" for status in MARKS if counts[status])
        whole = inside[0].block and all(layer.block and name.startswith(layer.block) for layer in inside)
        rows.append(ChangeRow(inside[0].status if whole else "changed", name, what, _sums(inside), len(inside)))
    return rows


# ------------------------------------------------------------------------------------------ what differs, in words


def _what(layer: LayerChange) -> str:
    if layer.before is None or layer.after is None:
        return f"{layer.line.kind} {layer.line.detail}".strip()
    names = [_without_kind(line) for line in (layer.before, layer.after)]
    parts = [] if names[0] == names[1] else [f"was {layer.before.name}"]
    for name, pair in layer.differs.items():
        if name in ("kind", "detail"):
            parts.append(_arrowed("", pair))
        elif name == "output_shapes":
            parts.append(_arrowed("output", Change(*(shapes_text(shapes) for shapes in pair))))
        elif name == "input_shapes":
            if "output_shapes" not in layer.differs:
                parts.append(_arrowed("input", Change(*(shapes_text(shapes) for shapes in pair))))
        elif name == "reads":
            parts.append(_arrowed("reads", Change(*(", ".join(names) for names in pair))))
        else:
            parts.append(_arrowed(name, pair))
    return "; ".join(parts)


def _without_kind(line: Line) -> str:
    """A name without the kind that its last part may begin with: relu1 and silu1 are the same so far."""
    block, dot, last = line.name.rpartition(".")
    return block + dot + last.removeprefix(line.kind)


def _arrowed(name: str, pair: Change) -> str:
    return f"{name} {value_text(pair.before)} {arrow()} {value_text(pair.after)}".strip()


def value_text(value: Any) -> str:
    """The value of a field or a parameter, as one would write it."""
    text = _plain(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _plain(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_plain, value))}]"
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        from fractions import Fraction

        return show_fraction(Fraction(value))
    return str(value)


def shape_text(sizes: Sequence[int]) -> str:
    """Sizes joined by x, channels first."""
    return "x".join(map(str, sizes)) or "1"


def shapes_text(shapes: Sequence[Sequence[int]] | None) -> str:
    """Shapes joined by commas; of several that are equal one, with their number."""
    texts = [shape_text(sizes) for sizes in shapes or ()]
    if len(texts) > 1 and len(set(texts)) == 1:
        return f"{len(texts)} of {texts[0]}"
    return ", ".join(texts[:4]) + (", ..." if len(texts) > 4 else "")


# ------------------------------------------------------------------------------------------ sentences


def summary(found: Difference) -> str:
    """ "170 layers added, 12 changed; 175 are as before." """
    counted = {**{status: found.count(status) for status in MARKS}, "renamed": found.count("renamed")}
    parts = [f"{number:,} {status}" for status, number in counted.items() if number]
    if not parts:
        return f"No layer differs: {found.unchanged:,} are as before."
    first, _, rest = parts[0].partition(" ")
    parts[0] = f"{first} {'layer' if first == '1' else 'layers'} {rest}"
    return f"{', '.join(parts)}; {found.unchanged:,} {'is' if found.unchanged == 1 else 'are'} as before."


def renamed(found: Difference, everything: bool = False) -> list[str]:
    """A line for each block, or layer outside of one, that has another name: "renamed: stage2 → group2 (42 layers)"."""
    pairs: Counter[tuple[str, str]] = Counter()
    for layer in found.layers:
        if layer.status == "renamed" and layer.before is not None and layer.after is not None:
            pairs[_renamed_part(layer.before.name.split("."), layer.after.name.split("."))] += 1
    runs: list[list[tuple[str, str]]] = []
    for pair, count in pairs.items():
        last = runs[-1][-1] if runs else None
        if last is not None and pairs[last] == count and all(_next(*names) for names in zip(last, pair, strict=True)):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    lines = []
    for run in runs:
        names = (_span(one, other) for one, other in zip(run[0], run[-1], strict=True))
        count = sum(pairs[pair] for pair in run)
        lines.append(f"renamed: {f' {arrow()} '.join(names)}" + (f" ({count} layers)" if count > 1 else ""))
    if everything or len(lines) <= MOST_RENAMED:
        return lines
    return [*lines[:MOST_RENAMED], f"and {len(lines) - MOST_RENAMED} more renamed; --all lists them"]


def _next(name: str, following: str) -> bool:
    """Whether a name is that of another with the next number."""
    one, other = _NUMBERED.fullmatch(name), _NUMBERED.fullmatch(following)
    return one is not None and other is not None and one[1] == other[1] and int(one[2]) + 1 == int(other[2])


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} - {last.rpartition('.')[2]}"


def _renamed_part(before: list[str], after: list[str]) -> tuple[str, str]:
    """The names without the parts at their ends that are equal: stage2.block1.relu and group2.block1.relu differ in stage2."""
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return ".".join(before), ".".join(after)


def left_out_line(left_out: Counter[str]) -> list[str]:
    """Which kinds of layers are not listed."""
    return [f"not listed (in place): {left_out_text(left_out)}; --all lists them"] if left_out else []
