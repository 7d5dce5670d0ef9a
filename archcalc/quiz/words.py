"""Layers in words, as a question tells them."""

from __future__ import annotations

from archcalc.analysis.report import LayerReport
from archcalc.layers.attention import Attention
from archcalc.layers.conv import Conv
from archcalc.layers.fields import Pair, Sides
from archcalc.layers.linear import Linear
from archcalc.layers.norm import BatchNorm
from archcalc.layers.pool import Pool
from archcalc.shapes import Shape


def sizes(shape: Shape) -> str:
    """The sizes as the lecture prints them: 227x227x3 (H x W x C), 197x768 (T x D), 4096."""
    return shape.text("hwc") or "one number"


def described(layer: LayerReport) -> str:
    """What a layer does, with the numbers that its arithmetic needs: "96 filters of 11x11, stride 4, no padding"."""
    own = layer.work.layer
    if isinstance(own, Conv):
        text = f"{own.out} filters of {pair(own.kernel)}, stride {pair(own.stride, True)}, {padding(own.pad)}"
        text += f", dilation {pair(own.dilation, True)}" if own.dilation != (1, 1) else ""
        text += f", in {own.groups} groups" if own.groups != 1 else ""
        return text + ("" if own.bias else ", no biases")
    if isinstance(own, Pool):
        what = "maximum" if own.kind == "maxpool" else "average"
        text = f"{what} pooling of {pair(own.kernel)}, stride {pair(own.step(), True)}, {padding(own.pad)}"
        return text + (", the size rounded up" if own.ceil else "")
    if isinstance(own, Linear):
        return f"a fully connected layer of {own.out} features" + ("" if own.bias else ", no biases")
    if isinstance(own, Attention):
        return f"attention with {own.heads} heads, and its projections to queries, keys and values, and back"
    if isinstance(own, BatchNorm):
        return f"batch normalisation of {layer.output[-3] if len(layer.output) > 2 else layer.output[-1]} channels"
    return f"{own.kind} {own.title()}".strip()


def pair(value: Pair, short: bool = False) -> str:
    """Two numbers: 11x11; where `short` equal ones are said once."""
    return str(value.h) if short and value.h == value.w else f"{value.h}x{value.w}"


def padding(pad: Sides | str) -> str:
    """What is added around: "padding 2", "no padding"."""
    if isinstance(pad, str):
        return f"padding '{pad}'"
    if len(set(pad)) == 1:
        return f"padding {pad.top}" if pad.top else "no padding"
    top, bottom, left, right = pad
    return f"padding {top} above, {bottom} below, {left} left, {right} right"
