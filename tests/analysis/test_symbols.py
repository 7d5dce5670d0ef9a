"""Symbolic sizes against plain numbers: whatever is put in for the letters, both runs say the same."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from archcalc.analysis.symbols import Condition, SymbolicAlgebra, evaluate, parse_size, summarize_conditions
from archcalc.analysis.symbols.bounds import bounds, direction
from archcalc.analysis.symbols.terms import enter, whole
from archcalc.arithmetic import EXACT, Undecided
from archcalc.build import build
from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.graph import Graph
from archcalc.limits import limits
from archcalc.zoo import load, load_text

ALGEBRA = SymbolicAlgebra()
NAMES = ("H", "W", "s")
SYMBOLS = {name: ALGEBRA.symbol(name) for name in NAMES}
MANY = settings(max_examples=200, deadline=None)


def symbolic(text: str) -> Any:
    return formula(text).evaluate({**SYMBOLS, "k": ALGEBRA.symbol("k")}, ALGEBRA)


def shown(text: str) -> str:
    return ALGEBRA.text(symbolic(text))


def conditions(*texts: str) -> list[Condition]:
    found = [symbolic(text) for text in texts]
    assert all(isinstance(condition, Condition) for condition in found), found
    return found


# ------------------------------------------------------------------------------------------ random formulas


def _combined(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    divisor = st.sampled_from(["2", "3", "4", "7", "32", "s", "(W + 1)"])
    return st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*"]), part),
        st.builds("({}{}{})".format, part, st.sampled_from(["/", "//", " % "]), divisor),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceil", "round"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), part, part),
        st.builds("({})**{}".format, part, st.sampled_from(["2", "3"])),
        st.builds("(-{})".format, part),
        st.builds("divisible({} + 1, 8)".format, st.sampled_from(NAMES)),
        st.builds("floor(({} - {} + {})/{})".format, part, *[st.integers(1, 12)] * 3),
    )


LEAVES = st.one_of(st.sampled_from(NAMES), st.integers(0, 40).map(str))
TEXTS = st.recursive(LEAVES, _combined, max_leaves=8)
POINTS = st.fixed_dictionaries({name: st.one_of(st.integers(1, 12), st.integers(1, 5_000)) for name in NAMES})


def numeric(text: str, point: dict[str, int]) -> Any:
    return formula(text).evaluate(point)


def value_of(text: str) -> Any:
    """The symbolic value; formulas beyond the limits, or that divide by what is always 0, are not the question here."""
    try:
        return symbolic(text)
    except SpecError as error:
        assume(error.code not in ("too-large", "bad-arithmetic"))
        raise


def number_at(text: str, point: dict[str, int]) -> Any:
    try:
        return numeric(text, point)
    except SpecError as error:
        assume(error.code not in ("too-large", "bad-arithmetic"))
        raise


@MANY
@given(TEXTS, st.lists(POINTS, min_size=1, max_size=5))
@example("floor((floor((H - 1)/2) + floor(W/2))/2)", [{"H": 5, "W": 3, "s": 1}])
@example("ceil((s - H)/3) - floor(-H/2)", [{"H": 5, "W": 3, "s": 1}])
@example("round(H/2) + round(H/3)", [{"H": 5, "W": 3, "s": 1}, {"H": 7, "W": 3, "s": 1}])
def test_numbers_put_in_give_the_numeric_value(text: str, points: list[dict[str, int]]) -> None:
    value = value_of(text)
    again = formula(ALGEBRA.text(value))  # the printed text is a formula of the language, with the same value
    for point in points:
        expected = number_at(text, point)
        result = evaluate(value, point)
        assert result == expected
        assert type(result) in (int, Fraction)
        assert again.evaluate(point) == expected


@MANY
@given(TEXTS, POINTS)
@example("H*H - 3*H", {"H": 1, "W": 1, "s": 1})
@example("H - 2*floor(H/2)", {"H": 3, "W": 1, "s": 1})
@example("H*(H + 1)/2", {"H": 3, "W": 1, "s": 1})
@example("(3 - H)**2", {"H": 3, "W": 1, "s": 1})
def test_bounds_and_wholeness_are_sound(text: str, point: dict[str, int]) -> None:
    value, expected = enter(value_of(text)), number_at(text, point)
    lo, hi = bounds(value)
    assert lo <= expected <= hi
    known = whole(value)
    assert known is None or known is (Fraction(expected).denominator == 1)


@MANY
@given(TEXTS, POINTS, st.sampled_from(NAMES), st.integers(1, 40))
def test_directions_are_sound(text: str, point: dict[str, int], name: str, step: int) -> None:
    way = direction(enter(value_of(text)), SYMBOLS[name])
    change = number_at(text, {**point, name: point[name] + step}) - number_at(text, point)
    assert way is None or change * way > 0 or change == 0


COMPARISONS = st.builds("{} {} {}".format, TEXTS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), TEXTS)
CONDITIONS = st.one_of(
    COMPARISONS,
    st.builds("{} % {} == {}".format, TEXTS, st.integers(1, 8), st.integers(0, 3)),
    st.builds("({}) {} ({})".format, COMPARISONS, st.sampled_from(["and", "or"]), COMPARISONS),
    st.builds("not ({})".format, COMPARISONS),
)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.lists(POINTS, min_size=3, max_size=8))
@example("16*(H//16) == H", [{"H": h, "W": 1, "s": 1} for h in range(1, 40)])
@example("2*((H + 1)//2) == H", [{"H": h, "W": 1, "s": 1} for h in range(1, 40)])
@example("2*H + 6 == 9 + 4*W", [{"H": 3, "W": 1, "s": 1}])
def test_what_is_decided_is_never_wrong(text: str, points: list[dict[str, int]]) -> None:
    value = value_of(text)
    truths = [number_at(text, point) for point in points]
    if ALGEBRA.decide(value) is not None:
        assert set(truths) == {ALGEBRA.decide(value)}, "decided, and wrong"
        return
    with pytest.raises(Undecided):
        bool(value)
    assert [formula(str(value)).evaluate(point) for point in points] == truths
    assert [formula(str(value.negated())).evaluate(point) for point in points] == [not truth for truth in truths]


def test_a_good_part_of_what_is_true_is_proved() -> None:
    """Deciding nothing would be sound as well: of random true bounds on sizes, most must be found."""
    draw = random.Random(1)
    proved = 0
    for _ in range(200):
        kernel, stride = draw.randint(1, 7), draw.randint(1, 4)
        pad = kernel // 2
        proved += ALGEBRA.decide(symbolic(f"floor((H - {kernel} + 2*{pad})/{stride}) + 1 >= 1")) is True
    assert proved > 100


# ------------------------------------------------------------------------------------------ simplifying


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor((32*s - 7 + 6)/2) + 1", "16*s"),
        ("floor((H - 11)/4) + 1", "(H - 7)//4"),
        ("floor((floor((H - 1)/2))/2)", "(H - 1)//4"),
        ("floor(floor(H/2)/3)", "H//6"),
        ("floor((floor((H - 1)/2) + 1 - 3 + 2)/2) + 1", "(H + 3)//4"),
        ("floor((2*H + 1)/4)", "H//2"),
        ("floor(3*H/2)", "H + H//2"),
        ("ceil(H/2)", "(H + 1)//2"),
        ("ceil((H - 1)/2)", "H//2"),
        ("-floor(H/2)", "-(H//2)"),
        ("W*floor(H/2)", "W*(H//2)"),
        ("floor(H/2)**2", "(H//2)**2"),
        ("floor((H*s - 3)/s)", "H + (-3)//s"),
        ("floor((H - 3)/s) + 1", "(H + s - 3)//s"),
        ("H*s//s", "H"),
        ("(H*s + s)/(s + 1)*(s + 1)/s", "H + 1"),
        ("(s*s - 1)/(s + 1)", "s - 1"),
        ("32*s % 32", "0"),
        ("(H + 33) % 32", "(H + 1) % 32"),
        ("2*H % 4", "2*(H % 2)"),
        ("min(ceil((H - 3)/2) + 1, ceil(H/2))", "H//2"),
        ("max(H, H + 1, 3)", "max(3, H + 1)"),
        ("max(H, 1)", "H"),
        ("min(1, s)", "1"),
        ("divisible(32*s, 8)", "32*s"),
        ("(s + 1)**3 - s**3", "3*s**2 + 3*s + 1"),
        ("round(2*s/2)", "s"),
        ("round(H/3)", "(H + 1)//3"),
        ("sum([s, 2*s, 3])", "3*s + 3"),
        ("2**k*2**k", "2**(2*k)"),
    ],
)
def test_results_are_simple(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_results_without_symbols_are_plain_numbers() -> None:
    for text, expected in (("H - H + 3", 3), ("H/(2*H)", Fraction(1, 2)), ("floor((H - H)/2)", 0), ("s % 1", 0)):
        value = symbolic(text)
        assert value == expected
        assert type(value) is type(expected)
    assert type(ALGEBRA.total([SYMBOLS["H"], -SYMBOLS["H"], 2])) is int
    assert type(symbolic("7/2 + 1/2")) is int


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("H >= 1", True),
        ("H < 1", False),
        ("32*s % 32 == 0", True),
        ("2*s == 3", False),
        ("2*H + 6 == 9 + 4*W", False),
        ("H*H - H >= 0", True),
        ("H == H", True),
        ("H % 2 < 2", True),
        ("H - 2*(H//2) <= 1", True),
        ("(H - 1)//2 <= H//2", True),
        ("H > 5", None),
        ("H == W", None),
        ("H > 5 and 1 == 2", False),
        ("1 == 2 and H > 5", False),
        ("H > 5 and 1 == 1", None),
        ("H > 5 or 1 == 1", True),
        ("H > 5 or 1 == 2", None),
        ("not H > 5", None),
        ("not (H > 5 and 1 == 2)", True),
        ("[H, 3] == [H, 3]", True),
        ("[H, 3] == [H, 4]", False),
        ("[H, 3] != [W, 3]", None),
        ("[H] == [H, H]", False),
        ("0 < H < 3", None),
    ],
)
def test_conditions_are_three_valued(text: str, truth: bool | None) -> None:
    assert ALGEBRA.decide(symbolic(text)) is truth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H % 32 == 0", "H % 32 == 0"),
        ("H/2 % 1 == 0", "H % 2 == 0"),
        ("16*(H//16) == H", "H % 16 == 0"),
        ("H == 2*((H + 1)//2)", "H % 2 == 0"),
        ("0 == 3*(H % 4)", "H % 4 == 0"),
        ("not (H > 5 and W > 5)", "H <= 5 or W <= 5"),
        ("H > 5 and (W > 5 or s > 5)", "H > 5 and (W > 5 or s > 5)"),
    ],
)
def test_undecided_conditions_read_well(text: str, expected: str) -> None:
    assert ALGEBRA.condition_text(symbolic(text)) == expected


@pytest.mark.parametrize("text", ["1 if H > 5 else 2", "[1, 2, 3][H]", "(H > 5) + 1", "max(H > 5, 1)"])
def test_what_depends_on_a_symbol_is_an_error(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "undecided"


@pytest.mark.parametrize("text", ["H/0", "H % 0", "H**(1/2)", "H + [1]", "max(H)", "len(H)", "H // (H - H)"])
def test_mistakes_are_mistakes_with_symbols_too(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "bad-arithmetic"


@pytest.mark.parametrize(
    "text", ["(H + W + s + 1)**200", "(H + 1)**4000", "(9*H)**4000", "((H + 1)**90)*((W + 1)**90)", "H**5000"]
)
def test_what_would_explode_is_refused(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        symbolic(text)
    assert caught.value.code == "too-large"


def test_the_limit_on_terms_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown("H + W + s")
    monkeypatch.setattr(limits, "symbolic_terms", 1)
    with pytest.raises(SpecError, match="more than 1 operations"):
        symbolic("H + W + s")


# ------------------------------------------------------------------------------------------ reading sizes


@pytest.mark.parametrize("name", ["S", "N", "E", "I", "O", "Q", "pi", "oo", "zoo", "beta", "H", "x1", "Symbol", "eval"])
def test_any_name_is_a_plain_symbol(name: str) -> None:
    value = parse_size(f"32*{name}")
    assert ALGEBRA.text(value) == f"32*{name}"
    assert evaluate(value, {name: 3}) == 96
    assert value.free_symbols == {sympy.Symbol(name, integer=True, positive=True)}


def test_a_size_without_letters_is_a_number() -> None:
    assert parse_size("224") == 224
    assert parse_size("7*32") == 224
    assert type(parse_size("7*32")) is int


@pytest.mark.parametrize("text", ["", "H H", "lambda", "__import__('os')", "x.H", "H > 3", "[H]", "2H", "true", "H.real"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_size(text)


def test_evaluate_wants_a_number_for_every_symbol() -> None:
    with pytest.raises(KeyError):
        evaluate(symbolic("H + W"), {"H": 3})


# ------------------------------------------------------------------------------------------ summaries


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["(H - 7)//4 >= 1", "(H - 11)//8 >= 1", "(H - 35)//32 >= 1"], ["H >= 67"]),
        (["H//2 >= 1", "H//2 >= 1", "W//4 >= 1"], ["H >= 2", "W >= 4"]),
        (["(H//2)*(W//2) >= 1", "H//2 >= 1", "W//2 >= 1"], ["H >= 2", "W >= 2"]),
        (["H % 32 == 0", "H % 4 == 0"], ["H % 32 == 0"]),
        (["H % 4 == 0", "H % 6 == 0"], ["H % 4 == 0", "H % 6 == 0"]),
        (["H//8 == 2*(H//16)", "H//4 == 4*(H//16)", "16*(H//16) == H"], ["H % 16 == 0"]),
        (["224 - k >= 1", "(224 - k)//2 + 1 >= 1"], ["k <= 223"]),
        (["H > 5 and W > 6"], ["H >= 6", "W >= 7"]),
        (["H > 5 or W > 6"], ["H > 5 or W > 6"]),
        (["H > 5 or W > 6", "H > 7"], ["H >= 8"]),
        (["H == W", "H != 3"], ["H == W", "H != 3"]),
        (["H*H - 6*H >= 0"], ["H**2 - 6*H >= 0"]),
        ([], []),
    ],
)
def test_conditions_become_few(texts: list[str], expected: list[str]) -> None:
    assert summarize_conditions(conditions(*texts)) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(POINTS, min_size=3, max_size=6))
def test_a_summary_says_neither_more_nor_less(texts: list[str], points: list[dict[str, int]]) -> None:
    found = [value for value in map(value_of, texts) if isinstance(value, Condition)]
    summary = summarize_conditions(found)
    for point in points:
        before = all(number_at(str(condition), point) for condition in found)
        assert all(number_at(text, point) for text in summary) == before


# ------------------------------------------------------------------------------------------ networks


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
