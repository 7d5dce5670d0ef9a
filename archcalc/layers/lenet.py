"""What LeNet-5 had in 1998 and later networks do not: filters that read a few maps each, and outputs compared with codes."""

from __future__ import annotations

from typing import Any

from archcalc.expr import formula
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import FLAG, SIDES, SIZE, SIZES, TABLE, Pair, Sides, field
from archcalc.layers.window import borders, slide, window_title, write_kernel
from archcalc.shapes import Picture, Shape


@layer("sparse_conv")
class SparseConv(Layer):
    """Slide learned filters over a picture, each of which reads only the channels that a table lists for it.

    So has the third layer of LeNet-5 (LeCun et al. 1998, Table I). There is one kernel for each entry of the table.
    """

    reads: tuple[tuple[int, ...], ...] = field(TABLE, "for each filter, the channels that it reads, counted from 0")
    kernel: Pair = field(SIZES, "height and width of a kernel (F)")
    stride: Pair = field(SIZES, "step between neighbouring windows (S)", 1)
    pad: Sides | str = field(SIDES, "zeros added on each side (P); `same` keeps the size at stride 1", 0)
    bias: bool = field(FLAG, "whether each filter has a bias", True)
    weighted_depth = 1
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        channels = self.channels()
        s.call(K=len(self.reads), n=len(channels), last=formula("max(table)").evaluate({"table": channels}, s.algebra))
        s.need("last < C", "the table's channels must be there; they are counted from 0")
        h_out, w_out = slide(s, self.kernel, self.stride, self.pad)
        area = write_kernel(s, self.kernel)
        s.param("weight", f"{area}*n")
        if self.bias:
            s.param("bias", "K", bias=True)
            s.summary("params", f"{area}*n + K")
        s.macs("H_out*W_out*weight", "each output position uses each weight once")
        return x.like((*x[:-3], len(self.reads), h_out, w_out))

    def channels(self) -> tuple[int, ...]:
        """The entries of the table, row by row: which channel each of the n kernels reads."""
        return tuple(channel for row in self.reads for channel in row)

    def torch(self, t: Any, x: Shape) -> Any:
        count = len(self.channels())
        bias = t.nn.Parameter(t.zeros(len(self.reads))) if self.bias else None
        return {"weight": t.nn.Parameter(t.nn.Conv2d(1, count, tuple(self.kernel)).weight.detach()[:, 0]), "bias": bias}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        x = t.nn.functional.pad(x, borders(x.shape[-2:], self.kernel, self.stride, self.pad))
        channels = x.split(1, 1)
        weights = module.weight.split([len(row) for row in self.reads])
        biases = module.bias.split(1) if self.bias else [None] * len(self.reads)
        made = [
            t.nn.functional.conv2d(t.cat([channels[channel] for channel in row], 1), weight[None], bias, tuple(self.stride))
            for row, weight, bias in zip(self.reads, weights, biases, strict=True)
        ]
        return t.cat(made, 1)

    def title(self) -> str:
        return f"{window_title(self.kernel, self.stride, len(self.reads))}, {len(self.channels())} kernels"


@layer("rbf")
class RadialBasis(Layer):
    """The squared distance of the features from each of `out` fixed codes: Euclidean radial basis functions.

    In LeNet-5 (LeCun et al. 1998) a code is a drawing of a digit, in 7 x 12 values of -1 and 1, and is not learned. Here the
    codes are such values at random, until others are loaded.
    """

    out: int = field(SIZE, "number of codes, so of outputs (K)")

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        tokens = len(x) > 1 and not isinstance(x, Picture)
        s.axes(x, "T D" if tokens else "D")
        s.call(K=self.out)
        s.buffer("codes", "D*K")
        each = "K*(3*D - 1)"
        s.elementwise(f"T*{each}" if tokens else each, "for each code D differences, their squares and the sum of these")
        return x.like((*x[:-1], self.out))

    def torch(self, t: Any, x: Shape) -> Any:
        return {"codes": 2.0 * t.randint(0, 2, (self.out, x[-1])) - 1}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return (x.unsqueeze(-2) - module.codes).square().sum(-1)

    def title(self) -> str:
        return f"{self.out} codes"
