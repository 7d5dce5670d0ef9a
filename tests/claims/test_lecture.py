"""The lecture, whole: its figures are claims, each with its slide, in the order of the slides and before those of papers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

import archcalc
from archcalc.claims import ERRATUM, Claim, read_claims

LECTURE = "CS231n lecture 12"
SLIDES = 127
CHECKED = [one for result in archcalc.check(source=LECTURE) for one in result.checked]


def of(model: str) -> list[Claim]:
    return [one.claim for one in CHECKED if one.claim.model == model]


def test_there_are_many() -> None:
    assert len(CHECKED) >= 260
    assert all(one.good for one in CHECKED)


def test_each_says_where_it_stands() -> None:
    for one in CHECKED:
        assert one.claim.source == LECTURE or one.claim.source.startswith(f"{LECTURE}, "), one.claim.place
        assert one.claim.slide is not None and 1 <= one.claim.slide <= SLIDES, one.claim.place


def test_each_stands_once() -> None:
    keys = Counter((claim.model, claim.quantity, claim.of, claim.at, claim.text, tuple(claim.settings.items()), claim.slide,
                    claim.source) for claim in (one.claim for one in CHECKED))  # fmt: skip
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("model", sorted({one.claim.model for one in CHECKED}))
def test_they_come_first_and_in_order(model: str) -> None:
    claims = [claim for claim in read_claims(archcalc.load(model).spec) if claim.model == model]
    assert all(claim.source.startswith(LECTURE) for claim in claims[: len(of(model))])
    assert all(a.slide <= b.slide for a, b in pairwise(of(model)) if a.slide is not None and b.slide is not None)


def test_every_row_of_vgg16_has_its_three_columns() -> None:
    columns = Counter(claim.at[0] for claim in of("vgg16") if claim.slide == 38 and len(claim.at) == 1)
    rows = [layer.name for layer in archcalc.analyze("vgg16").layers if layer.activations]
    assert dict(columns) == dict.fromkeys(rows, 3)
    assert len(rows) == 22


def test_every_volume_of_alexnet_is_claimed() -> None:
    volumes = {claim.at[0] for claim in of("alexnet") if claim.quantity == "output"}
    assert volumes == {layer.name for layer in archcalc.analyze("alexnet").layers if layer.activations}


@pytest.mark.parametrize("model", ["inception_naive", "inception_reduced"])
def test_every_conv_line_of_the_inception_modules_is_claimed(model: str) -> None:
    lines = [claim.at[0] for claim in of(model) if claim.quantity == "macs" and claim.at]
    assert sorted(lines) == sorted(layer.name for layer in archcalc.analyze(model).layers if layer.macs)


def test_the_errata() -> None:
    found = {(one.claim.model, one.claim.text) for one in CHECKED if one.verdict == ERRATUM}
    assert found == {
        ("lenet5", "2"), ("vgg16", "24M"), ("vgg16", "~96MB"), ("googlenet", "5 million"), ("googlenet", "12x less"),
        ("googlenet", "27x less"), ("inception_reduced", "358M"), ("vit_l_16", "307M"),
    }  # fmt: skip
