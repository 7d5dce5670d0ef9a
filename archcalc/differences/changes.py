"""What changed between two networks: totals, and the layers that were added, removed, changed or renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from archcalc.analysis.data import TOTALS
from archcalc.analysis.report import BYTES
from archcalc.differences.align import align
from archcalc.differences.sides import COUNTS, Line, Side

SCHEMA = 1  # of the JSON; raised when a key changes its meaning
STATUSES = ("added", "removed", "changed", "renamed")


class Change(NamedTuple):
    """A value before and after; None where it is not known."""

    before: Any
    after: Any

    @property
    def change(self) -> int | None:
        """How much more it has become; None where one of the values is no number."""
        return self.after - self.before if type(self.before) is type(self.after) is int else None

    @property
    def differs(self) -> bool:
        """Whether both are known and are not the same."""
        return self.before is not None and self.after is not None and bool(self.before != self.after)

    def to_dict(self) -> dict[str, Any]:
        """Both values, and the change if they are numbers."""
        return {"before": self.before, "after": self.after, "change": self.change}


class LayerChange:
    """A layer that is not as it was. `differs` has, by name, what is not: a field, `kind`, `reads`, or a shape.

    `status` is added, removed, changed or renamed; `block` the outermost block that was added or removed as a whole with it.
    """

    __slots__ = ("after", "before", "block", "counts", "differs", "status")

    def __init__(self, before: Line | None, after: Line | None, differs: dict[str, Change]) -> None:
        self.before, self.after, self.differs = before, after, differs
        self.block = ""
        self.counts: dict[str, Change] = {}
        for name in COUNTS:
            known = [line.counts.get(name) for line in (before, after) if line is not None]
            if None not in known:
                self.counts[name] = Change(*(0 if line is None else line.counts[name] for line in (before, after)))
        self.status = "removed" if after is None else "added"
        if before is not None and after is not None:
            changed = differs or any(count.differs for count in self.counts.values())
            self.status = "changed" if changed else "renamed" if before.name != after.name else "unchanged"

    @property
    def line(self) -> Line:
        """The layer as it is now; one that was removed as it was."""
        line = self.after or self.before
        assert line is not None, "a layer stands on at least one side"
        return line

    @property
    def name(self) -> str:
        """The name that it has now, or had."""
        return self.line.name

    def change(self, quantity: str) -> int:
        """How much more of a quantity it has; 0 where that is not known."""
        found = self.counts.get(quantity)
        return (found.change or 0) if found is not None else 0

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data, ready for JSON."""
        return {
            "status": self.status,
            "name": self.name,
            "block": self.block or None,
            "before": _line_data(self.before),
            "after": _line_data(self.after),
            "differs": {name: {"before": pair.before, "after": pair.after} for name, pair in self.differs.items()},
            **{name: count.to_dict() for name, count in self.counts.items()},
        }


