"""Whole networks on symbols: with numbers put in, every total is that of the numeric run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.formulas import ALGEBRA, SYMBOLS
from archcalc.analysis.symbols import evaluate, parse_size, summarize_conditions
from archcalc.arithmetic import EXACT
from archcalc.build import build
from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.graph import Graph
from archcalc.zoo import load, load_text


def net(layers: str, sizes: tuple[Any, ...], algebra: Any = ALGEBRA, **overrides: Any) -> Graph:
    model = load_text(f"input: [3, 8, 8]\nlayers: [{layers}]\n")
    return build(model.spec, model.variant, overrides, {"x": sizes}, algebra)


def totals(graph: Graph, algebra: Any) -> dict[str, Any]:
    names = ("params_count", "params_no_bias", "buffers", "macs", "elementwise", "activations")
    found = {name: algebra.total([getattr(node.work, name) for node in graph.nodes]) for name in names}
    found.update((f"{node.name}[{i}]", size) for node in graph.nodes for i, size in enumerate(node.outputs[0].shape))
    return found


def valid_when(graph: Graph) -> list[str]:
    return summarize_conditions([condition for node in graph.nodes for condition in node.work.valid_when])


def check_substitution(layers: str, heights: range, width: int = 40) -> int:
    """The symbolic run with numbers put in is the numeric run, wherever the conditions hold; how many heights that were."""
    sizes = (3, SYMBOLS["H"], SYMBOLS["W"])
    try:
        graph = net(layers, sizes)
    except SpecError as error:  # wrong whatever H and W are
        assert error.code in ("need-not-met", "size-below-one")
        for h in heights:
            with pytest.raises(SpecError):
                net(layers, (3, h, width), EXACT)
        return 0
    symbolic_totals, texts = totals(graph, ALGEBRA), valid_when(graph)
    held = 0
    for h in heights:
        point = {"H": h, "W": width}
        if not all(formula(text).evaluate(point) for text in texts):
            continue
        held += 1
        plain = net(layers, (3, h, width), EXACT)
        assert {name: evaluate(value, point) for name, value in symbolic_totals.items()} == totals(plain, EXACT)
    return held


COUNTS = st.integers(1, 5)
WINDOWS = st.one_of(
    st.builds(
        "conv: {{out: {}, kernel: {}, stride: {}, pad: {}, dilation: {}}}".format,
        st.integers(1, 9), COUNTS, COUNTS, st.integers(0, 4), st.integers(1, 2),
    ),
    st.builds("conv: {{out: 6, kernel: [{}, {}], stride: {}, pad: same, groups: 3}}".format, COUNTS, COUNTS, COUNTS),
    st.builds("conv: {{out: 3, kernel: {}, pad: [{}, {}, 1, 2]}}".format, COUNTS, COUNTS, COUNTS),
    st.builds(
        "maxpool: {{kernel: {}, stride: {}, pad: {}, ceil: {}}}".format,
        COUNTS, COUNTS, st.integers(0, 2), st.sampled_from(["true", "false"]),
    ),
    st.builds("avgpool: {{kernel: {}, stride: {}, ceil: true}}".format, COUNTS, COUNTS),
    st.builds("conv_transpose: {{out: 3, kernel: {}, stride: {}, pad: {}}}".format, COUNTS, COUNTS, st.integers(0, 1)),
    st.builds("upsample: {}".format, COUNTS),
    st.builds("adaptive_avgpool: {}".format, COUNTS),
    st.sampled_from(["relu", "bn", "layernorm", "softmax", "pad: 1", "mul: {a: [], b: [global_avgpool, sigmoid]}"]),
)  # fmt: skip
GROUPED = st.builds("conv: {{out: {}, kernel: 1, groups: 3}}".format, st.integers(1, 3).map(lambda n: 3 * n))


@settings(max_examples=100, deadline=None)
@given(st.lists(WINDOWS, min_size=1, max_size=5))
@example(["conv: {out: 96, kernel: 11, stride: 4}", "maxpool: {kernel: 3, stride: 2}", "flatten: {}", "linear: 10"])
@example(["maxpool: {kernel: 3, stride: 2, ceil: true}", "maxpool: {kernel: 2, stride: 3, pad: 1, ceil: true}"])
@example(["adaptive_avgpool: 6", "flatten: {}"])
def test_windows_with_numbers_put_in_are_the_numeric_run(layers: list[str]) -> None:
    check_substitution(", ".join(f"{{{layer}}}" if ":" in layer else layer for layer in layers), range(1, 60, 3))


@pytest.mark.parametrize(
    "layers",
    [
        "{add: {a: [{conv: {out: 3, kernel: 3, pad: 1, stride: 2}}], b: [{conv: {out: 3, kernel: 1, stride: 2}}]}}",
        "{concat: {a: [{maxpool: 2}, {upsample: 2}], b: []}}",
        "{concat: {a: [{maxpool: 2}, {maxpool: 2}, {upsample: 4}], b: []}}",
        "{conv: {out: 8, kernel: 4, stride: 4}}, {rearrange: c h w -> (h w) c}, {attention: 2}, class_token, {take: 0}",
        "{rearrange: {pattern: 'c (h p) (w q) -> (h w) (p q c)', sizes: {p: 4, q: 4}}}",
        "{split: 3}, {concat: {}}",
        "{conv: {out: 6, kernel: 3}}, {groupnorm: 3}, lrn, gelu, global_maxpool, {linear: 10}",
    ],
)
def test_networks_with_branches_and_tokens(layers: str) -> None:
    assert check_substitution(layers, range(4, 60)) > 5


def test_every_height_that_works_is_in_valid_when() -> None:
    graph = net("{conv: {out: 9, kernel: 11, stride: 4}}, {maxpool: {kernel: 3, stride: 2}}", (3, SYMBOLS["H"], SYMBOLS["W"]))
    assert valid_when(graph) == ["H >= 19", "W >= 19"]
    with pytest.raises(SpecError):
        net("{conv: {out: 9, kernel: 11, stride: 4}}, {maxpool: {kernel: 3, stride: 2}}", (3, 18, 19), EXACT)


def test_a_field_that_may_be_too_small_is_reported() -> None:
    layers = "[{conv: {out: k - 5, kernel: 1}}, {conv: {out: k/2, kernel: 1}}]"
    model = load_text(f"params: {{k: 8}}\ninput: [3, 8, 8]\nlayers: {layers}\n")
    graph = build(model.spec, model.variant, {"k": ALGEBRA.symbol("k")}, None, ALGEBRA)
    assert valid_when(graph) == ["k >= 6", "k % 2 == 0"]


def test_an_input_that_may_be_too_small_is_reported() -> None:
    assert valid_when(net("relu", (3, parse_size("H - 5"), parse_size("W/2")))) == ["H >= 6", "W % 2 == 0"]


@pytest.mark.parametrize(
    "item",
    ["{relu: , repeat: k}", "{relu: , for: {i: k}}", "{relu: , when: k > 3}", "{conv: {out: 1 if k > 3 else 2, kernel: 1}}"],
)
def test_a_network_that_cannot_be_built_without_knowing_is_an_error(item: str) -> None:
    model = load_text(f"params: {{k: 4}}\ninput: [3, 8, 8]\nlayers: [{item}]\n")
    with pytest.raises(SpecError) as caught:
        build(model.spec, model.variant, {"k": ALGEBRA.symbol("k")}, None, ALGEBRA)
    assert caught.value.code == "undecided"
    assert caught.value.place is not None


# ------------------------------------------------------------------------------------------ the zoo


def zoo(name: str, *sizes: str, algebra: Any = ALGEBRA) -> Graph:
    model = load(name)
    given = {next(iter(model.spec.inputs)): tuple(parse_size(size) for size in sizes)}
    return build(model.spec, model.variant, None, given, algebra)


@pytest.mark.parametrize(
    ("name", "size", "macs"),
    [
        ("resnet50", "32*s", "83410944*s**2 + 2048000"),
        ("vit_b_16", "16*s", "18432*s**4 + 85561344*s**2 + 85721088"),
    ],
)
def test_macs_of_the_zoo_are_polynomials(name: str, size: str, macs: str) -> None:
    graph = zoo(name, "3", size, size)
    assert ALGEBRA.text(ALGEBRA.total([node.work.macs for node in graph.nodes])) == macs
    assert valid_when(graph) == []


SMALLEST = {"alexnet": 67, "vgg16": 32, "resnet50": 1, "googlenet": 31, "densenet121": 29, "mobilenet_v2": 1, "vit_b_16": 16}


@pytest.mark.parametrize(("name", "smallest"), SMALLEST.items())
def test_models_stay_exact_at_any_size(name: str, smallest: int) -> None:
    graph = zoo(name, "3", "H", "W")
    bound = [f"{letter} >= {smallest}" for letter in "HW"] if smallest > 1 else []
    assert valid_when(graph) == bound
    found = totals(graph, ALGEBRA)
    for h, w in ((smallest, 224), (225, 331), (317, smallest + 5)):
        plain = totals(zoo(name, "3", str(h), str(w), algebra=EXACT), EXACT)
        assert {key: evaluate(value, {"H": h, "W": w}) for key, value in found.items()} == plain
    if smallest > 1:
        with pytest.raises(SpecError):
            zoo(name, "3", str(smallest - 1), "224", algebra=EXACT)


def test_symbols_for_batch_and_parameters() -> None:
    model = load("resnet50")
    graph = build(model.spec, model.variant, {"classes": ALGEBRA.symbol("k")}, None, ALGEBRA)
    assert ALGEBRA.text(ALGEBRA.total([node.work.params_count for node in graph.nodes])) == "2049*k + 23508032"
