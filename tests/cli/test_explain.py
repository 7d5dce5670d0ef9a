"""archcalc explain, as a user sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.commands import ROOT, archcalc, inside


def flat(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_a_layer() -> None:
    shown = archcalc("explain", "alexnet", "conv1")
    assert shown.returncode == 0 and shown.stderr == ""
    text = flat(shown.stdout)
    assert "together = (F*F*C + 1)*K = (11*11*3 + 1)*96 = 34,944" in text
    assert "params 34,848: bias forgotten (every output channel or feature has a bias of its own)" in text
    assert "sees = r + (k - 1)*jump = 1 + (11 - 1)*1 = 11" in text


def test_a_block() -> None:
    text = flat(inside("explain", "resnet50", "stage1.block2").stdout)
    assert "resnet50 stage1.block2: bottleneck, 10 layers" in text
    assert "would take 16.9 times the weights" in text


def test_a_model_with_claims_and_errata() -> None:
    text = flat(inside("explain", "googlenet").stdout)
    assert "depth = 21 conv + 1 linear = 22" in text
    assert "published figures hold, such as" in text
    assert "CS231n lecture 12, slide 41 prints 12x less for params, compared to alexnet; here it is 8.913x." in text


@pytest.mark.parametrize(
    "options",
    [
        ("--batch", "2"),
        ("--set", "classes=10"),
        ("--input", "3x256x256"),
        ("--dtype", "fp16"),
        ("--symbol", "classes"),
        ("--input", "3x32*sx32*s"),
    ],
)
def test_with_other_settings_nothing_is_said_of_published_figures(options: tuple[str, ...]) -> None:
    shown = inside("explain", "resnet50", *options)
    assert shown.returncode == 0 and "depth = 49 conv + 1 linear = 50" in shown.stdout
    assert "published" not in shown.stdout and "differ" not in shown.stdout


def test_names_are_forgiven_and_files_work(tmp_path: Path) -> None:
    assert inside("explain", "ViT-B/16", "ENCODER1/msa").stdout.startswith("vit_b_16 encoder1.msa: add of branches")
    net = tmp_path / "net.yaml"
    net.write_text(
        "name: tiny\nvariants: {one: {}, two: {}}\ninput: [3, 8, 8]\nlayers: [conv: {out: 4, kernel: 3}, relu]\n"
        "claims:\n  two:\n    - {params: 112, source: me}\n    - {params: 113, source: you, erratum: you counted one more}\n"
    )
    assert "published" not in inside("explain", str(net)).stdout
    text = flat(inside("explain", f"{net}:two").stdout)
    assert "1 of 2 published figures hold 112 for params: 112 (me)" in text
    assert "you prints 113 for params; here it is 112. you counted one more" in text


def test_what_a_spec_says_of_a_block() -> None:
    text = flat(inside("explain", "gmlp_s", "gmlp1.body.spatial_gate").stdout)
    assert "One half of the features multiplies the other" in text


def test_what_if() -> None:
    text = flat(inside("explain", "alexnet", "conv1", "--what-if", "kernel=7,stride=2").stdout)
    assert "params 34,944 14,208 -20,736 (-59.3%)" in text
    assert "params 62,378,344 201,818,216 +139,439,872 (+224%)" in text
    broken = inside("explain", "resnet50", "stage1.block1.body.conv_bn2.conv", "--what-if", "stride=2")
    assert broken.returncode == 0 and "stage1.block1.add does not fit any more" in broken.stdout


def test_what_if_of_a_merge_is_about_the_merge_itself() -> None:
    """It has branches, so its page is that of a block; but it has fields of its own."""
    shown = inside("explain", "vit_b_16", "encoder1.msa", "--what-if", "axis=C")
    assert "encoder1.msa is of the kind 'add', which has no fields" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("alexnet", "--what-if", "kernel=3"), "archcalc explain alexnet LAYER --what-if kernel=3"),
        (("resnet50", "stage1", "--what-if", "kernel=3"), "'stage1' has 32"),
        (("alexnet", "conv1", "--what-if", "kernl=3"), "did you mean 'kernel'?"),
        (("alexnet", "conv1", "--what-if", "pad=sam"), "did you mean 'same'?"),
        (("alexnet", "conv1", "--what-if", "kernel=0"), "--what-if kernel:1:1"),
        (("alexnet", "conv1", "--what-if", "kernel=500"), "H_out = floor((227 - 500 + 2*0)/4) + 1 = -68"),
        (("alexnet", "conv1", "--what-if", ""), "a FIELD=VALUE is wanted"),
        (("alexnet", "conv99"), "alexnet has no layer 'conv99'"),
        (("alexnett",), "did you mean 'alexnet'"),
        (("resnet50", "conv"), "several layers of resnet50 end in 'conv'"),
        (("resnet50", "--set", "clases=3"), "did you mean 'classes'"),
        (("alexnet", "conv1", "--layout", "whc"), "'whc' is not one of"),
    ],
)
def test_mistakes_say_what_to_do(arguments: tuple[str, ...], wanted: str) -> None:
    failed = inside("explain", *arguments)
    assert failed.returncode == 2 and failed.stdout == ""
    assert wanted in failed.stderr and "internal" not in failed.stderr


@pytest.mark.parametrize(
    "text", ["\x00=1", "kernel=\x1b[31m", "kernel=" + "9" * 100_000, "," * 10_000, "kernel=" + "(" * 5_000, "=" * 99]
)
def test_odd_input_is_an_error_and_no_accident(text: str) -> None:
    failed = inside("explain", "alexnet", "conv1", "--what-if", text)
    assert failed.returncode == 2 and "internal" not in failed.stderr and len(failed.stderr) < 5_000


def test_layout_and_biases() -> None:
    shown = inside("explain", "resnet50", "stage1.block2", "--layout", "chw").stdout
    assert "256x56x56" in shown and "56x56x256" not in shown
    assert "params without biases" in inside("explain", "vgg16", "--no-bias").stdout
    assert "without biases = 34,848" in inside("explain", "alexnet", "conv1", "--no-bias").stdout


@pytest.mark.parametrize(
    "target", [("vgg16",), ("alexnet", "conv1"), ("resnet50", "stage1"), ("alexnet", "conv1", "--what-if", "pad=2")]
)
def test_other_forms(target: tuple[str, ...]) -> None:
    assert inside("explain", *target, "--markdown").stdout.startswith("# ")
    latex = inside("explain", *target, "--latex").stdout
    assert latex.startswith("\\documentclass{article}") and latex.endswith("\\end{document}\n")


@pytest.mark.parametrize("width", [40, 80])
def test_a_page_is_as_wide_as_the_terminal_allows(width: int) -> None:
    for target in (("vgg16",), ("resnet50", "stage1.block2"), ("alexnet", "conv1")):
        shown = inside("explain", *target, width=width).stdout
        assert all(len(line) <= width or " " not in line.strip() for line in shown.split("\n"))


def test_block_and_layer_pages_fit_two_screens() -> None:
    for target in (("resnet50", "stage1.block2"), ("mobilenet_v2", "stage2.inverted_residual2"), ("vit_b_16", "encoder1"),
                   ("googlenet", "inception3a"), ("alexnet", "conv1"), ("densenet264", "block3")):  # fmt: skip
        assert inside("explain", *target).stdout.count("\n") <= 72, target


@pytest.mark.parametrize(
    "arguments", [("vgg16",), ("resnet50", "stage1"), ("alexnet", "conv1", "--what-if", "kernel=7"), ("vgg16", "--latex")]
)
def test_plain_numbers_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "archcalc", "explain", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert run.returncode == 0
    seen = {line.rpartition("|")[2].strip() for line in run.stderr.split("\n")}
    assert "archcalc.lessons.pages" in seen and not seen & {"torch", "sympy", "numpy"}


def test_the_short_page_of_a_layer_is_as_it_was() -> None:
    """`archcalc MODEL LAYER` has no reasons; golden files hold the rest of it."""
    assert "memory   96*55*55 = 290,400 values" in inside("alexnet", "conv1").stdout
    assert "(every output channel" not in inside("alexnet", "conv1").stdout
