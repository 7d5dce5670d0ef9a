"""Paths through a network: the one with most layers with weights, and the one on which a layer sees most."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.lessons.pages import Equation
from archcalc.numbers import exact


def deepest_path(report: Report) -> list[LayerReport]:
    """The layers with weights on the path that the depth is counted along, from the input to the first output.

    An attention layer counts for each of its matrices on the way.
    """
    best: dict[str, tuple[int, str]] = {}  # layers passed up to here, and the layer before
    layers = {layer.name: layer for layer in report.layers}
    for layer in report.layers:
        before = max(layer.inputs, key=lambda name: best[name][0], default="")
        passed = best[before][0] if before else 0
        best[layer.name] = (passed + layer.work.layer.weighted_depth, before)
    path, name = [], report.output_names[0] if report.output_names else ""
    while name:
        if layers[name].work.layer.weighted_depth:
            path.append(layers[name])
        name = best[name][1]
    return path[::-1]


class Step(NamedTuple):
    """A window on a path: the layer, what was seen before it and how far apart, its reach, and what is seen behind it."""

    layer: LayerReport
    before: int
    apart: int
    reach: int

    @property
    def sees(self) -> int:
        """Pixels along a side that one position of its output sees."""
        return self.before + (self.reach - 1) * self.apart

    @property
    def equation(self) -> Equation:
        """The step with its numbers."""
        numbers = f"{self.before} + ({self.reach} - 1)*{self.apart}"
        return Equation(self.layer.name, "r + (F - 1)*jump", numbers, exact(self.sees))


def seeing_path(layer: LayerReport, report: Report) -> list[Step]:
    """The windows wider than a pixel on the path to a layer that sees most, from the input on.

    Empty where it is not the same along H and W, or something else than windows widens it (upsampling, mixing).
    """
    layers = {one.name: one for one in report.layers}
    steps: list[Step] = []
    while layer.inputs:
        if not all(type(layers[name].receptive_field) is int for name in layer.inputs):
            return []
        before = max((layers[name] for name in layer.inputs), key=lambda one: one.receptive_field)
        windows = layer.work.windows
        if windows is not None:
            seen, apart = before.receptive_field, before.stride
            if isinstance(windows, str) or windows[0] != windows[1] or type(seen) is not int or type(apart) is not int:
                return []
            step = Step(layer, seen, apart, windows[0].kernel)
            if step.sees != layer.receptive_field:
                return []
            steps += [step] if step.reach > 1 else []
        layer = before
    return steps[::-1]
