"""The worked page of one layer: each formula, the numbers put in, the result."""

from __future__ import annotations

from archcalc.analysis.report import LayerReport, Report
from archcalc.lessons.layer_page import layer_title, lead, letters_of, sources
from archcalc.lessons.worked import slip_section, worked_sections
from archcalc.numbers import exact, in_bytes, readable
from archcalc.render.console import terminal_width, wrapped
from archcalc.render.rows import shapes_text
from archcalc.render.table import Style, notes


def explain_text(report: Report, layer: LayerReport, style: Style, width: int | None = None) -> str:
    """What `archcalc MODEL LAYER` prints."""
    width = width or terminal_width()
    lines = [layer_title(report, layer), lead(layer), ""]
    facts = [("in", shapes_text(layer.input_shapes, style.layout)), ("out", shapes_text(layer.output_shapes, style.layout))]
    if layer.inputs:
        facts[0] = ("in", f"{facts[0][1]}  from {', '.join(sources(layer)[:6])}")
    letters = letters_of(report, layer)
    if letters:
        facts.append(("with", letters))
    lines += [f"  {name:<5}{value}" for name, value in facts if value] + [""]
    for section in worked_sections(report, layer, style.no_bias):
        lines += section.lines()
    lines += ["", *_closing(report, layer)]
    for section in slip_section(layer):
        lines += ["", *section.lines()]
    return "\n".join(wrapped(lines, width)).rstrip() + "\n"


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
