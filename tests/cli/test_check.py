"""archcalc check: quiet where all is well, exact about what is wrong, in all its formats, and with the right status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import archcalc as library
from archcalc.errors import CODES
from cli.commands import ROOT, archcalc

NET = """\
name: net
params: {width: 8}
variants: {net: {}, wide: {width: 16}}
input: [3, 8, 8]
layers:
  - {conv: {out: width, kernel: 3}, name: c}
  - flatten
  - {linear: 10, name: fc}
claims:
  net:
    - {params: 3.1K, source: "our paper, Table 1"}
    - {output: 6x6x8, at: c, slide: 4, source: "our talk"}
    - params: 4K
      slide: 2
      source: our talk
      erratum: Counted with the values that flow, 3,114 + 490 = 3,604, and rounded.
"""
GOOD = "✓ 2 models in 1 spec can be built; 2 claims hold, 1 erratum is explained\n"
WRONG = NET.replace("3.1K", "3.3K")
OUTDATED = NET.replace("params: 4K", "params: 3K")
UNBUILT = NET.replace("wide: {width: 16}", "wide: {width: 1 // 2}")
UNREADABLE = NET.replace("conv:", "conf:")
BAD_CLAIM = NET.replace("3.1K", "lots")
UNHELD = NET.replace("at: c", "at: d")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "net.yaml").write_text(NET, "utf-8")
    yield tmp_path


def check(place: Path, *arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    if text:
        (place / "net.yaml").write_text(text, "utf-8")
    return archcalc("check", *arguments, cwd=place, **environment)


# ------------------------------------------------------------------------------------------ the text


def test_the_zoo_is_good_and_nothing_else_is_said() -> None:
    found = archcalc("check")
    assert (found.returncode, found.stderr) == (0, "")
    shown = re.fullmatch(
        r"✓ (\d+) models in (\d+) specs can be built; ([\d,]+) claims hold, (\d+)\s+errata\s+are\s+explained,"
        r"\s+([\d,]+)\s+expectations\s+are\s+met\n",
        found.stdout,
    )
    assert shown
    assert int(shown[1]) == len(list(library.models()))
    assert int(shown[3].replace(",", "")) + int(shown[4]) >= 600


def test_quiet_where_all_is_well(place: Path) -> None:
    found = check(place, "net.yaml")
    assert (found.returncode, found.stdout, found.stderr) == (0, GOOD, "")


def test_a_claim_that_does_not_hold(place: Path) -> None:
    found = check(place, "net.yaml", text=WRONG)
    assert found.returncode == 1
    assert found.stdout == (
        "error[wrong-claim]: params of net is 3,114, and 3.3K is printed in our paper, Table 1\n"
        "  --> net.yaml:11:16\n"
        "   |\n"
        '11 |     - {params: 3.3K, source: "our paper, Table 1"}\n'
        "   |                ^^^^\n"
        "  help: to as many digits that is 3.1K\n"
        "\n"
        "✗ 1 of 3 claims does not hold\n"
    )


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        (OUTDATED, 1, ["error[outdated-erratum]: params of net is 3,114, so 3K does hold", "✗ 1 erratum is outdated"]),
        (UNBUILT, 2, ["error[bad-value]", "✗ 1 of 2 models cannot be built"]),
        (UNREADABLE, 2, ["error[unknown-kind]", "net.yaml:6:6", "did you mean 'conv'", "✗ 1 spec has mistakes"]),
        (BAD_CLAIM, 2, ["error[bad-claim]: 'lots' is no figure", "net.yaml:11:16", "✗ 1 spec has mistakes"]),
        (UNHELD, 2, ["error[unknown-layer]: net has no layer 'd'", "net.yaml:12:27", "✗ 1 claim or expectation cannot be"]),
        (WRONG.replace("at: c", "at: d"), 2, ["error[wrong-claim]", "error[unknown-layer]", "1 of 2 claims does not hold"]),
    ],
    ids=["outdated", "unbuilt", "unreadable", "bad claim", "unheld", "both"],
)
def test_what_is_wrong_is_said(text: str, status: int, expected: list[str], place: Path) -> None:
    found = check(place, "net.yaml", text=text)
    assert (found.returncode, found.stderr) == (status, "")
    for part in expected:
        assert part in found.stdout


def test_one_spec_does_not_hide_another(place: Path) -> None:
    (place / "other.yaml").write_text(UNREADABLE, "utf-8")
    (place / "broken.yaml").write_text("input: [3", "utf-8")
    found = check(place, ".", "missing.yaml", text=WRONG)
    assert found.returncode == 2
    assert re.findall(r"error\[([\w-]+)\]", found.stdout) == ["bad-yaml", "wrong-claim", "unknown-kind", "no-such-file"]
    assert found.stdout.endswith("✗ 3 of 4 specs have mistakes; 1 of 3 claims does not hold\n")


def test_fail_fast(place: Path) -> None:
    (place / "a.yaml").write_text(WRONG, "utf-8")
    found = check(place, ".", "--fail-fast", text=WRONG)
    assert found.returncode == 1
    assert found.stdout.count("error[") == 1 and "a.yaml:11:16" in found.stdout


@pytest.mark.parametrize(
    ("figure", "help_"),
    [
        ("{macs: 14.9K, source: x}", "to as many digits that is 10.7K rounded, 10.6K truncated"),
        ("{macs: 1.85e4, source: x}", "to as many digits that is 1.07e4 rounded, 1.06e4 truncated"),
        ("{params: 94%, at: fc, source: x}", "to as many digits that is 93% rounded, 92% truncated"),
        ("{params: 1% , at: c, source: x}", "to as many digits that is 7%"),
        (
            "{params: 20028x less, than: alexnet, source: x}",
            "to as many digits that is 20032x less rounded, 20031x less truncated",
        ),
        ("{params: 10^4 (order of magnitude), source: x}", "the order of magnitude is 10^3"),
        ("{activation_bytes: 3KB, source: x}", "to as many digits that is 2KB rounded, 1KB truncated"),
    ],
)
def test_what_would_hold_is_said(figure: str, help_: str, place: Path) -> None:
    text = NET.replace('{params: 3.1K, source: "our paper, Table 1"}', figure)
    found = check(place, "net.yaml", text=text)
    assert found.returncode == 1, found.stdout
    assert f"  help: {help_}" in found.stdout, found.stdout


# ------------------------------------------------------------------------------------------ the list


def test_claims_of_a_source_are_listed_by_slide(place: Path) -> None:
    found = check(place, "net.yaml", "--source", "OUR-TALK")
    assert found.returncode == 0
    assert found.stdout == (
        "slide  claim        printed  exact\n"
        f"{'─' * 44}\n"
        "net\n"
        "    2  params            4K  3,114  erratum\n"
        "         Counted with the values that flow, 3,114 + 490 = 3,604, and rounded.\n"
        "    4  output of c    6x6x8  6x6x8  holds\n"
        "\n"
        "✓ 2 models in 1 spec can be built; 1 claim of 'OUR-TALK' holds, 1 erratum is\n"
        "  explained\n"
    )


def test_all_claims_are_listed_with_their_sources(place: Path) -> None:
    found = check(place, "net.yaml", "-v")
    assert found.returncode == 0
    assert [line.strip() for line in found.stdout.splitlines() if line.startswith("net: ")] == [
        "net: our paper, Table 1",
        "net: our talk",
    ]
    assert found.stdout == check(place, "net.yaml", "--all").stdout
    assert found.stdout.endswith(GOOD)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_lecture_fits_the_terminal(width: int) -> None:
    found = archcalc("check", "--source", "lecture12", width=width)
    lines = found.stdout.splitlines()
    assert found.returncode == 0
    assert max(map(len, lines)) <= max(width, 72)
    slides = [int(line[:5]) for line in lines if re.match(r" *\d+  ", line[:7])]
    assert slides == sorted(slides)
    verdicts = [line.split()[-1] for line in lines if line.split()[-1:] in (["holds"], ["erratum"])]
    checked = [one.verdict for result in library.check(source="lecture12") for one in result.checked]
    assert sorted(verdicts) == sorted(checked)


def test_a_source_that_nobody_names() -> None:
    found = archcalc("check", "--source", "lectur13")
    assert (found.returncode, found.stdout) == (2, "")
    assert "no claim here has a source with 'lectur13' in it" in found.stderr


def test_ascii_where_the_output_cannot_show_more(place: Path) -> None:
    found = check(place, "net.yaml", "-v", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert found.stdout.isascii() and "\nok 2 models" in found.stdout


# ------------------------------------------------------------------------------------------ what may be named


def test_names(place: Path) -> None:
    (place / "empty").mkdir()
    (place / "nets").mkdir()
    (place / "nets" / "more.yml").write_text(NET, "utf-8")
    (place / "nets" / "ci.yaml").write_text("on: [push]\njobs: {}\n", "utf-8")
    assert check(place, "net.yaml:wide").stdout == "✓ 1 model in 1 spec can be built\n"
    assert check(place, "net.yaml:wied").returncode == 2
    assert "did you mean 'wide'?" in check(place, "net.yaml:wied").stdout
    empty = check(place, "empty")
    assert (empty.returncode, empty.stdout) == (2, "") and "there is no spec in the folder empty" in empty.stderr
    nowhere = check(place, "resnet51")
    assert (nowhere.returncode, nowhere.stdout) == (2, "") and "did you mean 'resnet56'" in nowhere.stderr
    assert check(place, "nets").returncode == 2
    only = check(place, "nets", "--only-specs")
    assert (only.returncode, only.stdout) == (0, GOOD.rstrip("\n") + "; 1 YAML\n  file left alone, being no spec\n")
    none = check(place, "nets/ci.yaml", "--only-specs")
    assert (none.returncode, none.stdout) == (0, "✓ there is no spec to check; 1 YAML file left alone, being no spec\n")
    assert check(place, "ViT-B/16", "VGG-16").returncode == 0


@pytest.mark.parametrize("text", ["layers: [relu]\n", "layers:\n- relu\n'inputs' : {a: [3]}\n"])
def test_only_specs_needs_layers_and_an_input(text: str, place: Path) -> None:
    found = check(place, "net.yaml", "--only-specs", text=text)
    assert found.returncode == 0
    assert ("left alone" in found.stdout) == ("inputs" not in text)


def test_symbols_in_a_claim_are_a_mistake(place: Path) -> None:
    text = NET.replace("params: 3.1K", "activations: 3.1K, input: 3xHxW").replace("- flatten", "- global_avgpool")
    found = check(place, "net.yaml", text=text)
    assert found.returncode == 2
    assert "error[bad-claim]: the activations is" in found.stdout and "a plain number is needed" in found.stdout


# ------------------------------------------------------------------------------------------ formats


def test_json(place: Path) -> None:
    found = check(place, "net.yaml", "--format", "json", text=WRONG)
    data = json.loads(found.stdout)
    assert (found.returncode, data["schema"], data["good"]) == (1, 1, False)
    assert data["counts"]["claims"] == {"wrong": 1, "holds": 1, "erratum": 1}
    (spec,) = data["specs"]
    assert (spec["name"], spec["models"], spec["good"]) == ("net.yaml", ["net", "wide"], False)
    first = spec["claims"][0]
    assert (first["place"], first["model"], first["quantity"], first["figure"]) == ("net.yaml:11:16", "net", "params", "3.3K")
    assert (first["exact"], first["verdict"], first["source"]) == (3114, "wrong", "our paper, Table 1")
    assert spec["claims"][1]["exact"] == "6x6x8" and spec["claims"][1]["at"] == ["c"]
    assert spec["claims"][2]["erratum"].startswith("Counted")
    assert spec["mistakes"] == [
        {
            "code": "wrong-claim",
            "message": "params of net is 3,114, and 3.3K is printed in our paper, Table 1",
            "place": "net.yaml:11:16",
            "hint": "to as many digits that is 3.1K",
            "notes": [],
        }
    ]
    everything = json.loads(archcalc("check", "--format", "json").stdout)
    assert everything["good"] and len(everything["specs"]) >= 50
    assert json.loads(check(place, "net.yaml", "--format", "json", text=UNREADABLE).stdout)["specs"][0]["mistakes"]


def test_junit(place: Path) -> None:
    (place / "other.yaml").write_text(UNBUILT.replace("our talk", "<our> talk\x7f"), "utf-8")
    (place / "third.yaml").write_text("layers: [rleu]\n", "utf-8")
    found = check(place, ".", "--format", "junit", text=WRONG.replace("at: c", "at: d"))
    assert found.returncode == 2
    suites = ElementTree.fromstring(found.stdout)
    by_name = {suite.get("name"): suite for suite in suites}
    assert suites.tag == "testsuites" and set(by_name) == {"./net.yaml", "./other.yaml", "./third.yaml"}
    net = by_name["./net.yaml"]
    assert [net.get(key) for key in ("tests", "failures", "errors")] == ["5", "1", "1"]
    cases = {case.get("name"): case for case in net}
    assert {"net can be built", "wide can be built", "net: params is 3.3K (line 11)"} < set(cases)
    failed = cases["net: params is 3.3K (line 11)"]
    assert (failed.get("file"), failed.get("line")) == ("./net.yaml", "11")
    assert failed[0].tag == "failure" and failed[0].get("type") == "wrong-claim"
    assert "^^^^" in (failed[0].text or "")
    assert suites.get("tests") == str(sum(len(suite) for suite in suites))


def test_github(place: Path) -> None:
    odd = "odd, 100%: net.yaml"
    (place / odd).write_text(WRONG.replace('"our paper, Table 1"', '"a: 50%,\\nb"'), "utf-8")
    found = check(place, odd, "--format", "github")
    line, summary = found.stdout.splitlines()
    assert line == (
        "::error file=odd%2C 100%25%3A net.yaml,line=11,col=16,endColumn=20,title=wrong-claim::"
        "params of net is 3,114, and 3.3K is printed in a: 50%25, b%0Ato as many digits that is 3.1K"
    )
    assert summary == "✗ 1 of 3 claims does not hold"
    (place / "sub").mkdir()
    inside = archcalc("check", "../net.yaml", "--format", "github", cwd=place / "sub", GITHUB_WORKSPACE=str(place))
    assert inside.stdout == GOOD
    (place / "net.yaml").write_text(WRONG, "utf-8")
    inside = archcalc("check", "../net.yaml", "--format", "github", cwd=place / "sub", GITHUB_WORKSPACE=str(place))
    assert inside.stdout.startswith("::error file=net.yaml,line=11,")


def test_sarif(place: Path) -> None:
    (place / "a b.yaml").write_text(UNREADABLE, "utf-8")
    found = check(place, "net.yaml", "a b.yaml", "net.yaml:x", "--format", "sarif", text=WRONG)
    log = json.loads(found.stdout)
    assert (found.returncode, log["version"]) == (2, "2.1.0") and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "archcalc"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids) and set(ids) <= set(CODES)
    assert all(rule["shortDescription"]["text"].endswith(".") and rule["fullDescription"]["text"] for rule in driver["rules"])
    assert [result["ruleId"] for result in run["results"]] == ["wrong-claim", "unknown-kind", "unknown-model"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"] and result["level"] == "error" and result["message"]["text"]
    locations = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert locations[0]["region"] == {"startLine": 11, "startColumn": 16, "endColumn": 20}
    assert [location["artifactLocation"]["uri"] for location in locations] == ["net.yaml", "a%20b.yaml", "net.yaml"]
    assert "region" not in locations[2]
    clean = json.loads(archcalc("check", "lenet5", "--format", "sarif").stdout)
    assert clean["runs"][0]["results"] == [] and clean["runs"][0]["tool"]["driver"]["rules"] == []


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "sarif"])
def test_a_file_gets_the_format_and_people_the_text(form: str, place: Path) -> None:
    found = check(place, "net.yaml", "--format", form, "--output", "report", text=WRONG)
    plain = check(place, "net.yaml")
    assert (found.returncode, found.stdout) == (1, plain.stdout)
    written = (place / "report").read_text("utf-8")
    assert written == check(place, "net.yaml", "--format", form).stdout


@pytest.mark.parametrize("path", ["nowhere/report.json", ".", ""])
def test_an_output_that_cannot_be_written(path: str, place: Path) -> None:
    found = check(place, "net.yaml", "--format", "json", "--output", path)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr and found.stderr


# ------------------------------------------------------------------------------------------ how it behaves


@pytest.mark.parametrize("arguments", [["check", "-v"], ["check", "--format", "json"]])
def test_a_pipe_that_is_closed_early(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "archcalc", *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings)
    assert run.stdout is not None and run.stderr is not None
    run.stdout.read(10)
    run.stdout.close()
    errors = run.stderr.read()
    assert (run.wait(timeout=60), errors) == (0, b"")
    run.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupted() -> None:
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archcalc", "check", *(["amoebanet", "resnet", "densenet"] * 200)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings)
    time.sleep(1.5)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_help_says_what_it_is_for() -> None:
    found = archcalc("check", "--help")
    assert found.returncode == 0
    for option in ("--source", "--all", "--baseline", "--only-specs", "--fail-fast", "--format", "--output"):
        assert option in found.stdout


def test_the_status_and_the_file_do_not_depend_on_who_reads(place: Path) -> None:
    (place / "net.yaml").write_text(WRONG, "utf-8")
    command = f"{sys.executable} -m archcalc check net.yaml --format json --output out.json | true; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], cwd=place, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert found.returncode == 1
    assert json.loads((place / "out.json").read_text("utf-8"))["good"] is False


def test_a_spec_that_is_named_twice_is_checked_once(place: Path) -> None:
    (place / "net.yaml").write_text(WRONG, "utf-8")
    assert archcalc("check", "vgg16", "vgg16").stdout.startswith("✓ 1 model in 1 spec ")
    assert archcalc("check", "--source", "--").returncode == 2


def test_the_list_obeys_no_escapes_of_a_spec(place: Path) -> None:
    text = WRONG.replace("source: ", 'source: "\\e[31mred", erratum: ', 1) if "source: " in WRONG else WRONG
    (place / "net.yaml").write_text(text, "utf-8")
    assert "\x1b" not in archcalc("check", "net.yaml", "-v", cwd=place).stdout
