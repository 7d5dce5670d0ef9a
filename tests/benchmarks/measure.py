"""Measuring in ratios: every figure is divided by one measured beside it, in the same run, so that a slow machine passes too.

The machines that tests run on are shared, and change their speed by a factor of two from one second to the next. So what is
compared is measured by turns, each pair gives one ratio, and the median of the ratios counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

HERE = Path(__file__).parent
TRIES = 3

Work = Callable[[], object]


def best(measure: Callable[[], float], bound: float) -> float:
    """The lowest of up to TRIES measurements, none more than needed: a busy machine is forgiven, a slow program is not."""
    lowest = measure()
    for _ in range(TRIES - 1):
        if lowest <= bound:
            break
        lowest = min(lowest, measure())
    return lowest


# ------------------------------------------------------------------------------------------ in one process


class Compared(NamedTuple):
    """How long something takes: in turns of a reference, and in seconds, for people to read."""

    ratio: float
    seconds: float


def compared(work: Work, reference: Work, rounds: int) -> Compared:
    """What one call of `work` takes, as a multiple of one call of `reference`.

    The reference is repeated, half of it before and half after, for about as long as the work: one quick call would see only a
    quiet moment, where a long one sees the good and the bad.
    """
    works, ratios = [], []
    share = seconds_of(work) / 2
    for _ in range(rounds):
        before, seconds, after = repeated(reference, share), seconds_of(work), repeated(reference, share)
        works.append(seconds)
        ratios.append(seconds / fmean([before, after]))
    return Compared(median(ratios), min(works))


def repeated(work: Work, at_least: float) -> float:
    """Mean seconds of one call, called again and again for `at_least` so many seconds."""
    calls, spent = 0, 0.0
    while calls == 0 or spent < at_least:
        spent += seconds_of(work)
        calls += 1
    return spent / calls


def seconds_of(work: Work) -> float:
    """Wall seconds of one call. What it returns is taken down after the clock has stopped."""
    start = time.perf_counter()
    result = work()
    stop = time.perf_counter()
    del result
    return stop - start


def millisecond() -> int:
    """Plain Python of the sort that archcalc is made of, which takes 1.0 ms on the machine on which the bounds were stated.

    Measured there when nothing else ran: Python 3.11, 0.51 ms a round.
    """
    total = 0
    for _ in range(2):
        table: dict[str, tuple[int, int, int]] = {}
        for number in range(1_000):
            shape = (number % 7, number, number + 1)
            table[f"layer{number}"] = shape
            total += _volume(shape) // (number + 1)
        total += sum(len(name) * shape[1] for name, shape in table.items())
    return total


def _volume(shape: tuple[int, ...]) -> int:
    volume = 1
    for size in shape:
        volume *= size
    return volume


# ------------------------------------------------------------------------------------------ in processes of their own


class Runs(NamedTuple):
    """What one command took, run by run: wall seconds and peak bytes."""

    seconds: list[float]
    peaks: list[int]

    def times(self, other: Runs) -> float:
        """How many times as long as the other's it took, in the median pair of runs."""
        return median(mine / theirs for mine, theirs in zip(self.seconds, other.seconds, strict=True))

    @property
    def peak(self) -> float:
        """The median of the peaks, in bytes."""
        return median(self.peaks)


def by_turns(commands: Sequence[Sequence[str]], rounds: int) -> list[Runs]:
    """Runs python with each of these lists of arguments, by turns, always in a fresh process."""
    task = json.dumps({"commands": [[sys.executable, *arguments] for arguments in commands], "rounds": rounds})
    runs = json.loads(python("-S", str(HERE / "launcher.py"), task))
    return [Runs([seconds for seconds, _ in run], [peak for _, peak in run]) for run in runs]


def timed(task: str, *arguments: str) -> dict[str, Any]:
    """The figures that a task of timings.py gives, in an interpreter that has loaded nothing else."""
    figures: dict[str, Any] = json.loads(python("-m", "benchmarks.timings", task, *arguments))
    return figures


def python(*arguments: str) -> str:
    """What python prints with these arguments; a failure is the test's."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), cwd=HERE.parent, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stderr[-2000:]}"
    return done.stdout


def environment() -> dict[str, str]:
    """Ours, but with compiled modules kept, as they are for a user, and with the archcalc that these tests import."""
    import archcalc

    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(Path(next(iter(archcalc.__path__))).parent)}
