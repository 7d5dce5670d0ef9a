"""Whatever a program hands to the library: a report, or a SpecError that says what was wrong."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import archcalc

ODD: list[Any] = [
    None, True, 0, -1, 3, 2.5, float("nan"), float("inf"), 10**5000, "", "a", "3xa", "\0", b"3", bytearray(b"abc"), (), [],
    [None],
    (3, 224, 224), [3, "s", "s"], {}, {"a": 1}, {1: 2}, {"classes": object()}, {"classes": None}, set(), object(), Decimal(3),
    3 + 0j, Path("."), range(3), iter([3, 8, 8]), lambda: 0,
]  # fmt: skip
ARGUMENTS = ("model", "input", "batch", "set", "symbols", "dtype", "strict")


@pytest.mark.parametrize(
    ("name", "value"), list(itertools.product(ARGUMENTS, ODD)), ids=lambda value: str(type(value).__name__)
)
def test_odd_arguments_give_a_report_or_a_spec_error(name: str, value: Any) -> None:
    given: dict[str, Any] = {"model": "lenet5", name: value}
    try:
        report = archcalc.analyze(**given)
    except archcalc.SpecError as error:
        assert str(error).startswith("error[")
    else:
        assert report.totals.params == 61_706 or name in ("set", "symbols", "input")
        assert report.totals.macs


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_odd_specs_and_names(value: Any) -> None:
    report = archcalc.analyze("lenet5")
    for call in (archcalc.load, archcalc.load_text, report.layer, report.find):
        with pytest.raises(archcalc.SpecError):
            call(value)
    with pytest.raises(archcalc.SpecError):
        archcalc.load_text("input: [3, 8, 8]\nlayers: [relu]", "net.yaml", value if value else "b")


class WholeNumber:
    """As numpy's integers are: whole, without being int."""

    def __index__(self) -> int:
        return 224


def test_whole_numbers_of_any_kind_and_own_shapes_are_taken() -> None:
    report = archcalc.analyze("resnet18", input=(3, WholeNumber(), WholeNumber()), batch=WholeNumber())
    assert report.totals.macs == 224 * 1_814_073_344
    again = archcalc.analyze("resnet18", input=report.input_shapes)
    assert again.totals.macs == 1_814_073_344
    assert archcalc.analyze("lenet5", dtype="FP16").totals.param_bytes == 2 * 61_706


def test_a_flag_is_true_or_false() -> None:
    for value in (3, "3", "[1]", [1], 0):
        with pytest.raises(archcalc.SpecError, match="true or false"):
            archcalc.analyze("resnet50", set={"v1": value})
    with pytest.raises(archcalc.SpecError, match="true or false"):
        archcalc.analyze("resnet50", symbols=["v1"])
    with pytest.raises(archcalc.SpecError, match="at once"):
        archcalc.analyze("resnet50", symbols=["classes"], set={"classes": 10})


def test_an_input_given_channels_last_is_noted() -> None:
    assert "did you mean 3x224x224?" in archcalc.analyze("resnet50", input="224x224x3").notes[0]
    assert not archcalc.analyze("resnet50", input="3x320x256").notes


def test_a_symbol_may_stand_in_a_list() -> None:
    spec = "params: {w: [4, 8]}\ninput: [3, 8, 8]\nlayers:\n  - for: {o: w}\n    conv: {out: o, kernel: 1}\n"
    symbol = archcalc.analyze("lenet5", batch="n").algebra.symbol("s")
    report = archcalc.analyze(archcalc.load_text(spec), set={"w": [symbol, 8]})
    assert report.evaluate(report.totals.params, s=4) == archcalc.analyze(archcalc.load_text(spec)).totals.params
