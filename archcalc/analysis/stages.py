"""Stages: runs of layers that work at the same resolution, and where most of a quantity sits."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report, top_level
from archcalc.arithmetic import Number
from archcalc.shapes import Picture, Shape


class Stage(NamedTuple):
    """Neighbouring parts of a network with the same resolution: a label, the layers, and what comes out."""

    label: str
    layers: list[LayerReport]

    @property
    def output(self) -> Shape:
        """The shape that the stage hands on."""
        return self.layers[-1].output

    def sum(self, quantity: str) -> Number:
        """The sum of params, macs, activations ... over the stage."""
        return sum(getattr(layer, quantity) for layer in self.layers)


def stages(report: Report) -> list[Stage]:
    """The stages of a model: a new one begins where the resolution changes.

    A pooling layer closes the stage that it shrinks, as on the slides (VGG's pool1 belongs to conv1_1 and conv1_2).
    """
    runs: list[list[tuple[str, list[LayerReport]]]] = []
    resolution, closed = "", True
    for name, layers in top_level(report.layers):
        arriving = _resolution(layers[-1].output)
        weightless = all(layer.work.layer.weighted_depth == 0 for layer in layers)
        if not closed and arriving == resolution:
            runs[-1].append((name, layers))
        elif not closed and weightless and _shrinks(layers):
            runs[-1].append((name, layers))
            closed = True
        else:
            runs.append([(name, layers)])
            resolution, closed = arriving, False
    return [_stage(run) for run in runs]


def _resolution(shape: Shape) -> str:
    inner = shape[-2:] if isinstance(shape, Picture) else shape[-2:-1]
    return "x".join(str(size) for size in inner)


def _shrinks(layers: list[LayerReport]) -> bool:
    """Whether it is a pooling layer of some sort: it looks through windows, or at everything."""
    return any(layer.work.windows is not None for layer in layers)


def _stage(run: list[tuple[str, list[LayerReport]]]) -> Stage:
    named = [name for name, layers in run if not all(layer.work.layer.in_place for layer in layers)]
    if len(named) > 1 and named[0] in ("input", "x"):
        named = named[1:]
    named = named or [name for name, _ in run]
    label = named[0] if len(named) == 1 else f"{named[0]} - {named[-1]}"
    return Stage(label, [layer for _, layers in run for layer in layers])


def where_most_is(report: Report, found: list[Stage], quantity: str) -> str:
    """Where most of a quantity sits: "early conv layers (89%); of the stages, conv1_1 - pool1 has most (48%)", or ""."""
    total = getattr(report.totals, quantity)
    counted = [(index, layer, getattr(layer, quantity)) for index, layer in enumerate(report.layers)]
    counted = [entry for entry in counted if type(entry[2]) is int and entry[2] > 0 and entry[1].kind != "input"]
    if type(total) is not int or total == 0 or not counted:
        return ""
    by_kind: dict[str, int] = {}
    for _, layer, value in counted:
        by_kind[layer.kind] = by_kind.get(layer.kind, 0) + value
    kind = max(by_kind, key=lambda k: by_kind[k])
    inside = [entry for entry in counted if entry[1].kind == kind]
    when = _when(inside, by_kind[kind], len(report.layers)) if len(inside) > 1 else ""
    runs = [(stage.sum(quantity), stage.label) for stage in found]
    held, label = max(runs, key=lambda run: run[0])
    where = f"; of the stages, {label} has most ({_percent(held, total)})" if len(runs) > 1 else ""
    return f"{when}{kind} layers ({_percent(by_kind[kind], total)}){where}"


def _when(inside: list[tuple[int, LayerReport, int]], total: int, length: int) -> str:
    """Early or late, by where half of the quantity has been passed."""
    passed = 0
    for index, _, value in inside:
        passed += value
        if 2 * passed >= total:
            place = index / max(1, length - 1)
            return "early " if place < 1 / 3 else "late " if place > 2 / 3 else ""
    return ""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"
