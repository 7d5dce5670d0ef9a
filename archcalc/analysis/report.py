"""The report of a model: plain data, from which every output is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from archcalc.analysis.published import Published
from archcalc.analysis.receptive_field import Reach, ancestors, depths, reaches
from archcalc.arithmetic import EXACT, Algebra, Number, simplest
from archcalc.errors import Place, SpecError, did_you_mean
from archcalc.graph import Graph, Node
from archcalc.layers.base import ALL, Work
from archcalc.shapes import Shape

BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "fp8": 1, "int8": 1}


class LayerReport:
    """One layer. Counts of values and operations are for the whole batch; shapes are of one sample.

    `receptive_field` and `stride` are in input pixels: one number, a pair (along H, along W) where they differ, or "all".
    """

    __slots__ = (
        "activations", "buffers", "elementwise", "flops", "gated", "kind", "macs", "name",
        "origin", "output_shapes", "params", "params_no_bias", "receptive_field", "stride", "tensors", "work",
    )  # fmt: skip

    def __init__(self, node: Node, reach: Reach | None, gated: bool, batch: Number) -> None:
        work = node.work
        self.name, self.kind, self.work = node.name, node.kind, work
        self.tensors = node.inputs
        self.output_shapes: tuple[Shape, ...] = work.outputs
        self.params, self.params_no_bias, self.buffers = work.params_count, work.params_no_bias, work.buffers
        if batch == 1 and type(batch) is int:
            self.macs, self.elementwise, self.activations = work.macs, work.elementwise, work.activations
        else:
            self.macs, self.elementwise = work.macs * batch, work.elementwise * batch
            self.activations = work.activations * batch
        self.flops = 2 * self.macs
        self.receptive_field = _pair(_whole(reach.height), _whole(reach.width)) if reach else ALL
        self.stride = _pair(reach.jump_h, reach.jump_w) if reach else ALL
        self.gated = gated
        self.origin = node.origin

    @property
    def place(self) -> Place:
        """Where the spec says so."""
        place: Place = self.origin.place
        return place

    @property
    def path(self) -> str:
        """The blocks around the layer and itself, outermost first, joined by `/`."""
        return self.name.replace(".", "/")

    @property
    def inputs(self) -> list[str]:
        """The names of the layers whose outputs come in."""
        return [tensor.node.name for tensor in self.tensors]

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """The shapes of what comes in."""
        return tuple(tensor.shape for tensor in self.tensors)

    @property
    def title(self) -> str:
        """The layer's fields in a few words: "3x3/2, 64"."""
        return self.work.layer.title()

    @property
    def output(self) -> Shape:
        """The shape of the (first) output."""
        return self.output_shapes[0]


