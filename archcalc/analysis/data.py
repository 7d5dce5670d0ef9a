"""Reports as plain data: dictionaries, lists, text and whole numbers, ready for JSON."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archcalc.arithmetic import Algebra
from archcalc.layers.fields import Pair, Sides

if TYPE_CHECKING:
    from archcalc.analysis.report import LayerReport, Report

SCHEMA = 1  # raised when a key of the JSON changes its meaning; keys may be added without
TOTALS = (
    "params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "activation_bytes", "param_bytes",
    "depth", "receptive_field", "receptive_field_at", "layers",
)  # fmt: skip
SUMMED = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations")
COUNTS = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "receptive_field", "stride")


def plain(value: Any, algebra: Algebra) -> Any:
    """A value as JSON has it: whole numbers as integers, symbols and fractions as text in Python syntax."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, dict):
        return {key: plain(part, algebra) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part, algebra) for part in value]
    return algebra.text(value)


def report_data(report: Report, layers: list[LayerReport] | None = None, block: str = "") -> dict[str, Any]:
    """The report as plain data; of a block, with its layers and totals. Keys may be added in later versions, never renamed."""
    algebra = report.algebra
    inputs = {name: plain(shape, algebra) for name, shape in report.input_shapes.items()}
    return {
        "schema": SCHEMA,
        "name": report.name,
        "title": report.title,
        "input": next(iter(inputs.values())) if len(inputs) == 1 else inputs,
        "batch": plain(report.batch, algebra),
        "dtype": report.dtype,
        "settings": plain(report.settings, algebra),
        **({"block": block} if layers is not None else {}),
        "totals": _totals(report, layers),
        "layers": [layer_data(layer, algebra) for layer in (report.layers if layers is None else layers)],
        "outputs": report.output_names,
        "notes": report.notes,
        "valid_when": report.valid_when,
        **({"published": published_data(report)} if layers is None else {}),
    }


def published_data(report: Report) -> list[dict[str, Any]]:
    """Figures published about the model that do not hold."""
    keys = ("figure", "quantity", "at", "of", "than", "value", "source", "slide", "erratum")
    return [{key: getattr(one, key) for key in keys} for one in report.published]


def _totals(report: Report, layers: list[LayerReport] | None) -> dict[str, Any]:
    """The totals of the model, or the sums over some of its layers."""
    algebra = report.algebra
    if layers is None:
        return {name: plain(getattr(report.totals, name), algebra) for name in TOTALS}
    sums = {name: algebra.total([getattr(layer, name) for layer in layers]) for name in SUMMED}
    return {name: plain(value, algebra) for name, value in sums.items()} | {"layers": len(layers)}


def layer_data(layer: LayerReport, algebra: Algebra) -> dict[str, Any]:
    """One layer as plain data."""
    data = {
        "name": layer.name,
        "path": layer.path,
        "kind": layer.kind,
        "detail": layer.title,
        "fields": fields_data(layer, algebra),
        "inputs": layer.inputs,
        "input_shapes": plain(layer.input_shapes, algebra),
        "output_shapes": plain(layer.output_shapes, algebra),
    }
    data.update((name, plain(getattr(layer, name), algebra)) for name in COUNTS)
    data["place"] = str(layer.place)
    return data


def fields_data(layer: LayerReport, algebra: Algebra) -> dict[str, Any]:
    """The fields of a layer that have a value: 3 for a kernel of 3 by 3, [1, 7] where the sides differ."""
    own = layer.work.layer
    values = ((name, getattr(own, name)) for name in own.fields)
    return {name: plain(_short(value), algebra) for name, value in values if value is not None}


def _short(value: Any) -> Any:
    """One number for a value along both axes, or on all sides, where these are equal."""
    return value[0] if isinstance(value, (Pair, Sides)) and len({str(part) for part in value}) == 1 else value


def worked_data(layer: LayerReport, algebra: Algebra) -> dict[str, Any]:
    """One layer with the steps of its worksheet: formula, numbers put in, result."""
    data = layer_data(layer, algebra)
    values = layer.work.values
    data["steps"] = [
        {
            "role": step.role,
            "name": step.name,
            "formula": step.formula.text,
            "shown": step.formula.shown(values, algebra),
            "value": plain(step.value if step.value is not None else step.formula.evaluate(values, algebra), algebra),
            "note": step.note,
        }
        for step in layer.work.steps
        if step.role != "need"
    ]
    data["conditions"] = [
        {"formula": step.formula.text, "shown": step.formula.shown(values, algebra), "holds": step.value, "why": step.note}
        for step in layer.work.steps
        if step.role == "need"
    ]
    return data
