"""What is learned and put into a sequence of tokens: a class token, and positions."""

from __future__ import annotations

from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.shapes import Shape


@layer("class_token")
class ClassToken(Layer):
    """Put one learned token in front of the others, to gather what a classifier needs (arXiv:2010.11929)."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        s.param("token", "D")
        return x.like((*x[:-2], s.size("T_out", "T + 1"), x[-1]))


@layer("position")
class Position(Layer):
    """Add a learned vector to each token, which tells where it stands."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        s.param("position", "T*D")
        s.elementwise("T*D", "one addition")
        return x
