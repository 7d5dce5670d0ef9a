"""Each rule against torch's own module on the meta device: output, params, biases, buffers and macs."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from archcalc.layers.base import KINDS
from layers.helpers import measure, picture, tokens, work

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional


class Attention(nn.Module):  # type: ignore[misc, name-defined]
    """Self-attention written out, for a head width that nn.MultiheadAttention does not have."""

    def __init__(self, width: int, heads: int, head_width: int, bias: bool) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * heads * head_width, bias)
        self.proj = nn.Linear(heads * head_width, width, bias)
        self.heads, self.head_width = heads, head_width

    def forward(self, x: Any) -> Any:
        batch, count, _ = x.shape
        parts = self.qkv(x).reshape(batch, count, 3, self.heads, self.head_width).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*parts.unbind(0))
        return self.proj(mixed.transpose(1, 2).reshape(batch, count, -1))


class TorchAttention(nn.Module):  # type: ignore[misc, name-defined]
    """nn.MultiheadAttention of a tensor with itself."""

    def __init__(self, width: int, heads: int, bias: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.attention(x, x, x, need_weights=False)[0]


class TorchWindowAttention(nn.Module):  # type: ignore[misc, name-defined]
    """nn.MultiheadAttention in each window of a picture that is padded and rolled, with a mask that also holds the biases."""

    def __init__(self, width: int, heads: int, window: tuple[int, int], shift: tuple[int, int], bias: bool) -> None:
        super().__init__()
        (high, wide), self.heads, self.window, self.shift = window, heads, window, shift
        self.table = nn.Parameter(torch.zeros((2 * high - 1) * (2 * wide - 1), heads))
        self.attention = nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)
        self.register_buffer("places", torch.zeros((high * wide) ** 2, dtype=torch.long))

    def windows(self, x: Any) -> Any:
        """B x C x H x W -> B x windows x positions x C."""
        cut = F.unfold(x, self.window, stride=self.window)
        return cut.unflatten(1, (x.shape[1], -1)).permute(0, 3, 2, 1)

    def same_tile(self, height: int, width: int) -> Any:
        """For the positions of each window whether they stand in one tile, of tiles that begin at the shift: W x N x N."""
        rows = (torch.arange(height) - self.shift[0]).div(self.window[0], rounding_mode="floor")
        columns = (torch.arange(width) - self.shift[1]).div(self.window[1], rounding_mode="floor")
        tiles = self.windows(self.rolled((1000 * rows[:, None] + columns)[None, None].double(), -1))[0]
        return tiles == tiles.mT

    def rolled(self, x: Any, sign: int) -> Any:
        return x.roll((sign * self.shift[0], sign * self.shift[1]), (-2, -1))

    def biases(self) -> Any:
        """For each head and pair of positions what stands in the table for how far they lie apart."""
        high, wide = self.window
        place = torch.cartesian_prod(torch.arange(high), torch.arange(wide))
        down, right = (place[:, None] - place[None]).unbind(-1)
        return self.table.unflatten(0, (2 * high - 1, 2 * wide - 1))[down + high - 1, right + wide - 1].permute(2, 0, 1)

    def forward(self, x: Any) -> Any:
        batch, _, height, width = x.shape
        x = self.rolled(F.pad(x, (0, -width % self.window[1], 0, -height % self.window[0])), -1)
        tokens = self.windows(x)
        mask = self.biases().where(self.same_tile(*x.shape[-2:])[:, None].to(x.device), -math.inf)  # windows x heads x N x N
        mask = mask.repeat(batch, 1, 1, 1).flatten(0, 1)
        flat = tokens.flatten(0, 1)
        made = self.attention(flat, flat, flat, attn_mask=mask, need_weights=False)[0].view_as(tokens)
        folded = F.fold(made.permute(0, 3, 2, 1).flatten(1, 2), x.shape[-2:], self.window, stride=self.window)
        return self.rolled(folded, 1)[..., :height, :width]


class ChannelsLast(nn.Module):  # type: ignore[misc, name-defined]
    """A module of the last axis, run over a picture's channels."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Any) -> Any:
        return self.inner(x.movedim(-3, -1)).movedim(-1, -3)


