"""YAML text to nodes: what scalars stay, and where everything stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archcalc import source as source_module
from archcalc.errors import Place, SpecError
from archcalc.limits import limits
from archcalc.source import Mapping, Node, Scalar, Sequence, Source, parse, read_file


def plain(node: Node) -> Any:
    """A node as Python data, all scalars as text."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.pairs.items()}
    if isinstance(node, Sequence):
        return [plain(value) for value in node.items]
    assert isinstance(node, Scalar)
    return node.text


def read(text: str) -> Node:
    return parse(Source("net.yaml", text))


def marked(node: Node) -> str:
    """The stretch of source that a node says it is."""
    place = node.place
    return place.source_line()[place.column - 1 : place.column - 1 + place.length]


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "null", "~", "010", "0x1f", "12:30", "1e-5", "1_000", "2001-01-01", "true", "=", ".5"]
)
def test_scalars_stay_text(word: str) -> None:
    assert plain(read(f"[{word}, {{a: {word}}}]")) == [word, {"a": word}]


def test_structure() -> None:
    text = "a: [1, {b: 2}]\nc:\n  - d: 'x y'\n    e: >\n      folded\n      text\n  -\nf:\n"
    assert plain(read(text)) == {"a": ["1", {"b": "2"}], "c": [{"d": "x y", "e": "folded text\n"}, ""], "f": ""}


def test_order_of_keys_is_kept() -> None:
    found = read("z: 1\na: 2\nm: 3\n")
    assert isinstance(found, Mapping)
    assert list(found.pairs) == ["z", "a", "m"] == list(found.keys)


def test_places() -> None:
    root = read("name: net\nlayers:\n  - conv: {out: 64, 'kernel': \"3\"}\n")
    assert isinstance(root, Mapping)
    assert str(root.keys["layers"].place) == "net.yaml:2:1"
    assert marked(root.keys["layers"]) == "layers"
    layers = root.pairs["layers"]
    assert isinstance(layers, Sequence)
    conv = layers.items[0]
    assert isinstance(conv, Mapping)
    assert str(conv.keys["conv"].place) == "net.yaml:3:5"
    args = conv.pairs["conv"]
    assert isinstance(args, Mapping)
    assert marked(args.pairs["out"]) == "64"
    assert marked(args.keys["kernel"]) == "'kernel'"
    kernel = args.pairs["kernel"]
    assert isinstance(kernel, Scalar)
    assert kernel.quoted
    assert marked(kernel) == '"3"'


def test_part_of_a_scalar() -> None:
    root = read("a: one + two\n")
    assert isinstance(root, Mapping)
    place = root.pairs["a"].span(6, 3)
    assert (place.line, place.column, place.length) == (1, 10, 3)


def test_places_count_characters_not_bytes() -> None:
    root = read("é: ü + 日本\nb: c\n")
    assert isinstance(root, Mapping)
    assert marked(root.pairs["é"]) == "ü + 日本"
    assert str(root.pairs["b"].place) == "net.yaml:2:4"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_every_line_end_that_yaml_knows(end: str) -> None:
    root = read(end.join(["a: 1", "b: 2", ""]))
    assert isinstance(root, Mapping)
    assert marked(root.pairs["b"]) == "2"
    assert root.pairs["b"].place.line == 2


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty-spec", "1:1"),
        ("a: 1\na: 2\n", "duplicate-key", "2:1"),
        ("a: {b: 1, b: 2}", "duplicate-key", "1:11"),
        ("a: &x 1\n", "not-plain-yaml", "1:4"),
        ("a: *x\n", "not-plain-yaml", "1:4"),
        ("a: !x 1\n", "not-plain-yaml", "1:4"),
        ("a: ! 1\n", "not-plain-yaml", "1:4"),
        ("a: !!str 1\n", "not-plain-yaml", "1:4"),
        ("<<: {a: 1}\n", "not-plain-yaml", "1:1"),
        ("a: 1\n---\nb: 2\n", "not-plain-yaml", "2:1"),
        ("[a]: 1\n", "bad-yaml", "1:1"),
        ("a: b: c\n", "bad-yaml", "1:5"),
        ("a:\n\t- b\n", "bad-yaml", "2:1"),
        ("a: 'b\n", "bad-yaml", "1:6"),
        ("a: [b\n", "bad-yaml", "1:6"),
        ("a: \x07\n", "not-text", "1:4"),
        ("ok: 1\n\n  b: \x00\n", "not-text", "3:6"),
        ("[" * 65, "too-large", "1:65"),
    ],
)
def test_refused(text: str, code: str, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    assert (caught.value.code, str(caught.value.place)) == (code, f"net.yaml:{place}")


def test_a_quoted_merge_key_is_a_key() -> None:
    assert plain(read("'<<': 1")) == {"<<": "1"}


def test_limits_are_those_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "nodes", 3)
    assert plain(read("[a, b]")) == ["a", "b"]
    with pytest.raises(SpecError, match="more than 3 values"):
        read("[a, b, c]")
    monkeypatch.setattr(limits, "file_bytes", 5)
    with pytest.raises(SpecError, match="longer than 5 characters"):
        read("[a, b]")


def test_without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [1, {b: 'c d'}]\nlayers:\n  - x: 1\n    y: |\n      z\n"
    with_c = read(text)
    monkeypatch.delattr(source_module.yaml, "CBaseLoader", raising=False)
    without = read(text)
    assert plain(without) == plain(with_c)
    assert isinstance(with_c, Mapping)
    assert isinstance(without, Mapping)
    assert str(without.pairs["layers"].place) == str(with_c.pairs["layers"].place)
    with pytest.raises(SpecError, match="not YAML"):
        read("a: [")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes("a: é\r\n".encode())
    found = read_file(path)
    assert found.name == str(path)  # as given, so that an editor or a CI log can jump there
    assert read_file(path, "net.yaml").name == "net.yaml"
    assert plain(parse(found)) == {"a": "é"}
    with pytest.raises(SpecError) as caught:
        read_file(tmp_path)
    assert caught.value.code == "no-such-file"
    assert "is a directory" in caught.value.message
    path.write_bytes(b"ok\nab\xffcd")
    with pytest.raises(SpecError) as caught:
        read_file(path)
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (2, 3)


def test_a_place_without_its_line() -> None:
    assert Place("a", "", 3, 1).source_line() == ""
    assert str(Place("a", "x", 1, 1, 0)) == "a:1:1"
