"""What is learned and put into a sequence of tokens: a class token, and positions."""

from __future__ import annotations

from typing import Any

from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.shapes import Shape


@layer("class_token")
class ClassToken(Layer):
    """Put one learned token in front of the others, to gather what a classifier needs (arXiv:2010.11929)."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        s.param("token", "D")
        return x.like((*x[:-2], s.size("T_out", "T + 1"), x[-1]))

    def torch(self, t: Any, x: Shape) -> Any:
        return {"token": t.nn.Parameter(t.zeros(x[-1]))}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return t.cat([module.token.expand(*x.shape[:-2], 1, -1), x], -2)


@layer("position")
class Position(Layer):
    """Add a learned vector to each token, which tells where it stands."""

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "T D")
        s.param("position", "T*D")
        s.elementwise("T*D", "one addition")
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return {"position": t.nn.Parameter(0.02 * t.randn(x[-2:]))}  # as in the authors' code of ViT

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        return x + module.position
