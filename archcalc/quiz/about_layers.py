"""Questions about one layer, or the layers of a block: sizes, parameters, memory, ops, padding and stride."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from archcalc.analysis.report import LayerReport, Report, top_level
from archcalc.expr import formula
from archcalc.layers.conv import Conv
from archcalc.layers.fields import Pair, Sides
from archcalc.layers.linear import Linear
from archcalc.layers.pool import Pool
from archcalc.lessons.again import again
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.worked import Slipped, slips
from archcalc.numbers import exact
from archcalc.quiz.drafts import Draft, some, summed, template, told, worked
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, padding, pair, sizes

HINTS = {
    "size": "(W - F + 2*P)/S + 1 along each side, and as many channels as there are filters",
    "params": "the weights of one filter, plus its bias, times the filters",
    "ops": "the weights are used once at each output position",
    "memory": "the sizes of the output, multiplied",
}


COUNTED = ("conv", "linear", "attention", "bn")  # kinds whose arithmetic is asked for
IDLE = 0.1  # how often a layer without parameters is asked about
MOST_ADDED = 8  # layers with ops that a block may have to be added up
Of = Callable[[Report, LayerReport], Draft | None]


def first_of(make: Of, report: Report, layers: Iterator[LayerReport]) -> Draft | None:
    """The draft about the first of the layers that it can be made of."""
    return next((draft for layer in layers if (draft := make(report, layer)) is not None), None)


def entering(layer: LayerReport) -> str:
    """The sizes of what comes in."""
    return sizes(layer.input_shapes[0])


def pictures(report: Report, *kinds: type) -> list[LayerReport]:
    """The layers of some kinds that give a single picture."""
    return [layer for layer in of_kinds(report, *kinds) if len(layer.output) == 3]


def known(layer: LayerReport) -> bool:
    """Whether all its numbers are plain: no symbols."""
    shapes = (layer.output, *layer.input_shapes)
    numbers = (layer.params, layer.macs, layer.activations, *(size for shape in shapes for size in shape))
    return all(type(number) is int for number in numbers)


def of_kinds(report: Report, *kinds: type) -> list[LayerReport]:
    """The layers of some kinds whose numbers are plain."""
    return [layer for layer in report.layers if isinstance(layer.work.layer, kinds) and known(layer)]


def called(report: Report, layer: LayerReport) -> str:
    """A layer in its network: "conv1 of alexnet"."""
    return f"{layer.name} of {report.name}"


def as_slips(found: Iterator[Slipped]) -> tuple[Slip, ...]:
    """The mistakes of a layer as wrong answers."""
    return tuple(Slip(slip.name, slip.value, slip.why) for slip in found)


def window(layer: LayerReport) -> tuple[Pair, Pair, Sides | str, Pair, bool]:
    """The kernel, stride, padding and dilation of a convolution or pooling layer, and whether it rounds up."""
    own = layer.work.layer
    if isinstance(own, Conv):
        return own.kernel, own.stride, own.pad, own.dilation, False
    assert isinstance(own, Pool)
    return own.kernel, own.step(), own.pad, own.spread(), own.ceil


def _even(layer: LayerReport) -> bool:
    """Whether a window needs the plain formula only: no padding, nothing rounded, no gaps."""
    kernel, stride, pad, dilation, _ = window(layer)
    fits = all((size - kernel[at]) % stride[at] == 0 for at, size in enumerate(layer.input_shapes[0][-2:]))
    return pad == (0, 0, 0, 0) and fits and dilation == (1, 1)


# ------------------------------------------------------------------------------------------ output volume


@template("size", 1, 2)
def output_volume(report: Report, rng: Random) -> Draft | None:
    """The volume that a convolution or pooling layer gives."""
    return first_of(volume_draft, report, some(pictures(report, Conv, Pool), rng))


def volume_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the output volume of a layer."""
    text = f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. What is the output volume?"
    answer = Answer("sizes", tuple(layer.output))
    return Draft(
        "size", 1 if _even(layer) else 2, layer.name, text, answer, _wrong_volumes(layer), volume(report, layer), HINTS["size"]
    )


