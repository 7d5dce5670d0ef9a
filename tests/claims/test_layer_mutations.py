"""No layer of the zoo can change unnoticed: take one away, change one of its numbers, flags or its kind, and the check fails.

Either the spec can no longer be read or built, or something that it claims or expects is no longer so. Such changes are made
one at a time, in the parsed text of each spec, to every layer of its blocks and its network, to the defaults of blocks, and
to the parameters, also those of variants. A spec has to say so much of its networks with other settings that this holds for
what only a parameter switches on. What no arithmetic sees is left alone: epsilons, rates of dropout, and which of two tensors
of the same size a layer reads; for these, outputs are compared (tests/zoo).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import archcalc
from archcalc.checking import Target, check_spec
from archcalc.claims import Claim, Expectation, Reports, check_claim, hold, read_claims, read_expectations
from archcalc.errors import SpecError
from archcalc.layers.base import KINDS, Layer
from archcalc.packaged import spec_files
from archcalc.source import Mapping, Node, Scalar, Sequence, Source, parse, read_file
from archcalc.spec import Spec, blocks, read_spec
from archcalc.spec.names import MODIFIERS
from archcalc.zoo import pick

SPECS = [Path(path) for path in spec_files()]
OTHER_KIND = {
    "relu": "sigmoid", "relu6": "relu", "gelu": "relu", "silu": "relu", "tanh": "relu", "sigmoid": "relu", "hardswish": "relu",
    "hardsigmoid": "sigmoid", "maxpool": "avgpool", "avgpool": "maxpool", "add": "mul", "mul": "add", "bn": "layernorm",
    "global_avgpool": "flatten", "adaptive_avgpool": "adaptive_maxpool", "layernorm": "bn",
}  # fmt: skip
UNSEEN = {"eps", "p"}  # fields that only outputs show
NO_LAYERS = {"name", "from", "doc", "eps", "dropout", "drop"}
FLAG = re.compile(r"\b(?:true|false)\b")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
NOTHING_CHANGES = {  # how many changes leave all networks as they are, of which a spec says something
    "efficientnet": 2,  # of flops_factor, which no layer reads
    "efficientnet_v2": 1,  # where widening by 1 and not widening are the same, since as many channels come in as go out
    "mobilenet_v3": 3,  # of channels of the first blocks, which come to multiples of 8 either way
    "pnasnet": 2,  # of defaults, where all that is built gives another value
}
NOTICED, UNBUILT, IDLE, UNNOTICED = "noticed", "cannot be built", "the same networks", "unnoticed"


class Edit(NamedTuple):
    """A change: where, the list or scalar that has another value then, and that value; it may only be of one variant.

    Of several values, those that follow stand in for one that makes no difference.
    """

    node: Node
    owner: Sequence | Scalar
    instead: list[Any]
    model: str = ""


def edits(root: Mapping) -> Iterator[Edit]:
    """Every change of every layer, and of the parameters."""
    own = root.pairs.get("blocks")
    bodies = [root.pairs["layers"]]
    for block in own.pairs.values() if isinstance(own, Mapping) else ():
        assert isinstance(block, Mapping)
        bodies.append(block.pairs["layers"])
        for scalar in scalars(block.pairs["args"]) if "args" in block.pairs else ():
            yield from values(scalar)
    for body in bodies:
        for layers in lists(body):
            yield from whole_layers(layers)
        for scalar in scalars(body):
            yield from values(scalar)
    for scalar in scalars(root.pairs["params"]) if "params" in root.pairs else ():
        yield from [*values(scalar), *another_kind(scalar)]
    variants = root.pairs.get("variants")
    for model, variant in variants.pairs.items() if isinstance(variants, Mapping) else ():
        for scalar in scalars(variant):
            yield from (edit._replace(model=model) for edit in [*values(scalar), *another_kind(scalar)])


def lists(node: Node) -> Iterator[Sequence]:
    """A list of layers, and those inside it: of `do`, `else`, and the branches of merges."""
    if not isinstance(node, Sequence):
        return
    yield node
    for layer in node.items:
        for key, value in layer.pairs.items() if isinstance(layer, Mapping) else ():
            if key in ("do", "else"):
                yield from lists(value)
            elif key not in MODIFIERS and isinstance(value, Mapping):
                for branch in value.pairs.values():
                    yield from lists(branch) if is_branch(branch) else ()


def is_branch(node: Node) -> bool:
    """Whether it is a list of layers, and not one of numbers."""
    return isinstance(node, Sequence) and any(
        isinstance(one, Mapping) or (isinstance(one, Scalar) and one.text in KINDS) for one in node.items
    )


def whole_layers(layers: Sequence) -> Iterator[Edit]:
    for at, layer in enumerate(layers.items):
        yield Edit(layer, layers, [layers.items[:at] + layers.items[at + 1 :]])
        yield from another_kind(layer)
        if isinstance(layer, Mapping) and layer.pairs.keys() & OTHER_KIND.keys():
            yield Edit(layer, layers, [[*layers.items[:at], renamed(layer), *layers.items[at + 1 :]]])


def renamed(layer: Mapping) -> Mapping:
    """A layer with fields, of another kind."""
    other = copy(layer)
    other.pairs = {OTHER_KIND.get(name, name): value for name, value in layer.pairs.items()}
    other.keys = {}
    for name, key in layer.keys.items():
        other.keys[OTHER_KIND.get(name, name)] = copy(key)
        other.keys[OTHER_KIND.get(name, name)].text = OTHER_KIND.get(name, name)
    return other


def another_kind(layer: Node) -> Iterator[Edit]:
    if isinstance(layer, Scalar) and layer.text in OTHER_KIND:
        yield Edit(layer, layer, [OTHER_KIND[layer.text]])


def scalars(node: Node) -> Iterator[Scalar]:
    """Every value inside, but for names."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for key, value in node.pairs.items():
            yield from scalars(value) if key not in NO_LAYERS else ()


