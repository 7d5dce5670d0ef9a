"""A real run: every output looked at once, then time and memory."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from archcalc.analysis import BYTES
from archcalc.analysis.lifetimes import most_alive
from archcalc.graph import Graph
from archcalc.torch_backend.compare import used_nodes
from archcalc.torch_backend.devices import free_memory, peak
from archcalc.torch_backend.measure import Measurement, check
from archcalc.torch_backend.network import Network

REPEATS = {"cpu": 5, "cuda": 30}
WARM_UP = {"cpu": 1, "cuda": 10}  # on a GPU: plans of cuDNN, the allocator's blocks, clocks
MOST_MACS = 4 * 10**12  # some minutes of a CPU, for each of a handful of runs
LONG = 2.0  # seconds; of a run that takes longer on a CPU, three are enough
SPARE = 1.5  # of the memory that tensors take: what convolutions need beside them, and the interpreter


class Run:
    """What was measured. Seconds are medians of one run over a whole batch; bytes are peaks, where the device tells them."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.repeats = 0
        self.forward_seconds = 0.0
        self.backward_seconds: float | None = None  # forward included: one step of training without the optimizer
        self.samples_per_second = 0.0
        self.flops_per_second = 0.0
        self.peak_share: float | None = None  # of the device's peak
        self.peak_source = ""
        self.activation_bytes = 0  # new memory for outputs, by looking at each layer
        self.memory: dict[str, int] = {}  # of the forward pass, and with a backward pass of that

    def to_dict(self) -> dict[str, Any]:
        """The figures by name, for a record."""
        return dict(vars(self))


def needed_bytes(graph: Graph, batch: int, dtype: str, backward: bool) -> int:
    """About the bytes that a run takes at its peak. Forward: weights, and tensors until their last use.

    Backward: weights and their gradients, and all activations, twice: with in-place layers counted 0, what is kept for the
    backward pass and the gradients on the way stay below that.
    """
    weights = sum(int(node.work.params_count + node.work.buffers) for node in graph.nodes)
    if not backward:
        return BYTES[dtype] * (weights + batch * int(most_alive(graph)))
    activations = sum(int(node.work.activations) for node in graph.nodes)
    return BYTES[dtype] * 2 * (weights + batch * activations)


def too_large(graph: Graph, batch: int, dtype: str, backward: bool) -> str:
    """Why a run on the CPU is not even tried: a process that takes all memory is stopped by the system. Else empty."""
    needed, there = int(SPARE * needed_bytes(graph, batch, dtype, backward)), free_memory()
    if there is None or needed <= there:
        return ""
    return f"it needs about {needed / 1e9:,.1f} GB of memory, and {there / 1e9:,.1f} GB are free"


def too_long(graph: Graph, batch: int, backward: bool) -> str:
    """Why a run on a CPU that nobody asked for is left out: it would take the better part of an hour. Else empty."""
    macs = batch * sum(int(node.work.macs) for node in graph.nodes) * (3 if backward else 1)  # backward: two products for one
    if macs <= MOST_MACS:
        return ""
    return f"{macs / 1e12:,.1f} million million multiply-adds take a CPU very long; --device cpu runs them all the same"


def look(network: Network, inputs: list[torch.Tensor]) -> Measurement:
    """Run once in eval mode and look at every layer's output."""
    return check(network.eval(), inputs)


def measure(network: Network, graph: Graph, inputs: list[torch.Tensor], dtype: str, backward: bool, repeats: int) -> Run:
    """Time the forward pass in eval mode, and with `backward` also one forward and backward pass in train mode."""
    device = inputs[0].device.type
    run = Run(device)

    def forward() -> None:
        with torch.inference_mode():
            network(*inputs)

    network.eval()
    times, run.memory = _timed(forward, device, repeats)
    run.repeats, run.forward_seconds = len(times), median(times)
    batch = len(inputs[0])
    macs = {True: 0, False: 0}  # convolutions, others
    for node in graph.nodes:
        macs[node.kind.startswith("conv")] += node.work.macs * batch
    run.samples_per_second = batch / run.forward_seconds
    run.flops_per_second = 2 * sum(macs.values()) / run.forward_seconds
    fastest = peak(device, dtype)
    if fastest is not None:
        at_best = 2 * macs[True] / fastest.convolutions + 2 * macs[False] / fastest.products
        run.peak_share, run.peak_source = at_best / run.forward_seconds, fastest.source
    if backward and any(parameter.requires_grad for parameter in network.parameters()):
        network.train()
        times, memory = _timed(lambda: _step(network, inputs), device, repeats)
        run.backward_seconds = median(times)
        run.memory |= {f"train_{name}": size for name, size in memory.items()}
    return run


def _train(network: Network, inputs: list[torch.Tensor]) -> bool:
    """One forward and backward pass in the mode that the network is in; whether there was anything to learn."""
    made = network(*inputs)
    outputs = made if isinstance(made, tuple) else (made,)
    learning = [tensor.float().mean() for tensor in outputs if tensor.requires_grad]
    if learning:
        torch.stack(learning).sum().backward()
    return bool(learning)


def _step(network: Network, inputs: list[torch.Tensor]) -> None:
    """What is timed: the passes, without keeping gradients."""
    _train(network, inputs)
    network.zero_grad(set_to_none=True)


def untrained(network: Network, graph: Graph, inputs: list[torch.Tensor]) -> list[str]:
    """What is wrong after one backward pass: parameters without a gradient, and gradients that are not finite.

    Layers on which no output depends get none, and need none.
    """
    used = used_nodes(graph)
    idle = tuple(f"{node.name}." for node in graph.nodes if node.index not in used)
    _train(network.train(), inputs)
    problems = []
    for name, parameter in network.named_parameters():
        if parameter.grad is None:
            problems += [] if name.startswith(idle) else [f"{name} gets no gradient"]
        elif not bool(torch.isfinite(parameter.grad).all()):
            problems.append(f"the gradient of {name} is not finite")
    network.zero_grad(set_to_none=True)
    return problems


def _timed(work: Callable[[], None], device: str, repeats: int) -> tuple[list[float], dict[str, int]]:
    """Seconds of several runs after some to warm up, and the memory that they took at most."""
    on_gpu = device == "cuda"
    if on_gpu:  # what earlier runs left with the allocator is not this one's
        gc.collect()
        torch.cuda.empty_cache()
    for _ in range(WARM_UP[device]):
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
    if not on_gpu:
        many = repeats or (3 if took > LONG else REPEATS[device])
        return [_seconds(work) for _ in range(many)], {}
    torch.cuda.synchronize()
    gc.collect()
    torch.cuda.reset_peak_memory_stats()
    times = [_gpu_seconds(work) for _ in range(repeats or REPEATS[device])]
    return times, gpu_memory()


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _gpu_seconds(work: Callable[[], None]) -> float:
    """By events on the GPU: a clock on the CPU would time the queueing."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    work()
    end.record()
    end.synchronize()
    return float(start.elapsed_time(end)) / 1000


def gpu_memory() -> dict[str, int]:
    """Peaks since they were last reset: bytes in use as the allocator rounds them, as asked for, and held from the driver."""
    stats = torch.cuda.memory_stats()
    return {
        "allocated_bytes": torch.cuda.max_memory_allocated(),
        "requested_bytes": int(stats.get("requested_bytes.all.peak", 0)),
        "reserved_bytes": torch.cuda.max_memory_reserved(),
    }
