"""Convolution and pooling with any fields: hypothesis picks them, torch says what comes out, or that nothing does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archcalc.errors import SpecError
from layers.helpers import measure, picture, work

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional
META = {"device": "meta"}
HARD = settings(max_examples=200, deadline=None)


def pairs(least: int, most: int) -> st.SearchStrategy[tuple[int, int]]:
    one = st.integers(least, most)
    return st.tuples(one, one)


SIDES = st.one_of(
    pairs(0, 4).map(lambda p: (p[0], p[0], p[1], p[1])),  # top, bottom, left, right
    st.tuples(*[st.integers(0, 4)] * 4),
)


def padded(module: Any, pad: tuple[int, int, int, int]) -> Any:
    """The module after a padding that may differ from side to side."""
    top, bottom, left, right = pad

    class Padded(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, x: Any) -> Any:
            return self.inner(F.pad(x, (left, right, top, bottom)))

    return Padded()


REFUSALS = ("too small", "greater than actual input size", "negative dimension", "half of kernel", "half of effective kernel")


def theirs_or_none(module: Any, *inputs: Any) -> Any:
    """What torch measures; None where it refuses because the output would be empty or the padding too large."""
    try:
        return measure(module, *inputs)
    except RuntimeError as error:
        text = str(error)
        assert any(part in text for part in REFUSALS), text
        return None


def agree(ours: Any, theirs: Any) -> None:
    assert [tuple(out) for out in ours.outputs] == theirs.outputs
    assert (ours.params_count, ours.macs) == (theirs.params, theirs.macs)


@HARD
@given(
    size=pairs(1, 20),
    kernel=pairs(1, 6),
    stride=pairs(1, 4),
    dilation=pairs(1, 3),
    pad=SIDES,
    channels=st.integers(1, 3),
    outs=st.integers(1, 3),
    groups=st.integers(1, 4),
    bias=st.booleans(),
)
def test_conv(
    size: Any, kernel: Any, stride: Any, dilation: Any, pad: Any, channels: int, outs: int, groups: int, bias: bool
) -> None:
    x, out = picture(channels * groups, *size), outs * groups
    fields = {"out": out, "kernel": kernel, "stride": stride, "pad": pad, "dilation": dilation, "groups": groups, "bias": bias}
    module = nn.Conv2d(x[0], out, kernel, stride, 0, dilation, groups, bias, **META)
    theirs = theirs_or_none(padded(module, pad), x)
    if theirs is None:
        with pytest.raises(SpecError) as caught:
            work("conv", x, **fields)
        assert caught.value.code == "size-below-one"
    else:
        agree(work("conv", x, **fields), theirs)


@HARD
@given(size=pairs(1, 20), kernel=pairs(1, 6), stride=pairs(1, 4), dilation=pairs(1, 3))
def test_same_padding_gives_one_output_for_each_stride_begun(size: Any, kernel: Any, stride: Any, dilation: Any) -> None:
    sides = []
    for n, k, s, d in zip(size, kernel, stride, dilation, strict=True):
        total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)  # as little as makes the last window fit
        sides += [total // 2, total - total // 2]
    x = picture(2, *size)
    module = padded(nn.Conv2d(2, 3, kernel, stride, 0, dilation, **META), tuple(sides))
    agree(work("conv", x, out=3, kernel=kernel, stride=stride, pad="same", dilation=dilation), measure(module, x))


@HARD
@given(
    size=pairs(1, 9),
    kernel=pairs(1, 5),
    stride=pairs(1, 4),
    pad=pairs(0, 3),
    extra=pairs(0, 3),
    dilation=pairs(1, 3),
    groups=st.integers(1, 3),
)
def test_conv_transpose(size: Any, kernel: Any, stride: Any, pad: Any, extra: Any, dilation: Any, groups: int) -> None:
    assume(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)))
    x, out = picture(2 * groups, *size), 3 * groups
    module = nn.ConvTranspose2d(x[0], out, kernel, stride, pad, extra, groups, True, dilation, **META)
    theirs = theirs_or_none(module, x)
    fields = {"stride": stride, "pad": pad, "output_pad": extra, "dilation": dilation, "groups": groups}
    if theirs is None or min(theirs.outputs[0]) < 1:
        with pytest.raises(SpecError) as caught:
            work("conv_transpose", x, out=out, kernel=kernel, **fields)
        assert caught.value.code == "size-below-one"
    else:
        agree(work("conv_transpose", x, out=out, kernel=kernel, **fields), theirs)


def pool_agrees(kind: str, module: Any, x: Any, **fields: Any) -> None:
    """Ours and torch's pool give the same, or both refuse."""
    theirs = theirs_or_none(module, x)
    if theirs is None:
        with pytest.raises(SpecError) as caught:
            work(kind, x, **fields)
        assert caught.value.code in ("size-below-one", "need-not-met")
    else:
        agree(work(kind, x, **fields), theirs)


