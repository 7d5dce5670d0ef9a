"""The sizes of one sample's tensor, and the names of its axes.

Axes are named from the right, so that any kind works under leading axes (windows of tokens, groups of pictures):
a Picture is `... C H W`, any other Shape is `... T D`, a vector is `D`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archcalc.arithmetic import Number, show_number, tensor_size
from archcalc.errors import SpecError


class Shape(tuple[Any, ...]):
    """Sizes of a tensor of tokens or features, without the batch, outermost first: `... T D`, or just `D`."""

    __slots__ = ()
    axes: tuple[str, ...] = ("T", "D")  # the named axes, as far as the rank reaches, the last one last

    def axis(self, name: str) -> Number:
        """The size along a named axis. Raises SpecError("wrong-axes") if the tensor has no such axis."""
        named = self.axes[-len(self) :] if self else ()
        if name not in named:
            has = " ".join("." + axis for axis in named) or "no axes: it is a single number"
            raise SpecError("wrong-axes", f"a tensor of {self} has no axis {name}", hint=f"it has {has}")
        return self[named.index(name) - len(named)]

    C = property(lambda self: self.axis("C"))
    H = property(lambda self: self.axis("H"))
    W = property(lambda self: self.axis("W"))
    T = property(lambda self: self.axis("T"))
    D = property(lambda self: self.axis("D"))

    @property
    def size(self) -> Number:
        """Number of values."""
        return tensor_size(self)

    def like(self, sizes: Iterable[Number]) -> Shape:
        """Other sizes with the same naming of axes."""
        return type(self)(sizes)

    def __str__(self) -> str:
        return " x ".join(show_number(size) for size in self) if self else "1"

    def text(self, layout: str = "chw", times: str = "x") -> str:
        """Sizes joined by `times`; with layout "hwc" a picture's channels stand last, as in the lecture."""
        sizes = list(self)
        if layout == "hwc" and isinstance(self, Picture):
            sizes.append(sizes.pop(-3))
        parts = [show_number(size) for size in sizes]
        return times.join(f"({p})" if not p.isalnum() else p for p in parts) if parts else "1"


class Picture(Shape):
    """Sizes of a picture or its feature maps: `... C H W`."""

    __slots__ = ()
    axes = ("C", "H", "W")


def shape_of(sizes: Iterable[Number]) -> Shape:
    """The shape of an input: three axes or more are a picture, fewer are tokens or features."""
    sizes = tuple(sizes)
    return Picture(sizes) if len(sizes) >= 3 else Shape(sizes)
