"""How depth is counted: the layers named sum to the report's depth, in every network of the zoo."""

from __future__ import annotations

from itertools import pairwise

import pytest

import archcalc
from archcalc.lessons.depth import APART, GATE, PARALLEL, PROJECTION, counted, depth_of


def test_the_longest_path_is_as_long_as_the_report_says() -> None:
    for model in archcalc.models():
        report = archcalc.analyze(model)
        depth = depth_of(report)
        beside = [layer for layers in depth.beside.values() for layer in layers]
        assert depth.total == report.totals.depth, model.name
        weighted = [layer for layer in report.layers if layer.work.layer.weighted_depth]
        assert sorted(layer.name for layer in (*depth.path, *beside)) == sorted(layer.name for layer in weighted)


@pytest.mark.parametrize("name", ["vgg16", "googlenet", "resnet50", "vit_b_16"])
def test_each_layer_of_the_path_feeds_the_next(name: str) -> None:
    report = archcalc.analyze(name)
    layers = {layer.name: layer for layer in report.layers}
    names = [layer.name for layer in depth_of(report).path]
    for before, after in pairwise(names):
        seen, waiting = set(), list(layers[after].inputs)
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += layers[one].inputs
        assert before in seen


@pytest.mark.parametrize(
    ("name", "path", "beside"),
    [
        ("vgg16", "13 conv + 3 linear", {}),
        ("alexnet", "5 conv + 3 linear", {}),
        ("resnet50", "49 conv + 1 linear", {PROJECTION: 4}),
        ("resnet18", "17 conv + 1 linear", {PROJECTION: 3}),
        ("senet154", "253 conv + 1 linear", {PROJECTION: 4}),  # three of them are 3x3
        ("googlenet", "21 conv + 1 linear", {PARALLEL: 36}),
        ("nasnet_a_mobile", "97 conv + 1 linear", {PARALLEL: 259}),
        ("vit_b_16", "1 conv + 2*12 attention + 25 linear", {}),
        ("inception_naive", "1 conv", {PARALLEL: 2}),
    ],
)
def test_known_networks(name: str, path: str, beside: dict[str, int]) -> None:
    depth = depth_of(archcalc.analyze(name))
    assert counted(depth.path) == path
    assert {place: len(layers) for place, layers in depth.beside.items()} == beside


def test_gates_count_and_are_named() -> None:
    """SE-ResNet-50 has 50 layers by its name; the two convolutions of each gate make the path longer."""
    depth = depth_of(archcalc.analyze("se_resnet50"))
    assert (depth.total, len(depth.gates), counted(depth.main)) == (82, 32, "49 conv + 1 linear")
    assert all(".gate." in layer.name for layer in depth.gates)


def test_a_gate_beside_the_path() -> None:
    spec = """
input: [8, 16, 16]
layers:
  - mul:
      body: [conv: {out: 8, kernel: 3, pad: 1}, conv: {out: 8, kernel: 3, pad: 1}]
      gate: [global_avgpool: {keep: true}, conv: {out: 8, kernel: 1}, sigmoid]
"""
    depth = depth_of(archcalc.analyze(archcalc.load_text(spec)))
    assert {place: [layer.name for layer in layers] for place, layers in depth.beside.items()} == {GATE: ["gate.conv"]}


def test_auxiliary_heads_stand_apart() -> None:
    depth = depth_of(archcalc.analyze("googlenet", set={"aux": "true"}))
    assert counted(depth.beside[APART]) == "2 conv + 4 linear"
    assert depth.total == 22


def test_a_network_without_weights() -> None:
    report = archcalc.analyze(archcalc.load_text("input: [3, 8, 8]\nlayers: [maxpool: 2]"))
    assert depth_of(report) == ([], [], [], {})
