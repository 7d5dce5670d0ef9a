"""What is checked before anything is built: params, variants, blocks, names in reach."""

from __future__ import annotations

import pytest

from archcalc.build import build
from archcalc.errors import SpecError
from archcalc.graph import Graph
from archcalc.source import Source
from archcalc.spec import Spec, read_spec
from archcalc.spec.settings import settings

LAYERS = "input: [3, 8, 8]\nlayers:\n"


def read(text: str) -> Spec:
    return read_spec(Source("net.yaml", text))


def built(text: str) -> Graph:
    """The only variant of a spec, built."""
    spec = read(text)
    return build(spec, spec.variants["net"])


def mistake(text: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        read(text)
    return caught.value


def values(text: str, variant: str = "", **overrides: object) -> dict[str, object]:
    spec = read(text + LAYERS + "  - relu\n")
    return settings(spec, spec.variants[variant or next(iter(spec.variants))], overrides)


# ------------------------------------------------------------------------------------------ parameters and variants


def test_parameters_may_use_earlier_ones() -> None:
    assert values("params: {a: 3, b: 2*a, c: [a, b], d: sum(c), e: 'c[1]'}\n") == {"a": 3, "b": 6, "c": (3, 6), "d": 9, "e": 6}


def test_what_a_parameter_can_be() -> None:
    text = "params: {n: 1.5, t: true, f: false, w: bottleneck, k: relu, l: [1, [2]], q: '2 + 3', s: 'c h -> h c'}\n"
    text += "blocks: {bottleneck: {layers: []}}\n"
    found = values(text)
    assert str(found["n"]) == "3/2"
    assert found["t"] is True
    assert found["f"] is False
    assert (found["w"], found["k"], found["l"], found["q"], found["s"]) == ("bottleneck", "relu", (1, (2,)), 5, "c h -> h c")


def test_variants_and_overrides_reach_later_parameters() -> None:
    text = "params: {width: 64, stem: width//2, block: relu}\nvariants: {small: {width: 16}, odd: {width: 10, stem: 7}}\n"
    assert values(text, "small") == {"width": 16, "stem": 8, "block": "relu"}
    assert values(text, "odd")["stem"] == 7
    assert values(text, "small", width="32")["stem"] == 16
    assert values(text, "small", width=32, block="gelu") == {"width": 32, "stem": 16, "block": "gelu"}
    assert values(text, "small", stem="3*width") == {"width": 16, "stem": 48, "block": "relu"}


def test_overrides_from_a_program_become_exact() -> None:
    text = "params: {a: 1, b: [1]}\n"
    assert values(text, a=0.1, b=[1, 2.0]) == {"a": pytest.approx(0.1), "b": (1, 2)}
    assert str(values(text, a=0.1)["a"]) == "1/10"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"widht": "3"}, "unknown-parameter"),
        ({"width": "3 +"}, "bad-formula"),
        ({"width": ""}, "empty-spec"),
        ({"width": "stem"}, "unknown-name"),
        ({"width": "[1, 2"}, "bad-yaml"),
        ({"width": "9**9**9"}, "too-large"),
        ({"width": "*x"}, "not-plain-yaml"),
        ({"width": float("nan")}, "bad-value"),
        ({"width": {1: 2}}, "bad-value"),
        ({"block": "bottelneck"}, "unknown-name"),
    ],
)
def test_bad_overrides(overrides: dict[str, object], code: str) -> None:
    with pytest.raises(SpecError) as caught:
        values("params: {width: 64, stem: width//2, block: relu}\n", **overrides)
    assert caught.value.code == code


def test_a_spec_without_variants_is_its_own() -> None:
    assert list(read(LAYERS + "  - relu\n").variants) == ["net"]
    assert list(read("name: lenet\n" + LAYERS + "  - relu\n").variants) == ["lenet"]


def test_title_and_source_of_a_spec() -> None:
    spec = read("name: a\ntitle: 'A: b'\ncite: C 2020\n" + LAYERS + "  - relu\n")
    assert (spec.name, spec.title, spec.cite) == ("a", "A: b", "C 2020")


# ------------------------------------------------------------------------------------------ blocks


def test_arguments_with_defaults_in_every_form() -> None:
    block = "{args: [a, c=2, {d: a + c}, e = 4], layers: [conv: {out: a + c + d + e, kernel: 1}]}"
    spec = read("blocks: {b: " + block + "}\n" + LAYERS + "  - b: 1\n")
    assert list(spec.blocks["b"].args) == ["a", "c", "d", "e"]
    graph = build(spec, spec.variants["net"])
    assert graph.outputs[0].shape.C == 1 + 2 + 3 + 4


