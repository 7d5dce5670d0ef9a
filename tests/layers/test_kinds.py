"""What holds for all kinds: they explain themselves, and their summaries say what their formulas say."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.arithmetic import EXACT
from archcalc.layers.base import KINDS, REQUIRED, Layer, layer
from archcalc.shapes import Picture
from layers.helpers import picture, tokens, work
from layers.test_against_torch import CASES

NO_ARITHMETIC = {  # kinds without elementwise operations, and why
    "conv": "all of it is macs",
    "conv_transpose": "all of it is macs",
    "sparse_conv": "all of it is macs",
    "linear": "all of it is macs",
    "embedding": "it looks values up",
    "identity": "it does nothing",
    "dropout": "it does nothing at inference",
    "flatten": "it renames axes",
    "rearrange": "it renames axes",
    "take": "it picks values",
    "split": "it picks values",
    "pad": "it copies values",
    "pad_channels": "it copies values",
    "spatial_shift": "it copies values",
    "cycle_shift": "it copies values",
    "concat": "it copies values",
    "class_token": "it copies values",
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_says_what_it_does_and_what_its_fields_mean(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.__doc__ and cls.__doc__.strip().split("\n")[0].endswith(".")
    for name, field in cls.fields.items():
        assert field.doc and field.type.doc, f"{kind}.{name} is not explained"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_defaults_are_values_that_the_field_takes(kind: str) -> None:
    for name, field in KINDS[kind].fields.items():
        if field.default is not REQUIRED and field.default is not None:
            field.type.accept(field.default, EXACT)
            assert field.name == name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_worked_layers_are_consistent(case: tuple[str, dict[str, Any], Any, Any]) -> None:
    kind, fields, inputs, _ = case
    done = work(kind, *inputs, **fields)
    for step in done.steps:
        step.formula.shown(done.values)
        if step.role == "summary":
            assert step.formula.evaluate(done.values) == getattr(done, {"params": "params_count"}.get(step.name, step.name))
    params = [step.value for step in done.steps if step.role in ("param", "bias")]
    assert sum(params) == done.params_count
    assert (done.activations == 0) == done.layer.in_place
    assert isinstance(done.layer.title(), str)
    stated = any(step.role == "elementwise" and step.note for step in done.steps)
    copies = kind == "upsample" and fields.get("mode") != "bilinear"
    assert stated != (kind in NO_ARITHMETIC or copies), "elementwise operations are stated, or there is a reason for none"
    assert type(done.elementwise) is int and type(done.macs) is int


ELEMENTWISE: list[tuple[str, dict[str, Any], tuple[Any, ...], int]] = [  # counted by hand
    ("maxpool", {"kernel": 2}, (picture(5, 4, 4),), 5 * 4 * 3),
    ("maxpool", {"kernel": (3, 1)}, (picture(5, 3, 4),), 5 * 4 * 2),
    ("avgpool", {"kernel": 2}, (picture(5, 4, 4),), 5 * 4 * (3 + 1)),
    ("global_avgpool", {}, (picture(5, 4, 4),), 5 * (15 + 1)),
    ("global_maxpool", {}, (tokens(16, 5),), 5 * 15),
    ("bn", {}, (picture(5, 4, 4),), 2 * 80),
    ("layernorm", {}, (tokens(2, 3),), 2 * (3 + 3 + 3 + 3 + 2 + 3 + 3 + 3)),
    ("groupnorm", {"groups": 2, "affine": False}, (picture(4, 1, 3),), 2 * (5 * 6 + 2)),
    ("lrn", {"size": 3}, (picture(5, 2, 2),), 20 * (1 + 2 + 4)),
    ("relu", {}, (tokens(7),), 7),
    ("softmax", {}, (tokens(10),), 9 + 10 + 10 + 9 + 10),
    ("softmax", {}, (picture(10, 2, 3),), 6 * 48),
    ("scale", {"bias": True}, (tokens(2, 3),), 12),
    ("rbf", {"out": 2}, (tokens(3),), 2 * (3 + 3 + 2)),
    ("rbf", {"out": 2}, (tokens(5, 3),), 5 * 2 * (3 + 3 + 2)),
    ("multiply", {"by": 3}, (picture(2, 3, 1),), 6),
    ("upsample", {"factor": 2, "mode": "bilinear"}, (picture(1, 2, 2),), 16 * 7),
    ("add", {}, (tokens(5), tokens(5), tokens(5)), 10),
    ("mul", {}, (picture(5, 2, 2), picture(5, 1, 1)), 20),
    ("attention", {"heads": 2}, (tokens(3, 4),), 3 * 4 + 2 * 3 * (2 + 3 + 3 + 2 + 3)),
    ("window_attention", {"heads": 2, "window": 2}, (picture(4, 3, 2),), 8 * 4 + 2 * 8 * 4 + 2 * 8 * (3 + 4 + 4 + 3 + 4)),
    ("position", {}, (tokens(3, 4),), 12),
]


@pytest.mark.parametrize(("kind", "fields", "inputs", "count"), ELEMENTWISE)
def test_elementwise_operations_are_what_one_counts_by_hand(kind: str, fields: Any, inputs: Any, count: int) -> None:
    assert work(kind, *inputs, **fields).elementwise == count


def test_the_lecture_s_numbers() -> None:
    conv1 = work("conv", picture(3, 227, 227), out=96, kernel=11, stride=4)
    assert (conv1.outputs, conv1.params_count, conv1.notes) == ((picture(96, 55, 55),), 34_944, ())
    shown = [step.formula.shown(conv1.values) for step in conv1.steps if step.role in ("size", "summary")]
    assert shown == ["(227 - 11 + 2*0)/4 + 1", "(227 - 11 + 2*0)/4 + 1", "(11*11*3 + 1)*96"]
    pool1 = work("maxpool", picture(96, 55, 55), kernel=3, stride=2)
    assert (pool1.outputs, pool1.params_count) == ((picture(96, 27, 27),), 0)
    assert work("linear", work("flatten", picture(512, 7, 7)).outputs[0], out=4096, bias=False).params_count == 102_760_448
    assert work("conv", picture(3, 224, 224), out=96, kernel=11, stride=4).notes, "real pixels are dropped, and nothing is said"
    assert not work("conv", picture(3, 224, 224), out=64, kernel=7, stride=2, pad=3).notes, "only padding is dropped"


PICTURES = [
    ("c h w -> (h w) c", picture(3, 4, 5), {}, False),
    ("(h w) c -> c h w", tokens(20, 3), {"w": 5}, True),
    ("c (h p) (w q) -> (h w) (p q) c", picture(3, 4, 6), {"p": 2, "q": 3}, False),
    ("a b d -> b a d", tokens(3, 4, 5), {}, False),
    ("c h w -> h w c", picture(3, 4, 5), {}, False),
    ("c h w -> 1 c (h w)", picture(3, 4, 5), {}, True),
    ("c 1 1 -> c", picture(3, 1, 1), {}, False),
    ("d -> d 1 1", tokens(3), {}, True),
    ("() d -> d", tokens(1, 3), {}, False),
]


@pytest.mark.parametrize(("pattern", "x", "sizes", "is_picture"), PICTURES)
def test_rearrange_makes_pictures_and_tokens(pattern: str, x: Any, sizes: dict[str, int], is_picture: bool) -> None:
    (out,) = work("rearrange", x, pattern=pattern, sizes=sizes).outputs
    assert isinstance(out, Picture) == is_picture
    assert out.size == x.size


def test_a_kind_cannot_be_registered_twice() -> None:
    with pytest.raises(RuntimeError, match="two layer kinds are called 'relu'"):

        @layer("relu")
        class Again(Layer):
            """Once too often."""
