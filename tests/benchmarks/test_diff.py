"""Deep networks are compared layer by layer in about the time that it takes to work them out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.measure import best, by_turns, python

VGG16 = ["-m", "archcalc", "vgg16"]
VGG16_SECONDS = 0.16  # what `archcalc vgg16` takes on the reference machine, on which the bounds are 1 s and 3 s


@pytest.mark.parametrize(("pair", "seconds"), [(("resnet152", "resnet101"), 1), (("resnet1202", "resnet110"), 3)])
def test_diff(pair: tuple[str, str], seconds: float, note: Callable[[str], None]) -> None:
    command, bound = ["-m", "archcalc", "diff", *pair], seconds / VGG16_SECONDS

    def ratio() -> float:
        ours, one = by_turns([command, VGG16], 5)
        note(
            f"{' '.join(command[1:])}: {1000 * min(ours.seconds):.0f} ms, archcalc vgg16 {1000 * min(one.seconds):.0f} ms, "
            f"ratio {ours.times(one):.2f} (at most {bound:g})"
        )
        return ours.times(one)

    assert best(ratio, bound) <= bound


def test_the_command_does_its_work() -> None:
    assert "17 blocks" in python("-m", "archcalc", "diff", "resnet50", "resnet101")
