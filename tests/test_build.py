"""The walk from a spec to a graph: every part of the language, what layers are called, and what is shared."""

from __future__ import annotations

import pytest

from archcalc.build import build
from archcalc.errors import SpecError
from archcalc.graph import Graph
from archcalc.limits import limits
from archcalc.source import Source
from archcalc.spec import read_spec

INPUT = "input: [4, 16, 16]\n"


def built(text: str, variant: str = "", **overrides: object) -> Graph:
    spec = read_spec(Source("net.yaml", text if "\ninput" in "\n" + text else INPUT + text))
    return build(spec, spec.variants[variant or next(iter(spec.variants))], overrides)


def names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes[1:]]


def edges(graph: Graph) -> dict[str, list[str]]:
    """For each layer, the layers that it reads."""
    return {node.name: [tensor.node.name for tensor in node.inputs] for node in graph.nodes if node.inputs}


def test_layers_run_from_top_to_bottom() -> None:
    graph = built("layers: [conv: {out: 8, kernel: 3}, relu, bn]\n")
    assert edges(graph) == {"conv": ["input"], "relu": ["conv"], "bn": ["relu"]}
    assert graph.outputs[0].shape == (8, 14, 14)
    assert [node.index for node in graph.nodes] == [0, 1, 2, 3]
    assert str(graph.nodes[1].place) == "net.yaml:2:10"
    assert graph.nodes[1].kind == "conv"


def test_an_empty_net_is_its_input() -> None:
    assert built("layers: []\n").outputs[0].shape == (4, 16, 16)


# ------------------------------------------------------------------------------------------ names and numbers of layers


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ("[relu]", ["relu"]),
        ("[relu, bn, relu]", ["relu1", "bn", "relu2"]),
        ("[{relu: , name: a}, relu]", ["a", "relu"]),
        ("[{relu: , name: relu1}, relu, relu]", ["relu1", "relu2", "relu3"]),
        ("[relu6, relu6]", ["relu6_1", "relu6_2"]),
        ("[{relu: , repeat: 3}]", ["relu1", "relu2", "relu3"]),
        ("[{relu: , repeat: 2, name: a1}]", ["a1_1", "a1_2"]),
        ("[{do: [relu, bn], repeat: 2}]", ["group1.relu", "group1.bn", "group2.relu", "group2.bn"]),
        ("[{do: [relu, bn], name: stem}]", ["stem.relu", "stem.bn"]),
        ("[{do: [relu]}, relu]", ["relu1", "relu2"]),
        ("[{add: {a: [relu], b: []}}]", ["a.relu", "add"]),
        ("[{add: {a: [relu], b: []}, name: both}]", ["both.a.relu", "both"]),
        ("[{add: {a: [relu], b: []}}, {add: {a: [relu], b: []}}]", ["add1.a.relu", "add1", "add2.a.relu", "add2"]),
    ],
    ids=range(13),
)
def test_names(layers: str, found: list[str]) -> None:
    assert names(built(f"layers: {layers}\n")) == found


def test_blocks_and_groups_are_part_of_the_name() -> None:
    graph = built("blocks: {unit: {layers: [bn, relu]}}\nlayers: [{unit: , name: a}, {do: [unit], repeat: 2, name: stage}]\n")
    assert names(graph) == [
        *("a.bn", "a.relu", "stage1.unit.bn", "stage1.unit.relu", "stage2.unit.bn", "stage2.unit.relu"),
    ]
    assert graph.groups == {"a": "unit", "stage1": "do", "stage1.unit": "unit", "stage2": "do", "stage2.unit": "unit"}


def test_every_name_is_unique() -> None:
    graph = built("layers:\n" + "  - {do: [relu, bn, {add: {a: [relu], b: []}}]}\n" * 50 + "  - {relu: , name: relu_2}\n")
    assert len(set(names(graph))) == len(names(graph)) == 201


# ------------------------------------------------------------------------------------------ flow


def test_from_replaces_what_flows_in() -> None:
    graph = built("layers: [{relu: , name: a}, bn, {gelu: , from: a}, {add: , from: [a, x]}]\n")
    assert edges(graph) == {"a": ["input"], "bn": ["a"], "gelu": ["a"], "add": ["a", "input"]}


def test_several_outputs_of_one_layer() -> None:
    graph = built("layers: [{split: 2, name: [a, b]}, {relu: , from: b}, {concat: , from: [a, b]}]\n")
    first = graph.nodes[1]
    assert [tensor.port for tensor in first.outputs] == [0, 1]
    assert graph.nodes[2].inputs == (first.outputs[1],)
    assert graph.nodes[3].inputs == first.outputs
    assert graph.outputs[0].shape == (4, 16, 16)


