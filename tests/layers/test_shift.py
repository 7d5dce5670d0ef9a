"""What layers see that move channels, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import SpecError
from layers.helpers import picture, work
from layers.networks import network_of

torch = pytest.importorskip("torch")

CASES: list[tuple[str, dict[str, Any], int]] = [
    ("spatial_shift", {}, 4),
    ("cycle_shift", {"kernel": (1, 3)}, 7),
    ("cycle_shift", {"kernel": (5, 1)}, 5),
    ("cycle_shift", {"kernel": (1, 4)}, 4),
    ("cycle_shift", {"kernel": 1}, 1),
]


@pytest.mark.parametrize(("kind", "fields", "channels"), CASES)
def test_a_position_sees_a_window(kind: str, fields: dict[str, Any], channels: int) -> None:
    x = torch.rand(1, channels, 12, 12, dtype=torch.double, requires_grad=True)
    network_of(kind, picture(channels, 12, 12), **fields)(x)[..., 6, 6].sum().backward()
    seen = x.grad[0].sum(0).nonzero()
    high, wide = (seen.amax(0) - seen.amin(0) + 1).tolist()
    assert work(kind, picture(channels, 12, 12), **fields).windows == ((high, 1), (wide, 1))


@pytest.mark.parametrize(
    ("kind", "fields", "channels", "why"),
    [
        ("spatial_shift", {}, 6, "evenly into four groups"),
        ("cycle_shift", {"kernel": 3}, 9, "along one axis"),
        ("cycle_shift", {"kernel": (1, 3)}, 2, "a channel for each distance"),
    ],
)
def test_what_cannot_be_moved_is_refused(kind: str, fields: dict[str, Any], channels: int, why: str) -> None:
    with pytest.raises(SpecError, match=why):
        work(kind, picture(channels, 8, 8), **fields)
