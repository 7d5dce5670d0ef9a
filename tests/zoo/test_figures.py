"""Every model of the zoo comes to the figures that were counted or published elsewhere, to the unit."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from zoo.tables import Figures, families

MODELS = {name: figures for family in families() for name, figures in family.figures.items()}
VARIATIONS = [variation for family in families() for variation in family.variations]


def check(report: archcalc.Report, figures: Figures) -> None:
    totals = {name: getattr(report.totals, name) for name in Figures._fields}
    assert totals | {"flops": report.totals.flops} == {
        name: totals[name] if figure is None else figure for name, figure in figures._asdict().items()
    } | {"flops": 2 * figures.macs}


def test_every_model_has_figures_in_the_table_of_its_family() -> None:
    specs: dict[str, set[str]] = {}
    for model in archcalc.models():
        specs.setdefault(model.spec.source.name.removesuffix(".yaml"), set()).add(model.name)
    assert {family.name: set(family.figures) for family in families()} == specs


@pytest.mark.parametrize("name", MODELS)
def test_model(name: str) -> None:
    check(archcalc.analyze(name), MODELS[name])


@pytest.mark.parametrize(("name", "settings", "figures"), VARIATIONS, ids=[f"{name}-{given}" for name, given, _ in VARIATIONS])
def test_model_with_other_settings(name: str, settings: dict[str, Any], figures: Figures) -> None:
    check(archcalc.analyze(name, set=settings), figures)


@pytest.mark.parametrize(("name", "last"), [("vgg16", "pool5"), ("resnet50", "stage4.block3.relu"), ("alexnet", "pool3")])
def test_receptive_field_stands_before_everything_is_mixed(name: str, last: str) -> None:
    report = archcalc.analyze(name)
    assert report.layer(last).receptive_field == report.totals.receptive_field == MODELS[name].receptive_field
    assert report.layers[-1].receptive_field == "all"


def test_auxiliary_classifiers_are_outputs_of_their_own() -> None:
    assert archcalc.analyze("googlenet").output_names == ["fc"]
    report = archcalc.analyze("googlenet", set={"aux": True, "classes": 37})
    assert [tuple(report.layer(name).output) for name in report.output_names] == [(37,)] * 3
