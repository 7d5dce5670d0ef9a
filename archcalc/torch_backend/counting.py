"""Multiply-accumulates of what torch really runs: one formula for each operator that multiplies matrices or slides filters.

torch's own FlopCounterMode is not used: it takes the weight gradient of a grouped convolution for one without groups (the
backward pass of MobileNetV2 for 19 times its forward pass), and what it has no formula for counts 0. Here an operator that is
neither in `FORMULAS` nor known to multiply nothing is remembered in `unknown`, and verifying fails.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten
Count = Callable[..., int]
FORMULAS: dict[Any, Count] = {}  # operator -> macs, of its arguments and, as `result`, what it gives


def counts(*names: str) -> Callable[[Count], Count]:
    """Registers a formula for operators of aten, as far as this torch has them. Raises RuntimeError for a second one."""

    def register(formula: Count) -> Count:
        for name in names:
            operator = getattr(aten, name, None)
            if operator in FORMULAS:
                raise RuntimeError(f"two formulas for aten.{name}")
            if operator is not None:
                FORMULAS[operator] = formula
        return formula

    return register


@counts("mm", "_scaled_mm", "_int_mm")
def _product(a: Any, b: Any, *_: Any, **__: Any) -> int:
    """m x k times k x n."""
    return int(a.shape[0] * a.shape[1] * b.shape[1])


@counts("addmm", "_addmm_activation")
def _product_and_sum(_: Any, a: Any, b: Any, **__: Any) -> int:
    return _product(a, b)


@counts("bmm")
def _products(a: Any, b: Any, **_: Any) -> int:
    """As many products as the first axis says: n x m x k times n x k x p."""
    return int(a.shape[0] * a.shape[1] * a.shape[2] * b.shape[2])


@counts("baddbmm", "addbmm")
def _products_and_sum(_: Any, a: Any, b: Any, **__: Any) -> int:
    return _products(a, b)


@counts("mv", "dot", "vdot")
def _with_vector(a: Any, _: Any, **__: Any) -> int:
    return int(a.numel())


@counts("addmv")
def _with_vector_and_sum(_: Any, a: Any, *__: Any, **___: Any) -> int:
    return int(a.numel())


@counts("convolution", "_convolution", "convolution_overrideable")
def _convolution(x: Any, weight: Any, bias: Any, stride: Any, pad: Any, dilation: Any, transposed: bool,
                 *_: Any, result: Any, **__: Any) -> int:  # fmt: skip
    """Each position uses each weight once: output positions, or of a transposed convolution input positions.

    `weight` has the channels of one group only on one of its axes, so groups are in its size already.
    """
    positions = (x if transposed else result).shape[2:]
    return int(x.shape[0] * prod(positions) * weight.numel())


@counts("convolution_backward")
def _convolution_backward(grad: Any, x: Any, weight: Any, bias_sizes: Any, stride: Any, pad: Any, dilation: Any,
                          transposed: bool, output_pad: Any, groups: int, mask: Any, **__: Any) -> int:  # fmt: skip
    """The gradients of the input and of the weight, where they are wanted, each cost what the forward pass did.

    Both walk over the same pairs of a position and a weight: one adds grad*weight to the input's gradient, the other
    grad*x to the weight's. Groups leave pairs out, alike in all three.
    """
    forward = _convolution(x, weight, None, stride, pad, dilation, transposed, result=grad)
    return forward * (bool(mask[0]) + bool(mask[1]))


ATTENTION = (
    "_scaled_dot_product_flash_attention", "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_efficient_attention", "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_fused_attention_overrideable",
)  # fmt: skip


@counts(*ATTENTION)
def _attention(q: Any, k: Any, v: Any, *_: Any, **__: Any) -> int:
    """Each query meets each key, over a head's width; and each value is weighted for each query."""
    return int(prod(q.shape[:-1]) * k.shape[-2] * (q.shape[-1] + v.shape[-1]))


@counts(*(name + "_backward" for name in ATTENTION))
def _attention_backward(_: Any, q: Any, k: Any, v: Any, *__: Any, **___: Any) -> int:
    """Two gradients for each of the two products. (Kernels also repeat the first product; that is their affair.)"""
    return 2 * _attention(q, k, v)


# Operators that multiply nothing, beside views and those that torch tags as working value by value.
# fmt: off
FREE = frozenset((
    # pools, means, norms, softmax, enlarging, looking up
    "_adaptive_avg_pool2d", "adaptive_max_pool2d", "avg_pool2d", "avg_pool3d", "max_pool2d", "max_pool2d_with_indices",
    "amax", "mean", "sum", "_softmax", "_log_softmax", "_safe_softmax", "native_batch_norm", "cudnn_batch_norm",
    "_native_batch_norm_legit", "_batch_norm_with_update", "native_group_norm", "native_layer_norm", "upsample_nearest2d",
    "upsample_bilinear2d", "embedding", "native_dropout", "bernoulli_",
    # activation functions, which not every torch tags
    "relu", "hardtanh", "leaky_relu", "gelu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh",
    # moving values, and making tensors
    "constant_pad_nd", "cat", "stack", "copy_", "_to_copy", "_unsafe_view", "_reshape_copy", "empty", "empty_like",
    "empty_strided", "new_empty", "new_empty_strided", "new_ones", "new_zeros", "ones", "ones_like", "zeros", "zeros_like",
    "full", "full_like", "fill_", "zero_", "scalar_tensor", "arange", "unsafe_split", "unsafe_chunk",
    # the way back
    "_adaptive_avg_pool2d_backward", "adaptive_max_pool2d_backward", "avg_pool2d_backward", "avg_pool3d_backward",
    "max_pool2d_with_indices_backward", "_softmax_backward_data", "native_batch_norm_backward", "batch_norm_backward",
    "cudnn_batch_norm_backward", "native_group_norm_backward", "native_layer_norm_backward", "native_dropout_backward",
    "upsample_nearest2d_backward", "upsample_bilinear2d_backward", "embedding_dense_backward", "hardswish_backward",
    "hardtanh_backward", "leaky_relu_backward", "hardsigmoid_backward", "select_backward", "slice_backward",
))
# fmt: on


class MacCounter(TorchDispatchMode):
    """While it is entered: `macs` grows by what every operator costs, `unknown` holds those without a formula."""

    def __init__(self) -> None:
        super().__init__()
        self.macs = 0
        self.unknown: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        formula = FORMULAS.get(func.overloadpacket)
        if formula is None and not _free(func):
            with self:  # what is only a composition of others is counted by these
                made = func.decompose(*args, **kwargs)
            if made is not NotImplemented:
                return made
            self.unknown.add(str(func))
        made = func(*args, **kwargs)
        if formula is not None:
            self.macs += formula(*args, **kwargs, result=made)
        return made


def _free(func: Any) -> bool:
    name = func.overloadpacket.__name__
    known = name in FREE or name.removesuffix("_") in FREE  # in place
    return known or torch.Tag.pointwise in func.tags or bool(func.is_view)