@HARD
@given(size=pairs(1, 20), kernel=pairs(1, 6), stride=pairs(1, 6), pad=pairs(0, 4), dilation=pairs(1, 3), ceil=st.booleans())
def test_maxpool(size: Any, kernel: Any, stride: Any, pad: Any, dilation: Any, ceil: bool) -> None:
    module = nn.MaxPool2d(kernel, stride, pad, dilation, ceil_mode=ceil)
    fields = {"kernel": kernel, "stride": stride, "pad": pad, "dilation": dilation, "ceil": ceil}
    pool_agrees("maxpool", module, picture(2, *size), **fields)


@HARD
@given(size=pairs(1, 20), kernel=pairs(1, 6), stride=pairs(1, 6), pad=pairs(0, 4), ceil=st.booleans(), count=st.booleans())
def test_avgpool(size: Any, kernel: Any, stride: Any, pad: Any, ceil: bool, count: bool) -> None:
    module = nn.AvgPool2d(kernel, stride, pad, ceil, count)
    fields = {"kernel": kernel, "stride": stride, "pad": pad, "ceil": ceil, "count_pad": count}
    pool_agrees("avgpool", module, picture(2, *size), **fields)


@HARD
@given(
    size=pairs(1, 20),
    kernel=pairs(1, 6),
    stride=pairs(1, 4),
    pad=st.tuples(*[st.integers(0, 3)] * 4),
)
def test_padding_that_differs_from_side_to_side(size: Any, kernel: Any, stride: Any, pad: Any) -> None:
    pad = tuple(min(p, k // 2) for p, k in zip(pad, (kernel[0], kernel[0], kernel[1], kernel[1]), strict=True))
    module = padded(nn.AvgPool2d(kernel, stride), pad)
    pool_agrees("avgpool", module, picture(2, *size), kernel=kernel, stride=stride, pad=pad)


def windows_of(size: int, count: int) -> list[tuple[int, int]]:
    """Where the windows of an adaptive pool begin and end."""
    return [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]


def test_adaptive_windows_are_the_ones_that_torch_reads() -> None:
    for size in range(1, 31):
        for count in range(2, 31):
            lengths = [end - start for start, end in windows_of(size, count)]
            mean = work("adaptive_avgpool", picture(3, size, 4), size=(count, 2))
            assert mean.windows[0].kernel == max(lengths), (size, count)
            assert mean.windows[0].stride * count == size
            assert mean.elementwise == 3 * sum(lengths) * 4, (size, count)
            largest = work("adaptive_maxpool", picture(3, size, 4), size=(count, 2))
            assert largest.elementwise == 3 * (sum(lengths) * 4 - count * 2), (size, count)


def test_adaptive_windows_begin_and_end_where_torch_says() -> None:
    x = torch.arange(13.0).reshape(1, 1, 1, 13)
    means = nn.AdaptiveAvgPool2d((1, 5))(x).flatten().tolist()
    assert means == [(start + end - 1) / 2 for start, end in windows_of(13, 5)]
