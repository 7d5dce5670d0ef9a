"""A layer worked out once more, on another input or with other fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archcalc.analysis.report import LayerReport
from archcalc.arithmetic import EXACT, Algebra
from archcalc.graph import Node
from archcalc.layers.base import Work, work_out
from archcalc.layers.fields import NAMED_SIZES, Field
from archcalc.shapes import Shape

NONE: Mapping[str, Any] = {}


def worked_again(
    layer: LayerReport, inputs: tuple[Shape, ...], fields: Mapping[str, Any] = NONE, algebra: Algebra = EXACT
) -> Work:
    """The layer's arithmetic on other inputs, and with other values of some fields. Raises SpecError where it has none."""
    own = layer.work.layer
    values = {name: _given(field, getattr(own, name)) for name, field in own.fields.items()} | dict(fields)
    return work_out(type(own), tuple(values.values()), inputs, algebra)


def again(layer: LayerReport, inputs: tuple[Shape, ...], fields: Mapping[str, Any] = NONE) -> LayerReport:
    """The layer on other inputs, by itself: what it sees of a network is not known. Raises SpecError."""
    return LayerReport(Node(0, layer.name, worked_again(layer, inputs, fields), layer.tensors, layer.origin), None, False, 1)


def _given(field: Field, value: Any) -> Any:
    """A field's value in a form that the field takes: a mapping is kept as pairs."""
    return dict(value) if field.type is NAMED_SIZES and value is not None else value
