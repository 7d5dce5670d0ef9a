"""The page of a block: its pieces and how they add up, how its branches join, and what it saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.analysis.report import LayerReport, Report
from archcalc.graph import Tensor
from archcalc.lessons.layer_page import between_patches, lead, listed, sizes
from archcalc.lessons.pages import Entry, Equation, Page, Rows, Section
from archcalc.lessons.pieces import Piece, alike, pieces
from archcalc.lessons.savings import Saving, savings
from archcalc.lessons.worked import equation
from archcalc.numbers import exact, percent

MOST_SAVINGS = 2  # that are worked out on a block's page, each with other numbers
MOST_JOINS = 6  # merges that are told one by one
SIGNS = {"add": " + ", "mul": " * "}
Quantities = tuple[tuple[str, str], ...]  # of the columns: title, and what layers call it


def block_page(
    report: Report,
    name: str,
    layers: list[LayerReport],
    layout: str = "hwc",
    no_bias: bool = False,
    docs: Mapping[str, str] | None = None,
) -> Page:
    """What there is to say about the layers that `report.find(name)` gives; `docs` is what the spec says of its blocks."""
    block = Block(report, name, layers)
    found = pieces(report, layers, block.around)
    sections: list[Section | Rows] = [
        _table(block, found, layout, no_bias),
        _sums(report, found, quantities(no_bias)),
        *_joins(block, found, layout),
        *_saved(block),
    ]
    return Page(block.title, (docs or {}).get(block.kind, block.doc), tuple(_facts(block, layout)), tuple(sections))


def quantities(no_bias: bool) -> Quantities:
    """The columns of counts in tables."""
    params = ("params", "params") if not no_bias else ("no bias", "params_no_bias")
    return (params, ("MACs", "macs"), ("memory", "activations"))


class Block:
    """Some layers of a report that share a name, or the rounds of a loop."""

    def __init__(self, report: Report, name: str, layers: list[LayerReport]) -> None:
        self.report, self.layers = report, layers
        alone = report.named(name)  # a merge, or by an alias the layer that it stands for
        parts = (alone.name if alone is not None else name.replace("/", ".")).count(".") + 1
        shared = {".".join(layer.name.split(".")[:parts]) for layer in layers}
        self.rounds = len(shared) if len(shared) > 1 else 0
        self.name = name if self.rounds else shared.pop()
        self.around = parts - 1 if self.rounds else parts
        kind = "" if self.rounds else report.groups.get(self.name, "")
        self.kind = "" if kind == "do" else kind
        self.inside = {layer.name for layer in layers}

    @property
    def merge(self) -> LayerReport | None:
        """The merge of this name, whose branches the other layers are."""
        return next((layer for layer in self.layers if layer.name == self.name), None)

    @property
    def title(self) -> str:
        """The block with its sort and how many layers it has."""
        count = f"{len(self.layers)} layers"
        what = self.kind or (f"{self.merge.kind} of branches" if self.merge is not None else "")
        what = f"{self.rounds} blocks, {count}" if self.rounds else ", ".join(part for part in (what, count) if part)
        return f"{self.report.name} {self.name}: {what}"

    @property
    def doc(self) -> str:
        """What a merge does."""
        return lead(self.merge) if self.merge is not None else ""

    def short(self, name: str) -> str:
        """A layer's name inside the block."""
        return name.removeprefix(f"{self.name}.")

    def entering(self) -> list[Tensor]:
        """The tensors that come from outside, each once."""
        found = {id(tensor): tensor for layer in self.layers for tensor in layer.tensors
                 if tensor.node.name not in self.inside}  # fmt: skip
        return list(found.values())

    def leaving(self) -> list[LayerReport]:
        """The layers whose outputs are read outside, or are the network's."""
        read = {name for layer in self.report.layers if layer.name not in self.inside for name in layer.inputs}
        read.update(self.report.output_names)
        return [layer for layer in self.layers if layer.name in read] or self.layers[-1:]

    def like_it(self) -> str:
        """How many other blocks of its sort there are, and which are the same."""
        groups = self.report.groups.items()
        inside: dict[str, list[LayerReport]] = {name: [] for name, kind in groups if kind == self.kind and name != self.name}
        for layer in self.report.layers if self.kind and inside else []:
            parts = layer.name.split(".")
            for end in range(1, len(parts)):
                if (name := ".".join(parts[:end])) in inside:
                    inside[name].append(layer)
        others = [name for name, layers in inside.items() if layers]  # a shortcut may have none
        if not others:
            return ""
        same = [name for name in others if alike(inside[name], self.layers)]
        text = f"one of {len(others) + 1} of its kind"
        return f"{text}; with the same sizes: {listed(same)}" if same else f"{text}, no other with just these sizes"


def _facts(block: Block, layout: str) -> list[tuple[str, str]]:
    entering, leaving = block.entering(), block.leaving()
    facts = []
    if entering:
        facts.append(
            ("in", f"{sizes(tuple(t.shape for t in entering), layout)}  from {listed([t.node.name for t in entering])}")
        )
    shapes = tuple(shape for layer in leaving for shape in layer.output_shapes)
    facts.append(("out", f"{sizes(shapes, layout)}  from {listed([block.short(layer.name) for layer in leaving])}"))
    like_it = block.like_it()
    return [*facts, ("also", like_it)] if like_it else facts


# ------------------------------------------------------------------------------------------ pieces and their sums


