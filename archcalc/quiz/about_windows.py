"""Questions about windows: the padding that keeps a size, the stride that makes another, and pictures of another size."""

from __future__ import annotations

from random import Random

from archcalc.analysis.report import Report
from archcalc.expr import formula
from archcalc.layers.conv import Conv
from archcalc.layers.pool import Pool
from archcalc.lessons.again import again
from archcalc.lessons.pages import Equation, Section
from archcalc.numbers import exact
from archcalc.quiz.about_layers import called, entering, hint, pictures, volume, window, wrong_volumes
from archcalc.quiz.drafts import Draft, some, template, told
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, padding, pair, sizes

LEAST_SIDE = 4  # pixels of a picture that could as well be larger


@template("padding", 1)
def padding_that_keeps(report: Report, rng: Random) -> Draft | None:
    """The padding with which a convolution of stride 1 keeps the size."""
    for layer in some(pictures(report, Conv), rng):
        kernel = window(layer)[0]
        if kernel.h % 2 == 0 or kernel.h == 1 or kernel.w != kernel.h:
            continue
        text = f"A convolution of {pair(kernel)}, as in {called(report, layer)}, with stride 1: "
        text += "how many rows or columns of zeros on each side keep height and width as they are?"
        right, page = told("P", "(F - 1)//2", {"F": kernel.h}, "so that W - F + 2*P + 1 = W")
        wrong = (
            Slip("kernel for padding", kernel.h, "half of what a window is wider than one pixel, on each side"),
            Slip("padding on one side", kernel.h - 1, "F - 1 is what both sides have together"),
            Slip("no padding", 0, f"without padding the output is {kernel.h - 1} smaller"),
            Slip("rounded up", right + 1, "(F - 1)/2, not (F + 1)/2"),
        )
        return Draft(
            f"keeps {kernel.h}",
            1,
            layer.name,
            text,
            Answer("count", right, square=True),
            wrong,
            (page,),
            "(W - F + 2*P)/1 + 1 has to be W",
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
            Answer("count", stride.h, square=True),
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
        if side in (high, wide) or side < 2 * max(kernel) or max(kernel) == 1 or min(high, wide) < LEAST_SIDE:
            continue
        other = again(layer, (layer.input_shapes[0].like((channels, side, side)),))
        text = f"{called(report, layer)} ({described(layer)}) gets {side}x{side}x{channels} in place of {entering(layer)}. "
        text += "What is the output volume?"
        usual = Slip("size of the usual input", tuple(layer.output), f"that is for {sizes(layer.input_shapes[0])}")
        wrong = wrong_volumes(other)
        return Draft(
            f"size {side}",
            3,
            layer.name,
            text,
            Answer("sizes", tuple(other.output)),
            (*wrong[:1], usual, *wrong[1:]),
            volume(report, other),
            hint("size", layer),
        )
    return None
