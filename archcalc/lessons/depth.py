"""How the depth of a network is counted: which layers with weights are on the longest path, and which stand beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report

PROJECTION, GATE, PARALLEL, APART = "projections", "gates", "parallel branches", "auxiliary heads"
WHERE = {
    PROJECTION: "as projections on shortcuts",
    GATE: "in gates",
    PARALLEL: "in parallel branches",
    APART: "in heads beside the main output",
}


class Depth(NamedTuple):
    """The layers with weights on the longest path to the (first) output, and those beside it, by the sort of place.

    `gates` are those on the path that only work out a gate; `main` has no gates.
    """

    path: list[LayerReport]
    gates: list[LayerReport]
    main: list[LayerReport]
    beside: dict[str, list[LayerReport]]

    @property
    def total(self) -> int:
        """How many layers with weights that is; attention counts as the linear layers on its path."""
        return sum(layer.work.layer.weighted_depth for layer in self.path)


def counted(layers: Iterable[LayerReport]) -> str:
    """Layers with weights by kind, as a sum; a kind that counts twice as a product: "1 conv + 2*12 attention"."""
    weights = {layer.kind: layer.work.layer.weighted_depth for layer in layers}
    numbers = Counter(layer.kind for layer in layers)
    return " + ".join(f"{f'{weights[kind]}*' if weights[kind] > 1 else ''}{count} {kind}" for kind, count in numbers.items())


def depth_of(report: Report) -> Depth:
    """The depth of a report's network, with the layers that make it."""
    layers = {layer.name: layer for layer in report.layers}
    readers: dict[str, list[LayerReport]] = {name: [] for name in layers}
    for layer in report.layers:
        for name in dict.fromkeys(layer.inputs):
            readers[name].append(layer)
    end = report.output_names[0] if report.output_names else ""
    path = _longest(layers, end, set())
    gates = {layer.name for layer in path if _gates(layer, readers)}
    on_path, before = {layer.name for layer in path}, _ancestors(layers, end)
    beside: dict[str, list[LayerReport]] = {}
    for layer in report.layers:
        if layer.work.layer.weighted_depth and layer.name not in on_path:
            place = _place(layer, layers, readers) if layer.name in before else APART
            beside.setdefault(place, []).append(layer)
    main = _longest(layers, end, gates) if gates else path
    return Depth(path, [layer for layer in path if layer.name in gates], main, beside)


def _longest(layers: dict[str, LayerReport], end: str, left_out: set[str]) -> list[LayerReport]:
    """The layers with weights on the path to a layer that has most of them, but for those that are left out."""
    depth: dict[str, int] = {}
    came: dict[str, str] = {}
    for name, layer in layers.items():
        came[name] = max(layer.inputs, key=depth.__getitem__, default="")
        depth[name] = depth.get(came[name], 0) + (0 if name in left_out else layer.work.layer.weighted_depth)
    path: list[LayerReport] = []
    while end:
        path.append(layers[end])
        end = came[end]
    return [layer for layer in reversed(path) if layer.work.layer.weighted_depth and layer.name not in left_out]


def _ancestors(layers: dict[str, LayerReport], end: str) -> set[str]:
    seen: set[str] = set()
    waiting = [end] if end else []
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += layers[name].inputs
    return seen


def _gates(layer: LayerReport, readers: dict[str, list[LayerReport]]) -> bool:
    """Whether this layer's branch ends as a gate: multiplied with something of another shape."""
    while len(readers[layer.name]) == 1:
        before, layer = layer, readers[layer.name][0]
        if len(layer.inputs) < 2:
            continue
        if layer.kind != "mul":
            return False
        if any(t.node.name == before.name and str(t.shape) != str(layer.output) for t in layer.tensors):
            return True
    return False


def _place(layer: LayerReport, layers: dict[str, LayerReport], readers: dict[str, list[LayerReport]]) -> str:
    """What a layer beside the longest path is for."""
    if _gates(layer, readers):
        return GATE
    return PROJECTION if _begins(layer, layers, readers) and _ends(layer, readers) else PARALLEL


def _begins(layer: LayerReport, layers: dict[str, LayerReport], readers: dict[str, list[LayerReport]]) -> bool:
    """Whether its branch begins with it, but for norms and activations."""
    while len(layer.inputs) == 1:
        layer = layers[layer.inputs[0]]
        if len(readers[layer.name]) > 1:
            return True
        if not layer.work.layer.attends:
            return False
    return False


def _ends(layer: LayerReport, readers: dict[str, list[LayerReport]]) -> bool:
    """Whether its branch ends with it, but for norms and activations, and is added to another."""
    while len(readers[layer.name]) == 1:
        layer = readers[layer.name][0]
        if not layer.work.layer.attends:
            return layer.kind == "add"
    return False
