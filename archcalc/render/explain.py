"""The worked page of one layer: each formula, the numbers put in, the result."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.report import LayerReport, Report
from archcalc.layers.base import Step
from archcalc.render.console import terminal_width, wrapped
from archcalc.render.numbers import exact, in_bytes, readable
from archcalc.render.rows import shapes_text
from archcalc.render.table import Style, notes

PRIMED = {"H_out": "H'", "W_out": "W'", "T_out": "T'"}  # as on the slide: W' = (W - F + 2P)/S + 1


def explain_text(report: Report, layer: LayerReport, style: Style, width: int | None = None) -> str:
    """What `archcalc MODEL LAYER` prints."""
    width = width or terminal_width()
    work = layer.work
    doc = (type(work.layer).__doc__ or "").split("\n\n")[0].strip()
    lines = [f"{report.name} {layer.name}: {layer.kind} {work.layer.title()}".rstrip(), " ".join(doc.split()), ""]
    facts = [("in", shapes_text(layer.input_shapes, style.layout)), ("out", shapes_text(layer.output_shapes, style.layout))]
    if layer.inputs:
        facts[0] = ("in", f"{facts[0][1]}  from {', '.join(_sources(layer)[:6])}")
    letters = _letters(report, layer)
    if letters:
        facts.append(("with", letters))
    lines += [f"  {name:<5}{value}" for name, value in facts if value] + [""]
    for title, found in worked_lines(report, layer, style):
        lines.append(title)
        lines += [f"  {line}" for line in found]
    lines += ["", *_closing(report, layer)]
    return "\n".join(wrapped(lines, width)).rstrip() + "\n"


def _sources(layer: LayerReport) -> list[str]:
    """Where the inputs come from; of a layer with several outputs, which one."""
    return [
        tensor.node.name if len(tensor.node.outputs) == 1 else f"{tensor.node.name} (output {tensor.port + 1})"
        for tensor in layer.tensors
    ]


def _letters(report: Report, layer: LayerReport) -> str:
    """The values of the names in the formulas, but for those that the page works out, or that stand for themselves."""
    steps = [step for step in layer.work.steps if step.role != "need" or step.note]
    defined = {step.name for step in steps}
    used = {name for step in steps for name in step.formula.plain} - defined
    values = {name: value for name, value in layer.work.values.items() if name in used}
    pairs = ((name, exact(value, report.algebra)) for name, value in values.items())
    return ", ".join(f"{name} = {value}" for name, value in pairs if name != value)


def worked_lines(report: Report, layer: LayerReport, style: Style) -> list[tuple[str, list[str]]]:
    """The steps of a layer's worksheet, grouped under titles, each as `formula = numbers = result`."""
    steps = layer.work.steps
    groups: list[tuple[str, list[str]]] = []
    sizes = _without_twins(report, layer, [step for step in steps if step.role in ("size", "let")])
    groups.append(("output size", [_line(report, layer, step, names) for step, names in sizes]))
    groups.append(("conditions", [_condition(report, layer, step) for step in steps if step.role == "need" and step.note]))
    groups.append(("params", _params(report, layer, style)))
    groups.append(("buffers (kept, not learned)", [_line(report, layer, s, s.name) for s in steps if s.role == "buffer"]))
    groups.append(("ops (MACs)", _counts(report, layer, "macs", layer.work.macs)))
    groups.append(("elementwise operations", _counts(report, layer, "elementwise", layer.work.elementwise)))
    return [group for group in groups if group[1]]


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


def _line(report: Report, layer: LayerReport, step: Step, name: str) -> str:
    shown = _shown(report, layer, step)
    result = exact(step.value, report.algebra)
    text = step.formula.text
    parts = [f"{name} = {text}"]
    if shown != text:
        parts.append(shown)
    if shown.replace(",", "") != result.replace(",", "") or len(parts) == 1:
        parts.append(result)
    if len(parts) > 2 and parts[-1] == parts[-2]:
        parts.pop()
    note = f"   ({step.note})" if step.note else ""
    return " = ".join(parts) + note


def _condition(report: Report, layer: LayerReport, step: Step) -> str:
    shown = _shown(report, layer, step)
    holds = {True: "holds", False: "fails", None: "undecided"}[step.value]
    return f"{step.formula.text}: {shown} {holds}   ({step.note})"


def _params(report: Report, layer: LayerReport, style: Style) -> list[str]:
    steps = layer.work.steps
    lines = [_line(report, layer, step, step.name) for step in steps if step.role in ("param", "bias")]
    if not lines:
        return ["0: nothing is learned here"]
    summaries = [step for step in steps if step.role == "summary" and step.name == "params"]
    total = exact(layer.params, report.algebra)
    for step in summaries:
        lines.append(f"together {step.formula.text} = {_shown(report, layer, step)} = {total}")
    if not summaries and len(lines) > 1:
        lines.append(f"together {total}")
    if style.no_bias and layer.params != layer.params_no_bias:
        lines.append(f"without biases {exact(layer.params_no_bias, report.algebra)}")
    return lines


def _counts(report: Report, layer: LayerReport, role: str, total: Any) -> list[str]:
    steps = [step for step in layer.work.steps if step.role == role]
    lines = [_line(report, layer, step, role if role == "macs" else "elementwise") for step in steps]
    if len(lines) > 1:
        lines.append(f"together {exact(total, report.algebra)}")
    if report.batch != 1 and lines:
        lines.append(f"for a batch of {report.batch}: {exact(getattr(layer, role), report.algebra)}")
    return lines


def _closing(report: Report, layer: LayerReport) -> list[str]:
    """Memory, reach and place, one line each."""
    memory = exact(layer.activations, report.algebra)
    lines = []
    if layer.work.layer.in_place:
        lines.append("memory   0 values: it works in place, or only renames or picks what is there")
    else:
        product = " + ".join(shape.text("chw", "*") for shape in layer.output_shapes)
        size = in_bytes(layer.activations * _bytes(report))
        if report.batch != 1:
            product = f"{report.batch}*{product}" if len(layer.output_shapes) == 1 else f"{report.batch}*({product})"
        product = product if product == memory else f"{product} = {memory}"
        lines.append(f"memory   {product} values{f', {size} in {report.dtype}' if size else ''}")
    if layer.macs:
        flops = readable(layer.flops) or exact(layer.flops, report.algebra)
        lines.append(f"FLOPs    2 * MACs = {flops}")
    field = exact(layer.receptive_field, report.algebra)
    apart = f", {exact(layer.stride, report.algebra)} apart" if layer.receptive_field != "all" else ""
    pixels = "1 input pixel" if field == "1" else f"{field} input pixels"
    lines.append(f"sees     {pixels}{apart}" if apart else "sees     all of the input")
    lines.append(f"at       {layer.place}")
    inside = len(report.find(layer.name)) - 1
    if inside:
        lines.append(f"branches {inside} layers; --table lists them")
    mine = [note for note in notes(report) if f" {layer.name}:" in note]
    return lines + mine


def _bytes(report: Report) -> int:
    from archcalc.analysis.report import BYTES

    return BYTES[report.dtype]
