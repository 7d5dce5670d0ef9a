"""The blocks of a spec: its own, and those of other specs that it uses."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from archcalc.errors import SpecError, collected, did_you_mean
from archcalc.limits import limits
from archcalc.source import Mapping, Node, Scalar, Sequence, Source, parse, read_file
from archcalc.spec.items import ItemReader
from archcalc.spec.model import Block, Expression, Spec
from archcalc.spec.names import Enough, Mistakes, Names, check_new_name, expression, identifier, mentioned, not_too_many
from archcalc.spec.used import used_file

BLOCK_KEYS = ("doc", "args", "inputs", "layers", "outputs")


class BlockReader:
    """Reads blocks of a spec: for the spec of another reader, `user`, or as a part of reading the whole."""

    def __init__(self, source: Source, user: BlockReader | None = None) -> None:
        self.errors = Mistakes()
        self.users: tuple[BlockReader, ...] = (*user.users, user) if user else ()  # each uses blocks of the next one
        self.used: dict[str, BlockReader | None] = user.used if user else {}  # by path, for all; None: it cannot be read
        self.spec = Spec(source)
        root = parse(source)
        if not isinstance(root, Mapping):
            hint = "a spec begins with keys: name, input, layers"
            raise SpecError("wrong-shape-of-spec", f"a spec is a mapping of keys to values, not {root.what}", root.place, hint)
        self.root = root
        self.words: dict[str, set[str]] = {}
        self.calls: dict[str, list[tuple[Block, Any]]] = {}
        self.borrowed: set[str] = set()  # blocks of other specs

    def settle(self) -> None:
        """Raises the mistakes found so far as one SpecError, and forgets them: one mistake is reported once."""
        errors, self.errors = self.errors, Mistakes()
        if errors:
            raise collected(errors)

    def attempt(self, step: Any, *args: Any) -> None:
        """Carry out a step; keep its error and go on with the next one."""
        try:
            step(*args)
        except SpecError as error:
            self.errors.append(error)

    def section(self, name: str, sort: type[Node], what: str) -> Any:
        node = self.root.pairs.get(name)
        if node is None or (isinstance(node, Scalar) and not node.text and sort is not Scalar):
            return None
        if not isinstance(node, sort):
            raise SpecError("wrong-shape-of-spec", f"`{name}` is {what}, not {node.what}", node.place)
        return node

    # ------------------------------------------------------------------------------------------ blocks of other specs

    def uses(self) -> None:
        """Blocks of other specs."""
        node = self.section("use", Mapping, "a mapping of blocks to the specs that have them")
        not_too_many("blocks of other specs", node.pairs if node else (), node.place if node else self.root.place)
        for name, value in node.pairs.items() if node else ():
            self.attempt(self.use, node.keys[name], value)

    def use(self, key: Scalar, owner: Node) -> None:
        identifier(key, "a block")
        check_new_name(key, "a block", "a block of this spec" if key.text in self.own_blocks() else None)
        self.borrowed.add(key.text)
        self.spec.blocks[key.text] = Block(key, missing=True)
        path, name = used_file(self.spec.source, owner)
        try:
            other = self.other(path, name, owner)
            if other is not None:
                self.spec.blocks[key.text] = other.lend(key)
        except SpecError as error:
            if error.place is None or error.place.name != self.spec.source.name:
                error.trail.append(f"block '{key.text}', which {self.spec.source.name} uses ({key.place})")
            raise

    def other(self, path: str, name: str, owner: Node) -> BlockReader | None:
        """The reader of a spec that this one uses, opened once; None where it could not be, which was said then."""
        if path not in self.used:
            if len(self.users) >= limits.call_depth:
                message = f"specs use blocks of each other more than {limits.call_depth} deep"
                raise SpecError("too-large", message, owner.place)
            self.used[path] = None
            opened = self.used[path] = BlockReader(read_file(path, name), self)
            with suppress(Enough):
                opened.attempt(opened.uses)
        found, above = self.used[path], (*self.users, self)
        if found in above:
            loop = " -> ".join(reader.spec.source.name for reader in (*above[above.index(found) :], found))
            raise SpecError("recursion", f"these specs use blocks of each other: {loop}", owner.place)
        return found

    def lend(self, name: Scalar) -> Block:
        """A block of this spec for another one, with all that it may call. Raises SpecError.

        The parameters of this spec are not there for it: it may need nothing but its arguments.
        """
        self.settle()  # what `use` found
        if name.text not in self.borrowed and name.text not in self.own_blocks():
            hint = did_you_mean(name.text, [*self.own_blocks(), *self.borrowed])
            raise SpecError("unknown-kind", f"{self.spec.source.name} has no block '{name.text}'", name.place, hint)
        with suppress(Enough):
            needed = self.block_names(self.reached(name.text))
            self.block_headers(needed)
            self.block_bodies(needed)
            self.attempt(self.no_recursion, [block.name for block in needed])
        try:
            self.settle()
        except SpecError as error:
            params = self.root.pairs.get("params")
            if error.code != "unknown-name" or not any(f"'{param}'" in error.message for param in getattr(params, "pairs", ())):
                raise
            what = f"block '{name.text}' of {self.spec.source.name} cannot be used elsewhere"
            hint = "a block that another spec uses may need its arguments, but no parameters of its spec"
            raise SpecError("unknown-name", f"{what}: {error.message} ({error.place})", name.place, hint) from None
        return self.spec.blocks[name.text]

    def reached(self, name: str) -> list[str]:
        """The blocks of this spec, not read yet, that one may call: all that it mentions, for a word may be called as well."""
        own, found, known = self.own_blocks(), [name], {name, *self.spec.blocks}
        if name not in own or name in self.spec.blocks:
            return []
        for block in found:
            more = sorted(word for word in _words(own[block]) if word in own and word not in known)
            known.update(more)
            found += more
        return found

    # ------------------------------------------------------------------------------------------ blocks of this spec

    def own_blocks(self) -> dict[str, Node]:
        """The blocks of this spec itself, as they are written."""
        node = self.root.pairs.get("blocks")
        return node.pairs if isinstance(node, Mapping) else {}

    def block_names(self, names: Iterable[str]) -> list[Block]:
        """Make blocks known by their names; those that have a good one."""
        node = self.root.pairs.get("blocks")
        for name in names:
            assert isinstance(node, Mapping)
            self.attempt(self.block_name, node.keys[name])
        return [self.spec.blocks[name] for name in names if name in self.spec.blocks and name not in self.borrowed]

    def block_headers(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.attempt(self.block_header, block, self.own_blocks()[block.name])

    def block_bodies(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.attempt(self.block_body, block, self.own_blocks()[block.name])

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

    def block_body(self, block: Block, node: Node) -> None:
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

    def no_recursion(self, names: Iterable[str]) -> None:
        """Raises SpecError where a block among `names` calls itself."""
        graph = {name: {block.name: item for block, item in self.calls.get(name, ())} for name in names}
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


def _words(block: Node) -> set[str]:
    """All words in a block, but those of its `doc`."""
    parts = [part for name, part in block.pairs.items() if name != "doc"] if isinstance(block, Mapping) else []
    return set().union(*map(mentioned, parts))
