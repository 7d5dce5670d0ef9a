"""archcalc MODEL: what the issue and the lecture promise, as a user sees it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import archcalc as library
from cli.commands import ROOT, archcalc


def test_the_lecture_s_vgg16_table() -> None:
    shown = archcalc("vgg16", "--table", "--no-bias").stdout
    rows = [line.split() for line in shown.split("\n")]
    by_name = {row[0]: row for row in rows if row}
    assert by_name["conv1_1"] == ["conv1_1", "conv", "3x3,", "64", "224x224x64", "3,211,264", "1,728", "86,704,128"]
    assert by_name["pool5"][-4:] == ["7x7x512", "25,088", "0", "0"]
    assert by_name["fc6"][-4:] == ["4096", "4,096", "102,760,448", "102,760,448"]
    assert by_name["total"] == ["total", "15,237,608", "138,344,128", "15,470,264,320"]
    head = next(i for i, row in enumerate(rows) if row and row[0].startswith("───"))
    listed = rows[head + 1 : rows.index(by_name["total"])]
    assert len([row for row in listed if row]) == 22  # as many as on the slide: the input, 13 conv, 5 pool, 3 fc


def test_the_derivation_of_alexnet_conv1() -> None:
    shown = archcalc("alexnet", "conv1").stdout
    assert "(227 - 11 + 2*0)/4 + 1 = 55" in shown
    assert "(11*11*3 + 1)*96 = 34,944" in shown


def test_a_stride_that_does_not_fit_is_said_and_with_strict_fails() -> None:
    said = archcalc("alexnet", "--input", "3x224x224")
    assert said.returncode == 0
    assert "54.25" in said.stdout and "row and column of pixels" in " ".join(said.stdout.split())
    failed = archcalc("alexnet", "--input", "3x224x224", "--strict")
    assert failed.returncode == 2 and "error[does-not-fit]" in failed.stderr and failed.stdout == ""
    assert "note" not in archcalc("resnet50", "--strict").stdout


def test_symbols_print_polynomials_and_load_sympy_only_then() -> None:
    assert "83410944*s**2 + 2048000" in archcalc("resnet50", "--input", "3x32*sx32*s").stdout
    assert "18432*s**4 + 85561344*s**2 + 85721088" in archcalc("vit_b_16", "--input", "3x16*sx16*s").stdout
    assert "15470264320*N" in archcalc("vgg16", "--batch", "N").stdout


def test_json_is_plain_and_complete() -> None:
    data = json.loads(archcalc("vgg16", "--json").stdout)
    totals = data["totals"]
    assert data["schema"] == 1 and data["input"] == [3, 224, 224] and data["batch"] == 1 and data["dtype"] == "fp32"
    assert totals["params"] == 138_357_544 and totals["params_no_bias"] == 138_344_128
    assert totals["macs"] == 15_470_264_320 and totals["flops"] == 2 * totals["macs"]
    assert totals["activations"] == 15_237_608 and totals["activation_bytes"] == 60_950_432
    assert totals["depth"] == 16 and totals["receptive_field"] == 212
    layers = {layer["name"]: layer for layer in data["layers"]}
    assert len(layers) == len(data["layers"])
    assert layers["pool5"]["receptive_field"] == 212 and layers["fc8"]["receptive_field"] == "all"
    assert layers["conv1_1"]["place"].startswith("vgg.yaml:")
    for quantity in ("params", "params_no_bias", "macs", "flops", "elementwise", "activations"):
        assert sum(layer[quantity] for layer in data["layers"]) == totals[quantity]


def test_json_of_symbols_is_python_syntax() -> None:
    data = json.loads(archcalc("alexnet", "--input", "3xHxW", "--json").stdout)
    exact = library.analyze("alexnet", input=(3, 300, 201)).totals
    assert eval(data["totals"]["macs"], {"H": 300, "W": 201}) == exact.macs
    assert data["valid_when"] == ["H >= 67", "W >= 67"]


def test_csv_has_a_line_a_layer() -> None:
    lines = list(csv.DictReader(io.StringIO(archcalc("resnet18", "--csv").stdout)))
    assert len(lines) == len(library.analyze("resnet18").layers)
    assert sum(int(line["params"]) for line in lines) == 11_689_512


@pytest.mark.parametrize("form", ["--json", "--csv", "--markdown", "--latex", "--table"])
def test_every_form_works_for_a_model_a_block_and_a_layer(form: str) -> None:
    for words in (["resnet18"], ["resnet18", "stage1"], ["resnet18", "stem.conv"]):
        done = archcalc(*words, form)
        assert done.returncode == 0 and done.stdout.strip() and not done.stderr


def test_markdown_and_latex_are_well_formed() -> None:
    markdown = archcalc("vgg16", "--markdown").stdout
    table = [line for line in markdown.split("\n") if line.startswith("|")]
    assert {line.count("|") for line in table} == {7} and len(table) == 2 + 22 + 1
    latex = archcalc("vgg16", "--latex").stdout
    assert latex.count(r" \\") == 1 + 22 + 1 and "conv1\\_1" in latex and latex.count("&") == 24 * 5


def test_latex_keeps_text_and_remarks_apart_from_numbers() -> None:
    latex = archcalc("vgg16", "--latex").stdout
    assert "conv 3x3, 64 &" in latex and "150{,}528" in latex
    noted = archcalc("alexnet", "--latex", "--input", "3xHxW").stdout
    before = noted[: noted.index(r"\begin{tabular}")].splitlines()
    assert any(line.startswith("% valid when ") for line in before) and all(line.startswith("% ") for line in before)


def test_names_are_forgiving() -> None:
    for name in ("ViT-B/16", "vit_b_16", "VIT-B-16", "vitb16"):
        assert "86,567,656" in archcalc(name).stdout


@pytest.mark.parametrize("name", ["vgg61", "resnet51", "googlenett"])
def test_unknown_models_get_a_near_miss(name: str) -> None:
    done = archcalc(name)
    assert done.returncode == 2 and "error[unknown-model]" in done.stderr and "did you mean" in done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["alexnet", "conv9"], "unknown-layer"),
        (["alexnet", "--set", "clases=3"], "unknown-parameter"),
        (["alexnet", "--set", "classes"], "bad-option"),
        (["alexnet", "--set", "classes=cat"], "unknown-name"),
        (["alexnet", "--set", "classes=-1"], "bad-value"),
        (["alexnet", "--set", "classes=1.5"], "bad-value"),
        (["alexnet", "--set", "classes=9**9**9"], "too-large"),
        (["alexnet", "--set", "classes=[1,"], "bad-yaml"),
        (["alexnet", "--symbol", "clases"], "unknown-parameter"),
        (["alexnet", "--input", "foo bar"], "bad-option"),
        (["alexnet", "--input", ""], "bad-option"),
        (["alexnet", "--input", "3x"], "bad-option"),
        (["alexnet", "--input", "3x0x227"], "bad-value"),
        (["alexnet", "--input", "3x-1x227"], "bad-value"),
        (["alexnet", "--input", "3x5x5"], "size-below-one"),
        (["alexnet", "--input", "227"], "wrong-axes"),
        (["alexnet", "--input", "x" * 10_000], "bad-option"),
        (["alexnet", "--input", "3x9**9**9x3"], "bad-option"),
        (["alexnet", "--input", "3x__import__('os')x3"], "bad-option"),
        (["alexnet", "--input", "y=3x227x227"], "unknown-name"),
        (["alexnet", "--input", "3x227x227", "--input", "3x227x227"], "bad-option"),
        (["alexnet", "--batch", "0"], "bad-option"),
        (["alexnet", "--batch", "-1"], "bad-option"),
        (["alexnet", "--batch", "1.5"], "bad-option"),
        (["alexnet", "--batch", "1e9999"], "bad-option"),
        (["no/such/file.yaml"], "no-such-file"),
        (["."], "no-such-file"),
        (["specs/resnet.yaml:resnet51"], "unknown-model"),
        (["kinds", "konv"], "unknown-kind"),
    ],
)
def test_mistakes_are_messages(words: list[str], code: str) -> None:
    done = archcalc(*words, cwd=ROOT)
    assert done.returncode == 2 and done.stdout == ""
    assert f"error[{code}]" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["alexnet", "--layout", "nhwc"], ["alexnet", "--nope"], ["alexnet", "a", "b"], ["--nope"]])
def test_wrong_usage_is_status_2(words: list[str]) -> None:
    done = archcalc(*words)
    assert done.returncode == 2 and "Error" in done.stderr and "Traceback" not in done.stderr


def test_files_and_variants_work_wherever_a_name_does(tmp_path: Path) -> None:
    spec = tmp_path / "nets.yaml"
    text = "params: {n: 3}\nvariants: {small: {n: 1}, big: {n: 9}}\ninput: [3, 8, 8]\nlayers: [conv: {out: n, kernel: 3}]\n"
    spec.write_text(text)
    assert "28" in archcalc(str(spec)).stdout  # the first variant: 3*3*3*1 + 1
    assert "252" in archcalc("nets.yaml:big", cwd=tmp_path).stdout
    assert "84" in archcalc("nets.yaml", "--set", "n=3", cwd=tmp_path).stdout


def test_it_works_from_any_directory(tmp_path: Path) -> None:
    assert "138,357,544" in archcalc("vgg16", cwd=tmp_path).stdout


def test_a_closed_pipe_ends_quietly() -> None:
    script = f"{sys.executable} -m archcalc resnet152 --json | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "{" and done.stderr == ""


@pytest.mark.parametrize(
    ("where", "status", "said"), [(">/dev/full", 2, "cannot be written"), (">&-", 0, ""), (">&- 2>&-", 0, "")]
)
def test_output_that_goes_nowhere(where: str, status: int, said: str) -> None:
    script = f"{sys.executable} -m archcalc vgg16 --table {where}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == status and said in done.stderr and "Traceback" not in done.stderr
    assert bool(done.stderr) == bool(said)


def test_no_colour_without_a_terminal_and_no_bars_without_unicode() -> None:
    plain = archcalc("vgg16", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert plain.returncode == 0 and plain.stdout.isascii() and "\x1b" not in plain.stdout
    assert "\x1b" not in archcalc("vgg16", "--table").stdout


@pytest.mark.parametrize("width", [1, 40, 80])
def test_narrow_terminals(width: int) -> None:
    for words in (["vgg16"], ["vgg16", "--table"], ["alexnet", "conv1"], ["kinds"], ["kinds", "conv"]):
        done = archcalc(*words, width=width)
        assert done.returncode == 0
        assert max(map(len, done.stdout.split("\n"))) <= max(width, 40)


def test_levels_fold_blocks() -> None:
    rows = archcalc("resnet50", "--table", "--levels", "1").stdout
    assert "stage1" in rows and "block1" not in rows and "25,557,032" in rows


def test_kinds() -> None:
    assert "stride" in archcalc("kinds", "conv").stdout


def test_shell_completion_offers_models_and_commands() -> None:
    done = archcalc(_ARCHCALC_COMPLETE="bash_complete", COMP_WORDS="archcalc vg", COMP_CWORD="1")
    assert "plain,vgg16" in done.stdout
    assert "source" in archcalc(_ARCHCALC_COMPLETE="bash_source").stdout or done.stdout


def test_a_bug_is_a_message_too() -> None:
    code = "import archcalc.cli.show as s\ns._text = lambda *a: 1/0\nfrom archcalc.cli.main import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code, "vgg16"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2 and "error[internal]" in done.stderr and "Traceback" not in done.stderr
