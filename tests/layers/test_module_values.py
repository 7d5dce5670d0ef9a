"""The modules that archcalc builds compute what torch's own do: outputs, gradients and statistics, for every kind."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from layers.helpers import picture, tokens, work
from layers.networks import assert_equal, network_of, numbers, outputs
from layers.test_against_torch import CASES, LED, named

torch = pytest.importorskip("torch")
nn = torch.nn
BATCH, LEADING = 2, 4

Case = tuple[str, dict[str, Any], tuple[Any, ...], Any]


def inputs_for(kind: str, fields: dict[str, Any], shapes: tuple[Any, ...], batch: int = BATCH) -> list[Any]:
    """Random inputs for a layer."""
    vocabulary = work(kind, *shapes, **fields).layer.vocabulary()
    return [numbers(shape, batch, vocabulary) for shape in shapes]


def give_weights(ours: Any, theirs: Any) -> None:
    """Copy parameters and buffers into the other module, in the order in which both registered them."""
    assert [tensor.shape for tensor in ours.buffers()] == [tensor.shape for tensor in theirs.buffers()]
    with torch.no_grad():
        nn.utils.vector_to_parameters(flat(ours.parameters()), theirs.parameters())
        for our, their in zip(ours.buffers(), theirs.buffers(), strict=True):
            their.copy_(our)


def flat(tensors: Any) -> Any:
    """All values in one vector: torch cuts some parameters otherwise, such as scale and bias in one tensor."""
    return torch.cat([torch.zeros(0, dtype=torch.float64), *(tensor.flatten() for tensor in tensors)])


def pair_of(case: Case, training: bool) -> tuple[Any, Any]:
    """Our module and torch's with the same weights; where the case has a function, that."""
    kind, fields, shapes, build = case
    ours, theirs = network_of(kind, *shapes, **fields).train(training), build()
    if isinstance(theirs, nn.Module):
        theirs.double().train(training)
        give_weights(ours, theirs)
    return ours, theirs


@pytest.mark.parametrize("case", CASES, ids=named)
def test_outputs_are_those_of_torch(case: Case) -> None:
    torch.manual_seed(0)
    kind, fields, shapes, _ = case
    ours, theirs = pair_of(case, training=False)
    inputs = inputs_for(kind, fields, shapes)
    with torch.inference_mode():
        for our, their in zip(outputs(ours(*inputs)), outputs(theirs(*inputs)), strict=True):
            assert_equal(our, their)


def trained(module: Any, inputs: list[Any], weights: list[Any]) -> tuple[tuple[Any, ...], list[Any]]:
    """The outputs of a training step, and the gradients of the inputs and of all parameters together."""
    torch.manual_seed(1)  # for dropout
    inputs = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    made = outputs(module(*inputs))
    sum((weight * out).sum() for weight, out in zip(weights, made, strict=True)).backward()
    gradients = [x.grad for x in inputs if x.requires_grad]
    learned = list(module.parameters()) if isinstance(module, nn.Module) else []
    return made, gradients + ([flat(parameter.grad for parameter in learned)] if learned else [])


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_training_step_is_that_of_torch(case: Case) -> None:
    torch.manual_seed(0)
    kind, fields, shapes, _ = case
    ours, theirs = pair_of(case, training=True)
    inputs = inputs_for(kind, fields, shapes)
    weights = [numbers(shape, BATCH) for shape in work(kind, *shapes, **fields).outputs]
    (made, gradients), (wanted, wanted_gradients) = trained(ours, inputs, weights), trained(theirs, inputs, weights)
    for our, their in zip((*made, *gradients), (*wanted, *wanted_gradients), strict=True):
        assert_equal(our, their)
    buffers = list(theirs.buffers()) if isinstance(theirs, nn.Module) else []
    for our, their in zip(ours.buffers(), buffers, strict=True):
        assert_equal(our.double(), their.double())


@pytest.mark.parametrize("case", LED, ids=named)
def test_leading_axes_are_so_many_runs_of_their_own(case: Case) -> None:
    torch.manual_seed(0)
    kind, fields, shapes, _ = case
    alone = network_of(kind, *shapes, **fields).eval()
    led = network_of(kind, *(shape.like((LEADING, *shape)) for shape in shapes), **fields).eval()
    led.load_state_dict(alone.state_dict())
    each = [inputs_for(kind, fields, shapes) for _ in range(LEADING)]
    with torch.inference_mode():
        together = outputs(led(*(torch.stack(slices, 1) for slices in zip(*each, strict=True))))
        apart = zip(*(outputs(alone(*inputs)) for inputs in each), strict=True)
        for one, several in zip(together, apart, strict=True):
            assert_equal(one, torch.stack(several, 1))


SHAPES = (picture(3, 4, 5), tokens(4, 5), tokens(5))


@pytest.mark.parametrize(("shape", "affine", "leading"), [*product(SHAPES, (True, False), ((), (2,), (2, 3)))], ids=str)
def test_a_training_step_of_bn_takes_all_positions_together(shape: Any, affine: bool, leading: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    led = network_of("bn", shape.like((*leading, *shape)), affine=affine).train()
    feature = 1 + len(leading) + (0 if len(shape) == 3 else len(shape) - 1)
    x = numbers((*leading, *shape), batch=3)
    values = x.movedim(feature, 0).flatten(1)  # what each feature is normalised over
    before = [buffer.clone() for buffer in led.buffers()]
    made = led(x).movedim(feature, 0).flatten(1)
    wanted = (values - values.mean(1, True)) / (values.var(1, correction=0, keepdim=True) + 1e-5).sqrt()
    weight, bias = led.parameters() if affine else (torch.ones(1), torch.zeros(1))
    assert_equal(made, (wanted * weight[:, None] + bias[:, None]))
    mean, variance, steps = led.buffers()
    assert_equal(mean, 0.9 * before[0] + 0.1 * values.mean(1))
    assert_equal(variance, 0.9 * before[1] + 0.1 * values.var(1))
    assert steps == before[2] + 1
