"""Receptive fields and depth, on graphs with branches.

A layer whose output position reads `kernel` input positions, `stride` apart from the next one's, sees
r' = r + (kernel - 1)*jump input pixels, and its positions lie jump' = jump*stride pixels apart
(Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", doi:10.23915/distill.00021).
Where branches meet, the path that sees most counts.
"""

from __future__ import annotations

from typing import NamedTuple

from archcalc.arithmetic import Algebra, Number
from archcalc.graph import Graph, Node
from archcalc.layers.base import ALL

BEYOND = 10**15  # a field this wide sees any picture whole; without the bound, strides multiplied in a loop grow for ever


class Reach(NamedTuple):
    """What one position sees along H and W, and how far neighbouring positions lie apart, in input pixels."""

    height: Number
    width: Number
    jump_h: Number
    jump_w: Number


START = Reach(1, 1, 1, 1)


def reaches(graph: Graph, algebra: Algebra) -> tuple[list[Reach | None], set[int]]:
    """The reach of every node, None for "all"; and the indices of products where a gate was left out.

    A gate (squeeze-and-excitation: a product of feature maps with one number a channel) sees the whole picture. Counted as
    a path it would make everything behind it "all", so a product takes the reach of its other factors.
    """
    found: list[Reach | None] = []
    gated: set[int] = set()
    for node in graph.nodes:
        if not node.inputs:
            found.append(START)
            continue
        first = found[node.inputs[0].node.index]
        if len(node.inputs) > 1:
            first = _joined(node, found, gated, algebra)
        found.append(_through(first, node, algebra))
    return found, gated


def _joined(node: Node, found: list[Reach | None], gated: set[int], algebra: Algebra) -> Reach | None:
    arriving = [found[tensor.node.index] for tensor in node.inputs]
    known = [reach for reach in arriving if reach is not None]
    if len(known) < len(arriving):
        if node.kind != "mul" or not known:
            return None
        gated.add(node.index)
    most = known[0]
    for reach in known[1:]:
        if reach is not most and reach != most:
            most = Reach(*(algebra.largest(a, b) for a, b in zip(most, reach, strict=True)))
    return most


def _through(reach: Reach | None, node: Node, algebra: Algebra) -> Reach | None:
    windows = node.work.windows
    if windows is None or reach is None:
        return reach
    if isinstance(windows, str):
        assert windows == ALL
        return None
    (kernel_h, stride_h), (kernel_w, stride_w) = windows
    height, width, jump_h, jump_w = reach
    wider = Reach(
        height + (kernel_h - 1) * jump_h, width + (kernel_w - 1) * jump_w, jump_h * stride_h, jump_w * stride_w
    )  # fmt: skip
    if not algebra.direct:
        wider = Reach(*(algebra.total([size]) for size in wider))  # plain numbers again where symbols cancel
    if any(algebra.decide_at_least(size, BEYOND) for size in wider):
        return None
    return wider


def depths(graph: Graph) -> list[int]:
    """For every node the most layers with weights on one path from the input up to and with it."""
    found: list[int] = []
    for node in graph.nodes:
        inputs = node.inputs
        if len(inputs) == 1:
            before = found[inputs[0].node.index]
        else:
            before = max((found[tensor.node.index] for tensor in inputs), default=0)
        found.append(before + node.work.layer.weighted_depth)
    return found


def ancestors(graph: Graph, node: Node) -> set[int]:
    """The indices of the nodes on some path to `node`, with itself."""
    seen = {node.index}
    waiting = [node]
    while waiting:
        for tensor in waiting.pop().inputs:
            if tensor.node.index not in seen:
                seen.add(tensor.node.index)
                waiting.append(tensor.node)
    return seen
