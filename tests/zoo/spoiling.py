"""Mistakes that no count shows, made on purpose in one layer of a network after the other."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest

from archcalc.layers.fields import Sides
from zoo.tables import Mistake, Spoiled

torch = pytest.importorskip("torch")
LayerModule = pytest.importorskip("archcalc.torch_backend.modules").LayerModule


def spoil(net: Any, spoiled: Spoiled) -> Iterator[str]:
    """Make one mistake after the other; yields what it is, meanwhile."""
    yield from islice(exchanges(net, spoiled.unseen), 0, None, spoiled.every)
    for mistake in spoiled.mistakes:
        count = 0
        for name in islice(replacements(net, mistake), 0, None, mistake.every):
            count += 1
            yield f"{name}: {mistake.kind} {mistake.change}"
        assert count, mistake


# ------------------------------------------------------------------------------------------ layers


def replacements(net: Any, mistake: Mistake) -> Iterator[str]:
    """Put a changed module in the place of each of a kind that the change makes another, one at a time; yields its name."""
    for name, module in list(net.named_modules()):
        if kind_of(module) != mistake.kind or (mistake.of and having(module, mistake.of) is not None):
            continue
        changed = changed_module(module, mistake.change)
        if changed is not None:
            owner, _, last = name.rpartition(".")
            with replaced(net.get_submodule(owner)._modules, last, changed.eval()):
                yield name


def kind_of(module: Any) -> str:
    """The name of torch's module; of ours, the layer's kind."""
    return module.layer.kind if isinstance(module, LayerModule) else type(module).__name__


def changed_module(module: Any, change: str | dict[str, Any]) -> Any:
    """Another module for this one; None if it would be the same."""
    if isinstance(change, dict):
        return having(module, change)
    if change in OURS:
        return OURS[change](module)
    return getattr(torch.nn, change)()


def having(module: Any, attributes: dict[str, Any]) -> Any:
    """A copy with other attributes, or where it has none of the name, with other fields of its layer; None if it is equal."""
    changed = copied(module)
    differs = False
    for name, value in attributes.items():
        place = changed if name in vars(changed) else changed.layer
        differs |= getattr(place, name) != value
        setattr(place, name, value)
    return changed if differs else None


def copied(module: Any) -> Any:
    """A module with the same parameters, of which other attributes can be changed."""
    changed = copy.copy(module)
    if isinstance(module, LayerModule):
        changed.layer = copy.copy(module.layer)
    return changed


def padded_evenly(module: Any) -> Any:
    """With as much padding on all sides, where `same` puts the odd row and column behind: the sizes stay."""
    high, wide = (size // 2 for size in module.layer.kernel)
    return having(module, {"pad": Sides(high, high, wide, wide)})


def turned(module: Any) -> Any:
    """A layer of several tensors with those that come in, or go out, in reverse."""

    def forward(t: Any, holder: Any, *inputs: Any) -> Any:
        given = module.layer.forward(t, holder, *inputs[::-1])
        return given if isinstance(given, torch.Tensor) else given[::-1]

    changed = copied(module)
    changed.layer.forward = forward
    return changed


OURS: dict[str, Callable[[Any], Any]] = {"padded evenly": padded_evenly, "turned": turned}


@contextmanager
def replaced(places: dict[str, Any], name: str, value: Any) -> Iterator[None]:
    """Another value in a dictionary."""
    usual, places[name] = places[name], value
    try:
        yield
    finally:
        places[name] = usual


# ------------------------------------------------------------------------------------------ tensors


def exchanges(net: Any, unseen: str = "") -> Iterator[str]:
    """Exchange each tensor with the nearest one of its shape before it, one pair at a time; yields their names meanwhile."""
    last: dict[Any, tuple[str, Any]] = {}
    for name, tensor in net.state_dict().items():  # these share the network's memory
        if not tensor.dim() or (unseen and re.search(unseen, name)):
            continue  # how many batches were seen, or what else no output depends on
        if tensor.shape in last:
            before, other = last[tensor.shape]
            if torch.equal(tensor, other):
                continue  # the same everywhere, as Swin's position indices are
            with exchanged(tensor, other):
                yield f"{before} and {name}"
        last[tensor.shape] = name, tensor


@contextmanager
def exchanged(one: Any, other: Any) -> Iterator[None]:
    """Two tensors with each other's values."""
    first, second = one.clone(), other.clone()
    one.copy_(second)
    other.copy_(first)
    try:
        yield
    finally:
        one.copy_(first)
        other.copy_(second)
