"""The page of a block: its pieces add up to it, branches join as they must, and savings are those of its layers."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.lessons.block_page import MOST_SAVINGS, block_page
from archcalc.lessons.pieces import MOST_PIECES, pieces
from lessons.readings import MODELS, equations, number, section, sentences, table, worked

COLUMNS = {"params": "params", "MACs": "macs", "memory": "activations"}


def blocks(report: archcalc.Report) -> list[tuple[str, list[archcalc.LayerReport]]]:
    """Every block of a network that has several layers, one of each sort."""
    found = {}
    named = {".".join(layer.name.split(".")[:end]) for layer in report.layers for end in range(1, layer.name.count(".") + 1)}
    for name in sorted(named):
        layers = report.find(name)
        if len(layers) > 1:
            found.setdefault(tuple(id(layer.work) for layer in layers), (name, layers))
    return list(found.values())


@pytest.mark.parametrize("name", MODELS)
def test_the_pieces_add_up_to_the_block(name: str) -> None:
    report = archcalc.analyze(name)
    for block, layers in blocks(report):
        page = block_page(report, block, layers)
        sums, listed = equations(page, "added up"), table(page, "pieces")
        *rows, total = listed.rows
        for title, of in COLUMNS.items():
            whole = sum(getattr(layer, of) for layer in layers)
            at = listed.header.index(title)
            assert number(sums[title].result) == whole, block
            assert worked(sums[title].numbers or sums[title].result) == whole, block
            assert sum(worked(row[at]) for row in rows) == number(total[at]) == whole, block


@pytest.mark.parametrize("name", MODELS)
def test_every_layer_is_in_one_piece_or_works_in_place(name: str) -> None:
    report = archcalc.analyze(name)
    for block, layers in blocks(report):
        found = pieces(report, layers, block.count(".") + 1)
        counted = sum(len(piece.layers) * piece.times for piece in found)
        left_out = sum(layer.work.layer.in_place for layer in layers)
        assert len(layers) - left_out <= counted <= len(layers), block
        assert len(found) <= MOST_PIECES, block


def test_a_bottleneck_as_the_issue_has_it() -> None:
    report = archcalc.analyze("resnet50")
    page = block_page(report, "stage1.block2", report.find("stage1.block2"))
    assert page.title == "resnet50 stage1.block2: bottleneck, 10 layers"
    assert dict(page.facts) == {
        "in": "56x56x256  from stage1.block1.relu",
        "out": "56x56x256  from relu",
        "also": "one of 16 of its kind; with the same sizes: stage1.block3",
    }
    assert equations(page, "added up")["params"].numbers == "16,384 + 128 + 36,864 + 128 + 16,384 + 512"
    saving = equations(page, "a bottleneck against two 3x3")
    assert (saving["weights"].result, saving["weights of two 3x3 on all channels"].result) == ("69,632", "1,179,648")
    assert "in place, so not listed: 3 relu" in table(page, "pieces").below


def test_stages_list_their_blocks_and_count_like_ones() -> None:
    report = archcalc.analyze("resnet50")
    page = block_page(report, "stage3", report.find("stage3"))
    assert [row[:2] for row in table(page, "pieces").rows[:2]] == [
        ("block1", "bottleneck"), ("block2 - block6", "5 x bottleneck"),
    ]  # fmt: skip
    rounds = block_page(report, "stage", report.find("stage"))
    assert rounds.title == "resnet50 stage: 4 blocks, 168 layers"


def test_branches_that_join() -> None:
    report = archcalc.analyze("googlenet")
    page = block_page(report, "inception3a", report.find("inception3a"))
    joined = section(page, "how the branches join").entries
    assert joined[0] == "concat: one (28x28x64), three (28x28x128), five (28x28x32), pool (28x28x32), side by side"
    assert str(joined[1]) == "C_out = C_1 + C_2 + C_3 + C_4 = 64 + 128 + 32 + 32 = 256"
    report = archcalc.analyze("resnet50")
    added = section(block_page(report, "stage1.block1", report.find("stage1.block1")), "how the branches join").entries
    assert added[0] == "add: body (56x56x256) + skip (56x56x256), value by value: the shapes have to be equal"
    report = archcalc.analyze("se_resnet50")
    gated = section(block_page(report, "stage1.block2", report.find("stage1.block2")), "how the branches join").entries
    assert "gate (1x1x256), the smaller stretched over the larger" in str(gated[0])


def test_a_merge_with_branches_is_a_block() -> None:
    report = archcalc.analyze("vit_b_16")
    page = block_page(report, "encoder1.msa", report.find("encoder1.msa"))
    assert page.title == "vit_b_16 encoder1.msa: add of branches, 3 layers"
    assert page.lead.startswith("Add tensors of equal shape")
    assert str(section(page, "how the branches join").entries[0]).startswith(
        "encoder1.msa: the input (197x768) + body (197x768)"
    )  # fmt: skip
    assert section(page, "patches as tokens against pixels")


def test_blocks_without_layers_are_not_counted() -> None:
    """Twelve of the sixteen shortcuts of ResNet-50 are the identity."""
    report = archcalc.analyze("resnet50")
    page = block_page(report, "stage1.block1.skip", report.find("stage1.block1.skip"))
    assert dict(page.facts)["also"].startswith("one of 4 of its kind")


def test_a_block_whose_name_begins_with_do_keeps_it() -> None:
    report = archcalc.analyze("shufflenet_v2_x1_0")
    assert "down" in block_page(report, "stage1.down", report.find("stage1.down")).title


def test_what_the_spec_says_of_a_block_leads_its_page() -> None:
    report = archcalc.analyze("gmlp_ti")
    name = next(name for name, kind in report.groups.items() if kind == "spatial_gate")
    page = block_page(report, name, report.find(name), docs={"spatial_gate": "One half multiplies the other."})
    assert page.lead == "One half multiplies the other."


def test_savings_are_few_and_only_where_something_is_saved() -> None:
    """In DenseNet's first layers the 1x1 costs more than it saves, so nothing is said of it there."""
    report = archcalc.analyze("densenet121")
    first = block_page(report, "block1.dense_layer4", report.find("block1.dense_layer4"))
    assert not any("would take" in sentence for sentence in sentences(first))
    whole = block_page(report, "block3", report.find("block3"))
    told = [sentence for sentence in sentences(whole) if "would take" in sentence]
    assert len(told) == MOST_SAVINGS and any("more savings with other numbers" in s for s in sentences(whole))


def test_symbols_and_batches_and_biases() -> None:
    report = archcalc.analyze("resnet50", input="3x32*sx32*s")
    page = block_page(report, "stage1", report.find("stage1"))
    assert equations(page, "added up")["MACs"].result == "13631488*s**2"
    report = archcalc.analyze("vgg16", batch=4)
    assert report.find("conv1_1")[0].activations == 4 * archcalc.analyze("vgg16").find("conv1_1")[0].activations
    report = archcalc.analyze("googlenet")
    page = block_page(report, "inception3a", report.find("inception3a"), no_bias=True)
    assert equations(page, "added up")["params without biases"].result == "163,328"
