"""A layer worked out once more, on another input or with other fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archcalc.analysis.report import LayerReport
from archcalc.arithmetic import EXACT, Algebra
from archcalc.graph import Node
from archcalc.layers.base import work_out
from archcalc.shapes import Shape


def again(
    layer: LayerReport,
    inputs: tuple[Shape, ...] | None = None,
    fields: Mapping[str, Any] | None = None,
    algebra: Algebra = EXACT,
) -> LayerReport:
    """The layer on other inputs, or with other values of some fields, by itself: what it sees of the network is not known.

    Raises SpecError where the kind cannot do with them.
    """
    own = layer.work.layer
    values = {name: getattr(own, name) for name in own.fields} | dict(fields or {})
    work = work_out(type(own), tuple(values.values()), layer.input_shapes if inputs is None else inputs, algebra)
    return LayerReport(Node(0, layer.name, work, layer.tensors, layer.origin), None, False, 1)
