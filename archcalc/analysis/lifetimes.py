"""When a tensor is used for the last time, and which layers may overwrite what comes in."""

from __future__ import annotations

from archcalc.arithmetic import Number
from archcalc.graph import Graph, Node, Tensor


def last_uses(graph: Graph) -> list[tuple[Tensor, ...]]:
    """For each node, the tensors that nothing needs after it: inputs used for the last time, outputs that nobody uses.

    What leaves the network is needed to the end, and stands nowhere.
    """
    user: dict[Tensor, Node] = {}
    for node in graph.nodes:
        user.update((tensor, node) for tensor in (*node.outputs, *node.inputs))  # later ones win
    done: list[list[Tensor]] = [[] for _ in graph.nodes]
    kept = set(graph.outputs)
    for tensor, node in user.items():
        if tensor not in kept:
            done[node.index].append(tensor)
    return [tuple(tensors) for tensors in done]


def may_overwrite(graph: Graph) -> set[int]:
    """Indices of the nodes, among those that work in place, whose input no one else needs.

    The input must have been made for this layer alone: not be what the network receives or gives, nor a view of another
    tensor, nor one that its maker needs as it is for the backward pass.
    """
    uses: dict[Tensor, int] = dict.fromkeys(graph.outputs, 1)
    for node in graph.nodes:
        for tensor in node.inputs:
            uses[tensor] = uses.get(tensor, 0) + 1
    free = set()
    for node in graph.nodes:
        if node.layer.overwrites() and len(node.inputs) == 1:
            tensor = node.inputs[0]
            maker = tensor.node.layer
            if uses[tensor] == 1 and tensor.node.inputs and not maker.in_place and not maker.keeps_output:
                free.add(node.index)
    return free


def most_alive(graph: Graph) -> Number:
    """The most values of tensors that exist at once, if each is dropped after its last use; of one sample, whole numbers.

    Layers that work in place pass on what they get, unless torch may have to copy. The scratch memory that a layer needs
    while it runs is not in it.
    """
    free = may_overwrite(graph)
    holders: dict[Tensor, Tensor] = {}  # a tensor -> the one whose memory it stands in
    alive: dict[Tensor, int] = {}  # memory -> how many tensors still stand in it
    done = last_uses(graph)
    total = most = 0
    for node in graph.nodes:
        for tensor in node.outputs:
            layer = node.layer
            copies = layer.may_copy or (layer.keeps_output and node.index not in free)  # activation functions
            shares = layer.in_place and node.inputs and not copies
            holder = holders[node.inputs[0]] if shares else tensor
            holders[tensor] = holder
            total += 0 if shares else holder.shape.size
            alive[holder] = alive.get(holder, 0) + 1
        most = max(most, total)
        for tensor in done[node.index]:
            holder = holders[tensor]
            alive[holder] -= 1
            total -= 0 if alive[holder] else holder.shape.size
    return most