def _line_data(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {"name": line.name, "kind": line.kind, "detail": line.detail, "output_shapes": line.output_shapes}


class Difference:
    """What is not the same on two sides. Layers that are equal are only counted (`unchanged`)."""

    __slots__ = ("after", "before", "layers", "notes", "outputs", "settings", "totals", "unchanged")

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self.totals: dict[str, Change] = {}
        self.settings: dict[str, Change] = {}  # parameters that both specs have, with different values
        self.layers: list[LayerChange] = []
        self.unchanged = 0
        self.notes: list[str] = []
        self.outputs: Change | None = None  # the layers whose outputs leave the network, if these are other ones

    @property
    def same(self) -> bool:
        """Whether nothing differs that archcalc knows of: no layer, and no total."""
        return not self.layers and self.outputs is None and not any(total.differs for total in self.totals.values())

    def count(self, status: str) -> int:
        """How many layers were added, removed, changed or renamed."""
        return sum(layer.status == status for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data, ready for JSON. Keys may be added in later versions, never renamed."""
        return {
            "schema": SCHEMA,
            "before": _side_data(self.before),
            "after": _side_data(self.after),
            "same": self.same,
            "settings": {name: {"before": pair.before, "after": pair.after} for name, pair in self.settings.items()},
            "totals": {name: total.to_dict() for name, total in self.totals.items()},
            "counts": {**{status: self.count(status) for status in STATUSES}, "unchanged": self.unchanged},
            "outputs": None if self.outputs is None else {"before": self.outputs.before, "after": self.outputs.after},
            "notes": self.notes,
            "layers": [layer.to_dict() for layer in self.layers],
        }


def _side_data(side: Side) -> dict[str, Any]:
    inputs = next(iter(side.inputs.values())) if len(side.inputs) == 1 else side.inputs
    return {"model": side.label, "name": side.name, "title": side.title, "saved": side.saved, "input": inputs,
            "batch": side.batch, "dtype": side.dtype, "settings": side.settings}  # fmt: skip


def difference(before: Side, after: Side) -> Difference:
    """What changed from one side to the other."""
    found = Difference(before, after)
    known = [name for name in TOTALS if name in before.totals and name in after.totals]
    found.totals = {name: Change(before.totals[name], after.totals[name]) for name in known}
    both = (name for name in before.settings if name in after.settings)
    pairs = {name: Change(before.settings[name], after.settings[name]) for name in both}
    found.settings = {name: pair for name, pair in pairs.items() if pair.before != pair.after}
    matched = [
        (None if a is None else before.lines[a], None if b is None else after.lines[b])
        for a, b in align(before.lines, after.lines)
    ]
    now = {one.name: other.name for one, other in matched if one is not None and other is not None}
    stays = set(now.values())
    for one, other in matched:
        layer = LayerChange(one, other, _differs(one, other, now, stays))
        if layer.status == "unchanged":
            found.unchanged += 1
        else:
            found.layers.append(layer)
    found.outputs = _rewired(before.outputs, after.outputs, now, stays)
    _name_blocks(found)
    return found


def _differs(one: Line | None, other: Line | None, now: dict[str, str], stays: set[str]) -> dict[str, Change]:
    """What is not the same about a layer that stands on both sides, apart from what it sums up to."""
    if one is None or other is None:
        return {}
    if one.kind != other.kind:
        pairs = {"kind": Change(f"{one.kind} {one.detail}".strip(), f"{other.kind} {other.detail}".strip())}
    elif one.fields is not None and other.fields is not None:
        names = dict.fromkeys([*one.fields, *other.fields])
        pairs = {name: Change(one.fields.get(name), other.fields.get(name)) for name in names}
    else:
        pairs = {"detail": Change(one.detail, other.detail)} if one.detail and other.detail else {}
    differing = {name: pair for name, pair in pairs.items() if pair.before != pair.after}
    shapes = {
        "input_shapes": Change(one.input_shapes, other.input_shapes),
        "output_shapes": Change(one.output_shapes, other.output_shapes),
    }
    differing |= {name: pair for name, pair in shapes.items() if pair.differs}
    reads = _rewired(one.inputs, other.inputs, now, stays)
    return differing if reads is None else {**differing, "reads": reads}


def _rewired(before: list[str] | None, after: list[str] | None, now: dict[str, str], stays: set[str]) -> Change | None:
    """Where layers are read that are not the same ones. That a layer before it was added or removed is no change of its own."""
    if before is None or after is None or not set(before) <= now.keys() or not set(after) <= stays:
        return None
    return None if [now[name] for name in before] == after else Change(before, after)


def _name_blocks(found: Difference) -> None:
    """Name the outermost block of each layer of which everything was added, or everything removed."""
    for status, side in (("added", found.after), ("removed", found.before)):
        layers = [layer for layer in found.layers if layer.status == status]
        whole, touched = _prefixes(line.name for line in side.lines), _prefixes(layer.name for layer in layers)
        for layer in layers:
            parts = layer.name.split(".")
            prefixes = (".".join(parts[:depth]) for depth in range(1, len(parts)))
            layer.block = next((prefix for prefix in prefixes if touched[prefix] == whole[prefix] > 1), "")


def _prefixes(names: Iterable[str]) -> Counter[str]:
    """How many layers stand in each block."""
    counts: Counter[str] = Counter()
    for name in names:
        end = name.find(".")
        while end >= 0:
            counts[name[:end]] += 1
            end = name.find(".", end + 1)
    return counts


class Growth(NamedTuple):
    """A layer that has more of something than before; one that was added had 0."""

    name: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """How much more."""
        return self.after - self.before


def growth(before: Side, after: Side, quantity: str, most: int = 3, among: Container[str] | None = None) -> list[Growth]:
    """The layers that grew most in a quantity, the most first; none for what is not summed over layers (depth, output).

    `quantity` is one of COUNTS, or flops, activation_bytes or param_bytes. `among` are the layers that are meant; None: all.
    """
    counted, factors = _counted(quantity), (_factor(quantity, before), _factor(quantity, after))
    grown = []
    for layer in difference(before, after).layers:
        count = layer.counts.get(counted)
        if count is not None and (among is None or layer.name in among):
            grown.append(Growth(layer.name, factors[0] * count.before, factors[1] * count.after))
    return sorted((one for one in grown if one.change > 0), key=lambda one: -one.change)[:most]


def _counted(quantity: str) -> str:
    return {"flops": "macs", "activation_bytes": "activations", "param_bytes": "params"}.get(quantity, quantity)


def _factor(quantity: str, side: Side) -> int:
    if quantity.endswith("_bytes"):
        return BYTES.get(side.dtype or "fp32", 4)
    return 2 if quantity == "flops" else 1
