"""The modules of windowed kinds compute what plain loops do, with any padding: asymmetric, `same`, and passed by `ceil`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from layers.helpers import picture
from layers.networks import LAYER, assert_equal, network_of, numbers
from layers.window_loops import Axis, convolved, largest, mean, same

torch = pytest.importorskip("torch")
nn = torch.nn
OFTEN = settings(max_examples=150, deadline=None)
BATCH = 2

SIZES = st.tuples(st.integers(1, 7), st.integers(1, 7))
KERNELS = st.tuples(st.integers(1, 4), st.integers(1, 4))
STRIDES = DILATIONS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def window_axes(draw: Any, pooled: bool, ceil: st.SearchStrategy[bool], dilations: Any) -> tuple[dict[str, Any], Axis, Axis]:
    """A window's fields, and its axes. Padding of a pool is at most half the window."""
    size, kernel, stride, dilation, up = (draw(part) for part in (SIZES, KERNELS, STRIDES, dilations, ceil))
    fields = {"kernel": kernel, "stride": stride}
    if draw(st.booleans()):
        h, w = (same(*numbers) for numbers in zip(size, kernel, stride, dilation, strict=True))
        return {**fields, "pad": "same"}, h, w
    most = [k // 2 if pooled else 3 for k in kernel for _ in range(2)]
    pad = tuple(draw(st.integers(0, each)) for each in most)
    h, w = (Axis(size[i], kernel[i], stride[i], pad[2 * i], pad[2 * i + 1], dilation[i], up) for i in (0, 1))
    return {**fields, "pad": pad}, h, w


def has_windows(h: Axis, w: Axis) -> bool:
    return bool(h.windows() and w.windows())


def reads_something(axis: Axis) -> bool:
    """Whether each window reads at least one value that is not padding."""
    return all(axis.inside(positions) for positions in axis.windows())


ONE = st.just((1, 1))


@OFTEN
@given(st.booleans().flatmap(lambda up: st.tuples(window_axes(True, st.just(up), DILATIONS), st.just(up))))
def test_maxpool(drawn: Any) -> None:
    (fields, h, w), ceil = drawn
    assume(has_windows(h, w) and reads_something(h) and reads_something(w))
    network = network_of("maxpool", picture(2, h.size, w.size), **fields, ceil=ceil, dilation=(h.dilation, w.dilation))
    x = numbers((2, h.size, w.size), BATCH) - 9  # nothing that reaches the 0 of padding
    assert_equal(network(x), largest(x.numpy(), h, w))


@OFTEN
@given(st.booleans().flatmap(lambda up: st.tuples(window_axes(True, st.just(up), ONE), st.just(up))), st.booleans())
def test_avgpool(drawn: Any, count_pad: bool) -> None:
    (fields, h, w), ceil = drawn
    assume(has_windows(h, w))
    network = network_of("avgpool", picture(2, h.size, w.size), **fields, ceil=ceil, count_pad=count_pad)
    x = numbers((2, h.size, w.size), BATCH) + 9
    assert_equal(network(x), mean(x.numpy(), h, w, count_pad))


@OFTEN
@given(window_axes(False, st.just(False), DILATIONS), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_conv(drawn: Any, groups: int, each: int, bias: bool) -> None:
    fields, h, w = drawn
    assume(has_windows(h, w))
    channels, out = groups * each, groups * (3 - each)
    more = {"dilation": (h.dilation, w.dilation), "groups": groups, "bias": bias}
    network = network_of("conv", picture(channels, h.size, w.size), out=out, **fields, **more)
    weight, *biases = (parameter.detach().numpy() for parameter in network.parameters())
    x = numbers((channels, h.size, w.size), BATCH)
    assert_equal(network(x).detach(), convolved(x.numpy(), weight, biases[0] if bias else None, h, w, groups))


# ------------------------------------------------------------------------------------------ other windows


@settings(max_examples=80, deadline=None)
@given(SIZES, st.tuples(st.integers(1, 9), st.integers(1, 9)), st.sampled_from(("avg", "max")))
def test_adaptive_pools(size: tuple[int, int], out: tuple[int, int], which: str) -> None:
    network = network_of(f"adaptive_{which}pool", picture(2, *size), size=out)
    x = numbers((2, *size), BATCH)
    wanted = torch.zeros(BATCH, 2, *out, dtype=torch.float64)
    for i in range(out[0]):
        rows = slice(i * size[0] // out[0], -(-(i + 1) * size[0] // out[0]))
        for j in range(out[1]):
            part = x[:, :, rows, j * size[1] // out[1] : -(-(j + 1) * size[1] // out[1])]
            wanted[:, :, i, j] = part.amax((-2, -1)) if which == "max" else part.sum((-2, -1)) / part[0, 0].numel()
    assert_equal(network(x), wanted)


def test_the_gradient_of_a_window_that_reads_only_padding_is_nowhere() -> None:
    """torch's own module writes it outside the tensor."""
    network = network_of("maxpool", picture(1, 2, 2), kernel=2, stride=1, pad=1, dilation=3)
    assert not isinstance(network.layer(LAYER), nn.MaxPool2d)
    x = numbers((1, 2, 2), BATCH).requires_grad_()
    made = network(x)
    made.sum().backward()
    assert made.flatten().tolist() == [-torch.inf] * BATCH
    assert x.grad.count_nonzero() == 0
