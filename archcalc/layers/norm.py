"""Normalisation: over the batch, over features, over groups of channels, and AlexNet's across neighbouring channels.

Their shifts are parameters, but not among the biases that `params_no_bias` leaves out: those are conv's, linear's and
attention's.
"""

from __future__ import annotations

from fractions import Fraction

from archcalc.arithmetic import Number
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import FLAG, NUMBER, SIZE, field
from archcalc.shapes import Picture, Shape

EPS = Fraction(1, 100_000)


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

    affine: bool = field(FLAG, "whether each channel has a learned scale and shift", True)
    eps: Number = field(NUMBER, "added to the variance", EPS)

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


@layer("layernorm")
class LayerNorm(Layer):
    """Make the mean 0 and the variance 1 at each position, over its features (D of tokens, C of pictures)."""

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


@layer("groupnorm")
class GroupNorm(Layer):
    """Make the mean 0 and the variance 1 in each group of channels, over all positions together.

    The receptive field leaves these two numbers out, as is usual, although they come from every position.
    """

    groups: int = field(SIZE, "number of groups that the channels are split into")
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

    def title(self) -> str:
        return f"{self.groups} groups"


@layer("lrn")
class LocalResponseNorm(Layer):
    """Divide each value by the strength of its neighbours across channels (Krizhevsky et al. 2012, section 3.3).

    The divisor is (k + alpha*m)**beta, with m the mean of the squares of `size` neighbours, as Caffe and torch have it.
    """

    size: int = field(SIZE, "how many neighbouring channels are looked at (n), the channel itself included", 5)
    alpha: Number = field(NUMBER, "weight of the neighbours", Fraction(1, 10_000))
    beta: Number = field(NUMBER, "exponent of the divisor", Fraction(3, 4))
    k: Number = field(NUMBER, "constant part of the divisor", 2)

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        s.axes(x, "C H W")
        s.call(n=self.size)
        s.elementwise(
            "(n + 4)*C*H*W", "a square, n - 1 additions, and each time one: times alpha/n, plus k, to the power, division"
        )
        return x

    def title(self) -> str:
        return f"{self.size} channels"
