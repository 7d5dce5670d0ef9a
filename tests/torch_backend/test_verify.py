"""archcalc.verify: that it agrees where all is right, and names what is wrong where something is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import archcalc
from archcalc import build
from archcalc.layers.axes import Split
from archcalc.layers.conv import Conv
from archcalc.layers.norm import BatchNorm
from archcalc.layers.pool import MaxPool
from archcalc.render.verification import verdict

torch = pytest.importorskip("torch")
from archcalc.torch_backend import devices, run, verify  # noqa: E402  after torch is known to be there

NET = """
name: net
input: [3, 8, 8]
layers:
  - {conv: {out: 4, kernel: 3, pad: 1, groups: 1}, name: first}
  - bn
  - relu
  - {maxpool: 2, name: pool}
  - {conv: {out: 8, kernel: 1, bias: false}, name: second}
  - sigmoid
  - flatten
  - {linear: 5, name: fc}
"""


def checked(text: str = NET, **how: Any) -> archcalc.Verification:
    return archcalc.verify(archcalc.load_text(text), **{"device": "meta", **how})


@pytest.fixture
def _no_memo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Layers worked out by a wrong rule must not be kept for later tests, nor right ones used here."""
    monkeypatch.setattr(build, "_WORKED", {})
    yield


# ------------------------------------------------------------------------------------------ all is right


@pytest.mark.parametrize("model", list(archcalc.models()), ids=lambda model: model.name)
def test_no_model_of_the_zoo_differs_from_torch(model: archcalc.Model) -> None:
    result = archcalc.verify(model, device="meta", batch=2, train=True)
    assert result.problems == [] and result.equal
    assert [layer.name for layer in result.layers] == [layer.name for layer in archcalc.analyze(model).layers]
    for layer in result.layers:
        wanted = {"output", "activation_bytes"} if layer.kind == "input" else {
            "output", "params", "buffers", "macs", "activation_bytes", "backward_macs"}  # fmt: skip
        assert set(layer.pairs) == wanted


@pytest.mark.parametrize(("name", "size"), [("lenet5", (1, 32, 32)), ("mobilenet_v2", (3, 64, 64)), ("resnet18", (3, 64, 64))])
def test_a_real_run_agrees_and_is_measured(name: str, size: tuple[int, ...]) -> None:
    result = archcalc.verify(name, device="cpu", batch=2, train=True, repeats=2, input=size)
    assert result.equal, result.problems
    found = result.run
    assert found is not None and found.repeats == 2 and found.device == "cpu"
    assert found.forward_seconds > 0 and found.backward_seconds is not None and found.backward_seconds > 0
    assert found.samples_per_second == pytest.approx(2 / found.forward_seconds)
    assert found.flops_per_second == pytest.approx(2 * result.totals["macs"].torch / found.forward_seconds)
    assert found.peak_share is not None and found.peak_share > 0
    assert found.activation_bytes == archcalc.analyze(name, batch=2, input=size).totals.activation_bytes


@pytest.mark.parametrize("dtype", ["fp16", "bf16"])
def test_other_dtypes(dtype: str) -> None:
    result = archcalc.verify("lenet5", device="cpu", dtype=dtype, repeats=1)
    assert result.equal, result.problems
    assert result.totals["activation_bytes"].torch == archcalc.analyze("lenet5", dtype=dtype).totals.activation_bytes


def test_totals_are_those_of_the_report() -> None:
    totals, report = archcalc.verify("resnet18", device="meta", batch=3).totals, archcalc.analyze("resnet18", batch=3).totals
    for name in ("params", "buffers", "macs", "activation_bytes"):
        assert totals[name].archcalc == totals[name].torch == getattr(report, name)


def test_whole_numbers_go_into_an_embedding() -> None:
    spec = "input: [7]\nlayers:\n  - embedding: {count: 11, width: 4}\n  - attention: 2\n  - take: -1\n  - linear: 3\n"
    result = checked(spec, device="cpu", batch=3, train=True, repeats=1)
    assert result.equal, result.problems
    assert (
        result.totals["activation_bytes"].torch == archcalc.analyze(archcalc.load_text(spec), batch=3).totals.activation_bytes
    )


def test_the_first_layer_needs_no_gradient_of_its_input() -> None:
    layers = {layer.name: layer.pairs for layer in checked(train=True).layers}
    assert layers["first"]["backward_macs"] == (layers["first"]["macs"].torch,) * 2
    assert layers["second"]["backward_macs"] == (2 * layers["second"]["macs"].torch,) * 2


def test_copies_are_told_apart() -> None:
    result = checked()
    sigmoid = next(layer for layer in result.layers if layer.kind == "sigmoid")
    assert sigmoid.pairs["activation_bytes"] == (0, 0) and sigmoid.copied == result.copied == 8 * 4 * 4 * 4
    branches = "input: [4]\nlayers:\n  - {linear: 4, name: a}\n  - add: {l: [relu], r: [relu]}\n"
    assert {layer.name: layer.copied for layer in checked(branches).layers if layer.copied} == {"l.relu": 16, "r.relu": 16}


# ------------------------------------------------------------------------------------------ something is wrong


