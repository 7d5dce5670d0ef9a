"""What if a field of a layer were another? The layer worked out again, and all behind it on what then comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archcalc.analysis.report import LayerReport, Report, make_report
from archcalc.arithmetic import FUNCTIONS, Word, show_number
from archcalc.errors import SpecError, did_you_mean
from archcalc.graph import Graph, Node, Tensor
from archcalc.layers.base import Work
from archcalc.layers.fields import Field
from archcalc.lessons.again import worked_again
from archcalc.lessons.block_page import Quantities, quantities
from archcalc.lessons.layer_page import costs, layer_title, sizes
from archcalc.lessons.pages import Page, Rows, Section
from archcalc.lessons.worked import worked_sections
from archcalc.numbers import exact
from archcalc.shapes import Shape
from archcalc.source import Source, parse
from archcalc.spec.names import Names, expression

FORM = "write it as FIELD=VALUE,FIELD=VALUE: kernel=7,stride=2 or kernel=[1,7] or pad=same"
MOST_LAYERS = 6  # behind the changed one that are told one by one
_NEXT = re.compile(r",\s*(?=\w+\s*=(?!=))")  # a comma with another FIELD= behind it


class Misfit(NamedTuple):
    """The first layer that cannot do with what then comes in, and why."""

    layer: LayerReport
    error: SpecError


class WhatIf(NamedTuple):
    """A report, the number of a layer in it, the fields that it gets, and the report of the changed network.

    Where a layer behind it does not fit any more, that is up to there.
    """

    before: Report
    number: int
    fields: dict[str, Any]
    after: Report
    misfit: Misfit | None


# ------------------------------------------------------------------------------------------ fields


def what_if(report: Report, layer: LayerReport, text: str) -> WhatIf:
    """The network with other fields of a layer: `kernel=7,stride=2`. Raises SpecError for fields that it cannot have.

    The fields of the layers behind stay as they are, also where the spec works them out from shapes.
    """
    fields = read_fields(report, layer, text)
    index = next(i for i, one in enumerate(report.layers) if one is layer)
    nodes: list[Node] = []
    misfit = None
    for number, one in enumerate(report.layers):
        try:
            inputs = tuple(_arriving(nodes, tensor) for tensor in one.tensors)
            work = _again(report, one, inputs, fields if number == index else {})
        except SpecError as error:
            if number == index:
                error.message, error.culprit = f"{one.name}: {error.message}", text
                raise
            misfit = Misfit(one, error)
            break
        nodes.append(Node(number, one.name, work, inputs, one.origin))
    by_name = {node.name: node for node in nodes}
    outputs = () if misfit else tuple(by_name[name].outputs[0] for name in report.output_names)
    graph = Graph(nodes, outputs, report.groups, report.aliases)
    return WhatIf(report, index, fields, make_report(report.name, graph, report.algebra, report.batch, report.dtype), misfit)


def _arriving(nodes: list[Node], tensor: Tensor) -> Tensor:
    """What then comes in where a tensor did. Raises SpecError where a layer gives fewer than it did."""
    node = nodes[tensor.node.index]
    if tensor.port >= len(node.outputs):
        message = f"it reads output {tensor.port + 1} of {node.name}, which then gives {len(node.outputs)}"
        raise SpecError("flow-mismatch", message)
    return node.outputs[tensor.port]


def _again(report: Report, layer: LayerReport, inputs: tuple[Tensor, ...], fields: Mapping[str, Any]) -> Work:
    """A layer on other inputs, or with other fields; as it was where neither is so."""
    shapes = tuple(tensor.shape for tensor in inputs)
    if not fields and all(map(_same, shapes, layer.input_shapes)):
        return layer.work
    return worked_again(layer, shapes, fields, report.algebra)


def _same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are written the same, which with symbols is the surest to tell."""
    return type(one) is type(other) and str(one) == str(other)


def read_fields(report: Report, layer: LayerReport, text: str) -> dict[str, Any]:
    """The fields that a text gives, in the formula language, which knows the letters of the layer's page. Raises SpecError."""
    known = layer.work.layer.fields
    if not known:
        hint = "--input gives the network another input" if layer.kind == "input" else ""
        raise SpecError("bad-option", f"{layer.name} is of the kind '{layer.kind}', which has no fields", None, hint, text)
    fields: dict[str, Any] = {}
    for pair in _NEXT.split(text):
        name, separator, value = (part.strip() for part in pair.partition("="))
        if not separator or not name or not value:
            raise SpecError("bad-option", f"--what-if {pair.strip()[:60]}: a FIELD=VALUE is wanted", None, FORM, text)
        if name not in known:
            hint = did_you_mean(name, known)
            raise SpecError("unknown-key", f"{layer.kind} has no field '{name[:80]}'", None, hint, name)
        if name in fields:
            raise SpecError("bad-option", f"'{name}' is given twice", None, "", text)
        fields[name] = _value(report, layer, known[name], value)
    return fields


