"""archcalc compare: models side by side, in every form, with true ratios."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

import archcalc as library
from cli.commands import archcalc

FIVE = ("alexnet", "vgg16", "googlenet", "resnet50", "vit_b_16")


def words(text: str) -> str:
    """A text with its lines joined."""
    return " ".join(text.split())


def test_two_models_side_by_side() -> None:
    shown = archcalc("compare", "vgg16", "resnet50")
    assert shown.returncode == 0 and not shown.stderr
    rows = {line.strip().split("  ")[0]: line.split() for line in shown.stdout.splitlines() if line and "─" not in line}
    assert rows["params"] == ["params", "138,357,544", "25,557,032", "0.185"]
    assert rows["ops (MACs)"][-3:] == ["15,470,264,320", "4,089,184,256", "0.264"]
    assert rows["memory (bytes)"][-3:-1] == ["60,950,432", "112,406,432"]
    assert rows["depth"][1:] == ["16", "50", "3.12"] and rows["sees (pixels)"][-3:-1] == ["212", "427"]
    assert {"without biases", "elementwise", "memory (values)", "param bytes", "layers"} <= set(rows)
    assert "vgg16 has 5.41 times the params of resnet50, and 3.78 times its MACs." in words(shown.stdout)


def test_the_sentence_says_when_params_and_macs_point_apart() -> None:
    shown = words(archcalc("compare", "resnet50", "alexnet").stdout)
    assert "alexnet has 2.44 times the params of resnet50, but 0.278 times its MACs." in shown
    same = words(archcalc("compare", "resnet50", "resnet50,input=3x448x448").stdout)
    assert "resnet50,input=3x448x448 has as many params as resnet50, and 4.00 times its MACs." in same
    assert "resnet50 has as many params as ResNet" not in same


def test_ratios_are_to_any_model_and_rows_in_any_order() -> None:
    shown = archcalc("compare", *FIVE, "--to", "ResNet-50", "--sort", "params", "--reverse").stdout
    names = [line.split()[0] for line in shown.splitlines() if line.split()[:1] and line.split()[0] in FIVE][:5]
    sizes = {name: library.analyze(name).totals.params for name in FIVE}
    assert names == sorted(FIVE, key=lambda name: -sizes[name])
    (own,) = (line for line in shown.splitlines() if line.startswith("resnet50 ") and " has " not in line)
    assert own.split()[3] == own.split()[5] == "1"


def test_every_number_of_the_json_is_that_of_the_model() -> None:
    data = json.loads(archcalc("compare", *FIVE, "--sort", "macs", "--json").stdout)
    assert data["schema"] == 1 and data["to"] == "alexnet"
    base = library.analyze("alexnet").totals
    assert [model["model"] for model in data["models"]] == ["alexnet", "googlenet", "resnet50", "vgg16", "vit_b_16"]
    for model in data["models"]:
        report = library.analyze(model["name"])
        assert model["totals"] == report.to_dict()["totals"] and model["settings"] == report.to_dict()["settings"]
        for name, ratio in model["ratios"].items():
            assert ratio == pytest.approx(getattr(report.totals, name) / getattr(base, name), rel=1e-5)


def test_all_forms_have_the_same_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(archcalc("compare", *FIVE, "--csv").stdout)))
    markdown, latex = (archcalc("compare", *FIVE, form).stdout for form in ("--markdown", "--latex"))
    assert [row["model"] for row in rows] == list(FIVE)
    for row in rows:
        totals = library.analyze(row["model"]).totals
        assert int(row["params"]) == totals.params and int(row["activation_bytes"]) == totals.activation_bytes
        assert f"| {totals.macs:,} |" in markdown
        assert f"{totals.macs:,}".replace(",", "{,}") in latex
    assert {line.count("|") for line in markdown.splitlines() if line.startswith("|")} == {13}
    assert "vit\\_b\\_16" in latex and "vit\\_b\\_16 has" in markdown
    two = archcalc("compare", "vgg16", "resnet50", "--markdown").stdout
    assert "| params | 138,357,544 | 25,557,032 | 0.185 |" in two and "- vgg16 has 5.41 times" in two
    assert archcalc("compare", "vgg16", "resnet50", "--latex").stdout.count(r" \\") == 1 + 11


def test_settings_for_all_and_for_one() -> None:
    shown = archcalc(
        "compare", "resnet50", "resnet50,classes=10", "vgg16", "--set", "classes=100", "--set", "width=32", "--json"
    )
    data = json.loads(shown.stdout)
    assert [model["settings"]["classes"] for model in data["models"]] == [100, 10, 100]
    assert data["notes"] == ["vgg16 has no parameter 'width'"]
    assert "note: vgg16 has no parameter 'width'" in archcalc("compare", "resnet50", "vgg16", "--set", "width=32").stdout
    both = archcalc("compare", "vgg16", "vgg16,batch=2,dtype=fp16", "--dtype", "fp64").stdout
    assert re.search(r"^batch +1 +2$", both, re.MULTILINE) and re.search(r"^dtype +fp64 +fp16$", both, re.MULTILINE)


def test_models_of_files(tmp_path: Path) -> None:
    text = "params: {width: 8}\nvariants: {small: {}, large: {width: 16}}\ninput: [3]\nlayers: [linear: width]\n"
    (tmp_path / "net.yaml").write_text(text, "utf-8")
    (tmp_path / "other.yaml").write_text(text, "utf-8")
    shown = archcalc("compare", "net.yaml:small", "net.yaml:large,width=32", "other.yaml", "--json", cwd=tmp_path).stdout
    models = json.loads(shown)["models"]
    assert [model["model"] for model in models] == ["net.yaml:small", "net.yaml:large,width=32", "other.yaml"]
    assert [model["totals"]["params"] for model in models] == [32, 128, 32]


def test_symbols_stand_side_by_side() -> None:
    shown = archcalc("compare", "vgg16", "resnet50", "--input", "3x32*sx32*s")
    assert shown.returncode == 0
    assert "83410944*s**2 + 2048000" in shown.stdout and "315293696*s**2 + 20873216" in shown.stdout
    assert "times its" not in shown.stdout
    data = json.loads(archcalc("compare", "vgg16", "alexnet", "--batch", "N", "--json").stdout)
    assert data["models"][0]["totals"]["macs"] == "15470264320*N" and "macs" not in data["models"][1]["ratios"]
    assert "valid when" in archcalc("compare", "alexnet", "vgg11", "--input", "3xHxH").stdout


@pytest.mark.parametrize("width", [20, 32, 48, 60, 80, 120, 200])
@pytest.mark.parametrize("models", [("vgg16", "resnet50"), ("resnet18", "resnet50,width=32", "resnet101"), FIVE])
def test_it_keeps_to_the_width(models: tuple[str, ...], width: int) -> None:
    shown = archcalc("compare", *models, width=width)
    longest = max(len(word) for word in shown.stdout.split()) + 2
    assert max(map(len, shown.stdout.splitlines())) <= max(width, longest)
    assert all(model in words(shown.stdout).replace(" ", "") for model in models)


def test_many_models_have_a_row_each() -> None:
    names = [model.name for model in library.models(lambda name: name.startswith(("resnet", "preact")))]
    lines = archcalc("compare", *names, "--sort", "depth").stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith(("resnet", "preact"))]
    assert sorted(listed) == sorted(names) and listed[-1] == "resnet1202"
    assert not any(" has " in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["vgg16"], "two models or more"),
        ([], "two models or more"),
        (["vgg16", "vgg61"], "error[unknown-model]"),
        (["vgg16", "resnet50", "--to", "alexnet"], "is none of the models that are compared"),
        (["vgg16", "resnet50", "--set", "widht=3"], "did you mean 'width'?"),
        (["vgg16", "resnet50,widht=3"], "did you mean 'width'?"),
        (["vgg16", "resnet50,width"], "MODEL,NAME=VALUE"),
        (["vgg16", "resnet50,input=3x3"], "error[wrong-axes]"),
        (["vgg16", "resnet50", "--input", "3xHxH", "--sort", "macs"], "error[undecided]"),
        (["vgg16", "resnet50", "--sort", "beauty"], "'beauty' is not one of"),
    ],
)
def test_mistakes(arguments: list[str], says: str) -> None:
    shown = archcalc("compare", *arguments)
    assert shown.returncode == 2 and says in words(shown.stderr) and not shown.stdout
    assert "Traceback" not in shown.stderr
