"""Mistakes with the arithmetic of kinds: each has a name that is explained, and a formula in the letters of the layer."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.expr import formula
from archcalc.layers.base import Layer
from archcalc.layers.pitfalls import PITFALLS
from archcalc.lessons.worked import slips

PICTURE, TOKENS, VECTOR = "[6, 20, 30]", "[7, 8]", "[9]"
LAYERS = {
    "conv: {out: 5, kernel: 3}": PICTURE,
    "conv: {out: 6, kernel: [1, 5], stride: [2, 3], pad: [0, 2], bias: false}": PICTURE,
    "conv: {out: 6, kernel: 3, groups: 3, dilation: 2, pad: 1}": PICTURE,
    "conv: {out: 4, kernel: 2, pad: [0, 1, 0, 1]}": PICTURE,
    "conv: {out: 4, kernel: 3, pad: same}": PICTURE,
    "maxpool: {kernel: 3, stride: 2, pad: 1}": PICTURE,
    "maxpool: {kernel: 3, stride: 2, ceil: true, dilation: 2}": PICTURE,
    "avgpool: 2": PICTURE,
    "linear: 4": VECTOR,
    "linear: {out: 8, bias: false}": TOKENS,
    "attention: 2": TOKENS,
    "attention: {heads: 2, head_width: 3, bias: false}": TOKENS,
    "bn": PICTURE,
    "bn: {affine: false}": PICTURE,
}


def layer(text: str) -> archcalc.LayerReport:
    return archcalc.analyze(archcalc.load_text(f"input: {LAYERS[text]}\nlayers:\n  - {text}\n")).layers[1]


@pytest.mark.parametrize("text", LAYERS)
def test_each_has_a_name_and_a_value(text: str) -> None:
    found = layer(text)
    values = {**found.work.values, "params": found.params, "macs": found.macs}
    for pitfall in found.work.layer.pitfalls():
        assert pitfall.name in PITFALLS
        assert pitfall.of in ("params", "macs", "activations", "H_out", "W_out")
        assert formula(pitfall.formula).names <= values.keys(), pitfall
        formula(pitfall.formula).evaluate(values)


def test_every_name_is_used() -> None:
    used = {pitfall.name for text in LAYERS for pitfall in layer(text).work.layer.pitfalls()}
    assert used == set(PITFALLS)


@pytest.mark.parametrize("text", LAYERS)
def test_a_slip_is_never_the_right_value(text: str) -> None:
    found = layer(text)
    right = {"params": found.params, "macs": found.macs, "activations": found.activations,
             "H_out": found.output[1] if len(found.output) > 2 else 0, "W_out": found.output[-1]}  # fmt: skip
    for slip in slips(found):
        assert slip.value != right[slip.of] and slip.value > 0 and slip.why


@pytest.mark.parametrize(
    ("text", "of", "name", "value"),
    [
        ("conv: {out: 5, kernel: 3}", "params", "bias forgotten", 3 * 3 * 6 * 5),
        ("conv: {out: 5, kernel: 3}", "params", "one channel per filter", 3 * 3 * 5 + 5),
        ("conv: {out: 5, kernel: 3}", "params", "in and out exchanged", (3 * 3 * 5 + 1) * 6),
        ("conv: {out: 5, kernel: 3}", "macs", "operations counted twice", 2 * 18 * 28 * 3 * 3 * 6 * 5),
        ("conv: {out: 5, kernel: 3}", "macs", "positions of the input", 20 * 30 * 3 * 3 * 6 * 5),
        ("conv: {out: 5, kernel: 3}", "H_out", "+1 forgotten", 17),
        ("conv: {out: 5, kernel: 3}", "W_out", "kernel not subtracted", 31),
        ("conv: {out: 6, kernel: 3, groups: 3, dilation: 2, pad: 1}", "params", "groups ignored", (3 * 3 * 6 + 1) * 6),
        ("conv: {out: 6, kernel: 3, groups: 3, dilation: 2, pad: 1}", "H_out", "dilation forgotten", 20),
        ("conv: {out: 6, kernel: 3, groups: 3, dilation: 2, pad: 1}", "H_out", "padding forgotten", 16),
        ("maxpool: {kernel: 3, stride: 2, pad: 1}", "params", "like a convolution", 54),
        ("maxpool: {kernel: 3, stride: 2, pad: 1}", "H_out", "rounded up", 11),
        ("maxpool: {kernel: 3, stride: 2, ceil: true, dilation: 2}", "H_out", "rounded down", 8),
        ("linear: 4", "params", "in and out exchanged", 45),
        ("linear: 4", "macs", "biases counted", 40),
        ("attention: 2", "params", "way back forgotten", 3 * 8 * 8 + 3 * 8),
        ("attention: 2", "macs", "products forgotten", 4 * 7 * 8 * 8),
        ("bn", "params", "statistics counted", 24),
    ],
)
def test_what_mistakes_come_to(text: str, of: str, name: str, value: int) -> None:
    assert {slip.name: slip.value for slip in slips(layer(text), of)}[name] == value


def test_with_symbols_there_are_none() -> None:
    report = archcalc.analyze("alexnet", input="3xHxW", set={"classes": 10})
    assert not list(slips(report.layer("conv1"), "H_out"))


def test_most_kinds_have_none() -> None:
    assert list(Layer.pitfalls(layer("bn").work.layer)) == []