def test_all_outputs_flow_into_the_next_layer() -> None:
    graph = built("layers: [split: 4, concat]\n")
    assert len(graph.nodes[2].inputs) == 4


def test_branches_tensors_and_the_identity() -> None:
    graph = built("layers: [{bn: , name: a}, {relu: , name: b}, {add: {one: [gelu, tanh], two: a, three: [], four: b}}]\n")
    assert edges(graph)["add"] == ["one.tanh", "a", "b", "b"]
    assert edges(graph)["one.gelu"] == ["b"]


def test_blocks_with_several_inputs_and_outputs_repeat() -> None:
    text = """
blocks:
  cell:
    args: [f]
    inputs: [h, p]
    outputs: [y, h]
    layers:
      - add: {l: [{conv: {out: f, kernel: 1}, from: h}], r: [{conv: {out: f, kernel: 1}, from: p}]}
        name: y
layers:
  - {conv: {out: 8, kernel: 1}, name: stem}
  - {cell: 8, from: [stem, x], repeat: 3, name: [new, old]}
  - {concat: , from: [new, old]}
"""
    graph = built(text)
    found = edges(graph)
    assert [found[f"cell{i}.y.r.conv"] for i in (1, 2, 3)] == [["input"], ["stem"], ["cell1.y"]]
    assert found["concat"] == ["cell3.y", "cell2.y"]


def test_several_inputs_and_outputs_of_a_net() -> None:
    graph = built(
        "inputs: {a: [3, 8, 8], b: [5, 8, 8]}\nlayers: [{concat: , name: c}, {relu: , from: b, name: d}]\noutputs: [c, d]\n"
    )
    assert [node.name for node in graph.nodes] == ["a", "b", "c", "d"]
    assert [tensor.shape for tensor in graph.outputs] == [(8, 8, 8), (5, 8, 8)]


def test_an_output_that_was_switched_off_is_left_out() -> None:
    layers = "[{relu: , name: a}, {bn: , name: b, when: aux}, {gelu: , from: a, name: c}]"
    text = f"params: {{aux: false}}\nlayers: {layers}\noutputs: [c, b]\n"
    assert [tensor.node.name for tensor in built(text).outputs] == ["c"]
    assert [tensor.node.name for tensor in built(text, aux="true").outputs] == ["c", "b"]


@pytest.mark.parametrize(("wide", "found"), [("true", ["a", "b"]), ("false", ["a", "c"])])
def test_an_output_inside_a_group_that_was_switched_off_is_left_out(wide: str, found: list[str]) -> None:
    graph = built(f"""
params: {{wide: {wide}}}
layers:
  - {{relu: , name: a}}
  - when: wide
    do: [{{bn: , name: b}}]
    else: [{{tanh: , name: c}}]
outputs: [a, b, c]
""")
    assert [tensor.node.name for tensor in graph.outputs] == found


def test_an_output_of_the_last_round_counts() -> None:
    text = "layers: [{bn: , name: a, when: k == SWITCH, for: {k: 2}}, {relu: , name: b}]\noutputs: [b, a]\n"
    assert len(built(text.replace("SWITCH", "1")).outputs) == 2
    assert len(built(text.replace("SWITCH", "0")).outputs) == 1


def test_other_inputs() -> None:
    spec = read_spec(Source("net.yaml", INPUT + "layers: [maxpool: 2]\n"))
    variant = spec.variants["net"]
    assert build(spec, variant, inputs={"x": (3, 32, 8)}).outputs[0].shape == (3, 16, 4)
    for wrong in ({"y": (3, 8, 8)}, {"x": (3, 0, 8)}, {"x": (3, 8.5, 8)}, {"x": ("a", 1, 1)}, {"x": (2,) * 20}):
        with pytest.raises(SpecError):
            build(spec, variant, inputs=wrong)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------ loops and conditions


def test_for_walks_lists_in_step() -> None:
    graph = built("params: {w: [8, 12]}\nlayers: [{conv: {out: width*m, kernel: 1}, for: {width: w, m: [1, 2], i: 2}}]\n")
    assert [node.layer.out for node in graph.nodes[1:]] == [8, 24]


def test_a_number_counts_from_zero() -> None:
    graph = built("layers: [{conv: {out: k + 1, kernel: 1}, for: {k: 3}}]\n")
    assert [node.layer.out for node in graph.nodes[1:]] == [1, 2, 3]


def test_an_empty_loop_lets_everything_pass() -> None:
    assert names(built("layers: [{relu: , repeat: 0}, {bn: , for: {k: 0}}, gelu]\n")) == ["gelu"]


def test_nested_loops() -> None:
    graph = built("layers: [{for: {a: [1, 2]}, do: [{conv: {out: 10*a + b, kernel: 1}, for: {b: a}}]}]\n")
    assert [node.layer.out for node in graph.nodes[1:]] == [10, 20, 21]


