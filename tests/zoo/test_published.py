"""What the specs claim was published holds; and every model is held against something that no one here wrote."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.claims import Checked, read_claims, value_text
from zoo.tables import families

CHECKED = [one for result in archcalc.check() for one in result.checked]


@pytest.mark.parametrize("checked", CHECKED, ids=[f"{one.claim.model}-{one.claim.what}-{one.claim.text}" for one in CHECKED])
def test_claim(checked: Checked) -> None:
    said = f"{checked.claim.source} prints {checked.claim.text}; the arithmetic gives {value_text(checked)}"
    assert checked.good, f"{checked.claim.place}: {said}"


def test_every_model_has_a_counterpart_or_else_a_reason_and_claims() -> None:
    for family in families():
        compared = {case.name for case in (*family.same, *family.counted)}
        assert not compared & family.unmatched.keys()
        assert compared | family.unmatched.keys() == set(family.figures), family.name
    unmatched = {name for family in families() for name in family.unmatched}
    claimed = {claim.model for model in archcalc.models() for claim in read_claims(model.spec)}
    assert unmatched <= claimed