class Swapped(nn.Module):  # type: ignore[misc, name-defined]
    """A module that wants D x T, run over tokens."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Any) -> Any:
        return self.inner(x.mT).mT


class Learned(nn.Module):  # type: ignore[misc, name-defined]
    """A function of the input and of one learned tensor."""

    def __init__(self, function: Any, *sizes: int) -> None:
        super().__init__()
        self.function, self.learned = function, nn.Parameter(torch.zeros(sizes))

    def forward(self, x: Any) -> Any:
        return self.function(x, self.learned)


class KernelByKernel(nn.Module):  # type: ignore[misc, name-defined]
    """A convolution of each entry of the table by itself; then what belongs to one filter is added up."""

    def __init__(self, reads: tuple[tuple[int, ...], ...], bias: bool = True, **options: Any) -> None:
        super().__init__()
        self.channels = [channel for row in reads for channel in row]
        self.filters = [number for number, row in enumerate(reads) for _ in row]
        self.weight = nn.Parameter(torch.zeros(len(self.channels), 1, 3, 3))
        self.bias = nn.Parameter(torch.zeros(len(reads))) if bias else None
        self.options = {"groups": len(self.channels), **options}

    def forward(self, x: Any) -> Any:
        made = F.conv2d(x[:, self.channels], self.weight, **self.options)
        count = self.filters[-1] + 1
        sums = made.new_zeros(len(x), count, *made.shape[2:]).index_add(1, torch.tensor(self.filters, device=x.device), made)
        return sums if self.bias is None else sums + self.bias[:, None, None]


class CodeByCode(nn.Module):  # type: ignore[misc, name-defined]
    """The squared distance from each row of a buffer."""

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.zeros(count, width))

    def forward(self, x: Any) -> Any:
        return torch.stack([(x - code).pow(2).sum(-1) for code in self.codes], -1)


def four_ways(x: Any) -> Any:
    """Quarters of the channels, moved by one pixel right, left, down and up; what stands at the border is there twice."""
    height, width = x.shape[-2:]
    around = F.pad(x, (1, 1, 1, 1), "replicate").chunk(4, 1)
    corners = ((1, 0), (1, 2), (0, 1), (2, 1))  # where in its border each quarter is cut out
    cut = [part[..., i : i + height, j : j + width] for part, (i, j) in zip(around, corners, strict=True)]
    return torch.cat(cut, 1)


def moved(x: Any, distances: tuple[int, ...], axis: int) -> Any:
    """Each channel's values from so many pixels further along an axis, and zeros from beyond the border."""
    size, channels = x.shape[axis], []
    for number, channel in enumerate(x.unbind(1)):
        far = distances[number % len(distances)]
        here = channel.narrow(axis, max(far, 0), size - abs(far))
        none = torch.zeros_like(channel.narrow(axis, 0, abs(far)))
        channels.append(torch.cat([here, none] if far > 0 else [none, here], axis))
    return torch.stack(channels, 1)


conv, transpose = nn.Conv2d, nn.ConvTranspose2d
IMAGE, MAPS, TOKENS, VECTOR = picture(3, 224, 224), picture(64, 12, 15), tokens(50, 96), tokens(96)

LARGE = Fraction(1, 4)  # for numbers that are small unless given

