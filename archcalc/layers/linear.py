"""Layers that treat every position alike: linear, embedding, scale, multiply, and those that change nothing at inference."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archcalc.arithmetic import Number, show_number
from archcalc.errors import SpecError
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import FLAG, NUMBER, SIZE, field
from archcalc.layers.pitfalls import Pitfall
from archcalc.shapes import Picture, Shape


@layer("linear")
class Linear(Layer):
    """Mix the features of each position by a learned matrix: a fully connected layer. On a picture, flatten comes first."""

    out: int = field(SIZE, "number of output features (K)")
    bias: bool = field(FLAG, "whether each output feature has a bias", True)
    weighted_depth = 1

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        tokens = len(x) > 1 and not isinstance(x, Picture)
        s.axes(x, "T D" if tokens else "D")
        s.call(K=self.out)
        s.param("weight", "D*K")
        if self.bias:
            s.param("bias", "K", bias=True)
            s.summary("params", "(D + 1)*K")
        s.macs("T*D*K" if tokens else "D*K", "each output feature of a position reads each of its features")
        return x.like((*x[:-1], self.out))

    def pitfalls(self) -> Iterator[Pitfall]:
        if self.bias:
            yield Pitfall("params", "bias forgotten", "D*K")
            yield Pitfall("params", "one bias only", "D*K + 1")
            yield Pitfall("params", "in and out exchanged", "(K + 1)*D")
            yield Pitfall("macs", "biases counted", "macs//D*(D + 1)")
        yield Pitfall("macs", "operations counted twice", "2*macs")

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Linear(x[-1], self.out, self.bias)

    def title(self) -> str:
        return str(self.out)


@layer("embedding")
class Embedding(Layer):
    """Look up a learned vector for each of T tokens, given by their numbers in a vocabulary: T becomes T x D."""

    count: int = field(SIZE, "number of different tokens: the size of the vocabulary")
    width: int = field(SIZE, "number of features of a token (D)")

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        if isinstance(x, Picture) or not x:
            raise SpecError("wrong-axes", f"it works on T token numbers, but gets {x}", hint="an input of T tokens is [T]")
        s.call(T=x[-1], D=self.width)
        s.param("weight", "count*D")
        return Shape((*x, self.width))

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Embedding(self.count, self.width)

    def vocabulary(self) -> int | None:
        return self.count

    def title(self) -> str:
        return f"{self.count} x {self.width}"


@layer("scale")
class Scale(Layer):
    """Multiply each feature by a learned number, as in layer scale; with `bias` also shift it, as in affine."""

    bias: bool = field(FLAG, "whether each feature has a learned shift as well", False)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        features, values = s.features(x)
        s.param("weight", features)
        s.elementwise(values, "one multiplication")
        if self.bias:
            s.param("bias", features)
            s.elementwise(values, "one addition")
            s.summary("params", f"2*{features}")
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        sizes = (x[-3], 1, 1) if isinstance(x, Picture) else (x[-1],)
        bias = {"bias": t.nn.Parameter(t.zeros(sizes))} if self.bias else {}
        return {"weight": t.nn.Parameter(t.ones(sizes)), **bias}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        x = x * module.weight
        return x + module.bias if self.bias else x


@layer("multiply")
class Multiply(Layer):
    """Multiply every value by a given number, such as the 0.1 that makes a residual smaller (arXiv:1602.07261)."""

    by: Number = field(NUMBER, "the number")
    in_place = True
    may_copy = True  # torch has no module for it

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        _, values = s.features(x)
        s.elementwise(values, "one multiplication")
        return x

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x * float(self.by)

    def title(self) -> str:
        return f"by {show_number(self.by)}"


@layer("identity")
class Identity(Layer):
    """Nothing: what comes in goes out."""

    attends = True
    in_place = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Identity()


@layer("dropout")
class Dropout(Layer):
    """Set values to 0 at random while training; at inference, which is what is counted here, nothing."""

    attends = True
    p: Number = field(NUMBER, "the share of values set to 0 while training", Fraction(1, 2))
    in_place = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.need("0 <= p and p <= 1", "a share lies between 0 and 1")
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Dropout(float(self.p))