def test_the_place_of_a_mistake_in_a_default() -> None:
    error = mistake("blocks:\n  b: {args: [a=2 + z], layers: [linear: a]}\n" + LAYERS + "  - b\n")
    assert error.place is not None
    assert (error.code, error.place.line, error.place.column) == ("unknown-name", 2, 20)


def test_an_argument_hides_the_parameter_of_its_name() -> None:
    text = "params: {op: conv}\nblocks: {b: {args: [op], layers: [$op]}}\n" + LAYERS + "  - b: {op: relu}\n"
    assert [node.kind for node in built(text).nodes] == ["input", "relu"]


def test_an_input_hides_the_parameter_of_its_name() -> None:
    text = "params: {h: 3}\nblocks: {b: {inputs: [h], layers: [linear: h.D]}}\ninput: [7]\nlayers:\n  - b\n"
    assert built(text).outputs[0].shape == (7,)


def test_names_live_in_their_block() -> None:
    text = "blocks: {b: {layers: [{relu: , name: a}, {bn: , from: a}]}}\n" + LAYERS + "  - {b: , name: a}\n  - {b: , from: a}\n"
    assert len(built(text).nodes) == 5


def test_blocks_may_stand_behind_the_layers_and_call_later_ones() -> None:
    text = LAYERS + "  - a\nblocks: {a: {layers: [b]}, b: {layers: [relu]}}\n"
    assert [node.name for node in built(text).nodes] == ["input", "a.b.relu"]


def test_a_block_that_two_others_call_is_no_recursion() -> None:
    blocks = "blocks: {a: {layers: [c, b]}, b: {layers: [c]}, c: {layers: [relu]}}\n"
    assert len(built(blocks + LAYERS + "  - a\n  - b\n").nodes) == 4


# ------------------------------------------------------------------------------------------ names in reach


@pytest.mark.parametrize(
    "layers",
    [
        "  - {relu: , name: a}\n  - conv: {out: a.C, kernel: 1}\n",
        "  - for: {k: 2}\n    do: [conv: {out: k + 1, kernel: 1}]\n  - for: {k: 2}\n    do: [conv: {out: k + 2, kernel: 1}]\n",
        "  - add: {l: [{bn: , name: a}], r: [{relu: , from: a}]}\n",
        "  - do: [{bn: , name: a}]\n  - {relu: , from: a}\n",
        "  - relu:\n    when: x.C > 5\n    else: [{bn: , name: a}]\n  - {relu: , from: a}\n",
        "  - {relu: , name: [a]}\n  - {relu: , from: [a]}\n",
    ],
    ids=range(6),
)
def test_names_that_are_in_reach(layers: str) -> None:
    spec = read(LAYERS + layers)
    build(spec, spec.variants["net"])


def test_dollar_reads_its_arguments_for_every_word_that_it_may_hold() -> None:
    head = "params: {op: add}\nvariants: {a: {}, b: {op: mul}}\n" + LAYERS
    spec = read(head + "  - $op: {l: [{relu: , name: r}], m: []}\n  - {bn: , from: r}\n")
    assert [node.kind for node in build(spec, spec.variants["b"]).nodes] == ["input", "relu", "mul", "bn"]
    error = mistake("params: {op: relu}\nvariants: {a: {}, b: {op: conv}}\n" + LAYERS + "  - $op: {out: 3, kernel: 3}\n")
    assert error.code == "unknown-key"  # relu has no `out`, even if the variant that is built has conv


def test_one_mistake_is_reported_once() -> None:
    error = mistake("params: {op: add}\nvariants: {a: {}, b: {op: mul}}\n" + LAYERS + "  - $op: {l: [rleu], m: []}\n")
    assert (error.code, error.also) == ("unknown-kind", [])


def test_a_wrong_parameter_is_still_known_to_others() -> None:
    error = mistake("params: {a: b, c: a + 1}\n" + LAYERS + "  - linear: a\n")
    assert (error.code, error.also) == ("unknown-name", [])


def test_quotes_make_no_difference_to_formulas() -> None:
    text = (
        "params: {n: 3}\n"
        + LAYERS
        + "  - conv: {out: \"max(n, 8)\", kernel: '3', bias: 'false'}\n  - flatten\n  - linear: >\n      n +\n      2\n"
    )
    graph = built(text)
    assert graph.nodes[1].layer.out == 8
    assert graph.outputs[0].shape[-1] == 5
