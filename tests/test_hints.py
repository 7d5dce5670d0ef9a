"""What an error tells a reader to do: near misses, the names of other frameworks, and natural mistakes."""

from __future__ import annotations

import pytest

from archcalc.errors import _CALLED_ELSEWHERE, render
from archcalc.layers.base import KINDS
from archcalc.spec.names import MODIFIERS
from archcalc.spec.read import SECTIONS
from mistakes import LAYERS, of_text


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (LAYERS + "  - cnov: 3\n", "conv"),
        (LAYERS + "  - conv: {out: 3, kernal: 3}\n", "kernel"),
        ("params: {width: 3}\nvariants: {a: {widht: 3}}\n" + LAYERS + "  - relu\n", "width"),
        ("params: {width: 3}\n" + LAYERS + "  - linear: widht\n", "width"),
        (LAYERS + "  - {relu: , name: stem}\n  - {relu: , from: stme}\n", "stem"),
        (LAYERS + "  - linear: flor(x.C)\n", "floor"),
        (LAYERS + "  - {relu: , nmae: a}\n", "name"),
        ("input: [3, 8, 8]\nlayer: [relu]\nlayers: [relu]\n", "layers"),
        ("params: {block: relu}\n" + LAYERS + "  - $blok\n", "block"),
        (LAYERS + "  - linear: x.h\n", "H"),
        (LAYERS + "  - concat: {axis: c, a: [], b: []}\n", "C"),
    ],
    ids=range(11),
)
def test_near_misses_are_suggested(text: str, near: str) -> None:
    assert f"did you mean '{near}'?" in render(of_text(text))


@pytest.mark.parametrize(
    ("kind", "here"),
    [
        ("BatchNorm2d", "bn"),
        ("batch_norm", "bn"),
        ("fc", "linear"),
        ("Dense", "linear"),
        ("Conv2d", "conv"),
        ("deconv", "conv_transpose"),
        ("Conv2DTranspose", "conv_transpose"),
        ("swish", "silu"),
        ("MaxPooling2D", "maxpool"),
        ("max_pool", "maxpool"),
        ("AvgPool2d", "avgpool"),
        ("gap", "global_avgpool"),
        ("layer_norm", "layernorm"),
        ("ln", "layernorm"),
        ("gn", "groupnorm"),
        ("mha", "attention"),
        ("self_attention", "attention"),
        ("cat", "concat"),
        ("reshape", "rearrange"),
    ],
)
def test_kinds_of_other_frameworks_are_known_by_their_names(kind: str, here: str) -> None:
    assert f"did you mean '{here}'?" in render(of_text(LAYERS + f"  - {kind}\n"))


@pytest.mark.parametrize(
    ("key", "here"),
    [
        ("filters", "out"),
        ("out_channels", "out"),
        ("kernel_size", "kernel"),
        ("size", "kernel"),
        ("strides", "stride"),
        ("padding", "pad"),
        ("use_bias", "bias"),
        ("dilation_rate", "dilation"),
    ],
)
def test_fields_of_other_frameworks_are_known_by_their_names(key: str, here: str) -> None:
    text = render(of_text(LAYERS + f"  - conv: {{{key}: 1}}\n"))
    assert f"did you mean '{here}'?" in text and "missing-key" not in text


def test_every_name_that_habits_lead_to_exists() -> None:
    fields = {name for kind in KINDS.values() for name in kind.fields}
    assert set(_CALLED_ELSEWHERE) <= {*KINDS, *fields, *MODIFIERS, *SECTIONS, "do", "classes"}


def test_a_near_name_of_the_spec_stands_beside_what_a_habit_means() -> None:
    error = of_text("params: {out: 1, filter: 2}\n" + LAYERS + "  - linear: filters\n")
    assert error.hint == "did you mean 'out' or 'filter'?"


