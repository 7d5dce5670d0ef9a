"""A cold command costs little more than the libraries that any command with a table loads."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from benchmarks.measure import HERE, best, by_turns, python

BASELINE = [str(HERE / "baseline.py")]
PAIRS = 9
VGG16, RESNET152 = ["-m", "archcalc", "vgg16", "--table"], ["-m", "archcalc", "resnet152", "--json"]


@pytest.mark.parametrize(("command", "bound"), [(VGG16, 1.25), (RESNET152, 1.5)], ids=["vgg16 --table", "resnet152 --json"])
def test_wall_time(command: list[str], bound: float, note: Callable[[str], None]) -> None:
    def ratio() -> float:
        ours, theirs = by_turns([command, BASELINE], PAIRS)
        note(
            f"{' '.join(command[1:])}: {1000 * min(ours.seconds):.0f} ms, baseline {1000 * min(theirs.seconds):.0f} ms, "
            f"ratio {ours.times(theirs):.2f} (at most {bound})"
        )
        return ours.times(theirs)

    assert best(ratio, bound) <= bound


def test_peak_memory(note: Callable[[str], None]) -> None:
    ours, theirs = by_turns([VGG16, BASELINE], 3)
    note(f"archcalc vgg16 --table: {ours.peak / 1e6:.1f} MB, baseline {theirs.peak / 1e6:.1f} MB (at most 1.25 times)")
    assert ours.peak <= 1.25 * theirs.peak


def test_the_commands_do_their_work() -> None:
    """What is timed above prints what it should: a command that does nothing is quick."""
    assert "138,357,544" in python(*VGG16)
    assert "60192808" in python(*RESNET152)
    assert python(*BASELINE).count("conv") >= 22


@lru_cache
def _loads(megabytes: int) -> float:
    return by_turns([["-c", f"x = bytearray({megabytes}_000_000)"]], 1)[0].peak


def test_peaks_are_the_commands_own() -> None:
    """Neither hidden by the peak of the process that measures (this one may have torch loaded), nor missed."""
    assert _loads(1) < 30e6
    assert _loads(200) - _loads(1) == pytest.approx(199e6, rel=0.02)


def test_times_are_told_apart() -> None:
    slow, quick = by_turns([["-c", "import time; time.sleep(0.3)"], ["-c", "pass"]], 3)
    assert slow.times(quick) > 1.5
