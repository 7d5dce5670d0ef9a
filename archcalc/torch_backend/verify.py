"""Holding a network's figures against torch: counted on `meta`, then run for real on a device."""

from __future__ import annotations

import gc
from contextlib import suppress
from typing import Any, NamedTuple

import torch

from archcalc.analysis.inputs import read_batch
from archcalc.errors import SpecError
from archcalc.graph import Graph
from archcalc.torch_backend.compare import LayerCheck, Pair, compare, total_pairs
from archcalc.torch_backend.devices import pick_device
from archcalc.torch_backend.inputs import DTYPES, make_inputs
from archcalc.torch_backend.measure import Measurement, count, first_line, out_of_memory
from archcalc.torch_backend.network import Network
from archcalc.torch_backend.run import Run, look, measure, too_large, too_long, untrained

DEVICES = ("auto", "cpu", "cuda", "meta")


class How(NamedTuple):
    """How a network is to be run. `repeats` 0: as many as usual on the device.

    `patient`: whatever it takes; else what would keep a CPU busy for an hour is only counted.
    """

    device: str = "cpu"
    batch: int = 1
    dtype: str = "fp32"
    train: bool = False
    repeats: int = 0
    patient: bool = True


def read_how(device: str, batch: Any, dtype: str, train: bool, repeats: int) -> How:
    """Settings as given, checked, with the device that `auto` means. Raises SpecError("bad-option")."""
    samples = read_batch(batch)
    if not isinstance(samples, int):
        raise SpecError("bad-option", f"the batch must be a number for a run, not '{batch}'", None, "", str(batch))
    for what, value, known in (("device", device, DEVICES), ("dtype", dtype, tuple(DTYPES))):
        if value not in known:
            raise SpecError("bad-option", f"unknown {what} '{value}'", None, "known here: " + ", ".join(known), str(value))
    if not isinstance(repeats, int) or repeats < 0:
        raise SpecError("bad-option", f"repeats must be a whole number of at least 0, not {repeats}")
    return How(pick_device(device), samples, dtype, bool(train), repeats, patient=device != "auto")


class Verification:
    """A network held against torch.

    `layers` has every figure twice, by archcalc and by torch; `problems` says what differs or could not be run, in words;
    `run` is what was measured on the device, None if there was no real run.
    """

    def __init__(self, name: str, title: str, how: How) -> None:
        self.name, self.title, self.how = name, title, how
        self.settings: dict[str, Any] = {}
        self.inputs: dict[str, list[int]] = {}
        self.layers: list[LayerCheck] = []
        self.totals: dict[str, Pair] = {}
        self.problems: list[str] = []
        self.run: Run | None = None
        self.not_run = ""  # why there was no real run: memory that is not there
        self.left_out = ""  # why no real run was asked of a CPU that was not named: the time that it takes

    @property
    def equal(self) -> bool:
        """Whether nothing differs, and everything asked for was run."""
        return not self.problems and not self.not_run

    @property
    def copied(self) -> int:
        """Bytes of layers that count as working in place, where torch had to copy."""
        return sum(layer.copied for layer in self.layers)


def verify_graph(name: str, title: str, graph: Graph, how: How) -> Verification:
    """Count on `meta`, compare, and unless the device is `meta` run for real. Never raises for want of memory."""
    result = Verification(name, title, how)
    result.inputs = {node.name: list(node.outputs[0].shape) for node in graph.nodes if node.kind == "input"}
    try:
        network = make_network(name, graph, "meta", how.dtype).eval()
        inputs = make_inputs(graph, how.batch, "meta", how.dtype)
    except (RuntimeError, ValueError, TypeError, OverflowError) as error:
        result.problems.append(f"torch cannot build it: {first_line(error)}")
        return result
    try:
        _count(result, graph, network, inputs)
    except Exception as error:  # noqa: BLE001  one network must not end a run of many
        result.problems.append(f"counting failed: {type(error).__name__}: {first_line(error)}")
        return result
    if how.device != "meta":
        _run(result, graph, how)
    return result


