"""The zoo as a whole is quick: to list, to list with figures, to check with all claims, to ask about, to work out at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.measure import best, by_turns, python, timed

LIST, LONG, VGG16 = (["-m", "archcalc", *words] for words in (["list"], ["list", "--long"], ["vgg16"]))
CHECK, CHECK_ONE = (["-m", "archcalc", "check", *words] for words in ([], ["vgg16"]))
VGG16_SECONDS = 0.16  # what `archcalc vgg16` takes on the reference machine, on which the long list may take 4 s, the check 6 s


@pytest.mark.parametrize(
    ("command", "bound"),
    [(LIST, 1.5), (LONG, 4 / VGG16_SECONDS), (CHECK, 6 / VGG16_SECONDS), (CHECK_ONE, 1.5)],
    ids=["list", "list --long", "check", "check vgg16"],
)
def test_listing_and_checking(command: list[str], bound: float, note: Callable[[str], None]) -> None:
    def ratio() -> float:
        ours, one = by_turns([command, VGG16], 5)
        note(
            f"{' '.join(command[1:])}: {1000 * min(ours.seconds):.0f} ms, archcalc vgg16 {1000 * min(one.seconds):.0f} ms, "
            f"ratio {ours.times(one):.2f} (at most {bound:g})"
        )
        return ours.times(one)

    assert best(ratio, bound) <= bound


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_quiz_begins_as_quickly_as_a_table(seed: str, note: Callable[[str], None]) -> None:
    """Its input is at an end at once, so that it ends behind the first question."""
    quiz, table = ["-m", "archcalc", "quiz", "--seed", seed, "--no-history"], [*VGG16, "--table"]
    assert "1 of 10: " in python(*quiz)

    def ratio() -> float:
        ours, one = by_turns([quiz, table], 5)
        note(
            f"archcalc quiz --seed {seed}: {1000 * min(ours.seconds):.0f} ms, archcalc vgg16 --table "
            f"{1000 * min(one.seconds):.0f} ms, ratio {ours.times(one):.2f} (at most 1.5)"
        )
        return ours.times(one)

    assert best(ratio, 1.5) <= 1.5


def test_all_models_in_one_process(note: Callable[[str], None]) -> None:
    """In 3 s of the reference machine."""

    def milliseconds() -> float:
        figures = timed("zoo")
        note(
            f"{figures['models']} models read and worked out: {figures['seconds']:.2f} s, "
            f"or {figures['milliseconds'] / 1000:.2f} s of the reference machine (at most 3)"
        )
        return float(figures["milliseconds"])

    assert best(milliseconds, 3_000) <= 3_000


def test_the_commands_do_their_work() -> None:
    assert "efficientnet_b7" in python(*LIST)
    assert "66.35M" in python(*LONG)
    assert " models in " in python(*CHECK)
    assert python(*CHECK_ONE).startswith("✓ 1 model in 1 spec can be built; ")
