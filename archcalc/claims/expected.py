"""Holding expectations against the arithmetic, and what is to be said where one is broken."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from decimal import ROUND_HALF_UP
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.analysis import BYTES, LayerReport, Report
from archcalc.analysis.report import top_level
from archcalc.arithmetic import EXACT
from archcalc.claims.check import HOLDS, Reports, blamed, exact_value
from archcalc.claims.expectations import SAME, SUMMED, Expectation
from archcalc.claims.figures import read_kinds
from archcalc.claims.findings import asked, printed_like
from archcalc.errors import SpecError

if TYPE_CHECKING:
    from archcalc.differences import Side

BROKEN = "broken"
MOST_LAYERS = 3  # that are named where most is, and where most was added
COMPARE = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
WORDS = {"<=": "at most ", "<": "less than ", ">=": "at least ", ">": "more than ", "==": "", "!=": "something else than "}


class Expected(NamedTuple):
    """An expectation, the exact value (of a share the quotient), and the mistake to show if it is broken."""

    expectation: Expectation
    value: Any
    finding: SpecError | None

    @property
    def good(self) -> bool:
        """Whether all is as expected."""
        return self.finding is None

    @property
    def verdict(self) -> str:
        """`holds` or `broken`."""
        return HOLDS if self.good else BROKEN

    @property
    def shown(self) -> str:
        """The exact value, for people."""
        return _shown(self.expectation, self.value)


def hold(expectation: Expectation, reports: Reports, baselines: Mapping[str, Side]) -> Expected:
    """An expectation with its exact value. Raises SpecError where it cannot be worked out.

    `baselines` are saved reports by the names of models: where a budget is passed they say which layers grew.
    """
    try:
        if expectation.quantity == SAME:
            return _same(expectation, reports)
        value = exact_value(expectation, reports)
        limit = _limit(expectation, reports)
    except SpecError as error:
        raise blamed(expectation, error)  # noqa: B904 - the same error, with its place
    if _kept(expectation, value, limit):
        return Expected(expectation, value, None)
    report = reports.of(expectation.model, expectation, expectation.settings)
    found = _finding(expectation, value, limit)
    too_much = not isinstance(value, str) and expectation.comparison in ("<=", "<", "==") and value > limit
    if too_much and expectation.quantity in SUMMED:
        found.notes += _holders(expectation, report)
        if expectation.model in baselines:
            found.notes.append(_grown(expectation, report, baselines[expectation.model]))
    return Expected(expectation, value, found)


def _limit(expectation: Expectation, reports: Reports) -> Any:
    """The number that a value is compared with. None for sizes and kinds."""
    if not expectation.other:
        return None if expectation.figure.sort in ("shape", "kinds") else expectation.limit
    other = reports.of(expectation.other, expectation, {})
    value = getattr(other.totals, expectation.quantity)
    if type(value) is not int:
        what = f"the {expectation.quantity} of {expectation.other}"
        raise SpecError("bad-claim", f"{what} is {value}, and a plain number is needed")
    return expectation.factor * value


def _kept(expectation: Expectation, value: Any, limit: Any) -> bool:
    comparison = expectation.comparison
    if comparison in COMPARE:
        return bool(COMPARE[comparison](value, limit))
    equal = value == limit if expectation.other else expectation.figure.holds(value)
    return equal if comparison == "==" else not equal


def _shown(expectation: Expectation, value: Any) -> str:
    if isinstance(value, str):
        return value
    if expectation.figure.sort == "percent":
        return f"{float(100 * value):.2f}%"
    return _number(value)


def _number(value: Any) -> str:
    return f"{round(value):,}" if value == int(value) or abs(value) >= 1000 else f"{float(value):,.2f}"


def _finding(expectation: Expectation, value: Any, limit: Any) -> SpecError:
    bound = expectation.figure.text
    if expectation.other:
        factor = f"{float(expectation.factor):g} times " if expectation.factor != 1 else ""
        bound = f"{factor}{_number(limit / expectation.factor)}, that of {expectation.other},"
    message = f"{asked(expectation)} is {_shown(expectation, value)}, and {WORDS[expectation.comparison]}{bound} is expected"
    found = SpecError("broken-expectation", message, expectation.place, _excess(expectation, value, limit))
    found.notes += [expectation.why] if expectation.why else []
    return found


def _excess(expectation: Expectation, value: Any, limit: Any) -> str:
    """By how much it is passed."""
    if expectation.quantity == "kinds":
        return _other_kinds(expectation.figure.exact, read_kinds(value) or {})
    if isinstance(value, str) or expectation.comparison == "!=":
        return ""
    if expectation.figure.sort == "percent":
        return f"that is {abs(float(100 * (value - limit))):.2f} points too {'much' if value > limit else 'little'}"
    if expectation.comparison == "==" and not expectation.other:
        reading = printed_like(expectation.figure, value, ROUND_HALF_UP)
        if reading and reading != _shown(expectation, value):
            return f"to as many digits that is {reading}"
    share = f" ({_times(abs(Fraction(value) - limit) / limit)})" if limit else ""
    if value == limit:
        return ""
    return f"that is {_number(abs(value - limit))}{share} too {'much' if value > limit else 'little'}"


def _other_kinds(wanted: Mapping[str, int], found: Mapping[str, int]) -> str:
    """The kinds of which there are more or fewer: `there are 14 relu instead of 15 and no dropout instead of 2`."""
    other = [
        f"{found.get(kind, 'no')} {kind} instead of {wanted.get(kind, 'none')}"
        for kind in {**wanted, **found}
        if wanted.get(kind) != found.get(kind)
    ]
    return f"there are {_listed(other)}"


def _times(share: Fraction) -> str:
    return f"{float(100 * share):.3g}%" if share < 10 else f"{float(share):.3g} times"


# ------------------------------------------------------------------------------------------ where it is, and what grew


def _amount(expectation: Expectation, layer: LayerReport) -> Any:
    if expectation.quantity == "activation_bytes":
        return BYTES[expectation.dtype] * layer.activations
    if expectation.quantity == "param_bytes":
        return BYTES[expectation.dtype] * layer.params
    return getattr(layer, expectation.quantity)


def _holders(expectation: Expectation, report: Report) -> list[str]:
    """The layers or blocks with most of a quantity."""
    layers = report.layers
    if expectation.at:
        layers = list({id(layer): layer for name in expectation.at for layer in report.find(name)}.values())
    units = _units(layers)
    sums = [(sum(_amount(expectation, layer) for layer in unit), name) for name, unit in units]
    whole = sum(amount for amount, _ in sums)
    if not whole:
        return []
    most = sorted(sums, key=lambda one: -one[0])[:MOST_LAYERS]
    shown = [f"{name} ({amount:,}, {100 * amount / whole:.0f}%)" for amount, name in most if amount]
    if expectation.at and len(shown) < 2:  # it is the layer that was asked about
        return []
    return [f"most is in {_listed(shown)}"]


def _units(layers: list[LayerReport]) -> list[tuple[str, list[LayerReport]]]:
    """Layers or blocks, as deep inside as there are several."""
    level = 1
    while True:
        units = top_level(layers, level)
        if len(units) > 1 or all(layer.name.count(".") < level for layer in layers):
            return units
        level += 1


def _grown(expectation: Expectation, report: Report, before: Side) -> str:
    """The layers that grew most since a report was saved."""
    from archcalc.differences import growth, side_of

    after = side_of(report)
    if (before.dtype or "fp32") != report.dtype and expectation.quantity.endswith("_bytes"):
        return f"{before.label} was saved with another dtype, so what grew since is not shown"
    if list(before.inputs.values()) != list(after.inputs.values()) or before.batch != after.batch:
        return f"{before.label} was saved with another input or batch, so what grew since is not shown"
    asked = {layer.name for name in expectation.at for layer in report.find(name)} or None
    grown = growth(before, after, expectation.quantity, MOST_LAYERS, asked)
    shown = [f"{one.name} by {one.change:,}" for one in grown]
    return (
        f"since {before.label} grew most: {', '.join(shown)}"
        if shown
        else f"since {before.label} no layer {'of these ' if asked else ''}grew"
    )


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


# ------------------------------------------------------------------------------------------ equality

Cost = tuple[Any, ...]
COMPARED = ("params", "buffers", "macs", "activations", "depth")


def _same(expectation: Expectation, reports: Reports) -> Expected:
    ours = reports.of(expectation.model, expectation, expectation.settings)
    theirs = reports.of(expectation.other, expectation, {})
    if ours.algebra is not EXACT or theirs.algebra is not EXACT:
        raise SpecError("bad-claim", "models are compared with plain numbers, and here are symbols")
    mine, others = _costs(ours), _costs(theirs)
    if [cost for _, cost in mine] == [cost for _, cost in others]:
        return Expected(expectation, "the same", None)
    pairs = [(name, getattr(ours.totals, name), getattr(theirs.totals, name)) for name in COMPARED]
    totals = [f"{name} {one:,} and {other:,}" for name, one, other in pairs if one != other]
    compared = ", ".join(totals) or "all totals are equal, but the layers are not"
    message = f"{expectation.model} is not the same as {expectation.other}: {compared}"
    at = next((k for k, pair in enumerate(zip(mine, others, strict=False)) if pair[0][1] != pair[1][1]), None)
    at = min(len(mine), len(others)) if at is None else at
    sides = [f"in {report.name} {_layer(costs, at)}" for report, costs in ((ours, mine), (theirs, others))]
    hint = f"the first layers that differ: {', '.join(sides)}"
    found = SpecError("broken-expectation", message, expectation.place, hint)
    found.notes += [expectation.why] if expectation.why else []
    return Expected(expectation, "different", found)


def _costs(report: Report) -> list[tuple[LayerReport, Cost]]:
    """The layers that are not in place, in order of execution, each with what has to be equal: all but names and fields."""
    return [
        (layer, (layer.kind, layer.output_shapes, layer.params, layer.buffers, layer.macs))
        for layer in report.layers
        if not layer.work.layer.in_place
    ]


def _layer(costs: list[tuple[LayerReport, Cost]], at: int) -> str:
    if at >= len(costs):
        return "there is none left"
    layer = costs[at][0]
    about = f"{layer.kind} {layer.title}".strip()
    return f"{layer.name} ({about}: {layer.output.text('hwc')}, {layer.params:,} params, {layer.macs:,} MACs)"
