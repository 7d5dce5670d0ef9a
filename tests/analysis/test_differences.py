"""What changed between two networks: layers matched as a reader would, and sums that add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.differences import COUNTS, Difference, difference, growth, is_saved, read_asked, read_saved, side_of
from archcalc.differences import align as alignment
from archcalc.differences.align import align
from archcalc.render.changes import change_rows, renamed
from archcalc.zoo import Model

CELLS = """
input: [3, 16, 16]
blocks:
  cell:
    args: [out]
    layers: [conv: {out: out, kernel: 3, pad: 1}, bn, relu]
layers:
"""


def net(*items: str, name: str = "net.yaml") -> Model:
    """A network of layers, each a line of a list."""
    return archcalc.load_text(CELLS + "".join(f"  - {item}\n" for item in items), name)


def statuses(found: Difference) -> dict[str, list[str]]:
    return {status: [layer.name for layer in found.layers if layer.status == status] for status in
            ("added", "removed", "changed", "renamed")}  # fmt: skip


def assert_adds_up(found: Difference) -> None:
    """Changes of the layers sum to the changes of the totals, and every layer of both sides is counted once."""
    for quantity in COUNTS:
        assert sum(layer.change(quantity) for layer in found.layers) == found.totals[quantity].change, quantity
    both = found.unchanged + found.count("changed") + found.count("renamed")
    assert len(found.before.lines) == both + found.count("removed")
    assert len(found.after.lines) == both + found.count("added")
    json.dumps(found.to_dict())


# ------------------------------------------------------------------------------------------ networks of the zoo


def test_resnet101_has_17_more_blocks_in_stage3() -> None:
    found = archcalc.diff("resnet50", "resnet101")
    assert_adds_up(found)
    assert found.unchanged == len(archcalc.analyze("resnet50").layers)
    assert {layer.status for layer in found.layers} == {"added"}
    assert list(dict.fromkeys(layer.block for layer in found.layers)) == [f"stage3.block{n}" for n in range(7, 24)]
    (row,) = change_rows(found).rows
    assert (row.mark, row.name, row.what) == ("+", "stage3.block7 - block23", "17 blocks of 10 layers")
    assert row.changes == (18_992_128, 3_712_221_184, 13_647_872)
    back = archcalc.diff("resnet101", "resnet50")
    (row,) = change_rows(back).rows
    assert (row.mark, row.name, row.changes[0]) == ("-", "stage3.block7 - block23", -18_992_128)


def test_between_both_resnet50s_only_strides_and_shapes_differ() -> None:
    found = archcalc.diff("resnet50", "resnet50,v1=true")
    assert_adds_up(found)
    assert {layer.status for layer in found.layers} == {"changed"}
    assert {name for layer in found.layers for name in layer.differs} == {"stride", "input_shapes", "output_shapes"}
    convs = {layer.name: layer.differs["stride"] for layer in found.layers if "stride" in layer.differs}
    for stage in (2, 3, 4):
        body = f"stage{stage}.block1.body"
        assert convs[f"{body}.conv_bn1.conv"] == (1, 2) and convs[f"{body}.conv_bn2.conv"] == (2, 1)
    assert len(convs) == 6
    assert {name: tuple(pair) for name, pair in found.settings.items()} == {"v1": (False, True)}


def test_vgg19_has_three_more_convolutions() -> None:
    found = archcalc.diff("vgg16", "vgg19")
    assert_adds_up(found)
    named = statuses(found)
    assert [name for name in named["added"] if name.startswith("conv")] == ["conv3_4", "conv4_4", "conv5_4"]
    assert not named["removed"] and not named["changed"]
    rows, left_out = change_rows(found)
    assert [row.name for row in rows] == ["conv3_4", "conv4_4", "conv5_4"] and left_out == {"relu": 3}
    assert len(change_rows(found, everything=True).rows) == 6


def test_vgg16_bn_has_only_norms_more() -> None:
    found = archcalc.diff("vgg16", "vgg16_bn")
    assert_adds_up(found)
    assert found.unchanged == len(archcalc.analyze("vgg16").layers)
    assert {(layer.status, layer.line.kind) for layer in found.layers} == {("added", "bn")} and len(found.layers) == 13


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("resnet18", "resnet50"),
        ("mobilenet_v2", "mobilenet_v3_large"),
        ("efficientnet_b0", "efficientnet_b3"),
        ("densenet121", "densenet169"),
        ("googlenet", "inception_v3"),
        ("vit_b_16", "resnet18"),
        ("alexnet", "alexnet,classes=10,input=3x259x259,batch=3"),
    ],
)
def test_sums_add_up(before: str, after: str) -> None:
    found, back = archcalc.diff(before, after), archcalc.diff(after, before)
    assert_adds_up(found)
    assert_adds_up(back)
    assert not found.same
    for levels in (0, 1, 2):
        for quantity, place in (("params", 0), ("macs", 1), ("activations", 2)):
            rows = change_rows(found, levels, everything=True, sort=quantity).rows
            assert sum(row.changes[place] or 0 for row in rows) == found.totals[quantity].change
            sizes = [abs(row.changes[place] or 0) for row in rows]
            assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("model", ["googlenet", "nasnet_a_mobile", "swin_t"])
def test_a_network_differs_from_itself_in_nothing(model: str) -> None:
    found = archcalc.diff(model, archcalc.analyze(model))
    assert found.same and found.layers == [] and found.unchanged == len(found.before.lines)
    assert all(total.change in (0, None) for total in found.totals.values())


@pytest.mark.parametrize(("before", "after"), [("resnet152", "resnet101"), ("resnet1202", "resnet110")])
def test_deep_networks(before: str, after: str) -> None:
    found = archcalc.diff(before, after)
    assert_adds_up(found)
    assert {layer.status for layer in found.layers} == {"removed"}


# ------------------------------------------------------------------------------------------ particular changes


def test_a_layer_put_in_before_numbered_ones_is_the_one_that_was_added() -> None:
    widths = (8, 8, 16, 16, 32)
    items = [f"{{cell: {width}, name: cell{number}}}" for number, width in enumerate(widths, 1)]
    more = [f"{{cell: {width}, name: cell{number}}}" for number, width in enumerate((*widths[:3], 24, *widths[3:]), 1)]
    found = archcalc.diff(
        net(*items, "global_avgpool", "{linear: 4, name: fc}"), net(*more, "global_avgpool", "{linear: 4, name: fc}")
    )
    assert_adds_up(found)
    assert {layer.block for layer in found.layers if layer.status == "added"} == {"cell4"}
    assert {layer.before.name: layer.name for layer in found.layers if layer.status == "renamed" and layer.before} == {
        "cell4.bn": "cell5.bn", "cell4.relu": "cell5.relu",
        "cell5.conv": "cell6.conv", "cell5.bn": "cell6.bn", "cell5.relu": "cell6.relu",
    }  # fmt: skip
    changed = [layer for layer in found.layers if layer.status == "changed"]
    assert [layer.name for layer in changed] == ["cell5.conv"] and set(changed[0].differs) == {"input_shapes"}


def test_a_renamed_block_is_only_renamed() -> None:
    before = net("{cell: 8, name: stem}", "{cell: 16, repeat: 3, name: stage}", "global_avgpool", "{linear: 4, name: fc}")
    after = net("{cell: 8, name: stem}", "{cell: 16, repeat: 3, name: group}", "global_avgpool", "{linear: 4, name: fc}")
    found = archcalc.diff(before, after)
    assert {layer.status for layer in found.layers} == {"renamed"} and len(found.layers) == 9 and not found.same
    (line,) = renamed(found)
    assert line.startswith("renamed: stage") and "group" in line and line.endswith("(9 layers)")


def test_another_activation_stands_for_the_one_that_was_there() -> None:
    before, after = (
        net("conv: {out: 8, kernel: 3}", "relu", "flatten", "linear: 3"),
        net("conv: {out: 8, kernel: 3}", "silu", "flatten", "linear: 3"),
    )
    (layer,) = archcalc.diff(before, after).layers
    assert layer.status == "changed" and tuple(layer.differs["kind"]) == ("relu", "silu")
    (row,) = change_rows(archcalc.diff(before, after)).rows  # it works in place, but there is nothing else to list
    assert row.name == "silu" and row.what.startswith("relu ") and row.what.endswith(" silu")


def test_swapped_layers_read_others() -> None:
    before, after = net("conv: {out: 8, kernel: 3}", "bn", "relu"), net("conv: {out: 8, kernel: 3}", "relu", "bn")
    found = archcalc.diff(before, after)
    assert_adds_up(found)
    assert {layer.name: tuple(layer.differs["reads"]) for layer in found.layers} == {
        "bn": (["conv"], ["relu"]), "relu": (["bn"], ["conv"])
    }  # fmt: skip
    assert found.outputs is not None and tuple(found.outputs) == (["relu"], ["bn"])


def test_a_branch_that_moved_is_no_change() -> None:
    one, other = "left: [conv: {out: 3, kernel: 1}]", "right: [conv: {out: 3, kernel: 3, pad: 1}]"
    text = "input: [3, 8, 8]\nlayers:\n  - add: {%s, %s}\n"
    before, after = (archcalc.load_text(text % pair) for pair in ((one, other), (other, one)))
    found = archcalc.diff(before, after)
    assert [(layer.name, set(layer.differs)) for layer in found.layers] == [("add", {"reads"})]  # in another order


def test_a_skip_that_is_taken_elsewhere_is_seen_although_no_figure_differs() -> None:
    items = ["{conv: {out: 3, kernel: 1}, name: a}", "{relu: , name: b}", "{conv: {out: 3, kernel: 1}, name: c}"]
    before, after = (net(*items, f"{{add: , from: [{source}, c], name: both}}") for source in "ab")
    found = archcalc.diff(before, after)
    assert not found.same and all(total.change in (0, None) for total in found.totals.values())
    assert [(layer.name, tuple(layer.differs["reads"])) for layer in found.layers] == [("both", (["a", "c"], ["b", "c"]))]


def test_a_field_that_no_figure_shows_differs() -> None:
    found = archcalc.diff(net("conv: {out: 8, kernel: 3}", "dropout: 0.5"), net("conv: {out: 8, kernel: 3}", "dropout: 0.2"))
    (layer,) = found.layers
    assert (layer.name, tuple(layer.differs["p"])) == ("dropout", ("1/2", "1/5"))
    (row,) = change_rows(found).rows
    assert row.what in ("p 0.5 → 0.2", "p 0.5 -> 0.2")


def test_another_dtype_is_a_difference_of_totals_only() -> None:
    found = archcalc.diff("lenet5", "lenet5,dtype=fp16")
    assert not found.layers and not found.same
    assert found.totals["activation_bytes"].before == 2 * found.totals["activation_bytes"].after


# ------------------------------------------------------------------------------------------ random chains

CELL = st.tuples(st.sampled_from(["conv", "bn", "relu", "cell"]), st.integers(1, 3))


def chain(cells: list[tuple[str, int]]) -> Model:
    """A chain of convolutions, norms, activations and cells."""
    forms = {"conv": "conv: {{out: {0}, kernel: 3, pad: 1}}", "cell": "cell: {0}", "bn": "bn", "relu": "relu"}
    return net(*(forms[kind].format(4 * width) for kind, width in cells), "global_avgpool", "{linear: 2, name: fc}")


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL, max_size=10), st.lists(CELL, max_size=10))
def test_any_two_chains(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    found = archcalc.diff(chain(before), chain(after))
    assert_adds_up(found)
    one, other = ([(kind, width if kind in ("conv", "cell") else 0) for kind, width in cells] for cells in (before, after))
    assert found.same == (one == other)
    pairs = align(found.before.lines, found.after.lines)
    assert sorted(a for a, _ in pairs if a is not None) == list(range(len(found.before.lines)))
    assert [b for _, b in pairs if b is not None] == list(range(len(found.after.lines)))


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL, max_size=10), CELL, st.data())
def test_one_more_layer_adds_one_layer(cells: list[tuple[str, int]], more: tuple[str, int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(cells)))
    found = archcalc.diff(chain(cells), chain([*cells[:at], more, *cells[at:]]))
    assert found.count("added") - found.count("removed") == (3 if more[0] == "cell" else 1)
    assert found.count("removed") == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(CELL, max_size=8), st.lists(CELL, max_size=8))
def test_large_networks_are_cut_into_parts(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MOST_CELLS", 4)  # so that every chain is a large one
        assert_adds_up(archcalc.diff(chain(before), chain(after)))


def test_a_large_network_in_which_everything_has_another_name() -> None:
    before, after = side_of(archcalc.analyze("resnet1202")), side_of(archcalc.analyze("resnet1202"))
    for line in after.lines:
        line.name = f"net.{line.name}"
        line.inputs = [f"net.{name}" for name in line.inputs or ()]
    found = difference(before, after)
    assert found.count("renamed") == len(before.lines)


# ------------------------------------------------------------------------------------------ saved reports


def saved(folder: Path, model: str, **changes: Any) -> Path:
    """A report as `--json` prints it, with keys changed, or left out where they are None."""
    data = {**archcalc.analyze(model).to_dict(), **changes}
    path = folder / "old.json"
    path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}), "utf-8")
    return path


def test_a_saved_report_stands_for_its_model(tmp_path: Path) -> None:
    path = saved(tmp_path, "resnet50")
    assert archcalc.diff(path, "resnet50").same
    with_report, with_model = archcalc.diff(path, "resnet101").to_dict(), archcalc.diff("resnet50", "resnet101").to_dict()
    assert with_report.pop("before") != with_model.pop("before")
    assert with_report == with_model


def test_a_report_of_an_older_version_says_nothing_of_what_it_lacks(tmp_path: Path) -> None:
    data = archcalc.analyze("resnet18").to_dict()
    lacking = ("detail", "fields", "buffers", "elementwise", "inputs", "path", "stride")
    layers = [{key: value for key, value in layer.items() if key not in lacking} for layer in data["layers"]]
    totals = {key: value for key, value in data["totals"].items() if key in ("params", "macs", "activations", "depth")}
    path = saved(tmp_path, "resnet18", layers=layers, totals=totals, outputs=None, notes=None, title=None, settings=None)
    assert archcalc.diff(path, "resnet18").same
    found = archcalc.diff(path, "resnet34")
    assert set(found.totals) == set(totals)
    assert sum(layer.change("params") for layer in found.layers) == found.totals["params"].change
    assert {layer.status for layer in found.layers} == {"added"}
    assert all("buffers" not in layer.counts for layer in archcalc.diff(path, "resnet18,width=32").layers if layer.before)


def test_a_later_key_does_no_harm(tmp_path: Path) -> None:
    layers = [{**layer, "surprise": {"a": [1]}} for layer in archcalc.analyze("lenet5").to_dict()["layers"]]
    assert archcalc.diff(saved(tmp_path, "lenet5", layers=layers, surprise=[1]), "lenet5").same


def test_what_is_a_saved_report(tmp_path: Path) -> None:
    for name, text, is_one in (("a.json", "", True), ("a.txt", ' \n{"schema": 1}', True), ("a.yaml", "{input: [3]}", False)):
        (tmp_path / name).write_text(text, "utf-8")
        assert is_saved(str(tmp_path / name)) is is_one
    assert not is_saved("resnet50") and not is_saved(str(tmp_path)) and is_saved("missing.json")


# ------------------------------------------------------------------------------------------ what grew


def test_growth_names_the_layers_that_grew_most(tmp_path: Path) -> None:
    before = read_saved(str(saved(tmp_path, "vgg16")))
    after = side_of(archcalc.analyze("vgg19,classes=2000".partition(",")[0], set={"classes": 2000}))
    assert [tuple(one) for one in growth(before, after, "params")] == [
        ("fc8", 4_097_000, 8_194_000), ("conv4_4", 0, 2_359_808), ("conv5_4", 0, 2_359_808)
    ]  # fmt: skip
    (largest,) = growth(before, after, "macs", most=1)
    assert (largest.name, largest.change) == ("conv3_4", 1_849_688_064)
    assert growth(before, after, "flops", most=1)[0].change == 2 * largest.change
    assert growth(before, after, "param_bytes", most=1)[0].change == 4 * 4_097_000
    assert growth(before, after, "depth") == [] and growth(after, after, "params") == []


# ------------------------------------------------------------------------------------------ models with settings


@pytest.mark.parametrize(
    ("text", "label", "given", "options"),
    [
        ("ResNet-50", "resnet50", {}, {}),
        ("resnet50,width=32", "resnet50,width=32", {"width": "32"}, {}),
        ("resnet, depths=[3, 4, 6, 3] ,classes = 10", "resnet18,depths=[3, 4, 6, 3],classes = 10",
         {"depths": "[3, 4, 6, 3]", "classes": "10"}, {}),
        ("vgg16,input=3x64x64,batch=2", "vgg16,input=3x64x64,batch=2", {}, {"input": "3x64x64", "batch": "2"}),
    ],
)  # fmt: skip
def test_settings_behind_a_comma(text: str, label: str, given: dict[str, str], options: dict[str, str]) -> None:
    asked = read_asked(text)
    assert (asked.label, asked.settings, asked.options) == (label, given, options)


def test_a_parameter_called_like_an_option_is_the_parameter(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "params: {batch: 3}\nvariants: {small: {}, large: {batch: 9}}\ninput: [4]\nlayers: [linear: batch]\n", "utf-8"
    )
    asked = read_asked(f"{path}:large,batch=5")
    assert asked.settings == {"batch": "5"} and asked.model.name == "large"
    assert archcalc.diff(path, f"{path},batch=5").totals["params"].after == 25
    odd = tmp_path / "a,b=c.yaml"
    odd.write_text(path.read_text("utf-8"), "utf-8")
    assert read_asked(odd).settings == {}


def test_models_are_compared_with_their_own_settings() -> None:
    found = archcalc.compare("resnet50", "resnet50,classes=10", "vgg16", set={"classes": 100, "width": 32})
    assert [entry.report.settings["classes"] for entry in found.entries] == [100, 10, 100]
    assert found.notes == ["vgg16 has no parameter 'width'"]
    assert found.ratio(found.entries[0], "params") == 1
    ratio = found.ratio(found.entries[2], "macs")
    assert ratio is not None
    assert ratio * found.entries[0].report.totals.macs == found.entries[2].report.totals.macs


def test_comparisons_are_sorted_and_held_against_any_model() -> None:
    names = ("vgg16", "alexnet", "resnet50")
    found = archcalc.compare(*names, to="resnet50", sort="params", reverse=True)
    assert [entry.label for entry in found.entries] == ["vgg16", "alexnet", "resnet50"] and found.base.label == "resnet50"
    found = archcalc.compare(*names, sort="macs")
    assert [entry.label for entry in found.entries] == ["alexnet", "resnet50", "vgg16"] and found.base.label == "vgg16"
    assert archcalc.compare(archcalc.analyze("vgg16", batch=2), "vgg16").entries[0].report.batch == 2


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (archcalc.compare, "bad-option"),
        (lambda: archcalc.compare("vgg16", sort="beauty"), "bad-option"),
        (lambda: archcalc.compare("vgg16", to="vgg19"), "unknown-model"),
        (lambda: archcalc.compare("vgg16", set={"width": 3}), "unknown-parameter"),
        (lambda: archcalc.compare("vgg16", input="3xHxH", sort="macs"), "undecided"),
        (lambda: archcalc.compare(3), "bad-option"),  # type: ignore[arg-type]
        (lambda: archcalc.diff("vgg16", "vgg16,batch=N"), "undecided"),
        (lambda: archcalc.diff("vgg16", "vgg16,clases=3"), "unknown-parameter"),
        (lambda: archcalc.diff("vgg16", "vgg16,classes"), "bad-option"),
        (lambda: archcalc.diff("vgg16", "vgg16,classes=3,classes=4"), "bad-option"),
        (lambda: archcalc.diff("vgg16", "vgg16,"), "bad-option"),
        (lambda: archcalc.diff("vgg16", 3), "bad-option"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_mistakes(call: Any, code: str) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        call()
    assert caught.value.code == code
