"""Multiply-accumulates per operator: against torch's counter where that is right, and against arithmetic where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import archcalc

torch = pytest.importorskip("torch")
flop_counter = pytest.importorskip("torch.utils.flop_counter")
from archcalc.torch_backend.counting import FORMULAS, MacCounter, counts  # noqa: E402  after torch is known to be there

F = torch.nn.functional


def counted(run: Callable[[], Any]) -> int:
    """Our count of what `run` does; nothing in it may be without a formula."""
    with MacCounter() as counter:
        run()
    assert not counter.unknown
    return counter.macs


def counted_by_torch(run: Callable[[], Any]) -> int:
    with flop_counter.FlopCounterMode(display=False) as counter:
        run()
    return int(counter.get_total_flops()) // 2


def some(*sizes: int, grad: bool = False) -> Any:
    return torch.empty(sizes, device="meta", requires_grad=grad)


FORWARD = {
    "mm": lambda: some(3, 4) @ some(4, 5),
    "linear": lambda: F.linear(some(2, 7, 4), some(5, 4), some(5)),
    "bmm": lambda: some(6, 3, 4) @ some(6, 4, 5),
    "baddbmm": lambda: torch.baddbmm(some(6, 3, 5), some(6, 3, 4), some(6, 4, 5)),
    "conv": lambda: F.conv2d(some(2, 6, 9, 9), some(4, 6, 3, 3), some(4), 2, 1),
    "grouped conv": lambda: F.conv2d(some(2, 6, 9, 9), some(4, 3, 3, 3), None, 1, 0, 1, 2),
    "conv1d": lambda: F.conv1d(some(2, 6, 9), some(4, 6, 3)),
    "conv3d": lambda: F.conv3d(some(2, 6, 5, 5, 5), some(4, 6, 3, 3, 3)),
    "transposed": lambda: F.conv_transpose2d(some(2, 6, 9, 9), some(6, 4, 3, 3), None, 2, 1, 1),
    "attention": lambda: F.scaled_dot_product_attention(some(2, 3, 10, 8), some(2, 3, 12, 8), some(2, 3, 12, 6)),
    "nothing to multiply": lambda: F.softmax(F.relu(some(2, 3)) + 1, -1).mean(),
}


@pytest.mark.parametrize("name", FORWARD)
def test_forward_as_torch_counts_it(name: str) -> None:
    assert counted(FORWARD[name]) == counted_by_torch(FORWARD[name])


@pytest.mark.parametrize(
    ("run", "macs"),
    [
        (lambda: torch.mv(some(3, 4), some(4)), 12),
        (lambda: torch.addmv(some(3), some(3, 4), some(4)), 12),
        (lambda: torch.dot(some(7), some(7)), 7),
    ],
)
def test_what_torch_counts_as_nothing(run: Callable[[], Any], macs: int) -> None:
    assert counted(run) == macs and counted_by_torch(run) == 0


@pytest.mark.parametrize("groups", [1, 2, 8])
@pytest.mark.parametrize("transposed", [False, True])
def test_the_way_back_of_a_grouped_convolution_is_twice_its_forward(groups: int, transposed: bool) -> None:
    """Each weight meets each position once in either gradient, as in the forward pass, however many groups there are."""
    convolution = F.conv_transpose2d if transposed else F.conv2d

    def forward() -> Any:
        return convolution(some(2, 8, 10, 10, grad=True), some(8, 8 // groups, 3, 3, grad=True), groups=groups, padding=1)

    def both() -> None:
        forward().sum().backward()

    ahead = counted(forward)
    assert ahead == 2 * 100 * 8 * (8 // groups) * 9
    assert counted(both) == 3 * ahead
    if groups == 1:
        assert counted_by_torch(both) == 3 * ahead


@pytest.mark.parametrize(("x_learns", "weight_learns", "times"), [(True, True, 3), (True, False, 2), (False, True, 2)])
def test_only_gradients_that_are_wanted_are_counted(x_learns: bool, weight_learns: bool, times: int) -> None:
    x, weight = some(2, 8, 10, 10, grad=x_learns), some(4, 8, 3, 3, grad=weight_learns)
    assert counted(lambda: F.conv2d(x, weight).sum().backward()) == times * (2 * 64 * 4 * 8 * 9)


def test_torch_still_counts_grouped_convolutions_wrong() -> None:
    """If this fails, torch's counter was repaired, and the reason that counting.py gives is out of date."""
    x, weight = some(1, 8, 6, 6, grad=True), some(8, 1, 3, 3, grad=True)

    def both() -> None:
        F.conv2d(x, weight, padding=1, groups=8).sum().backward()

    assert counted_by_torch(both) > counted(both)


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "vit_b_16", "densenet121"])
def test_a_backward_pass_is_about_twice_the_forward_pass(name: str) -> None:
    totals = archcalc.verify(name, device="meta", train=True).totals
    ratio = totals["backward_macs"].torch / totals["macs"].torch
    assert 1.9 < ratio < 2.0 and totals["backward_macs"].equal


def test_attention_kernels_are_counted_on_the_cpu_too() -> None:
    q = torch.randn(1, 2, 5, 8)
    assert counted(lambda: F.scaled_dot_product_attention(q, q, q)) == 2 * (2 * 5 * 5 * 8)


def test_an_operator_without_a_formula_is_remembered() -> None:
    with MacCounter() as counter:
        torch.linalg.inv_ex(some(3, 3))
    assert counter.unknown == {"aten.linalg_inv_ex.default"}


def test_compositions_are_counted_by_their_parts() -> None:
    with torch.inference_mode():
        assert counted(lambda: torch.matmul(some(2, 3, 4), some(4, 5))) == 2 * 3 * 4 * 5


def test_a_formula_cannot_be_registered_twice() -> None:
    with pytest.raises(RuntimeError, match="two formulas"):
        counts("mm")(lambda *_: 0)
    counts("no_such_operator")(lambda *_: 0)
    assert torch.ops.aten.mm in FORMULAS
