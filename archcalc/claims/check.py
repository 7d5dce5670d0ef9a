"""Holding claims against the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.analysis import BYTES, LayerReport, Report
from archcalc.arithmetic import show_number
from archcalc.claims.read import Claim
from archcalc.errors import SpecError
from archcalc.expr import FormulaError, formula
from archcalc.layers.fields import Pair, Sides
from archcalc.shapes import Picture, Shape

HOLDS, ERRATUM, WRONG, OUTDATED = "holds", "erratum", "wrong", "outdated"
Analyze = Callable[..., Report]  # of a model's name, with input, batch, dtype and set


class Checked(NamedTuple):
    """A claim, the exact value, and what follows.

    `verdict`: holds; erratum (it does not, and the spec says why); wrong (it does not); outdated (it holds, although the spec
    says that it does not).
    """

    claim: Claim
    value: Any
    verdict: str

    @property
    def good(self) -> bool:
        """Whether all is as the spec says."""
        return self.verdict in (HOLDS, ERRATUM)


def check_claims(claims: list[Claim], analyze: Analyze, kept: dict[Any, Report] | None = None) -> Iterator[Checked]:
    """Each claim with its exact value. Raises SpecError.

    Models are worked out once for each of their settings, and reports kept in `kept` for further calls.
    """
    reports: dict[Any, Report] = {} if kept is None else kept

    def report_of(model: str, claim: Claim, settings: Mapping[str, str]) -> Report:
        key = (model, claim.inputs, claim.batch, claim.dtype, tuple(settings.items()))
        if key not in reports:
            reports[key] = analyze(model, input=claim.inputs, batch=claim.batch, dtype=claim.dtype, set=settings)
        return reports[key]

    for claim in claims:
        try:
            value = _value(claim, report_of)
        except SpecError as error:
            if error.place is None or error.place.text != claim.place.text:
                error.place = _blamed(claim, error)
            raise
        holds = claim.figure.holds(value)
        yield Checked(claim, value, (OUTDATED if holds else ERRATUM) if claim.erratum else HOLDS if holds else WRONG)


def _blamed(claim: Claim, error: SpecError) -> Any:
    """Where in a claim the mistake is most likely."""
    by_code = {"unknown-layer": "at", "unknown-model": "than", "unknown-parameter": "set", "bad-option": "input"}
    for name in (by_code.get(error.code, ""), "of", "set", "input", "at"):
        if name in claim.places:
            return claim.places[name]
    return claim.place


def _value(claim: Claim, report_of: Callable[[str, Claim, Mapping[str, str]], Report]) -> Any:
    report = report_of(claim.model, claim, claim.settings)
    if claim.quantity == "setting":
        return _plain(claim, report.settings[claim.of])
    if claim.quantity in ("value", "field"):
        return _of_layer(claim, report.find(claim.at[0])[-1])
    if claim.quantity == "output":
        layers = report.find(claim.at[0]) if claim.at else report.layers
        return sizes_text(layers[-1].output)
    value = _plain(claim, _counted(claim, report))
    if claim.figure.sort in ("percent", "most"):
        return Fraction(value) / _plain(claim, getattr(report.totals, claim.quantity))
    if claim.than:
        other = _plain(claim, getattr(report_of(claim.than, claim, {}).totals, claim.quantity))
        if not other:
            raise SpecError("bad-claim", f"{claim.than} has no {claim.quantity} to compare with")
        return Fraction(value) / other
    return value


def _counted(claim: Claim, report: Report) -> Any:
    """A quantity of the whole model, or summed over layers."""
    if not claim.at:
        return getattr(report.totals, claim.quantity)
    layers = list({id(layer): layer for name in claim.at for layer in report.find(name)}.values())
    if claim.quantity == "receptive_field":
        return layers[-1].receptive_field
    if claim.quantity == "activation_bytes":
        return BYTES[claim.dtype] * sum(layer.activations for layer in layers)
    return sum(getattr(layer, claim.quantity) for layer in layers)


def _of_layer(claim: Claim, layer: LayerReport) -> Any:
    if claim.quantity == "field":
        values = layer.work.layer
        if claim.of not in values.fields:
            known = ", ".join(values.fields) or "none"
            raise SpecError("bad-claim", f"{layer.name} is a {layer.kind} and has no field '{claim.of}'; its fields: {known}")
        return field_text(getattr(values, claim.of))
    try:
        return _plain(claim, formula(claim.of).evaluate(layer.work.values))
    except FormulaError as error:
        raise SpecError("bad-claim", f"`of`: {error.message}") from None
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
    raise SpecError("bad-claim", f"the {claim.quantity} is {value}, and a claim needs a plain number")


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
    value = checked.value
    if isinstance(value, str):
        return value
    if checked.claim.figure.sort in ("percent", "most"):
        return f"{float(100 * value):.2f}%"
    if checked.claim.figure.sort == "ratio":
        return f"{float(1 / value if checked.claim.figure.less and value else value):.3f}x"
    return f"{value:,}" if type(value) is int else f"{float(value):.6g}"
