"""Our networks give what torchvision's and timm's give, for the same weights, and have the same counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import archcalc
from zoo.families.googlenet import as_in_the_paper
from zoo.same_weights import aligned, counts_of, difference, make_pair, outputs
from zoo.spoiling import spoil
from zoo.tables import Case, Spoiled, families, same

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


TRAINED = [case for family in families() for case in family.trained]


@pytest.mark.parametrize("case", TRAINED, ids=str)
def test_equal_when_trained(case: Case) -> None:
    """Outputs, gradients and running statistics: layers that work in place spoil nothing that is needed later."""
    theirs, ours, pictures = make_pair(case, batch=4)
    for norm in theirs.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.momentum = 0.1  # torch's own, as ours have; how fast statistics follow is chosen for a training
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

SPOILED = [spoiled for family in families() for spoiled in family.spoiled]


@pytest.mark.parametrize("spoiled", SPOILED, ids=str)
def test_a_mistake_shows(spoiled: Spoiled) -> None:
    theirs, ours, pictures = make_pair(spoiled.case)
    with torch.no_grad():
        expected = outputs(theirs, pictures)
        far = {mistake: difference(outputs(ours, pictures), expected) for mistake in spoil(ours, spoiled)}
        assert [mistake for mistake, distance in far.items() if distance <= TOLERANCE] == []
        assert difference(outputs(ours, pictures), expected) <= TOLERANCE  # it was the mistakes
