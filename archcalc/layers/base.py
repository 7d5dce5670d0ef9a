"""What every layer kind is made of: the Layer class, the registry, and the Worksheet on which a kind writes its formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple, TypeVar

from archcalc.arithmetic import FUNCTIONS, Algebra, Number, show_number
from archcalc.errors import SpecError
from archcalc.expr import Formula, formula
from archcalc.layers.fields import REQUIRED, Field
from archcalc.layers.pitfalls import Pitfall
from archcalc.limits import limits
from archcalc.shapes import Picture, Shape

ALL = "all"  # the receptive field of a layer that mixes every position


class Step(NamedTuple):
    """One line of a worksheet. `role` is let, size, need, param, bias, buffer, macs, elementwise or summary."""

    role: str
    name: str
    formula: Formula
    value: Any
    note: str


class Param(NamedTuple):
    """A learnable tensor (or, as a buffer, one that is only kept): its name, number of values, and whether it is a bias."""

    name: str
    count: Number
    is_bias: bool


class Window(NamedTuple):
    """What one output position sees along an axis: `kernel` input positions, and moves by `stride` of them."""

    kernel: Number
    stride: Number


class Work:
    """A layer worked out on given input shapes. Plain data, shared by all layers of the same kind, fields and input."""

    __slots__ = (
        "activations",
        "buffers",
        "elementwise",
        "inputs",
        "layer",
        "macs",
        "notes",
        "outputs",
        "params",
        "params_count",
        "params_no_bias",
        "steps",
        "valid_when",
        "values",
        "windows",
    )

    def __init__(self, layer: Layer, inputs: tuple[Shape, ...], sheet: Worksheet, outputs: tuple[Shape, ...]) -> None:
        self.layer, self.inputs, self.outputs = layer, inputs, outputs
        self.values, self.steps = sheet.values, sheet.steps
        self.params, self.macs, self.elementwise = tuple(sheet.params), sheet.macs_total, sheet.elementwise_total
        self.buffers = sheet.algebra.total([b.count for b in sheet.buffers])
        self.params_count = sheet.algebra.total([p.count for p in self.params])
        self.params_no_bias = sheet.algebra.total([p.count for p in self.params if not p.is_bias])
        self.activations = 0 if layer.in_place else sheet.algebra.total([shape.size for shape in outputs])
        self.windows: tuple[Window, Window] | str | None = sheet.windows
        self.notes, self.valid_when = tuple(sheet.notes), tuple(sheet.valid_when)

    def backward_macs(self, input_learns: bool) -> Number:
        """Multiply-accumulates of the backward pass: two products for each of the forward pass, a gradient for each factor.

        The input's gradient is left out where nothing before it learns, as in a network's first convolution.
        """
        on_input = next((step.value for step in self.steps if step.role == "macs"), 0)
        return 2 * self.macs - (0 if input_learns else on_input)


class Layer:
    """A layer kind. Subclasses declare fields, write their formulas in `rule`, and build their module in `torch`.

    `title` is what the fields amount to in a few words ("3 x 3, 64"), for tables. Where torch has no module for the kind,
    `torch` gives the parts of one, and `forward` computes with them.
    """

    kind: ClassVar[str] = ""
    fields: ClassVar[dict[str, Field]] = {}
    weighted_depth: ClassVar[int] = 0  # layers with weights on a path through it (DESIGN: conv, linear 1; attention 2)
    in_place: ClassVar[bool] = False  # whether it makes no new values: works in place, or only renames or picks axes
    attends: ClassVar[bool] = False  # whether it only goes with the layer before it, as norms, activations and dropout do
    merges: ClassVar[bool] = False  # whether it takes any number of tensors, from branches or as they flow
    gives: ClassVar[int | None] = 1  # how many tensors come out; None: as many as its fields say
    # Of the torch module only:
    joins_leading: ClassVar[bool] = False  # whether axes in front of its own must be joined with the batch
    may_copy: ClassVar[bool] = False  # whether torch may have to copy, although the kind works in place
    keeps_output: ClassVar[bool] = False  # whether autograd keeps the output, which must then not be overwritten

    def __init__(self, values: tuple[Any, ...], algebra: Algebra) -> None:
        for name, declared, value in zip(self.fields, self.fields.values(), values, strict=True):
            if value is not None or declared.required:
                try:
                    value = declared.type.accept(value, algebra)
                except SpecError as error:
                    error.message = f"{name}: {error.message}"
                    raise
            setattr(self, name, value)

    def rule(self, s: Worksheet, *inputs: Shape) -> Shape | tuple[Shape, ...]:
        """Write every formula on the worksheet and return the output's shape. Raises SpecError."""
        raise AssertionError(f"layer kind {self.kind} has no rule")

    def torch(self, t: Any, *inputs: Shape) -> Any:
        """The torch module of this layer; `t` is torch, handed in so that importing a kind never imports torch.

        Or, where torch has none, a dict of what `forward` needs: parameters, buffers, modules and plain values by name.
        """
        return {}

    def forward(self, t: Any, module: Any, *inputs: Any) -> Any:
        """What the layer makes of tensors (the batch in front), if `torch` gave parts: they are attributes of `module`."""
        raise AssertionError(f"layer kind {self.kind} has no torch module")

    def overwrites(self) -> bool:
        """Whether its torch module, if it has a form that works in place, may use it: training must work as well."""
        return self.in_place

    def vocabulary(self) -> int | None:
        """How many different whole numbers its input may hold; None if it takes real numbers."""
        return None

    def pitfalls(self) -> Iterable[Pitfall]:
        """Mistakes that are easily made with its arithmetic, with what they come to."""
        return ()

    def title(self) -> str:
        """The fields in a few words."""
        return ""


