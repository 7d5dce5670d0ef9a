"""Pooling: the largest value or the mean of a window, of the whole picture, or of as many windows as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any

from archcalc.expr import formula
from archcalc.layers.base import Layer, Window, Worksheet, layer
from archcalc.layers.fields import FLAG, SIDES, SIZES, Pair, Sides, field
from archcalc.layers.pitfalls import Pitfall
from archcalc.layers.window import (
    ONE,
    borders,
    even_pad,
    identical,
    kernel_area,
    size_pitfalls,
    slide,
    window_title,
    write_kernel,
)
from archcalc.shapes import Picture, Shape


class Pool(Layer):
    """What max and average pooling share: the window's fields."""

    kernel: Pair = field(SIZES, "height and width of a window (F)")
    stride: Pair | None = field(SIZES, "step between neighbouring windows (S); the kernel unless given", None)
    pad: Sides | str = field(SIDES, "rows and columns added on each side (P); `same` keeps the size at stride 1", 0)
    ceil: bool = field(FLAG, "round the number of windows up, as Caffe does, so that the last one may pass the border", False)
    joins_leading = True

    def step(self) -> Pair:
        """The stride, which is the kernel unless given."""
        return self.kernel if self.stride is None else self.stride

    def pitfalls(self) -> Iterator[Pitfall]:
        yield from size_pitfalls(self.kernel, self.step(), self.pad, self.spread(), self.ceil)
        yield Pitfall("params", "like a convolution", f"{kernel_area(self.kernel)}*C")
        yield Pitfall("params", "like one filter", kernel_area(self.kernel))
        yield Pitfall("params", "one for each channel", "C")
        yield Pitfall("activations", "size of the input", "C*H*W")
        yield Pitfall("activations", "one channel only", "H_out*W_out")

    def spread(self) -> Pair:
        """The distance between the values that a window reads."""
        return ONE

    def title(self) -> str:
        return window_title(self.kernel, self.step())


def _need_padding_that_fits(s: Worksheet, kernel: Pair, pad: Sides | str) -> None:
    """A window that stands wholly in the padding has no largest value and no mean; torch draws the line at half a window."""
    if isinstance(pad, str) or identical(*pad, 0):
        return
    why = "the padding may be at most half the window"
    if identical(*pad) and identical(*kernel):
        s.call(P=pad.top, F=kernel.h)
        s.need("2*P <= F", why)
    else:
        s.need("2*max(pad.top, pad.bottom) <= kernel.h", why)
        s.need("2*max(pad.left, pad.right) <= kernel.w", why)


@layer("maxpool")
class MaxPool(Pool):
    """Keep the largest value of each window, channel by channel."""

    dilation: Pair = field(SIZES, "distance between the values that a window reads", 1)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        _need_padding_that_fits(s, self.kernel, self.pad)
        out = slide(s, self.kernel, self.step(), self.pad, self.dilation, self.ceil)
        area = write_kernel(s, self.kernel)
        s.elementwise(f"({area} - 1)*C*H_out*W_out", "comparisons: one fewer than a window has values")
        return x.like((*x[:-2], *out))

    def spread(self) -> Pair:
        return self.dilation

    def torch(self, t: Any, x: Shape) -> Any:
        even = even_pad(self.kernel, self.step(), self.pad, self.dilation)
        # Of a window that reads nothing but padding, as only a dilated one can, torch's takes a place outside the picture for
        # that of the largest value: the gradient is then written into memory that belongs to others.
        if even is None or (even != (0, 0) and self.dilation != (1, 1)):
            return {}
        return t.nn.MaxPool2d(tuple(self.kernel), tuple(self.step()), even, tuple(self.dilation), ceil_mode=self.ceil)

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        around = borders(x.shape[-2:], self.kernel, self.step(), self.pad, self.dilation, self.ceil)
        x = t.nn.functional.pad(x, around, value=float("-inf"))  # never the largest
        return t.nn.functional.max_pool2d(x, self.kernel, self.step(), 0, self.dilation)


@layer("avgpool")
class AvgPool(Pool):
    """Take the mean of each window, channel by channel."""

    count_pad: bool = field(FLAG, "whether the mean counts the padding's zeros as values", True)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        _need_padding_that_fits(s, self.kernel, self.pad)
        out = slide(s, self.kernel, self.step(), self.pad, ceil=self.ceil)
        area = write_kernel(s, self.kernel)
        s.elementwise(f"{area}*C*H_out*W_out", "a window's additions, one fewer than it has values, and one division")
        return x.like((*x[:-2], *out))

    def torch(self, t: Any, x: Shape) -> Any:
        even = even_pad(self.kernel, self.step(), self.pad)
        if even is None:
            return {}
        return t.nn.AvgPool2d(tuple(self.kernel), tuple(self.step()), even, self.ceil, self.count_pad)

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        pad, pool = t.nn.functional.pad, t.nn.functional.avg_pool2d
        around = borders(x.shape[-2:], self.kernel, self.step(), self.pad, ceil=self.ceil)
        counted = x.new_ones(1, 1, *x.shape[-2:])  # 1 for what the mean is taken of; 0 behind the padding, where ceil reaches
        if self.count_pad:
            p = self.pad
            stated = around if isinstance(p, str) else (p.left, p.right, p.top, p.bottom)
            counted = pad(counted, stated, value=1)
            around_counted = tuple(a - b for a, b in zip(around, stated, strict=True))
        else:
            around_counted = around
        sums, counts = (
            pool(pad(values, more), self.kernel, self.step(), divisor_override=1)
            for values, more in ((x, around), (counted, around_counted))
        )
        return sums / counts


