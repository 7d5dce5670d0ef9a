"""What a user sees of published figures that differ: on the page of a model, in a report, and in its JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.render.page import page_text
from archcalc.render.table import Style

SPEC = """\
name: net
params: {width: 8}
variants: {net: {}, wide: {width: 16}}
input: [3, 8, 8]
layers: [{conv: {out: width, kernel: 3}, name: c}]
claims:
  net:
    - {params: 224, source: "Example 2024"}
"""
ERRATUM = '    - {params: %s, source: "Example 2024", erratum: "It was miscounted."}\n'


def page(model: Any, **options: Any) -> str:
    return page_text(archcalc.analyze(model, **options), Style(), width=2000)


@pytest.mark.parametrize(
    ("model", "figures"),
    [
        ("inception_reduced", {"358M": "271,351,808"}),
        ("vgg16", {"24M": "15,237,608", "~96MB": "60,950,432 bytes"}),
        ("googlenet", {"5 million": "6,998,552", "12x less": "8.913x", "27x less": "19.769x"}),
        ("vit_l_16", {"307M": "304,326,632"}),
    ],
)
def test_the_lecture_s_errata_stand_on_the_page(model: str, figures: dict[str, str]) -> None:
    text = page(model)
    for figure, exact in figures.items():
        assert f"prints {figure} for " in text and f"here it is {exact}." in text
    assert text.count("CS231n lecture 12") == len(figures)
    explained = [one.erratum for one in archcalc.analyze(model).published if one.source.startswith("CS231n lecture 12")]
    assert len(explained) == len(figures)
    assert all(" ".join(reason.split()) in text for reason in explained)


@pytest.mark.parametrize(
    "options", [{"set": {"classes": 10}}, {"input": "3x192x192"}, {"batch": 2}, {"batch": "N"}, {"dtype": "fp16"}], ids=str
)
def test_nothing_is_said_where_it_would_be_wrong(options: dict[str, Any]) -> None:
    report = archcalc.analyze("vgg16", **options)
    assert report.published == [] and "lecture" not in page_text(report, Style())
    assert report.to_dict()["published"] == []


def test_of_other_sources_there_is_a_count() -> None:
    assert "\n1 published figure differs; why: archcalc check vit_b_16 --all\n" in page("vit_b_16")
    assert "\n1 other published figure differs; why: archcalc check lenet5 --all\n" in page("lenet5")
    assert "\n5 other published figures differ; why: archcalc check vgg16 --all\n" in page("vgg16")
    assert "\n20 other published figures differ; why: archcalc check googlenet --all\n" in page("googlenet")
    assert "published" not in page("inception_naive")


def test_the_report_has_all_of_them_as_data() -> None:
    (one,) = archcalc.analyze("inception_reduced").published
    assert (one.figure, one.quantity, one.at, one.value, one.slide) == ("358M", "macs", [], 271_351_808, 58)
    data = json.loads(json.dumps(archcalc.analyze("googlenet").to_dict()))["published"]
    assert len(data) == 23
    assert [one["value"] for one in data if one["than"]] == ["8.913x", "19.769x", "8.711x"]
    assert set(data[0]) == {"figure", "quantity", "at", "of", "than", "value", "source", "slide", "erratum"}


def test_the_data_of_a_block_has_none() -> None:
    from archcalc.analysis.data import report_data

    report = archcalc.analyze("googlenet")
    assert "published" not in report_data(report, report.find("inception3a"), "inception3a")


# ------------------------------------------------------------------------------------------ one's own specs


def write(tmp_path: Path, more: str) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(SPEC + more, "utf-8")
    return str(path)


def test_an_own_spec_is_named_by_its_path(tmp_path: Path) -> None:
    path = write(tmp_path, ERRATUM % "225" + ERRATUM % "0.3K, at: c" + ERRATUM % "230")
    assert f"3 published figures differ; why: archcalc check {path}:net --all" in page(path)
    assert [(one.figure, one.at) for one in archcalc.analyze(path).published] == [("225", []), ("0.3K", ["c"]), ("230", [])]


def test_a_ratio_may_be_to_a_variant_of_the_same_spec(tmp_path: Path) -> None:
    path = write(tmp_path, ERRATUM % "3x less, than: wide")
    (one,) = archcalc.analyze(path).published
    assert (one.than, one.shown) == ("wide", "2.000x")
    assert archcalc.analyze(f"{path}:wide").published == []


@pytest.mark.parametrize(
    "claim",
    [
        "    - {params: lots, source: x, erratum: y}\n",  # cannot be read
        "    - {params: 5, at: nowhere, source: x, erratum: y}\n",  # is about nothing
        "    - {params: 5x, than: nothing, source: x, erratum: y}\n",
        ERRATUM % "224",  # does hold
        "    - {params: 5, source: x, erratum: y, set: {width: 16}}\n",  # is about another network
    ],
)
def test_what_is_wrong_with_a_claim_is_left_to_check(claim: str, tmp_path: Path) -> None:
    path = write(tmp_path, claim + ERRATUM % "225")
    assert [one.figure for one in archcalc.analyze(path).published] == ["225"]
    assert "1 published figure differs" in page(path)


def test_claims_that_are_no_yaml_do_not_keep_a_page_from_being_printed(tmp_path: Path) -> None:
    path = write(tmp_path, "    - {params: 225, erratum: y, params: 226}\n")
    assert archcalc.analyze(path).published == []
    assert "Parameters" in page(path)
