"""Holding claims against the arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.analysis import BYTES, LayerReport, Report
from archcalc.arithmetic import show_number
from archcalc.claims.read import TOTALS, Claim
from archcalc.errors import SpecError
from archcalc.expr import FormulaError, formula
from archcalc.layers.fields import Pair, Sides
from archcalc.layers.pool import Pool
from archcalc.shapes import Picture, Shape

HOLDS, ERRATUM, WRONG, OUTDATED = "holds", "erratum", "wrong", "outdated"
Analyze = Callable[..., Report]  # of a model's name, with input, batch, dtype and set


class Checked(NamedTuple):
    """A claim, the exact value, and what follows.

    `verdict`: holds; erratum (it does not, and the spec says why); wrong (it does not, or it is not what the spec says was
    counted instead); outdated (it holds, although the spec says that it does not). `instead` is what that gives, if it is said.
    """

    claim: Claim
    value: Any
    verdict: str
    instead: Any = None

    @property
    def good(self) -> bool:
        """Whether all is as the spec says."""
        return self.verdict in (HOLDS, ERRATUM)


class Reports:
    """Models worked out, once for each of their settings."""

    __slots__ = ("analyze", "kept")

    def __init__(self, analyze: Analyze) -> None:
        self.analyze = analyze
        self.kept: dict[Any, Report] = {}

    def of(self, model: str, claim: Claim, settings: Mapping[str, str]) -> Report:
        """A model with the input, batch and dtype that a claim asks for. Raises SpecError."""
        key = (model, claim.inputs, claim.batch, claim.dtype, tuple(settings.items()))
        if key not in self.kept:
            self.kept[key] = self.analyze(model, input=claim.inputs, batch=claim.batch, dtype=claim.dtype, set=settings)
        return self.kept[key]


def check_claim(claim: Claim, reports: Reports) -> Checked:
    """A claim with its exact value. Raises SpecError where it cannot be worked out."""
    try:
        value = exact_value(claim, reports)
    except SpecError as error:
        raise blamed(claim, error)  # noqa: B904 - the same error, with its place
    holds = claim.figure.holds(value)
    if not claim.erratum:
        return Checked(claim, value, HOLDS if holds else WRONG)
    instead = _instead(claim, value, reports) if claim.instead and not holds else None
    wrong = instead is not None and not claim.figure.holds(instead)
    return Checked(claim, value, OUTDATED if holds else WRONG if wrong else ERRATUM, instead)


def blamed(claim: Claim, error: SpecError) -> SpecError:
    """The error, at the part of the claim that is most likely wrong, unless it has a place in the claim's spec."""
    if error.place is None or error.place.name != claim.place.name:
        by_code = {"unknown-layer": "at", "unknown-model": "than", "no-such-file": "than", "unknown-parameter": "set",
                   "bad-option": "input"}  # fmt: skip
        names = (by_code.get(error.code, ""), "of", "set", "input", "at")
        error.place = next((claim.places[name] for name in names if name in claim.places), claim.place)
    elif claim.given:  # it is in a layer, which is as it should be without these settings
        error.notes.append(f"with the settings of {claim.place}{claim.given}")
    return error


def _instead(claim: Claim, value: Any, reports: Reports) -> Any:
    """What was counted instead, as exact values are. The formula knows the totals, that value, and the axes of an output."""
    report = reports.of(claim.model, claim, claim.settings)
    values = {name: getattr(report.totals, name) for name in TOTALS} | {"exact": value}
    if claim.quantity == "output":
        shape = _shapes(claim, report)[0]
        values |= {axis: shape.axis(axis) for axis in shape.axes[-len(shape) :]}
    try:
        given = formula(claim.instead).evaluate(values)
    except SpecError as error:
        error.place = claim.places["instead"]
        error.hint = error.hint or f"known here: {', '.join(values)}"
        raise
    if type(given) not in (int, Fraction) and not (isinstance(given, tuple) and claim.quantity == "output"):
        raise SpecError("bad-claim", f"`instead` gives {given}, which is no number", claim.places["instead"])
    if isinstance(given, tuple):
        return "x".join(map(str, given))
    if claim.figure.sort == "percent":
        return Fraction(given) / 100
    return 1 / Fraction(given) if claim.figure.less and given else given


def _shapes(claim: Claim, report: Report) -> list[Shape]:
    """The outputs that a claim is about: of each block the last layer's."""
    return [report.find(name)[-1].output for name in claim.at] or [report.layers[-1].output]


def exact_value(claim: Claim, reports: Reports) -> Any:
    """What a claim is about, exactly: a number, for a share or a ratio the quotient, for sizes and words a text.

    Raises SpecError.
    """
    report = reports.of(claim.model, claim, claim.settings)
    if claim.quantity == "setting":
        return _plain(claim, report.settings[claim.of])
    if claim.quantity in ("value", "field"):
        return _agreed([_of_layer(claim, layer) for layer in _asked(claim, report)])
    if claim.quantity == "output":
        return _agreed([sizes_text(shape) for shape in _shapes(claim, report)])
    if claim.quantity == "kinds":
        return _kinds(claim, report)
    value = _plain(claim, _counted(claim, report))
    if claim.figure.sort in ("percent", "most"):
        return _quotient(claim, value, report)
    return _quotient(claim, value, reports.of(claim.than, claim, {})) if claim.than else value