def test_counters_reach_into_groups_and_branches_but_not_into_blocks() -> None:
    graph = built(
        "layers: [{for: {k: 2}, do: [{add: {a: [conv: {out: k + 1, kernel: 1}], b: [conv: {out: k + 1, kernel: 1}]}}]}]\n"
    )
    assert graph.outputs[0].shape == (2, 16, 16)
    with pytest.raises(SpecError, match="nothing here is called 'k'"):
        built("blocks: {b: {layers: [conv: {out: k, kernel: 1}]}}\nlayers: [{b: , for: {k: 2}}]\n")


@pytest.mark.parametrize(
    ("condition", "found"), [("x.C == 4", "relu"), ("x.C > 4", "gelu"), ("x.H == x.W and x.C < 9", "relu"), ("false", "gelu")]
)
def test_when_and_else(condition: str, found: str) -> None:
    assert names(built(f"layers: [{{relu: , when: {condition}, else: [gelu]}}]\n")) == [found]


@pytest.mark.parametrize(("wide", "kinds"), [("true", ["conv", "relu"]), ("false", ["bn", "add"])])
def test_both_sides_of_a_condition_may_give_the_same_names(wide: str, kinds: list[str]) -> None:
    graph = built(f"""
params: {{wide: {wide}}}
layers:
  - when: wide
    do: [{{conv: {{out: 8, kernel: 1}}, name: a}}, {{relu: , name: b}}]
    else: [{{bn: , name: a}}, {{add: {{left: a, right: x}}, name: b}}]
  - add: {{left: b, right: []}}
    name: last
""")
    assert edges(graph)["last"] == ["b", "b"]
    assert [node.kind for node in graph.nodes[1:3]] == kinds


def test_defaults_of_arguments_may_use_parameters() -> None:
    blocks = "blocks: {b: {args: [out=width, half=out//2], layers: [conv: {out: half, kernel: 1}]}}"
    graph = built(f"params: {{width: 12}}\n{blocks}\nlayers: [b]\n", width=20)
    assert graph.outputs[0].shape == (10, 16, 16)


def test_when_in_a_block_sees_what_enters_it() -> None:
    text = "blocks: {b: {args: [out], layers: [{conv: {out: out, kernel: 1}, when: x.C != out}]}}\nlayers: [b: 4, b: 8, b: 8]\n"
    assert names(built(text)) == ["b2.conv"]


def test_a_skipped_layer_passes_on_what_flows_in() -> None:
    graph = built("layers: [{relu: , name: a}, {bn: , when: false, name: b}, {gelu: , from: b}]\n")
    assert edges(graph)["gelu"] == ["a"]


# ------------------------------------------------------------------------------------------ $


def test_dollar_with_kinds_and_blocks() -> None:
    text = "params: {op: relu}\nvariants: {a: {}, b: {op: gelu}, c: {op: two}}\n"
    text += "blocks: {two: {layers: [bn, tanh]}}\nlayers: [$op]\n"
    assert [names(built(text, variant)) for variant in "abc"] == [["op"], ["op"], ["op.bn", "op.tanh"]]
    assert [built(text, variant).nodes[1].kind for variant in "abc"] == ["relu", "gelu", "bn"]
    assert built(text, "a", op="tanh").nodes[1].kind == "tanh"


def test_dollar_with_arguments_and_in_loops() -> None:
    text = """
params: {kinds: [conv, wide, conv]}
blocks: {wide: {args: [out, kernel], layers: [conv: {out: 2*out, kernel: kernel}]}}
layers:
  - for: {kind: kinds}
    do: [$kind: {out: x.C, kernel: 1}]
  - for: {op: [relu, bn]}
    do: [$op]
"""
    graph = built(text)
    assert [node.kind for node in graph.nodes[1:]] == ["conv", "conv", "conv", "relu", "bn"]
    assert [node.layer.out for node in graph.nodes[1:4]] == [4, 8, 4]


def test_dollar_from_an_argument() -> None:
    text = "blocks: {b: {args: [act=relu], layers: [$act]}}\nlayers: [b, b: gelu, b: {act: tanh}]\n"
    assert [node.kind for node in built(text).nodes[1:]] == ["relu", "gelu", "tanh"]


def test_a_text_can_be_handed_on() -> None:
    text = "blocks: {b: {args: [out], layers: [conv: {out: out, kernel: 3, pad: same}]}}\nlayers: [b: 4]\n"
    assert built(text).outputs[0].shape == (4, 16, 16)
    text = "params: {p: same}\nlayers: [conv: {out: 4, kernel: 3, pad: p}]\n"
    assert built(text).outputs[0].shape == (4, 16, 16)