def test_all_wrong_keys_and_values_of_a_layer_are_reported() -> None:
    error = of_text(LAYERS + "  - conv: {filters: 4, kernel_size: 3, stride: 0, bias: maybe}\n")
    assert [(e.code, e.place.column if e.place else 0) for e in (error, *error.also)] == [
        ("unknown-key", 12),
        ("unknown-key", 24),
        ("bad-value", 48),
        ("unknown-name", 57),
    ]
    assert of_text(LAYERS + "  - conv: {}\n").message == "conv needs 'out' and 'kernel'"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (LAYERS + "  - conv: {out: 4, kernel: 3, in_channels: 3}\n", "unknown-key", "leave it out: it follows from"),
        (LAYERS + "  - {relu: , name: y}\n  - {add: , from: 'x, y'}\n", "unknown-name", "a list: from: [x, y]"),
        (LAYERS + "  - relu\n  - {bn: , from: relu}\n", "unknown-name", "a relu above has no name; to refer to it, give"),
        (LAYERS + "  - relu\n  - relu\n  - {bn: , from: relu2}\n", "unknown-name", "give that layer one (name: relu2)"),
        (LAYERS + "  - relu\noutputs: [relu]\n", "unknown-name", "give that layer one (name: relu)"),
        (LAYERS + "  - add: [x, relu]\n", "wrong-shape-of-spec", "add: {a: [...], b: [...]} with a list of layers each"),
        (LAYERS + "  - add: [[relu], [bn]]\n", "wrong-shape-of-spec", "or beside 'add' from: [x, y], tensors by name"),
        (LAYERS + "  - {relu: , name: y}\n  - concat: [x, y]\n", "wrong-shape-of-spec", "- {concat: , from: [x, y]}"),
        (LAYERS + "  - {relu: , name: y}\n  - add: x, y\n", "wrong-shape-of-spec", "- {add: , from: [x, y]}"),
        (LAYERS + "  - add: x\n", "wrong-shape-of-spec", "- {add: , from: [x, ...]}"),
        (LAYERS + "  - add: {a: relu, b: x}\n", "wrong-shape-of-spec", "a: [relu]"),
        (LAYERS + "  - attention: 1\n", "wrong-axes", "rearrange: c h w -> (h w) c makes tokens of a picture"),
        (LAYERS + "  - linear: 10\n", "wrong-axes", "flatten or global_avgpool makes features"),
        ("input: [8]\nlayers: [class_token]\n", "wrong-axes", "tokens have two axes: T x D"),
        (LAYERS + "  - add: {a: [conv: {out: 3, kernel: 3}], b: []}\n", "shapes-differ", "pad: (kernel - 1)/2"),
        (LAYERS + "  - add: {a: [conv: {out: 3, kernel: 3}], b: []}\n", "shapes-differ", "`pad: same`"),
        (
            LAYERS + "  - add: {a: [conv: {out: 4, kernel: 3}], b: []}\n",
            "shapes-differ",
            "1 x 1 conv on the skip path, with the stride",
        ),
        (LAYERS + "  - concat: {a: [conv: {out: 4, kernel: 3}], b: []}\n", "shapes-differ", "the same on all paths"),
    ],
    ids=range(18),
)
def test_hints_say_what_to_write(text: str, code: str, hint: str) -> None:
    error = of_text(text)
    assert error.code == code
    assert hint in error.hint, render(error)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input: []\nlayers: [relu]\n", "an input needs at least one size"),
        ("input:\nlayers: [relu]\n", "an input needs at least one size"),
        (LAYERS + "  - {}\n", "a layer needs a kind or a block, but this one is empty"),
        (LAYERS + "  - {name: a, repeat: 2}\n", "a layer needs a kind or a block, but this one has only `name` and `repeat`"),
        (LAYERS + "  - {relu: , bn: }\n", "a layer has one kind; here are 'relu' and 'bn'"),
    ],
    ids=range(5),
)
def test_messages_name_what_is_wrong(text: str, message: str) -> None:
    assert of_text(text).message == message


@pytest.mark.parametrize(
    ("layer", "hint"),
    [("pad: {top: -1}", "pad: {pad: {top: ...}}"), ("maxpool: {h: 2}", "maxpool: {kernel: {h: ...}}")],
)
def test_parts_of_a_field_stand_inside_it(layer: str, hint: str) -> None:
    assert hint in render(of_text(f"{LAYERS}  - {layer}\n"))
