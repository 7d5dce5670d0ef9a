"""A side of a comparison: a model as plain data, whether it was just worked out or saved as JSON by an older archcalc."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.data import TOTALS, fields_data, plain
from archcalc.analysis.report import Report
from archcalc.arithmetic import EXACT
from archcalc.errors import SpecError

COUNTS = ("params", "params_no_bias", "buffers", "macs", "elementwise", "activations")  # what the layers sum up to


class Line:
    """A layer. `counts` lacks what an older report did not have, and so do `fields` (None), `inputs` and shapes."""

    __slots__ = ("counts", "detail", "fields", "input_shapes", "inputs", "kind", "name", "output_shapes")

    def __init__(self, name: str, kind: str, detail: str, fields: dict[str, Any] | None) -> None:
        self.name, self.kind, self.detail, self.fields = name, kind, detail, fields
        self.inputs: list[str] | None = None
        self.input_shapes: list[list[int]] | None = None
        self.output_shapes: list[list[int]] | None = None
        self.counts: dict[str, int] = {}

    @property
    def works_in_place(self) -> bool:
        """Whether it costs nothing that a table of layers shows: ReLU, dropout, flatten and their like."""
        return not any(self.counts.get(name, 0) for name in ("params", "buffers", "macs", "activations"))


class Side:
    """A model: what it is called, what it was worked out for, its totals and its layers in order of execution."""

    __slots__ = ("batch", "dtype", "inputs", "label", "lines", "name", "outputs", "saved", "settings", "title", "totals")

    def __init__(self, label: str, name: str, title: str) -> None:
        self.label, self.name, self.title = label, name, title  # the label is what the user called it
        self.inputs: dict[str, list[int]] = {}
        self.batch: int | None = 1
        self.dtype: str | None = "fp32"
        self.settings: dict[str, Any] = {}
        self.totals: dict[str, Any] = {}
        self.lines: list[Line] = []
        self.outputs: list[str] | None = None  # the layers whose outputs leave the network
        self.saved = False  # whether it was read from a file


def side_of(report: Report, label: str = "") -> Side:
    """A report as a side. Raises SpecError("undecided") where it has symbols: changes are of numbers."""
    if report.algebra is not EXACT:
        hint = "give numbers: --input 3x224x224; `archcalc MODEL` and `archcalc compare` work with symbols"
        message = f"a difference is one of numbers, and {report.name} was worked out with symbols"
        raise SpecError("undecided", message, None, hint)
    side = Side(label or report.name, report.name, report.title)
    side.inputs = {name: list(shape) for name, shape in report.input_shapes.items()}
    side.batch, side.dtype = report.batch, report.dtype
    side.settings = plain(report.settings, EXACT)
    side.totals = {name: plain(getattr(report.totals, name), EXACT) for name in TOTALS}
    side.outputs = report.output_names
    fields: dict[int, tuple[str, dict[str, Any]]] = {}  # by worksheet, which repeated layers share
    for layer in report.layers:
        known = fields.get(id(layer.work))
        if known is None:
            known = fields[id(layer.work)] = layer.title, fields_data(layer, EXACT)
        line = Line(layer.name, layer.kind, *known)
        line.inputs = layer.inputs
        line.input_shapes = [list(shape) for shape in layer.input_shapes]
        line.output_shapes = [list(shape) for shape in layer.output_shapes]
        line.counts = {name: getattr(layer, name) for name in COUNTS}
        side.lines.append(line)
    return side
