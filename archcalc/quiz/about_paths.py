"""Questions about what lies along a path: receptive field, depth, channels side by side, and what holds most."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.layers.conv import Conv
from archcalc.layers.linear import Linear
from archcalc.layers.pool import Pool
from archcalc.lessons.depth import depth_of
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.paths import Step, seeing_path
from archcalc.lessons.savings import Saving, savings
from archcalc.numbers import exact
from archcalc.quiz.about_layers import called, entering, known, of_kinds, pictures
from archcalc.quiz.drafts import CHOICES, Draft, some, summed, template, told
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, sizes

SHORT_PATH, LONG_PATH = 6, 12  # windows on a path up to which it is worked out in the head, and on paper
FEW_BRANCHES = 6
PLAIN = {"conv", "linear", "attention", "window_attention"}  # kinds that count for depth without a doubt
NEARLY = 5  # layers by which a name may count otherwise
DEEP = 60  # layers beyond which a network is laborious to count

# ------------------------------------------------------------------------------------------ receptive field


@template("receptive-field", 1)
def field_of_a_stack(report: Report, rng: Random) -> Draft | None:
    """What several small windows behind each other see."""
    stacks = [saving for saving in savings(report.layers) if saving.kind == "stacked"]
    return stack_draft(report, stacks[int(rng.random() * len(stacks))]) if stacks else None


def stack_draft(report: Report, saving: Saving) -> Draft:
    """Asks for the receptive field of like convolutions of stride 1 behind each other."""
    count, size = saving.values["n"], saving.values["F"]
    text = f"{count} convolutions of {size}x{size} with stride 1 follow one another, as in {report.name} from "
    text += f"{saving.layers[0]} to {saving.layers[-1]}. How many pixels along a side of the first one's input does one "
    text += "position of the last one's output see?"
    right, page = told("sees", "n*(F - 1) + 1", saving.values, "each adds F - 1 pixels")
    wrong = (
        Slip("kernels added", count * size, "neighbouring windows overlap: each adds F - 1 pixels, not F"),
        Slip("the last one only", size, "what its input sees counts, too"),
        Slip("kernels multiplied", size**count, "each adds F - 1 pixels along a side; nothing is multiplied"),
        Slip("+1 forgotten", right - 1, "the first position itself is a pixel"),
    )
    return Draft(
        f"{count} of {size}x{size}",
        1,
        "",
        text,
        Answer("count", right, "pixels", square=True),
        wrong,
        (page,),
        "each adds F - 1 pixels",
    )


@template("receptive-field", 2, 3)
def field_of_a_layer(report: Report, rng: Random) -> Draft | None:
    """What a layer in the network sees of the picture."""
    for layer in some(pictures(report, Conv, Pool), rng):
        steps = seeing_path(layer, report)
        if not 2 <= len(steps) <= LONG_PATH or steps[-1].layer is not layer or steps[-1].sees > min(_picture(report)):
            continue
        level = 2 if len(steps) <= SHORT_PATH else 3
        listed = "; ".join(map(_window, steps))
        text = f"On the way to {called(report, layer)}, and with it, these windows follow one another: {listed}. "
        text += "How many pixels along a side of the input does one position of its output see?"
        last = Section("", (Equation("sees", "", "", exact(steps[-1].sees)),))
        page = Section(
            "each window adds (F - 1) times the pixels between its neighbours", tuple(step.equation for step in steps)
        )
        return Draft(
            "sees",
            level,
            layer.name,
            text,
            Answer("count", steps[-1].sees, "pixels", square=True),
            _wrong_fields(steps),
            (page, last),
            "a window adds (F - 1)*jump; jump is the product of the strides before it",
        )
    return None


def _picture(report: Report) -> list[int]:
    """Height and width of what enters; what a layer sees beyond it is padding, and no sight."""
    shape = next(iter(report.input_shapes.values()))
    return [size for size in shape[-2:] if type(size) is int] or [0]


def _window(step: Step) -> str:
    return f"{step.reach}x{step.reach}" + (f", stride {step.stride}" if step.stride != 1 else "")


def _wrong_fields(steps: list[Step]) -> tuple[Slip, ...]:
    last = steps[-1]
    flat, added = 1 + sum(step.reach - 1 for step in steps), sum(step.reach for step in steps)
    wrong = [
        Slip("strides ignored", flat, "behind a stride, neighbours are further apart, so that a window sees more"),
        Slip("kernels added", added, "neighbouring windows overlap: each adds F - 1 steps, not F"),
        Slip("the layer before", last.before, "the layer's own window widens it once more"),
    ]
    if last.stride > 1:
        own = last.before + (last.reach - 1) * last.apart * last.stride
        wrong.append(Slip("own stride counted", own, "a layer's own stride matters only to the layers behind it"))
    return tuple(wrong)


# ------------------------------------------------------------------------------------------ depth


@template("depth", 1, 2, 3)
def depth_of_the_network(report: Report, rng: Random) -> Draft | None:
    """How deep a network is, as its name counts."""
    found = depth_of(report)
    path = found.path
    weighted = [layer for layer in report.layers if layer.work.layer.weighted_depth]
    per = Counter(layer.kind for layer in path)
    if len(path) < 2 or found.gates or per.keys() - PLAIN:  # whether gates count, and what else does, is a matter of taste
        return None
    counts = Counter(layer.kind for layer in report.layers if layer.kind != "input")
    aside = Counter(layer.kind for layers in found.beside.values() for layer in layers)
    made = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    text = f"{report.name} is made of {made}."
    if aside:
        listed = " and ".join(f"{number} of the {kind}" for kind, number in aside.items())
        text += f" Of these, {listed} stand beside the longest path: on shortcuts or other branches."
    text += " How many layers deep is it, if convolutions and fully connected layers count, on the longest path"
    text += ", and attention as two of them?" if {"attention", "window_attention"} & per.keys() else "?"
    parts = [(f"{number} {kind}", number * _weight(path, kind)) for kind, number in per.items()]
    right = sum(value for _, value in parts)
    if any(0 < abs(int(number) - right) <= NEARLY for number in re.findall(r"\d+", report.name)):
        return None  # its name counts otherwise, which would be another question
    pools = sum(number for kind, number in counts.items() if "pool" in kind)
    wrong = [
        Slip(
            "every layer with weights",
            sum(layer.work.layer.weighted_depth for layer in weighted),
            "layers beside each other, as on a shortcut, do not make it deeper",
        )
    ]
    wrong += [Slip("pooling counted", right + pools, "a pooling layer has no weights")] if pools else []
    if path[-1].kind == "linear":
        wrong.append(Slip("without the last layer", right - 1, "the last fully connected layer counts, too"))
    if counts["bn"]:
        wrong.append(Slip("norms counted", right + counts["bn"], "batch normalisation is neither"))
    wrong.append(Slip("every layer", sum(counts.values()), "only convolutions and fully connected layers count"))
    level = 3 if "attention" in per or right > DEEP else 2 if aside else 1
    page: tuple[Section, ...] = (summed("depth", parts),)
    if {"attention", "window_attention"} & per.keys():
        page = (Section("", ("attention has two on a path: to queries, keys and values, and back",)), *page)
    return Draft(
        "depth",
        level,
        "",
        text,
        Answer("count", right, "layers"),
        tuple(wrong),
        page,
        "convolutions and fully connected layers",
    )


def _weight(path: list[LayerReport], kind: str) -> int:
    return next(layer.work.layer.weighted_depth for layer in path if layer.kind == kind)


# ------------------------------------------------------------------------------------------ concatenation


@template("concat", 1, 2)
def channels_side_by_side(report: Report, rng: Random) -> Draft | None:
    """The channels that a concatenation has, or that an addition keeps."""
    joins = [layer for layer in report.layers if layer.kind in ("concat", "add") and known(layer) and len(layer.output) == 3]
    laid = [layer for layer in joins if layer.kind == "concat"]
    for layer in some(laid if laid and rng.random() < 0.8 else joins, rng):
        if 2 <= len(layer.inputs) <= FEW_BRANCHES:
            return concat_draft(report, layer) if rng.random() < 0.6 else joined_volume_draft(report, layer)
    return None


def concat_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the channels of what a concatenation or an addition gives."""
    channels = [shape[0] for shape in layer.input_shapes]
    text = f"{_joining(report, layer)} How many channels does it give?"
    right, page = _joined(layer)
    return Draft(
        "channels",
        1,
        layer.name,
        text,
        Answer("count", right, "channels"),
        tuple(_wrong_channels(layer, channels)),
        (page,),
        "concat lays channels side by side; add needs equal ones and keeps their number",
    )


