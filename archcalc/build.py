"""Spec and parameters to Graph: loops, conditions, blocks, branches and shapes, in one walk.

The same layer on the same input shapes is worked out once: repeats are most of a deep network.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from typing import Any

from archcalc.arithmetic import EXACT, Algebra, Word, show_number
from archcalc.errors import Place, SpecError, did_you_mean
from archcalc.graph import Graph, Input, Node, Tensor
from archcalc.layers.base import Layer, Work, Worksheet, work_out
from archcalc.layers.fields import SIZE, Field
from archcalc.limits import limits
from archcalc.shapes import shape_of
from archcalc.spec import Block, Expression, Item, Spec, Variant
from archcalc.spec.items import ItemReader
from archcalc.spec.names import Mistakes
from archcalc.spec.settings import settings

Flow = tuple[Tensor, ...]

VALUES_A_ROUND = 32  # so many values, or tensors, are about as much work as a line of the spec
TENSORS_A_ROUND = 32


class Scope:
    """The names in reach while a block (or the top level) is built: values for formulas, tensors for `from`."""

    __slots__ = ("skipped", "tensors", "values")

    def __init__(self, values: dict[str, Any], tensors: dict[str, Tensor]) -> None:
        self.values, self.tensors = values, tensors
        self.skipped: set[str] = set()  # names of layers that `when` switched off: they stand for what flows past

    def has(self, name: str) -> bool:
        """Whether a layer of this name was built; one inside a group that `when` left out was not even passed by."""
        return name in self.tensors and name not in self.skipped


def build(
    spec: Spec,
    variant: Variant,
    overrides: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Iterable[Any]] | None = None,
    algebra: Algebra = EXACT,
) -> Graph:
    """Build a variant of a spec, with other parameters and input sizes where given. Raises SpecError."""
    values = settings(spec, variant, overrides or {}, algebra)
    collecting = gc.isenabled()
    gc.disable()  # a graph is one heap of cycles that all stay: looking through it again and again finds no garbage
    try:
        builder = _Builder(spec, values, algebra)
        graph = builder.build(inputs or {})
        if algebra is EXACT:
            _keep(builder.memo)
        return graph
    finally:
        if collecting:
            gc.enable()


_WORKED: dict[Any, Work] = {}  # worked out by earlier builds: a report, its variants and its claims share most layers
MOST_KEPT = 2_000


def _keep(memo: dict[Any, Work]) -> None:
    if len(memo) > MOST_KEPT:
        _WORKED.clear()
    else:
        _WORKED.update(memo)


class _Builder:
    def __init__(self, spec: Spec, params: dict[str, Any], algebra: Algebra) -> None:
        self.spec, self.params, self.algebra = spec, params, algebra
        self.nodes: list[Node] = []
        self.groups: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.names: dict[str, int] = {}  # each name -> the number that its next namesake gets
        self.memo: dict[Any, Work] = _WORKED.copy() if algebra is EXACT else {}
        self.rounds = 0
        self.depth = 0

    def build(self, inputs: Mapping[str, Iterable[Any]]) -> Graph:
        for name in inputs:
            if name not in self.spec.inputs:
                hint = did_you_mean(name, self.spec.inputs)
                raise SpecError("unknown-name", f"the network has no input '{name}'", None, hint, name)
        scope = Scope(dict(self.params), {})
        flow = tuple(self.input(name, expr, inputs.get(name), scope) for name, expr in self.spec.inputs.items())
        flow = self.run(self.spec.items, flow, scope, "")
        outputs = flow
        if self.spec.outputs is not None:
            outputs = tuple(self.tensor(scope, n) for n in self.spec.outputs if scope.has(n.text))
        return Graph(self.nodes, outputs, self.groups, self.aliases)

    def input(self, name: str, expression: Expression, given: Iterable[Any] | None, scope: Scope) -> Tensor:
        sizes = expression.value(scope.values, self.algebra) if given is None else tuple(given)
        if len(sizes) > limits.axes:
            raise SpecError("too-large", f"an input of {len(sizes):,} axes; the limit is {limits.axes}", expression.place)
        try:
            shape = shape_of(SIZE.accept(size, self.algebra) for size in sizes)
        except SpecError as error:
            error.message = f"the input's sizes {show_number(tuple(sizes))}: {error.message}"
            if given is not None:  # typed by the user, and no part of the spec
                error.culprit = "x".join(map(str, sizes))
                raise
            raise error.at(expression.place)  # noqa: B904
        sheet = Worksheet(self.algebra, {})
        sheet.valid_when.extend(self.algebra.assumed())
        work = Work(Input(shape), (), sheet, (shape,))
        label = "input" if len(self.spec.inputs) == 1 else name
        tensor = self.node(label, work, (), expression).outputs[0]
        self.bind(scope, (name,), (tensor,), expression)
        return tensor

    # ------------------------------------------------------------------------------------------ items

    def run(self, items: list[Item], flow: Flow, scope: Scope, prefix: str) -> Flow:
        self.depth += 1
        if self.depth > limits.call_depth and items:
            message = f"blocks, groups and branches inside each other more than {limits.call_depth} deep"
            raise SpecError("too-large", message, items[0].place)
        for item in items:
            flow = self.item(item, flow, scope, prefix)
        self.depth -= 1
        return flow

    def spend(self, rounds: int, origin: Item) -> None:
        """Count the lines carried out, so that nested loops and doubling blocks end in an error and not in a hang."""
        self.rounds += rounds
        if self.rounds > limits.rounds:
            message = f"more than {limits.rounds:,} lines to carry out: loops or blocks multiply each other"
            raise SpecError("too-large", message, origin.place)

    def item(self, item: Item, flow: Flow, scope: Scope, prefix: str) -> Flow:
        if item.from_names is not None:
            flow = tuple([self.tensor(scope, name) for name in item.from_names])
            self.spend(len(flow) // TENSORS_A_ROUND, item)
        if item.loops is None:
            flow = self.once(item, flow, scope, prefix, item.base)
        else:
            flow = self.loop(item, flow, scope, prefix)
        if item.names:
            self.bind(scope, item.names, flow, item)
            if len(item.names) > 1:
                self.aliases.update((prefix + name, tensor.node.name) for name, tensor in zip(item.names, flow, strict=True))
        return flow

    def loop(self, item: Item, flow: Flow, scope: Scope, prefix: str) -> Flow:
        assert item.loops is not None
        counters = [name for name, _ in item.loops]
        columns = [self.walked(name, expression, scope) for name, expression in item.loops]
        lengths = {len(column) for column in columns}
        if len(lengths) > 1:
            each = ", ".join(f"{name}: {len(column)}" for name, column in zip(counters, columns, strict=True))
            odd = next(e for (_, e), column in zip(item.loops, columns, strict=True) if len(column) != len(columns[0]))
            message = f"`for` walks equally long lists in step; these have {each} entries"
            raise SpecError("bad-value", message, odd.place)
        joint = "_" if item.base[-1:].isdigit() else ""
        base = item.base + joint
        for number, row in enumerate(zip(*columns, strict=True), 1):
            for name, value in zip(counters, row, strict=True):
                scope.values[name] = value
            flow = self.once(item, flow, scope, prefix, f"{base}{number}")
        for name in counters:
            scope.values.pop(name, None)
        return flow

    def walked(self, name: str, expression: Expression, scope: Scope) -> Any:
        """What a counter walks through: a list, or 0, 1, ... below a number."""
        value = expression.value(scope.values, self.algebra)
        if isinstance(value, tuple) and name:
            return value
        what = f"`for` {name}" if name else "`repeat`"
        if self.algebra.is_symbol(value):
            raise SpecError("undecided", f"{what} counts to {value}, which is not known", expression.place)
        if type(value) is not int or value < 0:
            wanted = "a whole number of at least 0" + (" or a list" if name else "")
            raise SpecError("bad-value", f"{what} takes {wanted}, not {show_number(value)}", expression.place)
        if value > limits.loop:
            raise SpecError("too-large", f"{what} runs {value:,} times; the limit is {limits.loop:,}", expression.place)
        return range(value)

    def once(self, item: Item, flow: Flow, scope: Scope, prefix: str, label: str) -> Flow:
        self.spend(1, item)
        if item.when is not None:
            if not self.decided(item.when, scope):
                if item.else_items is not None:
                    return self.run(item.else_items, flow, scope, prefix)
                scope.skipped.update(item.names)
                return flow
            scope.skipped.difference_update(item.names)  # it may have been skipped in an earlier round
        target = item.target
        if target is None:
            if item.items is not None:
                return self.group(item, flow, scope, prefix, label)
            item, target = self.resolved(item, scope)
        if isinstance(target, Block):
            return self.call(item, target, flow, scope, prefix, label)
        if item.branches:
            flow = self.branches(item, flow, scope, prefix, label)
        return self.layer(item, target, flow, scope, prefix + label)

    def decided(self, when: Expression, scope: Scope) -> bool:
        value = when.value(scope.values, self.algebra)
        if isinstance(value, (tuple, str, dict)):
            hint = "a condition compares numbers, such as stride != 1"
            raise SpecError("bad-value", f"`when` is neither true nor false, but {show_number(value)}", when.place, hint)
        holds = self.algebra.decide(value)
        if holds is None:
            message = f"`when` is neither true nor false: {self.algebra.condition_text(value)}"
            raise SpecError("undecided", message, when.place, "the network cannot be built without knowing")
        return holds

    def group(self, item: Item, flow: Flow, scope: Scope, prefix: str, label: str) -> Flow:
        assert item.items is not None
        if item.names or item.loops is not None:
            self.check_name(prefix + label, item)
            self.groups[prefix + label] = "do"
            prefix = f"{prefix}{label}."
        return self.run(item.items, flow, scope, prefix)

    def resolved(self, item: Item, scope: Scope) -> tuple[Item, type[Layer] | Block]:
        """The item with its target, for `$name`: a copy, since the name may hold something else in the next round."""
        word = scope.values[item.head[1:]]
        if not isinstance(word, str):
            message = f"'{item.head[1:]}' is {show_number(word)}, neither a kind nor a block"
            raise SpecError("unknown-kind", message, item.place)
        copy = item.resolved.get(word)
        if copy is None:
            copy = Item(item.node)
            copy.args_node, copy.names, copy.base, copy.loops = item.args_node, item.names, item.base, item.loops
            reader = ItemReader(item.scope, {}, Mistakes(), {})
            copy.target = reader.find_target(item.node, str(word))
            reader.bind(copy, copy.target)
            if reader.errors:
                raise reader.errors[0]
            item.resolved[word] = copy
        assert copy.target is not None
        return copy, copy.target

    # ------------------------------------------------------------------------------------------ blocks and branches

    def call(self, item: Item, block: Block, flow: Flow, scope: Scope, prefix: str, label: str) -> Flow:
        name = prefix + label
        if len(flow) != len(block.inputs):
            raise _mismatch(f"block '{block.name}'", len(block.inputs), flow, item.place)
        self.spend((len(self.params) + len(block.args)) // VALUES_A_ROUND, item)
        values = dict(self.params)
        for (arg, default), given in zip(block.args.items(), item.args, strict=True):
            if given is not None:
                values[arg] = given.value(scope.values, self.algebra)
            elif default is not None:
                values[arg] = default.value(values, self.algebra)
        inner = Scope(values, {})
        self.bind(inner, tuple(block.inputs), flow, item)
        self.check_name(name, item)
        self.groups[name] = block.name
        try:
            flow = self.run(block.items, flow, inner, name + ".")
            if block.outputs is not None:
                flow = tuple([self.tensor(inner, n) for n in block.outputs if inner.has(n.text)])
        except SpecError as error:
            error.trail.append(f"block '{block.name}', called as {name} ({item.place})")
            raise
        return flow

    def branches(self, item: Item, flow: Flow, scope: Scope, prefix: str, label: str) -> Flow:
        results: list[Tensor] = []
        for branch in item.branches:
            if branch.items is None:
                assert branch.tensor is not None
                results.append(self.tensor(scope, branch.tensor))
                continue
            inside = f"{prefix}{label}.{branch.name}." if item.own_level or item.loops else f"{prefix}{branch.name}."
            out = self.run(branch.items, flow, scope, inside)
            if len(out) != 1:
                raise _mismatch(f"branch '{branch.name}' of {item.head}", 1, out, item.place, "ends with")
            results.append(out[0])
        return tuple(results)

    # ------------------------------------------------------------------------------------------ layers

    def layer(self, item: Item, kind: type[Layer], flow: Flow, scope: Scope, name: str) -> Flow:
        if len(flow) != 1:
            if not kind.merges:
                raise _mismatch(kind.kind, 1, flow, item.place)
            self.spend(len(flow) // TENSORS_A_ROUND, item)
        values = item.constants
        if values is None:
            values = self.field_values(item, kind, scope)
        shapes = tuple([tensor.shape for tensor in flow])
        key = (kind, values, shapes, tuple([type(part) for part in (*shapes, *values)]))  # to Python true is 1
        work = self.memo.get(key)
        if work is None:
            try:
                work = self.memo[key] = work_out(kind, values, shapes, self.algebra)
            except SpecError as error:
                if error.place is None:
                    self.blame(item, kind, values)
                    if not error.message.startswith(f"{name} "):  # "add: add needs equal shapes"
                        error.message = f"{name}: {error.message}"
                raise error.at(item.place)  # noqa: B904
        return self.node(name, work, flow, item).outputs

    def blame(self, item: Item, kind: type[Layer], values: tuple[Any, ...]) -> None:
        """Where it is one field's value that a layer does not take, raise the error at the place of that value."""
        for field, value, arg in zip(kind.fields.values(), values, item.args, strict=True):
            if arg is not None:
                self.accepted(field, value, arg)

    def field_values(self, item: Item, kind: type[Layer], scope: Scope) -> tuple[Any, ...]:
        values = []
        for arg, field in zip(item.args, kind.fields.values(), strict=True):
            value = field.default if arg is None else arg.constant
            if value is None and arg is not None:
                value = arg.value(scope.values, self.algebra)
                if type(value) is not int:  # Python takes true for 1, also as a key of the memo, so these are told apart here
                    value = str(value) if type(value) is Word else value
                    self.accepted(field, value, arg)
            values.append(value)
        return tuple(values)

    def accepted(self, field: Field, value: Any, arg: Expression) -> None:
        """Raises SpecError, with its place, where a field does not take a value."""
        try:
            field.type.accept(value, self.algebra)
        except SpecError as error:
            error.message = f"{field.name}: {error.message}"
            raise error.at(arg.place)  # noqa: B904

    def node(self, name: str, work: Work, inputs: Flow, origin: Any) -> Node:
        nodes, names = self.nodes, self.names
        if name in names:
            first, number = name, names[name]
            while f"{first}_{number}" in names:
                number += 1
            names[first] = number + 1
            name = f"{first}_{number}"
        names[name] = 2
        if len(name) > limits.name_length:
            self.check_name(name, origin)
        self.spend(len(work.outputs) // TENSORS_A_ROUND, origin)
        if len(nodes) >= limits.layers:
            raise SpecError("too-large", f"more than {limits.layers:,} layers", origin.place)
        node = Node(len(nodes), name, work, inputs, origin)
        nodes.append(node)
        return node

    def check_name(self, name: str, origin: Any) -> None:
        if len(name) > limits.name_length:
            message = f"the full name of a layer passes {limits.name_length} characters: {name[:40]}...{name[-20:]}"
            raise SpecError("too-large", message, origin.place, "shorter names, or fewer blocks inside blocks")

    # ------------------------------------------------------------------------------------------ tensors by name

    def bind(self, scope: Scope, names: tuple[str, ...], flow: Flow, origin: Any) -> None:
        if len(names) != len(flow):
            raise _mismatch("`name`", len(names), flow, origin.place)
        for name, tensor in zip(names, flow, strict=True):
            scope.tensors[name] = tensor
            scope.values[name] = tensor.shape

    def tensor(self, scope: Scope, name: Any) -> Tensor:
        tensor = scope.tensors.get(name.text)
        if tensor is None:
            message = f"there is no tensor '{name.text}' here: what makes it was left out by a `when` or an empty loop"
            raise SpecError("unknown-name", message, name.place)
        return tensor


def _mismatch(what: str, takes: int, flow: Flow, place: Place, verb: str = "takes") -> SpecError:
    arriving = ", ".join(str(tensor.shape) for tensor in flow[:6]) or "none"
    tensors = "1 tensor" if takes == 1 else f"{takes} tensors"
    if verb == "takes":
        message = f"{what} takes {tensors}, but {len(flow)} flow in: {arriving}"
        hint = "`from: [...]` says which tensors flow in"
    else:
        message = f"{what} must end with {tensors}, but ends with {len(flow)}: {arriving}"
        hint = "add, mul or concat make one of several"
    return SpecError("flow-mismatch", message, place, hint)