# What is asked of sizes, for when the answer depends on a symbol.
_ENOUGH, _WHOLE, _EQUAL = formula("n >= 1"), formula("n % 1 == 0"), formula("a == b")

KINDS: dict[str, type[Layer]] = {}
Kind = TypeVar("Kind", bound=type[Layer])


def layer(name: str) -> Callable[[Kind], Kind]:
    """Registers a class as the layer kind `name`. Raises RuntimeError if there is one already."""

    def register(cls: Kind) -> Kind:
        if name in KINDS:
            raise RuntimeError(f"two layer kinds are called {name!r}: {KINDS[name].__qualname__} and {cls.__qualname__}")
        declared = {}
        for base in reversed(cls.__mro__):
            for key, value in vars(base).items():
                if isinstance(value, Field):
                    value.name = key
                    declared[key] = value
        cls.kind, cls.fields = name, declared
        KINDS[name] = cls
        return cls

    return register


def defaults(cls: type[Layer]) -> tuple[Any, ...]:
    """The field values of a kind written without arguments, REQUIRED where there is no default."""
    return tuple(REQUIRED if f.required else f.default for f in cls.fields.values())


class Worksheet:
    """Where a kind writes its formulas. Every name is defined once; every formula is kept with its value.

    Counts of positions along axes in front of the ones that a kind asks for (`axes`) multiply macs and elementwise
    operations by themselves, so that no rule has to speak of windows, groups of pictures or an explicit batch.
    """

    def __init__(self, algebra: Algebra, values: dict[str, Any]) -> None:
        self.algebra, self.values = algebra, values
        self.steps: list[Step] = []
        self.params: list[Param] = []
        self.buffers: list[Param] = []
        self.macs_total: Number = 0
        self.elementwise_total: Number = 0
        self.windows: tuple[Window, Window] | str | None = None
        self.notes: list[str] = []
        self.valid_when: list[Any] = []  # undecided conditions, as the algebra has them; str() is their text
        self._leading = False

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    # ------------------------------------------------------------------------------------------ names

    def axes(self, x: Shape, names: str) -> None:
        """Bind the last axes of `x` to letters: "C H W", "T D" or "D". Raises SpecError("wrong-axes") if they are not there."""
        wanted = tuple(names.split())
        named = x.axes[-len(x) :] if x else ()
        if named[-len(wanted) :] != wanted or len(wanted) > len(x):
            raise SpecError("wrong-axes", *_wrong_axes(x, wanted))
        inner = len(wanted)
        self.values.update(zip(wanted, x[-inner:], strict=True))
        self._lead_by(x[:-inner])

    def features(self, x: Shape) -> tuple[str, str]:
        """Bind the axes that `x` has, and name them: the letter of its features (C or D) and of all values ("C*H*W").

        Kinds that treat every position alike (norms, activations) use it to work on pictures, tokens and vectors.
        """
        names = x.axes[-len(x) :]
        self.axes(x, " ".join(names))
        return names[0] if isinstance(x, Picture) else names[-1], "*".join(names)

    def _lead_by(self, leading: tuple[Number, ...]) -> None:
        if leading:
            total: Number = 1
            for size in leading:
                total = total * size
            self.values["L"] = total
            self._leading = True

    def call(self, **names: Any) -> None:
        """Bind further names, such as the lecture's letters: `s.call(K=self.out)`."""
        self.values.update(names)

    # ------------------------------------------------------------------------------------------ formulas

    def let(self, name: str, text: str, note: str = "") -> Any:
        """Define a quantity that later formulas use."""
        worked = formula(text)
        value = worked.evaluate(self.values, self.algebra)
        self.values[name] = value
        self.steps.append(Step("let", name, worked, value, note))
        return value

    def size(self, name: str, text: str, note: str = "") -> Any:
        """Define the size of an axis: whole, and at least 1. Raises SpecError("size-below-one") with the arithmetic."""
        worked = formula(text)
        value = worked.evaluate(self.values, self.algebra)
        self.values[name] = value
        self.steps.append(Step("size", name, worked, value, note))
        if type(value) is int and 0 < value <= limits.size:
            return value
        self._check_size(name, worked, value)
        return value

    def _check_size(self, name: str, worked: Formula, value: Any) -> None:
        algebra = self.algebra
        enough = algebra.decide_at_least(value, 1)
        whole = algebra.decide_whole(value)
        if enough is False or whole is False:
            rule = "a size must be 1 or more" if enough is False else "a size must be a whole number"
            shown = worked.shown(self.values, algebra)
            raise SpecError("size-below-one", f"{name} = {shown} = {show_number(value)}; {rule}", hint=_too_small_hint(name))
        if type(value) is int:
            raise SpecError("too-large", f"{name} = {value} is larger than the limit of {limits.size}")
        if enough is None:
            self.valid_when.append(_ENOUGH.evaluate({"n": value}, algebra))
        if whole is None:
            self.valid_when.append(_WHOLE.evaluate({"n": value}, algebra))

    def need(self, condition: str, why: str) -> None:
        """A condition on the numbers: false is SpecError("need-not-met"); undecided is kept, for "valid when ..."."""
        worked = formula(condition)
        value = worked.evaluate(self.values, self.algebra)
        holds = self.algebra.decide(value)
        self.steps.append(Step("need", "", worked, holds, why))
        if holds is None:
            self.valid_when.append(value)
        elif not holds:
            shown = worked.shown(self.values, self.algebra)
            raise SpecError("need-not-met", f"{why}: {condition} is false for {shown}")

    def same(self, what: str, a: Number, b: Number) -> bool:
        """Whether two sizes are equal; undecided counts as equal and is kept as a condition."""
        equal = self.algebra.decide_equal(a, b)
        if equal is None:
            self.valid_when.append(_EQUAL.evaluate({"a": a, "b": b}, self.algebra))
        return equal is not False

    def param(self, name: str, text: str, bias: bool = False) -> Any:
        """A learnable tensor, by its number of values. `bias`: left out of params_no_bias (conv, linear and attention)."""
        value = self._count("bias" if bias else "param", name, text, "")
        self.values[name] = value
        self.params.append(Param(name, value, bias))
        return value

    def buffer(self, name: str, text: str) -> None:
        """A tensor that is kept with the weights but not learned, by its number of values."""
        self.buffers.append(Param(name, self._count("buffer", name, text, ""), False))

    def macs(self, text: str, note: str = "") -> None:
        """Multiply-accumulates, added to those already written. The first are those in which the input itself is a factor."""
        self.macs_total = self.macs_total + self._count("macs", "macs", self._with_lead(text), note)

    def elementwise(self, text: str, note: str = "") -> None:
        """Arithmetic outside macs, one operation per addition, multiplication, comparison, division, root or exponential."""
        self.elementwise_total = self.elementwise_total + self._count("elementwise", "elementwise", self._with_lead(text), note)

    def summary(self, of: str, text: str) -> None:
        """The same count as a lecturer would write it, e.g. (F*F*C + 1)*K for the params; a test holds the two equal."""
        self.steps.append(Step("summary", of, formula(text), None, ""))

    def _with_lead(self, text: str) -> str:
        return f"L*({text})" if self._leading else text

    def _count(self, role: str, name: str, text: str, note: str) -> Any:
        worked = formula(text)
        value = worked.evaluate(self.values, self.algebra)
        self.steps.append(Step(role, name, worked, value, note))
        return value

    # ------------------------------------------------------------------------------------------ reach

    def window(self, h: Window, w: Window) -> None:
        """What one output position sees along H and W. Without it: one position, stride 1."""
        self.windows = (h, w)

    def mixes(self) -> None:
        """Every output position sees every input position."""
        self.windows = ALL

    def note(self, text: str) -> None:
        """A remark for the reader, such as pixels that a stride drops; an error with --strict."""
        self.notes.append(text)


