"""A source text to a Spec. Every static mistake in it is collected; they are raised together."""

from __future__ import annotations

from collections import ChainMap
from contextlib import suppress
from typing import Any

from archcalc.errors import SpecError, collected, did_you_mean
from archcalc.limits import limits
from archcalc.source import Mapping, Node, Scalar, Sequence, Source, parse
from archcalc.spec.items import ItemReader
from archcalc.spec.model import Block, Expression, Param, Spec, Variant
from archcalc.spec.names import Enough, Mistakes, Names, check_new_name, expression, identifier, not_too_many
from archcalc.spec.used import used_source

SECTIONS = ("name", "title", "cite", "params", "variants", "input", "inputs", "use", "blocks", "layers", "outputs", "claims")
BLOCK_KEYS = ("doc", "args", "inputs", "layers", "outputs")


def read_spec(source: Source) -> Spec:
    """Read and check a spec, with all its variants and blocks. Raises SpecError, which may carry further ones."""
    reader = _Reader(source, parse(source))
    with suppress(Enough):
        reader.read()
    if reader.errors:
        raise collected(reader.errors)
    return reader.spec


def read_block(source: Source, name: Scalar, users: tuple[str, ...]) -> Block:
    """One block of a spec, with the blocks that it calls, for another spec to use. Raises SpecError.

    The parameters of its spec are not there for it: it may need nothing but its arguments. `users` are the specs that are
    being read, each using a block of the next one.
    """
    reader = _Reader(source, parse(source), users)
    with suppress(Enough):
        reader.read_block(name)
    if reader.errors:
        raise collected(reader.errors)
    return reader.spec.blocks[name.text]


