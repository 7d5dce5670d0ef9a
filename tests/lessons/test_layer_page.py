"""The page of a layer says what the report says, for every sort of layer of two dozen networks."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.lessons.layer_page import layer_page
from archcalc.lessons.pages import Equation, Section
from lessons.readings import MODELS, equations, number, section, sentences, worked


def sorts(report: archcalc.Report) -> list[archcalc.LayerReport]:
    """One layer of each sort, at each receptive field: the rest of a deep network repeats them."""
    return list({(id(layer.work), str(layer.receptive_field)): layer for layer in report.layers}.values())


@pytest.mark.parametrize("name", MODELS)
def test_every_number_is_the_report_s(name: str) -> None:
    report = archcalc.analyze(name)
    for layer in sorts(report):
        page = layer_page(report, layer)
        titles = [part.title for part in page.sections]
        if "params" in titles:
            found = list(equations(page, "params").values())
            total = found[-1] if found and found[-1].name == "together" else None
            assert (number(total.result) if total else sum(number(one.result) for one in found)) == layer.params, layer.name
        macs = equations(page, "ops (MACs)") if "ops (MACs)" in titles else {}
        counted = [number(one.result) for key, one in macs.items() if key != "together"]
        assert sum(counted) == layer.macs, layer.name
        costs = equations(page, "memory and reach")
        assert number(costs["memory"].result if "memory" in costs else "0") == layer.activations, layer.name
        if layer.macs:
            assert number(costs["FLOPs"].result) == worked(costs["FLOPs"].numbers) == layer.flops
        if "sees" in costs:
            assert number(costs["sees"].result) == worked(costs["sees"].numbers) == layer.receptive_field
            assert worked(costs["apart"].numbers) == layer.stride
        elif layer.receptive_field == "all":
            assert "each position sees all" in str(section(page, "memory and reach").entries)


def test_what_flows_in_and_out_and_where_it_stands() -> None:
    report = archcalc.analyze("alexnet")
    page = layer_page(report, report.layer("conv1"))
    assert page.title == "alexnet conv1: conv 11x11/4, 96"
    assert page.lead.startswith("Slide `out` learned filters over a picture")
    assert dict(page.facts)["in"] == "227x227x3  from input"
    assert dict(page.facts)["out"] == "55x55x96  to relu1"
    assert section(page, "memory and reach").entries[-1] == f"written at {report.layer('conv1').place}"
    assert dict(layer_page(report, report.layer("fc8")).facts)["out"] == "1000  what the network gives"
    assert dict(layer_page(report, report.layer("conv1"), "chw").facts)["in"] == "3x227x227  from input"


def test_common_slips_with_reasons() -> None:
    report = archcalc.analyze("alexnet")
    told = list(map(str, section(layer_page(report, report.layer("conv1")), "common slips").entries))
    assert "params 34,848: bias forgotten   (every output channel or feature has a bias of its own)" in told
    assert any(line.startswith("size 54: +1 forgotten") for line in told)


def test_reach_is_worked_along_both_axes_where_they_differ() -> None:
    report = archcalc.analyze("inception_v3")
    row = next(layer for layer in report.layers if layer.title.startswith("1x7"))
    costs = equations(layer_page(report, row), "memory and reach")
    assert costs["sees along H"].result != costs["sees along W"].result
    assert [number(costs[f"sees along {axis}"].result) for axis in "HW"] == list(row.receptive_field)


def test_grouped_convolutions_and_attention_say_what_they_save() -> None:
    report = archcalc.analyze("resnext50_32x4d")
    grouped = next(layer for layer in report.layers if layer.title.endswith("g32"))
    assert "32 groups against one" in [part.title for part in layer_page(report, grouped).sections]
    report = archcalc.analyze("vit_b_16")
    titles = [part.title for part in layer_page(report, report.layer("encoder7.msa.body.attention")).sections]
    assert "patches as tokens against pixels" in titles


def test_without_biases() -> None:
    report = archcalc.analyze("alexnet")
    assert equations(layer_page(report, report.layer("conv1"), no_bias=True), "params")["without biases"].result == "34,848"


def test_a_stride_that_does_not_fit_is_remarked() -> None:
    report = archcalc.analyze("alexnet", input="3x224x224")
    assert any("54.25" in sentence for sentence in sentences(layer_page(report, report.layer("conv1"))))


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "googlenet", "mobilenet_v2", "vit_b_16"])
def test_symbols_say_what_can_be_said(name: str) -> None:
    report = archcalc.analyze(name, input="3x32*sx32*s" if name != "vit_b_16" else "3x16*sx16*s", batch="N")
    for layer in sorts(report):
        page = layer_page(report, layer)
        assert all(entry for part in page.sections if isinstance(part, Section) for entry in part.entries)
    conv = next(layer for layer in report.layers if layer.kind == "conv")
    memory = equations(layer_page(report, conv), "memory and reach")["memory"]
    assert "N" in memory.result and isinstance(memory, Equation)
