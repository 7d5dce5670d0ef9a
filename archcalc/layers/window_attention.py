"""Attention inside windows of a picture, which may be shifted (Liu et al. 2021, arXiv:2103.14030)."""

from __future__ import annotations

from typing import Any

from archcalc.layers.base import Layer, Window, Worksheet, layer
from archcalc.layers.fields import COUNTS, FLAG, SIZE, SIZES, Pair, field
from archcalc.layers.window import identical
from archcalc.shapes import Shape


@layer("window_attention")
class WindowAttention(Layer):
    """Attention among the positions of each window of a picture, with a learned bias for each offset (arXiv:2103.14030).

    The windows stand side by side from the top left corner on, or with `shift` from so many rows and columns further, so that
    there are smaller ones at the border. As in the authors' code, a picture that does not come out even is padded with zeros
    at the bottom and on the right, which take part like any position; and the smaller windows are computed together, several
    in the place of one, with the products of positions from different ones left out. So a shift changes no count. Along an
    axis with only one window nothing is shifted. The table of position biases is no bias of a projection: `params_no_bias`
    has it.

    The receptive field takes a position for the middle of a window of this size; in truth it sees the one in which it stands.
    """

    heads: int = field(SIZE, "number of heads, each with queries, keys and values of its own")
    window: Pair = field(SIZES, "height and width of a window (M)")
    shift: Pair = field(COUNTS, "rows and columns by which the windows are shifted; less than a window", 0)
    bias: bool = field(FLAG, "whether the projections (to queries, keys and values, and back) have biases", True)
    weighted_depth = 2
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.need("C % heads == 0", "the channels must split evenly into heads")
        high, wide = self.call_window(s)
        s.let("H_padded", f"ceil(H/{high})*{high}", "rows, to the end of the last window")
        s.let("W_padded", f"ceil(W/{wide})*{wide}", "columns, to the end of the last window")
        s.let("T", "H_padded*W_padded", "positions, each of which is a token")
        s.let("N", f"{high}*{wide}", "positions in a window")
        s.param("position_bias", f"(2*{high} - 1)*(2*{wide} - 1)*heads")
        s.param("qkv", "3*C*C")
        s.param("proj", "C*C")
        if self.bias:
            s.param("qkv_bias", "3*C", bias=True)
            s.param("proj_bias", "C", bias=True)
        s.buffer("position_index", "N*N")
        s.macs("T*qkv", "projections of the input to queries, keys and values")
        s.macs("2*T*N*C", "products: queries with the keys of their window, and the weighted sum of its values")
        s.macs("T*proj", "projection back")
        s.elementwise("T*C", "queries divided by the root of a head's width")
        s.elementwise("heads*T*N", "position biases added to the products")
        s.elementwise("heads*T*(5*N - 2)", "softmax over each position's N products")
        s.window(*(Window(size, 1) for size in self.window))
        return x

    def call_window(self, s: Worksheet) -> tuple[str, str]:
        """Bind the letters of the window and the shift; those of the window's height and width."""
        if identical(*self.window) and identical(*self.shift):
            s.call(M=self.window.h, shift=self.shift.h)
            s.need("shift < M", "windows shifted by a whole window are the same windows")
            return "M", "M"
        for axis, size, shift in zip("hw", self.window, self.shift, strict=True):
            s.call(**{f"M_{axis}": size, f"shift_{axis}": shift})
            s.need(f"shift_{axis} < M_{axis}", "windows shifted by a whole window are the same windows")
        return "M_h", "M_w"

    def torch(self, t: Any, x: Shape) -> Any:
        width, (high, wide) = x[-3], self.window
        rows, columns = t.arange(high).repeat_interleave(wide), t.arange(wide).repeat(high)  # of a window's positions
        down, right = (at[:, None] - at + at.max() for at in (rows, columns))  # offsets of pairs of these, from 0 on
        table = t.zeros((2 * high - 1) * (2 * wide - 1), self.heads)
        return {
            "position_bias": t.nn.Parameter(t.nn.init.trunc_normal_(table, std=0.02)),
            "position_index": (down * (2 * wide - 1) + right).flatten(),
            "qkv": t.nn.Linear(width, 3 * width, self.bias),
            "proj": t.nn.Linear(width, width, self.bias),
        }

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        sizes = x.shape[-2:]
        counts = [-(-size // window) for size, window in zip(sizes, self.window, strict=True)]
        shifts = [shift if count > 1 else 0 for shift, count in zip(self.shift, counts, strict=True)]
        padded = [count * window for count, window in zip(counts, self.window, strict=True)]
        tokens = self.cut(rolled(t, resized(t, x, padded), shifts))
        apart = self.apart(t, padded, shifts, x.device) if any(shifts) else None
        made = self.attend(t, module, tokens, apart)
        x = made.unflatten(1, counts).unflatten(3, self.window).permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)
        return resized(t, rolled(t, x, [-shift for shift in shifts]), sizes)

    def cut(self, x: Any) -> Any:
        """The windows of pictures without rest, each as tokens: batch x windows x N x C."""
        x = x.unflatten(3, (-1, self.window.w)).unflatten(2, (-1, self.window.h))  # batch x C x n x M x n x M
        return x.permute(0, 2, 4, 3, 5, 1).flatten(3, 4).flatten(1, 2)

    def apart(self, t: Any, sizes: list[int], shifts: list[int], device: Any) -> Any:
        """Which pairs of a window's positions are no neighbours, as one came in over the border: windows x 1 x N x N."""
        came = [t.arange(size, device=device) >= size - shift for size, shift in zip(sizes, shifts, strict=True)]
        parts = self.cut((2 * came[0][:, None] + 1 * came[1])[None, None]).squeeze(0).squeeze(-1)
        return (parts[:, :, None] != parts[:, None, :])[:, None]

    def attend(self, t: Any, module: Any, tokens: Any, apart: Any) -> Any:
        """Attention inside each window, by hand: torch's fused kernels would need a copy of the biases for each window."""
        heads = module.qkv(tokens).unflatten(-1, (3, self.heads, -1)).permute(3, 0, 1, 4, 2, 5)
        q, k, v = heads.unbind(0)  # batch x windows x heads x N x width of a head
        biases = t.nn.functional.embedding(module.position_index, module.position_bias)
        products = (q * q.shape[-1] ** -0.5) @ k.mT + biases.unflatten(0, tokens.shape[2:3] * 2).movedim(-1, 0)
        if apart is not None:
            products = products.masked_fill(apart, -t.inf)
        return module.proj((products.softmax(-1) @ v).transpose(2, 3).flatten(-2))

    def title(self) -> str:
        windows = f"{self.window.h}x{self.window.w}, {self.heads} heads"
        if identical(*self.shift, 0):
            return windows
        shift = str(self.shift.h) if identical(*self.shift) else f"{self.shift.h} and {self.shift.w}"
        return f"{windows}, shifted by {shift}"


def resized(t: Any, x: Any, sizes: Any) -> Any:
    """Pictures with zeros added, or rows and columns left out, at the bottom and on the right."""
    missing = [wanted - size for wanted, size in zip(sizes, x.shape[-2:], strict=True)]
    return t.nn.functional.pad(x, (0, missing[1], 0, missing[0])) if any(missing) else x


def rolled(t: Any, x: Any, shifts: list[int]) -> Any:
    """Pictures moved up and to the left; what goes out over the border comes in on the other side."""
    for axis, shift in zip((-2, -1), shifts, strict=True):
        if shift:
            first = shift % x.shape[axis]
            x = t.cat(x.split([first, x.shape[axis] - first], axis)[::-1], axis)
    return x
