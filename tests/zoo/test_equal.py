"""Our networks give what torchvision's and timm's give, for the same weights, and have the same counts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

import archcalc
from zoo.families.googlenet import as_in_the_paper, as_in_torchvision
from zoo.families.nasnet_a import as_in_timm
from zoo.families.vit import shallow
from zoo.same_weights import (
    aligned,
    counts_of,
    difference,
    exchanges,
    make_pair,
    outputs,
    replacements,
)
from zoo.tables import Case, built, families, same, vision

torch = pytest.importorskip("torch")
nn = torch.nn

TOLERANCE = 2e-5  # largest difference, of the largest output. Found: 0 for most networks, 4e-6 at most
GRADIENT_TOLERANCE = 1e-3


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Several threads on busy cores wait for each other in every layer, and deep networks take twenty times as long."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


CASES = [case for family in families() for case in family.same]
SMALL, TINY = (3, 96, 96), (3, 64, 64)


# ------------------------------------------------------------------------------------------ equal


@pytest.mark.parametrize("case", CASES, ids=str)
def test_equal(case: Case) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        assert difference(outputs(ours, pictures), outputs(theirs, pictures)) <= TOLERANCE
    totals = archcalc.analyze(case.name, input=case.size, set=case.settings).totals
    assert (totals.params, totals.buffers, totals.macs) == counts_of(theirs, case.size)


DROPPING = [same("vgg11", classes=37), as_in_the_paper(batchnorm=False, aux=True)]  # others do so among TRAINED


@pytest.mark.parametrize("case", DROPPING, ids=str)
def test_equal_with_dropout(case: Case) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        expected = seeded(theirs.train(), pictures)
        assert difference(seeded(ours.train(), pictures), expected) <= TOLERANCE
        assert difference(seeded(ours.eval(), pictures), expected) > TOLERANCE


def seeded(net: Any, pictures: Any) -> tuple[Any, ...]:
    """What a network gives. Two drop the same values if they drop as many, as often, in the same places."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return outputs(net, pictures)


TRAINED = [
    Case("alexnet_torchvision", "torchvision", vision("alexnet", num_classes=37), {"classes": 37}, (3, 160, 192)),
    same("resnet18", TINY),
    same("mobilenet_v2", SMALL),
    as_in_torchvision(SMALL, aux=True, classes=37),
    Case("densenet121", "torchvision", built("densenet", "densenet", (2, 3, 4)), {"depths": "[2, 3, 4]"}, TINY),
    as_in_timm((3, 80, 80)),  # of 64 x 64, batch norm would have 2 x 2 in the last cells: too few for single precision
    shallow("vit_b_32", 32, 768, 12, size=64),
]


@pytest.mark.parametrize("case", TRAINED, ids=str)
def test_equal_when_trained(case: Case) -> None:
    """Outputs, gradients and running statistics: layers that work in place spoil nothing that is needed later."""
    theirs, ours, pictures = make_pair(case, batch=4)
    assert difference(train(ours, pictures), train(theirs, pictures)) <= TOLERANCE
    for their, our in aligned(case, theirs, ours):
        if isinstance(our, nn.Parameter):
            assert difference((our.grad,), (their.grad.reshape(our.shape),)) <= GRADIENT_TOLERANCE
        else:
            assert difference((our,), (their,)) <= TOLERANCE


def train(net: Any, pictures: Any) -> tuple[Any, ...]:
    """What a network gives in training; and its parameters get gradients."""
    given = seeded(net.train(), pictures)
    generator = torch.Generator().manual_seed(2)
    sum((tensor * torch.randn(tensor.shape, generator=generator)).sum() for tensor in given).backward()
    return given


# ------------------------------------------------------------------------------------------ and a mistake would show

Change = Callable[[Any], Any]


def having(**attributes: Any) -> Change:
    """A change to a copy of a module, to other attributes."""

    def change(module: Any) -> Any:
        changed = copy.copy(module)
        for name, value in attributes.items():
            assert getattr(changed, name) != value
            setattr(changed, name, value)
        return changed

    return change


def left_out(module: Any) -> Any:
    return nn.Identity()


def padded_evenly(pool: Any) -> Any:
    """With a border on all sides, in place of windows that pass the last one: the size is the same."""
    return nn.MaxPool2d(3, 2, 1) if tuple(pool.stride) == (2, 2) else None


Mistake = tuple[type, Change, int]  # what is changed in modules of a kind, in each of them or in fewer

# Each network with the tensors that are exchanged with others of the same shape, all or fewer, and with mistakes.
SPOILED: list[tuple[Case, int, list[Mistake]]] = [
    (same("resnet18", TINY), 2, [
        (nn.ReLU, left_out, 1),
        (nn.BatchNorm2d, having(eps=1e-3), 2),
        (nn.BatchNorm2d, having(eps=1e-6), 2),
        (nn.MaxPool2d, having(padding=0, ceil_mode=True), 1),
    ]),
    (same("mobilenet_v2", SMALL), 8, [(nn.ReLU6, left_out, 4), (nn.ReLU6, lambda module: nn.ReLU(), 2)]),
    (same("densenet121", TINY), 24, [(nn.ReLU, left_out, 12), (nn.BatchNorm2d, having(eps=1e-3), 12)]),
    (as_in_torchvision(TINY, aux=False), 8, [
        (nn.ReLU, left_out, 4),
        (nn.BatchNorm2d, having(eps=1e-5), 4),
        (nn.MaxPool2d, padded_evenly, 1),
    ]),
    (as_in_the_paper(batchnorm=False, aux=False), 10, [(nn.LocalResponseNorm, having(k=1.0), 1)]),
    (as_in_timm(TINY), 64, [
        (nn.ReLU, left_out, 24),
        (nn.BatchNorm2d, having(eps=1e-5), 24),
        (nn.AvgPool2d, having(count_include_pad=True), 8),
    ]),
    (shallow("vit_b_16", 16, 768, 12, size=96), 1, [
        (nn.GELU, having(approximate="tanh"), 1),
        (nn.LayerNorm, having(eps=1e-5), 1),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "every", "mistakes"), SPOILED, ids=[str(case) for case, *_ in SPOILED])
def test_a_mistake_shows(case: Case, every: int, mistakes: list[Mistake]) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        expected = outputs(theirs, pictures)
        far = {}
        for spoiled in spoil(ours, every, mistakes):
            far[spoiled] = difference(outputs(ours, pictures), expected)
        assert [spoiled for spoiled, distance in far.items() if distance <= TOLERANCE] == []
        assert difference(outputs(ours, pictures), expected) <= TOLERANCE  # it was the mistakes


def spoil(net: Any, every: int, mistakes: list[Mistake]) -> Iterator[str]:
    """Make one mistake after the other; yields what it is."""
    yield from islice(exchanges(net), 0, None, every)
    for number, (kind, change, some) in enumerate(mistakes):
        count = 0
        for name in islice(replacements(net, kind, change), 0, None, some):
            count += 1
            yield f"mistake {number} in {name}"
        assert count
