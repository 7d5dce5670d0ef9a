"""Normalisation: over the batch, over features, over groups of channels, and AlexNet's across neighbouring channels.

Their shifts are parameters, but not among the biases that `params_no_bias` leaves out: those are conv's, linear's and
attention's.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archcalc.arithmetic import Number
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import FLAG, NUMBER, SIZE, field
from archcalc.layers.pitfalls import Pitfall
from archcalc.shapes import Picture, Shape

EPS = Fraction(1, 100_000)
MOMENTUM = 0.1  # share of a new batch in torch's running statistics


def _affine(s: Worksheet, features: str, values: str, bias: bool = True) -> None:
    """The learned scale and shift of each feature, applied to every value."""
    s.param("weight", features)
    s.elementwise(values, "scale")
    if bias:
        s.param("bias", features)
        s.elementwise(values, "shift")


@layer("bn")
class BatchNorm(Layer):
    """Batch normalisation: make each channel's mean 0 and variance 1 by running statistics, then scale and shift it."""

    attends = True
    affine: bool = field(FLAG, "whether each channel has a learned scale and shift", True)
    eps: Number = field(NUMBER, "added to the variance", EPS)
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        features, values = s.features(x)
        if self.affine:
            s.param("weight", features)
            s.param("bias", features)
            s.summary("params", f"2*{features}")
        s.buffer("running_mean", features)
        s.buffer("running_var", features)
        s.buffer("num_batches_tracked", "1")
        s.elementwise(f"2*{values}", "one multiplication and one addition: statistics, scale and shift fold into these")
        return x

    def pitfalls(self) -> Iterator[Pitfall]:
        if self.affine:
            yield Pitfall("params", "statistics counted", "2*params")
            yield Pitfall("params", "shift forgotten", "weight")

    def torch(self, t: Any, x: Shape) -> Any:
        if isinstance(x, Picture):
            return t.nn.BatchNorm2d(x[-3], float(self.eps), affine=self.affine)
        norm = t.nn.BatchNorm1d(x[-1], float(self.eps), affine=self.affine)
        return norm if len(x) == 1 else {**norm._parameters, **norm._buffers}  # torch wants tokens as D x T

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        if module.training:
            module.num_batches_tracked.add_(1)
        statistics, affine = (module.running_mean, module.running_var), (module.weight, module.bias)
        x = t.nn.functional.batch_norm(x.movedim(-1, 1), *statistics, *affine, module.training, MOMENTUM, float(self.eps))
        return x.movedim(1, -1)


@layer("layernorm")
class LayerNorm(Layer):
    """Make the mean 0 and the variance 1 at each position, over its features (D of tokens, C of pictures)."""

    attends = True
    affine: bool = field(FLAG, "whether each feature has a learned scale", True)
    bias: bool = field(FLAG, "whether, with a scale, each feature has a learned shift", True)
    eps: Number = field(NUMBER, "added to the variance", EPS)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        features, values = s.features(x)
        positions = "H*W" if isinstance(x, Picture) else "T" if len(x) > 1 else "1"
        s.elementwise(
            f"{positions}*(5*{features} + 2)", "mean, differences, squares, their mean and division by its root; eps and root"
        )
        if self.affine:
            _affine(s, features, values, self.bias)
            if self.bias:
                s.summary("params", f"2*{features}")
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        picture = isinstance(x, Picture)
        norm = t.nn.LayerNorm(x[-3] if picture else x[-1], float(self.eps), self.affine, self.bias)
        return norm._parameters if picture else norm

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        x = x.movedim(-3, -1)
        x = t.nn.functional.layer_norm(x, x.shape[-1:], module.weight, module.bias, float(self.eps))
        return x.movedim(-1, -3)


@layer("groupnorm")
class GroupNorm(Layer):
    """Make the mean 0 and the variance 1 in each group of channels, over all positions together.

    The receptive field leaves these two numbers out, as is usual, although they come from every position.
    """

    attends = True
    groups: int = field(SIZE, "number of groups that the channels are split into")
    joins_leading = True
    affine: bool = field(FLAG, "whether each channel has a learned scale and shift", True)
    eps: Number = field(NUMBER, "added to the variance", EPS)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        features, values = s.features(x)
        s.need(f"{features} % groups == 0", "channels must split evenly into groups")
        s.elementwise(f"5*{values} + 2*groups", "mean, differences, squares, their mean and division by its root; eps and root")
        if self.affine:
            _affine(s, features, values)
            s.summary("params", f"2*{features}")
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        picture = isinstance(x, Picture)
        norm = t.nn.GroupNorm(self.groups, x[-3] if picture else x[-1], float(self.eps), self.affine)
        return norm if picture or len(x) == 1 else norm._parameters  # torch wants tokens as D x T

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        x = t.nn.functional.group_norm(x.movedim(-1, 1), self.groups, module.weight, module.bias, float(self.eps))
        return x.movedim(1, -1)

    def title(self) -> str:
        return f"{self.groups} groups"


@layer("lrn")
class LocalResponseNorm(Layer):
    """Divide each value by the strength of its neighbours across channels (Krizhevsky et al. 2012, section 3.3).

    The divisor is (k + alpha*m)**beta, with m the mean of the squares of `size` neighbours, as Caffe and torch have it.
    """

    attends = True
    size: int = field(SIZE, "how many neighbouring channels are looked at (n), the channel itself included", 5)
    alpha: Number = field(NUMBER, "weight of the neighbours", Fraction(1, 10_000))
    beta: Number = field(NUMBER, "exponent of the divisor", Fraction(3, 4))
    k: Number = field(NUMBER, "constant part of the divisor", 2)
    joins_leading = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.call(n=self.size)
        s.elementwise(
            "(n + 4)*C*H*W", "a square, n - 1 additions, and each time one: times alpha/n, plus k, to the power, division"
        )
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.LocalResponseNorm(self.size, float(self.alpha), float(self.beta), float(self.k))

    def title(self) -> str:
        return f"{self.size} channels"
