"""What archcalc says of a network beside what torch measures, layer by layer."""

from __future__ import annotations

from typing import Any, NamedTuple

from torch import Tensor

from archcalc.analysis import BYTES
from archcalc.analysis.lifetimes import may_overwrite
from archcalc.graph import Graph, Node
from archcalc.torch_backend.measure import Measured, Measurement
from archcalc.torch_backend.network import Network


class Pair(NamedTuple):
    """A figure by archcalc's arithmetic, and as torch has it."""

    archcalc: Any
    torch: Any

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return bool(self.archcalc == self.torch)


class LayerCheck:
    """One layer's figures. Counts of operations and bytes are for the whole batch; shapes are without it.

    `pairs` has "output" (a list of shapes), "params", "buffers", "macs", "activation_bytes", and with a backward pass
    "backward_macs". `copied` are bytes of a layer that counts as working in place (0 activations), where torch had to copy.
    """

    __slots__ = ("copied", "kind", "name", "pairs", "title")

    def __init__(self, name: str, kind: str, title: str, pairs: dict[str, Pair], copied: int) -> None:
        self.name, self.kind, self.title, self.pairs, self.copied = name, kind, title, pairs, copied

    @property
    def differences(self) -> list[str]:
        """The quantities that are not equal."""
        return [name for name, pair in self.pairs.items() if not pair.equal]


TOTALS = ("params", "buffers", "macs", "activation_bytes", "backward_macs")


def own_sizes(network: Network) -> tuple[dict[str, int], dict[str, int]]:
    """Learnable values and buffer values of each layer, by name: of its own module, without layers in its branches.

    What belongs to no layer stands under "".
    """
    names = {step.name for step in network.steps}
    params, buffers = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for tensors, sizes in ((network.named_parameters(), params), (network.named_buffers(), buffers)):
        for full, tensor in tensors:
            owner = full.rpartition(".")[0]
            while owner and owner not in names:
                owner = owner.rpartition(".")[0]
            sizes[owner] = sizes.get(owner, 0) + tensor.numel()
    return params, buffers


def compare(
    graph: Graph, network: Network, inputs: list[Tensor], found: Measurement, dtype: str, backward: bool = False
) -> list[LayerCheck]:
    """Every layer that torch ran on these inputs, checked; inputs are checked as layers that come first."""
    params, buffers = own_sizes(network)
    learning, used = _learning(graph), used_nodes(graph)
    free = may_overwrite(graph)
    given = iter(inputs)
    batch = len(inputs[0])
    checks = []
    for node in graph.nodes:
        measured = found.layers.get(node.name)
        if node.kind == "input":
            checks.append(_input_check(node, next(given), dtype))
        elif measured is not None:
            pairs, copied = _memory(node, measured, batch, dtype, copies=_may_copy(node, network, free))
            shapes = Pair([list(shape) for shape in node.work.outputs], _without_batch(measured.output, batch))
            figures = {
                "output": shapes,
                "params": Pair(node.work.params_count, params[node.name]),
                "buffers": Pair(node.work.buffers, buffers[node.name]),
                "macs": Pair(node.work.macs * batch, measured.macs),
                "activation_bytes": pairs,
            }
            if backward:
                learns = any(learning[tensor.node.index] for tensor in node.inputs)
                wanted = node.work.macs and node.index in used
                macs = node.work.backward_macs(learns) * batch if wanted else 0
                figures["backward_macs"] = Pair(macs, measured.backward_macs)
            checks.append(LayerCheck(node.name, node.kind, node.layer.title(), figures, copied))
    return checks


def _input_check(node: Node, tensor: Tensor, dtype: str) -> LayerCheck:
    """What the network receives, which counts among the activations. Numbers of tokens count as values, whatever holds them."""
    held = tensor.nbytes if tensor.is_floating_point() else tensor.numel() * BYTES[dtype]
    batch = len(tensor)
    figures = {
        "output": Pair([list(shape) for shape in node.work.outputs], _without_batch((tuple(tensor.shape),), batch)),
        "activation_bytes": Pair(node.work.activations * batch * BYTES[dtype], held),
    }
    return LayerCheck(node.name, "input", "", figures, 0)


def _without_batch(shapes: tuple[tuple[int, ...], ...], batch: int) -> list[list[int]]:
    """Shapes of one sample; those whose first axis is not the batch as they are, so that they differ."""
    return [list(shape[1:] if shape[:1] == (batch,) else shape) for shape in shapes]


def _memory(node: Node, measured: Measured, batch: int, dtype: str, copies: bool) -> tuple[Pair, int]:
    """The bytes of a layer's output; and those that it copied, where it counts as working in place and could not.

    A copy is as large as the output, and is set aside: it is torch's, and archcalc's convention has 0 there.
    """
    size = BYTES[dtype]
    whole = sum(shape.size for shape in node.work.outputs) * batch * size
    if node.layer.in_place and copies and measured.activation_bytes == whole:
        return Pair(0, 0), measured.activation_bytes
    return Pair(node.work.activations * batch * size, measured.activation_bytes), 0


def _may_copy(node: Node, network: Network, free: set[int]) -> bool:
    """Whether torch has a reason to copy: no form that works in place, or an input that is still needed as it was."""
    if node.layer.may_copy:
        return True
    return node.index not in free and hasattr(network.layer(node.name), "inplace")


def _learning(graph: Graph) -> list[bool]:
    """For each node, whether its output depends on anything learned."""
    learning: list[bool] = []
    for node in graph.nodes:
        learning.append(bool(node.work.params) or any(learning[tensor.node.index] for tensor in node.inputs))
    return learning


def used_nodes(graph: Graph) -> set[int]:
    """Indices of the nodes on which an output depends: only these take part in the backward pass."""
    used = {tensor.node.index for tensor in graph.outputs}
    for node in reversed(graph.nodes):
        if node.index in used:
            used.update(tensor.node.index for tensor in node.inputs)
    return used


def total_pairs(graph: Graph, network: Network, checks: list[LayerCheck]) -> dict[str, Pair]:
    """The totals: of parameters and buffers over the whole module, whatever they belong to; of the rest over the layers."""
    params = sum(p.numel() for p in network.parameters())
    buffers = sum(b.numel() for b in network.buffers())
    totals = {
        "params": Pair(sum(node.work.params_count for node in graph.nodes), params),
        "buffers": Pair(sum(node.work.buffers for node in graph.nodes), buffers),
    }
    for name in TOTALS[2:]:
        pairs = [check.pairs[name] for check in checks if name in check.pairs]
        if pairs:
            totals[name] = Pair(sum(pair.archcalc for pair in pairs), sum(pair.torch for pair in pairs))
    return totals
