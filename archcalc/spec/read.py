"""A source text to a Spec. Every static mistake in it is collected; they are raised together."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from archcalc.errors import SpecError, did_you_mean
from archcalc.source import Mapping, Node, Scalar, Sequence, Source
from archcalc.spec.apart import set_apart
from archcalc.spec.blocks import BlockReader
from archcalc.spec.items import ItemReader
from archcalc.spec.model import Expression, Param, Spec, Variant
from archcalc.spec.names import Enough, Names, check_new_name, expression, identifier, not_too_many

SECTIONS = ("name", "title", "cite", "params", "require", "variants", "input", "inputs", "use", "blocks", "layers", "outputs",
            "claims", "expect")  # fmt: skip


def read_spec(source: Source) -> Spec:
    """Read and check a spec, with all its variants and blocks. Raises SpecError, which may carry further ones.

    Claims and expectations are left unparsed where that can do no harm (see apart.py).
    """
    apart = set_apart(source)
    if apart is not None:
        head, models = apart
        spec = _read(head)
        if not set(models) - spec.variants.keys():
            spec.source, spec.apart = source, partial(_last_sections, source, spec)
            return spec
    return _read(source)


def _last_sections(source: Source, spec: Spec) -> tuple[Mapping | None, Node | None]:
    """What was set apart: `claims` and `expect`. Raises SpecError for what is not plain YAML, or about an unknown model."""
    reader = _Reader(source)
    reader.spec.variants = spec.variants
    reader.claims()
    reader.expect()
    reader.settle()
    return reader.spec.claims_read, reader.spec.expect_read


def _read(source: Source) -> Spec:
    reader = _Reader(source)
    with suppress(Enough):
        reader.read()
    reader.settle()
    return reader.spec


class _Reader(BlockReader):
    """Reads a whole spec."""

    def read(self) -> None:
        """All sections, each after those that it needs."""
        for name, key in self.root.keys.items():
            if name not in SECTIONS:
                self.errors.append(
                    SpecError("unknown-key", f"unknown key '{name[:80]}' in a spec", key.place, did_you_mean(name, SECTIONS))
                )
        for text in ("name", "title", "cite"):
            self.attempt(self.text, text)
        self.attempt(self.uses)
        self.attempt(self.section, "blocks", Mapping, "a mapping of names to blocks")
        own = self.block_names(self.own_blocks())
        self.attempt(self.params)
        self.attempt(self.require)
        self.attempt(self.variants)
        self.block_headers(own)
        self.attempt(self.inputs)
        self.block_bodies(own)
        self.attempt(self.layers)
        self.attempt(self.no_recursion, list(self.calls))
        self.claims()
        self.expect()

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

    def require(self) -> None:
        node = self.section("require", Sequence, "a list of conditions on the parameters")
        names = Names(set(self.spec.params), set(), self.spec.blocks)
        not_too_many("conditions", node.items if node else (), node.place if node else self.root.place)
        for condition in node.items if node else ():
            self.attempt(lambda part: self.spec.needs.append(expression(part, names)), condition)

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
        self.known_models(node)
        self.spec.claims_read = node

    def expect(self) -> None:
        node = self.root.pairs.get("expect")
        if isinstance(node, Scalar):
            message = "`expect` is a list, or a mapping of models to lists, not a single value"
            self.errors.append(SpecError("wrong-shape-of-spec", message, node.place, "expect: [params <= 5M]"))
            return
        if isinstance(node, Mapping):
            self.known_models(node)
        self.spec.expect_read = node

    def known_models(self, node: Mapping) -> None:
        """The keys are names of models."""
        for name, key in node.keys.items():
            if name not in self.spec.variants:
                hint = did_you_mean(name, self.spec.variants)
                self.errors.append(SpecError("unknown-model", f"no variant here is called '{name}'", key.place, hint))


def override(spec: Spec, name: str, node: Node) -> Expression:
    """A new value for a parameter, which may use the parameters before it. Raises SpecError."""
    before = set(list(spec.params)[: list(spec.params).index(name)])
    return expression(node, Names(before, set(), spec.blocks))
