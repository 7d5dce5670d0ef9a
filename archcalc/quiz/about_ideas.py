"""Questions about what the lecture's ideas save: bottlenecks, groups, attention, patches."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from random import Random
from typing import Any

from archcalc.analysis.report import LayerReport, Report
from archcalc.layers.conv import Conv
from archcalc.lessons.again import again
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.savings import Saving, patches, savings
from archcalc.quiz.about_layers import called, entering, first_of, known, of_kinds
from archcalc.quiz.drafts import Draft, some, template, told
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, sizes
from archcalc.shapes import Picture

# ------------------------------------------------------------------------------------------ bottlenecks and groups


NARROW = ("bottleneck", "reduced", "factorised", "stacked")
APART = ("separable", "grouped")


@template("bottleneck", 1)
def weights_of_a_bottleneck(report: Report, rng: Random) -> Draft | None:
    """The weights of a bottleneck and its kin."""
    return _saving(weights_draft, NARROW, report, rng)


@template("bottleneck", 2)
def saved_by_a_bottleneck(report: Report, rng: Random) -> Draft | None:
    """How many times as much the plain form of a bottleneck and its kin takes."""
    return _saving(ratio_draft, NARROW, report, rng)


@template("grouped", 1)
def weights_of_groups(report: Report, rng: Random) -> Draft | None:
    """The weights of grouped and depthwise convolutions."""
    return _saving(weights_draft, APART, report, rng)


@template("grouped", 2)
def saved_by_groups(report: Report, rng: Random) -> Draft | None:
    """How many times as much a full convolution takes."""
    return _saving(ratio_draft, ("separable",), report, rng)


def _saving(make: Callable[[Report, Saving], Draft], kinds: tuple[str, ...], report: Report, rng: Random) -> Draft | None:
    by_kind: dict[str, list[Saving]] = {}
    for saving in savings(report.layers):
        if saving.kind in kinds:
            by_kind.setdefault(saving.kind, []).append(saving)
    if not by_kind:
        return None
    found = by_kind[sorted(by_kind)[int(rng.random() * len(by_kind))]]
    return make(report, found[int(rng.random() * len(found))])


def weights_draft(report: Report, saving: Saving) -> Draft:
    """Asks for the weights of a block."""
    text = f"{_told(report, saving)} How many weights are there, without biases and norms?"
    right, page = told("weights", saving.block.weights, saving.values)
    wrong = [Slip("the plain form", saving.number(saving.plain.weights), f"that is {saving.plain.what}")]
    terms = saving.block.weights.split(" + ")
    wrong += [
        Slip(f"{term} forgotten", right - saving.number(term), "it is one of the block's own convolutions")
        for term in terms
        if len(terms) > 1 and "(" not in term
    ]
    wrong.append(Slip("at every position", saving.number(saving.block.macs), "weights are stored once, whatever the positions"))
    return Draft(
        f"weights {saving.kind}",
        1,
        saving.layers[0],
        text,
        Answer("count", right, "weights"),
        tuple(wrong),
        (page,),
        "kernel area x channels in (of a group) x channels out, for each convolution",
    )


def ratio_draft(report: Report, saving: Saving) -> Draft:
    """Asks how many times the multiply-accumulates the plain form takes."""
    text = f"{_told(report, saving)} How many times as many multiply-accumulates would {saving.plain.said} take?"
    ratio = saving.macs_ratio
    answer = Answer("ratio", ratio)
    above, below = saving.worked(f"macs of {saving.plain.what}", saving.plain.macs), saving.worked("macs", saving.block.macs)
    last = Equation("ratio", "", f"{above.result} / {below.result}", answer.text)
    wrong = [
        Slip("turned round", 1 / ratio, "the plain form takes more, not less"),
        Slip("twice", 2 * ratio, "both forms are counted alike: a multiply-accumulate is one"),
    ]
    if saving.weights_ratio not in (None, ratio):
        wrong.insert(0, Slip("weights for ops", saving.weights_ratio or ratio, "weights are used at every output position"))
    groups = saving.values.get("groups", 1)
    wrong += (
        [Slip("groups squared", ratio * groups, "a filter reads fewer channels, but there are as many filters")]
        if groups > 1
        else []
    )
    wrong += [Slip("minus one", ratio - 1, "how many times as many, not how many times more")] if ratio > 2 else []
    return Draft(
        f"ratio {saving.kind}",
        2,
        saving.layers[0],
        text,
        answer,
        tuple(wrong),
        (Section("", (above, below, last)),),
        "work out both, and divide",
    )


def _told(report: Report, saving: Saving) -> str:
    """The block in words, with the numbers of its letters."""
    of = report.layer(saving.layers[0]), report.layer(saving.layers[-1])
    listed = ", then ".join(described(report.layer(name)) for name in saving.layers)
    return f"In {report.name}, {saving.layers[0]}: {listed}; from {entering(of[0])} to {sizes(of[1].output)}."


# ------------------------------------------------------------------------------------------ attention and patches


@template("attention", 1)
def attention_matrix(report: Report, rng: Random) -> Draft | None:
    """The size of the attention matrix."""
    return first_of(matrix_draft, report, some(_attention(report), rng))


@template("attention", 2)
def attention_products(report: Report, rng: Random) -> Draft | None:
    """What the products of attention cost."""
    return first_of(products_draft, report, some(_attention(report), rng))


@template("attention", 3)
def attention_between_pixels(report: Report, rng: Random) -> Draft | None:
    """What attention would cost without patches."""
    return first_of(pixels_draft, report, some(_attention(report), rng))


def _attention(report: Report) -> list[LayerReport]:
    return [layer for layer in report.layers if layer.kind == "attention" and known(layer)]


def matrix_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the entries of the matrix in which every token looks at every token."""
    tokens, width = layer.input_shapes[0][-2:]
    heads = layer.work.values["heads"]
    text = f"{called(report, layer)} lets each of {tokens} tokens of {width} features look at all tokens. How many entries has "
    text += "the matrix of attention weights of one head?"
    right, page = told("entries", "T*T", {"T": tokens}, "each token with each")
    wrong = (
        Slip("tokens times features", tokens * width, "each token meets each token, not each feature"),
        Slip("once for each token", tokens, "each of them looks at all of them"),
        Slip("all heads", heads * right, "one head was asked for"),
        Slip("each pair once", tokens * (tokens - 1) // 2, "a token looking at another is not the same as the other way"),
    )
    return Draft("matrix", 1, layer.name, text, Answer("count", right, "entries"), wrong, (page,), "T queries meet T keys")


def products_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the multiply-accumulates of the products of queries, keys and values."""
    tokens, width = layer.input_shapes[0][-2:]
    inner, heads = layer.work.values.get("inner", width), layer.work.values["heads"]
    text = f"{called(report, layer)} has {heads} heads, which share {inner} features, over {sizes(layer.input_shapes[0])}. "
    text += (
        "How many multiply-accumulates do queries times keys, and attention weights times values, take together in all heads?"
    )
    right, page = told("macs", "2*T*T*D", {"T": tokens, "D": inner}, "the projections not counted")
    wrong = (
        Slip("one product only", right // 2, "there are two products"),
        Slip("counted for every head", heads * right, "the heads share the features among them"),
        Slip("projections counted", layer.macs, "these are matrices of weights, T*D*D each"),
        Slip("one projection", tokens * width * inner, "that is one matrix of weights"),
    )
    return Draft(
        "products",
        2,
        layer.name,
        text,
        Answer("count", right, "multiply-accumulates"),
        wrong,
        (page,),
        "each of T*T entries is a product over the features of a head",
    )


def pixels_draft(report: Report, layer: LayerReport) -> Draft | None:
    """Asks how many times as much attention between pixels would cost as between patches."""
    saving = patches(report)
    if saving is None:
        return None
    high, wide, tokens = (saving.values[letter] for letter in "HWT")
    text = (
        f"{report.name} cuts a picture of {high}x{wide} pixels into {tokens} patches. Without a class token, how many times as "
    )
    text += "much would the products of attention cost if every pixel were a token?"
    ratio = saving.macs_ratio
    answer = Answer("ratio", ratio)
    above, below = (saving.worked(name, cost) for name, cost in (("pixels", saving.plain.macs), ("patches", saving.block.macs)))
    page = Section("", (above, below, Equation("ratio", "", f"{above.result} / {below.result}", answer.text)))
    wrong = (
        Slip("not squared", Fraction(high * wide, tokens), "every token meets every token: the number counts twice"),
        Slip("sides only", Fraction(high, isqrt(tokens)), "a picture has H*W pixels"),
        Slip("twice", 2 * ratio, "both have two products"),
        Slip("heads counted", ratio * layer.work.values["heads"], "there are as many heads in both"),
    )
    return Draft("pixels", 3, "", text, answer, wrong, (page,), "(H*W)^2 against T^2")


def patch_layer(report: Report) -> LayerReport | None:
    """The convolution that cuts a picture into patches: its stride is its kernel, and tokens are made of what it gives."""
    first = next((layer for layer in of_kinds(report, Conv) if len(layer.output) == 3), None)
    tokens = any(layer.kind in ("rearrange", "attention", "window_attention") for layer in report.layers)
    if first is None or not tokens or not isinstance(first.input_shapes[0], Picture):
        return None
    own: Any = first.work.layer
    return first if own.kernel == own.stride != (1, 1) and own.pad == (0, 0, 0, 0) else None


@template("patches", 1)
def patches_of_a_picture(report: Report, rng: Random) -> Draft | None:
    """How many patches there are, or how a convolution cuts them."""
    layer = patch_layer(report)
    return None if layer is None else (tokens_draft if rng.random() < 0.5 else kernel_draft)(report, layer)


@template("patches", 2)
def values_of_a_patch(report: Report, rng: Random) -> Draft | None:
    """How much is in a patch."""
    layer = patch_layer(report)
    return None if layer is None else values_in_a_patch_draft(report, layer)


@template("patches", 3)
def patches_of_a_larger_picture(report: Report, rng: Random) -> Draft | None:
    """How many patches a larger picture has."""
    layer = patch_layer(report)
    return None if layer is None else larger_picture_draft(report, layer, 2 + int(rng.random() * 12))


def _patch(layer: LayerReport) -> tuple[int, int, int, int]:
    own: Any = layer.work.layer
    channels, high, wide = layer.input_shapes[0]
    return own.kernel.h, high, wide, channels


def tokens_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks how many patches a picture is cut into."""
    size, high, wide, _ = _patch(layer)
    text = f"{report.name} cuts pictures of {high}x{wide} into patches of {size}x{size}. How many patches are there?"
    right, page = told("T", "(H//P)*(W//P)", {"H": high, "W": wide, "P": size})
    wrong = (
        Slip("one side only", high // size, "there are rows of patches, too"),
        Slip("pixels", high * wide, "a patch holds P*P of them"),
        Slip("side of a patch", high * wide // size, "a patch has P*P pixels, not P"),
        Slip("class token counted", right + 1, "patches were asked for"),
    )
    return Draft(
        "tokens", 1, layer.name, text, Answer("count", right, "patches"), wrong, (page,), "patches along H times along W"
    )


def kernel_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the stride of the convolution that cuts patches."""
    size, high, wide, channels = _patch(layer)
    tokens = layer.output[1] * layer.output[2]
    text = f"{report.name} makes {tokens} tokens of a picture of {high}x{wide}x{channels} by one convolution, whose windows "
    text += "do not overlap and leave nothing out. What is its stride, which equals its kernel?"
    right, page = told("P", "H//H_out", {"H": high, "H_out": layer.output[1]})
    others = [other for other in (layer.output[1], size // 2, 2 * size, 1) if 0 < other != size]
    wrong = tuple(Slip("another stride", one, f"it would give {(high // one) * (wide // one):,} tokens") for one in others)
    return Draft("stride", 1, layer.name, text, Answer("count", right, square=True), wrong, (page,), "H/P patches along a side")


def values_in_a_patch_draft(report: Report, layer: LayerReport) -> Draft:
    """Asks for the values that are in a patch."""
    size, _, _, channels = _patch(layer)
    text = f"{report.name} cuts pictures with {channels} channels into patches of {size}x{size}. "
    text += "How many values does a patch hold?"
    right, page = told("values", "P*P*C", {"P": size, "C": channels})
    wrong = (
        Slip("channels forgotten", size * size, "every pixel has C values"),
        Slip("width of a token", layer.output[0], "that is what a patch is projected to"),
        Slip("side for area", size * channels, "a patch has P*P pixels"),
    )
    return Draft(
        "values", 2, layer.name, text, Answer("count", right, "values"), wrong, (page,), "pixels of a patch times channels"
    )


def larger_picture_draft(report: Report, layer: LayerReport, more: int) -> Draft | None:
    """Asks for the patches of a square picture in which `more` of them stand along a side than usual."""
    size, high, _, channels = _patch(layer)
    side = size * (high // size + more)
    other = again(layer, (layer.input_shapes[0].like((channels, side, side)),))
    text = f"{report.name} has patches of {size}x{size}. How many patches has a picture of {side}x{side}?"
    right, page = told("T", "(H//P)*(W//P)", {"H": side, "W": side, "P": size})
    if right != other.output[1] * other.output[2]:
        return None
    wrong = (
        Slip("as usual", layer.output[1] * layer.output[2], f"that is for {high}x{high}"),
        Slip("one side only", side // size, "there are rows of patches, too"),
        Slip("class token counted", right + 1, "patches were asked for"),
    )
    return Draft(
        f"tokens {side}", 3, layer.name, text, Answer("count", right, "patches"), wrong, (page,), "patches along H times W"
    )