def values(scalar: Scalar) -> Iterator[Edit]:
    """One of the numbers is one more, or where that is rounded away eight more; a flag is the other one."""

    def changed(found: re.Match[str], other: str) -> str:
        return scalar.text[: found.start()] + other + scalar.text[found.end() :]

    for number in NUMBER.finditer(scalar.text):
        digit = Decimal((0, (1,), int(Decimal(number[0]).as_tuple().exponent)))
        yield Edit(scalar, scalar, [changed(number, str(Decimal(number[0]) + more * digit)) for more in (1, 8)])
    for flag in FLAG.finditer(scalar.text):
        yield Edit(scalar, scalar, [changed(flag, "false" if flag[0] == "true" else "true")])


@contextmanager
def made(edit: Edit, instead: Any) -> Iterator[None]:
    """The change, as long as it is looked at."""
    attribute = "items" if isinstance(edit.owner, Sequence) else "text"
    before = getattr(edit.owner, attribute)
    setattr(edit.owner, attribute, instead)
    try:
        yield
    finally:
        setattr(edit.owner, attribute, before)


class Network(NamedTuple):
    """A variant, perhaps with settings and an input of its own, of which a spec says something; and what it is as it stands."""

    model: str
    settings: dict[str, str]
    inputs: str | None
    stated: list[Claim]
    usual: list[Any]

    def report(self, spec: Spec) -> archcalc.Report:
        return archcalc.analyze(pick(spec, self.model), set=self.settings, input=self.inputs)

    def good(self, spec: Spec, report: archcalc.Report) -> bool:
        """Whether all that is said of it is so."""

        def report_of(model: str, **options: Any) -> archcalc.Report:
            own = model == self.model and options["set"] == self.settings and options["input"] == self.inputs
            if own and options["batch"] == "1" and options["dtype"] == "fp32":
                return report
            return archcalc.analyze(pick(spec, model) if model in spec.variants else model, **options)

        asked = Reports(report_of)
        return all(hold(one, asked, {}).good if isinstance(one, Expectation) else check_claim(one, asked).good
                   for one in self.stated)  # fmt: skip


def networks(spec: Spec) -> list[Network]:
    """All that a spec says something of, the smallest first."""
    found: dict[Any, Network] = {}
    for one in [*read_expectations(spec), *read_claims(spec)]:
        key = (one.model, tuple(one.settings.items()), one.inputs)
        network = found.setdefault(key, Network(one.model, one.settings, one.inputs, [], []))
        if not one.than:
            network.stated.append(one)
    for network in found.values():
        network.usual.extend(seen(network.report(spec)))
    return sorted(found.values(), key=lambda network: len(network.usual))


def seen(report: archcalc.Report) -> list[Any]:
    """A network: each layer, its fields, what it reads, gives and costs."""
    return [(layer.kind, fields(layer.work.layer), [tensor.node.name for tensor in layer.tensors], layer.output_shapes,
             layer.params, layer.buffers, layer.macs, layer.elementwise, layer.receptive_field)
            for layer in report.layers]  # fmt: skip


def fields(layer: Layer) -> list[Any]:
    return [getattr(layer, name) for name in layer.fields if name not in UNSEEN]


def verdict(edit: Edit, source: Source, networks: list[Network]) -> str:
    """What the check says of an edit."""
    found = IDLE
    for instead in edit.instead:
        if found == IDLE:
            with made(edit, instead):
                found = said(source, [one for one in networks if edit.model in ("", one.model)])
    return found


def said(source: Source, networks: list[Network]) -> str:
    """What it says of the networks that are others now."""
    found = IDLE
    try:
        spec = read_spec(source)
        for network in networks:
            report = network.report(spec)
            if seen(report) == network.usual:
                continue
            if not network.good(spec, report):
                return NOTICED
            found = UNNOTICED
    except SpecError:
        return UNBUILT
    return found


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_any_change_of_a_layer_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_file(path, path.name)
    root = parse(source)
    assert isinstance(root, Mapping)
    usual = networks(read_spec(source))
    monkeypatch.setattr(blocks, "parse", lambda text: root if text.name == path.name else parse(text))
    found: dict[str, list[str]] = {NOTICED: [], UNBUILT: [], IDLE: [], UNNOTICED: []}
    for edit in edits(root):
        found[verdict(edit, source, usual)].append(shown(edit, source))
    assert not found[UNNOTICED]
    assert len(found[IDLE]) == NOTHING_CHANGES.get(path.stem, 0), found[IDLE]
    assert found[NOTICED]
    assert check_spec(Target(str(path), path.name), archcalc.analyze).good  # everything is as it was


def shown(edit: Edit, source: Source) -> str:
    line = source.text.splitlines()[edit.node.place.line - 1].strip()
    return f"{edit.node.place}: {edit.instead[0] if isinstance(edit.owner, Scalar) else 'nothing, or another kind'} in {line}"
