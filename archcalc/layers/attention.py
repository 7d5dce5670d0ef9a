"""Attention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.arithmetic import Number
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import FLAG, SIZE, field
from archcalc.layers.pitfalls import Pitfall
from archcalc.shapes import Shape


@layer("attention")
class Attention(Layer):
    """Each token looks at all tokens, in `heads` heads, and takes a weighted mean of what it finds (arXiv:1706.03762)."""

    heads: int = field(SIZE, "number of heads, each with queries, keys and values of its own")
    head_width: Number | None = field(SIZE, "features of a query, key or value in one head; D/heads unless given", None)
    bias: bool = field(FLAG, "whether the projections (to queries, keys and values, and back) have biases", True)
    weighted_depth = 2
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        inner = "D"
        if self.head_width is None:
            s.need("D % heads == 0", "the width must split evenly into heads")
        else:
            inner = "inner"
            s.let("inner", "heads*head_width", "features of the queries of all heads")
        s.param("qkv", f"3*D*{inner}")
        s.param("proj", f"{inner}*D")
        if self.bias:
            s.param("qkv_bias", f"3*{inner}", bias=True)
            s.param("proj_bias", "D", bias=True)
            s.summary("params", "4*(D + 1)*D" if inner == "D" else "3*(D + 1)*inner + (inner + 1)*D")
        s.macs("T*qkv", "projections of the input to queries, keys and values")
        s.macs(f"2*T*T*{inner}", "products: queries with keys, and the weighted sum of values")
        s.macs("T*proj", "projection back")
        s.elementwise(f"T*{inner}", "queries divided by the root of a head's width")
        s.elementwise("heads*T*(5*T - 2)", "softmax over each token's T products")
        s.mixes()
        return x

    def pitfalls(self) -> Iterator[Pitfall]:
        inner = "D" if self.head_width is None else "inner"
        if self.bias:
            yield Pitfall("params", "bias forgotten", "qkv + proj")
        yield Pitfall("params", "way back forgotten", f"qkv + 3*{inner}" if self.bias else "qkv")
        yield Pitfall("params", "counted for every head", "heads*params")
        yield Pitfall("macs", "projections forgotten", f"2*T*T*{inner}")
        yield Pitfall("macs", "products forgotten", "T*(qkv + proj)")
        yield Pitfall("macs", "one product only", f"macs - T*T*{inner}")
        yield Pitfall("macs", "counted for every head", f"macs + 2*T*T*{inner}*(heads - 1)")
        yield Pitfall("macs", "operations counted twice", "2*macs")

    def torch(self, t: Any, x: Shape) -> Any:
        width = x[-1]
        inner = width if self.head_width is None else self.heads * self.head_width
        qkv, proj = t.nn.Linear(width, 3 * inner, self.bias), t.nn.Linear(inner, width, self.bias)
        t.nn.init.xavier_uniform_(qkv.weight)  # as torch's own attention begins
        for bias in (qkv.bias, proj.bias):
            if bias is not None:
                t.nn.init.zeros_(bias)
        return {"qkv": qkv, "proj": proj}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        heads = module.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # 3 x batch x heads x T x width
        found = t.nn.functional.scaled_dot_product_attention(*heads.unbind(0))
        return module.proj(found.transpose(1, 2).flatten(-2))

    def title(self) -> str:
        return f"{self.heads} heads" + ("" if self.head_width is None else f" of {self.head_width}")
