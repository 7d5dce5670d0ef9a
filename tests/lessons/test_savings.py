"""What blocks save: the formulas come to what the layers cost, and those of the plain form to what such a network costs."""

from __future__ import annotations

from fractions import Fraction

import pytest

import archcalc
from archcalc.lessons.savings import Saving, patches, savings
from archcalc.quiz.pool import all_families

KINDS = {"bottleneck", "separable", "factorised", "reduced", "stacked", "grouped", "windows"}


@pytest.mark.parametrize("model", [model for family in all_families() for model in family])
def test_the_block_costs_what_its_layers_do(model: str) -> None:
    report = archcalc.analyze(model)
    seen: dict[str, str] = {}
    for saving in savings(report.layers):
        assert saving.kind in KINDS
        layers = [report.layer(name) for name in saving.layers]
        if saving.kind != "windows":  # of attention only the products are compared
            assert saving.number(saving.block.weights) == sum(layer.params_no_bias for layer in layers), saving
            assert saving.number(saving.block.macs) == sum(layer.macs for layer in layers), saving
        assert saving.macs_ratio > 1 and "{" not in saving.why + saving.title
        for name in saving.layers:
            assert seen.setdefault(name, saving.title) == saving.title, f"{name} is in two"


def found(layers: str, channels: int = 64) -> Saving:
    """The only saving in a network of these layers."""
    text = f"name: net\ninput: [{channels}, 16, 16]\nlayers: [{layers}]\n"
    (saving,) = savings(archcalc.analyze(archcalc.load_text(text)).layers)
    return saving


def cost(layers: str, channels: int = 64) -> tuple[int, int]:
    """The weights and multiply-accumulates of a network of these layers."""
    totals = archcalc.analyze(archcalc.load_text(f"name: net\ninput: [{channels}, 16, 16]\nlayers: [{layers}]\n")).totals
    return totals.params_no_bias, totals.macs


def conv(out: int, kernel: int | str, more: str = "") -> str:
    return f"conv: {{out: {out}, kernel: {kernel}, pad: same{more}}}"


@pytest.mark.parametrize(
    ("kind", "block", "plain"),
    [
        ("bottleneck", [conv(16, 1), "relu", conv(16, 3), "relu", conv(64, 1)], [conv(64, 3), conv(64, 3)]),
        ("bottleneck", [conv(16, 1), conv(16, 3, ", stride: 2"), conv(128, 1)],
         [conv(128, 3, ", stride: 2"), conv(128, 3)]),
        ("separable", [conv(64, 3, ", groups: 64"), "relu", conv(128, 1)], [conv(128, 3)]),
        ("separable", [conv(64, 5, ", groups: 64, stride: 2"), conv(32, 1)], [conv(32, 5, ", stride: 2")]),
        ("factorised", [conv(48, "[1, 7]"), conv(96, "[7, 1]")], [conv(96, 7)]),
        ("reduced", [conv(16, 1), conv(96, 5)], [conv(96, 5)]),
        ("stacked", [conv(64, 3), "relu", conv(64, 3), "relu", conv(64, 3)], [conv(64, 7)]),
        ("stacked", [conv(32, 3), conv(32, 3)], [conv(32, 5)]),
        ("grouped", [conv(128, 3, ", groups: 8")], [conv(128, 3)]),
        ("grouped", [conv(128, 1, ", groups: 4")], [conv(128, 1)]),
    ],
)  # fmt: skip
def test_the_plain_form_costs_what_such_a_network_does(kind: str, block: list[str], plain: list[str]) -> None:
    saving = found(", ".join(block))
    assert saving.kind == kind
    assert (saving.number(saving.block.weights), saving.number(saving.block.macs)) == cost(", ".join(block))
    assert (saving.number(saving.plain.weights), saving.number(saving.plain.macs)) == cost(", ".join(plain))
    assert saving.weights_ratio is not None and saving.weights_ratio > 1


@pytest.mark.parametrize(
    "layers",
    [
        [conv(64, 1), conv(64, 3), conv(64, 1)],  # as wide inside as outside
        [conv(128, 1), conv(128, 3)],  # more channels for the window, not fewer
        [conv(64, 3), conv(64, 5)],  # windows of different sizes
        [conv(64, 3), "maxpool: 2", conv(64, 3)],  # something between them
        [conv(64, "[1, 7]"), conv(64, "[1, 7]")],  # two rows, which are no square
        ["conv: {out: 64, kernel: 1}"],
    ],
)
def test_what_saves_nothing(layers: list[str]) -> None:
    text = f"name: net\ninput: [64, 16, 16]\nlayers: [{', '.join(layers)}]\n"
    assert savings(archcalc.analyze(archcalc.load_text(text)).layers) == []


def test_a_branch_between_ends_a_chain() -> None:
    """What the first convolution gives is read twice, so that the second cannot take its place."""
    text = (
        "name: net\ninput: [64, 16, 16]\nlayers:\n  - {conv: {out: 16, kernel: 1}, name: a}\n"
        "  - concat: {x: [], y: [conv: {out: 64, kernel: 3, pad: 1}]}\n"
    )
    assert savings(archcalc.analyze(archcalc.load_text(text)).layers) == []


def test_patches_against_pixels() -> None:
    saving = patches(archcalc.analyze("vit_b_16"))
    assert saving is not None and saving.macs_ratio == Fraction((224 * 224) ** 2, 196**2)
    assert patches(archcalc.analyze("resnet50")) is None
    assert patches(archcalc.analyze("vit_b_16", input="3xHxW", set={"classifier": False})) is None


def test_symbols_are_left_alone() -> None:
    assert savings(archcalc.analyze("resnet50", input="3x32*sx32*s").layers) == []
