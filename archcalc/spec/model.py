"""What a spec says, checked and ready to be built."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from typing import Any

from archcalc.arithmetic import EXACT, Algebra, Record, Values, Word, bounded
from archcalc.errors import Place, SpecError
from archcalc.expr import Formula
from archcalc.layers.base import Layer
from archcalc.source import Mapping, Node, Scalar, Source


class Expression:
    """A value in the YAML, compiled: a constant, a formula, or a list or mapping of expressions."""

    __slots__ = ("constant", "formula", "node", "parts", "record")

    def __init__(
        self,
        node: Node,
        constant: Any = None,
        formula: Formula | None = None,
        parts: tuple[Expression, ...] = (),
        record: tuple[tuple[str, Expression], ...] = (),
    ) -> None:
        self.node, self.constant, self.formula, self.parts, self.record = node, constant, formula, parts, record
        if formula is not None:
            self.constant = formula.constant
        elif parts and all(part.constant is not None for part in parts):
            self.constant = Values(part.constant for part in parts)
        elif record and all(part.constant is not None for _, part in record):
            self.constant = Record((Word(key), part.constant) for key, part in record)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.node.place

    def value(self, values: MappingOf[str, Any], algebra: Algebra = EXACT) -> Any:
        """What it comes to. Raises SpecError with its place."""
        if self.constant is not None:
            return self.constant
        if self.formula is not None:
            try:
                return self.formula.evaluate(values, algebra)
            except SpecError as error:
                raise error.at(self.place)  # noqa: B904 - the same error, with its place
        if self.record:
            return self.bounded(Record((Word(key), part.value(values, algebra)) for key, part in self.record))
        return self.bounded(Values(part.value(values, algebra) for part in self.parts))

    def bounded(self, value: Any) -> Any:
        """A list or mapping, as it is. Raises SpecError("too-large") where it passes a limit."""
        try:
            return bounded(value)
        except OverflowError as error:
            raise SpecError("too-large", str(error), self.place) from None


class Branch:
    """One way into a merge: a list of items (empty: the identity), or a tensor by name."""

    __slots__ = ("items", "name", "tensor")

    def __init__(self, name: str, items: list[Item] | None, tensor: Scalar | None) -> None:
        self.name, self.items, self.tensor = name, items, tensor


class Item:
    """One `- ` line: a layer, a block call, a group, or a merge, with its modifiers."""

    __slots__ = (
        "args",
        "args_node",
        "base",
        "branches",
        "constants",
        "else_items",
        "from_names",
        "head",
        "items",
        "loops",
        "names",
        "node",
        "own_level",
        "resolved",
        "scope",
        "target",
        "when",
    )

    def __init__(self, node: Scalar) -> None:
        self.node = node  # the head's word
        self.head = node.text
        self.target: type[Layer] | Block | None = None  # None: `do`, or `$name`, which is known only while building
        self.args: tuple[Expression | None, ...] = ()  # in the order of the target's fields; None: left to the default
        self.constants: tuple[Any, ...] | None = None  # the values, where none depends on a name
        self.args_node: Node | None = None
        self.branches: tuple[Branch, ...] = ()
        self.items: list[Item] | None = None  # of `do`
        self.names: tuple[str, ...] = ()  # what its outputs are called, if they are
        self.base = ""  # what its layers are called
        self.own_level = True  # whether a merge's branches are called by the merge's name too
        self.from_names: tuple[Scalar, ...] | None = None
        self.loops: tuple[tuple[str, Expression], ...] | None = None
        self.when: Expression | None = None
        self.else_items: list[Item] | None = None
        self.scope: Any = None  # for `$name`: the names in reach, to read the arguments once the target is known
        self.resolved: dict[str, Item] = {}  # and what that gave, for each word that the name held

    @property
    def place(self) -> Place:
        """Where its head stands."""
        return self.node.place


class Param:
    """A parameter of the spec: its name and default."""

    __slots__ = ("default", "key")

    def __init__(self, key: Scalar, default: Expression) -> None:
        self.key, self.default = key, default


class Block:
    """A named list of layers with arguments, tensors that come in, and tensors that go out."""

    __slots__ = ("args", "doc", "inputs", "items", "key", "missing", "outputs")

    def __init__(self, key: Scalar, missing: bool = False) -> None:
        self.key = key
        self.missing = missing  # whether it is in another spec and could not be read, which is said where it is used
        self.doc = ""
        self.args: dict[str, Expression | None] = {}  # with the default, if it has one
        self.inputs: list[str] = ["x"]
        self.outputs: list[Scalar] | None = None
        self.items: list[Item] = []

    @property
    def name(self) -> str:
        """What calls it."""
        return self.key.text


class Variant:
    """A model of the spec: a name and the parameters that it sets."""

    __slots__ = ("key", "name", "values")

    def __init__(self, name: str, key: Scalar | None, values: dict[str, Expression]) -> None:
        self.name, self.key, self.values = name, key, values


class Spec:
    """A whole spec: parameters, variants, blocks, inputs, layers."""

    __slots__ = (
        "apart", "blocks", "cite", "claims_read", "expect_read", "input_node", "inputs", "items", "name", "needs", "outputs",
        "params", "source", "title", "variants",
    )  # fmt: skip

    def __init__(self, source: Source) -> None:
        self.source = source
        self.name = source.name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        self.title = self.cite = ""
        self.params: dict[str, Param] = {}
        self.needs: list[Expression] = []  # conditions on the parameters
        self.variants: dict[str, Variant] = {}
        self.blocks: dict[str, Block] = {}
        self.inputs: dict[str, Expression] = {}
        self.input_node: Node | None = None
        self.items: list[Item] = []
        self.outputs: list[Scalar] | None = None
        self.claims_read: Mapping | None = None
        self.expect_read: Node | None = None  # a list, or a mapping of models to lists
        self.apart: Callable[[], tuple[Mapping | None, Node | None]] | None = None  # what reads these two, until it is asked to

    @property
    def claims(self) -> Mapping | None:
        """What stands under `claims`. Raises SpecError if it was set apart, and is not plain YAML."""
        self._parse_apart()
        return self.claims_read

    @property
    def expect(self) -> Node | None:
        """What stands under `expect`: a list, or a mapping of models to lists. Raises SpecError, as `claims` does."""
        self._parse_apart()
        return self.expect_read

    def _parse_apart(self) -> None:
        if self.apart is not None:
            read, self.apart = self.apart, None
            self.claims_read, self.expect_read = read()
