"""The modules of kinds that move, cut or join axes compute what numpy does by indices: no value is at a wrong place."""

from __future__ import annotations

import re
from functools import reduce
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings

from archcalc.shapes import Picture, Shape
from layers.drawn import DRAWN, Drawn
from layers.helpers import work
from layers.networks import assert_equal, network_of, numbers, outputs

np = pytest.importorskip("numpy")
pytest.importorskip("torch")
OFTEN = settings(max_examples=100, deadline=None)
BATCH = 2


def computed(kind: str, drawn: Drawn) -> tuple[list[Any], list[Any]]:
    """The inputs of a layer and its outputs, as arrays with the batch in front."""
    fields, shapes = drawn
    inputs = [numbers(shape, BATCH) for shape in shapes]
    made = outputs(network_of(kind, *shapes, **fields)(*inputs))
    return [x.numpy() for x in inputs], [out.numpy() for out in made]


def feature_axis(shape: Shape) -> int:
    return -3 if isinstance(shape, Picture) else -1


# ------------------------------------------------------------------------------------------ rearrange


def groups_of(side: str) -> list[list[str]]:
    """One side of a pattern: for each axis the names that it is made of."""
    return [(joined or single).replace("1", "").split() for joined, single in re.findall(r"\((.*?)\)|(\w+)", side)]


def lengths_of(groups: list[list[str]], sizes: tuple[int, ...], known: dict[str, int]) -> dict[str, int]:
    """The length of every name; of each axis at most one is not known."""
    found = dict(known)
    for group, size in zip(groups, sizes, strict=True):
        rest = size // prod(known.get(name, 1) for name in group)
        found |= {name: rest for name in group if name not in known}
    return found


def place(group: list[str], at: dict[str, int], lengths: dict[str, int]) -> int:
    """Where along a joined axis the values stand that have these places along its parts: the last part runs fastest."""
    return reduce(lambda index, name: index * lengths[name] + at[name], group, 0)


@OFTEN
@given(DRAWN["rearrange"])
def test_rearrange_puts_every_value_where_the_pattern_says(drawn: Drawn) -> None:
    fields, (shape,) = drawn
    (x,), (made,) = computed("rearrange", drawn)
    before, after = map(groups_of, fields["pattern"].split("->"))
    front = len(shape) - len(before)
    lengths = lengths_of(before, shape[front:], fields.get("sizes", {}))
    wanted = np.full((BATCH, *shape[:front], *(prod(lengths[name] for name in group) for group in after)), np.nan)
    for places in product(*(range(length) for length in lengths.values())):
        at = dict(zip(lengths, places, strict=True))
        source, target = (tuple(place(group, at, lengths) for group in side) for side in (before, after))
        wanted[(..., *target)] = x[(..., *source)]
    assert np.array_equal(made, wanted)


# ------------------------------------------------------------------------------------------ cutting and joining


@OFTEN
@given(DRAWN["split"])
def test_split_cuts_the_features_in_order(drawn: Drawn) -> None:
    fields, (shape,) = drawn
    (x,), made = computed("split", drawn)
    axis, parts = feature_axis(shape), fields["parts"]
    ends = np.cumsum(parts)[:-1] if isinstance(parts, tuple) else parts
    for ours, wanted in zip(made, np.split(x, ends, axis), strict=True):
        assert np.array_equal(ours, wanted)


@OFTEN
@given(DRAWN["concat"])
def test_concat_puts_its_inputs_side_by_side_in_order(drawn: Drawn) -> None:
    fields, (first, *_) = drawn
    inputs, (made,) = computed("concat", drawn)
    axis = {"C": -3, "H": -2, "W": -1, "T": -2, "D": -1, None: feature_axis(first)}[fields.get("axis")]
    assert np.array_equal(made, np.concatenate(inputs, axis))


@OFTEN
@given(DRAWN["mul"])
def test_mul_stretches_gates_over_positions(drawn: Drawn) -> None:
    _, shapes = drawn
    inputs, (made,) = computed("mul", drawn)
    full = max(shapes, key=len)
    for i, shape in enumerate(shapes):
        if len(shape) < len(full):  # features alone
            inputs[i] = inputs[i][..., None, None] if isinstance(full, Picture) else inputs[i][..., None, :]
    assert_equal(made, reduce(np.multiply, inputs))
    assert tuple(work("mul", *shapes).outputs[0]) == made.shape[1:]


@OFTEN
@given(DRAWN["add"])
def test_add_adds_up_all_its_inputs(drawn: Drawn) -> None:
    inputs, (made,) = computed("add", drawn)
    assert_equal(made, sum(inputs))


@OFTEN
@given(DRAWN["take"])
def test_take_keeps_the_token_of_its_index(drawn: Drawn) -> None:
    (x,), (made,) = computed("take", drawn)
    assert np.array_equal(made, x[..., drawn[0]["index"], :])


@OFTEN
@given(DRAWN["flatten"])
def test_flatten_reads_rows_first_and_leaves_leading_axes(drawn: Drawn) -> None:
    _, (shape,) = drawn
    (x,), (made,) = computed("flatten", drawn)
    joined = 3 if isinstance(shape, Picture) else min(2, len(shape))
    assert np.array_equal(made, x.reshape(BATCH, *shape[: len(shape) - joined], -1))


@OFTEN
@given(DRAWN["pad"])
def test_pad_adds_zeros_on_the_sides_that_are_named_or_cuts_off(drawn: Drawn) -> None:
    fields, (shape,) = drawn
    (x,), (made,) = computed("pad", drawn)
    pad = fields["pad"]
    if isinstance(pad, dict):
        top, bottom, left, right = (pad.get(side, 0) for side in ("top", "bottom", "left", "right"))
    elif isinstance(pad, tuple):
        top, bottom, left, right = pad if len(pad) == 4 else (pad[0], pad[0], pad[1], pad[1])
    else:
        top = bottom = left = right = pad
    *_, height, width = shape
    # A side below 0 is cut off: its pixels would stand in front of the array, or behind it.
    wanted = np.zeros((*x.shape[:-2], top + height + bottom, left + width + right))
    kept = x[..., max(0, -top) : height - max(0, -bottom), max(0, -left) : width - max(0, -right)]
    wanted[..., max(0, top) :, max(0, left) :][..., : kept.shape[-2], : kept.shape[-1]] = kept
    assert np.array_equal(made, wanted)


@OFTEN
@given(DRAWN["pad_channels"])
def test_pad_channels_adds_zeros_in_front_and_behind(drawn: Drawn) -> None:
    fields, (shape,) = drawn
    (x,), (made,) = computed("pad_channels", drawn)
    front, behind = (np.zeros((*x.shape[:-3], count, *x.shape[-2:])) for count in (fields.get("before", 0), fields["after"]))
    assert np.array_equal(made, np.concatenate([front, x, behind], feature_axis(shape)))