def _quotient(claim: Claim, value: Any, other: Report) -> Any:
    whole = _plain(claim, getattr(other.totals, claim.quantity))
    if not whole:
        raise SpecError("bad-claim", f"{other.name} has no {claim.quantity} to compare with")
    return Fraction(value) / whole


def _counted(claim: Claim, report: Report) -> Any:
    """A quantity of the whole model, or summed over layers."""
    if not claim.at and not claim.of:
        return getattr(report.totals, claim.quantity)
    layers = _meant(claim, report)
    if claim.quantity == "layers":
        return sum(layer.kind == claim.of if claim.of else layer.kind != "input" for layer in layers)
    if claim.quantity == "depth":
        return _depth(layers)
    if claim.quantity == "receptive_field":
        return layers[-1].receptive_field
    if claim.quantity == "activation_bytes":
        return BYTES[claim.dtype] * sum(layer.activations for layer in layers)
    return sum(getattr(layer, claim.quantity) for layer in layers)


def _meant(claim: Claim, report: Report) -> list[LayerReport]:
    """The layers that a claim is about, each once; without `at` all of them."""
    return list({id(layer): layer for name in claim.at for layer in report.find(name)}.values()) or report.layers


def _kinds(claim: Claim, report: Report) -> str:
    """How many layers there are of each kind, in the order in which the kinds come: `13 conv, 15 relu, 5 maxpool`."""
    numbers = Counter(layer.kind for layer in _meant(claim, report) if layer.kind != "input")
    return ", ".join(f"{number} {kind}" for kind, number in numbers.items())


def _depth(layers: list[LayerReport]) -> int:
    """The most layers with weights on one path through these layers."""
    found: dict[str, int] = {}
    for layer in layers:
        before = max((found.get(tensor.node.name, 0) for tensor in layer.tensors), default=0)
        found[layer.name] = before + layer.work.layer.weighted_depth
    return max(found.values())


def _asked(claim: Claim, report: Report) -> list[LayerReport]:
    """The layers that a `value` or `field` is of: of a block those that have the letters of the formula, or the field."""
    try:
        wanted = {claim.of} if claim.quantity == "field" else formula(claim.of).names
    except FormulaError as error:
        raise SpecError("bad-claim", f"`of`: {error.message}") from None
    asked: list[LayerReport] = []
    for name in claim.at:
        layers = report.find(name)
        having = [layer for layer in layers if wanted <= _known(claim, layer).keys()]
        asked += having or layers[-1:]
    return asked


def _known(claim: Claim, layer: LayerReport) -> Mapping[str, Any]:
    """What a `value` or `field` may be of: the letters of a layer's page, or its fields."""
    known: Mapping[str, Any] = layer.work.layer.fields if claim.quantity == "field" else layer.work.values
    return known


def _agreed(values: list[Any]) -> Any:
    """What all layers have, or else a text with the different values, which is no figure."""
    different = list(dict.fromkeys(values))
    return different[0] if len(different) == 1 else ", ".join(map(str, different))


def _of_layer(claim: Claim, layer: LayerReport) -> Any:
    if claim.quantity == "field":
        if claim.of not in layer.work.layer.fields:
            known = ", ".join(layer.work.layer.fields) or "none"
            raise SpecError("bad-claim", f"{layer.name} is a {layer.kind} and has no field '{claim.of}'; its fields: {known}")
        own, value = layer.work.layer, getattr(layer.work.layer, claim.of)
        return field_text(own.step() if value is None and claim.of == "stride" and isinstance(own, Pool) else value)
    try:
        return _plain(claim, formula(claim.of).evaluate(layer.work.values))
    except SpecError as error:
        letters = ", ".join(name for name, value in layer.work.values.items() if type(value) is int)
        error.hint = error.hint or f"letters of {layer.name}: {letters}"
        raise


def _plain(claim: Claim, value: Any) -> Any:
    """A number or a list of numbers. Raises SpecError for symbols and for what is no number."""
    if type(value) in (int, Fraction) or (isinstance(value, (tuple, str)) and claim.quantity == "setting"):
        return value if type(value) in (int, Fraction) else field_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        raise SpecError("bad-claim", f"the {claim.quantity} is '{value}', which is no number")
    raise SpecError("bad-claim", f"the {claim.quantity} is {value}, and a plain number is needed")


def sizes_text(shape: Shape) -> str:
    """The sizes of an output as papers print them: height x width x channels, tokens x features, or features."""
    return shape.text("hwc") if isinstance(shape, Picture) else "x".join(map(str, shape))


def field_text(value: Any) -> str:
    """A field as one writes it: 11x11, or [1, 2]."""
    if isinstance(value, Pair):
        return f"{value.h}x{value.w}"
    if isinstance(value, Sides):
        return field_text(Pair(value.top, value.left)) if value[0] == value[1] and value[2] == value[3] else str(list(value))
    if isinstance(value, bool):
        return str(value).lower()
    return show_number(value)


def value_text(checked: Checked) -> str:
    """The exact value, for people: 15,237,608; 8.713 (times); 74.3%."""
    return shown_value(checked.claim, checked.value)


def shown_value(claim: Claim, value: Any) -> str:
    """Any value of what a claim is about, for people."""
    if isinstance(value, str):
        return value
    if claim.figure.sort in ("percent", "most"):
        return f"{float(100 * value):.2f}%"
    if claim.figure.sort == "ratio":
        return f"{float(1 / value if claim.figure.less and value else value):.3f}x"
    return f"{value:,}" if type(value) is int else f"{float(value):,.8g}"
