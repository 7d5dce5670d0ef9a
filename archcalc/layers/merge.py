"""Layers that join tensors: sum, product, and side by side."""

from __future__ import annotations

from typing import Any

from archcalc.arithmetic import Number
from archcalc.errors import SpecError
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import field, word
from archcalc.shapes import Picture, Shape

MOST_WRITTEN_OUT = 16  # sizes added up one by one in a formula; more stand in a list


class Merge(Layer):
    """What the merges share: two tensors or more, and what is said when they do not fit."""

    merges = True
    wants = ""

    def need_several(self, inputs: tuple[Shape, ...]) -> None:
        """Raises SpecError("flow-mismatch") for fewer than two inputs."""
        if len(inputs) < 2:
            got = "one tensor" if inputs else "none"
            hint = f"give it branches, or several tensors: {self.kind}: {{a: [...], b: [...]}}, or from: [a, b]"
            raise SpecError("flow-mismatch", f"{self.kind} joins two tensors or more, but gets {got}", hint=hint)

    def misfit(self, a: Shape, b: Shape, hint: str = "") -> SpecError:
        """The error for two shapes that cannot be joined."""
        return SpecError("shapes-differ", f"{self.kind} needs {self.wants}, but gets {a} and {b}", hint=hint)


def _fit_hint(s: Worksheet, a: Shape, b: Shape, channels: bool = True) -> str:
    """How two pictures are usually made to fit, in height and width and, unless told, in `channels`; empty for others."""
    if not (isinstance(a, Picture) and isinstance(b, Picture) and len(a) == len(b)):
        return ""
    c, h, w = (s.algebra.decide_equal(x, y) is False for x, y in zip(a[-3:], b[-3:], strict=True))
    if not (h or w):
        return "a 1 x 1 conv on the skip path changes the channels" if c else ""
    keeps = "a conv of stride 1 keeps the size with `pad: same`, or pad: (kernel - 1)/2 for an odd kernel"
    if c and channels:
        return "a 1 x 1 conv on the skip path, with the stride of the other path, changes channels and size"
    return f"{keeps}; a stride has to be the same on all paths"


@layer("add")
class Add(Merge):
    """Add tensors of equal shape, value by value, as at the end of a residual block."""

    wants = "equal shapes"

    def rule(self, s: Worksheet, *inputs: Shape) -> Shape:
        self.need_several(inputs)
        first = inputs[0]
        for other in inputs[1:]:
            if len(first) != len(other) or not all(s.same("add", a, b) for a, b in zip(first, other, strict=True)):
                raise self.misfit(first, other, _fit_hint(s, first, other))
        _, values = s.features(first)
        s.call(n=len(inputs))
        s.elementwise(f"(n - 1)*{values}", "additions: one fewer than there are tensors")
        return first

    def forward(self, t: Any, module: Any, *inputs: Any) -> Any:
        total = inputs[0]
        for other in inputs[1:]:
            total = total + other
        return total


