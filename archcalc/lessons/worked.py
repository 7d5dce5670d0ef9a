"""A layer worked out, as a page: each formula, the numbers put in, the result, and what the usual mistakes come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.layers.base import Step
from archcalc.layers.pitfalls import PITFALLS
from archcalc.lessons.pages import Entry, Equation, Section
from archcalc.numbers import exact

PRIMED = {"H_out": "H'", "W_out": "W'", "T_out": "T'"}  # as on the slide: W' = (W - F + 2P)/S + 1
QUANTITIES = {"params": "params", "macs": "MACs", "activations": "memory"}
MOST_SLIPS = 3  # of each quantity that are told where there is no room for reasons


class Slipped(NamedTuple):
    """What a mistake comes to: what is wrong then, the mistake's name, the formula and its numbers, the wrong value."""

    of: str
    name: str
    formula: str
    numbers: str
    value: int

    @property
    def why(self) -> str:
        """Why it is a mistake."""
        return PITFALLS[self.name]


# ------------------------------------------------------------------------------------------ steps


def worked_sections(report: Report, layer: LayerReport, no_bias: bool = False) -> list[Section]:
    """The steps of a layer's worksheet, grouped under titles. With `no_bias` the params without biases are said, too."""
    steps = layer.work.steps
    sizes = _without_twins(report, layer, [step for step in steps if step.role in ("size", "let")])
    groups: list[tuple[str, list[Entry]]] = [
        ("output size", [equation(report, layer, step, names) for step, names in sizes]),
        ("conditions", [_condition(report, layer, step) for step in steps if step.role == "need" and step.note]),
        ("params", _params(report, layer, no_bias)),
        ("buffers (kept, not learned)", [equation(report, layer, s, s.name) for s in steps if s.role == "buffer"]),
        ("ops (MACs)", _counts(report, layer, "macs", layer.work.macs)),
        ("elementwise operations", _counts(report, layer, "elementwise", layer.work.elementwise)),
    ]
    return [Section(title, tuple(entries)) for title, entries in groups if entries]


def _without_twins(report: Report, layer: LayerReport, steps: list[Step]) -> list[tuple[Step, str]]:
    """H' and W' as one line where the numbers are the same."""
    found: list[tuple[Step, str]] = []
    for step in steps:
        name = PRIMED.get(step.name, step.name)
        if found and step.name == "W_out" and found[-1][0].name == "H_out":
            twin = found[-1][0]
            if _shown(report, layer, twin) == _shown(report, layer, step):
                found[-1] = (step, "H' = W'")
                continue
        found.append((step, name))
    return found


def _shown(report: Report, layer: LayerReport, step: Step) -> str:
    return step.formula.shown(layer.work.values, report.algebra)


def equation(report: Report, layer: LayerReport, step: Step, name: str) -> Equation:
    """A step of the worksheet with its numbers."""
    shown, text = _shown(report, layer, step), step.formula.text
    return Equation(name, text, "" if shown == text else shown, exact(step.value, report.algebra), step.note)


def _condition(report: Report, layer: LayerReport, step: Step) -> str:
    shown = _shown(report, layer, step)
    holds = {True: "holds", False: "fails", None: "undecided"}[step.value]
    return f"{step.formula.text}: {shown} {holds}   ({step.note})"


def _params(report: Report, layer: LayerReport, no_bias: bool) -> list[Entry]:
    steps = layer.work.steps
    lines: list[Entry] = [equation(report, layer, step, step.name) for step in steps if step.role in ("param", "bias")]
    if not lines:
        return ["0: nothing is learned here"]
    summaries = [step for step in steps if step.role == "summary" and step.name == "params"]
    total = exact(layer.params, report.algebra)
    lines += [Equation("together", step.formula.text, _shown(report, layer, step), total) for step in summaries]
    if not summaries and len(lines) > 1:
        lines.append(Equation("together", "", "", total))
    if no_bias and layer.params != layer.params_no_bias:
        lines.append(Equation("without biases", "", "", exact(layer.params_no_bias, report.algebra)))
    return lines


def _counts(report: Report, layer: LayerReport, role: str, total: Any) -> list[Entry]:
    steps = [step for step in layer.work.steps if step.role == role]
    lines: list[Entry] = [equation(report, layer, step, role) for step in steps]
    if len(lines) > 1:
        lines.append(Equation("together", "", "", exact(total, report.algebra)))
    if report.batch != 1 and lines:
        lines.append(Equation(f"for a batch of {report.batch}", "", "", exact(getattr(layer, role), report.algebra)))
    return lines


# ------------------------------------------------------------------------------------------ slips


def slips(layer: LayerReport, of: str = "") -> Iterator[Slipped]:
    """What the usual mistakes with a layer come to (for one sample); of one quantity, or all of them.

    Those that come to the right value after all, or to no count at all, are left out; so are all where there are symbols.
    """
    work = layer.work
    values = {**work.values, "params": work.params_count, "macs": work.macs}
    right = {"params": work.params_count, "macs": work.macs, "activations": work.activations}
    for pitfall in work.layer.pitfalls():
        if of not in ("", pitfall.of):
            continue
        text = formula(pitfall.formula)
        try:
            value = text.evaluate(values)
        except (SpecError, TypeError):  # symbols, or a division by nothing
            continue
        if type(value) is int and value > 0 and value != right.get(pitfall.of, work.values.get(pitfall.of)):
            yield Slipped(pitfall.of, pitfall.name, pitfall.formula, text.shown(values), value)


def slip_section(layer: LayerReport, reasons: bool = False) -> list[Section]:
    """The usual mistakes as a section; none where the kind has none. With `reasons` all, and why; else the first of each."""
    found: dict[str, dict[int, Slipped]] = {}  # by quantity and value: one value is told once
    for slip in slips(layer):
        of = "size" if slip.of in ("H_out", "W_out") else QUANTITIES[slip.of]
        found.setdefault(of, {}).setdefault(slip.value, slip)
    told: list[Entry] = []
    for of, ones in found.items():
        if reasons:
            told += [f"{of} {exact(value)}: {slip.name}   ({slip.why})" for value, slip in ones.items()]
        else:
            listed = [f"{exact(value)} ({slip.name})" for value, slip in list(ones.items())[:MOST_SLIPS]]
            told.append(f"{of} {', '.join(listed)}")
    return [Section("common slips", tuple(told))] if told else []
