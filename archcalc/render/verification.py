"""What a verification found: a network's layers with both figures, or a line for each of many networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.numbers import exact, in_bytes, readable
from archcalc.render.console import draws_blocks, terminal_width, wrapped
from archcalc.render.grid import Cells, grid, natural_width, without_headings
from archcalc.render.table import split_name

if TYPE_CHECKING:  # at run time this would load torch
    from archcalc.torch_backend import LayerCheck, Pair, Run, Verification

TITLES = {
    "output": ("output", "C x H x W"),
    "params": ("params", ""),
    "buffers": ("buffers", ""),
    "macs": ("MACs", ""),
    "backward_macs": ("backward", "MACs"),
    "activation_bytes": ("memory", "bytes"),
}
MOST_PROBLEMS = 20
WHOLE_PATH = 1_000  # blocks around a layer


class Form(NamedTuple):
    """How wide the table is: a column for each side or not, how many blocks stand above their layers, how numbers read."""

    beside: bool
    around: int
    show: Callable[[Any], str]


def good() -> str:
    """The mark for figures that are equal."""
    return "✓" if draws_blocks() else "ok"


def bad() -> str:
    """The mark for what differs."""
    return "✗" if draws_blocks() else "NO"


# ------------------------------------------------------------------------------------------ one network


def verification_text(result: Verification, width: int | None = None) -> str:
    """Every layer by archcalc and by torch, the totals, what the run measured, and the verdict.

    Where the width allows, both figures stand beside each other; else equal figures stand once, and torch's below archcalc's
    where they differ.
    """
    width = width or terminal_width()
    quantities = [name for name in TITLES if any(name in layer.pairs for layer in result.layers)]
    if not any(
        pair.archcalc or pair.torch for layer in result.layers for name, pair in layer.pairs.items() if name == "buffers"
    ):
        quantities = [name for name in quantities if name != "buffers"]
    cells: Cells = []
    forms = [Form(True, 0, exact), Form(True, 1, exact), *(Form(False, around, exact) for around in (0, 1, 2, WHOLE_PATH)),
             Form(False, WHOLE_PATH, lambda value: readable(value, 3))]  # fmt: skip
    for form in forms:
        cells = _layer_cells(result.layers, quantities, form)
        if natural_width(without_headings(cells)) <= width:
            break
    lines = [*wrapped(_headline(result), width), ""]
    if result.layers:
        if not form.beside:
            once = f"A figure is archcalc's and torch's where there is a {good()}; where not, torch's stands below."
            lines += [*wrapped([once], width), ""]
        lines += [grid(cells, 2, header=2), grid(_total_cells(result.totals), 1)]
    return "\n".join([*lines, *wrapped([*_below(result), *verdict([result])], width)]) + "\n"


def _headline(result: Verification) -> list[str]:
    title = f"{result.name}: {result.title}" if result.title and result.title != result.name else result.name
    sizes = ", ".join(f"{name} {_shape(sizes)}" for name, sizes in result.inputs.items())
    how = "counted on meta" if result.how.device == "meta" else f"counted on meta and run on {result.how.device}"
    return [title, f"{sizes} (C x H x W), batch {result.how.batch}, {result.how.dtype}; {how}"]


def _layer_cells(layers: list[LayerCheck], quantities: list[str], form: Form) -> Cells:
    """Two lines of header and a row a layer; without `beside` a second row for torch's figures where they differ."""
    both = 2 if form.beside else 1
    names = [TITLES[name] for name in quantities]
    header = ["layer", *(cell for title, _ in names for cell in [title, ""][:both]), ""]
    units = [
        "",
        *(cell for _, unit in names for cell in ([f"{unit} archcalc".strip(), "torch"] if form.beside else [unit])),
        "",
    ]
    cells = [header, units]
    above = ""
    for layer in layers:
        around, name = split_name(layer.name, form.around)
        if around and around != above:
            cells.append([f"{around}:"])
        above = around
        name = f"  {name}" if around else name
        shown = {quantity: _shown_pair(layer.pairs.get(quantity), form.show) for quantity in quantities}
        mark = bad() if layer.differences else good()
        if form.beside:
            cells.append([name, *(text for quantity in quantities for text in shown[quantity]), mark])
            continue
        cells.append([name, *(shown[quantity][0] for quantity in quantities), mark])
        if layer.differences:
            torch = [shown[quantity][1] if quantity in layer.differences else "" for quantity in quantities]
            cells.append([" " * (len(name) - len(name.lstrip())) + "  torch", *torch, ""])
    return cells


def _shown_pair(pair: Pair | None, show: Callable[[Any], str]) -> tuple[str, str]:
    if pair is None:
        return "", ""
    ours, theirs = (_shapes(value) if isinstance(value, list) else show(value) for value in pair)
    return ours, theirs


def _shape(sizes: list[int]) -> str:
    return "x".join(map(str, sizes)) or "1"


def _shapes(shapes: list[list[int]]) -> str:
    texts = [_shape(sizes) for sizes in shapes]
    if len(texts) > 1 and len(set(texts)) == 1:
        return f"{len(texts)} of {texts[0]}"
    return ", ".join(texts[:4]) + (", ..." if len(texts) > 4 else "")


