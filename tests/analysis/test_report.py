"""The report as a library user has it: plain data, with near misses for names."""

from __future__ import annotations

import copy
import doctest
import json
import pickle
import subprocess
import sys

import pytest

import archcalc
from archcalc.render.page import page_text
from archcalc.render.table import Style


@pytest.mark.parametrize("settings", [{}, {"input": "3xHxW"}, {"input": "3x32*sx32*s", "batch": "N"}])
def test_a_report_can_be_kept_copied_and_sent(settings: dict[str, str]) -> None:
    report = archcalc.analyze("resnet18", **settings)  # type: ignore[arg-type]
    data = report.to_dict()
    assert json.loads(json.dumps(data)) == data
    for twin in (pickle.loads(pickle.dumps(report)), copy.deepcopy(report)):
        assert twin.to_dict() == data


def test_symbols_take_numbers() -> None:
    report = archcalc.analyze("resnet50", input="3x32*sx32*s", batch="N")
    numeric = archcalc.analyze("resnet50", input=(3, 224, 224), batch=5)
    for quantity in ("macs", "activations", "elementwise", "activation_bytes", "flops", "params"):
        assert report.evaluate(getattr(report.totals, quantity), s=7, N=5) == getattr(numeric.totals, quantity)


def test_layers_are_found_by_name_block_round_and_ending() -> None:
    report = archcalc.analyze("resnet50")
    assert [layer.name for layer in report.find("stem.conv")] == ["stem.conv"]
    assert {layer.name.split(".")[0] for layer in report.find("stage1")} == {"stage1"}
    assert {layer.name.split(".")[0] for layer in report.find("stage")} == {"stage1", "stage2", "stage3", "stage4"}
    assert len(report.find("STAGE1/block1")) == len(report.find("stage1.block1"))
    with pytest.raises(archcalc.SpecError, match="several layers"):
        report.find("conv_bn1.conv")
    with pytest.raises(archcalc.SpecError, match="no layer"):
        report.find("conv9")


def test_batch_multiplies_values_and_ops_but_not_weights() -> None:
    one, many = archcalc.analyze("vgg16").totals, archcalc.analyze("vgg16", batch=32).totals
    assert (many.params, many.depth, many.receptive_field) == (one.params, one.depth, one.receptive_field)
    for quantity in ("macs", "flops", "elementwise", "activations", "activation_bytes"):
        assert getattr(many, quantity) == 32 * getattr(one, quantity)


def test_dtype_sets_bytes() -> None:
    assert archcalc.analyze("vgg16", dtype="fp16").totals.activation_bytes == 2 * 15_237_608
    with pytest.raises(archcalc.SpecError, match="unknown dtype"):
        archcalc.analyze("vgg16", dtype="fp31")


GATED = """
input: [8, 32, 32]
layers:
  - conv: {out: 8, kernel: 3, pad: 1}
  - mul: {body: [], gate: [global_avgpool: {keep: true}, conv: {out: 8, kernel: 1}, sigmoid]}
  - conv: {out: 8, kernel: 3, pad: 1}
    name: last
"""


def test_a_gate_does_not_turn_what_follows_to_all() -> None:
    report = archcalc.analyze(archcalc.load_text(GATED))
    assert report.layer("mul").gated and report.layer("mul").receptive_field == 3
    assert report.layer("last").receptive_field == 5
    assert report.layer("gate.conv").receptive_field == "all"


def test_a_layer_that_nothing_uses_is_noted() -> None:
    text = "input: [3, 8, 8]\nlayers:\n  - {conv: {out: 4, kernel: 3}, name: a}\n  - {relu: , from: x, name: b}\n"
    assert archcalc.analyze(archcalc.load_text(text)).notes == ["a: nothing uses its output"]


def test_receptive_fields_that_differ_along_h_and_w_are_pairs() -> None:
    text = "input: [1, 9, 9]\nlayers: [conv: {out: 1, kernel: [1, 7]}, conv: {out: 1, kernel: [3, 1], stride: [2, 1]}]\n"
    layers = archcalc.analyze(archcalc.load_text(text)).layers
    assert layers[-1].receptive_field == (3, 7) and layers[-1].stride == (2, 1)


@pytest.mark.parametrize(
    ("model", "settings", "field"),
    # The paper's own table (Araujo, Norris and Sim 2019) and torchvision's stride placement
    [("vgg16", {}, 212), ("resnet50", {"v1": True}, 483), ("resnet101", {"v1": True}, 1027), ("resnet152", {"v1": True}, 1507),
     ("resnet50", {}, 427), ("resnet152", {}, 1451), ("alexnet", {}, 195)],
)  # fmt: skip
def test_published_receptive_fields(model: str, settings: dict[str, bool], field: int) -> None:
    assert archcalc.analyze(model, set=settings).totals.receptive_field == field


def test_the_package_s_example_is_true_and_importing_it_is_light() -> None:
    assert doctest.testmod(archcalc).failed == 0 and doctest.testmod(archcalc).attempted == 3
    code = "import sys, archcalc; assert 'yaml' not in sys.modules; archcalc.load; assert 'yaml' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert all(hasattr(archcalc, name) for name in archcalc.__all__)
    with pytest.raises(AttributeError):
        _ = archcalc.nothing


def test_one_output_of_several_is_found_by_its_name() -> None:
    text = "input: [8, 4, 4]\nlayers:\n  - {split: [2, 6], name: [s, t]}\n  - {conv: {out: 2, kernel: 1}, from: t}\n"
    report = archcalc.analyze(archcalc.load_text(text))
    assert report.find("t")[0].kind == "split" and report.named("s") is report.layer("split")


def test_settings_that_follow_from_others_are_told_with_their_formula() -> None:
    model = archcalc.load_text(
        "params: {a: 1.2, b: 3, ab: a * b, c: 1 if b == 3 else 2, words: [relu, gelu], long: [1, 2]}\n"
        "input: [4]\nlayers: [linear: b]\n"
    )
    report = archcalc.analyze(model)
    assert report.derived == {"ab": "a * b", "c": "1 if b == 3 else 2"}
    told = "Parameters, for --set: a=1.2, b=3, ab=a*b=3.6, c=1 if b==3 else 2=1, words=[relu,gelu], long=[1,2]"
    assert told in page_text(report, Style(), width=200)
    fixed = archcalc.analyze(model, set={"ab": 5})
    assert list(fixed.derived) == ["c"]
    assert "ab=5" in page_text(fixed, Style(), width=200)


def test_a_model_without_parameters_has_none_to_tell() -> None:
    report = archcalc.analyze(archcalc.load_text("input: [4]\nlayers: [relu]\n"))
    assert "--set" not in page_text(report, Style())
