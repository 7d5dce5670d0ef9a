"""Attention in shifted windows: against torchvision's own, what each position sees, and on sizes that are symbols."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from archcalc.analysis.symbols import evaluate
from layers.helpers import picture, work
from layers.networks import LAYER, assert_equal, network_of, numbers

torch = pytest.importorskip("torch")

SIZES = [(7, 7), (14, 21), (10, 12), (3, 16), (16, 3), (2, 2)]  # of one window, of several, and padded
WINDOWS = [(7, 3), (7, 0), (4, 2), ((3, 5), (1, 4)), ((5, 3), (0, 1))]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("window", "shift"), WINDOWS)
def test_it_is_torchvision_s(size: tuple[int, int], window: Any, shift: Any) -> None:
    swin = pytest.importorskip("torchvision").models.swin_transformer
    torch.manual_seed(0)
    ours = network_of("window_attention", picture(6, *size), heads=3, window=window, shift=shift)
    both = [list(pair) if isinstance(pair, tuple) else [pair, pair] for pair in (window, shift)]
    theirs = swin.ShiftedWindowAttention(6, *both, 3).double()
    state = ours.layer(LAYER).state_dict()
    assert torch.equal(state["position_index"], theirs.relative_position_index)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), state.values(), strict=True)))
    x = numbers((6, *size), batch=2)
    with torch.inference_mode():
        assert_equal(ours(x), theirs(x.movedim(1, -1)).movedim(-1, 1))


def test_a_position_sees_the_window_in_which_it_stands() -> None:
    """Windows of 4 x 3, shifted by 1 and 2: along the rows of the picture 0, 1 to 4, 5 to 8, and what is left."""
    fields: dict[str, Any] = {"heads": 1, "window": (4, 3), "shift": (1, 2)}
    net = network_of("window_attention", picture(2, 12, 9), **fields)
    x = numbers((2, 12, 9), batch=1).requires_grad_()
    out = net(x)
    for row in range(12):
        for column in range(9):
            (gradient,) = torch.autograd.grad(out[0, :, row, column].sum(), x, retain_graph=True)
            rows, columns = (gradient[0].abs().sum((0, axis)).nonzero().flatten().tolist() for axis in (2, 1))
            assert rows == [i for i in range(12) if (i - 1) // 4 == (row - 1) // 4]
            assert columns == [i for i in range(9) if (i - 2) // 3 == (column - 2) // 3]
    assert work("window_attention", picture(2, 12, 9), **fields).windows == ((4, 1), (3, 1))


SPEC = "input: [96, 56, 56]\nlayers:\n  - window_attention: {heads: 3, window: 7, shift: 3}\n"


@pytest.mark.parametrize("size", [(56, 56), (80, 64), (3, 9)])
def test_symbols_give_what_numbers_give(size: tuple[int, int]) -> None:
    spec = archcalc.load_text(SPEC)
    symbolic = archcalc.analyze(spec, input="96xHxW").totals
    numeric = archcalc.analyze(spec, input=(96, *size)).totals
    for name in ("params", "buffers", "macs", "elementwise"):
        value = getattr(symbolic, name)
        found = value if isinstance(value, int) else evaluate(value, dict(zip("HW", size, strict=True)))
        assert found == getattr(numeric, name)


def test_a_shift_changes_no_count() -> None:
    plain, shifted = (work("window_attention", picture(8, 12, 15), heads=2, window=5, shift=shift) for shift in (0, 2))
    assert (plain.macs, plain.elementwise, plain.params_count) == (shifted.macs, shifted.elementwise, shifted.params_count)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("heads: 5, window: 7", "the channels must split evenly into heads"),
        ("heads: 3, window: 7, shift: 7", "windows shifted by a whole window are the same windows"),
        ("heads: 3, window: [7, 4], shift: [3, 4]", "windows shifted by a whole window are the same windows"),
    ],
)
def test_what_does_not_fit_is_said(fields: str, message: str) -> None:
    with pytest.raises(archcalc.SpecError, match=message):
        archcalc.analyze(archcalc.load_text(f"input: [96, 56, 56]\nlayers:\n  - window_attention: {{{fields}}}\n"))
