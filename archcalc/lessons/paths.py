"""The path on which a layer sees most of the input, window by window."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.lessons.pages import Equation
from archcalc.numbers import exact


class Step(NamedTuple):
    """A window on a path: the layer, what was seen before it and how far apart, its own reach and stride."""

    layer: LayerReport
    before: int
    apart: int
    reach: int
    stride: int

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
    """The windows wider than a pixel, or that skip some, on the path to a layer that sees most, from the input on.

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
            step = Step(layer, seen, apart, windows[0].kernel, windows[0].stride)
            if step.sees != layer.receptive_field:
                return []
            steps += [step] if step.reach > 1 or step.stride != 1 else []
        layer = before
    return steps[::-1]