def test_a_wrong_shape_is_caught_and_where_torch_stops_is_said(monkeypatch: pytest.MonkeyPatch, _no_memo: None) -> None:
    right = MaxPool.rule
    monkeypatch.setattr(MaxPool, "rule", lambda self, s, x: right(self, s, x).like((4, 5, 5)))
    problems = checked().problems
    assert problems[:2] == ["pool: output: archcalc 4x5x5, torch 4x4x4", "pool: activation bytes: archcalc 400, torch 256"]
    assert problems[-1].startswith("fc: torch refuses: ")


def test_a_module_that_cannot_be_built_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conv, "torch", lambda self, t, x: t.nn.Conv2d(x[0], self.out, 3, groups=100))
    assert checked().problems == ["torch cannot build it: in_channels must be divisible by groups"]


def test_values_that_are_not_finite_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.torch

    def broken(self: Any, t: Any, x: Any) -> Any:
        module = right(self, t, x)
        module.weight.data.fill_(float("inf"))
        return module

    monkeypatch.setattr(Conv, "torch", broken)
    problems = checked(device="cpu").problems
    assert problems[0] == "first: not all values are finite" and len(problems) > 3


def test_a_parameter_that_nothing_learns_by_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchNorm, "torch", lambda self, t, x: t.nn.Sequential(t.nn.BatchNorm2d(x[0]).requires_grad_(False)))
    assert checked(device="cpu", train=True).problems[-2:] == ["bn.0.weight gets no gradient", "bn.0.bias gets no gradient"]


# ------------------------------------------------------------------------------------------ memory, devices, arguments


def test_more_memory_than_there_is_is_said_and_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "free_memory", lambda: 1000)
    result = checked(device="cpu")
    assert result.not_run == "it needs about 0.0 GB of memory, and 0.0 GB are free"
    assert not result.equal and result.problems == [] and result.run is None and result.totals["macs"].equal


def test_a_cpu_that_nobody_named_is_spared_what_takes_very_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_MACS", 1000)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    asked, unasked = (checked(device=device) for device in ("cpu", "auto"))
    assert asked.run is not None and asked.left_out == ""
    assert unasked.run is None and unasked.equal and unasked.totals["macs"].equal
    said = verdict([unasked])
    assert "only counted: " in said[0] and "--device cpu" in said[0] and "no difference" in said[1]


@pytest.mark.parametrize("error", [torch.cuda.OutOfMemoryError("CUDA out of memory. Tried"), MemoryError("no more")])
def test_running_out_of_memory_is_a_finding(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def full(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(verify, "look", full)
    result = checked(device="cpu")
    assert result.not_run == f"out of memory: {error}" and not result.equal


def test_free_memory_is_known_here() -> None:
    free = devices.free_memory()
    assert free is None or free > 0


def test_the_machine_is_described() -> None:
    facts = archcalc.machine("cpu")
    assert facts["device"] == "cpu" and facts["torch"] == torch.__version__ and facts["threads"] >= 1


@pytest.mark.parametrize(
    "how",
    [
        {"device": "gpu"}, {"device": "cuda"}, {"batch": 0}, {"batch": "N"}, {"batch": 1.5}, {"dtype": "fp8"}, {"repeats": -1},
        {"input": "3xHx8"}, {"set": {"x": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_arguments_that_make_no_sense(how: dict[str, Any]) -> None:
    if how == {"device": "cuda"} and torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(archcalc.SpecError):
        checked(**how)


def test_a_batch_that_no_memory_holds_is_counted_all_the_same() -> None:
    assert checked(batch=10**9).equal
    assert checked(batch=10**18).problems  # more bytes than torch can say


def test_what_was_found_is_kept_when_training_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A norm over a single value cannot train; that values were not finite is said all the same."""
    right = Conv.torch

    def broken(self: Any, t: Any, x: Any) -> Any:
        module = right(self, t, x)
        module.weight.data.fill_(float("nan"))
        return module

    monkeypatch.setattr(Conv, "torch", broken)
    problems = checked("input: [1, 2, 2]\nlayers: [conv: {out: 2, kernel: 2}, bn]\n", device="cpu", train=True).problems
    assert problems[0] == "conv: not all values are finite"
    assert problems[-1].startswith("torch cannot run it on cpu in fp32: ") and problems[-1].endswith("; a larger batch helps")


def test_random_numbers_of_the_caller_stay_as_they_were() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    checked(device="cpu", train=True, repeats=1)
    assert torch.equal(torch.rand(2), expected)


def test_a_layer_that_gives_more_than_it_should_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Split, "forward", lambda self, t, module, x: x.chunk(3, -1))
    problems = checked("input: [6]\nlayers: [linear: 6, split: 2, mul]\n").problems
    assert problems == ["split: torch refuses: it gives 3 tensors, where archcalc has 2"]


def test_a_backward_pass_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            raise AssertionError("no way back")

    monkeypatch.setattr(BatchNorm, "torch", lambda self, t, x: {})
    monkeypatch.setattr(BatchNorm, "forward", lambda self, t, module, x: Broken.apply(x))
    assert "torch refuses the backward pass: no way back" in checked(train=True).problems


def test_whatever_goes_wrong_in_one_network_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("surprise")

    monkeypatch.setattr(verify, "compare", broken)
    assert checked().problems == ["counting failed: KeyError: 'surprise'"]
