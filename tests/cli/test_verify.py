"""archcalc verify, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archcalc.render.record import junit_text
from archcalc.render.verification import milliseconds
from cli.commands import ROOT, archcalc, inside

pytest.importorskip("torch")

NET = """
input: [3, 8, 8]
layers:
  - {conv: {out: 4, kernel: 3}, name: first}
  - relu
  - flatten
  - {linear: 5, name: fc}
"""


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(NET, "utf-8")
    return str(path)


def test_one_model_is_shown_layer_by_layer(net: str) -> None:
    ran = inside("verify", net, "--device", "meta", "--train")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert "first    4x6x6         112  3,888     3,888     576  ✓" in lines
    assert lines[-1] == "✓ net, 5 layers and inputs: no difference between archcalc and torch"
    assert "MACs              4,608  4,608  ✓" in lines


def test_both_figures_stand_side_by_side_where_there_is_room(net: str) -> None:
    lines = inside("verify", net, "--device", "meta", width=160).stdout.splitlines()
    (first,) = (line.split() for line in lines if line.startswith("first"))
    assert first == ["first", "4x6x6", "4x6x6", "112", "112", "3,888", "3,888", "576", "576", "✓"]


@pytest.mark.parametrize("name", ["vgg16", "resnet18", "nasnet_a_mobile", "vit_b_16", "googlenet"])
def test_lines_fit_eighty_columns(name: str) -> None:
    ran = inside("verify", name, "--device", "meta", "--train")
    assert ran.returncode == 0 and max(map(len, ran.stdout.splitlines())) <= 80


def test_a_real_run_tells_speed(net: str) -> None:
    ran = inside("verify", net, "--device", "cpu", "--repeats", "1", "--train")
    assert ran.returncode == 0
    assert "forward: " in ran.stdout and "samples/s" in ran.stdout and "FLOP/s" in ran.stdout and "times forward" in ran.stdout


def test_several_models_are_a_line_each(net: str, tmp_path: Path) -> None:
    ran = inside("verify", "lenet5", net, "--device", "meta")
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0 and ran.stderr == ""
    assert lines[2].split() == ["lenet5", "61,706", "416,520", "✓"] and lines[3].split() == ["net", "837", "4,608", "✓"]
    assert lines[-1] == "✓ 2 models, 18 layers and inputs: no difference between archcalc and torch"
    assert "forward" not in ran.stdout


def test_a_broken_spec_among_several_is_told_and_the_others_go_on(net: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("input: [3]\nlayers: [rleu]\n", "utf-8")
    record, junit = tmp_path / "record.json", tmp_path / "junit.xml"
    ran = inside("verify", str(broken), net, "--device", "meta", "--json", str(record), "--junit", str(junit))
    assert ran.returncode == 2
    data = json.loads(record.read_text("utf-8"))
    assert data["equal"] is False and "rleu" in data["mistakes"][str(broken)] and len(data["models"]) == 1
    assert [suite.get("errors") for suite in ElementTree.parse(junit).getroot()] == ["1", None]
    assert "error[unknown-kind]" in ran.stderr and ran.stdout.startswith("model") and "4,608  ✓" in ran.stdout
    assert "1 model, 5 layers and inputs: no difference in what was counted, 1 more with" in ran.stdout


def test_what_does_not_fit_into_memory_leaves_with_1(net: str) -> None:
    ran = inside("verify", net, "--device", "cpu", "--batch", "10000000000")
    assert ran.returncode == 1
    assert "not run on cpu: it needs about" in ran.stdout and "no difference in what was counted, 1 not run" in ran.stdout


def test_records_hold_every_figure(net: str, tmp_path: Path) -> None:
    record, junit = tmp_path / "record.json", tmp_path / "junit.xml"
    ran = inside("verify", net, "lenet5", "--device", "meta", "--json", str(record), "--junit", str(junit))
    assert ran.returncode == 0
    data = json.loads(record.read_text("utf-8"))
    assert data["equal"] is True and {"device", "torch", "python"} <= data["machine"].keys() and data["date"]
    first = data["models"][0]
    assert first["totals"]["macs"] == {"archcalc": 4608, "torch": 4608}
    assert first["layers"][1]["output"] == {"archcalc": [[4, 6, 6]], "torch": [[4, 6, 6]]}
    suites = list(ElementTree.parse(junit).getroot())
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("net", "6", "0"), ("lenet5", "14", "0")]  # fmt: skip
    assert [case.get("name") for case in suites[0]] == ["input", "first", "relu", "flatten", "fc", "whole network"]


def test_a_record_on_the_standard_output_is_alone(net: str) -> None:
    for models in ([net], [net, "lenet5"]):
        ran = inside("verify", *models, "--device", "meta", "--json", "-")
        assert len(json.loads(ran.stdout)["models"]) == len(models)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name models, or give --all"),
        (("vgg16", "--all"), "name models or give --all, not both"),
        (("vgg61",), "no model is called 'vgg61'"),
        (("vgg16", "--input", "3xHxW"), "needs plain numbers, and 'H' is a symbol"),
        (("vgg16", "--batch", "0"), "0 is not in the range"),
        (("vgg16", "--dtype", "fp8"), "'fp8' is not one of"),
        (("vgg16", "--json", "no/such/folder/a.json"), "there is no folder to write"),
        (("vgg16", "--json", ""), "there is no folder to write"),
        (("vgg16", "--json", "-", "--junit", "-"), "need files of their own"),
        (("vgg16", "--set", "depht=13"), "unknown-parameter"),
    ],
)
def test_bad_usage(arguments: tuple[str, ...], message: str) -> None:
    ran = inside("verify", *arguments)
    assert ran.returncode == 2 and ran.stdout == ""
    assert message in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "mistake", ["ModuleNotFoundError('No module named torch', name='torch')", "ImportError('libcuda.so.1')"]
)
def test_without_torch_one_line_says_what_to_install(tmp_path: Path, mistake: str) -> None:
    (tmp_path / "torch.py").write_text(f"raise {mistake}\n", "utf-8")
    ran = archcalc("verify", "vgg16", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert ran.returncode == 2 and ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert line.startswith("error[no-torch]: PyTorch ") and "`pip install torch`" in line
    assert archcalc("vgg16", PYTHONPATH=f"{tmp_path}:{ROOT}").returncode == 0


def test_milliseconds_have_three_digits() -> None:
    assert [milliseconds(seconds) for seconds in (12.3456, 0.1234, 0.012345, 0.0001234)] == ["12,346", "123", "12.3", "0.123"]


def test_a_pipe_that_is_closed_early_ends_the_command_quietly(net: str, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    command = [sys.executable, "-m", "archcalc", "verify", net, net, net, "--device", "meta", "--json", str(record)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait(timeout=60) == 0
    assert json.loads(record.read_text("utf-8"))["models"]


def test_a_test_report_is_xml_whatever_a_model_is_called() -> None:
    assert "a?b" in junit_text([], {"a\x01b": "<no such file>\x00"})
    ElementTree.fromstring(junit_text([], {"a\x01b": "<no such file>\x00"}))