def _total_cells(totals: dict[str, Pair]) -> Cells:
    cells = [["total", "archcalc", "torch", ""]]
    for name, pair in totals.items():
        title = " ".join(part for part in reversed(TITLES[name]) if part) if name == "backward_macs" else TITLES[name][0]
        unit = ", bytes" if name == "activation_bytes" else ""
        cells.append([title + unit, exact(pair.archcalc), exact(pair.torch), good() if pair.equal else bad()])
    return cells


def _below(result: Verification) -> list[str]:
    lines = []
    if result.copied:
        kinds = ", ".join(sorted({layer.kind for layer in result.layers if layer.copied}))
        lines.append(
            f"Torch copies {in_bytes(result.copied)} in layers that count as working in place ({kinds}): it has no such form "
            "of them, or what they would overwrite is still needed."
        )
    if result.run is not None:
        lines += _run_lines(result, result.run)
    return [*lines, ""] if lines else []


def _run_lines(result: Verification, run: Run) -> list[str]:
    speed = f"{run.samples_per_second:,.4g} samples/s, {_with_unit(run.flops_per_second)}FLOP/s"
    share = "" if run.peak_share is None else f", {100 * run.peak_share:.0f}% of the peak ({run.peak_source})"
    lines = [f"forward: {milliseconds(run.forward_seconds)} ms (median of {run.repeats}), {speed}{share}"]
    if run.backward_seconds is not None:
        ratio = run.backward_seconds / run.forward_seconds
        lines.append(f"forward and backward: {milliseconds(run.backward_seconds)} ms, {ratio:.1f} times forward alone")
    for name, size in run.memory.items():
        lines.append(f"memory at its peak, {name.removesuffix('_bytes').replace('_', ', ')}: {in_bytes(size)}")
    return lines


def _with_unit(number: float) -> str:
    """Leading digits, a space, and the prefix of a unit that follows: "87.6 G"."""
    text = readable(int(number))
    return f"{text[:-1]} {text[-1]}" if text[-1:].isalpha() else f"{text} "


def milliseconds(seconds: float) -> str:
    """With three leading digits, or all before the point."""
    thousandths = 1000 * seconds
    return f"{thousandths:,.0f}" if thousandths >= 100 else f"{thousandths:.3g}"


# ------------------------------------------------------------------------------------------ many networks

COLUMNS = {"params": 11, "MACs": 18, "ms": 7, "FLOP/s": 7}  # title -> least width


def summary_head(names: Iterable[str], real: bool) -> list[str]:
    """The lines above a line for each network."""
    titles = [title.rjust(width) for title, width in COLUMNS.items()][: 4 if real else 2]
    head = "  ".join(["model".ljust(_name_width(names)), *titles])
    return [head, ("─" if draws_blocks() else "-") * (len(head) + 3)]


def _name_width(names: Iterable[str]) -> int:
    return max(len(name) for name in ("model", *names))


def summary_line(result: Verification, names: Iterable[str], real: bool) -> str:
    """A network in a line: its size by archcalc, the forward pass in ms and its speed, and whether torch agrees."""
    texts = [exact(result.totals[name].archcalc) if name in result.totals else "" for name in ("params", "macs")]
    if real:
        run = result.run
        texts += ["", ""] if run is None else [milliseconds(run.forward_seconds), readable(int(run.flops_per_second), 3)]
    cells = [text.rjust(width) for text, width in zip(texts, COLUMNS.values(), strict=False)]
    return "  ".join([result.name.ljust(_name_width(names)), *cells, good() if result.equal else bad()])


def verdict(results: list[Verification], broken: int = 0) -> list[str]:
    """What to conclude, in words: every difference (up to a limit), what could not be run, or that all is equal.

    `broken` models were not even built: their specs or settings have mistakes.
    """
    lines = []
    for result in results:
        name = f"{result.name}: " if len(results) > 1 else ""
        lines += [f"{bad()} {name}{problem}" for problem in result.problems[:MOST_PROBLEMS]]
        if len(result.problems) > MOST_PROBLEMS:
            lines.append(f"  {name}and {len(result.problems) - MOST_PROBLEMS} more")
        if result.not_run:
            lines.append(f"{bad()} {name}not run on {result.how.device}: {result.not_run}")
        if result.left_out:
            lines.append(f"{name}only counted: {result.left_out}")
    models = results[0].name if len(results) == 1 and not broken else f"{len(results)} model{'s' if len(results) != 1 else ''}"
    layers = sum(len(result.layers) for result in results)
    problems, not_run = sum(len(result.problems) for result in results), sum(bool(result.not_run) for result in results)
    if not problems and not not_run and not broken:
        return [*lines, f"{good()} {models}, {layers:,} layers and inputs: no difference between archcalc and torch"]
    found = [f"{problems} difference{'s' if problems != 1 else ''}"] if problems else ["no difference in what was counted"]
    found += [f"{not_run} not run"] if not_run else []
    found += [f"{broken} more with mistakes"] if broken else []
    return [*lines, f"{bad()} {models}, {layers:,} layers and inputs: {', '.join(found)}"]
