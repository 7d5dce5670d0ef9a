"""Every model of the zoo comes to the figures that were counted or published elsewhere, to the unit.

Those of the models as they are stand in their specs, as expectations; those with other settings in the tables of the families.
"""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from zoo.tables import Figures, families

VARIATIONS = [variation for family in families() for variation in family.variations]


def test_of_every_model_exact_figures_are_expected() -> None:
    for check in archcalc.check():
        expected: dict[str, set[str]] = {}
        for one in check.expected:
            assert one.good, one.finding
            if one.expectation.comparison == "==" and one.expectation.plain and not one.expectation.at:
                expected.setdefault(one.expectation.model, set()).add(one.expectation.quantity)
        for model in check.models:
            assert expected[model] >= {"params", "macs", "elementwise", "activations", "depth", "kinds"}, model
            assert "buffers" in expected[model] or not archcalc.analyze(model).totals.buffers


@pytest.mark.parametrize(("name", "settings", "figures"), VARIATIONS, ids=[f"{name}-{given}" for name, given, _ in VARIATIONS])
def test_model_with_other_settings(name: str, settings: dict[str, Any], figures: Figures) -> None:
    totals = archcalc.analyze(name, set=settings).totals
    given = {quantity: figure for quantity, figure in figures._asdict().items() if figure is not None}
    assert {quantity: getattr(totals, quantity) for quantity in given} == given


@pytest.mark.parametrize(("name", "last"), [("vgg16", "pool5"), ("resnet50", "stage4.block3.relu"), ("alexnet", "pool3")])
def test_receptive_field_stands_before_everything_is_mixed(name: str, last: str) -> None:
    report = archcalc.analyze(name)
    assert report.layer(last).receptive_field == report.totals.receptive_field
    assert report.layers[-1].receptive_field == "all"


def test_auxiliary_classifiers_are_outputs_of_their_own() -> None:
    assert archcalc.analyze("googlenet").output_names == ["fc"]
    report = archcalc.analyze("googlenet", set={"aux": True, "classes": 37})
    assert [tuple(report.layer(name).output) for name in report.output_names] == [(37,)] * 3