def volume(report: Report, layer: LayerReport) -> tuple[Section, ...]:
    """How the volume comes about: the size of the window's output, and the channels."""
    channels, high, wide = layer.output
    last = Equation("output", "", f"{high} x {wide} x {channels}", sizes(layer.output), "height x width x channels")
    return (*worked(report, layer, "output size"), Section("", (last,)))


def _wrong_volumes(layer: LayerReport) -> tuple[Slip, ...]:
    """A mistake along both sides, then those about channels."""
    channels, high, wide = layer.output
    found: dict[str, dict[str, Slipped]] = {}
    for slip in slips(layer):
        if slip.of in ("H_out", "W_out"):
            found.setdefault(slip.name, {})[slip.of] = slip
    wrong = []
    for name, sides in found.items():
        h, w = (sides[side].value if side in sides else right for side, right in (("H_out", high), ("W_out", wide)))
        wrong.append(Slip(name, (channels, h, w), next(iter(sides.values())).why))
    entering = layer.input_shapes[0][-3]
    if entering != channels:
        wrong.insert(1, Slip("channels of the input", (entering, high, wide), "each filter gives one channel of the output"))
    return tuple(wrong)


# ------------------------------------------------------------------------------------------ parameters, ops, memory


@template("params", 1, 2)
def parameters(report: Report, rng: Random) -> Draft | None:
    """The parameters of a layer that learns, and now and then of one that does not."""
    learning = [layer for layer in report.layers if layer.params and known(layer) and layer.kind in COUNTED]
    idle = of_kinds(report, Pool)
    return first_of(params_draft, report, some(idle if idle and rng.random() < IDLE else learning, rng))


def params_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the parameters of a layer."""
    text = f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. How many parameters does it have?"
    answer = Answer("count", layer.params, "parameters")
    page = worked(report, layer, "params") if layer.params else (told("params", "0", {})[1],)
    return Draft("params", _level(layer), layer.name, text, answer, as_slips(slips(layer, "params")), page, HINTS["params"])


@template("ops", 1, 2)
def operations(report: Report, rng: Random) -> Draft | None:
    """The multiply-accumulates of a layer."""
    layers = [layer for layer in report.layers if layer.macs and known(layer) and layer.kind in COUNTED]
    return first_of(ops_draft, report, some(layers, rng))


def ops_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the multiply-accumulates of a layer."""
    text = f"{called(report, layer)}: {described(layer)}, from {entering(layer)} to {sizes(layer.output)}. "
    text += "How many multiply-accumulates (ops) does it take?"
    answer = Answer("count", layer.macs, "multiply-accumulates")
    page = (*(Section("", (entry,)) for entry in _weights(report, layer)), *worked(report, layer, "ops (MACs)"))
    return Draft("ops", _level(layer), layer.name, text, answer, as_slips(slips(layer, "macs")), page, HINTS["ops"])


def _weights(report: Report, layer: LayerReport) -> Iterator[Equation]:
    for section in worked(report, layer, "params"):
        yield from (entry for entry in section.entries if isinstance(entry, Equation) and entry.name == "weight")


def _level(layer: LayerReport) -> int:
    own = layer.work.layer
    plain = isinstance(own, Linear) or (isinstance(own, Conv) and own.groups == 1) or isinstance(own, Pool)
    return 1 if plain else 2


@template("memory", 1)
def values_of_an_output(report: Report, rng: Random) -> Draft | None:
    """The values that a layer hands on."""
    return first_of(values_draft, report, some(_stored(report), rng))


@template("memory", 2)
def bytes_of_an_output(report: Report, rng: Random) -> Draft | None:
    """The bytes that a layer's output takes."""
    return first_of(bytes_draft, report, some(_stored(report), rng))


def _stored(report: Report) -> list[LayerReport]:
    return [layer for layer in pictures(report, Conv, Pool) if layer.activations]