def make_network(name: str, graph: Graph, device: Any, dtype: Any = "fp32") -> Network:
    """The network on a device, its parameters begun as torch begins them. On `meta` they take no memory.

    Raises SpecError("bad-option") for a device or a dtype that torch does not have.
    """
    try:
        place = torch.device(device)
        torch.empty(0, device=place)  # a device may have a name, and not be there
    except (RuntimeError, TypeError, AssertionError, NotImplementedError) as error:
        raise SpecError("bad-option", f"torch has no device '{device}': {first_line(error)}") from None
    wanted = DTYPES.get(dtype, dtype) if isinstance(dtype, str) else dtype
    if not isinstance(wanted, torch.dtype) or not wanted.is_floating_point:
        raise SpecError("bad-option", f"unknown dtype '{dtype}'", None, "known here: " + ", ".join(DTYPES))
    with place:
        network = Network(name, graph)
        network.to(wanted)
        return network


def _count(result: Verification, graph: Graph, network: Network, inputs: list[torch.Tensor]) -> None:
    how = result.how
    found = count(network, inputs, how.train)
    result.layers = compare(graph, network, inputs, found, how.dtype, how.train)
    result.totals = total_pairs(graph, network, result.layers)
    result.problems = _differences(result, found)


def _differences(result: Verification, found: Measurement) -> list[str]:
    problems = [_difference(layer, name) for layer in result.layers for name in layer.differences]
    if found.refusal:
        problems.append(found.refusal)
    elif len(found.layers) + len(result.inputs) != len(result.layers):
        problems.append("not every layer was run")
    elif not problems:  # sums of equal figures are equal: what differs now belongs to no layer
        problems += [f"{name} in total: archcalc {_shown(pair.archcalc)}, torch {_shown(pair.torch)}"
                     for name, pair in result.totals.items() if not pair.equal]  # fmt: skip
    return problems + [f"{operator}: archcalc has no formula for this operator of torch" for operator in found.unknown]


def _difference(layer: LayerCheck, quantity: str) -> str:
    pair = layer.pairs[quantity]
    return f"{layer.name}: {quantity.replace('_', ' ')}: archcalc {_shown(pair.archcalc)}, torch {_shown(pair.torch)}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join("x".join(map(str, shape)) or "1" for shape in value)
    return f"{value:,}"


def _run(result: Verification, graph: Graph, how: How) -> None:
    """The real run, which may fail for want of memory; then that is said, and all memory is given back."""
    if how.device == "cpu":
        result.left_out = "" if how.patient else too_long(graph, how.batch, how.train)
        if result.left_out:
            return
        result.not_run = too_large(graph, how.batch, how.dtype, how.train)
        if result.not_run:
            return
    try:
        _run_on_device(result, graph, how)
    except Exception as error:  # noqa: BLE001  one network must not end a run of many
        if out_of_memory(error):
            result.not_run = f"out of memory: {first_line(error)}"
        else:
            hint = "; a larger batch helps" if "more than 1 value per channel" in str(error) else ""
            result.problems.append(f"torch cannot run it on {how.device} in {how.dtype}: {first_line(error)}{hint}")
    finally:
        gc.collect()
        if how.device == "cuda":
            with suppress(RuntimeError):  # after some errors a GPU refuses everything
                torch.cuda.empty_cache()


def _run_on_device(result: Verification, graph: Graph, how: How) -> None:
    with torch.random.fork_rng(devices=[0] if how.device == "cuda" else []):  # the caller's random numbers stay as they were
        torch.manual_seed(0)
        network = make_network(result.name, graph, how.device, how.dtype)
        inputs = make_inputs(graph, how.batch, how.device, how.dtype)
        seen = look(network, inputs)
        checks = compare(graph, network, inputs, seen, how.dtype)
        result.problems += _differences_of_run(checks, seen, known=result.problems)
        if seen.refusal:
            return
        if how.train:
            result.problems += untrained(network, graph, inputs)
        result.run = measure(network, graph, inputs, how.dtype, how.train, how.repeats)
        result.run.activation_bytes = sum(layer.pairs["activation_bytes"].torch for layer in checks)


def _differences_of_run(checks: list[LayerCheck], seen: Measurement, known: list[str]) -> list[str]:
    """What differs in the real run, beside what was found on `meta` already."""
    found = [
        _difference(layer, name) for layer in checks for name in ("output", "activation_bytes") if name in layer.differences
    ]
    found = [f"really run: {difference}" for difference in found if difference not in known]
    found += [f"{name}: not all values are finite" for name, layer in seen.layers.items() if not layer.finite]
    return found + ([seen.refusal] if seen.refusal and seen.refusal not in known else [])
