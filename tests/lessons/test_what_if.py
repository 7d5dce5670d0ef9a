"""What if: the changed network is the one that the changed spec gives, layer by layer."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.arithmetic import show_number
from archcalc.lessons.what_if import what_if, what_if_page
from archcalc.packaged import spec_files
from lessons.readings import MODELS, equations, section, sentences, table

PLAIN = """
input: [3, 64, 64]
layers:
  - {conv: {CONV}, name: c}
  - bn
  - relu
  - {maxpool: {POOL}, name: p}
  - {conv: {out: 24, kernel: 3, pad: same}, name: d}
  - add: {a: [conv: {out: 24, kernel: 3, pad: 1}], b: []}
  - flatten
  - {linear: {LINEAR}, name: f}
  - {linear: 10, name: g}
"""
FIELDS = {
    "CONV": ("c", {"out": 16, "kernel": 5}),
    "POOL": ("p", {"kernel": 3, "stride": 2}),
    "LINEAR": ("f", {"out": 32}),
}


def network(**changed: dict[str, object]) -> archcalc.Report:
    """The plain network, with fields of its layers changed."""
    text = PLAIN
    for mark, (layer, fields) in FIELDS.items():
        given = fields | changed.get(layer, {})
        text = text.replace(mark, ", ".join(f"{name}: {value}" for name, value in given.items()))
    return archcalc.analyze(archcalc.load_text(text))


def figures(report: archcalc.Report) -> list[tuple[object, ...]]:
    """All that is counted of every layer, and the totals."""
    layers = [(one.name, one.output_shapes, one.params, one.macs, one.activations, one.elementwise, one.receptive_field,
               one.stride) for one in report.layers]  # fmt: skip
    totals = report.totals
    return [*layers, (totals.params, totals.macs, totals.activations, totals.depth, totals.receptive_field, totals.buffers)]


@pytest.mark.parametrize(
    ("layer", "fields"),
    [
        ("c", {"kernel": 7}),
        ("c", {"kernel": 7, "stride": 2}),
        ("c", {"kernel": "[1, 7]", "pad": "[0, 3]"}),
        ("c", {"pad": "same", "dilation": 2}),
        ("c", {"pad": "[0, 1, 2, 3]"}),
        ("c", {"pad": "{top: 1, left: 2}"}),
        ("c", {"out": 48, "bias": "false"}),
        ("c", {"out": 18, "groups": 3}),
        ("p", {"kernel": 2, "ceil": "true"}),
        ("p", {"stride": 3, "pad": 1}),
        ("f", {"out": 7, "bias": "false"}),
    ],
    ids=str,
)
def test_it_is_the_network_of_the_changed_spec(layer: str, fields: dict[str, object]) -> None:
    before = network()
    text = ",".join(f"{name}={value}" for name, value in fields.items())
    found = what_if(before, before.layer(layer), text)
    assert found.misfit is None
    assert figures(found.after) == figures(network(**{layer: fields}))
    assert figures(found.before) == figures(network())


def test_alexnet_as_zfnet_would_have_it() -> None:
    """The issue's example, against the packaged spec with its text changed."""
    path = next(path for path in spec_files() if path.endswith("alexnet.yaml"))
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    changed = text.replace("kernel: 11, stride: 4", "kernel: 7, stride: 2")
    assert changed != text
    expected = archcalc.analyze(archcalc.load_text(changed, variant="alexnet"))
    report = archcalc.analyze("alexnet")
    assert figures(what_if(report, report.layer("conv1"), "kernel=7,stride=2").after) == figures(expected)


@pytest.mark.parametrize("name", MODELS)
def test_fields_as_they_are_change_nothing(name: str) -> None:
    """For every sort of layer of a network: what a field holds can be given to it again, with all the others beside it."""
    report = archcalc.analyze(name)
    for layer in {id(layer.work): layer for layer in report.layers}.values():
        own = layer.work.layer
        for field, declared in own.fields.items():
            value = getattr(own, field)
            if isinstance(value, (bool, int)) or (isinstance(value, str) and declared.type.text):
                found = what_if(report, layer, f"{field}={show_number(value)}")
                assert found.misfit is None and figures(found.after) == figures(report), (layer.name, field)
                break


def test_the_letters_of_the_page_are_known() -> None:
    report = archcalc.analyze("alexnet")
    found = what_if(report, report.layer("conv1"), "out=2*K, pad=(F - 1)//2")
    assert found.fields == {"out": 192, "pad": 5}