class _Reader:
    def __init__(self, source: Source, root: Node, users: tuple[str, ...] = ()) -> None:
        self.errors = Mistakes()
        self.users = (*users, source.name)
        self.spec = Spec(source)
        if not isinstance(root, Mapping):
            hint = "a spec begins with keys: name, input, layers"
            raise SpecError("wrong-shape-of-spec", f"a spec is a mapping of keys to values, not {root.what}", root.place, hint)
        self.root = root
        self.words: dict[str, set[str]] = {}
        self.calls: dict[str, list[tuple[Block, Any]]] = {}
        self.borrowed: set[str] = set()  # blocks of other specs

    def attempt(self, step: Any, *args: Any) -> None:
        """Carry out a step; keep its error and go on with the next one."""
        try:
            step(*args)
        except SpecError as error:
            self.errors.append(error)

    def read(self) -> None:
        for name, key in self.root.keys.items():
            if name not in SECTIONS:
                self.errors.append(
                    SpecError("unknown-key", f"unknown key '{name[:80]}' in a spec", key.place, did_you_mean(name, SECTIONS))
                )
        for text in ("name", "title", "cite"):
            self.attempt(self.text, text)
        self.attempt(self.block_names)
        self.attempt(self.uses)
        self.attempt(self.params)
        self.attempt(self.variants)
        self.attempt(self.block_headers)
        self.attempt(self.inputs)
        for block in self.spec.blocks.values():
            if block.name not in self.borrowed:
                self.attempt(self.block_body, block)
        self.attempt(self.layers)
        self.attempt(self.no_recursion)
        self.claims()

    def section(self, name: str, sort: type[Node], what: str) -> Any:
        node = self.root.pairs.get(name)
        if node is None or (isinstance(node, Scalar) and not node.text and sort is not Scalar):
            return None
        if not isinstance(node, sort):
            raise SpecError("wrong-shape-of-spec", f"`{name}` is {what}, not {node.what}", node.place)
        return node

    def text(self, name: str) -> None:
        node = self.section(name, Scalar, "a text")
        if node is not None:
            setattr(self.spec, name, identifier(node, "the name of a spec").text if name == "name" else node.text)

    # ------------------------------------------------------------------------------------------ parameters and variants

    def params(self) -> None:
        node = self.section("params", Mapping, "a mapping of names to values")
        not_too_many("parameters", node.pairs if node else (), node.place if node else self.root.place)
        for name, value in node.pairs.items() if node else ():
            self.attempt(self.param, node.keys[name], value)

    def param(self, key: Scalar, value: Node) -> None:
        identifier(key, "a parameter")
        check_new_name(key, "a parameter", "a block of this spec" if key.text in self.spec.blocks else None)
        default = Expression(value)  # known, even where its value is wrong: one mistake is reported once
        try:
            default = expression(value, Names(set(self.spec.params), set(), self.spec.blocks))
        finally:
            self.spec.params[key.text] = Param(key, default)
        self.note_word(key.text, default)

    def note_word(self, param: str, value: Expression) -> None:
        words = value.constant if isinstance(value.constant, tuple) else (value.constant,)
        self.words.setdefault(param, set()).update(word for word in words if isinstance(word, str))

    def variants(self) -> None:
        node = self.section("variants", Mapping, "a mapping of model names to parameters")
        for name, value in node.pairs.items() if node else ():
            self.attempt(self.variant, node.keys[name], value)
        if not self.spec.variants:
            self.spec.variants[self.spec.name] = Variant(self.spec.name, None, {})

    def variant(self, key: Scalar, node: Node) -> None:
        identifier(key, "the name of a model")
        if isinstance(node, Scalar) and not node.text:
            self.spec.variants[key.text] = Variant(key.text, key, {})
            return
        if not isinstance(node, Mapping):
            message = f"a variant is a mapping of parameters to values, not {node.what}"
            raise SpecError("wrong-shape-of-spec", message, node.place)
        values: dict[str, Expression] = {}
        for name, value in node.pairs.items():
            if name not in self.spec.params:
                hint = did_you_mean(name, self.spec.params)
                message = f"variant '{key.text}' sets '{name}', which is not a parameter"
                self.errors.append(SpecError("unknown-parameter", message, node.keys[name].place, hint))
                continue
            self.attempt(self.variant_value, name, value, values)
        self.spec.variants[key.text] = Variant(key.text, key, values)

    def variant_value(self, name: str, node: Node, values: dict[str, Expression]) -> None:
        values[name] = override(self.spec, name, node)
        self.note_word(name, values[name])

    # ------------------------------------------------------------------------------------------ inputs and layers

    def inputs(self) -> None:
        pairs = self.root.pairs
        if "input" in pairs and "inputs" in pairs:
            raise SpecError("two-heads", "write `input` or `inputs`, not both", self.root.keys["inputs"].place)
        names = Names(set(self.spec.params), set(), self.spec.blocks)
        if "inputs" in pairs:
            node = self.section("inputs", Mapping, "a mapping of names to sizes")
            not_too_many("inputs", node.pairs if node else (), self.root.keys["inputs"].place)
            for name, value in node.pairs.items() if node else ():
                key = identifier(node.keys[name], "an input")
                check_new_name(key, "an input", "a parameter" if name in self.spec.params else None, kinds_too=False)
                self.spec.inputs[name] = Expression(value)
                self.spec.inputs[name] = self.input_sizes(value, names)
        elif "input" in pairs:
            self.spec.inputs["x"] = Expression(pairs["input"])
            self.spec.inputs["x"] = self.input_sizes(pairs["input"], names)
        if not self.spec.inputs:
            self.spec.inputs["x"] = Expression(self.root)
            raise SpecError("missing-key", "a spec needs `input`", self.root.place, "input: [3, 224, 224]   # C x H x W")

    def input_sizes(self, node: Node, names: Names) -> Expression:
        if not isinstance(node, Sequence) or not node.items:
            empty = isinstance(node, Sequence) or (isinstance(node, Scalar) and not node.text)
            message = f"an input is a list of sizes, not {node.what}" if not empty else "an input needs at least one size"
            raise SpecError("wrong-shape-of-spec", message, node.place, "input: [3, 224, 224]   # C x H x W")
        return expression(node, names)

    def layers(self) -> None:
        node = self.root.pairs.get("layers")
        if node is None:
            raise SpecError("missing-key", "a spec needs `layers`", self.root.place)
        values = {name: "a parameter" for name in self.spec.params}
        own = values | {name: "an input" for name in self.spec.inputs}
        names = Names(set(self.spec.params), set(self.spec.inputs), self.spec.blocks)
        reader = ItemReader(names, self.words, self.errors, own)
        self.spec.items = reader.items(node, "`layers`")
        self.calls[""] = reader.calls
        if "outputs" in self.root.pairs:
            self.spec.outputs = list(reader.from_names(self.root.pairs["outputs"], "`outputs`"))

    def claims(self) -> None:
        node = self.root.pairs.get("claims")
        if node is None:
            return
        if not isinstance(node, Mapping):
            self.errors.append(
                SpecError("wrong-shape-of-spec", f"`claims` is a mapping of models to lists, not {node.what}", node.place)
            )
            return
        for name, key in node.keys.items():
            if name not in self.spec.variants:
                hint = did_you_mean(name, self.spec.variants)
                self.errors.append(SpecError("unknown-model", f"no variant here is called '{name}'", key.place, hint))
        self.spec.claims = node

    # ------------------------------------------------------------------------------------------ blocks

    def uses(self) -> None:
        """Blocks of other specs."""
        node = self.section("use", Mapping, "a mapping of blocks to the specs that have them")
        not_too_many("blocks of other specs", node.pairs if node else (), node.place if node else self.root.place)
        for name, value in node.pairs.items() if node else ():
            self.attempt(self.use, node.keys[name], value)

    def use(self, key: Scalar, owner: Node) -> None:
        identifier(key, "a block")
        check_new_name(key, "a block", "a block of this spec" if key.text in self.spec.blocks else None)
        self.borrowed.add(key.text)
        self.spec.blocks[key.text] = Block(key)  # known, even if it cannot be read: one mistake is reported once
        source = used_source(self.spec.source, owner)
        if source.name in self.users:
            loop = " -> ".join([*self.users[self.users.index(source.name) :], source.name])
            raise SpecError("recursion", f"these specs use blocks of each other: {loop}", owner.place)
        if len(self.users) > limits.call_depth:
            raise SpecError("too-large", f"specs use blocks of each other more than {limits.call_depth} deep", owner.place)
        try:
            self.spec.blocks[key.text] = read_block(source, key, self.users)
        except SpecError as error:
            if error.code == "unknown-name":
                message = f"block '{key.text}' of {source.name} cannot be used elsewhere: {error.message} ({error.place})"
                hint = "a block that another spec uses may need its arguments, but no parameters of its spec"
                raise SpecError("unknown-name", message, key.place, hint) from None
            error.trail.append(f"block '{key.text}', which {self.spec.source.name} uses ({key.place})")
            raise

    def read_block(self, name: Scalar) -> None:
        """Read a block of this spec for another one, with all that it calls."""
        self.attempt(self.block_names)
        self.attempt(self.uses)
        if name.text not in self.spec.blocks:
            hint = did_you_mean(name.text, self.spec.blocks)
            self.errors.append(
                SpecError("unknown-kind", f"{self.spec.source.name} has no block '{name.text}'", name.place, hint)
            )
            return
        self.attempt(self.block_headers)
        needed = [name.text]
        for called in needed:
            if called not in self.borrowed:
                self.attempt(self.block_body, self.spec.blocks[called])
                needed += [block.name for block, _ in self.calls.get(called, ()) if block.name not in needed]
        self.attempt(self.no_recursion)

    def block_names(self) -> None:
        node = self.section("blocks", Mapping, "a mapping of names to blocks")
        for name in node.pairs if node else ():
            self.attempt(self.block_name, node.keys[name])

    def block_headers(self) -> None:
        node = self.root.pairs.get("blocks")
        for name, value in node.pairs.items() if isinstance(node, Mapping) else ():
            if name in self.spec.blocks:
                self.attempt(self.block_header, self.spec.blocks[name], value)

    def block_name(self, key: Scalar) -> None:
        identifier(key, "a block")
        check_new_name(key, "a block")
        self.spec.blocks[key.text] = Block(key)

    def block_header(self, block: Block, node: Node) -> None:
        if not isinstance(node, Mapping):
            raise SpecError("wrong-shape-of-spec", f"a block is a mapping with `layers`, not {node.what}", node.place)
        for name, key in node.keys.items():
            if name not in BLOCK_KEYS:
                hint = did_you_mean(name, BLOCK_KEYS)
                self.errors.append(SpecError("unknown-key", f"unknown key '{name[:80]}' in a block", key.place, hint))
        doc = node.pairs.get("doc")
        if isinstance(doc, Scalar):
            block.doc = doc.text
        elif doc is not None:
            self.errors.append(SpecError("wrong-shape-of-spec", f"`doc` is a text, not {doc.what}", doc.place))
        if "inputs" in node.pairs:
            self.attempt(self.block_inputs, block, node)
        for arg in _list(node, "args"):
            self.attempt(self.block_arg, block, arg)

    def block_inputs(self, block: Block, node: Mapping) -> None:
        """Names for what flows in."""
        nodes = _list(node, "inputs")
        if not nodes:
            hint = "leave `inputs` out for one tensor, called x"
            raise SpecError("bad-value", "`inputs` names no tensor", node.keys["inputs"].place, hint)
        block.inputs = []
        for part in nodes:
            key = identifier(part, "an input of a block")
            owner = "an input already" if key.text in block.inputs else None
            check_new_name(key, "an input", owner, kinds_too=False)
            block.inputs.append(key.text)

    def block_arg(self, block: Block, node: Node) -> None:
        """An argument: `out`, `stride=1`, or `{stride: 1}`."""
        default: Expression | None = None
        if isinstance(node, Mapping) and len(node.pairs) == 1:
            (name,) = node.pairs
            key, value = node.keys[name], node.pairs[name]
            default = expression(value, Names(set(block.args) | set(self.spec.params), set(), self.spec.blocks))
        elif isinstance(node, Scalar) and "=" in node.text:
            name, _, text = node.text.partition("=")
            behind = len(name) + 1 + len(text) - len(text.lstrip())
            key = Scalar(node.source, node.line, node.column, len(name.strip()), name.strip())
            value = Scalar(node.source, node.line, node.column + behind, max(1, len(text.strip())), text.strip())
            default = expression(value, Names(set(block.args) | set(self.spec.params), set(), self.spec.blocks))
        else:
            key = identifier(node, "an argument of a block")
        identifier(key, "an argument of a block")
        owner = "an argument already" if key.text in block.args else None
        owner = "an input of the block" if key.text in block.inputs else owner
        check_new_name(key, "an argument", owner, kinds_too=False)
        if default is None and any(earlier is not None for earlier in block.args.values()):
            raise SpecError("missing-key", f"argument '{key.text}' needs a default, as the one before it has one", key.place)
        block.args[key.text] = default

    def block_body(self, block: Block) -> None:
        parent = self.root.pairs["blocks"]
        assert isinstance(parent, Mapping)
        node = parent.pairs[block.name]
        if not isinstance(node, Mapping):
            return  # said already
        if "layers" not in node.pairs:
            raise SpecError("missing-key", f"block '{block.name}' needs `layers`", block.key.place)
        names = Names(set(self.spec.params) | set(block.args), set(block.inputs), self.spec.blocks)
        own = dict.fromkeys(block.args, "an argument of the block") | dict.fromkeys(block.inputs, "an input of the block")
        names.values -= set(block.inputs)
        words = ChainMap({arg: set[str]() for arg in block.args}, self.words)  # an argument hides the parameter of its name
        reader = ItemReader(names, words, self.errors, own)
        block.items = reader.items(node.pairs["layers"], f"`layers` of block '{block.name}'")
        self.calls[block.name] = reader.calls
        if "outputs" in node.pairs:
            block.outputs = list(reader.from_names(node.pairs["outputs"], "`outputs`"))

    def no_recursion(self) -> None:
        graph = {name: {block.name: item for block, item in calls} for name, calls in self.calls.items()}
        done: set[str] = set()
        for start in graph:
            self.descend(start, graph, [], done)

    def descend(self, name: str, graph: dict[str, dict[str, Any]], above: list[str], done: set[str]) -> None:
        if name in done:
            return
        for called, item in graph.get(name, {}).items():
            path = [*above, name]
            if called in path:
                loop = " -> ".join([*path[path.index(called) :], called])
                raise SpecError("recursion", f"block '{called}' calls itself: {loop}", item.place)
            if len(path) > limits.call_depth:
                raise SpecError("too-large", f"blocks call each other more than {limits.call_depth} deep", item.place)
            self.descend(called, graph, path, done)
        done.add(name)


def _list(node: Mapping, name: str) -> list[Node]:
    value = node.pairs.get(name)
    if value is None or (isinstance(value, Scalar) and not value.text):
        return []
    if not isinstance(value, Sequence):
        raise SpecError("wrong-shape-of-spec", f"`{name}` is a list, not {value.what}", value.place, f"{name}: [a, b]")
    not_too_many(f"entries in `{name}`", value.items, value.place)
    return value.items


def override(spec: Spec, name: str, node: Node) -> Expression:
    """A new value for a parameter, which may use the parameters before it. Raises SpecError."""
    before = set(list(spec.params)[: list(spec.params).index(name)])
    return expression(node, Names(before, set(), spec.blocks))
