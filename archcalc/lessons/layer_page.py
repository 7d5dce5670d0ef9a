"""The page of one layer: its formulas with their numbers, what it keeps and sees, and what the usual mistakes come to."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.report import BYTES, LayerReport, Report
from archcalc.arithmetic import Number
from archcalc.expr import formula
from archcalc.layers.base import ALL
from archcalc.lessons.pages import Entry, Equation, Page, Section
from archcalc.lessons.savings import MOST_FURTHER, Saving, patches, savings
from archcalc.lessons.worked import slip_section, worked_sections
from archcalc.numbers import exact, in_bytes
from archcalc.shapes import Picture, Shape

MOST_NAMES = 6  # of layers that are listed one by one


def layer_page(report: Report, layer: LayerReport, layout: str = "hwc", no_bias: bool = False) -> Page:
    """What there is to say about a layer, whatever its kind."""
    sections = [*worked_sections(report, layer, no_bias), costs(report, layer)]
    sections += [saving.section() for saving in [*savings([layer]), *between_patches(report, [layer])]]
    sections += slip_section(layer, reasons=True)
    return Page(layer_title(report, layer), lead(layer), tuple(_facts(report, layer, layout)), tuple(sections))


def layer_title(report: Report, layer: LayerReport) -> str:
    """The layer with what it is: "alexnet conv1: conv 11x11/4, 96"."""
    return f"{report.name} {layer.name}: {layer.kind} {layer.title}".rstrip()


def lead(layer: LayerReport) -> str:
    """What a layer of this kind does, in a sentence or two."""
    doc = (type(layer.work.layer).__doc__ or "").split("\n\n")[0]
    return "What the network receives." if layer.kind == "input" else " ".join(doc.split())


def between_patches(report: Report, layers: list[LayerReport]) -> list[Saving]:
    """What attention between patches saves, where one of the layers attends to as many tokens."""
    saving = patches(report)
    tokens = {layer.input_shapes[0][-2] for layer in layers if layer.kind == "attention" and len(layer.input_shapes[0]) > 1}
    if saving is None or not any(0 <= one - saving.values["T"] <= MOST_FURTHER for one in tokens if type(one) is int):
        return []
    return [saving]


# ------------------------------------------------------------------------------------------ facts


def _facts(report: Report, layer: LayerReport, layout: str) -> list[tuple[str, str]]:
    """What comes in and from where, what goes out and to whom, and what the letters stand for."""
    facts = []
    if layer.tensors:
        facts.append(("in", f"{sizes(layer.input_shapes, layout)}  from {listed(sources(layer))}"))
    readers = [one.name for one in report.layers if layer.name in one.inputs]
    ends = "  to " + listed(readers) if readers else "  what the network gives" if layer.name in report.output_names else ""
    facts.append(("out", f"{sizes(layer.output_shapes, layout)}{ends}"))
    letters = letters_of(report, layer)
    return [*facts, ("with", letters)] if letters else facts


def sizes(shapes: tuple[Shape, ...], layout: str) -> str:
    """The sizes of tensors, joined by commas; equal ones counted."""
    texts = [shape.text(layout) for shape in shapes]
    if len(texts) > 1 and len(set(texts)) == 1:
        return f"{len(texts)} of {texts[0]}"
    return listed(texts)


def listed(texts: list[str]) -> str:
    """Texts joined by commas; of many the first ones, and how many there are."""
    return ", ".join(texts if len(texts) <= MOST_NAMES else [*texts[: MOST_NAMES - 1], f"... ({len(texts)} in all)"])


def sources(layer: LayerReport) -> list[str]:
    """Where the inputs come from; of a layer with several outputs, which one."""
    return [
        tensor.node.name if len(tensor.node.outputs) == 1 else f"{tensor.node.name} (output {tensor.port + 1})"
        for tensor in layer.tensors
    ]


def letters_of(report: Report, layer: LayerReport) -> str:
    """The values of the names in the formulas, but for those that the page works out, or that stand for themselves."""
    steps = [step for step in layer.work.steps if step.role != "need" or step.note]
    defined = {step.name for step in steps}
    used = {name for step in steps for name in step.formula.plain} - defined
    pairs = ((name, exact(value, report.algebra)) for name, value in layer.work.values.items() if name in used)
    return ", ".join(f"{name} = {value}" for name, value in pairs if name != value)


# ------------------------------------------------------------------------------------------ memory and reach


def costs(report: Report, layer: LayerReport) -> Section:
    """What the layer keeps, its FLOPs, what one of its positions sees, where the spec says so, and remarks."""
    entries: list[Entry] = [_memory(report, layer)]
    if layer.macs:
        macs, algebra = layer.macs, report.algebra
        text = formula("2*macs")
        entries.append(Equation("FLOPs", text.text, text.shown({"macs": macs}, algebra), exact(layer.flops, algebra)))
    entries += _reach(report, layer)
    entries += list(layer.work.notes)
    conditions = report.algebra.summarize(list(layer.work.valid_when))
    entries += [f"valid when {' and '.join(conditions)}"] if conditions else []
    inside = [one for one in report.layers if one.name.startswith(f"{layer.name}.")]
    entries += [f"its branches have {len(inside)} layers"] if inside else []
    return Section("memory and reach", (*entries, f"written at {layer.place}"))


def _memory(report: Report, layer: LayerReport) -> Entry:
    if layer.work.layer.in_place:
        return "memory 0: it works in place, or only renames or picks what is there"
    product = " + ".join(shape.text("chw", "*") for shape in layer.output_shapes)
    if report.batch != 1:
        product = f"{report.batch}*{product}" if len(layer.output_shapes) == 1 else f"{report.batch}*({product})"
    size = in_bytes(layer.activations * BYTES[report.dtype])
    note = f"values, {size} in {report.dtype}" if size else "values"
    return Equation("memory", "", product, exact(layer.activations, report.algebra), note)


def _reach(report: Report, layer: LayerReport) -> list[Entry]:
    """What one position sees of the network's input, worked out from what its input sees where that is one step."""
    if layer.receptive_field == ALL:
        return [f"each position sees all {unit_of(report)}s of the input"]
    worked = _worked_reach(report, layer)
    if worked:
        return [
            *worked,
            f"that is, in {unit_of(report)}s of the network's input: the layer before sees r, its neighbours lie jump apart",
        ]
    apart = exact(layer.stride, report.algebra)
    return [f"each position sees {seen(report, layer.receptive_field)} of the input; neighbours lie {apart} apart"]


