"""Layers that rename, cut or pick axes, or change a picture's size without learning anything."""

from __future__ import annotations

from typing import Any

from archcalc.arithmetic import Number
from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.layers.base import Layer, Window, Worksheet, layer
from archcalc.layers.fields import BORDER, COUNT, INDEX, PARTS, SIZES, Pair, Sides, field, word
from archcalc.limits import limits
from archcalc.shapes import Picture, Shape


@layer("flatten")
class Flatten(Layer):
    """Write a picture, or tokens, as one vector of features: C x H x W becomes D."""

    in_place = True
    may_copy = True  # of a tensor whose values do not stand in order

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        if len(x) == 1:
            return x
        picture = isinstance(x, Picture)
        s.axes(x, "C H W" if picture else "T D")
        s.mixes()  # the one position that is left sees everything
        return Shape((*x[: -3 if picture else -2], s.size("D_out", "C*H*W" if picture else "T*D")))

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Identity() if len(x) == 1 else t.nn.Flatten(-3 if isinstance(x, Picture) else -2)


@layer("take")
class Take(Layer):
    """Keep one token, such as the class token: T x D becomes D."""

    index: int = field(INDEX, "which token, counted from 0; from the end, -1 is the last")
    in_place = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        s.need("-T <= index and index < T", "there must be such a token")
        return x.like((*x[:-2], x[-1]))

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x.select(-2, self.index)

    def title(self) -> str:
        return f"token {self.index}"


@layer("pad")
class Pad(Layer):
    """Add rows and columns of zeros around a picture, or cut some off where a number is below 0."""

    pad: Sides = field(BORDER, "rows and columns added on each side; below 0: cut off")

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        out = []
        for axis, before, after in (("H", "top", "bottom"), ("W", "left", "right")):
            if not _surely_counts(getattr(self.pad, before), getattr(self.pad, after)):
                left = f"{axis} + min(0, pad.{before}) + min(0, pad.{after}) >= 1"
                s.need(left, "something of the picture must be left")
            out.append(s.size(f"{axis}_out", f"{axis} + pad.{before} + pad.{after}"))
        return x.like((*x[:-2], *out))

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.ZeroPad2d((self.pad.left, self.pad.right, self.pad.top, self.pad.bottom))


def _surely_counts(*numbers: Number) -> bool:
    """Whether none is below 0, or a symbol, of which that is not known."""
    return all(type(number) is int and number >= 0 for number in numbers)


@layer("pad_channels")
class PadChannels(Layer):
    """Add channels of zeros to a picture, as the shortcut without parameters does (option A; arXiv:1512.03385)."""

    after: int = field(COUNT, "channels added behind those that are there")
    before: int = field(COUNT, "channels added in front of them", 0)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        return x.like((*x[:-3], s.size("C_out", "before + C + after"), *x[-2:]))

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return t.nn.functional.pad(x, (0, 0, 0, 0, self.before, self.after))

    def title(self) -> str:
        return f"{self.before} + {self.after}" if self.before else f"{self.after}"


@layer("upsample")
class Upsample(Layer):
    """Enlarge a picture by repeating its pixels (nearest), or by mixing the four around each position (bilinear)."""

    factor: Pair | None = field(SIZES, "how many times as high and wide the output is", None)
    size: Pair | None = field(SIZES, "height and width of the output, instead of a factor", None)
    mode: str = field(word("nearest", "bilinear"), "how the new pixels are made", "nearest")
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        if (self.factor is None) == (self.size is None):
            raise SpecError("missing-key", "upsample needs a factor or a size, and not both", hint="upsample: 2")
        sizes = []
        for axis, i in (("H", 0), ("W", 1)):
            n = axis.lower()
            if self.factor is not None:
                s.call(**{f"factor_{n}": self.factor[i]})
            elif self.size is not None:
                s.call(**{f"n_{n}": self.size[i]})
            sizes.append(s.size(f"{axis}_out", f"{axis}*factor_{n}" if self.factor is not None else f"n_{n}"))
        seen = 2 if self.mode == "bilinear" else 1
        s.window(*(Window(seen, formula(f"{a}/{a}_out").evaluate(s.values, s.algebra)) for a in "HW"))
        if self.mode == "bilinear":
            s.elementwise("7*C*H_out*W_out", "the weighted sum of four pixels: four multiplications, three additions")
        return x.like((*x[:-2], *sizes))

    def torch(self, t: Any, x: Shape) -> Any:
        if self.factor is not None:
            return t.nn.Upsample(scale_factor=tuple(map(float, self.factor)), mode=self.mode)
        return t.nn.Upsample(tuple(self.size or ()), mode=self.mode)

    def title(self) -> str:
        if self.factor is not None:
            h, w = self.factor
            return f"{h} x {w} times, {self.mode}"
        return f"to {self.size.h} x {self.size.w}, {self.mode}" if self.size else ""


@layer("split")
class Split(Layer):
    """Cut the features (C of pictures, D of tokens) into several tensors, which flow on side by side."""

    parts: int | tuple[Number, ...] = field(PARTS, "a number of equal parts, or a list of how many features each gets")
    in_place = True
    gives = None

    def rule(self, s: Worksheet, x: Shape) -> tuple[Shape, ...]:
        features, _ = s.features(x)
        at = len(x) - (3 if isinstance(x, Picture) else 1)
        return tuple(x.like((*x[:at], size, *x[at + 1 :])) for size in self.sizes(s, features))

    def sizes(self, s: Worksheet, features: str) -> tuple[Number, ...]:
        """How many features each part gets."""
        if isinstance(self.parts, tuple):
            s.need(f"sum(parts) == {features}", "the parts must add up to the features")
            return self.parts
        if type(self.parts) is not int:
            raise SpecError("undecided", f"the number of parts is {self.parts}", hint="into how many parts must be known")
        if self.parts > limits.tensors:
            raise SpecError("too-large", f"{self.parts} parts are more than the limit of {limits.tensors}")
        s.need(f"{features} % parts == 0", "the features must split evenly")
        return (s.size(f"{features}_out", f"{features}//parts"),) * self.parts

    def torch(self, t: Any, x: Shape) -> Any:
        return {"axis": -3 if isinstance(x, Picture) else -1}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x.split(self.parts, module.axis) if isinstance(self.parts, tuple) else x.chunk(self.parts, module.axis)

    def title(self) -> str:
        return f"{self.parts} parts" if not isinstance(self.parts, tuple) else ", ".join(str(p) for p in self.parts)
