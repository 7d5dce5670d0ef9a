"""Networks of one layer, without a spec: any kind, on any shapes; and numbers to run them on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from archcalc.arithmetic import EXACT
from archcalc.graph import Graph, Input, Node, Tensor
from archcalc.layers.base import Work, Worksheet
from archcalc.shapes import Shape
from layers.helpers import work

torch = pytest.importorskip("torch")

LAYER = "layer"  # the name of the one layer
EXACTLY = 1e-12  # as share of the largest value: what rounding leaves of equal sums in 64 bits


def graph_of(kind: str, *shapes: Shape, learned: bool = False, **fields: Any) -> Graph:
    """The graph of one layer. `learned`: what it receives comes from layers that learn, one `scale` for each input.

    Shapes are taken as they are, so that tokens may have leading axes; as the input of a spec these would be pictures.
    """
    nodes: list[Node] = []
    flow = tuple(_put(nodes, f"input{i}", _input(shape)) for i, shape in enumerate(shapes, 1))
    if learned:
        flow = tuple(_put(nodes, f"scale{i}", work("scale", x.shape), x) for i, x in enumerate(flow, 1))
    _put(nodes, LAYER, work(kind, *shapes, **fields), *flow)
    return Graph(nodes, nodes[-1].outputs, {}, {})


def _put(nodes: list[Node], name: str, done: Work, *inputs: Tensor) -> Tensor:
    nodes.append(Node(len(nodes), name, done, inputs, None))
    return nodes[-1].outputs[0]


def _input(shape: Shape) -> Work:
    return Work(Input(shape), (), Worksheet(EXACT, {}), (shape,))


def network_of(kind: str, *shapes: Shape, **fields: Any) -> Any:
    """A layer as archcalc builds it, in 64 bits, with random parameters and statistics."""
    from archcalc.torch_backend import Network

    network = Network(kind, graph_of(kind, *shapes, **fields)).double()
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + 0.5)  # a variance is positive
        for parameter in network.parameters():
            parameter.copy_(torch.randn_like(parameter))
    return network


def numbers(shape: Iterable[int], batch: int, vocabulary: int | None = None) -> Any:
    """Random numbers of a shape, the batch in front; with a vocabulary whole ones below it."""
    sizes = (batch, *shape)
    return torch.randn(sizes, dtype=torch.float64) if vocabulary is None else torch.randint(vocabulary, sizes)


def outputs(made: Any) -> tuple[Any, ...]:
    """What a module made, as a tuple of tensors."""
    return (made,) if isinstance(made, torch.Tensor) else tuple(made)


def assert_equal(ours: Any, theirs: Any) -> None:
    """Two tensors, or arrays, have the same shape and values, up to rounding."""
    ours, theirs = torch.as_tensor(ours), torch.as_tensor(theirs)
    assert ours.shape == theirs.shape
    assert torch.isfinite(theirs).all()
    largest = theirs.abs().max()
    assert (ours - theirs).abs().max() <= EXACTLY * largest, f"{(ours - theirs).abs().max()} of {largest}"
