"""Any layer of any kind: for each kind, how hypothesis picks its fields and the shapes of what comes in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from archcalc.shapes import Picture, Shape

Drawn = tuple[dict[str, Any], tuple[Shape, ...]]  # the fields that are given, and the inputs
Draw = Callable[[st.SearchStrategy[Any]], Any]

FLAG, FEW = st.booleans(), st.integers(1, 7)
LEADING = st.sampled_from(((), (), (), (2,), (3, 2)))
NUMBERS = st.sampled_from((0, 1, 2, Fraction(1, 2), Fraction(1, 1000), Fraction(-1, 4)))
EPS = st.sampled_from((Fraction(1, 1000), Fraction(1, 100_000)))


def whole(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


def pair(least: int, most: int) -> st.SearchStrategy[Any]:
    """One number for both axes, or one for each."""
    one = whole(least, most)
    return st.one_of(one, st.tuples(one, one))


def sides(most: int, least: int = 0) -> st.SearchStrategy[Any]:
    """Padding in all its forms but `same`."""
    one = whole(least, most)
    return st.one_of(
        pair(least, most), st.tuples(one, one, one, one), st.fixed_dictionaries({}, optional={"top": one, "right": one})
    )


def shapes(cls: type[Shape], *sizes: st.SearchStrategy[int]) -> st.SearchStrategy[Shape]:
    """Shapes with these axes, and sometimes others in front."""
    return st.tuples(LEADING, st.tuples(*sizes)).map(lambda parts: cls((*parts[0], *parts[1])))


def pictures(most: int = 9, channels: st.SearchStrategy[int] = FEW) -> st.SearchStrategy[Shape]:
    return shapes(Picture, channels, whole(1, most), whole(1, most))


def tokens(width: st.SearchStrategy[int] = FEW) -> st.SearchStrategy[Shape]:
    return shapes(Shape, whole(1, 6), width)


def features(width: st.SearchStrategy[int] = FEW) -> st.SearchStrategy[Shape]:
    """What has its features last: tokens and vectors."""
    return st.one_of(tokens(width), width.map(lambda size: Shape((size,))))


def anything(size: st.SearchStrategy[int] = FEW) -> st.SearchStrategy[Shape]:
    """Pictures, tokens and vectors with so many features."""
    return st.one_of(pictures(6, size), features(size))


def layers(x: st.SearchStrategy[Shape], given: dict[str, Any] | None = None, **optional: Any) -> st.SearchStrategy[Drawn]:
    """Layers of one input; of the fields, `given` are always there."""
    return st.tuples(st.fixed_dictionaries(given or {}, optional=optional), x.map(lambda shape: (shape,)))


# ------------------------------------------------------------------------------------------ windows

PADDING = st.one_of(sides(3), st.just("same"))
SMALL_PADDING = st.one_of(sides(1), sides(2), st.just("same"))


@st.composite
def convolutions(draw: Draw, **optional: Any) -> Drawn:
    groups = draw(st.sampled_from((1, 1, 2, 3)))
    x = draw(pictures(10, whole(1, 3).map(lambda each: each * groups)))
    given = {"out": whole(1, 3).map(lambda each: each * groups), "kernel": pair(1, 4)}
    fields = draw(
        st.fixed_dictionaries(given, optional={"stride": pair(1, 3), "dilation": pair(1, 2), "bias": FLAG, **optional})
    )
    return ({**fields, "groups": groups} if groups > 1 else fields), (x,)


WINDOWS = {
    "conv": convolutions(pad=PADDING),
    "conv_transpose": convolutions(pad=pair(0, 2), output_pad=pair(0, 1)),
    "maxpool": layers(
        pictures(12), {"kernel": pair(1, 4)}, stride=pair(1, 4), pad=SMALL_PADDING, ceil=FLAG, dilation=pair(1, 2)
    ),
    "avgpool": layers(pictures(12), {"kernel": pair(1, 4)}, stride=pair(1, 4), pad=SMALL_PADDING, ceil=FLAG, count_pad=FLAG),
}


# ------------------------------------------------------------------------------------------ fields that fit the input


@st.composite
def divided(draw: Draw, field: str, optional: dict[str, Any], shape: Callable[..., Any] = anything) -> Drawn:
    """Layers with a number that divides the features."""
    number = draw(whole(1, 4))
    x = draw(shape(whole(1, 3).map(lambda each: each * number)))
    return {**draw(st.fixed_dictionaries({}, optional=optional)), field: number}, (x,)


@st.composite
def windows(draw: Draw) -> Drawn:
    """Attention in windows, smaller or larger than the picture."""
    heads, (high, wide) = draw(whole(1, 3)), (draw(whole(1, 5)), draw(whole(1, 5)))
    x = draw(pictures(9, whole(1, 3).map(lambda each: each * heads)))
    given = {"heads": st.just(heads), "window": st.just((high, wide))}
    shift = st.tuples(whole(0, high - 1), whole(0, wide - 1))
    return draw(st.fixed_dictionaries(given, optional={"shift": shift, "bias": FLAG})), (x,)


@st.composite
def tables(draw: Draw) -> Drawn:
    """A few filters, each of which reads some of the channels in any order."""
    channels = draw(whole(1, 5))
    row = st.lists(whole(0, channels - 1), min_size=1, unique=True).map(tuple)
    given = {"reads": st.lists(row, min_size=1, max_size=4).map(tuple), "kernel": pair(1, 4)}
    return draw(st.fixed_dictionaries(given, optional={"stride": pair(1, 3), "pad": PADDING, "bias": FLAG})), (
        draw(pictures(10, st.just(channels))),
    )


@st.composite
def cycles(draw: Draw) -> Drawn:
    """As many channels as distances, or more."""
    size = draw(whole(1, 5))
    return {"kernel": draw(st.sampled_from(((1, size), (size, 1))))}, (draw(pictures(9, whole(size, 9))),)


@st.composite
def splits(draw: Draw) -> Drawn:
    parts = draw(st.lists(whole(1, 4), min_size=1, max_size=5))
    return {"parts": tuple(parts)}, (draw(anything(st.just(sum(parts)))),)


@st.composite
def takes(draw: Draw) -> Drawn:
    x = draw(tokens())
    return {"index": draw(whole(-x.T, x.T - 1))}, (x,)


@st.composite
def patterns(draw: Draw) -> Drawn:
    """Any number of axes, split into any parts, which are put in any order and joined again; `1` is an axis of no parts."""
    names = draw(st.permutations("abchwpqd"))[: draw(whole(1, 5))]
    sizes = {name: draw(whole(1, 3)) for name in names}
    before, after = (_grouped(draw, order) for order in (names, draw(st.permutations(names))))
    known = {name: size for group in before for name, size in _some(draw, group, sizes)}
    whole_sizes = [_product(sizes[name] for name in group) for group in before]
    axes = (*draw(LEADING), *whole_sizes)
    cls = Picture if len(axes) >= 3 and draw(FLAG) else Shape
    pattern = " -> ".join(" ".join(_written(draw, group) for group in side) for side in (before, after))
    return {"pattern": pattern, **({"sizes": known} if known or draw(FLAG) else {})}, (cls(axes),)


def _grouped(draw: Draw, names: list[str]) -> list[list[str]]:
    """The names in order, cut into groups, of which some may be empty."""
    groups: list[list[str]] = [[]]
    for name in names:
        groups += [[] for _ in range(draw(st.sampled_from((0, 1, 1, 2))))]
        groups[-1].append(name)
    return groups[1:] if not groups[0] else groups


def _some(draw: Draw, group: list[str], sizes: dict[str, int]) -> list[tuple[str, int]]:
    """The sizes of all names of a group, or of all but one, which follows from these."""
    left_out = draw(st.sampled_from(["", *group]))
    return [(name, sizes[name]) for name in group if name != left_out]


def _written(draw: Draw, group: list[str]) -> str:
    if len(group) == 1 and draw(FLAG):
        return group[0]
    return f"({' '.join(group)})" if group else "1"


def _product(sizes: Any) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product


# ------------------------------------------------------------------------------------------ several inputs


@st.composite
def equals(draw: Draw) -> Drawn:
    return {}, (draw(anything()),) * draw(whole(2, 4))


@st.composite
def gates(draw: Draw) -> Drawn:
    """A picture or tokens, and what stretches over them, in any order."""
    full = draw(anything())
    inner = 3 if isinstance(full, Picture) else min(2, len(full))
    front, own = full[:-inner], full[-inner:]
    gates = [full.like((*front, *(size if draw(FLAG) else 1 for size in own))) for _ in range(draw(whole(1, 2)))]
    if inner > 1 and draw(FLAG):
        gates.append(Shape((*front, own[0] if inner == 3 else own[-1])))  # features alone, as a global pool leaves them
    return {}, tuple(draw(st.permutations([full, *gates])))


@st.composite
def side_by_side(draw: Draw) -> Drawn:
    first = draw(anything())
    named = first.axes[-len(first) :]
    axis = draw(st.sampled_from((None, *named)))
    at = named.index(axis or ("C" if "C" in named else "D")) - len(named)
    others = draw(st.lists(whole(1, 5), min_size=1, max_size=20))
    inputs = (first, *(first.like((*first[:at], size, *first[len(first) + at + 1 :])) for size in others))
    return ({} if axis is None else {"axis": axis}), inputs


# ------------------------------------------------------------------------------------------ all kinds

DRAWN: dict[str, st.SearchStrategy[Drawn]] = {
    **WINDOWS,
    **{
        kind: layers(anything())
        for kind in ("relu", "relu6", "gelu", "silu", "hardswish", "sigmoid", "hardsigmoid", "tanh", "softmax")
    },
    **{kind: layers(anything()) for kind in ("identity", "flatten")},
    **{kind: layers(st.one_of(pictures(), tokens()), keep=FLAG) for kind in ("global_avgpool", "global_maxpool")},
    **{kind: layers(pictures(), {"size": pair(1, 10)}) for kind in ("adaptive_avgpool", "adaptive_maxpool")},
    **{kind: layers(tokens()) for kind in ("class_token", "position")},
    "leaky_relu": layers(anything(), slope=NUMBERS),
    "bn": layers(anything(), affine=FLAG, eps=EPS),
    "layernorm": layers(anything(), affine=FLAG, bias=FLAG, eps=EPS),
    "groupnorm": divided("groups", {"affine": FLAG, "eps": EPS}),
    "lrn": layers(pictures(), size=whole(1, 8), alpha=NUMBERS, beta=NUMBERS, k=whole(1, 3)),
    "linear": layers(features(), {"out": whole(1, 9)}, bias=FLAG),
    "sparse_conv": tables(),
    "rbf": layers(features(), {"out": whole(1, 9)}),
    "embedding": layers(shapes(Shape, whole(1, 6)), {"count": whole(1, 20), "width": whole(1, 9)}),
    "scale": layers(anything(), bias=FLAG),
    "multiply": layers(anything(), {"by": NUMBERS}),
    "dropout": layers(anything(), p=st.sampled_from((0, 1, Fraction(1, 3)))),
    "rearrange": patterns(),
    "take": takes(),
    "pad": st.one_of(
        layers(pictures(), {"pad": sides(3)}),
        layers(shapes(Picture, FEW, whole(7, 9), whole(7, 9)), {"pad": sides(3, -3)}),  # of 7, a 1 is left
    ),
    "pad_channels": layers(pictures(), {"after": whole(0, 5)}, before=whole(0, 3)),
    "upsample": st.one_of(
        layers(pictures(), {size: pair(1, 9)}, mode=st.sampled_from(("nearest", "bilinear"))) for size in ("factor", "size")
    ),
    "spatial_shift": layers(pictures(9, whole(1, 3).map(lambda each: 4 * each))),
    "cycle_shift": cycles(),
    "split": st.one_of(splits(), divided("parts", {})),
    "add": equals(),
    "mul": gates(),
    "concat": side_by_side(),
    "attention": st.one_of(
        divided("heads", {"bias": FLAG}, tokens),
        layers(tokens(), {"heads": whole(1, 4), "head_width": whole(1, 5)}, bias=FLAG),
    ),
    "window_attention": windows(),
}
