"""Activation functions. All but softmax look at one value at a time and may overwrite it, so they take no memory."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar

from archcalc.arithmetic import Number
from archcalc.layers.base import Layer, Worksheet, layer
from archcalc.layers.fields import NUMBER, field
from archcalc.shapes import Picture, Shape


class Activation(Layer):
    """A function of one value. Subclasses say how many operations it takes, and which."""

    attends = True
    in_place = True
    keeps_output = True
    operations: ClassVar[str] = ""  # a formula: operations a value
    counted: ClassVar[str] = ""  # which operations these are
    torch_name: ClassVar[str] = ""  # its class in torch.nn

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        _, values = s.features(x)
        s.elementwise(f"{self.operations}*{values}" if self.operations != "1" else values, self.counted)
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return getattr(t.nn, self.torch_name)()


@layer("relu")
class ReLU(Activation):
    """max(x, 0)."""

    operations, counted = "1", "one comparison"
    torch_name = "ReLU"


@layer("relu6")
class ReLU6(Activation):
    """min(max(x, 0), 6)."""

    operations, counted = "2", "two comparisons"
    torch_name = "ReLU6"


@layer("leaky_relu")
class LeakyReLU(Activation):
    """x where x is positive, else a small multiple of x."""

    slope: Number = field(NUMBER, "the multiple", Fraction(1, 100))
    operations, counted = "2", "a comparison and a multiplication"

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.LeakyReLU(float(self.slope))

    def overwrites(self) -> bool:
        return bool(
            self.slope >= 0
        )  # else the sign of the input cannot be told from the output, and the backward pass needs it


@layer("gelu")
class GELU(Activation):
    """x times the share of a normal distribution that lies below x: x/2*(1 + erf(x/sqrt(2))); arXiv:1606.08415."""

    operations, counted = "5", "two divisions, erf, an addition and a multiplication"
    torch_name = "GELU"
    may_copy = True  # torch.nn has no form of it that works in place


@layer("silu")
class SiLU(Activation):
    """x times its sigmoid: x/(1 + exp(-x)). Also called swish."""

    operations, counted = "3", "an exponential, an addition and a division"
    torch_name = "SiLU"


@layer("hardswish")
class HardSwish(Activation):
    """x*relu6(x + 3)/6, near to silu without its exponential (arXiv:1905.02244)."""

    operations, counted = "5", "an addition, two comparisons, a multiplication and a division"
    torch_name = "Hardswish"


@layer("sigmoid")
class Sigmoid(Activation):
    """1/(1 + exp(-x)), between 0 and 1."""

    operations, counted = "3", "an exponential, an addition and a division"
    torch_name = "Sigmoid"
    may_copy = True  # torch.nn has no form of it that works in place


@layer("hardsigmoid")
class HardSigmoid(Activation):
    """relu6(x + 3)/6, near to sigmoid without its exponential (arXiv:1905.02244)."""

    operations, counted = "4", "an addition, two comparisons and a division"
    torch_name = "Hardsigmoid"


@layer("tanh")
class Tanh(Activation):
    """(e - 1)/(e + 1) with e = exp(2*x), between -1 and 1."""

    operations, counted = "5", "a multiplication, an exponential, a subtraction, an addition and a division"
    torch_name = "Tanh"
    may_copy = True  # torch.nn has no form of it that works in place


@layer("softmax")
class Softmax(Layer):
    """Turn the features of each position (D of tokens, C of pictures) into shares that sum to 1."""

    keeps_output = True

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        features, _ = s.features(x)
        positions = "H*W*" if isinstance(x, Picture) else "T*" if len(x) > 1 else ""
        each = f"(5*{features} - 2)" if positions else f"5*{features} - 2"
        s.elementwise(
            f"{positions}{each}", "the largest, differences from it, exponentials, their sum, divisions: 5 a feature, less 2"
        )
        return x

    def torch(self, t: Any, x: Shape) -> Any:
        return t.nn.Softmax(-3 if isinstance(x, Picture) else -1)
