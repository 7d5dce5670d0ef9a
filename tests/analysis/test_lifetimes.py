"""Last uses of tensors, what may be overwritten, and how many values exist at once, on nets where one can count by hand."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.analysis.lifetimes import last_uses, may_overwrite, most_alive
from archcalc.build import build
from archcalc.graph import Graph


def graph_of(layers: str, sizes: str = "[4]", more: str = "") -> Graph:
    model = archcalc.load_text(
        f"input: {sizes}\nlayers:\n" + "\n".join(f"  - {line}" for line in layers.split("; ")) + f"\n{more}"
    )
    return build(model.spec, model.variant)


def overwriting(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes if node.index in may_overwrite(graph)]


def test_a_tensor_is_done_with_after_its_last_reader() -> None:
    graph = graph_of("{linear: 8, name: a}; {linear: 4, name: b}; {add: {l: b, r: [{linear: 4, from: a, name: c}]}, name: end}")
    done = [[tensor.node.name for tensor in tensors] for tensors in last_uses(graph)]
    assert [node.name for node in graph.nodes] == ["input", "a", "b", "end.r.c", "end"]
    assert done == [[], ["input"], [], ["a"], ["b", "end.r.c"]]


def test_what_nobody_reads_is_done_with_at_once_and_outputs_never() -> None:
    graph = graph_of("{linear: 8, name: a}; {linear: 2, from: x, name: b}", more="outputs: [b]")
    assert [[tensor.node.name for tensor in tensors] for tensors in last_uses(graph)] == [[], ["a"], ["input"]]
    graph = graph_of("{linear: 8, name: a}; {linear: 2, name: b}", more="outputs: [b, a]")
    assert [[tensor.node.name for tensor in tensors] for tensors in last_uses(graph)] == [[], ["input"], []]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("linear: 4; relu", ["relu"]),
        ("relu; linear: 4", []),  # what the network receives belongs to the user
        ("linear: 4; relu; relu6", ["relu"]),  # relu's output is kept for the way back
        ("softmax; relu", []),
        ("linear: 4; flatten; relu", ["flatten"]),  # a view of another tensor
        ("{linear: 4, name: a}; relu; {add: {l: [], r: a}}", []),  # still needed as it was
        ("{linear: 4, name: a}; add: {l: [relu], r: [relu]}", []),
        ("linear: 4; {relu: , name: a}; add: {l: a, r: a}", ["a"]),
        ("linear: 4; split: 2; {concat: , name: c}; relu", ["split", "relu"]),
    ],
)
def test_only_what_was_made_for_one_layer_may_be_overwritten(layers: str, expected: list[str]) -> None:
    assert overwriting(graph_of(layers)) == expected


def test_an_output_is_not_overwritten() -> None:
    assert overwriting(graph_of("{linear: 4, name: a}; {relu: , name: r}", more="outputs: [r, a]")) == []


@pytest.mark.parametrize(
    ("layers", "values"),
    [
        ("linear: 8", 4 + 8),
        ("linear: 8; relu; linear: 2", 4 + 8),  # in place
        ("linear: 8; linear: 16; linear: 2", 8 + 16),
        ("{linear: 8, name: a}; linear: 16; {concat: {l: [], r: a}}", 8 + 16 + 24),
        ("{linear: 8, name: a}; linear: 16; {linear: 2, name: b}; {concat: {l: b, r: a}}", 8 + 16 + 2),
        ("{linear: 8, name: a}; split: 2; {add: , name: s}; linear: 100", 4 + 100),  # both views are gone: so is a
        (
            "{linear: 8, name: a}; {split: 2, name: [p, q]}; {linear: 100, from: p, name: l}; {concat: {l: [], r: q}}",
            8 + 100 + 104,
        ),
    ],
)
def test_most_values_at_once(layers: str, values: int) -> None:
    assert most_alive(graph_of(layers)) == values
