"""The list of models: by family and year, with figures, sorted and filtered, and quick to find a model in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import archcalc as library
from archcalc.packaged import spec_files
from archcalc.source import read_file
from archcalc.spec import read_spec
from archcalc.zoo import catalogue, named, spelled
from cli.commands import archcalc

NAMES = [name for entry in catalogue() for name in entry.models]


@pytest.mark.parametrize("path", spec_files(), ids=lambda path: Path(path).stem)
def test_the_head_of_a_spec_says_what_the_whole_says(path: str) -> None:
    """A list reads heads only, so each packaged spec is laid out for that."""
    spec = read_spec(read_file(path, Path(path).name))
    (entry,) = (entry for entry in catalogue() if entry.path == path)
    assert (entry.spec, entry.title, entry.models) == (spec.name, spec.title, tuple(spec.variants))
    first = spec.source.text.partition("\n")[0]
    assert first.startswith("# "), "the citation comes first"
    assert str(entry.year) in first


def test_names_are_unique_however_they_are_written() -> None:
    assert len({spelled(name) for name in NAMES}) == len(NAMES)
    assert all(named(name.upper().replace("_", "-"), NAMES) == name for name in NAMES)
    assert not {entry.spec for entry in catalogue() if entry.spec not in entry.models} & set(NAMES)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("RegNetX-1.6GF", "regnet_x_1_6gf"),
        ("RegNetX-16GF", "regnet_x_16gf"),
        ("regnet_x_16gf", "regnet_x_16gf"),
        ("wrn2810", "wrn_28_10"),
        ("SqueezeNet 1.1", "squeezenet1_1"),
        ("ViT-B/16", "vit_b_16"),
        ("mixer-s16", "mixer_s_16"),
    ],
)
def test_names_forgive(name: str, found: str) -> None:
    assert library.load(name).name == found


def test_a_name_that_can_mean_two_models() -> None:
    with pytest.raises(library.SpecError) as caught:
        named("a_1_23", ["a_12_3", "a_123"])
    assert "a_12_3 or a_123" in caught.value.hint


def test_all_models_by_year() -> None:
    listed = archcalc("list")
    assert listed.returncode == 0
    words = listed.stdout.split()
    assert [word for word in words if word in NAMES] == NAMES
    years = [int(line[:4]) for line in listed.stdout.splitlines() if line[:4].isdigit()]
    assert years == sorted(years)
    assert years[0] == 1998


@pytest.mark.parametrize("width", [24, 40, 60, 80, 200])
def test_it_keeps_to_the_width(width: int) -> None:
    lines = archcalc("list", width=width).stdout.splitlines()
    assert max(map(len, lines)) <= max(width, max(len(name) for name in NAMES) + 2)
    assert [word for line in lines for word in line.split() if word in NAMES] == NAMES


def test_names_continue_below_the_first() -> None:
    lines = archcalc("list", width=80).stdout.splitlines()
    continued = next(line for line in lines if line.startswith(" ") and "vgg16_bn" in line)
    first = next(line for line in lines if " VGG " in line)
    assert len(continued) - len(continued.lstrip()) == first.index("vgg11")


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["resnet1?"], ["resnet18"]),
        (["ResNet-18"], ["resnet18", "preact_resnet18"]),
        (["vgg1[13]"], ["vgg11", "vgg13"]),
        (["ResNet-[2-4]?"], ["resnet34", "resnet20", "resnet32", "resnet44"]),
        (["lenet5", "zfnet"], ["lenet5", "lenet5_1998", "zfnet", "zfnet_paper"]),
    ],
)
def test_patterns(patterns: list[str], found: list[str]) -> None:
    words = archcalc("list", *patterns, width=200).stdout.split()
    listed = [word for word in words if word in NAMES]
    assert listed == [name for name in NAMES if name in found]
    assert listed


def test_nothing_matches() -> None:
    result = archcalc("list", "nothing*")
    assert (result.returncode, result.stdout) == (2, "")
    assert "nothing*" in result.stderr


def test_the_long_form_has_the_figures_of_each_model() -> None:
    rows = list(csv.DictReader(io.StringIO(archcalc("list", "vgg*", "lenet5", "--csv").stdout)))
    assert [row["model"] for row in rows] == [name for name in NAMES if name.startswith(("vgg", "lenet5"))]
    for row in rows:
        totals = library.analyze(row["model"]).totals
        stated = {name: int(row[name]) for name in ("params", "macs", "activations", "depth")}
        assert stated == {name: getattr(totals, name) for name in stated}
    (vgg16,) = (row for row in rows if row["model"] == "vgg16")
    assert (vgg16["year"], vgg16["family"], vgg16["input"]) == ("2014", "VGG", "224x224x3")


def test_all_forms_list_the_same() -> None:
    data = json.loads(archcalc("list", "resnet*", "--json").stdout)
    text = archcalc("list", "resnet*", "--long").stdout
    markdown = archcalc("list", "resnet*", "--markdown").stdout
    names = [row["model"] for row in data]
    assert [line.split()[1] for line in text.splitlines() if line[:4].isdigit()] == names
    assert [line.split("`")[1] for line in markdown.splitlines() if "`" in line] == names
    assert "| 25,557,032 | 4,089,184,256 |" in markdown
    assert max(map(len, text.splitlines())) <= 80


def test_the_whole_long_form_fits_a_terminal() -> None:
    result = archcalc("list", "--long")
    assert result.returncode == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert f"{len(NAMES)} models" in result.stdout


def test_sorting_and_limits() -> None:
    rows = json.loads(
        archcalc("list", "--sort", "macs", "--max-params", "5.0M", "--min-depth", "20", "--max-depth", "60", "--json").stdout
    )
    assert [row["macs"] for row in rows] == sorted(row["macs"] for row in rows)
    assert all(row["params"] <= 5_000_000 and 20 <= row["depth"] <= 60 for row in rows)
    assert {"mobilenet_v2", "resnet20"} <= {row["model"] for row in rows}
    assert "resnet50" not in {row["model"] for row in rows}
    backwards = json.loads(archcalc("list", "vgg*", "--sort", "params", "--reverse", "--json").stdout)
    assert backwards[0]["model"] == "vgg19_bn"


@pytest.mark.parametrize(("limit", "found"), [("25557032", True), ("25,557,032", True), ("25557031", False), ("2.6e7", True)])
def test_limits_are_exact(limit: str, found: bool) -> None:
    assert ("resnet50" in archcalc("list", "resnet50", "--max-params", limit).stdout) == found


@pytest.mark.parametrize("limit", ["", "many", "-1", "10Q", "1e999", "nan", "1,5M", "1,,5", "٣", "1" * 100 + "x", "1" * 5000])
def test_a_limit_that_is_no_number(limit: str) -> None:
    result = archcalc("list", "--max-params", limit)
    assert result.returncode == 2
    assert "is not a number" in result.stderr


def test_no_model_within_the_limits() -> None:
    assert archcalc("list", "--max-params", "1").stdout == "no model is within these limits\n"
    assert json.loads(archcalc("list", "--max-params", "1", "--json").stdout) == []


def test_a_spec_s_name_stands_for_its_first_variant() -> None:
    assert library.load("mnasnet").name == library.load("mnasnet_a1").name
    assert library.load("ViT").name == "vit_b_16"


def test_a_spec_without_anything_in_it_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hollow.yaml").write_text("", encoding="utf-8")
    monkeypatch.setattr("archcalc.zoo.spec_files", lambda: [*spec_files(), str(tmp_path / "hollow.yaml")])
    assert library.load("vgg16").name == "vgg16"
    with pytest.raises(library.SpecError) as caught:
        library.load("hollow")
    assert caught.value.code == "unknown-model"


def test_models_of_some_names() -> None:
    assert [model.name for model in library.models(lambda name: name.startswith("vgg1"))] == [
        name for name in NAMES if name.startswith("vgg1")
    ]
