"""Items: the `- ` lines of a list of layers."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from archcalc.errors import SpecError, collected, did_you_mean
from archcalc.layers.base import KINDS, Layer
from archcalc.layers.fields import Pair, Sides
from archcalc.limits import limits
from archcalc.source import Mapping, Node, Scalar, Sequence
from archcalc.spec.model import Block, Branch, Expression, Item
from archcalc.spec.names import MODIFIERS, Mistakes, Names, check_new_name, expression, identifier, mentioned, not_too_many
from archcalc.spec.siblings import name_siblings

QUOTES = "inside { } a formula with a comma or brackets needs quotes around it"


class ItemReader:
    """Reads the items of one block (or of the top level), in order, and collects every mistake.

    `words` are, for each spec parameter, the words that it may hold in some variant: what `$parameter` may stand for.
    """

    def __init__(self, names: Names, words: MappingOf[str, set[str]], errors: Mistakes, own: dict[str, str]) -> None:
        self.names, self.words, self.errors = names, words, errors
        self.own = own  # names given in this block -> by what
        self.calls: list[tuple[Block, Item]] = []
        self.unnamed: set[str] = set()  # heads of the layers above that have no name

    def items(self, node: Node, what: str, inner: bool = False) -> list[Item]:
        """The items of a list node. `inner`: they are named together with the list that they stand in."""
        if not isinstance(node, Sequence):
            hint = "put '- ' in front of each layer, or [ ] around them"
            message = f"{what} is a list of layers, not {node.what}"
            self.errors.append(SpecError("wrong-shape-of-spec", message, node.place, hint))
            return []
        found: list[Item] = []
        for child in node.items:
            try:
                found.append(self.item(child))
            except SpecError as error:
                self.errors.append(error)
                self.name_anyway(child)
        if not inner:
            name_siblings(found)
        return found

    def item(self, node: Node) -> Item:
        """One item. Raises SpecError."""
        if isinstance(node, Scalar):
            item = Item(node)
            self.set_target(item)
            self.read_args(item, None)
            self.unnamed.add(item.head)
            return item
        if not isinstance(node, Mapping):
            raise SpecError("wrong-shape-of-spec", f"a layer is a kind, or kind: arguments, not {node.what}", node.place)
        item = Item(self.head(node))
        self.set_target(item)
        pairs = node.pairs
        if "for" in pairs and "repeat" in pairs:
            raise SpecError("two-heads", "`for` and `repeat` cannot stand on the same layer", node.keys["repeat"].place)
        if "else" in pairs and "when" not in pairs:
            raise SpecError("missing-key", "`else` needs a `when`", node.keys["else"].place)
        if "from" in pairs:
            item.from_names = self.from_names(pairs["from"])
        counters = self.loops(item, pairs)
        try:
            self.body(item, pairs)
        finally:
            self.names.values.difference_update(counters)
            for counter in counters:
                del self.own[counter]
        if "name" in pairs:
            self.name_item(item, pairs["name"])
        else:
            self.unnamed.add(item.head)
        return item

    def body(self, item: Item, pairs: dict[str, Node]) -> None:
        """What a loop repeats: the condition, the arguments or layers, and what is built instead."""
        if "when" in pairs:
            item.when = expression(pairs["when"], self.names)
        own, tensors = self.own.copy(), self.names.tensors.copy()
        if item.head == "do":
            item.items = self.items(pairs["do"], "`do`", inner=not item.loops and "name" not in pairs)
        else:
            self.read_args(item, pairs[item.head])
        if "else" in pairs:
            self.otherwise(item, pairs["else"], own, tensors)

    def otherwise(self, item: Item, node: Node, own: dict[str, str], tensors: set[str]) -> None:
        """The layers of `else`, which know `own` and `tensors`, as they were before: either they are built or the others.

        So they may give the same names again. Below, the names of both are known.
        """
        others, their_tensors = self.own.copy(), self.names.tensors.copy()
        self.own.clear()
        self.own.update(own)
        self.names.tensors.clear()
        self.names.tensors.update(tensors)
        item.else_items = self.items(node, "`else`", inner=True)
        self.own.update({name: by for name, by in others.items() if name not in self.own})
        self.names.tensors.update(their_tensors)

    # ------------------------------------------------------------------------------------------ head

    def head(self, node: Mapping) -> Scalar:
        rest = [key for name, key in node.keys.items() if name not in MODIFIERS]
        known = [key for key in rest if self.is_head(key.text)]
        if len(rest) == 1:
            return rest[0]
        if not rest:
            here = f"has only {' and '.join(f'`{name}`' for name in node.keys)}" if node.keys else "is empty"
            hint = "write - kind: arguments, or - do: [layers]"
            raise SpecError("two-heads", f"a layer needs a kind or a block, but this one {here}", node.place, hint)
        if len(known) == 1:
            extra = next(key for key in rest if key is not known[0])
            hint = did_you_mean(extra.text, MODIFIERS)
            if known[0].text in KINDS and extra.text in KINDS[known[0].text].fields:
                hint = f"fields stand inside: {known[0].text}: {{{extra.text}: ...}}"
            elif ")" in extra.text or "]" in extra.text:
                hint = QUOTES
            raise SpecError("unknown-key", f"unknown key '{extra.text}' beside '{known[0].text}'", extra.place, hint)
        heads = " and ".join(f"'{key.text}'" for key in (known or rest)[:3])
        code = "two-heads" if known else "unknown-kind"
        message = f"a layer has one kind; here are {heads}" if known else f"neither of {heads} is a layer kind or block"
        raise SpecError(code, message, rest[1].place, "begin a new line with '- ' for each layer")

    def is_head(self, text: str) -> bool:
        return text in KINDS or text in self.names.blocks or text.startswith("$") or text == "do"

    def set_target(self, item: Item) -> None:
        head = item.head
        if head == "do":
            item.base = "group"
            return
        if head.startswith("$"):
            name = head[1:]
            if name not in self.names.values:
                hint = did_you_mean(name, self.names.values)
                raise SpecError("unknown-name", f"no parameter or argument is called '{name}'", item.place, hint)
            item.base = name
            return
        item.base = head
        item.target = self.find_target(item.node, head)

    def find_target(self, node: Scalar, word: str) -> type[Layer] | Block:
        """The kind or block of this name. Raises SpecError("unknown-kind")."""
        if word in self.names.blocks:
            return self.names.blocks[word]
        if word in KINDS:
            return KINDS[word]
        hint = did_you_mean(word, [*KINDS, *self.names.blocks, "do"])
        if word in MODIFIERS:
            hint = f"`{word}` belongs to the layer above: indent it as far as that layer's kind"
        if word in self.names.values:
            hint = f"write ${word} for the kind or block that '{word}' holds"
        if not word or word == "null":
            hint = "a line with only '- ' has no layer on it"
        raise SpecError("unknown-kind", f"'{word[:80]}' is neither a layer kind nor a block", node.place, hint)

    # ------------------------------------------------------------------------------------------ modifiers

    def from_names(self, node: Node, what: str = "`from`") -> tuple[Scalar, ...]:
        """The tensors of `from` or `outputs`: a name, or a list of them. Raises SpecError."""
        nodes = node.items if isinstance(node, Sequence) else [node]
        if not nodes:
            raise SpecError("bad-value", f"{what} names no tensor", node.place)
        if len(nodes) > limits.tensors:
            raise SpecError("too-large", f"{what} names {len(nodes):,} tensors; the limit is {limits.tensors:,}", node.place)
        return tuple(self.tensor(n, what.strip("`")) for n in nodes)

    def tensor(self, node: Node, key: str) -> Scalar:
        """A reference, behind `key`, to a tensor that is defined above. Raises SpecError("unknown-name")."""
        if not isinstance(node, Scalar):
            raise SpecError("wrong-shape-of-spec", f"the name of a tensor belongs here, not {node.what}", node.place)
        if node.text not in self.names.tensors:
            kind = node.text if node.text in self.unnamed else node.text.rstrip("0123456789").rstrip("_")
            hint = did_you_mean(node.text, self.names.tensors)
            if node.text in self.own:
                hint = f"'{node.text}' is {self.own[node.text]}"
            elif "," in node.text:
                hint = f"several tensors are a list: {key}: [{', '.join(node.text[:80].replace(',', ' ').split())}]"
            elif kind in self.unnamed:
                hint = f"a {kind} above has no name; to refer to it, give that layer one (name: {node.text[:80]})"
            raise SpecError("unknown-name", f"no tensor above is called '{node.text[:80]}'", node.place, hint)
        return node

    def loops(self, item: Item, pairs: dict[str, Node]) -> list[str]:
        if "repeat" in pairs:
            item.loops = (("", expression(pairs["repeat"], self.names)),)
            return []
        node = pairs.get("for")
        if node is None:
            return []
        if not isinstance(node, Mapping) or not node.pairs:
            message = f"`for` is a mapping of counters to lists or numbers, not {node.what}"
            raise SpecError("wrong-shape-of-spec", message, node.place, "for: {k: 3} or for: {width: [64, 128]}")
        not_too_many("counters in one `for`", node.pairs, node.place)
        item.loops = tuple([(key, expression(value, self.names)) for key, value in node.pairs.items()])
        for scalar in node.keys.values():
            identifier(scalar, "a counter")
            check_new_name(scalar, "a counter", self.owner(scalar.text), kinds_too=False)
        self.own.update(dict.fromkeys(node.pairs, "a counter"))
        self.names.values.update(node.pairs)
        return list(node.pairs)

    def owner(self, name: str) -> str | None:
        """What has a name already, if anything has."""
        return self.own.get(name) or ("a parameter" if name in self.names.values else None)

    def name_anyway(self, node: Node) -> None:
        """Let the layers below use the name of one that has a mistake: one mistake is reported once."""
        given = node.pairs.get("name") if isinstance(node, Mapping) else None
        for part in given.items if isinstance(given, Sequence) else [given]:
            if isinstance(part, Scalar) and self.owner(part.text) is None:
                self.own[part.text] = f"the name of the layer on line {part.line + 1}"
                self.names.tensors.add(part.text)

    def name_item(self, item: Item, node: Node) -> None:
        """`name: a`, or `name: [a, b]` for a layer or block with several outputs."""
        nodes = node.items if isinstance(node, Sequence) and node.items else [node]
        if len(nodes) > limits.tensors:
            raise SpecError("too-large", f"{len(nodes):,} names; the limit is {limits.tensors:,}", node.place)
        for part in nodes:
            key = identifier(part, "the name of a layer")
            check_new_name(key, "a layer", self.owner(key.text), kinds_too=False)
            self.own[key.text] = f"the name of the layer on line {key.line + 1}"
            self.names.tensors.add(key.text)
            item.names += (key.text,)
        if len(nodes) == 1:
            item.base = item.names[0]

    # ------------------------------------------------------------------------------------------ arguments

    def read_args(self, item: Item, node: Node | None) -> None:
        if isinstance(node, Scalar) and not node.text and not node.quoted:
            node = None  # `- bn:` with nothing behind it
        item.args_node = node
        if item.head == "do":
            raise SpecError("missing-key", "`do` needs a list of layers", item.place)
        if item.target is not None:
            self.bind(item, item.target)
        else:
            self.check_variable_head(item)

    def check_variable_head(self, item: Item) -> None:
        """Read the arguments of `$name` for every kind or block that the name holds in some variant; branches only once."""
        item.scope = self.names.only(mentioned(item.args_node))  # with the item's own counters
        branches: tuple[Branch, ...] = ()
        for word in sorted(self.words.get(item.head[1:], ())):
            if self.is_head(word):
                trial = Item(item.node)
                trial.args_node, trial.branches = item.args_node, branches
                self.bind(trial, self.find_target(item.node, word))
                branches = trial.branches

    def bind(self, item: Item, target: type[Layer] | Block) -> None:
        """Read the arguments of an item for its target. Raises SpecError."""
        if isinstance(target, Block):
            self.calls.append((target, item))
            if target.missing:
                return
            types = dict.fromkeys(target.args)
            required = [name for name, default in target.args.items() if default is None]
        else:
            types = {name: field.type for name, field in target.fields.items()}
            required = [name for name, field in target.fields.items() if field.required]
            if target.merges and isinstance(item.args_node, Mapping) and not item.branches:
                self.branches(item, item.args_node, set(target.fields))
            elif target.merges:
                self.no_list_of_branches(item)
        errors: list[SpecError] = []
        given = self.given(item, list(types), required, errors)
        args: list[Expression | None] = []
        for name in types:
            try:
                args.append(expression(given[name], self.names, types[name]) if name in given else None)
            except SpecError as error:
                errors.append(error)
        if errors:
            raise collected(errors)
        item.args = tuple(args)
        _fix_constants(item, target)

    def given(self, item: Item, known: list[str], required: list[str], errors: list[SpecError]) -> dict[str, Node]:
        """The arguments by name. Adds to `errors` every key that is not known or, if there is none, what is missing."""
        node, what = item.args_node, item.head
        given: dict[str, Node] = {}
        if isinstance(node, Mapping) and item.branches:
            given = {name: value for name, value in node.pairs.items() if name in known}
        elif isinstance(node, Mapping):
            for name, value in node.pairs.items():
                if name in known:
                    given[name] = value
                    continue
                hint = _unknown_hint(name, known, what)
                error = SpecError("unknown-key", f"unknown key '{name[:80]}' in {what}", node.keys[name].place, hint)
                if name.endswith((")", "]")):  # the rest of a formula, cut at its comma: the other part is wrong by that alone
                    raise error
                errors.append(error)
                if len(errors) >= limits.mistakes:
                    break
        elif node is not None:
            if not known:
                raise SpecError("unknown-key", f"{what} takes no arguments", node.place)
            given[known[0]] = node
        missing = [f"'{name}'" for name in required if name not in given]
        if missing and not errors:
            hint = f"{what}: {{{', '.join(f'{n}: ...' for n in required)}}}"
            errors.append(SpecError("missing-key", f"{what} needs {' and '.join(missing)}", item.place, hint))
        return given

    def no_list_of_branches(self, item: Item) -> None:
        """Raises SpecError("wrong-shape-of-spec") for what looks like branches of a merge without their names."""
        node, what = item.args_node, item.head
        if isinstance(node, Scalar) and ("," in node.text or node.text in self.names.tensors):
            words: list[str] | None = node.text[:80].replace(",", " ").split()
        elif isinstance(node, Sequence):
            words = [part.text for part in node.items if isinstance(part, Scalar)]
            words = words if len(words) == len(node.items) else None
        else:
            return
        hint = f"{what}: {{a: [...], b: [...]}} with a list of layers each, or beside '{what}' from: [x, y], tensors by name"
        if words and all(word in self.names.tensors for word in words):
            names = ", ".join(words if len(words) > 1 else [*words, "..."])
            hint = f"tensors by name stand beside it: - {{{what}: , from: [{names}]}}"
        given = "a list" if isinstance(node, Sequence) else f"'{node.text[:80]}'"
        raise SpecError("wrong-shape-of-spec", f"{what} joins branches that have names, not {given}", node.place, hint)

    def branches(self, item: Item, node: Mapping, fields: set[str]) -> None:
        not_too_many(f"branches of {item.head}", node.pairs, item.place)
        branches = []
        for name, value in node.pairs.items():
            if name in fields:
                continue
            if name in MODIFIERS:
                hint = f"`{name}` stands beside '{item.head}', not inside it"
                raise SpecError("unknown-key", f"unknown key '{name}' in {item.head}", node.keys[name].place, hint)
            identifier(node.keys[name], "the name of a branch")
            if isinstance(value, Scalar) and value.text:
                if value.text not in self.names.tensors and self.is_head(value.text):
                    message, hint = f"branch '{name}' is a list of layers, or a tensor by name", f"{name}: [{value.text}]"
                    raise SpecError("wrong-shape-of-spec", message, value.place, hint)
                branches.append(Branch(name, None, self.tensor(value, name)))
            else:
                branches.append(Branch(name, self.items(value, f"branch '{name}'"), None))
        item.branches = tuple(branches)


# What other frameworks want to be told, and here follows from the tensor that flows in.
_FOLLOWS = ("in_channels", "in_features", "num_features", "normalized_shape", "num_channels", "embed_dim", "input_shape")


def _unknown_hint(name: str, known: list[str], what: str) -> str:
    if name in MODIFIERS:
        return f"`{name}` stands beside '{what}', not inside it"
    if name.endswith((")", "]")):
        return QUOTES
    hint = did_you_mean(name, known) if known else f"{what} takes no arguments"
    if name in (*Pair._fields, *Sides._fields) and known and not hint.startswith("did you mean"):
        return f"sides and axes stand inside a field: {what}: {{{known[0]}: {{{name}: ...}}}}"
    if name in _FOLLOWS and not hint.startswith("did you mean"):
        return "leave it out: it follows from the tensor that flows in"
    return hint


def _fix_constants(item: Item, target: type[Layer] | Block) -> None:
    """Where no argument depends on a name, the values are known once for all; blocks and kinds fill in their defaults."""
    if isinstance(target, Block):
        return
    values = []
    for arg, field in zip(item.args, target.fields.values(), strict=True):
        if arg is None:
            values.append(field.default)
        elif arg.constant is not None:
            values.append(arg.constant)
        else:
            return
    item.constants = tuple(values)
