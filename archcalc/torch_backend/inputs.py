"""Something for a network to look at: pictures of noise, tokens of random numbers."""

from __future__ import annotations

import torch

from archcalc.graph import Graph, Node

DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def make_inputs(graph: Graph, batch: int, device: str, dtype: str) -> list[torch.Tensor]:
    """One tensor for each input of the network, in order: B x its shape. On `meta` they take no memory."""
    made = []
    for node in graph.nodes:
        if node.kind == "input":
            sizes = (batch, *node.outputs[0].shape)
            count = vocabulary(graph, node)
            if device == "meta":
                made.append(torch.empty(sizes, device=device, dtype=DTYPES[dtype] if count is None else torch.long))
            elif count is None:
                made.append(torch.randn(sizes, device=device).to(DTYPES[dtype]))
            else:
                made.append(torch.randint(count, sizes, device=device))
    return made


def vocabulary(graph: Graph, source: Node) -> int | None:
    """How many different whole numbers an input may hold, if it is looked up in an embedding; None for real numbers.

    Layers in between that only rename, pick or join axes pass the numbers on.
    """
    reached = set(source.outputs)
    smallest = None
    for node in graph.nodes:
        if not reached.isdisjoint(node.inputs):
            count = node.layer.vocabulary()
            if count is not None:
                smallest = count if smallest is None else min(smallest, count)
            elif node.layer.in_place or node.layer.merges:
                reached.update(node.outputs)
    return smallest
