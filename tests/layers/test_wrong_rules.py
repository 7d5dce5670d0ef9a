"""A rule, or a module, that is wrong does not go unnoticed: verifying names the layer and the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import archcalc
from archcalc import build
from archcalc.layers.base import KINDS, Layer, Work, Worksheet
from archcalc.shapes import Shape

torch = pytest.importorskip("torch")

SPEC = """
input: [3, 12, 12]
layers:
  - {conv: {out: 4, kernel: 3}, name: first}
  - {bn: , name: norm}
  - {relu: , name: act}
  - {conv: {out: 6, kernel: 3, groups: 2}, name: second}
  - {softmax: , name: shares}
  - {avgpool: {kernel: 3, pad: same}, name: mean}
  - {maxpool: 2, name: last}
"""

Wrong = Callable[[Any, Worksheet, Shape], Shape]


@pytest.fixture(autouse=True)
def _worked_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers that other tests worked out are not served to these, nor what these work out to others."""
    monkeypatch.setattr(build, "_WORKED", {})


def verified() -> Any:
    return archcalc.verify(archcalc.load_text(SPEC), device="meta", train=True, batch=2)


def differing(result: Any) -> dict[str, list[str]]:
    """The layers of which figures differ, with the names of these figures."""
    return {layer.name: layer.differences for layer in result.layers if layer.differences}


def also(write: str, *arguments: str, out: int | None = None) -> Callable[[Any], Wrong]:
    """A rule that writes one thing more than it should; with `out` only for so many filters."""

    def wrong(rule: Any) -> Wrong:
        def with_more(self: Any, s: Worksheet, x: Shape) -> Shape:
            shape: Shape = rule(self, s, x)
            if out is None or self.out == out:
                getattr(s, write)(*arguments)
            return shape

        return with_more

    return wrong


def one_more_column(rule: Any) -> Wrong:
    """A rule that gives its output a column too many."""

    def wider(self: Any, s: Worksheet, x: Shape) -> Shape:
        *front, width = rule(self, s, x)
        return x.like((*front, width + 1))

    return wider


RULES = [
    ("conv", also("macs", "1", out=4), "first", ["macs", "backward_macs"], "macs: archcalc 21,602, torch 21,600"),
    ("conv", also("macs", "H_out*W_out*K", out=6), "second", ["macs", "backward_macs"], "macs: archcalc 14,592, torch 13,824"),
    ("conv", also("param", "shift", "K", out=6), "second", ["params"], "params: archcalc 120, torch 114"),
    ("bn", also("param", "slope", "1"), "norm", ["params"], "params: archcalc 9, torch 8"),
    ("bn", also("buffer", "steps", "1"), "norm", ["buffers"], "buffers: archcalc 10, torch 9"),
    ("softmax", also("macs", "C*C*H*W"), "shares", ["macs", "backward_macs"], "macs: archcalc 4,608, torch 0"),
    ("maxpool", one_more_column, "last", ["output", "activation_bytes"], "output: archcalc 6x1x2, torch 6x1x1"),
]


@pytest.mark.parametrize(("kind", "wrong", "layer", "figures", "problem"), RULES, ids=[f"{row[2]}: {row[-1]}" for row in RULES])
def test_a_wrong_rule_is_named(
    kind: str, wrong: Any, layer: str, figures: list[str], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KINDS[kind], "rule", wrong(KINDS[kind].rule))
    result = verified()
    assert differing(result) == {layer: figures}
    assert result.problems[0] == f"{layer}: {problem}"
    assert len(result.problems) == len(figures)
    assert not result.equal


def test_a_layer_that_is_said_to_work_in_place_and_does_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KINDS["softmax"], "in_place", True)
    result = verified()
    assert result.problems == [f"shares: activation bytes: archcalc 0, torch {2 * 6 * 8 * 8 * 4:,}"]
    assert not result.equal


def test_a_gradient_that_nothing_wants_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing before the first convolution learns, so that the gradient of its input is left out."""
    monkeypatch.setattr(Work, "backward_macs", lambda work, input_learns: 2 * work.macs)
    result = verified()
    assert result.problems == ["first: backward macs: archcalc 43,200, torch 21,600"]
    assert not result.equal


# ------------------------------------------------------------------------------------------ modules


MODULES = [
    ("bn", lambda layer, t, x: t.nn.BatchNorm2d(x[-3], affine=False), "norm: params: archcalc 8, torch 0"),
    ("bn", lambda layer, t, x: t.nn.BatchNorm2d(x[-3], track_running_stats=False), "norm: buffers: archcalc 9, torch 0"),
    (
        "bn",
        lambda layer, t, x: t.nn.BatchNorm2d(x[-3] + 1),
        "norm: torch refuses: running_mean should contain 4 elements not 5",
    ),
    ("relu", lambda layer, t, x: t.nn.Linear(x[-1], x[-1], bias=False), "act: params: archcalc 0, torch 100"),
    ("maxpool", lambda layer, t, x: t.nn.MaxPool2d(2, stride=1), "last: output: archcalc 6x1x1, torch 6x2x2"),
]


@pytest.mark.parametrize(("kind", "module", "problem"), MODULES, ids=[row[-1] for row in MODULES])
def test_a_wrong_module_is_named(kind: str, module: Any, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KINDS[kind], "torch", module)
    result = verified()
    assert problem in result.problems
    assert not result.equal


def test_an_operator_of_which_nobody_knows_what_it_multiplies_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(layer: Layer, t: Any, module: Any, x: Any) -> Any:
        return x.cumsum(-1)

    monkeypatch.setattr(KINDS["softmax"], "torch", Layer.torch)
    monkeypatch.setattr(KINDS["softmax"], "forward", forward)
    result = verified()
    assert any(problem.startswith("aten.cumsum") for problem in result.problems)
    assert not result.equal


def test_without_a_mistake_all_is_equal_and_wrong_rules_leave_nothing_behind() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_WORKED", {})
        patch.setattr(KINDS["bn"], "rule", also("buffer", "steps", "1")(KINDS["bn"].rule))
        assert not verified().equal
    assert verified().problems == []
    assert verified().equal