@layer("mul")
class Mul(Merge):
    """Multiply tensors value by value. A size of 1 stretches: a gate of C x 1 x 1, or of C alone, scales channels."""

    wants = "shapes that are equal, or 1 where they differ"

    def rule(self, s: Worksheet, *inputs: Shape) -> Shape:
        self.need_several(inputs)
        result = inputs[0]
        for other in inputs[1:]:
            result = self.stretched(s, result, other)
        _, values = s.features(result)
        s.call(n=len(inputs))
        s.elementwise(f"(n - 1)*{values}", "multiplications: one fewer than there are tensors")
        return result

    def torch(self, t: Any, *inputs: Shape) -> Any:
        """`gains` is, for each tensor after the first, where axes of size 1 go into it, and into what it meets."""
        gains, result = [], inputs[0]
        for other in inputs[1:]:
            full, gate = (result, other) if len(result) >= len(other) else (other, result)
            into_gate = new_axes(full, gate)
            gains.append((into_gate, ()) if full is result else ((), into_gate))
            result = full
        return {"gains": tuple(gains)}

    def forward(self, t: Any, module: Any, *inputs: Any) -> Any:
        product = inputs[0]
        for other, (into_other, into_product) in zip(inputs[1:], module.gains, strict=True):
            for at in into_other:
                other = other.unsqueeze(at)
            for at in into_product:
                product = product.unsqueeze(at)
            product = product * other
        return product

    def stretched(self, s: Worksheet, a: Shape, b: Shape) -> Shape:
        """The shape of a*b."""
        full, gate = (a, b) if len(a) >= len(b) else (b, a)
        stretched = list(gate)
        for at in new_axes(full, gate):
            stretched.insert(at - 1 if at > 0 else len(stretched) + 1 + at, 1)
        sizes = [self.stretched_axis(s, x, y) for x, y in zip(full, stretched, strict=True)]
        if None in sizes:
            raise self.misfit(a, b)
        return full.like(sizes)

    def stretched_axis(self, s: Worksheet, x: Number, y: Number) -> Number | None:
        """The size of two that are multiplied; None if they do not fit."""
        if s.algebra.decide_equal(y, 1):
            return x
        if s.algebra.decide_equal(x, 1):
            return y
        return x if s.same("mul", x, y) else None


def new_axes(full: Shape, gate: Shape) -> tuple[int, ...]:
    """Where axes of size 1 go into the smaller of two shapes, one after the other, so that both have as many axes.

    Counted as torch's `unsqueeze` does, for a tensor with the batch in front of the shape.
    """
    new: list[int] = []
    if isinstance(full, Picture) and len(gate) <= len(full) - 2:  # features alone, as a global pool gives them
        new = [-1, -1]
    elif not isinstance(full, Picture) and len(gate) == len(full) - 1:
        new = [-2]
    return (*new, *(1 for _ in range(len(full) - len(gate) - len(new))))


@layer("concat")
class Concat(Merge):
    """Put tensors side by side along an axis: along the features (C of pictures, D of tokens) unless told."""

    axis: str | None = field(word("C", "H", "W", "T", "D"), "the axis along which they join; the features unless given", None)

    def rule(self, s: Worksheet, *inputs: Shape) -> Shape:
        self.need_several(inputs)
        first = inputs[0]
        axis = self.axis or ("C" if isinstance(first, Picture) else "D")
        first.axis(axis)
        at = first.axes.index(axis) - len(first.axes)
        self.wants = f"shapes that are equal but for {axis}"
        for other in inputs[1:]:
            if not self.joins(s, first, other, at):
                raise self.misfit(first, other, _fit_hint(s, first, other, channels=False) if axis == "C" else "")
        sizes = list(first)
        sizes[at] = _total(s, axis, [x[at] for x in inputs])
        return first.like(sizes)

    def torch(self, t: Any, *inputs: Shape) -> Any:
        axes = inputs[0].axes
        axis = self.axis or ("C" if isinstance(inputs[0], Picture) else "D")
        return {"axis": axes.index(axis) - len(axes)}

    def forward(self, t: Any, module: Any, *inputs: Any) -> Any:
        return t.cat(inputs, module.axis)

    def joins(self, s: Worksheet, a: Shape, b: Shape, at: int) -> bool:
        """Whether two shapes are equal but for one axis."""
        if len(a) != len(b) or type(a) is not type(b):
            return False
        skipped = len(a) + at
        return all(i == skipped or s.same("concat", a[i], b[i]) for i in range(len(a)))

    def title(self) -> str:
        return f"along {self.axis}" if self.axis else ""


def _total(s: Worksheet, axis: str, sizes: list[Number]) -> Number:
    """Write the joined size: a sum that one can read, or of a list where it would be long."""
    if len(sizes) > MOST_WRITTEN_OUT:
        s.call(**{f"{axis}_in": tuple(sizes)})
        return s.size(f"{axis}_out", f"sum({axis}_in)")
    names = [f"{axis}_{i}" for i in range(1, len(sizes) + 1)]
    s.call(**dict(zip(names, sizes, strict=True)))
    return s.size(f"{axis}_out", " + ".join(names))
