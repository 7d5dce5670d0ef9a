"""Two networks, theirs and ours, with the same random weights; and comparing them."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

import pytest

import archcalc
from zoo.tables import Case

torch = pytest.importorskip("torch")
nn = torch.nn

# What is added to the tokens of a transformer, in torchvision's words and in timm's. It is kept small, else LayerNorm's eps
# of 1e-6 would make no difference that shows. Families with other words have them in their cases.
QUIET = r"conv_proj|class_token|pos_embed|out_proj|mlp\.3|patch_embed|cls_token|dist_token|attn\.proj|mlp\.fc2"


class Pair(NamedTuple):
    """Both networks with the same weights, in eval mode, and pictures for them."""

    theirs: Any
    ours: Any
    pictures: Any


def make_pair(case: Case, batch: int = 2) -> Pair:
    """Both networks, filled with the same random weights. No time goes into weights that are replaced."""
    generator = torch.Generator().manual_seed(0)
    pictures = case.loud * torch.randn(batch, *case.size, generator=generator)
    theirs = case.build()
    if next(theirs.parameters()).is_meta:
        theirs.to_empty(device="cpu")
    theirs.eval()
    theirs.training = hasattr(theirs, "aux_logits") and theirs.aux_logits  # GoogLeNet, alone: goes on to give all outputs
    fill(theirs, generator, ((QUIET, 0.02), *case.scaled))
    fill_statistics(theirs, pictures, generator)
    ours = archcalc.to_torch(case.name, input=case.size, set=case.settings, device="meta").to_empty(device="cpu").eval()
    with torch.no_grad():
        for their, our in aligned(case, theirs, ours):
            our.copy_(their.reshape(our.shape))
    return Pair(theirs, ours, pictures)


# ------------------------------------------------------------------------------------------ random weights


def fill(net: Any, generator: Any, scaled: tuple[tuple[str, float], ...]) -> None:
    """Random parameters, such that signals neither grow nor fade on their way, and no two tensors are alike.

    Those in whose names the first of a pair is found are multiplied by the second.
    """
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            owner, _, last = name.rpartition(".")
            module = net.get_submodule(owner)
            if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)) and last == "weight":
                parameter.uniform_(0.5, 2.5, generator=generator)  # enough to reach beyond the 6 of ReLU6
            else:
                parameter.normal_(0, spread_of(module, last, parameter), generator=generator)
            for words, factor in scaled:
                if re.search(words, name):
                    parameter.mul_(factor)


def spread_of(module: Any, name: str, parameter: Any) -> float:
    """The standard deviation for what is no norm's weight."""
    if name.endswith("bias"):
        return 1.0 if isinstance(module, nn.BatchNorm2d) else 0.3
    if not name.endswith("weight"):
        return 1.0  # class token, positions
    usual = math.sqrt(2 / parameter[0].numel())
    if isinstance(module, nn.Conv2d) and module.bias is None:
        return 0.1 * usual  # a norm follows: its eps shows the better the smaller the variance is
    return usual


def fill_statistics(net: Any, pictures: Any, generator: Any) -> None:
    """Running statistics near those of the pictures, or else a deep network's signals would grow beyond all biases.

    Not those themselves: a channel that hardly varies would be divided by almost 0, and rounding would show.
    """
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.train().momentum = 1  # keeps the statistics of one batch
        norm.reset_running_stats()
    with torch.no_grad():
        if norms:
            net(pictures)
        for norm, momentum in zip(norms, usual, strict=True):
            norm.eval().momentum = momentum
            mean, var = norm.running_mean, norm.running_var
            spread = var.mean().sqrt()
            mean.add_(0.2 * spread * torch.randn(mean.shape, generator=generator))
            var.uniform_(0.5, 1.5, generator=generator).mul_(spread**2)
            norm.num_batches_tracked.random_(100, generator=generator)


# ------------------------------------------------------------------------------------------ tensor by tensor


def aligned(case: Case, theirs: Any, ours: Any) -> list[tuple[Any, Any]]:
    """Each of their parameters and buffers with ours, in our order. Fails where their number, kinds or shapes differ."""
    state, our_state = theirs.state_dict(keep_vars=True), ours.state_dict(keep_vars=True)
    names = case.order(list(state)) if case.order else list(state)
    for prefix, behind in case.moves:
        names = moved(names, prefix, behind)
    assert len(names) == len(our_state)
    pairs = []
    for name, (our_name, our) in zip(names, our_state.items(), strict=True):
        their = state[name]
        assert isinstance(their, nn.Parameter) == isinstance(our, nn.Parameter), (name, our_name)
        fits = their.numel() == our.numel() if name in case.reshaped else their.shape == our.shape
        assert fits, (name, their.shape, our_name, our.shape)
        pairs.append((their, our))
    return pairs


def moved(names: list[str], prefix: str, behind: str) -> list[str]:
    """The names with those that begin with `prefix` behind the last that begins with `behind`."""
    taken = [name for name in names if name.startswith(prefix)]
    left = [name for name in names if not name.startswith(prefix)]
    place = max(i for i, name in enumerate(left) if name.startswith(behind)) + 1
    assert taken
    return left[:place] + taken + left[place:]


# ------------------------------------------------------------------------------------------ comparing


def outputs(net: Any, pictures: Any) -> tuple[Any, ...]:
    """What a network gives, in our order: the main output, then auxiliary ones as they come on the way."""
    given = net(pictures)
    if hasattr(given, "aux_logits1"):
        return given.logits, given.aux_logits1, given.aux_logits2
    return given if isinstance(given, tuple) else (given,)


def difference(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> float:
    """The largest difference between tensors, relative to the largest value in each; infinite where it is no number."""
    assert [tensor.shape for tensor in ours] == [tensor.shape for tensor in theirs]
    with torch.no_grad():
        found = [float((our - their).abs().max() / their.abs().max()) for our, their in zip(ours, theirs, strict=True)]
    return max(number if math.isfinite(number) else math.inf for number in found)


def counts_of(net: Any, size: tuple[int, ...]) -> tuple[int, int, int]:
    """Params, buffers and macs of a network, which is of no use any more: it goes to the meta device."""
    from torch.utils.flop_counter import FlopCounterMode

    net.to("meta")
    params, buffers = (sum(tensor.numel() for tensor in tensors) for tensors in (net.parameters(), net.buffers()))
    with FlopCounterMode(display=False) as counter:  # with gradients: else torch's attention is fused, and counts as nothing
        net(torch.empty(1, *size, device="meta"))
    return params, buffers, counter.get_total_flops() // 2
