"""The page of a model: how shapes change, where everything sits, how deep it is, what it saves, what was published."""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.analysis.report import BYTES, Report
from archcalc.analysis.stages import Stage, stages, where_most_is
from archcalc.claims import ERRATUM, HOLDS, Checked
from archcalc.claims.check import value_text
from archcalc.layers.base import ALL
from archcalc.lessons.block_page import quantities
from archcalc.lessons.depth import WHERE, counted, depth_of
from archcalc.lessons.layer_page import seen, sizes
from archcalc.lessons.pages import Entry, Equation, Page, Rows, Section
from archcalc.lessons.pieces import story
from archcalc.lessons.savings import Saving, patches, savings
from archcalc.numbers import exact, in_bytes, readable
from archcalc.shapes import Picture

MOST_CLAIMS = 3  # that are told one by one
LECTURE = "CS231n"  # whose figures are told first
TOLD_FIRST = ("params", "macs", "flops", "depth", "activations", "layers")
NAMES = {
    "params_no_bias": "params without biases",
    "macs": "ops (MACs)",
    "flops": "FLOPs",
    "activations": "memory (values)",
    "activation_bytes": "memory",
    "receptive_field": "the receptive field",
}


def model_page(report: Report, layout: str = "hwc", no_bias: bool = False, checked: Iterable[Checked] = ()) -> Page:
    """What there is to say about a model. `checked` are its claims, held against it."""
    found = stages(report)
    sections: list[Section | Rows] = [
        _shapes(report, found, layout),
        _sits(report, found, no_bias),
        _depth(report),
        _reach(report),
        *_savings(report),
        *_claims(list(checked)),
    ]
    title = f"{report.name}: {report.title}" if report.title and report.title != report.name else report.name
    given = ", ".join(f"{name} {shape.text(layout)}" for name, shape in report.input_shapes.items())
    remarks = [*report.notes, *([f"valid when {' and '.join(report.valid_when)}"] if report.valid_when else [])]
    if remarks:
        sections.append(Section("notes", tuple(remarks)))
    return Page(title, report.cite, (("for", f"{given}, batch {report.batch}, {report.dtype}"), *_totals(report, no_bias)),
                tuple(sections))  # fmt: skip


def _totals(report: Report, no_bias: bool) -> Iterable[tuple[str, str]]:
    for title, of in quantities(no_bias):
        value = getattr(report.totals, of)
        text, short = exact(value, report.algebra), readable(value)
        size = in_bytes(value * BYTES[report.dtype]) if of != "macs" else ""
        close = ", ".join(part for part in (short if short != text else "", size) if part)
        yield (
            {"no bias": "params without biases", "memory": "memory (values)"}.get(title, title),
            f"{text} ({close})" if close else text,
        )


# ------------------------------------------------------------------------------------------ shapes and sums


def _shapes(report: Report, found: list[Stage], layout: str) -> Section:
    """Stage by stage what happens to the shape."""
    entries: list[Entry] = []
    arriving = sizes(tuple(report.input_shapes.values()), layout)
    for stage in found:
        told = story(report, [layer for layer in stage.layers if layer.kind != "input"])
        if told:
            leaving = stage.output.text(layout)
            by = "" if told == stage.label else f" by {told}"
            entries.append(f"{stage.label}: {arriving} -> {leaving}{by}")
            arriving = leaving
    return Section("the story of shapes", (*entries, *_overall(report)))


def _overall(report: Report) -> list[str]:
    """How much smaller pictures become, and how many more channels they have."""
    pictures = [layer.output for layer in report.layers if isinstance(layer.output, Picture) and len(layer.output) == 3]
    wide = [shape for shape in pictures if all(type(size) is int for size in shape) and shape[1] > 1]
    if len(wide) < 2 or len(wide) < len([shape for shape in pictures if type(shape[1]) is not int or shape[1] > 1]):
        return []
    first, last = wide[0], wide[-1]
    if first[1] <= last[1]:
        return []
    factor = f", {first[1] // last[1]} times less" if first[1] % last[1] == 0 else ""
    return [f"in all, pictures shrink from {first[1]}x{first[2]} to {last[1]}x{last[2]}{factor}, and their channels go from "
            f"{first[0]} to {last[0]}"]  # fmt: skip


def _sits(report: Report, found: list[Stage], no_bias: bool) -> Rows:
    """What each stage has of everything, and where most is."""
    columns = quantities(no_bias)
    rows = []
    for stage in found:
        sums = [report.algebra.total([stage.sum(of)]) for _, of in columns]
        if any(type(value) is not int or value for value in sums):
            field = exact(stage.layers[-1].receptive_field, report.algebra)
            rows.append((stage.label, field, *(exact(value, report.algebra) for value in sums)))
    totals = [exact(getattr(report.totals, of), report.algebra) for _, of in columns]
    words = {"params": "params are", "params_no_bias": "params are", "macs": "ops are", "activations": "memory is"}
    below = [f"Most {words[of]} in {where}." for _, of in columns if (where := where_most_is(report, found, of))]
    rows.append(("total", "", *totals))
    return Rows("where it sits", ("stage", "sees", *(title for title, _ in columns)), tuple(rows), 1, True, tuple(below))


