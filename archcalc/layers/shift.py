"""Moving channels of a picture by a few pixels, so that what works at each position alone sees its neighbours."""

from __future__ import annotations

from typing import Any

from archcalc.layers.base import Layer, Window, Worksheet, layer
from archcalc.layers.fields import SIZES, Pair, field
from archcalc.shapes import Shape


@layer("spatial_shift")
class SpatialShift(Layer):
    """Move a quarter of the channels right, one left, one down and one up, each by one pixel (arXiv:2106.07477).

    The column or row that nothing moves into keeps its values, as in the authors' code.
    """

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.need("C % 4 == 0", "the channels must split evenly into four groups")
        s.window(Window(3, 1), Window(3, 1))
        return x

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        right, left, down, up = x.chunk(4, -3)
        return t.cat(
            (
                t.cat((right[..., :1], right[..., :-1]), -1),
                t.cat((left[..., 1:], left[..., -1:]), -1),
                t.cat((down[..., :1, :], down[..., :-1, :]), -2),
                t.cat((up[..., 1:, :], up[..., -1:, :]), -2),
            ),
            -3,
        )


@layer("cycle_shift")
class CycleShift(Layer):
    """Move channels by different distances along one axis, in turn, and zeros in at the border (arXiv:2107.10224).

    Channel i takes its values from (i + F//2) % F - F//2 pixels further on. A 1x1 convolution of what comes out is the
    paper's CycleFC: it sees F pixels, for the price of one.
    """

    kernel: Pair = field(SIZES, "how many pixels are seen, [1, F] along W or [F, 1] along H")

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.call(F_h=self.kernel.h, F_w=self.kernel.w)
        s.need("F_h == 1 or F_w == 1", "channels move along one axis: [1, F] or [F, 1]")
        s.need("F_h*F_w <= C", "there must be a channel for each distance")
        s.window(*(Window(size, 1) for size in self.kernel))
        return x

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        pad = t.nn.functional.pad
        axis, size = (-1, self.kernel.w) if self.kernel.w > 1 else (-2, self.kernel.h)
        before, missing, length = size // 2, -x.shape[-3] % size, x.shape[axis]
        border = (before, size - before - 1)
        padded = pad(x, (*((*border, 0, 0) if axis == -1 else (0, 0, *border)), 0, missing))
        turns = padded.unflatten(-3, (-1, size))  # channels that move by the same distance are one of the second axis
        moved = [turns.select(-3, i).narrow(axis, (i + before) % size, length) for i in range(size)]
        return pad(t.stack(moved, -3).flatten(-4, -3), (0, 0, 0, 0, 0, -missing))

    def title(self) -> str:
        return f"{self.kernel.h}x{self.kernel.w}"
