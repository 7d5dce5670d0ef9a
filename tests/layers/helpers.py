"""Working a layer out by its fields' names, and measuring a torch module on the meta device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import archcalc.layers  # noqa: F401  registers the kinds
from archcalc.arithmetic import EXACT
from archcalc.layers.base import KINDS, REQUIRED, Work, work_out
from archcalc.shapes import Picture, Shape


def picture(*sizes: int) -> Picture:
    return Picture(sizes)


def tokens(*sizes: int) -> Shape:
    return Shape(sizes)


def work(kind: str, *inputs: Shape, **fields: Any) -> Work:
    """The layer worked out on whole numbers; fields that are left out have their defaults."""
    declared = KINDS[kind].fields
    assert fields.keys() <= declared.keys(), f"{kind} has no field {sorted(fields.keys() - declared.keys())}"
    values = tuple(fields.get(name, field.default) for name, field in declared.items())
    assert REQUIRED not in values, f"{kind}: a required field is missing"
    return work_out(KINDS[kind], values, inputs, EXACT)


class Measured(NamedTuple):
    """What torch says of a module: the outputs' sizes without the batch, and counts."""

    outputs: list[tuple[int, ...]]
    params: int
    biases: int
    buffers: int
    macs: int


def measure(module: Callable[..., Any], *inputs: Shape, dtype: Any = None) -> Measured:
    """Run a module, or a function of tensors, on meta tensors with a batch of one.

    In train mode and with gradients: else nn.MultiheadAttention takes a fused path in which nothing is counted.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    is_module = isinstance(module, torch.nn.Module)
    counter = FlopCounterMode(display=False)
    with counter:
        out = module(*(torch.zeros(1, *shape, device="meta", dtype=dtype) for shape in inputs))
    outputs = [tuple(o.shape[1:]) for o in (out if isinstance(out, (tuple, list)) else (out,))]
    params = list(module.named_parameters()) if is_module else []
    buffers = list(module.buffers()) if is_module else []
    return Measured(
        outputs,
        sum(p.numel() for _, p in params),
        sum(p.numel() for name, p in params if name.endswith("bias")),
        sum(b.numel() for b in buffers),
        counter.get_total_flops() // 2,
    )