def _table(block: Block, found: list[Piece], layout: str, no_bias: bool) -> Rows:
    report, columns = block.report, quantities(no_bias)
    rows = []
    for piece in found:
        ends = [block.short(name) for name in dict.fromkeys((piece.name, piece.last))]
        counts = [_times(piece, _sum(report, piece.layers, of), report) for _, of in columns]
        rows.append((" - ".join(ends), piece.counted, sizes(piece.layers[-1].output_shapes, layout), *counts))
    sums = [_sum(report, block.layers, of) for _, of in columns]
    rows.append(("total", "", "", *(exact(value, report.algebra) for value in sums)))
    return Rows("pieces", ("name", "kind", "output", *(title for title, _ in columns)), tuple(rows), 3, True,
                tuple(_remarks(block, found, columns)))  # fmt: skip


def _remarks(block: Block, found: list[Piece], columns: Quantities) -> list[str]:
    """What the table leaves out, and what share of the network the block is."""
    below = []
    if all(piece.single for piece in found):
        names = [layer.kind for layer in block.layers if layer.work.layer.in_place]
        counted = [f"{names.count(kind)} {kind}" for kind in dict.fromkeys(names)]
        below += [f"in place, so not listed: {', '.join(counted)}"] if counted else []
    totals, sums = block.report.totals, {of: _sum(block.report, block.layers, of) for _, of in columns}
    shares = [f"{share} of the {title}" for title, of in columns if (share := _share(sums[of], getattr(totals, of)))]
    return [*below, f"of the whole {block.report.name}: {', '.join(shares)}"] if shares else below


def _share(part: Any, whole: Any) -> str:
    """How many percent, with a digit more where that is less than one; empty with symbols."""
    text = percent(part, whole)
    return f"{100 * part / whole:.1g}%" if text == "0%" and part else text


def _sum(report: Report, layers: Iterable[LayerReport], of: str) -> Any:
    return report.algebra.total([getattr(layer, of) for layer in layers])


def _times(piece: Piece, value: Any, report: Report) -> str:
    """A piece's count; of several alike as a product."""
    text = exact(value, report.algebra)
    if piece.times == 1 or value == 0:
        return text
    return f"{piece.times}*{text}" if type(value) is int else f"{piece.times}*({text})"


def _sums(report: Report, found: list[Piece], columns: Quantities) -> Section:
    """How the pieces add up. In place there is nothing to count, so the listed ones are all."""
    entries: list[Entry] = []
    for title, of in columns:
        sums = [(piece, _sum(report, piece.layers, of)) for piece in found]
        terms = [_times(piece, value, report) for piece, value in sums if not (type(value) is int and value == 0)]
        whole = report.algebra.total([piece.times * value for piece, value in sums])
        name = "params without biases" if of == "params_no_bias" else title
        entries.append(Equation(name, "", " + ".join(terms), exact(whole, report.algebra)))
    return Section("added up", tuple(entries))


# ------------------------------------------------------------------------------------------ branches and savings


def _joins(block: Block, found: list[Piece], layout: str) -> list[Section]:
    """How branches meet, in the merges that are pieces of their own."""
    merges = [piece.layers[0] for piece in found if piece.single and piece.layers[0].work.layer.merges]
    entries: list[Entry] = []
    for layer in merges[:MOST_JOINS]:
        entries += _join(block, layer, layout)
    if len(merges) > MOST_JOINS:
        entries.append(f"and {len(merges) - MOST_JOINS} more")
    return [Section("how the branches join", tuple(entries))] if entries else []


def _join(block: Block, layer: LayerReport, layout: str) -> list[Entry]:
    names = _branches(block, layer)
    parts = [f"{name} ({tensor.shape.text(layout)})" for name, tensor in zip(names, layer.tensors, strict=True)]
    if layer.kind not in SIGNS:
        text = f"{listed(parts)}, side by side"
    elif len({str(shape) for shape in layer.input_shapes}) > 1:
        text = f"{SIGNS[layer.kind].join(parts)}, the smaller stretched over the larger"
    else:
        text = f"{SIGNS[layer.kind].join(parts)}, value by value: the shapes have to be equal"
    joined = [step for step in layer.work.steps if step.role == "size"]
    return [f"{block.short(layer.name)}: {text}", *(equation(block.report, layer, step, step.name) for step in joined)]


def _branches(block: Block, layer: LayerReport) -> list[str]:
    """What the branches are called: the part of the merge's own block that each is; whole names where these are the same."""
    parent = layer.name.rpartition(".")[0]
    names = []
    for tensor in layer.tensors:
        name = tensor.node.name
        if name not in block.inside:
            names.append("the input" if len(block.entering()) == 1 else name)
            continue
        inner = next((name.removeprefix(f"{head}.") for head in (layer.name, parent) if name.startswith(f"{head}.")), "")
        names.append(inner.partition(".")[0] or block.short(name))
    if len(set(names)) < len(names):
        return [block.short(tensor.node.name) for tensor in layer.tensors]
    return names


def _saved(block: Block) -> list[Section]:
    """What the block saves against a plain one: each sort of saving, once for the same numbers."""
    counted: dict[Any, tuple[Saving, int]] = {}
    for saving in [*savings(block.layers), *between_patches(block.report, block.layers)]:
        key = (saving.kind, saving.title, tuple(saving.values.items()))
        first, count = counted.get(key, (saving, 0))
        counted[key] = (first, count + 1)
    sections = []
    for saving, count in list(counted.values())[:MOST_SAVINGS]:
        again = f", and {count - 1} more with the same numbers" if count > 1 else ""
        where = f"here: {', '.join(map(block.short, saving.layers))}{again}"
        section = saving.section()
        sections.append(section._replace(entries=(where, *section.entries)))
    more = len(counted) - MOST_SAVINGS
    return [*sections, Section("", (f"and {more} more savings with other numbers",))] if more > 0 else sections
