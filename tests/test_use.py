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


def test_a_file_may_be_called_like_the_spec_that_it_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, resnet="use: {conv_bn: resnet}\ninput: [3, 8, 8]\nlayers: [conv_bn: {out: 4, kernel: 3}]\n")
    monkeypatch.chdir(tmp_path)
    assert [layer.params for layer in archcalc.analyze("resnet.yaml").layers] == [0, 108, 8]


WORDS = (
    "blocks:\n  b: {args: [unit=deep], layers: [$unit]}\n"
    "  deep: {args: [inner=last], layers: [$inner]}\n  last: {layers: [conv: {out: 9, kernel: 1}]}\n  other: {layers: [bn]}\n"
)


def test_words_stand_for_blocks_of_their_own_spec(tmp_path: Path) -> None:
    """Those that a block mentions come with it; a block that does not come is unknown, and never just empty."""
    report = archcalc.analyze(write(tmp_path, net=f"use: {{b: words.yaml}}\n{BODY}", words=WORDS))
    assert [(layer.name, layer.params) for layer in report.layers[1:]] == [("b.unit.inner.conv", 16 * 9 + 9)]
    given = "input: [16, 8, 8]\nblocks: {other: {layers: [relu]}}\nlayers: [b: other]\n"
    assert mistake(write(tmp_path, net=f"use: {{b: words.yaml}}\n{given}", words=WORDS)).code == "unknown-kind"


def test_only_what_is_used_must_do_without_parameters(tmp_path: Path) -> None:
    blocks = (
        "params: {width: 3}\nblocks:\n  b: {doc: not like c, layers: [bn]}\n"
        "  c: {args: [out=width], layers: [conv: {out: out, kernel: 1}]}\n"
    )
    assert archcalc.analyze(write(tmp_path, net=f"use: {{b: other.yaml}}\n{BODY}", other=blocks)).totals.params == 32
    error = mistake(write(tmp_path, net="use: {c: other.yaml}\ninput: [3, 8, 8]\nlayers: [c]\n", other=blocks))
    assert (error.code, "'width'" in error.message) == ("unknown-name", True)


def test_files_that_use_two_blocks_of_the_next_are_read_once_each(tmp_path: Path) -> None:
    """Else each file would double the work."""
    blocks = {i: f"blocks:\n  a{i}: {{layers: [relu]}}\n  b{i}: {{layers: [bn]}}\n" for i in range(31)}
    texts = {f"n{i}": f"use: {{a{i + 1}: n{i + 1}.yaml, b{i + 1}: n{i + 1}.yaml}}\n{blocks[i]}" for i in range(30)}
    path = write(
        tmp_path, net="use: {a0: n0.yaml, b0: n0.yaml}\ninput: [16, 8, 8]\nlayers: [a0, b0]\n", n30=blocks[30], **texts
    )
    assert [layer.kind for layer in archcalc.analyze(path).layers] == ["input", "relu", "bn"]


def test_one_mistake_in_another_file_is_reported_once(tmp_path: Path) -> None:
    net = "use: {b: other.yaml, c: other.yaml}\ninput: [16, 8, 8]\nlayers: [b: 3, b: {out: 4}, c]\n"
    error = mistake(write(tmp_path, net=net, other="blocks:\n  b: {args: [out], layers: [c: out]}\n  c: {layers: [conv: 3]}\n"))
    assert [each.code for each in (error, *error.also)] == ["unknown-key", "missing-key"]
    assert mistake(write(tmp_path, net=net, other="blocks: [")).also == []


def test_a_slip_of_the_pen_is_not_taken_for_a_parameter(tmp_path: Path) -> None:
    other = "params: {p: 3}\nblocks: {b: {args: [width], layers: [linear: widht]}}\n"
    error = mistake(write(tmp_path, net=f"use: {{b: other.yaml}}\n{BODY}", other=other))
    assert (error.place and Path(error.place.name).name, error.hint) == ("other.yaml", "did you mean 'width'?")


def test_a_file_that_cannot_be_read_says_who_uses_it(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    error = mistake(write(tmp_path, net=f"use: {{b: folder.yaml}}\n{BODY}"))
    assert (error.code, len(error.trail)) == ("no-such-file", 1)
