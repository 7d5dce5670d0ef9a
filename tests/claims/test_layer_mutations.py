"""No layer of the zoo can change unnoticed: take one away, change one of its numbers, flags or its kind, and the check fails.

Either the spec can no longer be read or built, or something that it claims or expects is no longer so. Such changes are made
one at a time, in the parsed text of each spec, to every layer of its blocks and its network. Those which give the same
networks in all variants are no changes. What no arithmetic sees is left alone: epsilons, slopes, factors, rates of dropout,
and which of two tensors of the same size a layer reads; for these, outputs are compared (tests/zoo).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import archcalc
from archcalc.checking import Target, check_spec
from archcalc.claims import Claim, Expectation, Reports, check_claim, hold, read_claims, read_expectations
from archcalc.errors import SpecError
from archcalc.layers.base import KINDS
from archcalc.packaged import spec_files
from archcalc.source import Mapping, Node, Scalar, Sequence, Source, parse, read_file
from archcalc.spec import blocks, read_spec
from archcalc.spec.names import MODIFIERS
from archcalc.zoo import pick

SPECS = [Path(path) for path in spec_files()]
OTHER_KIND = {
    "relu": "sigmoid", "relu6": "relu", "gelu": "relu", "silu": "relu", "tanh": "relu", "sigmoid": "relu", "hardswish": "relu",
    "hardsigmoid": "sigmoid", "maxpool": "avgpool", "avgpool": "maxpool", "add": "mul", "mul": "add", "bn": "layernorm",
    "global_avgpool": "flatten",
}  # fmt: skip
NO_LAYERS = {"name", "from", "doc"}
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
NOTICED, UNBUILT, IDLE, UNNOTICED = "noticed", "cannot be built", "the same networks", "unnoticed"


class Edit(NamedTuple):
    """A change of one layer: what it is, where, and the list or scalar, with the value that it has instead."""

    what: str
    node: Node
    owner: Sequence | Scalar
    instead: Any


def edits(root: Mapping) -> Iterator[Edit]:
    """Every change of every layer."""
    own = root.pairs.get("blocks")
    bodies = [block.pairs["layers"] for block in own.pairs.values() if isinstance(block, Mapping)] if own else []  # type: ignore[attr-defined]
    for body in [*bodies, root.pairs["layers"]]:
        for layers in lists(body):
            yield from whole_layers(layers)
        for scalar in scalars(body):
            yield from values(scalar)


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
        yield Edit("no layer", layer, layers, layers.items[:at] + layers.items[at + 1 :])
        if isinstance(layer, Scalar) and layer.text in OTHER_KIND:
            yield Edit(OTHER_KIND[layer.text], layer, layer, OTHER_KIND[layer.text])


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
    """One of the numbers is one more; a flag is the other one."""
    for number in NUMBER.finditer(scalar.text):
        other = scalar.text[: number.start()] + str(int(number[0]) + 1) + scalar.text[number.end() :]
        yield Edit(other, scalar, scalar, other)
    if scalar.text in ("true", "false"):
        other = "false" if scalar.text == "true" else "true"
        yield Edit(other, scalar, scalar, other)


@contextmanager
def made(edit: Edit) -> Iterator[None]:
    """The change, as long as it is looked at."""
    attribute = "items" if isinstance(edit.owner, Sequence) else "text"
    before = getattr(edit.owner, attribute)
    setattr(edit.owner, attribute, edit.instead)
    try:
        yield
    finally:
        setattr(edit.owner, attribute, before)


def seen(report: archcalc.Report) -> list[Any]:
    """What arithmetic sees of a network: each layer, what it reads, gives and costs."""
    return [(layer.kind, [tensor.node.name for tensor in layer.tensors], layer.output_shapes, layer.params, layer.buffers,
             layer.macs, layer.elementwise, layer.receptive_field) for layer in report.layers]  # fmt: skip


def verdict(source: Source, usual: dict[str, list[Any]]) -> str:
    """What the check says of the variants that are other networks now."""
    try:
        spec = read_spec(source)
        stated = [*read_expectations(spec), *(claim for claim in read_claims(spec) if claim.plain and not claim.than)]
        found = IDLE
        for variant in spec.variants:
            report = archcalc.analyze(pick(spec, variant))
            if seen(report) == usual[variant]:
                continue
            if not all_good([one for one in stated if one.model == variant], report):
                return NOTICED
            found = UNNOTICED
    except SpecError:
        return UNBUILT
    return found


def all_good(stated: list[Claim], report: archcalc.Report) -> bool:
    asked = Reports(lambda model, **options: report)  # all are about the model as it is
    return all(hold(one, asked, {}).good if isinstance(one, Expectation) else check_claim(one, asked).good for one in stated)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_any_change_of_a_layer_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_file(path, path.name)
    spec, root = read_spec(source), parse(source)
    assert isinstance(root, Mapping)
    usual = {variant: seen(archcalc.analyze(pick(spec, variant))) for variant in spec.variants}
    monkeypatch.setattr(blocks, "parse", lambda text: root if text.name == path.name else parse(text))
    found: Counter[str] = Counter()
    unnoticed = []
    for edit in edits(root):
        with made(edit):
            result = verdict(source, usual)
        found[result] += 1
        if result == UNNOTICED:
            unnoticed.append(f"{edit.node.place}: {edit.what}")
    assert not unnoticed
    assert found[NOTICED] + found[UNBUILT] > found[IDLE]
    assert check_spec(Target(str(path), path.name), archcalc.analyze).good  # everything is as it was
