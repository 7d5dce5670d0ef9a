"""A graph as a torch module: nested like the spec, run in the graph's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn

from archcalc.analysis.lifetimes import last_uses, may_overwrite
from archcalc.graph import Graph, Node, Tensor
from archcalc.shapes import Picture, Shape
from archcalc.torch_backend.modules import Group, Holder, module_of

MADE = "made_by_archcalc"  # an attribute of the modules that are built here
Run = Callable[["Step", list[torch.Tensor]], tuple[torch.Tensor, ...]]


class Step(NamedTuple):
    """One layer's turn. Tensors are numbered; `done` are not needed after it.

    `leading` axes behind the batch are joined with it while the layer runs. `overwrites` is the layer whose output this one
    overwrites; empty if it works out of place.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    done: tuple[int, ...]
    leading: int
    overwrites: str


class Network(Holder):
    """A network of archcalc, on torch's default device. Raises what torch raises for a layer that it cannot build.

    `net(x)` takes a batch, B x C x H x W for pictures (several inputs in the spec's order), and gives one tensor, or a tuple
    of them, the main one first, if the spec names several outputs. Layers are attributes of the blocks around them,
    `net.stage1.block1.relu1`, and `net.layer("stage1.block1.relu1")` is the same. A layer may be replaced by any other module
    that takes and gives what it does.
    """

    def __init__(self, name: str, graph: Graph) -> None:
        super().__init__()
        self.name = name
        numbers = {tensor: i for i, tensor in enumerate(t for node in graph.nodes for t in node.outputs)}
        self.input_names = tuple(node.name for node in graph.nodes if node.kind == "input")
        self.input_numbers = tuple(numbers[node.outputs[0]] for node in graph.nodes if node.kind == "input")
        self.output_names = tuple(tensor.node.name for tensor in graph.outputs)
        self.output_numbers = tuple(numbers[tensor] for tensor in graph.outputs)
        self.tensor_count = len(numbers)
        done = last_uses(graph)
        free = may_overwrite(graph)
        layers = [node for node in graph.nodes if node.kind != "input"]
        self.steps = tuple(_step(node, numbers, done[node.index], node.index in free) for node in layers)
        _fill(self, layers, graph.groups, free)

    def forward(self, *inputs: torch.Tensor) -> Any:
        """The network's output for a batch. Raises TypeError for a wrong number of inputs."""
        outputs = self.walk(self.run, *inputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def walk(self, run: Run, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """All outputs. `run(step, arguments)` is called for each layer in turn: `self.run`, or what watches it."""
        if len(inputs) != len(self.input_numbers):
            wanted = ", ".join(self.input_names)
            raise TypeError(f"{self.name} takes {len(self.input_numbers)} tensor(s), for {wanted}, but got {len(inputs)}")
        values: list[Any] = [None] * self.tensor_count
        for number, tensor in zip(self.input_numbers, inputs, strict=True):
            values[number] = tensor
        for step in self.steps:
            arguments = [values[number] for number in step.inputs]
            for number in step.inputs:
                if number in step.done:
                    values[number] = None
            for number, tensor in zip(step.outputs, run(step, arguments), strict=True):
                values[number] = None if number in step.done else tensor
        return tuple(values[number] for number in self.output_numbers)

    def layer(self, name: str) -> nn.Module:
        """The module of a layer. Raises RuntimeError if there is none, as when a block around it was replaced as a whole."""
        module: nn.Module | None = self
        for part in name.split("."):
            module = module._modules.get(part) if module is not None else None
        if module is None:
            raise RuntimeError(
                f"{self.name} has no layer '{name}': it runs layer by layer, so replace layers, not blocks; "
                "nn.Identity() stands for one that does nothing"
            )
        return module

    def run(self, step: Step, arguments: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        """What one layer makes of tensors."""
        module = self.layer(step.name)
        if step.overwrites and not hasattr(self.layer(step.overwrites), MADE):
            arguments = [arguments[0].clone()]  # that layer was replaced: what it gives may be another's, as Identity's is
        if step.leading:
            tensor = arguments[0]
            sizes = tensor.shape[: step.leading + 1]
            made = module(tensor.flatten(0, step.leading)).unflatten(0, sizes)
        else:
            made = module(*arguments)
        return (made,) if isinstance(made, torch.Tensor) else tuple(made)

    def extra_repr(self) -> str:
        """The model's name."""
        return self.name


def _step(node: Node, numbers: dict[Tensor, int], done: tuple[Tensor, ...], overwrites: bool) -> Step:
    return Step(
        node.name,
        tuple(numbers[tensor] for tensor in node.inputs),
        tuple(numbers[tensor] for tensor in node.outputs),
        tuple(numbers[tensor] for tensor in done),
        _leading(node.work.inputs[0]) if node.layer.joins_leading else 0,
        node.inputs[0].node.name if overwrites else "",
    )


def _leading(shape: Shape) -> int:
    """How many axes stand in front of a picture's three, or tokens' two."""
    return max(0, len(shape) - (3 if isinstance(shape, Picture) else 2))


def _fill(network: Network, layers: list[Node], groups: dict[str, str], free: set[int]) -> None:
    """Put every layer's module at its name's place.

    Modules are entered into torch's own table, not through `add_module`, which refuses a layer called `half` or `type`.
    """
    for node in layers:
        module = module_of(node.work)
        setattr(module, MADE, True)
        if node.index in free and hasattr(module, "inplace"):
            module.inplace = True
        *around, last = node.name.split(".")
        place: nn.Module = network
        for depth, part in enumerate(around):
            inner = place._modules.get(part)
            if inner is None:
                inner = Group(groups.get(".".join(around[: depth + 1]), part))
                place._modules[part] = inner
            place = inner
        standing = place._modules.get(last)
        if standing is not None:  # a named merge, of which the branches came first
            module._modules.update(standing._modules)
        place._modules[last] = module