CASES: list[tuple[str, dict[str, Any], tuple[Any, ...], Any]] = [
    ("conv", {"out": 96, "kernel": 11, "stride": 4}, (picture(3, 227, 227),), lambda: conv(3, 96, 11, 4)),
    (
        "conv",
        {"out": 64, "kernel": 7, "stride": 2, "pad": 3, "bias": False},
        (IMAGE,),
        lambda: conv(3, 64, 7, 2, 3, bias=False),
    ),
    ("conv", {"out": 128, "kernel": 3, "pad": 1, "groups": 32}, (MAPS,), lambda: conv(64, 128, 3, 1, 1, groups=32)),
    ("conv", {"out": 64, "kernel": 3, "pad": 1, "groups": 64}, (MAPS,), lambda: conv(64, 64, 3, 1, 1, groups=64)),
    ("conv", {"out": 8, "kernel": (1, 7), "pad": (0, 3)}, (MAPS,), lambda: conv(64, 8, (1, 7), 1, (0, 3))),
    ("conv", {"out": 8, "kernel": 3, "pad": 2, "dilation": 2}, (MAPS,), lambda: conv(64, 8, 3, 1, 2, 2)),
    ("conv", {"out": 8, "kernel": 3, "stride": (2, 1), "dilation": (1, 3)}, (MAPS,), lambda: conv(64, 8, 3, (2, 1), 0, (1, 3))),
    ("conv", {"out": 8, "kernel": (3, 5), "pad": "same"}, (MAPS,), lambda: conv(64, 8, (3, 5), padding="same")),
    ("conv_transpose", {"out": 8, "kernel": 2, "stride": 2}, (MAPS,), lambda: transpose(64, 8, 2, 2)),
    (
        "conv_transpose",
        {"out": 8, "kernel": 3, "stride": 2, "pad": 1, "output_pad": 1},
        (MAPS,),
        lambda: transpose(64, 8, 3, 2, 1, 1),
    ),
    (
        "conv_transpose",
        {"out": 32, "kernel": (4, 5), "stride": (3, 2), "pad": (1, 2), "output_pad": (2, 0), "dilation": 2, "groups": 16},
        (MAPS,),
        lambda: transpose(64, 32, (4, 5), (3, 2), (1, 2), (2, 0), 16, dilation=2),
    ),
    ("conv_transpose", {"out": 8, "kernel": 4, "bias": False}, (MAPS,), lambda: transpose(64, 8, 4, bias=False)),
    ("maxpool", {"kernel": 2}, (MAPS,), lambda: nn.MaxPool2d(2)),
    ("maxpool", {"kernel": 3, "stride": 2, "pad": 1}, (MAPS,), lambda: nn.MaxPool2d(3, 2, 1)),
    ("maxpool", {"kernel": 3, "stride": 2, "ceil": True}, (MAPS,), lambda: nn.MaxPool2d(3, 2, ceil_mode=True)),
    ("maxpool", {"kernel": (3, 2), "stride": 1, "dilation": 2}, (MAPS,), lambda: nn.MaxPool2d((3, 2), 1, 0, 2)),
    ("avgpool", {"kernel": 2}, (MAPS,), lambda: nn.AvgPool2d(2)),
    (
        "avgpool",
        {"kernel": 3, "stride": 2, "pad": 1, "ceil": True, "count_pad": False},
        (MAPS,),
        lambda: nn.AvgPool2d(3, 2, 1, True, False),
    ),
    ("global_avgpool", {}, (MAPS,), lambda: lambda x: x.mean((-2, -1))),
    ("global_avgpool", {"keep": True}, (MAPS,), lambda: nn.AdaptiveAvgPool2d(1)),
    ("global_avgpool", {}, (TOKENS,), lambda: lambda x: x.mean(-2)),
    ("global_maxpool", {}, (MAPS,), lambda: lambda x: x.amax((-2, -1))),
    ("global_maxpool", {"keep": True}, (TOKENS,), lambda: lambda x: x.amax(-2, keepdim=True)),
    ("adaptive_avgpool", {"size": 6}, (MAPS,), lambda: nn.AdaptiveAvgPool2d(6)),
    ("adaptive_avgpool", {"size": 1}, (MAPS,), lambda: nn.AdaptiveAvgPool2d(1)),
    ("adaptive_maxpool", {"size": (9, 40)}, (MAPS,), lambda: nn.AdaptiveMaxPool2d((9, 40))),
    ("bn", {}, (MAPS,), lambda: nn.BatchNorm2d(64)),
    ("bn", {"affine": False}, (MAPS,), lambda: nn.BatchNorm2d(64, affine=False)),
    ("bn", {}, (VECTOR,), lambda: nn.BatchNorm1d(96).eval()),
    ("bn", {"eps": LARGE}, (MAPS,), lambda: nn.BatchNorm2d(64, 0.25)),
    ("bn", {"eps": LARGE}, (TOKENS,), lambda: Swapped(nn.BatchNorm1d(96, 0.25))),
    ("bn", {"affine": False}, (TOKENS,), lambda: Swapped(nn.BatchNorm1d(96, affine=False))),
    ("layernorm", {}, (TOKENS,), lambda: nn.LayerNorm(96)),
    ("layernorm", {"bias": False}, (TOKENS,), lambda: nn.LayerNorm(96, bias=False)),
    ("layernorm", {"affine": False}, (VECTOR,), lambda: nn.LayerNorm(96, elementwise_affine=False)),
    ("layernorm", {}, (MAPS,), lambda: ChannelsLast(nn.LayerNorm(64))),
    ("layernorm", {"eps": LARGE}, (TOKENS,), lambda: nn.LayerNorm(96, 0.25)),
    ("layernorm", {"eps": LARGE, "bias": False}, (MAPS,), lambda: ChannelsLast(nn.LayerNorm(64, 0.25, bias=False))),
    ("layernorm", {"affine": False}, (MAPS,), lambda: ChannelsLast(nn.LayerNorm(64, elementwise_affine=False))),
    ("groupnorm", {"groups": 32}, (MAPS,), lambda: nn.GroupNorm(32, 64)),
    ("groupnorm", {"groups": 1, "affine": False}, (MAPS,), lambda: nn.GroupNorm(1, 64, affine=False)),
    ("groupnorm", {"groups": 8, "eps": LARGE}, (MAPS,), lambda: nn.GroupNorm(8, 64, 0.25)),
    ("groupnorm", {"groups": 8, "eps": LARGE}, (TOKENS,), lambda: Swapped(nn.GroupNorm(8, 96, 0.25))),
    ("groupnorm", {"groups": 8, "affine": False}, (TOKENS,), lambda: Swapped(nn.GroupNorm(8, 96, affine=False))),
    ("groupnorm", {"groups": 8}, (VECTOR,), lambda: nn.GroupNorm(8, 96)),
    ("lrn", {"size": 5}, (MAPS,), lambda: nn.LocalResponseNorm(5, k=2)),
    ("lrn", {"size": 4, "alpha": 3, "beta": LARGE, "k": 1}, (MAPS,), lambda: nn.LocalResponseNorm(4, 3, 0.25, 1)),
    ("relu", {}, (MAPS,), nn.ReLU),
    ("relu6", {}, (MAPS,), nn.ReLU6),
    ("leaky_relu", {}, (MAPS,), nn.LeakyReLU),
    ("leaky_relu", {"slope": LARGE}, (MAPS,), lambda: nn.LeakyReLU(0.25)),
    ("gelu", {}, (TOKENS,), nn.GELU),
    ("silu", {}, (MAPS,), nn.SiLU),
    ("hardswish", {}, (MAPS,), nn.Hardswish),
    ("sigmoid", {}, (VECTOR,), nn.Sigmoid),
    ("hardsigmoid", {}, (VECTOR,), nn.Hardsigmoid),
    ("tanh", {}, (MAPS,), nn.Tanh),
    ("softmax", {}, (VECTOR,), lambda: nn.Softmax(-1)),
    ("softmax", {}, (MAPS,), nn.Softmax2d),
    ("linear", {"out": 10}, (VECTOR,), lambda: nn.Linear(96, 10)),
    ("linear", {"out": 384, "bias": False}, (TOKENS,), lambda: nn.Linear(96, 384, False)),
    ("linear", {"out": 7}, (tokens(4, 50, 96),), lambda: nn.Linear(96, 7)),
    (
        "sparse_conv",
        {"reads": ((0, 2, 5), (4,), (63, 0), (5, 2, 0)), "kernel": 3},
        (MAPS,),
        lambda: KernelByKernel(((0, 2, 5), (4,), (63, 0), (5, 2, 0))),
    ),
    (
        "sparse_conv",
        {"reads": ((1, 0), (0, 1, 2)), "kernel": 3, "stride": 2, "pad": 1, "bias": False},
        (picture(3, 9, 8),),
        lambda: KernelByKernel(((1, 0), (0, 1, 2)), False, stride=2, padding=1),
    ),
    ("rbf", {"out": 10}, (VECTOR,), lambda: CodeByCode(10, 96)),
    ("rbf", {"out": 3}, (TOKENS,), lambda: CodeByCode(3, 96)),
    ("embedding", {"count": 1000, "width": 64}, (tokens(128),), lambda: nn.Embedding(1000, 64)),
    ("scale", {}, (TOKENS,), lambda: Learned(lambda x, scale: x * scale, 96)),
    ("scale", {}, (MAPS,), lambda: Learned(lambda x, scale: x * scale, 64, 1, 1)),
    ("scale", {"bias": True}, (TOKENS,), lambda: Learned(lambda x, both: x * both[0] + both[1], 2, 96)),
    ("multiply", {"by": 2}, (TOKENS,), lambda: lambda x: x + x),
    ("multiply", {"by": LARGE}, (MAPS,), lambda: lambda x: x / 4),
    ("identity", {}, (MAPS,), nn.Identity),
    ("dropout", {}, (MAPS,), nn.Dropout),
    ("dropout", {"p": LARGE}, (MAPS,), lambda: nn.Dropout(0.25)),
    ("flatten", {}, (MAPS,), nn.Flatten),
    ("flatten", {}, (TOKENS,), nn.Flatten),
    ("flatten", {}, (VECTOR,), nn.Flatten),
    ("rearrange", {"pattern": "c h w -> (h w) c"}, (MAPS,), lambda: lambda x: x.flatten(-2).mT),
    ("rearrange", {"pattern": "(g c) h w -> (c g) h w", "sizes": {"g": 4}}, (MAPS,), lambda: nn.ChannelShuffle(4)),
    (
        "rearrange",
        {"pattern": "(c p q) h w -> c (h p) (w q)", "sizes": {"p": 4, "q": 4}},
        (MAPS,),
        lambda: nn.PixelShuffle(4),
    ),
    (
        "rearrange",
        {"pattern": "c (h p) (w q) -> (c p q) h w", "sizes": {"p": 3, "q": 3}},
        (MAPS,),
        lambda: nn.PixelUnshuffle(3),
    ),
    ("take", {"index": 0}, (TOKENS,), lambda: lambda x: x[:, 0]),
    ("take", {"index": -50}, (TOKENS,), lambda: lambda x: x[:, -50]),
    ("pad", {"pad": (1, 2, 3, 4)}, (MAPS,), lambda: nn.ZeroPad2d((3, 4, 1, 2))),
    ("pad", {"pad": {"bottom": 1}}, (MAPS,), lambda: nn.ZeroPad2d((0, 0, 0, 1))),
    ("pad", {"pad": (-1, 1, -2, 0)}, (MAPS,), lambda: lambda x: nn.functional.pad(x[..., 1:, 2:], (0, 0, 0, 1))),
    ("pad", {"pad": -3}, (MAPS,), lambda: lambda x: x[..., 3:-3, 3:-3]),
    ("pad_channels", {"after": 32}, (MAPS,), lambda: lambda x: torch.cat([x, torch.zeros_like(x)[:, :32]], 1)),
    ("pad_channels", {"before": 5, "after": 3}, (MAPS,), lambda: nn.ConstantPad3d((0, 0, 0, 0, 5, 3), 0)),
    ("spatial_shift", {}, (MAPS,), lambda: four_ways),
    ("spatial_shift", {}, (picture(8, 1, 3),), lambda: four_ways),
    ("cycle_shift", {"kernel": (1, 3)}, (MAPS,), lambda: lambda x: moved(x, (0, 1, -1), -1)),
    ("cycle_shift", {"kernel": (4, 1)}, (MAPS,), lambda: lambda x: moved(x, (0, 1, -2, -1), -2)),
    ("cycle_shift", {"kernel": 1}, (MAPS,), lambda: lambda x: x.clone()),
    ("upsample", {"factor": 2}, (MAPS,), lambda: nn.Upsample(scale_factor=2)),
    ("upsample", {"factor": (3, 1), "mode": "bilinear"}, (MAPS,), lambda: nn.Upsample(scale_factor=(3, 1), mode="bilinear")),
    ("upsample", {"size": (40, 33)}, (MAPS,), lambda: nn.Upsample((40, 33))),
    ("split", {"parts": 4}, (MAPS,), lambda: lambda x: x.chunk(4, 1)),
    ("split", {"parts": (32, 60, 4)}, (TOKENS,), lambda: lambda x: x.split((32, 60, 4), -1)),
    ("add", {}, (MAPS, MAPS, MAPS), lambda: lambda a, b, c: a + b + c),
    ("mul", {}, (MAPS, MAPS), lambda: lambda a, b: a * b),
    ("mul", {}, (MAPS, picture(64, 1, 1)), lambda: lambda a, b: a * b),
    ("mul", {}, (tokens(64), MAPS), lambda: lambda a, b: a[..., None, None] * b),
    ("mul", {}, (picture(64, 1, 1), picture(1, 12, 15)), lambda: lambda a, b: a * b),
    ("mul", {}, (TOKENS, VECTOR), lambda: lambda a, b: a * b[:, None]),
    ("mul", {}, (TOKENS, tokens(1, 96)), lambda: lambda a, b: a * b),
    ("mul", {}, (tokens(50, 1), TOKENS), lambda: lambda a, b: a * b),
    ("concat", {}, (MAPS, picture(32, 12, 15)), lambda: lambda *x: torch.cat(x, -3)),
    ("concat", {}, (TOKENS, tokens(50, 4), TOKENS), lambda: lambda *x: torch.cat(x, -1)),
    ("concat", {}, (picture(2, 3, 4),) * 40, lambda: lambda *x: torch.cat(x, -3)),
    ("concat", {"axis": "T"}, (TOKENS, tokens(1, 96)), lambda: lambda *x: torch.cat(x, -2)),
    ("concat", {"axis": "W"}, (MAPS, picture(64, 12, 1)), lambda: lambda *x: torch.cat(x, -1)),
    ("attention", {"heads": 12}, (TOKENS,), lambda: TorchAttention(96, 12, True)),
    ("attention", {"heads": 3, "bias": False}, (TOKENS,), lambda: TorchAttention(96, 3, False)),
    ("attention", {"heads": 3, "head_width": 32}, (TOKENS,), lambda: Attention(96, 3, 32, True)),
    ("attention", {"heads": 5, "head_width": 8, "bias": False}, (TOKENS,), lambda: Attention(96, 5, 8, False)),
    ("attention", {"heads": 5, "head_width": 8}, (TOKENS,), lambda: Attention(96, 5, 8, True)),
    (
        "window_attention",
        {"heads": 4, "window": 3},
        (MAPS,),
        lambda: TorchWindowAttention(64, 4, (3, 3), (0, 0), True),
    ),
    (
        "window_attention",
        {"heads": 2, "window": 5, "shift": 2},
        (picture(8, 12, 15),),
        lambda: TorchWindowAttention(8, 2, (5, 5), (2, 2), True),
    ),
    (
        "window_attention",
        {"heads": 3, "window": (2, 7), "shift": (1, 0), "bias": False},
        (picture(6, 6, 6),),
        lambda: TorchWindowAttention(6, 3, (2, 7), (1, 0), False),
    ),
    ("class_token", {}, (TOKENS,), lambda: Learned(lambda x, token: torch.cat([token.expand(len(x), 1, -1), x], 1), 96)),
    ("position", {}, (TOKENS,), lambda: Learned(lambda x, position: x + position, 50, 96)),
]