def _whole(pixels: Number) -> Number:
    """Pixels seen, where an upsampled position reaches into a part of one."""
    return -(-pixels.numerator // pixels.denominator) if isinstance(pixels, Fraction) else pixels


def _pair(h: Number, w: Number) -> Any:
    h, w = simplest(h), simplest(w)
    return h if h is w or str(h) == str(w) else (h, w)


class Totals:
    """Sums over a model, in the words of docs/conventions.md.

    `receptive_field` is that of the last layer which does not mix all positions, `receptive_field_at`; `layers` leaves
    out the input.
    """

    __slots__ = (
        "activation_bytes", "activations", "buffers", "depth", "elementwise", "flops", "layers", "macs", "param_bytes",
        "params", "params_no_bias", "receptive_field", "receptive_field_at",
    )  # fmt: skip

    def __init__(self) -> None:
        self.params: Number = 0
        self.params_no_bias: Number = 0
        self.buffers: Number = 0
        self.macs: Number = 0
        self.flops: Number = 0
        self.elementwise: Number = 0
        self.activations: Number = 0
        self.activation_bytes: Number = 0
        self.param_bytes: Number = 0
        self.depth = 0
        self.receptive_field: Any = ALL
        self.receptive_field_at = ""
        self.layers = 0


class Report:
    """What is known about a model with given settings. Plain data; nothing in it changes afterwards."""

    __slots__ = (
        "algebra", "aliases", "batch", "cite", "derived", "dtype", "errata", "groups", "input_shapes", "layers", "name",
        "notes", "output_names", "settings", "spec_name", "title", "totals", "valid_when",
    )  # fmt: skip

    def __init__(self, name: str, title: str, cite: str, algebra: Algebra) -> None:
        self.name, self.title, self.cite, self.algebra = name, title, cite, algebra
        self.spec_name = ""
        self.batch: Number = 1
        self.dtype = "fp32"
        self.settings: dict[str, Any] = {}
        self.derived: dict[str, str] = {}  # the formulas of settings that follow from others
        self.input_shapes: dict[str, Shape] = {}
        self.layers: list[LayerReport] = []
        self.groups: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.output_names: list[str] = []
        self.totals = Totals()
        self.notes: list[str] = []
        self.valid_when: list[str] = []
        self.errata: Callable[[Report], list[Published]] | None = None  # how to find out; most reports are not asked

    @property
    def published(self) -> list[Published]:
        """Figures published about the model that do not hold, as its spec explains. Only known for a model's own settings."""
        return self.errata(self) if self.errata is not None else []

    def layer(self, name: str) -> LayerReport:
        """The layer of this name. Raises SpecError("unknown-layer") with near misses."""
        name = _text(name)
        for layer in self.layers:
            if layer.name == name:
                return layer
        hint = did_you_mean(name, [layer.name for layer in self.layers])
        raise SpecError("unknown-layer", f"{self.name} has no layer '{name[:80]}'", None, hint, name)

    def to_dict(self) -> dict[str, Any]:
        """The whole report as `archcalc MODEL --json` has it: whole numbers as int, symbols as text in Python syntax."""
        from archcalc.analysis.data import report_data  # most reports are only printed

        return report_data(self)

    def evaluate(self, value: Any, **numbers: Number) -> Any:
        """A value of this report with numbers for its symbols: `report.evaluate(report.totals.macs, s=7)`."""
        return self.algebra.substitute(value, numbers)

    def named(self, name: str) -> LayerReport | None:
        """The layer of just this name, if there is one. Case, `-` and `/` for `.` are forgiven."""
        wanted = self._folded(name)
        return next((layer for layer in self.layers if _folded(layer.name) == wanted), None)

    def _folded(self, name: str) -> str:
        """A name as names are compared; of one output of several (`name: [a, b]`), that of its layer."""
        wanted = _folded(_text(name))
        return next((_folded(layer) for alias, layer in self.aliases.items() if _folded(alias) == wanted), wanted)

    def find(self, name: str) -> list[LayerReport]:
        """The layer of this name; or the layers inside the block of this name, in all rounds of its loop; or the only layer
        whose name ends in it.

        Case, `-` and `/` for `.` are forgiven. Raises SpecError("unknown-layer").
        """
        wanted = self._folded(name)
        folded = [(layer, _folded(layer.name)) for layer in self.layers]
        found = [layer for layer, own in folded if own == wanted or own.startswith(wanted + ".")]
        if not found:
            rounds = re.compile(re.escape(wanted) + r"_?\d+(\.|$)")
            found = [layer for layer, own in folded if rounds.match(own)]
        if found:
            return found
        ending = [layer for layer, own in folded if own.endswith("." + wanted)]
        if not ending:
            return [self.layer(name)]  # raises
        if len(ending) > 1:
            some = ", ".join(layer.name for layer in ending[:3])
            raise SpecError("unknown-layer", f"several layers of {self.name} end in '{name}'", None, f"such as {some}", name)
        return ending


def _text(name: object) -> str:
    if not isinstance(name, str):
        raise SpecError("unknown-layer", f"the name of a layer is a str, not {type(name).__name__}")
    return name


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace("/", ".")


def make_report(
    name: str, graph: Graph, algebra: Algebra = EXACT, batch: Number = 1, dtype: str = "fp32", strict: bool = False
) -> Report:
    """Add up a graph. Raises SpecError("does-not-fit") with `strict` where a stride drops real pixels."""
    report = Report(name, "", "", algebra)
    report.batch, report.dtype, report.groups = batch, dtype, graph.groups
    report.aliases = graph.aliases
    found, gated = reaches(graph, algebra)
    report.layers = [LayerReport(node, found[node.index], node.index in gated, batch) for node in graph.nodes]
    report.input_shapes = {node.name: node.work.outputs[0] for node in graph.nodes if node.kind == "input"}
    report.output_names = [tensor.node.name for tensor in graph.outputs]
    _add_up(report, graph, found)
    _take_notes(report, graph, strict)
    return report


def _add_up(report: Report, graph: Graph, found: list[Reach | None]) -> None:
    totals, total = report.totals, report.algebra.total
    uses: dict[int, tuple[Work, int]] = {}  # a layer repeated a thousand times is added once, a thousandfold
    for node in graph.nodes:
        work, count = uses.get(id(node.work), (node.work, 0))
        uses[id(node.work)] = (work, count + 1)
    pairs = list(uses.values())
    totals.params = total([work.params_count * count for work, count in pairs])
    totals.params_no_bias = total([work.params_no_bias * count for work, count in pairs])
    totals.buffers = total([work.buffers * count for work, count in pairs])
    totals.macs = total([work.macs * count * report.batch for work, count in pairs])
    totals.elementwise = total([work.elementwise * count * report.batch for work, count in pairs])
    totals.activations = total([work.activations * count * report.batch for work, count in pairs])
    totals.flops = total([2 * totals.macs])
    size = BYTES[report.dtype]
    totals.activation_bytes, totals.param_bytes = total([size * totals.activations]), total([size * totals.params])
    totals.layers = sum(node.kind != "input" for node in graph.nodes)
    if not graph.outputs:
        return
    end = graph.outputs[0].node
    totals.depth = depths(graph)[end.index]
    path = ancestors(graph, end)
    for node in reversed(graph.nodes):
        if node.index in path and found[node.index] is not None:
            totals.receptive_field = report.layers[node.index].receptive_field
            totals.receptive_field_at = node.name
            break


def _take_notes(report: Report, graph: Graph, strict: bool) -> None:
    places: dict[str, list[Node]] = {}
    conditions: dict[str, Any] = {}
    for node in graph.nodes:
        if node.work.notes:
            for note in node.work.notes:
                places.setdefault(note, []).append(node)
        if node.work.valid_when:
            conditions.update((str(condition), condition) for condition in node.work.valid_when)
    for note, nodes in places.items():
        if strict:
            raise SpecError("does-not-fit", f"{nodes[0].name}: {note}", nodes[0].place)
        also = f" (and in {len(nodes) - 1} more like it)" if len(nodes) > 1 else ""
        report.notes.append(f"{nodes[0].name}: {note}{also}")
    report.valid_when = report.algebra.summarize(list(conditions.values()))
    report.notes += _unused(graph)


def _unused(graph: Graph) -> list[str]:
    """Layers whose output goes nowhere: most likely a `from` too much or a name too few."""
    used = {id(tensor) for node in graph.nodes for tensor in node.inputs} | {id(tensor) for tensor in graph.outputs}
    loose = [node.name for node in graph.nodes if not any(id(tensor) in used for tensor in node.outputs)]
    return [f"{name}: nothing uses its output" for name in loose[:5]]


def top_level(layers: Iterable[LayerReport], level: int = 1) -> list[tuple[str, list[LayerReport]]]:
    """Neighbouring layers that share the first `level` parts of their names, with what they share."""
    units: list[tuple[str, list[LayerReport]]] = []
    for layer in layers:
        head = ".".join(layer.name.split(".", level)[:level])
        if units and units[-1][0] == head:
            units[-1][1].append(layer)
        else:
            units.append((head, [layer]))
    return units
