"""The window that a layer states, against what its outputs depend on: gradients say which input positions each one sees."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.layers.base import ALL
from layers.helpers import picture, tokens, work

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional


def ones(module: Any) -> Any:
    """The module with all weights 1, so that no gradient cancels."""
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    return module


def unshuffle(x: Any) -> Any:
    return F.pixel_unshuffle(x, 3)


def strided(x: Any) -> Any:
    """c (p h) w -> (p c) h w, with p = 3."""
    batch, channels, h, w = x.shape
    return x.reshape(batch, channels, 3, h // 3, w).permute(0, 2, 1, 3, 4).reshape(batch, 3 * channels, h // 3, w)


SIZE = 24
CASES: list[tuple[str, dict[str, Any], Any]] = [
    ("conv", {"out": 1, "kernel": 3, "pad": 1}, lambda: ones(nn.Conv2d(1, 1, 3, 1, 1))),
    ("conv", {"out": 1, "kernel": 5, "stride": 2}, lambda: ones(nn.Conv2d(1, 1, 5, 2))),
    ("conv", {"out": 1, "kernel": 3, "stride": 3, "dilation": 4}, lambda: ones(nn.Conv2d(1, 1, 3, 3, 0, 4))),
    ("conv_transpose", {"out": 1, "kernel": 2, "stride": 2}, lambda: ones(nn.ConvTranspose2d(1, 1, 2, 2))),
    ("conv_transpose", {"out": 1, "kernel": 4, "stride": 2, "pad": 1}, lambda: ones(nn.ConvTranspose2d(1, 1, 4, 2, 1))),
    ("conv_transpose", {"out": 1, "kernel": 5, "stride": 3}, lambda: ones(nn.ConvTranspose2d(1, 1, 5, 3))),
    ("avgpool", {"kernel": 3, "stride": 2, "pad": 1, "ceil": True}, lambda: nn.AvgPool2d(3, 2, 1, True)),
    ("adaptive_avgpool", {"size": 6}, lambda: nn.AdaptiveAvgPool2d(6)),
    ("adaptive_avgpool", {"size": 7}, lambda: nn.AdaptiveAvgPool2d(7)),
    ("adaptive_avgpool", {"size": 10}, lambda: nn.AdaptiveAvgPool2d(10)),
    ("upsample", {"factor": 3}, lambda: nn.Upsample(scale_factor=3)),
    ("upsample", {"factor": 3, "mode": "bilinear"}, lambda: nn.Upsample(scale_factor=3, mode="bilinear")),
    ("upsample", {"size": 36, "mode": "bilinear"}, lambda: nn.Upsample(36, mode="bilinear")),
    ("pad", {"pad": 2}, lambda: nn.ZeroPad2d(2)),
    ("rearrange", {"pattern": "c (h p) (w q) -> (c p q) h w", "sizes": {"p": 3, "q": 3}}, lambda: unshuffle),
    ("rearrange", {"pattern": "c (p h) w -> (p c) h w", "sizes": {"p": 3}}, lambda: strided),
]


def seen_along_h(module: Any) -> list[tuple[int, int]]:
    """For each output row, the first and last input row that it depends on."""
    x = torch.rand(1, 1, SIZE, SIZE, dtype=torch.double, requires_grad=True)
    out = (module.double() if isinstance(module, nn.Module) else module)(x)
    rows = []
    for i in range(out.shape[2]):
        (gradient,) = torch.autograd.grad(out[:, :, i].sum(), x, retain_graph=True)
        touched = gradient.abs().sum((0, 1, 3)).nonzero().flatten().tolist()
        if touched:
            rows.append((touched[0], touched[-1]))
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_windows_are_as_wide_as_what_is_seen(case: tuple[str, dict[str, Any], Any]) -> None:
    kind, fields, build = case
    window = work(kind, picture(1, SIZE, SIZE), **fields).windows
    kernel, stride = window[0] if window else (1, 1)
    rows = seen_along_h(build())
    inner = [(a, b) for a, b in rows if a > 0 and b < SIZE - 1] or rows  # at the border some of it is padding
    assert max(b - a + 1 for a, b in inner) == kernel
    steps = len(inner) - 1
    assert abs((inner[-1][0] - inner[0][0]) - steps * stride) <= 1, "the windows do not move by the stride"


MIXERS: list[tuple[str, dict[str, Any], Any]] = [
    ("global_avgpool", {}, picture(3, 4, 4)),
    ("global_maxpool", {"keep": True}, picture(3, 4, 4)),
    ("adaptive_avgpool", {"size": 1}, picture(3, 4, 4)),
    ("flatten", {}, picture(3, 4, 4)),
    ("attention", {"heads": 1}, tokens(4, 8)),
    ("rearrange", {"pattern": "c h w -> (c h w)"}, picture(3, 4, 4)),
    ("rearrange", {"pattern": "c h w -> c (h w)"}, picture(3, 4, 4)),
    ("rearrange", {"pattern": "t d -> (t d)"}, tokens(4, 8)),
]


@pytest.mark.parametrize(("kind", "fields", "x"), MIXERS)
def test_layers_that_mix_all_positions_say_so(kind: str, fields: dict[str, Any], x: Any) -> None:
    assert work(kind, x, **fields).windows == ALL


WINDOWS: list[tuple[str, Any, dict[str, int], Any]] = [
    ("c h w -> (h w) c", picture(3, 4, 6), {}, ((1, 1), (1, 1))),
    ("c (h p) (w q) -> (h w) (p q) c", picture(3, 4, 6), {"p": 2, "q": 3}, ((1, 1), (1, 1))),
    ("c (h p) (w q) -> (h w) (p q c)", picture(3, 4, 6), {"p": 2, "q": 3}, ((2, 2), (3, 3))),
    ("(h p w q) c -> (h w) (p q c)", tokens(24, 5), {"h": 2, "p": 2, "q": 3}, ((2, 2), (3, 3))),
    ("(h w) c -> c h w", tokens(24, 5), {"h": 4}, None),
    ("c h w -> w (c h)", picture(3, 4, 6), {}, ((4, 4), (1, 1))),
]


@pytest.mark.parametrize(("pattern", "x", "sizes", "windows"), WINDOWS)
def test_rearrange_reads_what_it_turns_into_features(pattern: str, x: Any, sizes: dict[str, int], windows: Any) -> None:
    assert work("rearrange", x, pattern=pattern, sizes=sizes).windows == windows