COUNTS_BIASES = ("conv", "conv_transpose", "sparse_conv", "linear", "attention", "window_attention")


def named(case: tuple[str, dict[str, Any], tuple[Any, ...], Any]) -> str:
    kind, fields, inputs, _ = case
    few = inputs if len(inputs) < 4 else (*inputs[:1], "...")
    return f"{kind}-{fields}-{' and '.join(map(str, few))}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_rule_says_what_torch_does(case: tuple[str, dict[str, Any], tuple[Any, ...], Any]) -> None:
    kind, fields, inputs, build = case
    ours = work(kind, *inputs, **fields)
    with torch.device("meta"):
        module = build()
    theirs = measure(module, *inputs, dtype=torch.long if kind == "embedding" else None)
    assert [tuple(out) for out in ours.outputs] == theirs.outputs
    assert ours.params_count == theirs.params
    assert ours.params_no_bias == theirs.params - (theirs.biases if kind in COUNTS_BIASES else 0)
    assert ours.buffers == theirs.buffers
    assert ours.macs == theirs.macs


def test_every_kind_is_held_against_torch() -> None:
    assert {kind for kind, *_ in CASES} == set(KINDS)


# With an axis in front a vector is tokens; flatten joins these, and groupnorm takes them together.
LED = [case for case in CASES if case[0] not in ("flatten", "groupnorm") or len(case[2][0]) > 1]


@pytest.mark.parametrize("case", LED, ids=named)
def test_four_pictures_or_windows_of_tokens_cost_four_times_as_much(case: tuple[str, dict[str, Any], Any, Any]) -> None:
    kind, fields, inputs, _ = case
    alone, led = work(kind, *inputs, **fields), work(kind, *(x.like((4, *x)) for x in inputs), **fields)
    assert [tuple(out) for out in led.outputs] == [(4, *out) for out in alone.outputs]
    assert (led.macs, led.elementwise, led.activations) == (4 * alone.macs, 4 * alone.elementwise, 4 * alone.activations)
    assert (led.params_count, led.params_no_bias, led.buffers) == (alone.params_count, alone.params_no_bias, alone.buffers)
    assert led.windows == alone.windows