def _wrong_axes(x: Shape, wanted: tuple[str, ...]) -> tuple[str, None, str]:
    names = {("C", "H", "W"): "a picture (C x H x W)", ("T", "D"): "tokens (T x D)", ("D",): "features (D)"}
    if isinstance(x, Picture):
        got = "a picture"
        hint = "flatten or global_avgpool makes features of a picture"
        if wanted == ("T", "D"):
            hint = "rearrange: c h w -> (h w) c makes tokens of a picture"
    elif len(x) <= 1:
        got = "a vector" if x else "a single number"
        hint = "tokens have two axes: T x D" if wanted == ("T", "D") else "a picture has three axes: C x H x W"
    else:
        got, hint = "tokens", "rearrange: (h w) c -> c h w makes a picture of tokens"
    return f"it works on {names.get(wanted, ' x '.join(wanted))}, but gets {x}, {got}", None, hint


def _too_small_hint(name: str) -> str:
    return (
        "the window is larger than its input: a smaller kernel, more padding or a larger input helps" if "_out" in name else ""
    )


def work_out(cls: type[Layer], values: tuple[Any, ...], inputs: tuple[Shape, ...], algebra: Algebra) -> Work:
    """Work a layer out on its inputs' shapes. Raises SpecError, without a place."""
    instance = cls(values, algebra)
    # A field may be called like a function (`ceil`, `size`); in formulas the function is meant.
    sheet = Worksheet(algebra, {name: getattr(instance, name) for name in cls.fields if name not in FUNCTIONS})
    sheet.valid_when.extend(algebra.assumed())
    outputs = instance.rule(sheet, *inputs)
    return Work(instance, inputs, sheet, (outputs,) if isinstance(outputs, Shape) else tuple(outputs))
