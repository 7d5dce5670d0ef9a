"""Convolution and its transpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import COUNTS, FLAG, SIDES, SIZE, SIZES, Pair, Sides, field
from archcalc.layers.pitfalls import Pitfall
from archcalc.layers.window import (
    borders,
    even_pad,
    identical,
    kernel_area,
    size_pitfalls,
    slide,
    transposed_window,
    window_title,
    write_kernel,
)
from archcalc.shapes import Shape


@layer("conv")
class Conv(Layer):
    """Slide `out` learned filters over a picture; each filter reads every channel of its group."""

    out: int = field(SIZE, "number of filters, so of output channels (K in the lecture)")
    kernel: Pair = field(SIZES, "height and width of a filter (F)")
    stride: Pair = field(SIZES, "step between neighbouring windows (S)", 1)
    pad: Sides | str = field(SIDES, "zeros added on each side (P); `same` keeps the size at stride 1", 0)
    dilation: Pair = field(SIZES, "distance between the pixels that a filter reads", 1)
    groups: int = field(SIZE, "split channels into groups that do not see each other; the number of channels: depthwise", 1)
    bias: bool = field(FLAG, "whether each filter has a bias", True)
    weighted_depth = 1
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.call(K=self.out)
        grouped = not identical(self.groups, 1)
        if grouped:
            s.need("C % groups == 0 and K % groups == 0", "channels in and out must split evenly into groups")
        h_out, w_out = slide(s, self.kernel, self.stride, self.pad, self.dilation)
        area = write_kernel(s, self.kernel)
        s.param("weight", f"{area}*(C//groups)*K" if grouped else f"{area}*C*K")
        if self.bias:
            s.param("bias", "K", bias=True)
            s.summary("params", f"({area}*(C//groups) + 1)*K" if grouped else f"({area}*C + 1)*K")
        s.macs("H_out*W_out*weight", "each output position uses each weight once")
        return x.like((*x[:-3], self.out, h_out, w_out))

    def pitfalls(self) -> Iterator[Pitfall]:
        yield from size_pitfalls(self.kernel, self.stride, self.pad, self.dilation)
        area, grouped = kernel_area(self.kernel), not identical(self.groups, 1)
        bias = " + K" if self.bias else ""
        if self.bias:
            yield Pitfall("params", "bias forgotten", "weight")
        if grouped:
            yield Pitfall("params", "groups ignored", f"{area}*C*K{bias}")
            yield Pitfall("macs", "groups ignored", f"H_out*W_out*{area}*C*K")
        else:
            yield Pitfall("params", "one channel per filter", f"{area}*K{bias}")
            yield Pitfall("params", "in and out exchanged", f"{area}*C*K{' + C' if self.bias else ''}")
            yield Pitfall("macs", "one channel per filter", f"H_out*W_out*{area}*K")
        if self.bias:
            yield Pitfall("params", "one bias only", "weight + 1")
        yield Pitfall("params", "side for area", f"weight//{'F' if area == 'F*F' else 'F_w'}{bias}")
        yield Pitfall("params", "one filter only", f"weight//K{' + 1' if self.bias else ''}")
        yield Pitfall("macs", "operations counted twice", "2*H_out*W_out*weight")
        yield Pitfall("macs", "positions of the input", "H*W*weight")
        yield Pitfall("macs", "one position only", "weight")
        yield Pitfall("activations", "channels of the input", "C*H_out*W_out")
        yield Pitfall("activations", "size of the input", "K*H*W")
        yield Pitfall("activations", "one channel only", "H_out*W_out")

    def torch(self, t: Any, x: Shape) -> Any:
        even = even_pad(self.kernel, self.stride, self.pad, self.dilation)
        conv = t.nn.Conv2d(
            x[-3], self.out, tuple(self.kernel), tuple(self.stride), even or 0, tuple(self.dilation), self.groups, self.bias
        )
        return conv if even is not None else {"weight": conv.weight, "bias": conv.bias}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        x = t.nn.functional.pad(x, borders(x.shape[-2:], self.kernel, self.stride, self.pad, self.dilation))
        return t.nn.functional.conv2d(x, module.weight, module.bias, self.stride, 0, self.dilation, self.groups)

    def title(self) -> str:
        grouped = "" if identical(self.groups, 1) else f", g{self.groups}"
        return window_title(self.kernel, self.stride, self.out) + grouped


@layer("conv_transpose")
class ConvTranspose(Layer):
    """Convolution run backwards: every input position adds a weighted filter to the output. Also called deconvolution."""

    out: int = field(SIZE, "number of output channels (K)")
    kernel: Pair = field(SIZES, "height and width of a filter (F)")
    stride: Pair = field(SIZES, "step in the output between neighbouring inputs (S)", 1)
    pad: Pair = field(COUNTS, "rows and columns cut off on each side of the output (P)", 0)
    output_pad: Pair = field(COUNTS, "rows and columns added at the bottom and right, to choose among possible sizes", 0)
    dilation: Pair = field(SIZES, "distance between the pixels that a filter writes", 1)
    groups: int = field(SIZE, "split channels into groups that do not see each other", 1)
    bias: bool = field(FLAG, "whether each output channel has a bias", True)
    weighted_depth = 1
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.call(K=self.out)
        s.need("C % groups == 0 and K % groups == 0", "channels in and out must split evenly into groups")
        sizes = []
        for axis, i in (("H", 0), ("W", 1)):
            n = axis.lower()
            letters = {"F": self.kernel, "S": self.stride, "P": self.pad, "extra": self.output_pad, "dilation": self.dilation}
            s.call(**{f"{letter}_{n}": value[i] for letter, value in letters.items()})
            s.need(f"extra_{n} < max(S_{n}, dilation_{n})", "output_pad must be smaller than the stride or the dilation")
            # arXiv:1603.07285, relation 14, with dilation
            text = f"({axis} - 1)*S_{n} - 2*P_{n} + dilation_{n}*(F_{n} - 1) + extra_{n} + 1"
            sizes.append(s.size(f"{axis}_out", text))
        s.window(*(transposed_window(s, self.kernel[i], self.stride[i], self.dilation[i]) for i in (0, 1)))
        area = write_kernel(s, self.kernel)
        s.param("weight", f"{area}*C*(K//groups)")
        if self.bias:
            s.param("bias", "K", bias=True)
        s.macs("H*W*weight", "each input position uses each weight once")
        return x.like((*x[:-3], self.out, *sizes))

    def torch(self, t: Any, x: Shape) -> Any:
        kernel, stride, pad, extra = (tuple(pair) for pair in (self.kernel, self.stride, self.pad, self.output_pad))
        return t.nn.ConvTranspose2d(x[-3], self.out, kernel, stride, pad, extra, self.groups, self.bias, tuple(self.dilation))

    def title(self) -> str:
        return window_title(self.kernel, self.stride, self.out)
