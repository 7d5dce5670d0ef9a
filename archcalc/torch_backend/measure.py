"""What torch says of each layer: shapes, parameters, buffers, multiply-accumulates and the memory of what it puts out."""

from __future__ import annotations

import gc
from typing import Any

import torch

from archcalc.torch_backend.counting import MacCounter
from archcalc.torch_backend.network import Network, Step


class Measured:
    """One layer, as it ran on a batch. Bytes are of memory that did not exist before: 0 for what works in place or views."""

    __slots__ = ("activation_bytes", "backward_macs", "finite", "macs", "output")

    def __init__(self, output: tuple[tuple[int, ...], ...], activation_bytes: int, macs: int = 0) -> None:
        self.output, self.activation_bytes, self.macs = output, activation_bytes, macs
        self.backward_macs = 0
        self.finite = True


class Measurement:
    """A run of a network. `layers` holds the layers by name, as far as torch got; `refusal` says why it stopped, and where."""

    def __init__(self) -> None:
        self.layers: dict[str, Measured] = {}
        self.refusal = ""
        self.unknown: list[str] = []  # operators without a formula


class _Watch:
    """Stands in for `Network.run`, and takes notes."""

    def __init__(self, network: Network, found: Measurement) -> None:
        self.network, self.found = network, found
        self.current: Step | None = None

    def __call__(self, step: Step, arguments: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        self.current = step
        held = {_memory(tensor) for tensor in arguments}
        made = self.network.run(step, arguments)
        if len(made) != len(step.outputs):
            raise ValueError(f"it gives {len(made)} tensors, where archcalc has {len(step.outputs)}")
        fresh = {_memory(tensor): tensor.untyped_storage().nbytes() for tensor in made}
        size = sum(nbytes for memory, nbytes in fresh.items() if memory not in held)
        shapes = tuple(tuple(tensor.shape) for tensor in made)
        self.found.layers[step.name] = self.note(Measured(shapes, size), made)
        self.current = None
        return made

    def note(self, measured: Measured, made: tuple[torch.Tensor, ...]) -> Measured:
        """Something more about what a layer made."""
        return measured


def _memory(tensor: torch.Tensor) -> int:
    """A number for the memory that a tensor is a view of: equal for two tensors, both alive, if they share it."""
    return int(tensor.untyped_storage()._cdata)


class _Counting(_Watch):
    """Also counts multiply-accumulates, of the backward pass too if there are gradients."""

    def __init__(self, network: Network, found: Measurement, counter: MacCounter) -> None:
        super().__init__(network, found)
        self.counter, self.before = counter, 0
        self.seen: set[Any] = set()  # nodes of autograd's graph
        self.running: Measured | None = None  # whose backward pass it is

    def note(self, measured: Measured, made: tuple[torch.Tensor, ...]) -> Measured:
        measured.macs = self.counter.macs - self.before
        self.before = self.counter.macs
        new = [tensor.grad_fn for tensor in made if tensor.grad_fn is not None]
        while new:  # every step back from here that no earlier layer took is this layer's
            node = new.pop()
            if node not in self.seen:
                self.seen.add(node)
                node.register_prehook(lambda _, measured=measured: self.turn_to(measured))
                new += [inner for inner, _ in node.next_functions if inner is not None]
        return measured

    def turn_to(self, measured: Measured | None) -> None:
        """What was counted since the last call belongs to the layer that ran; what comes now, to `measured`."""
        if self.running is not None:
            self.running.backward_macs += self.counter.macs - self.before
        self.before, self.running = self.counter.macs, measured


class _Checking(_Watch):
    """Also looks whether all values are finite."""

    def note(self, measured: Measured, made: tuple[torch.Tensor, ...]) -> Measured:
        measured.finite = all(_finite(tensor) for tensor in made)
        return measured


def _finite(tensor: torch.Tensor) -> bool:
    """By the smallest and the largest value, which pass on what is no number: looking at each would take as much memory."""
    if not tensor.is_floating_point():
        return True
    return bool(torch.isfinite(torch.stack(torch.aminmax(tensor))).all())


def count(network: Network, inputs: list[torch.Tensor], backward: bool = False) -> Measurement:
    """Run a network and count. On `meta` nothing is computed and nothing takes memory; the network must be in eval mode."""
    found = Measurement()
    counter = MacCounter()
    watch = _Counting(network, found, counter)
    with torch.set_grad_enabled(backward), counter:
        outputs = _guarded(watch, inputs)
        if outputs and backward:
            total = sum((tensor.sum() for tensor in outputs if tensor.requires_grad), torch.zeros((), device=outputs[0].device))
            watch.turn_to(None)
            if total.requires_grad:
                _backward(total, found)
            watch.turn_to(None)
    found.unknown = sorted(counter.unknown)
    if backward:
        network.zero_grad(set_to_none=True)
        watch.seen.clear()
        gc.collect()  # hooks and autograd's nodes hold each other
    return found


def _backward(total: torch.Tensor, found: Measurement) -> None:
    try:
        total.backward()
    except Exception as error:  # noqa: BLE001  whatever a module does, it is a finding
        found.refusal = f"torch refuses the backward pass: {first_line(error)}"


def check(network: Network, inputs: list[torch.Tensor]) -> Measurement:
    """Run a network on real numbers. The network must be in eval mode. Raises what torch raises for want of memory."""
    found = Measurement()
    with torch.inference_mode():
        _guarded(_Checking(network, found), inputs)
    return found


def _guarded(watch: _Watch, inputs: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The outputs; none if a layer's module refuses what comes in, of which the measurement then speaks."""
    try:
        return watch.network.walk(watch, *inputs)
    except Exception as error:  # whatever a module does, it is a finding
        if watch.current is None or out_of_memory(error):
            raise
        watch.found.refusal = f"{watch.current.name}: torch refuses: {first_line(error)}"
        return ()


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or on the CPU."""
    if isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError)):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def first_line(error: BaseException) -> str:
    """What an error says, without the pages that torch adds."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
