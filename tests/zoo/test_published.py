"""What the specs claim was published holds; and every model is held against something that no one here wrote."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from zoo.published import Claim, claims, claims_of, exact, holds
from zoo.tables import families


@pytest.mark.parametrize("claim", claims(), ids=str)
def test_claim(claim: Claim) -> None:
    value = exact(claim)
    assert holds(claim.figure, value) != bool(claim.erratum), f"{claim.source} prints {claim.figure}; the arithmetic: {value}"


@pytest.mark.parametrize(
    ("figure", "value", "expected"),
    [
        ("138M", 138_357_544, True),
        ("3.8 x 10^9", 3_857_973_248, True),  # truncated
        ("3.9G", 3_857_973_248, True),  # rounded
        ("4G", 3_857_973_248, True),
        ("3.7G", 3_857_973_248, False),
        ("60,000", 60_000, True),
        ("60,000", 60_001, False),
        ("28x28x192", "28x28x192", True),
        ("28x28x192", "192x28x28", False),
    ],
)
def test_figures_hold_rounded_or_truncated(figure: str, value: Any, expected: bool) -> None:
    assert holds(figure, value) == expected


def test_every_model_has_a_counterpart_or_else_a_reason_and_claims() -> None:
    for family in families():
        compared = {case.name for case in (*family.same, *family.counted)}
        assert not compared & family.unmatched.keys()
        assert compared | family.unmatched.keys() == set(family.figures), family.name
    unmatched = {name for family in families() for name in family.unmatched}
    assert {model.name for model in archcalc.models() if model.name in unmatched and not claims_of(model)} == set()
