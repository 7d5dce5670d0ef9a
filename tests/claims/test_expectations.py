"""Expectations of a spec: budgets, exact values and equality; what is broken is said with its place, and what to look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archcalc as library
from archcalc.checking import SpecCheck
from archcalc.claims.expectations import SUMMED
from archcalc.claims.read import OF_LAYERS
from archcalc.errors import render
from cli.commands import archcalc

NET = """\
name: net
params: {width: 8}
variants: {net: {}, wide: {width: 16}}
input: [3, 8, 8]
layers:
  - {conv: {out: width, kernel: 3}, name: c}
  - do:
      - {conv: {out: width, kernel: 3}, name: d}
      - relu
    name: block
  - flatten
  - {linear: 10, name: fc}
expect:
  net:
    - {expectation}
"""


def checked(expectation: str, folder: Path, **options: object) -> SpecCheck:
    path = folder / "net.yaml"
    path.write_text(NET.replace("{expectation}", expectation), "utf-8")
    (result,) = library.check(path, **options)  # type: ignore[arg-type]
    return result


@pytest.mark.parametrize(
    "expectation",
    [
        "params <= 3K",
        "params < 2,099",
        "params >= 2,098",
        "params > 2,097",
        "params == 2,098",
        "params==2098",
        "params == 2.1K",
        "params == 2.0K",
        "params != 3K",
        '"params <= 2,098"',
        "params <= 2*1049",
        "params <= 0.003 million",
        "params of fc <= 62%",
        "params of c, d <= 808",
        "params of c d block <= 808",
        "params of block == 584",
        "params_no_bias <= 2,072",
        "macs <= 17M",
        "macs of d <= 9.3K",
        "activation_bytes <= 3KB",
        "activation_bytes of c == 1,152B",
        "param_bytes <= 8.4KB",
        "depth == 3",
        "layers <= 5",
        "receptive_field == 5",
        "output == 10",
        "output of block == 4x4x8",
        "output of block != 4x4x16",
        "params <= alexnet",
        "params <= 0.0001x alexnet",
        "params < 1 x wide",
        "macs != wide",
        "depth == wide",
        "same as net",
        "same as again.yaml",
        "params == again.yaml:net",
        "{that: activations <= 1K, batch: 1}",
        "{that: activation_bytes <= 1.4KB, dtype: fp16}",
        "{that: output of c == 14x14x8, input: 3x16x16}",
        "{that: params of c == 448, set: {width: 16}}",
        "{that: same as wide, set: {width: 16}}",
        '{that: "params == 2,098", why: it fits}',
    ],
)
def test_what_is_met(expectation: str, tmp_path: Path) -> None:
    again = NET.replace("width: 8", "width: 4").replace("net: {}", "net: {width: 8}").replace("name: d", "name: other")
    (tmp_path / "again.yaml").write_text(again.partition("expect:")[0], "utf-8")
    result = checked(expectation, tmp_path)
    assert result.good and len(result.expected) == 1, "\n".join(map(render, result.everything))


@pytest.mark.parametrize(
    ("expectation", "message", "hint"),
    [
        ("params <= 2K", "params of net is 2,098, and at most 2K is expected", "that is 98 (4.9%) too much"),
        ("params < 2,098", "params of net is 2,098, and less than 2,098 is expected", ""),
        ("params >= 3K", "params of net is 2,098, and at least 3K is expected", "that is 902 (30.1%) too little"),
        ("params > 2,098", "params of net is 2,098, and more than 2,098 is expected", ""),
        ("params == 2.2K", "params of net is 2,098, and 2.2K is expected", "to as many digits that is 2.1K"),
        ("params == 2,099", "params of net is 2,098, and 2,099 is expected", "that is 1 (0.0476%) too little"),
        ("params != 2.1K", "params of net is 2,098, and something else than 2.1K is expected", ""),
        ("params <= 100", "params of net is 2,098, and at most 100 is expected", "that is 1,998 (20 times) too much"),
        ("params <= 0", "params of net is 2,098, and at most 0 is expected", "that is 2,098 too much"),
        ("params of fc <= 50%", "params of fc in net is 61.49%, and at most 50% is expected", "that is 11.49 points too much"),
        (
            "macs >= 1x wide",
            "macs of net is 18,272, and at least 54,976, that of wide, is expected",
            "that is 36,704 (66.8%) too little",
        ),
        ("macs <= 0.1x wide", "at most 0.1 times 54,976, that of wide, is expected", "that is 12,774 (232%) too much"),
        ("output of c == 6x6x9", "output of c in net is 6x6x8, and 6x6x9 is expected", ""),
        ("depth > 3", "depth of net is 3, and more than 3 is expected", ""),
        (
            "same as wide",
            "net is not the same as wide: params 2,098 and 5,338, macs 18,272 and 54,976, activations 618 and 1,034",
            "the first layers that differ: in net c (conv 3x3, 8: 6x6x8, 224 params, 7,776 MACs), in wide c (conv 3x3, 16:",
        ),
        ("{that: params <= 2K, input: 3x9x9}", "params of net (input 3x9x9) is 2,818, and", "that is 818 (40.9%) too much"),
        ("{that: macs <= 20K, batch: 2}", "macs of net (batch 2) is 36,544, and", "that is 16,544 (82.7%) too much"),
    ],
)
def test_what_is_broken(expectation: str, message: str, hint: str, tmp_path: Path) -> None:
    result = checked(expectation, tmp_path)
    (found,) = result.findings
    assert not result.mistakes and not result.good
    assert found.code == "broken-expectation"
    assert message in found.message, render(found)
    assert found.hint.startswith(hint) and bool(found.hint) == bool(hint), render(found)
    assert found.place is not None and (found.place.line, found.place.name) == (15, str(tmp_path / "net.yaml"))


def test_where_most_is_and_why(tmp_path: Path) -> None:
    (found,) = checked("{that: params <= 2K, why: fits the flash}", tmp_path).findings
    assert found.notes == ["fits the flash", "most is in fc (1,290, 61%), block (584, 28%) and c (224, 11%)"]
    (found,) = checked("activation_bytes of block <= 500B", tmp_path).findings
    assert found.notes == []  # one layer has all of it
    (found,) = checked("depth <= 2", tmp_path).findings
    assert found.notes == []
    (found,) = checked("params >= 3K", tmp_path).findings
    assert found.notes == []


def test_what_is_deep_inside_is_named(tmp_path: Path) -> None:
    """Where all of a network is one block, its parts are named."""
    path = tmp_path / "deep.yaml"
    layers = "layers:\n  - do: [{conv: {out: 8, kernel: 3}, name: a}, {conv: {out: 8, kernel: 3}, name: b}]\n    name: all\n"
    path.write_text(f"input: [3, 8, 8]\n{layers}expect: [params of all <= 100]\n", "utf-8")
    ((found,),) = (result.findings for result in library.check(path))
    assert found.notes == ["most is in all.b (584, 72%) and all.a (224, 28%)"]


@pytest.mark.parametrize(
    ("expectation", "code", "column"),
    [
        ("parms <= 5M", "bad-claim", 7),
        ("params = 5M", "bad-claim", 7),
        ("params =< 5M", "bad-claim", 7),
        ("params <=", "bad-claim", 7),
        ("params <== 5M", "bad-claim", 7),
        ("params <= 5Q", "bad-claim", 17),
        ("params <= 5x", "bad-claim", 17),
        ("params <= most", "bad-claim", 17),
        ("params <= 27x less", "bad-claim", 17),
        ("params <= 10%", "bad-claim", 17),
        ("depth of c <= 10%", "bad-claim", 21),
        ("params of x <= 10%", "unknown-layer", 17),
        ("params of c <= alexnet", "bad-claim", 17),
        ("param_bytes of c <= 3KB", "bad-claim", 22),
        ("output <= 3x3", "bad-claim", 17),
        ("output == alexnet", "bad-claim", 17),
        ("output of c, d == 3x3x3", "bad-claim", 17),
        ("params <= resnet51", "unknown-model", 17),
        ("same as resnet51", "unknown-model", 15),
        ("same as missing.yaml", "no-such-file", 15),
        ("receptive_field <= wide.yaml", "bad-claim", 7),
        ("25,557,032", "bad-claim", 7),
        ("params", "bad-claim", 7),
        ('""', "bad-claim", 7),
        ("[params <= 5M]", "wrong-shape-of-spec", 7),
        ("{params <= 5M: }", "unknown-key", 8),
        ("{params: 5M}", "unknown-key", 8),
        ("{that: params <= 5, 000}", "unknown-key", 27),
        ("{why: because}", "missing-key", 7),
        ("{that: [params <= 5M]}", "wrong-shape-of-spec", 14),
        ("{that: params <= 5M, set: {w: 3}}", "unknown-parameter", 33),
        ("{that: params <= 5M, input: 3x2x2}", "size-below-one", 0),
        ("{that: activations <= 5M, input: 3xHxW}", "wrong-axes", 0),
        ("{that: same as alexnet, input: 3x2x2}", "size-below-one", 0),
    ],
)
def test_mistakes_are_placed(expectation: str, code: str, column: int, tmp_path: Path) -> None:
    (tmp_path / "wide.yaml").write_text("input: [3, 8, 8]\nlayers: [conv: {out: 1, kernel: [1, 3]}]\n", "utf-8")  # sees 1x3
    result = checked(expectation, tmp_path)
    (error,) = result.mistakes
    assert result.models == ["net", "wide"], "models are built all the same"
    assert error.place is not None and f"error[{error.code}]" in render(error)
    if column:
        assert error.code == code, render(error)
        assert (error.place.line, error.place.column) == (15, column), render(error)


def test_hints_for_what_is_nearly_right(tmp_path: Path) -> None:
    for expectation, hint in (
        ("parms <= 5M", "did you mean 'params'"),
        ("params = 5M", "comparisons are <= < >= > == !="),
        ("{that: params <= 5, 000}", "a figure with a comma needs quotes"),
        ("{params: 5M}", "{that: params <= 5M, input: 3x320x320}"),
        ("params", "such as: params <= 5M"),
    ):
        (error,) = checked(expectation, tmp_path).mistakes
        assert hint in error.hint, render(error)


def test_a_list_is_for_all_models(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(NET.partition("expect:")[0] + "expect:\n  - params <= 3K\n  - depth == 3\n", "utf-8")
    (result,) = library.check(path)
    assert [(one.expectation.model, one.verdict) for one in result.expected] == [
        ("net", "holds"),
        ("net", "holds"),
        ("wide", "broken"),
        ("wide", "holds"),
    ]
    (alone,) = library.check(f"{path}:net")
    assert [one.expectation.model for one in alone.expected] == ["net", "net"] and alone.good
    path.write_text(NET.partition("expect:")[0] + "expect:\n  - params <= 5Q\n  - params <= 3K\n", "utf-8")
    (result,) = library.check(path)
    assert len(result.everything) == 1, "a mistake is said once, and not for each model"


def test_claims_and_expectations_stand_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    claims = "claims:\n  net: [{params: 2.1K, source: a table}]\n"
    path.write_text(NET.replace("{expectation}", "params <= 2K") + claims, "utf-8")
    (both,) = library.check(path)
    assert (len(both.checked), len(both.expected)) == (1, 1)
    (only,) = library.check(path, source="table")
    assert (len(only.checked), len(only.expected), only.good) == (1, 0, True)


# ------------------------------------------------------------------------------------------ what grew


def test_what_grew_since_a_report_was_saved(tmp_path: Path) -> None:
    before = NET.partition("expect:")[0].replace("linear: 10", "linear: 5")
    (tmp_path / "net.yaml").write_text(before, "utf-8")
    (tmp_path / "old.json").write_text(archcalc("net.yaml", "--json", cwd=tmp_path).stdout, "utf-8")
    saved = tmp_path / "old.json"
    (found,) = checked("params <= 2K", tmp_path, baselines=[saved]).findings
    assert found.notes[-1] == f"since {saved} grew most: fc by 645"
    (found,) = checked("flops <= 2K", tmp_path, baselines=[saved]).findings
    assert found.notes[-1] == f"since {saved} grew most: fc by 1,280"
    (found,) = checked("macs of d <= 2K", tmp_path, baselines=[saved]).findings
    assert found.notes[-1] == f"since {saved} no layer of these grew"
    (found,) = checked("macs of c, fc <= 2K", tmp_path, baselines=[saved]).findings
    assert found.notes[-1] == f"since {saved} grew most: fc by 640"
    (found,) = checked("{that: activation_bytes <= 1KB, dtype: fp16}", tmp_path, baselines=[saved]).findings
    assert "another dtype" in found.notes[-1]
    (found,) = checked("{that: macs <= 2K, batch: 2}", tmp_path, baselines=[saved]).findings
    assert found.notes[-1] == f"{saved} was saved with another input or batch, so what grew since is not shown"
    (found,) = checked("depth <= 2", tmp_path, baselines=[saved]).findings
    assert found.notes == []


def test_baseline_on_the_command_line(tmp_path: Path) -> None:
    checked("params <= 2K", tmp_path)
    (tmp_path / "old.json").write_text(archcalc("net.yaml", "--json", cwd=tmp_path).stdout, "utf-8")
    found = archcalc("check", "net.yaml", "--baseline", "old.json", cwd=tmp_path)
    assert found.returncode == 1
    assert "  note: since old.json no layer grew\n" in found.stdout
    assert "\n✗ 1 expectation is broken\n" in found.stdout
    data = json.loads(archcalc("check", "net.yaml", "--baseline", "old.json", "--format", "json", cwd=tmp_path).stdout)
    (expected,) = data["specs"][0]["expectations"]
    assert (expected["figure"], expected["exact"], expected["verdict"]) == ("params <= 2K", 2098, "broken")
    assert data["specs"][0]["mistakes"][0]["notes"][-1] == "since old.json no layer grew"
    other = archcalc("check", "lenet5", "--baseline", "old.json", cwd=tmp_path)
    assert other.returncode == 2 and "old.json is a report of net, which is not checked here" in other.stderr
    (tmp_path / "old.json").write_text("{}", "utf-8")
    broken = archcalc("check", "net.yaml", "--baseline", "old.json", cwd=tmp_path)
    assert broken.returncode == 2 and "error[bad-report]" in broken.stderr


def test_quantities_are_those_of_claims() -> None:
    assert set(SUMMED) - set(OF_LAYERS) == {"param_bytes"}


def test_nothing_times_a_model_is_refused(tmp_path: Path) -> None:
    (found,) = checked("params <= 0x vgg16", tmp_path).mistakes
    assert found.code == "bad-claim" and "0 times vgg16" in found.message


def test_settings_that_break_the_network_are_named(tmp_path: Path) -> None:
    (found,) = checked("{that: params <= 1K, input: 3x1x1}", tmp_path).mistakes
    assert any("net.yaml" in note and "input 3x1x1" in note for note in found.notes)