def test_the_page_shows_before_and_after() -> None:
    report = archcalc.analyze("alexnet")
    page = what_if_page(report, report.layer("conv1"), "kernel=7,stride=2")
    assert page.title == "alexnet conv1: conv 11x11/4, 96; what if kernel = 7, stride = 2?"
    assert table(page, "the layer").rows == (
        ("output", "55x55x96", "111x111x96", ""),
        ("params", "34,944", "14,208", "-20,736 (-59.3%)"),
        ("MACs", "105,415,200", "173,873,952", "+68,458,752 (+64.9%)"),
        ("memory", "290,400", "1,182,816", "+892,416 (+307%)"),
        ("sees", "11", "7", "-4 (-36.4%)"),
    )
    assert (
        str(equations(page, "output size")["H' = W'"]) == "H' = W' = floor((W - F + 2*P)/S) + 1 = (227 - 7 + 2*0)/2 + 1 = 111"
    )
    behind = table(page, "the layers behind it").rows
    assert ("pool1", "27x27x96", "55x55x96", "as before") in behind
    assert ("fc6", "4096", "4096", "37,752,832 -> 177,213,440") in behind
    assert table(page, "the whole of alexnet").rows[1] == ("params", "62,378,344", "201,818,216", "+139,439,872 (+224%)")


def test_what_stays_is_said() -> None:
    report = archcalc.analyze("alexnet")
    page = what_if_page(report, report.layer("conv1"), "bias=false")
    assert section(page, "the layers behind it").entries == ("all of them stay as they are",)
    assert table(page, "the layer").rows[2][3] == "as before"


def test_a_layer_behind_that_does_not_fit_is_a_result() -> None:
    report = archcalc.analyze("resnet50")
    layer = report.layer("stage1.block1.body.conv_bn2.conv")
    found = what_if(report, layer, "stride=2")
    assert found.misfit is not None and found.misfit.layer.name == "stage1.block1.add"
    page = what_if_page(report, layer, "stride=2")
    told = section(page, "where it breaks").entries
    assert (
        told[0] == "stage1.block1.add does not fit any more: add needs equal shapes, but gets 256 x 28 x 28 and 256 x 56 x 56"
    )
    assert not any(part.title.startswith("the whole of") for part in page.sections)


def test_a_picture_that_gets_too_small_breaks_behind() -> None:
    report = archcalc.analyze("lenet5")
    first = next(layer for layer in report.layers if layer.kind == "conv")
    told = "\n".join(sentences(what_if_page(report, first, "stride=16")))
    assert "does not fit any more" in told and "a size must be 1 or more" in told


def test_an_output_that_is_gone_breaks_behind() -> None:
    report = archcalc.analyze("gmlp_ti")
    split = next(layer for layer in report.layers if layer.kind == "split")
    found = what_if(report, split, "parts=1")
    assert found.misfit is not None
    assert found.misfit.error.message == f"it reads output 2 of {split.name}, which then gives 1"


def test_symbols() -> None:
    report = archcalc.analyze("resnet50", input="3x32*sx32*s")
    page = what_if_page(report, report.layer("stem.conv"), "out=32")
    assert table(page, "the layer").rows[0][1:3] == ("(16*s)x(16*s)x64", "(16*s)x(16*s)x32")
    assert "does not fit any more" not in "\n".join(sentences(page))


@pytest.mark.parametrize(
    ("layer", "text", "code", "hint"),
    [
        ("conv1", "kernl=3", "unknown-key", "did you mean 'kernel'?"),
        ("conv1", "padding=3", "unknown-key", "did you mean 'pad'?"),
        ("conv1", "kernel", "bad-option", "write it as FIELD=VALUE"),
        ("conv1", "", "bad-option", "write it as FIELD=VALUE"),
        ("conv1", "kernel=", "bad-option", "write it as FIELD=VALUE"),
        ("conv1", "kernel=3,kernel=5", "bad-option", ""),
        ("conv1", "kernel=0", "bad-value", ""),
        ("conv1", "kernel=1/2", "bad-value", ""),
        ("conv1", "kernel=[1,2,3]", "bad-value", ""),
        ("conv1", "kernel=[1", "bad-yaml", ""),
        ("conv1", "pad=sam", "unknown-name", "did you mean 'same'?"),
        ("conv1", "bias=3", "bad-value", ""),
        ("conv1", "out=x.C", "unknown-name", ""),
        ("conv1", "out=__import__('os')", "bad-formula", ""),
        ("conv1", "out=9**9**9", "too-large", ""),
        ("conv1", "kernel=500", "size-below-one", "a smaller kernel"),
        ("conv1", "groups=2", "need-not-met", ""),
        ("conv1", "out=\x07", "not-text", ""),
        ("relu1", "slope=1", "bad-option", ""),
        ("input", "size=1", "bad-option", "--input"),
    ],
)
def test_what_cannot_be(layer: str, text: str, code: str, hint: str) -> None:
    report = archcalc.analyze("alexnet")
    with pytest.raises(archcalc.SpecError) as caught:
        what_if_page(report, report.layer(layer), text)
    assert caught.value.code == code
    assert hint in caught.value.hint
