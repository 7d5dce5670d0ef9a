"""From text to totals, in one process: in milliseconds of the machine on which the bounds were stated, and as networks grow."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from benchmarks.measure import best, by_turns, compared, millisecond, timed

FEW, MANY = 1_000, 100_000


@pytest.mark.parametrize(
    ("file", "variant", "bound", "params"),
    [("vgg.yaml", "vgg16", 3, 138_357_544), ("resnet.yaml", "resnet152", 20, 60_192_808)],
    ids=["vgg16", "resnet152"],
)
def test_text_to_totals(file: str, variant: str, bound: float, params: int, note: Callable[[str], None]) -> None:
    def milliseconds() -> float:
        figures = timed("text", file, variant)
        assert figures["params"] == params
        note(
            f"{variant} from text to totals: {1000 * figures['seconds']:.2f} ms, or {figures['ratio']:.2f} ms of the reference "
            f"machine (at most {bound})"
        )
        return figures["ratio"]

    assert best(milliseconds, bound) <= bound


@pytest.mark.parametrize("net", ["repeated", "varied"])
def test_cost_grows_with_the_layers_and_no_faster(net: str, note: Callable[[str], None]) -> None:
    """Per layer at most 1.5 times as much among 100,000 as among 1,000, and all of them in 5 s."""

    def excess() -> float:
        figures = timed("growth", net, str(FEW), str(MANY))
        reference = figures["milliseconds"] / 1000
        note(f"{MANY:,} layers, {net}: {figures['seconds']:.2f} s, or {reference:.2f} s of the reference machine (at most 5)")
        note(f"{MANY:,} layers, {net}: one costs {figures['per_layer']:.2f} times one among {FEW:,} (at most 1.5)")
        return max(figures["per_layer"] / 1.5, figures["milliseconds"] / 5_000)

    assert best(excess, 1) <= 1


@pytest.mark.parametrize("net", ["repeated", "varied"])
def test_many_layers_fit_in_memory(net: str, note: Callable[[str], None]) -> None:
    (runs,) = by_turns([["-m", "benchmarks.timings", "once", net, str(MANY)]], 1)
    note(f"{MANY:,} layers, {net}: {runs.peak / 1e6:.0f} MB (at most 600)")
    assert runs.peak <= 600e6


def test_compared_tells_twice_as_much_from_as_much() -> None:
    """As elsewhere, a busy machine is forgiven: one of a few measurements has to be right."""

    def off() -> float:
        return abs(compared(lambda: (millisecond(), millisecond()), millisecond, rounds=15).ratio - 2)

    assert best(off, 0.4) < 0.4


def test_compared_sees_a_wait() -> None:
    assert compared(lambda: time.sleep(0.05), lambda: time.sleep(0.005), rounds=3).ratio > 5
