"""Questions about one layer, or the layers of a block: sizes, parameters, memory, ops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from archcalc.analysis.report import LayerReport, Report, top_level
from archcalc.layers.conv import Conv
from archcalc.layers.fields import Pair, Sides
from archcalc.layers.linear import Linear
from archcalc.layers.norm import BatchNorm
from archcalc.layers.pool import Pool
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.worked import Slipped, slips
from archcalc.quiz.drafts import Draft, some, summed, template, told, worked
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, sizes

HINTS = {
    ("size", "conv"): "(W - F + 2*P)/S + 1 along each side, rounded down, and as many channels as there are filters",
    ("size", ""): "(W - F + 2*P)/S + 1 along each side, rounded down unless said otherwise; the channels stay",
    ("params", "conv"): "the weights of one filter, plus its bias if it has one, times the filters",
    ("params", "linear"): "features in times features out, and a bias for each one out if there are any",
    ("params", "attention"): "four matrices: to queries, keys and values, and back; and their biases",
    ("params", "bn"): "what is learned for each channel?",
    ("params", ""): "does it learn anything?",
    ("ops", "conv"): "all weights are used once at each output position",
    ("ops", "linear"): "each feature out reads every feature in, at every position",
    ("ops", "attention"): "four projections of T tokens, and two products of T*T entries",
    ("memory", ""): "the sizes of the output, multiplied",
}


def hint(what: str, layer: LayerReport) -> str:
    """What helps with a quantity of such a layer."""
    return HINTS.get((what, layer.kind)) or HINTS[what, ""]


COUNTED = ("conv", "linear", "attention", "bn")  # kinds whose arithmetic is asked for
IDLE = 0.1  # how often a layer without parameters is asked about
NORMS = 0.2  # how often batch normalisation may be
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
        "size",
        1 if _even(layer) else 2,
        layer.name,
        text,
        answer,
        wrong_volumes(layer),
        volume(report, layer),
        hint("size", layer),
    )


def volume(report: Report, layer: LayerReport) -> tuple[Section, ...]:
    """How the volume comes about: the size of the window's output, and the channels."""
    channels, high, wide = layer.output
    last = Equation("output", "", f"{high} x {wide} x {channels}", sizes(layer.output), "height x width x channels")
    return (*worked(report, layer, "output size"), Section("", (last,)))


def wrong_volumes(layer: LayerReport) -> tuple[Slip, ...]:
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
    if rng.random() < IDLE:
        learning = idle or learning
    elif rng.random() > NORMS:
        learning = [layer for layer in learning if layer.kind != "bn"] or learning
    return first_of(params_draft, report, some(learning, rng))


def params_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the parameters of a layer."""
    text = f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. How many parameters does it have?"
    answer = Answer("count", layer.params, "parameters")
    page = worked(report, layer, "params") if layer.params else (told("params", "0", {})[1],)
    return Draft(
        "params", _level(layer), layer.name, text, answer, as_slips(slips(layer, "params")), page, hint("params", layer)
    )


def weights_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the weights of a fully connected layer, without its biases."""
    text = (
        f"{called(report, layer)}: {described(layer)}, over {entering(layer)}. How many weights does it have, without biases?"
    )
    right, page = told("weights", "D*K", layer.work.values)
    wrong = (Slip("biases counted", layer.params, "they were to be left out"),
             Slip("features added", sum(layer.work.values[letter] for letter in "DK"), "each one out reads every one in"),
             Slip("one for each feature in", layer.work.values["D"], "each feature out has weights of its own"))  # fmt: skip
    return Draft("weights", 1, layer.name, text, Answer("count", right, "weights"), wrong, (page,), hint("params", layer))


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
    return Draft("ops", _level(layer), layer.name, text, answer, as_slips(slips(layer, "macs")), page, hint("ops", layer))


def _weights(report: Report, layer: LayerReport) -> Iterator[Equation]:
    for section in worked(report, layer, "params"):
        yield from (entry for entry in section.entries if isinstance(entry, Equation) and entry.name == "weight")


def _level(layer: LayerReport) -> int:
    own = layer.work.layer
    plain = isinstance(own, Linear | Pool | BatchNorm) or (isinstance(own, Conv) and own.groups == 1)
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
        hint("memory", layer),
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
    listed = [
        f"{layer.name.removeprefix(f'{name}.')}: {described(layer)}, over {entering(layer)}" for layer in layers if of(layer)
    ]
    text = "\n".join([f"{name} of {report.name} has these layers. How many {unit} are they together?", *listed])
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
