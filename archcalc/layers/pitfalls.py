"""Mistakes that people make with a layer's arithmetic, each with the formula that it comes to.

They stand with the kinds: a kind knows best what is easily forgotten about it. Here are their names and why they are mistakes,
and those of sliding windows, which several kinds share. For pages that say what a slip would give, and for wrong choices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

PITFALLS = {
    "bias forgotten": "every output channel or feature has a bias of its own",
    "one bias only": "every output channel or feature has a bias, not the layer as a whole",
    "padding forgotten": "the padding widens the input on both sides before the window slides",
    "padding on one side": "P is added on both sides, so 2*P",
    "+1 forgotten": "the first window stands there before the first step is taken",
    "stride forgotten": "the window moves S pixels at a time",
    "rounded up": "a window that does not fit any more is left out, so round down",
    "rounded down": "this layer rounds up: its last window may pass the border",
    "kernel not subtracted": "the window must fit inside, so its size is taken off first",
    "dilation forgotten": "the gaps between the pixels that a filter reads make the window wider",
    "one channel per filter": "each filter reads every channel of its input",
    "groups ignored": "a filter reads only the channels of its own group",
    "in and out exchanged": "channels in and out have changed places",
    "side for area": "a window has F*F positions, not F",
    "one filter only": "there are as many filters as output channels",
    "positions of the input": "there is one product for each position of the output, not of the input",
    "one position only": "the weights are used again at every output position",
    "operations counted twice": "a multiply-accumulate is one; counting multiplication and addition apart gives FLOPs",
    "biases counted": "adding a bias is no multiplication",
    "channels of the input": "the output has as many channels as there are filters",
    "size of the input": "the output has its own height and width",
    "one channel only": "every channel of the output is kept",
    "like a convolution": "a pooling layer has no weights: it only picks or averages",
    "like one filter": "a pooling layer has no weights: it only picks or averages",
    "one for each channel": "a pooling layer has no weights: it only picks or averages",
    "statistics counted": "running means and variances are kept, but not learned",
    "shift forgotten": "every channel has a scale and a shift",
    "projections forgotten": "the matrices to queries, keys and values, and back, are multiplied with every token",
    "products forgotten": "queries times keys, and their weights times values, cost T*T*D each",
    "one product only": "there are two products: queries with keys, and the weighted sum of values",
    "counted for every head": "the heads share the width among them: together they cost as much as one head that has all of it",
    "way back forgotten": "a fourth matrix leads from the heads back to the width D",
}


class Pitfall(NamedTuple):
    """A mistake by its name in PITFALLS, and the formula that it comes to, in the letters of the layer's page.

    `of` is what is wrong then: params, macs, activations, or the name of a size (H_out).
    """

    of: str
    name: str
    formula: str


def window_pitfalls(axis: str, letters: str, reach: str, padding: str, one_side: str, ceil: bool) -> Iterator[Pitfall]:
    """What goes wrong with the size of a window's output along an axis.

    `letters` is what the names of the axis end in ("" or "_h"), `reach` the window's size as it is written on the page,
    `padding` and `one_side` what is added for both sides and for one; empty if there is none.
    """
    stride, size = f"S{letters}", f"{axis}_out"
    rounding, other = ("ceil", "floor") if ceil else ("floor", "ceil")
    if padding:
        yield Pitfall(size, "padding forgotten", f"{rounding}(({axis} - {reach})/{stride}) + 1")
    if one_side:
        yield Pitfall(size, "padding on one side", f"{rounding}(({axis} - {reach} + {one_side})/{stride}) + 1")
    yield Pitfall(size, "+1 forgotten", f"{rounding}(({axis} - {reach}{padding})/{stride})")
    yield Pitfall(size, "stride forgotten", f"{axis} - {reach}{padding} + 1")
    yield Pitfall(size, "rounded down" if ceil else "rounded up", f"{other}(({axis} - {reach}{padding})/{stride}) + 1")
    yield Pitfall(size, "kernel not subtracted", f"{rounding}(({axis}{padding})/{stride}) + 1")
    if reach != f"F{letters}":
        yield Pitfall(size, "dilation forgotten", f"{rounding}(({axis} - F{letters}{padding})/{stride}) + 1")