# ------------------------------------------------------------------------------------------ overrides, sharing, limits


def test_overrides_change_the_net() -> None:
    text = "params: {depth: 2, width: 8}\nlayers: [{conv: {out: width, kernel: 3, pad: 1}, repeat: depth}]\n"
    assert len(built(text).nodes) == 3
    assert len(built(text, depth="5").nodes) == 6
    assert built(text, width="4*depth").outputs[0].shape == (8, 16, 16)


def test_a_flag_stays_one_even_if_it_follows_from_another() -> None:
    text = "params: {modern: false, norm: modern}\nlayers: [{bn: , when: norm}, relu]\n"
    assert names(built(text, norm=True)) == ["bn", "relu"]
    with pytest.raises(SpecError, match="'norm' is true or false, not 7"):
        built(text, norm=7)


def test_a_spec_says_which_settings_it_has_no_network_for() -> None:
    text = "params: {depth: 16, wide: true}\nrequire: [depth == 11 or depth == 16, wide or depth > 11]\nlayers: [relu]\n"
    assert names(built(text, depth=11)) == ["relu"]
    with pytest.raises(SpecError, match="net is not made for depth = 14"):
        built(text, depth=14)
    with pytest.raises(SpecError, match="net is not made for depth = 11 and wide = false"):
        built(text, depth=11, wide=False)


def test_the_same_layer_on_the_same_shape_is_worked_out_once() -> None:
    graph = built(
        "blocks: {b: {args: [k], layers: [conv: {out: 4, kernel: k, pad: 1}]}}\n"
        "layers: [b: 3, b: 1 + 2, conv: {out: 4, kernel: 3, pad: 1}]\n"
    )
    assert graph.nodes[1].work is graph.nodes[2].work is graph.nodes[3].work
    assert graph.nodes[1] is not graph.nodes[2]


def test_pictures_and_tokens_of_one_shape_are_told_apart() -> None:
    graph = built("layers: [bn, rearrange: c h w -> w h c, layernorm, {rearrange: t a d -> d a t, name: r}]\n")
    assert len({id(node.work) for node in graph.nodes}) == len(graph.nodes)


def test_true_is_not_taken_for_one() -> None:
    first = "params: {f: true, n: 1}\nlayers:\n  - conv: {out: 4, kernel: 1, stride: 1, bias: true}\n"
    first += "  - conv: {out: 4, kernel: 1, FIELD}\n"
    built(first.replace("FIELD", "stride: n, bias: f"))
    for field in ("stride: f", "bias: n", "kernel: [f, f]", "pad: {top: f}"):
        with pytest.raises(SpecError, match="is not") as caught:
            built(first.replace("FIELD", field).replace("kernel: 1, kernel", "kernel"))
        assert caught.value.code == "bad-value"


def test_a_worked_out_value_is_blamed_at_its_place() -> None:
    with pytest.raises(SpecError) as caught:
        built("params: {s: 1}\nlayers:\n  - conv:\n      out: 4\n      kernel: 1\n      stride: s - 1\n")
    assert caught.value.message == "stride: 0 is not a whole number of at least 1"
    assert str(caught.value.place) == "net.yaml:7:15"


@pytest.mark.parametrize(
    ("limit", "value", "layers", "said"),
    [
        ("layers", 4, "[{relu: , repeat: 4}]", "more than 4 layers"),
        ("rounds", 4, "[{do: [], repeat: 5}]", "more than 4 lines"),
        ("loop", 4, "[{relu: , repeat: 5}]", "the limit is 4"),
        ("call_depth", 4, "[{do: [{do: [{do: [{do: [relu]}]}]}]}]", "more than 4 deep"),
        ("name_length", 9, "[{relu: , name: a_long_name}]", "passes 9 characters"),
        ("tensors", 3, "[{conv: {out: 44, kernel: 1}}, {split: 44}]", "limit of 3"),
        ("size", 100, "[{conv: {out: 101, kernel: 1}}]", "101"),
        ("axes", 2, "[relu]", "an input of 3 axes"),
    ],
)
def test_limits(limit: str, value: int, layers: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(SpecError, match=said) as caught:
        built(f"layers: {layers}\n")
    assert caught.value.code == "too-large"
    assert caught.value.place is not None
    monkeypatch.undo()
    built(f"layers: {layers}\n")


def test_the_trail_leads_out_of_nested_blocks() -> None:
    text = "blocks:\n  a: {layers: [maxpool: 99]}\n  b: {layers: [a]}\nlayers: [{b: , name: first}]\n"
    with pytest.raises(SpecError) as caught:
        built(text)
    assert caught.value.trail == [
        "block 'a', called as first.a (net.yaml:4:16)",
        "block 'b', called as first (net.yaml:5:11)",
    ]
