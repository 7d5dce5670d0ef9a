"""Counting on torch's meta device takes little more memory than loading torch does, however large the network."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.measure import by_turns

pytest.importorskip("torch")

BOUND = 1.5
TORCH = ["-c", "import torch"]
VERIFY = ["-m", "archcalc", "verify"]
LARGE = {
    "every model, a batch of 4096": [*VERIFY, "--all", "--device", "meta", "--batch", "4096"],
    "resnet152 on 4096 x 4096": [*VERIFY, "resnet152", "--device", "meta", "--input", "3x4096x4096"],
}


@pytest.mark.parametrize("name", LARGE)
def test_counting_needs_no_memory(name: str, note: Callable[[str], None]) -> None:
    ours, theirs = by_turns([LARGE[name], TORCH], 1)
    ratio = ours.peak / theirs.peak
    sizes = f"{ours.peak / 1e6:.0f} MB, import torch {theirs.peak / 1e6:.0f} MB"
    note(f"verify on meta, {name}: {sizes}, ratio {ratio:.2f} (at most {BOUND})")
    assert ratio <= BOUND