# ------------------------------------------------------------------------------------------ depth and reach


def _depth(report: Report) -> Section:
    depth = depth_of(report)
    entries: list[Entry] = [Equation("depth", "", counted(depth.path) or "0", exact(depth.total), "layers with weights on the "
                                     "longest path")]  # fmt: skip
    if any(layer.work.layer.weighted_depth > 1 for layer in depth.path):
        entries.append("attention counts as the two linear layers on its path: to queries, keys and values, and back")
    if depth.gates:
        without = sum(layer.work.layer.weighted_depth for layer in depth.main)
        entries.append(f"of these, {counted(depth.gates)} only work out gates")
        entries.append(Equation("depth without gates", "", counted(depth.main), exact(without)))
    for place, layers in depth.beside.items():
        names = [layer.name for layer in layers]
        some = ", ".join(names if len(names) <= 2 else [names[0], "..."])
        entries.append(f"beside that path: {counted(layers)} {WHERE[place]} ({some})")
    return Section("how depth is counted", tuple(entries))


def _reach(report: Report) -> Section:
    """The receptive field, and where every position sees everything."""
    totals = report.totals
    entries: list[Entry] = []
    if totals.receptive_field_at:
        entries.append(f"one position of {totals.receptive_field_at} sees {seen(report, totals.receptive_field)} of the input")
    if any(isinstance(layer.work.windows, tuple) for layer in report.layers):
        entries.append("a window adds (kernel - 1) times the product of the strides before it")
    names = [layer.name for layer in report.layers]
    behind = names.index(totals.receptive_field_at) + 1 if totals.receptive_field_at else 0
    mixing = next((layer for layer in report.layers[behind:] if layer.work.windows == ALL), None)  # gates mix before that
    if mixing is not None:
        entries.append(f"from {mixing.name} on, every position sees all of it: {mixing.kind} mixes all positions")
    gates = sum(layer.gated for layer in report.layers)
    if gates:
        entries.append(f"{gates} gates are left out: each sees the whole picture, but only scales channels")
    return Section("receptive field", tuple(entries or ["every position sees itself only"]))


def _savings(report: Report) -> list[Section]:
    """Each idea in the network once, where it saves most, and how often it is used."""
    between, attentions = patches(report), sum(layer.kind == "attention" for layer in report.layers)
    found: dict[str, list[Saving]] = {}
    for saving in [*savings(report.layers), *([between] * attentions if between is not None else [])]:
        found.setdefault(saving.kind, []).append(saving)
    sections = []
    for alike in found.values():
        most = max(alike, key=lambda saving: saving.number(saving.plain.macs) - saving.number(saving.block.macs))
        often = f"{len(alike)} times in the network; here where it saves most: " if len(alike) > 1 else ""
        section = most.section()
        sections.append(section._replace(entries=(f"{often}{', '.join(most.layers)}", *section.entries)))
    return sections


# ------------------------------------------------------------------------------------------ what was published


def _claims(checked: list[Checked]) -> list[Section]:
    """How many published figures hold, with a few of them; and every one that does not, and why."""
    holding = [one for one in checked if one.verdict == HOLDS]
    sections = []
    if holding:
        lines = [f"{one.claim.text} for {_about(one)}: {value_text(one)} ({_source(one)})" for one in _telling(holding)]
        many = f"{len(holding)} of {len(checked)} published figures hold{', such as' if len(holding) > len(lines) else ''}"
        sections.append(Section("published figures", (many, *lines)))
    errata = tuple(disagreement(one) for one in checked if one.verdict == ERRATUM)
    return [*sections, Section("figures that differ, and why", errata)] if errata else sections


def _telling(holding: list[Checked]) -> list[Checked]:
    """A few figures of the whole model as it is, of different quantities; the lecture's first."""
    lecture_first = sorted(holding, key=lambda one: (not one.claim.plain, not one.claim.source.startswith(LECTURE)))
    told: dict[str, Checked] = {}
    for quantity in (*TOLD_FIRST, *(one.claim.quantity for one in lecture_first)):
        whole = [one for one in lecture_first if one.claim.quantity == quantity and not one.claim.at]
        told.update({one.claim.quantity: one for one in whole[:1] if quantity not in told})
    return list(told.values())[:MOST_CLAIMS] or holding[:MOST_CLAIMS]


def disagreement(one: Checked) -> str:
    """What a source prints, what it is here, and why."""
    claim = one.claim
    against = f", compared to {claim.than}" if claim.than else ""
    unit = " bytes" if claim.quantity.endswith("bytes") and type(one.value) is int else ""
    here = f"here it is {value_text(one)}{unit}"
    return f"{_source(one)} prints {claim.text} for {_about(one)}{against}; {here}. {claim.erratum}"


def _about(one: Checked) -> str:
    """What a figure is of, in the words of the page: "params of conv1"."""
    claim = one.claim
    return NAMES[claim.quantity] + claim.what.removeprefix(claim.quantity) if claim.quantity in NAMES else claim.what


def _source(one: Checked) -> str:
    return f"{one.claim.source}, slide {one.claim.slide}" if one.claim.slide is not None else one.claim.source
