"""The network as built: a flat list of nodes in order of execution, each a layer worked out on its inputs' shapes."""

from __future__ import annotations

from typing import Any

from archcalc.errors import Place
from archcalc.layers.base import Layer, Work, Worksheet
from archcalc.shapes import Shape


class Input(Layer):
    """What the network receives. Not a kind that a spec can write: its place is under `input` or `inputs`."""

    kind = "input"

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def rule(self, s: Worksheet, *inputs: Shape) -> Shape:
        return self.shape


class Tensor:
    """One output of a node."""

    __slots__ = ("node", "port", "shape")

    def __init__(self, node: Node, port: int, shape: Shape) -> None:
        self.node, self.port, self.shape = node, port, shape


class Node:
    """A layer at its place in the network. `name` is unique, its parts joined by dots are the blocks around it."""

    __slots__ = ("index", "inputs", "name", "origin", "outputs", "work")

    def __init__(self, index: int, name: str, work: Work, inputs: tuple[Tensor, ...], origin: Any) -> None:
        self.index, self.name, self.work, self.inputs, self.origin = index, name, work, inputs, origin
        self.outputs = tuple([Tensor(self, port, shape) for port, shape in enumerate(work.outputs)])

    @property
    def layer(self) -> Layer:
        """The layer with its fields."""
        return self.work.layer

    @property
    def kind(self) -> str:
        """The name of the layer kind."""
        return self.work.layer.kind

    @property
    def place(self) -> Place:
        """Where the spec says so."""
        place: Place = self.origin.place
        return place


class Graph:
    """A built network: nodes in order of execution (inputs first), and the tensors that leave it, the main one first."""

    __slots__ = ("aliases", "groups", "nodes", "outputs")

    def __init__(self, nodes: list[Node], outputs: tuple[Tensor, ...], groups: dict[str, str], aliases: dict[str, str]) -> None:
        self.nodes, self.outputs = nodes, outputs
        self.aliases = aliases  # names of single outputs (`name: [a, b]`) -> the layer that gives them
        self.groups = groups  # name of each block call or group -> the block's name, or "do"