class GlobalPool(Layer):
    """What the global pools share: the axes that go, and what is left."""

    keep: bool = field(FLAG, "keep the axes at size 1 (C x 1 x 1, or 1 x D) instead of a vector", False)

    def reduce(self, s: Worksheet, x: Shape) -> tuple[Shape, str, str]:
        """The output's shape, and the texts of the positions that are reduced and of the features that stay."""
        s.mixes()
        if isinstance(x, Picture):
            s.axes(x, "C H W")
            return (x.like((*x[:-2], 1, 1)) if self.keep else Shape(x[:-2])), "H*W", "C"
        s.axes(x, "T D")
        return x.like((*x[:-2], 1, x[-1]) if self.keep else (*x[:-2], x[-1])), "T", "D"

    def torch(self, t: Any, x: Shape) -> Any:
        return {"positions": (-2, -1) if isinstance(x, Picture) else (-2,)}


@layer("global_avgpool")
class GlobalAvgPool(GlobalPool):
    """Take the mean of each channel over the whole picture, or of each feature over all tokens."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        out, positions, features = self.reduce(s, x)
        s.elementwise(f"{positions}*{features}", "the additions, one fewer than there are positions, and one division")
        return out

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x.mean(module.positions, keepdim=self.keep)


@layer("global_maxpool")
class GlobalMaxPool(GlobalPool):
    """Keep the largest value of each channel over the whole picture, or of each feature over all tokens."""

    keeps_output = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        out, positions, features = self.reduce(s, x)
        s.elementwise(f"({positions} - 1)*{features}", "comparisons: one fewer than there are positions")
        return out

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x.amax(module.positions, keepdim=self.keep)


class AdaptivePool(Layer):
    """What the adaptive pools share: window i of n reads from floor(i*H/n) up to, and without, ceil((i + 1)*H/n)."""

    size: Pair = field(SIZES, "height and width of the output")
    joins_leading = True

    def cut(self, s: Worksheet, x: Shape) -> tuple[Shape, str]:
        """Write the output's size and what one position sees; the shape, and the text of the values read along H and W."""
        s.axes(x, "C H W")
        s.call(n_h=self.size.h, n_w=self.size.w)
        shape = x.like((*x[:-2], s.size("H_out", "n_h"), s.size("W_out", "n_w")))
        (h, reads_h), (w, reads_w) = _cut(s, "H", "n_h"), _cut(s, "W", "n_w")
        if s.algebra.decide_equal(self.size.h, 1) and s.algebra.decide_equal(self.size.w, 1):
            s.mixes()
        else:
            s.window(h, w)
        return shape, f"{reads_h}*{reads_w}"

    def title(self) -> str:
        return f"to {self.size.h} x {self.size.w}"


def _cut(s: Worksheet, axis: str, n: str) -> tuple[Window, str]:
    """What a position sees along an axis that is cut into n windows, and the text of how many values they read together."""
    stride, remainder = (formula(text).evaluate(s.values, s.algebra) for text in (f"{axis}/{n}", f"{axis} % {n}"))
    count = s[n]
    if type(remainder) is not int or type(count) is not int or remainder == 0:
        s.need(f"{axis} % {n} == 0", "windows of equal size; with others the receptive field and the operations differ")
        return Window(stride, stride), axis
    # Neighbours share a value wherever a border i*H/n is not whole: at n - gcd(H, n) of the n - 1 borders.
    s.call(**{f"shared_{axis.lower()}": count - gcd(remainder, count)})
    # The largest window is cut on both sides, unless the remainder divides n: then each has one whole border.
    cut_sides = 1 if count % remainder == 0 else 2
    widest = formula(f"{axis}//{n} + cut_sides").evaluate({**s.values, "cut_sides": cut_sides}, s.algebra)
    return Window(widest, stride), f"({axis} + shared_{axis.lower()})"


@layer("adaptive_avgpool")
class AdaptiveAvgPool(AdaptivePool):
    """Take the mean of each of `size` windows that together cover the picture, whatever its size."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        out, reads = self.cut(s, x)
        s.elementwise(f"C*{reads}", "the windows' additions, one fewer than each has values, and one division each")
        return out

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.AdaptiveAvgPool2d(tuple(self.size))


@layer("adaptive_maxpool")
class AdaptiveMaxPool(AdaptivePool):
    """Keep the largest value of each of `size` windows that together cover the picture, whatever its size."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        out, reads = self.cut(s, x)
        s.elementwise(f"C*({reads} - H_out*W_out)", "comparisons: one fewer than each window has values")
        return out

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.AdaptiveMaxPool2d(tuple(self.size))