def joined_volume_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the volume of what a concatenation or an addition gives."""
    right, page = _joined(layer)
    _, high, wide = layer.output
    text = f"{_joining(report, layer)} What is the output volume?"
    last = Section("", (Equation("output", "", f"{high} x {wide} x {right}", sizes(layer.output), "height and width stay"),))
    wrong = [
        Slip(slip.mistake, (slip.value, high, wide), slip.why)
        for slip in _wrong_channels(layer, [shape[0] for shape in layer.input_shapes])
        if isinstance(slip.value, int)
    ]
    many = len(layer.inputs)
    wrong.append(
        Slip("sizes added", (layer.input_shapes[0][0], many * high, many * wide), "only the channels lie side by side")
    )
    return Draft(
        "volume",
        2,
        layer.name,
        text,
        Answer("sizes", tuple(layer.output)),
        tuple(wrong),
        (page, last),
        "height and width are those of each branch",
    )


def _joining(report: Report, layer: LayerReport) -> str:
    shapes = [sizes(shape) for shape in layer.input_shapes]
    word = "concatenates" if layer.kind == "concat" else "adds"
    return f"{called(report, layer)} {word} {', '.join(shapes[:-1])} and {shapes[-1]}."


def _joined(layer: LayerReport) -> tuple[int, Section]:
    letters = {f"C{place}": shape[0] for place, shape in enumerate(layer.input_shapes, 1)}
    if layer.kind == "add":
        return told("C", "C1", letters, "equal tensors are added value by value")
    return told("C", " + ".join(letters), letters)


def _wrong_channels(layer: LayerReport, channels: list[int]) -> list[Slip]:
    if layer.kind == "add":
        return [Slip("channels added up", sum(channels), "an addition keeps the channels; only concat adds them up")]
    wrong = [
        Slip("the widest branch", max(channels), "the channels of all branches stay"),
        Slip("the first branch", channels[0], "the channels of all branches stay"),
    ]
    return wrong + [
        Slip("a branch forgotten", sum(channels) - one, "every branch brings its channels") for one in channels[::-1]
    ]


# ------------------------------------------------------------------------------------------ which holds most


class Held(NamedTuple):
    """A quantity that one may ask most of."""

    quantity: str
    words: str
    level: int


MOST = (
    Held("params", "parameters", 1),
    Held("activations", "values in its output", 2),
    Held("macs", "multiply-accumulates", 3),
)


@template("most", 1, 2, 3)
def holds_most(report: Report, rng: Random) -> Draft | None:
    """Which of four layers has most of something."""
    held = MOST[int(rng.random() * len(MOST))]
    layers = [layer for layer in of_kinds(report, Conv, Linear) if getattr(layer, held.quantity)]
    values = {getattr(layer, held.quantity): layer for layer in some(layers, rng)}
    if len(values) < CHOICES:
        return None
    chosen = list(values.items())[:CHOICES]
    most, right = max(chosen, key=lambda one: one[0])
    listed = [f"{layer.name}: {described(layer)}, over {entering(layer)}" for _, layer in chosen]
    text = "\n".join([f"Which of these layers of {report.name} has the most {held.words}?", *listed])
    wrong = tuple(Slip("another layer", layer.name, f"it has {exact(value)}") for value, layer in chosen if layer is not right)
    page = Section(held.words, tuple(Equation(layer.name, "", "", exact(value)) for value, layer in chosen))
    last = Section("", (Equation("most", "", exact(most), right.name),))
    names = ",".join(sorted(layer.name for _, layer in chosen))
    return Draft(
        f"most {held.quantity} of {names}",
        held.level,
        "",
        text,
        Answer("name", right.name),
        wrong,
        (page, last),
        "params: kernel x channels in x out; memory: positions x channels; ops: params x positions",
    )
