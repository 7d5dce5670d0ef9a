"""The page of a model: every one of the zoo has one, its sums are the report's, and what was published is told truly."""

from __future__ import annotations

from itertools import pairwise

import pytest

import archcalc
from archcalc.claims import Checked
from archcalc.lessons.model_page import model_page
from lessons.readings import equations, number, section, sentences, table, worked


def test_every_model_has_a_page_whose_sums_are_the_report_s() -> None:
    for model in archcalc.models():
        report = archcalc.analyze(model)
        page = model_page(report)
        *stages, total = table(page, "where it sits").rows
        for at, of in enumerate(("params", "macs", "activations"), 2):
            whole = getattr(report.totals, of)
            assert sum(number(row[at]) for row in stages) == number(total[at]) == whole, model.name
        depth = equations(page, "how depth is counted")["depth"]
        assert number(depth.result) == worked(depth.numbers) == report.totals.depth, model.name
        story = section(page, "the story of shapes").entries
        shapes = [str(line).partition(": ")[2].partition(" by ")[0].split(" -> ") for line in story if " -> " in str(line)]
        assert all(one[1] == other[0] for one, other in pairwise(shapes)), model.name


def test_the_story_of_shapes() -> None:
    page = model_page(archcalc.analyze("resnet50"))
    assert section(page, "the story of shapes").entries == (
        "stem - maxpool: 224x224x3 -> 56x56x64 by conv 7x7/2, 64; maxpool 3x3/2",
        "stage1: 56x56x64 -> 56x56x256 by 3 x bottleneck",
        "stage2: 56x56x256 -> 28x28x512 by 4 x bottleneck",
        "stage3: 28x28x512 -> 14x14x1024 by 6 x bottleneck",
        "stage4 - global_avgpool: 14x14x1024 -> 2048 by 3 x bottleneck; global_avgpool",
        "fc: 2048 -> 1000 by linear 1000",
        "in all, pictures shrink from 224x224 to 7x7, 32 times less, and their channels go from 3 to 2048",
    )
    vgg = section(model_page(archcalc.analyze("vgg16")), "the story of shapes").entries
    assert vgg[0] == "conv1_1 - pool1: 224x224x3 -> 112x112x64 by 2 x conv 3x3, 64; maxpool 2x2/2"


def test_depth_in_words() -> None:
    depth = equations(model_page(archcalc.analyze("vgg16")), "how depth is counted")["depth"]
    assert (depth.numbers, depth.result) == ("13 conv + 3 linear", "16")
    told = "\n".join(sentences(model_page(archcalc.analyze("resnet50"))))
    assert "beside that path: 4 conv as projections on shortcuts (stage1.block1.skip.conv_bn.conv, ...)" in told
    gated = model_page(archcalc.analyze("se_resnet50"))
    assert equations(gated, "how depth is counted")["depth without gates"].result == "50"


@pytest.mark.parametrize(
    ("name", "seen", "mixing"),
    [
        ("vgg16", "one position of pool5 sees 212 pixels of the input", "flatten"),
        ("se_resnet50", "one position of stage4.block3.relu sees 483 pixels of the input", "global_avgpool"),
        ("vit_b_16", "one position of encoder1.msa.body.layernorm sees 16 pixels of the input", "encoder1.msa.body.attention"),
        ("transformer_encoder", "one position of encoder1.msa.body.layernorm sees 1 position of the input",
         "encoder1.msa.body.attention"),
    ],
)  # fmt: skip
def test_the_receptive_field_and_where_it_ends(name: str, seen: str, mixing: str) -> None:
    """Gates see everything long before, but what they give only scales channels."""
    told = section(model_page(archcalc.analyze(name)), "receptive field").entries
    assert told[0] == seen
    assert any(str(entry).startswith(f"from {mixing} on, every position sees all of it") for entry in told)


def test_each_idea_is_told_once_where_it_saves_most() -> None:
    page = model_page(archcalc.analyze("mobilenet_v2"))
    assert [part.title for part in page.sections].count("depthwise separable against a full 3x3") == 1
    told = str(section(page, "depthwise separable against a full 3x3").entries[0])
    assert told.startswith("17 times in the network; here where it saves most: ")
    dense = section(model_page(archcalc.analyze("densenet121")), "a 1x1 before the 3x3 against none").entries[-1]
    assert float(str(dense).split(" would take ")[1].split(" ")[0]) > 1


def checked(name: str) -> list[Checked]:
    """The claims of a model, held."""
    (result,) = archcalc.check(name)
    return result.checked


@pytest.mark.parametrize("name", ["vgg16", "googlenet", "resnet50", "mobilenet_v2", "vit_b_16"])
def test_published_figures_and_every_erratum(name: str) -> None:
    found = checked(name)
    page = model_page(archcalc.analyze(name), checked=found)
    holding = sum(one.verdict == "holds" for one in found)
    lines = section(page, "published figures").entries
    assert lines[0] == f"{holding} of {len(found)} published figures hold, such as"
    errata = section(page, "figures that differ, and why").entries
    assert len(errata) == len(found) - holding
    for one, line in zip((one for one in found if one.verdict == "erratum"), errata, strict=True):
        assert str(line).endswith(one.claim.erratum) and f"prints {one.claim.text} for" in str(line)


def test_the_lecture_is_told_first() -> None:
    lines = section(model_page(archcalc.analyze("vgg16"), checked=checked("vgg16")), "published figures").entries
    assert str(lines[1]).startswith("138M for params: 138,357,544 (CS231n lecture 12")


def test_without_claims_nothing_is_said_of_them() -> None:
    titles = [part.title for part in model_page(archcalc.analyze("vgg16", batch=2)).sections]
    assert "published figures" not in titles and "figures that differ, and why" not in titles


@pytest.mark.parametrize(
    "name", ["vgg16", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "nasnet_a_mobile", "vit_b_16"]
)
def test_symbols_say_what_can_be_said(name: str) -> None:
    """Settings on which every network of these can be built: the size, or only the batch."""
    sized = {"vgg16": {}, "nasnet_a_mobile": {}, "vit_b_16": {"input": "3x16*sx16*s"}}.get(name, {"input": "3x32*sx32*s"})
    report = archcalc.analyze(name, batch="N", **sized)
    page = model_page(report)
    depth = equations(page, "how depth is counted")["depth"]
    assert number(depth.result) == report.totals.depth
    assert "N" in table(page, "where it sits").rows[-1][-1]


def test_odd_networks() -> None:
    """One layer, no weights, tokens, several inputs and outputs."""
    for spec in (
        "input: [3, 8, 8]\nlayers: [maxpool: 2]",
        "input: [5]\nlayers: [linear: 3]",
        "input: [7, 16]\nlayers: [attention: 4]",
        "inputs: {a: [3, 8, 8], b: [3, 8, 8]}\nlayers:\n  - {add: , from: [a, b], name: s}\n"
        "  - {relu: , name: r}\n  - {conv: {out: 2, kernel: 1}, from: s, name: c}\noutputs: [c, r]",
    ):
        page = model_page(archcalc.analyze(archcalc.load_text(spec)))
        assert all(sentence is not None for sentence in sentences(page)) and page.sections