def values_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the values of a layer's output."""
    text = f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. How many values does its output have?"
    count, page = told("values", "H_out*W_out*K", dict(zip(("K", "H_out", "W_out"), layer.output, strict=True)))
    wrong = (
        *as_slips(slips(layer, "activations")),
        Slip("bytes for values", 4 * count, "values were asked for, not their bytes"),
    )
    return Draft(
        "memory",
        1,
        layer.name,
        text,
        Answer("count", count, "values"),
        wrong,
        (*worked(report, layer, "output size"), page),
        HINTS["memory"],
    )


def bytes_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the bytes of a layer's output in fp32."""
    text = f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. How many bytes does its output take in fp32?"
    values = dict(zip(("K", "H_out", "W_out"), layer.output, strict=True))
    count, page = told("bytes", "4*H_out*W_out*K", values, "4 bytes for each value")
    times = tuple(Slip(slip.name, 4 * slip.value, slip.why) for slip in slips(layer, "activations"))
    wrong = (
        Slip("values for bytes", count // 4, "each value takes 4 bytes in fp32"),
        *times,
        Slip("8 bytes each", 2 * count, "8 bytes are those of fp64"),
    )
    return Draft(
        "bytes",
        2,
        layer.name,
        text,
        Answer("bytes", count),
        wrong,
        (*worked(report, layer, "output size"), page),
        "4 bytes for each value",
    )


# ------------------------------------------------------------------------------------------ sums over a block


def blocks(report: Report) -> list[tuple[str, list[LayerReport]]]:
    """The blocks of a network that are short enough to add up, with plain numbers."""
    units = [unit for level in (1, 2) for unit in top_level(report.layers, level)]
    return [(name, layers) for name, layers in units if 2 <= _costly(layers) <= MOST_ADDED and all(map(known, layers))]


def _costly(layers: list[LayerReport]) -> int:
    return sum(bool(layer.macs) for layer in layers)


def _sum_of(what: str, unit: str, of: Callable[[LayerReport], int], report: Report, rng: Random) -> Draft | None:
    found = [(name, layers) for name, layers in blocks(report) if sum(map(of, layers))]
    if not found:
        return None
    name, layers = found[int(rng.random() * len(found))]
    parts = [(layer.name.removeprefix(f"{name}."), of(layer)) for layer in layers]
    total = sum(value for _, value in parts)
    costly = [layer for layer in layers if of(layer)]
    listed = "; ".join(f"{layer.name.removeprefix(f'{name}.')}: {described(layer)}" for layer in costly if layer.kind != "bn")
    norms = sum(layer.kind == "bn" for layer in costly)
    also = f"; and {norms} batch normalisations" if norms and what == "params" else ""
    text = f"{name} of {report.name}, from {entering(layers[0])} to {sizes(layers[-1].output)}, has {listed}{also}. "
    text += f"How many {unit} are these together?"
    wrong = [Slip(f"without {part}", total - value, f"{part} belongs to it, too") for part, value in reversed(parts) if value]
    if what == "params":
        biases = sum(layer.params - layer.params_no_bias for layer in layers)
        lost = sum(layer.params for layer in layers if layer.kind == "bn")
        wrong[:0] = [Slip("bias forgotten", total - biases, "biases are parameters, too")] if biases else []
        wrong[:0] = (
            [Slip("norms forgotten", total - lost, "every channel has a scale and a shift in each norm")] if lost else []
        )
    else:
        wrong.insert(
            0, Slip("operations counted twice", 2 * total, "a multiply-accumulate is one; counted apart they are FLOPs")
        )
    return Draft(
        what,
        3,
        name,
        text,
        Answer("count", total, unit),
        tuple(wrong),
        (summed("together", parts),),
        "work out each layer, and add them up",
    )


@template("params", 3)
def parameters_of_a_block(report: Report, rng: Random) -> Draft | None:
    """The parameters of all layers of a block."""
    return _sum_of("params", "parameters", lambda layer: layer.params, report, rng)


@template("ops", 3)
def operations_of_a_block(report: Report, rng: Random) -> Draft | None:
    """The multiply-accumulates of all layers of a block."""
    return _sum_of("macs", "multiply-accumulates", lambda layer: layer.macs, report, rng)


# ------------------------------------------------------------------------------------------ padding and stride


@template("padding", 1)
def padding_that_keeps(report: Report, rng: Random) -> Draft | None:
    """The padding with which a convolution of stride 1 keeps the size."""
    for layer in some(pictures(report, Conv), rng):
        kernel = window(layer)[0]
        if kernel.h % 2 == 0 or kernel.h == 1 or kernel.w != kernel.h:
            continue
        text = f"A convolution of {pair(kernel)}, as in {called(report, layer)}, with stride 1: "
        text += "how many zeros on each side keep height and width as they are?"
        right, page = told("P", "(F - 1)//2", {"F": kernel.h}, "so that W - F + 2*P + 1 = W")
        wrong = (
            Slip("kernel for padding", kernel.h, "half of what a window is wider than one pixel, on each side"),
            Slip("padding on one side", kernel.h - 1, "F - 1 is what both sides have together"),
            Slip("no padding", 0, f"without padding the output is {kernel.h - 1} smaller"),
            Slip("rounded up", right + 1, "(F - 1)/2, not (F + 1)/2"),
        )
        return Draft(
            f"keeps {kernel.h}", 1, "", text, Answer("count", right, "zeros"), wrong, (page,), "(W - F + 2*P)/1 + 1 has to be W"
        )
    return None


@template("padding", 2)
def stride_of(report: Report, rng: Random) -> Draft | None:
    """The stride of a layer whose sizes are known, where only one fits them."""
    for layer in some(pictures(report, Conv, Pool), rng):
        kernel, stride, pad, dilation, ceil = window(layer)
        size, out = layer.input_shapes[0][-2], layer.output[1]
        if isinstance(pad, str) or ceil or dilation.h > 1 or stride.h == 1 or stride.h != stride.w:
            continue
        values = {"H": size, "F": kernel.h, "both": pad.top + pad.bottom, "H_out": out}
        given = {s: formula(_HEIGHT).evaluate({**values, "S": s}) for s in range(1, min(size, 64))}
        if [s for s, high in given.items() if high == out] != [stride.h]:
            continue
        text = f"{called(report, layer)} slides windows of {pair(kernel)} with {padding(pad)} over {entering(layer)} "
        text += f"and gives {sizes(layer.output)}. What is its stride?"
        high, page = told("H'", _HEIGHT, {**values, "S": stride.h})
        last = Section("", (Equation("S", "", "", exact(stride.h), f"the only one that gives {high}"),))
        wrong = tuple(
            Slip("another stride", s, f"it would give {given[s]}") for s in (1, 2, 3, 4) if s in given and s != stride.h
        )
        return Draft(
            "stride",
            2,
            layer.name,
            text,
            Answer("count", stride.h),
            wrong,
            (page, last),
            "about H/S windows fit, so S is near H/H'",
        )
    return None


_HEIGHT = "floor((H - F + both)/S) + 1"


@template("size", 3)
def output_of_another_input(report: Report, rng: Random) -> Draft | None:
    """The volume for a picture of another size: the layer's formula, worked again."""
    for layer in some(pictures(report, Conv, Pool), rng):
        kernel = window(layer)[0]
        channels, high, wide = layer.input_shapes[0]
        side = 8 * (1 + int(rng.random() * 16)) + int(rng.random() * 4)
        if side in (high, wide) or side < 2 * max(kernel):
            continue
        other = again(layer, (layer.input_shapes[0].like((channels, side, side)),))
        text = f"{called(report, layer)} ({described(layer)}) gets {side}x{side}x{channels} in place of {entering(layer)}. "
        text += "What is the output volume?"
        usual = Slip("size of the usual input", tuple(layer.output), f"that is for {sizes(layer.input_shapes[0])}")
        wrong = _wrong_volumes(other)
        return Draft(
            f"size {side}",
            3,
            layer.name,
            text,
            Answer("sizes", tuple(other.output)),
            (*wrong[:1], usual, *wrong[1:]),
            volume(report, other),
            HINTS["size"],
        )
    return None
