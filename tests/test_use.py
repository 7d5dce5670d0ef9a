"""Blocks of other specs: those that come with archcalc, and files beside the spec that uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

import archcalc
from archcalc.errors import SpecError, render

BODY = "input: [16, 8, 8]\nlayers: [b]\n"


def write(folder: Path, **texts: str) -> str:
    """Files in a folder; the path of the first."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(folder / f"{next(iter(texts))}.yaml")


def mistake(path: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        archcalc.analyze(path)
    render(caught.value)
    return caught.value


def test_a_block_of_the_zoo() -> None:
    text = "use: {conv_bn: resnet}\ninput: [3, 8, 8]\nlayers: [conv_bn: {out: 4, kernel: 3}]\n"
    report = archcalc.analyze(archcalc.load_text(text))
    assert [(layer.name, layer.params) for layer in report.layers[1:]] == [("conv_bn.conv", 108), ("conv_bn.bn", 8)]
    assert str(report.layers[1].place).startswith("resnet.yaml:")


def test_a_block_of_a_file_beside_it_brings_what_it_calls(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        net=f"use: {{b: blocks.yaml}}\n{BODY}",
        blocks="use: {last: more.yaml}\nblocks:\n  b: {layers: [inner: 4, last]}\n"
        "  inner: {args: [out], layers: [conv: {out: out, kernel: 1}]}\n",
        more="params: {p: 3}\nblocks:\n  last: {layers: [bn]}\n  other: {layers: [conv: {out: p, kernel: 1}]}\n",
    )
    assert [layer.name for layer in archcalc.analyze(path).layers] == ["input", "b.inner.conv", "b.last.bn"]


def test_specs_that_use_each_other(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        net=f"use: {{b: other.yaml}}\n{BODY}",
        other="use: {c: net.yaml}\nblocks:\n  b: {layers: [c]}\n",
    )
    assert mistake(path).code == "recursion"


def test_a_long_chain_of_specs(tmp_path: Path) -> None:
    texts = {f"n{i}": f"use: {{b: n{i + 1}.yaml}}\n{BODY}" for i in range(100)}
    assert mistake(write(tmp_path, **texts)).code == "too-large"


def test_a_mistake_in_the_other_file_is_shown_there(tmp_path: Path) -> None:
    path = write(tmp_path, net=f"use: {{b: other.yaml}}\n{BODY}", other="blocks:\n  b:\n    layers: [conv: {oat: 3}]\n")
    error = mistake(path)
    assert (error.code, error.place and Path(error.place.name).name) == ("unknown-key", "other.yaml")
    assert "which" in error.trail[0] and "net.yaml" in error.trail[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert mistake(write(tmp_path, net=f"use: {{b: gone.yaml}}\n{BODY}")).code == "no-such-file"


def test_a_block_that_needs_a_parameter_says_which(tmp_path: Path) -> None:
    path = write(tmp_path, net=f"use: {{b: other.yaml}}\n{BODY}", other="params: {p: 3}\nblocks: {b: {layers: [linear: p]}}\n")
    error = mistake(path)
    assert error.code == "unknown-name"
    assert "'p'" in error.message
    assert "parameters" in error.hint