def seen(report: Report, field: Any) -> str:
    """A receptive field with its unit: "1 pixel", "427 pixels"."""
    text = exact(field, report.algebra)
    return f"{text} {unit_of(report)}{'' if text == '1' else 's'}"


def unit_of(report: Report) -> str:
    """What the positions of the network's input are."""
    return "pixel" if any(isinstance(shape, Picture) for shape in report.input_shapes.values()) else "position"


def _worked_reach(report: Report, layer: LayerReport) -> list[Entry]:
    """The two recurrences of a window along each axis, once where both are the same; nothing where they do not say it all."""
    windows = layer.work.windows
    if not isinstance(windows, tuple) or len(layer.tensors) != 1:
        return []
    before = report.layers[layer.tensors[0].node.index]
    found: list[list[Equation]] = []
    for index, along in ((0, " along H"), (1, " along W")):
        values = {"r": _along(before.receptive_field, index), "k": windows[index].kernel,
                  "jump": _along(before.stride, index), "S": windows[index].stride}  # fmt: skip
        if any(type(value) is not int for value in values.values()):
            return []
        found.append([])
        for name, text, given in (("sees", "r + (k - 1)*jump", layer.receptive_field), ("apart", "jump*S", layer.stride)):
            worked, value = formula(text), _along(given, index)
            if worked.evaluate(values) != value:
                return []
            found[-1].append(Equation(name + along, text, worked.shown(values), exact(value)))
    if all(high[1:] == wide[1:] for high, wide in zip(*found, strict=True)):
        return [equation._replace(name=equation.name.split()[0]) for equation in found[0]]
    return [*found[0], *found[1]]


def _along(value: Any, index: int) -> Number:
    return value[index] if isinstance(value, tuple) else value