def _value(report: Report, layer: LayerReport, field: Field, text: str) -> Any:
    """A field's value. Raises SpecError with its place in what was typed."""
    node = parse(Source(f"--what-if {field.name}", text))
    letters = {name: value for name, value in layer.work.values.items() if name not in FUNCTIONS}
    read = expression(node, Names(set(letters), set(), {}), field.type)
    value = read.value(letters, report.algebra)
    value = str(value) if type(value) is Word else value
    try:
        field.type.accept(value, report.algebra)
    except SpecError as error:
        error.message = f"{field.name}: {error.message}"
        raise error.at(node.place)  # noqa: B904 - the same error, with its place
    return value


# ------------------------------------------------------------------------------------------ the page


def what_if_page(report: Report, layer: LayerReport, text: str, layout: str = "hwc", no_bias: bool = False) -> Page:
    """The layer before and after, its new arithmetic, and what the network comes to. Raises SpecError as `what_if` does."""
    found = what_if(report, layer, text)
    after = found.after.layers[found.number]
    given = ", ".join(f"{name} = {_shown(value)}" for name, value in found.fields.items())
    facts = (
        ("before", f"{layer.kind} {layer.title}".rstrip()),
        ("after", f"{after.kind} {after.title}".rstrip()),
        ("in", sizes(layer.input_shapes, layout)),
    )
    sections: list[Section | Rows] = [
        _compared("the layer", found, layer, after, layout, quantities(no_bias)),
        *worked_sections(found.after, after, no_bias),
        costs(found.after, after),
        *_behind(found, layout, quantities(no_bias)),
    ]
    return Page(f"{layer_title(report, layer)}; what if {given}?", "", facts, tuple(sections))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else show_number(value)


def _compared(title: str, found: WhatIf, before: LayerReport, after: LayerReport, layout: str, columns: Quantities) -> Rows:
    """A layer before and after."""
    shapes = tuple(sizes(layer.output_shapes, layout) for layer in (before, after))
    fields = tuple(exact(layer.receptive_field, found.before.algebra) for layer in (before, after))
    rows = [("output", *shapes, ""), *_counts(found, before, after, columns)]
    rows.append(("sees", *fields, _change(before.receptive_field, after.receptive_field, found)))
    return Rows(title, ("", "before", "after", "change"), tuple(rows))


def _counts(found: WhatIf, before: Any, after: Any, columns: Quantities) -> list[tuple[str, str, str, str]]:
    algebra = found.before.algebra
    pairs = [(title, getattr(before, of), getattr(after, of)) for title, of in columns]
    return [(title, exact(a, algebra), exact(b, algebra), _change(a, b, found)) for title, a, b in pairs]


def _change(before: Any, after: Any, found: WhatIf) -> str:
    """The difference, and how many percent that is."""
    if type(before) is not int or type(after) is not int:
        return ""
    if before == after:
        return "as before"
    part = f" ({100 * (after - before) / before:+.3g}%)" if before else ""
    return f"{after - before:+,}{part}"


def _behind(found: WhatIf, layout: str, columns: Quantities) -> list[Section | Rows]:
    """What happens to the layers behind, and to the network as a whole; or where they do not fit any more."""
    sections: list[Section | Rows] = list(_followers(found, layout))
    if found.misfit is not None:
        layer, error = found.misfit
        hint = (error.hint,) if error.hint else ()
        return [*sections, Section("where it breaks", (f"{layer.name} does not fit any more: {error.message}", *hint))]
    before, after = (one.layer(one.output_names[0]) for one in (found.before, found.after))
    rows = [("output", sizes(before.output_shapes, layout), sizes(after.output_shapes, layout), "")]
    rows += _counts(found, found.before.totals, found.after.totals, (*columns, ("depth", "depth")))
    return [*sections, Rows(f"the whole of {found.before.name}", ("", "before", "after", "change"), tuple(rows))]


def _followers(found: WhatIf, layout: str) -> list[Section | Rows]:
    """The layers behind whose output, or number of params, is another."""
    behind = zip(found.before.layers[found.number + 1 :], found.after.layers[found.number + 1 :], strict=False)
    rows = []
    for before, after in behind:
        shapes = tuple(sizes(layer.output_shapes, layout) for layer in (before, after))
        params = tuple(exact(layer.params, found.before.algebra) for layer in (before, after))
        if params[0] != params[1] or (
            shapes[0] != shapes[1] and not before.work.layer.attends and not before.work.layer.in_place
        ):
            rows.append((before.name, *shapes, " -> ".join(params) if params[0] != params[1] else "as before"))
    if not rows:
        return [Section("the layers behind it", ("all of them stay as they are",))] if found.misfit is None else []
    told = rows[:MOST_LAYERS] + [row for row in rows[MOST_LAYERS:] if row[3] != "as before"][:MOST_LAYERS]
    more = len(rows) - len(told)
    below = (f"and {more} more",) if more else ()
    return [Rows("the layers behind it", ("layer", "output before", "after", "params"), tuple(told), 3, False, below)]
