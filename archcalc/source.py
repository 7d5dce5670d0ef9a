"""YAML text to nodes with places. The only importer of yaml.

yaml's own loaders drop duplicate keys, read `no` as False, `010` as 8, `12:30` as 750 and `1e-5` as a string, all silently.
So only its parser is used: every scalar stays text, and what it means is decided by whoever expects it. Events are read one
at a time, so that nesting and size are checked before anything grows.
"""

from __future__ import annotations

import os
import re
from typing import Any

import yaml

from archcalc.errors import Place, SpecError
from archcalc.limits import limits


class Node:
    """A value of the source: `Scalar`, `Sequence` or `Mapping`, with its line, column and length (from 0)."""

    __slots__ = ("column", "length", "line", "source")
    what = "a value"

    def __init__(self, source: Source, line: int, column: int, length: int) -> None:
        self.source, self.line, self.column, self.length = source, line, column, length

    @property
    def place(self) -> Place:
        """Where it stands, for people."""
        return self.span(0, self.length)

    def span(self, offset: int, length: int) -> Place:
        """A part of it: `length` characters from `offset`."""
        return Place(self.source.name, self.source.text, self.line + 1, self.column + 1 + offset, length)


class Scalar(Node):
    """One word, number, formula or text; `quoted` if it stood in quotes or as a block of text."""

    __slots__ = ("quoted", "text")
    what = "a single value"

    def __init__(self, source: Source, line: int, column: int, length: int, text: str, quoted: bool = False) -> None:
        # Not through the base class: half of the time to read a spec goes into making these.
        self.source, self.line, self.column, self.length = source, line, column, length
        self.text, self.quoted = text, quoted


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)
    what = "a list"

    def __init__(self, source: Source, line: int, column: int, length: int) -> None:
        super().__init__(source, line, column, length)
        self.items: list[Node] = []


class Mapping(Node):
    """Keys with values, in the order in which they stand."""

    __slots__ = ("keys", "pairs")
    what = "a mapping of keys to values"

    def __init__(self, source: Source, line: int, column: int, length: int) -> None:
        super().__init__(source, line, column, length)
        self.pairs: dict[str, Node] = {}
        self.keys: dict[str, Scalar] = {}


class Source:
    """The text of a spec and the name under which messages mention it."""

    __slots__ = ("name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def place(self, line: int = 1, column: int = 1, length: int = 1) -> Place:
        """A stretch of a line, counted from 1."""
        return Place(self.name, self.text, line, column, length)


def read_file(path: str | os.PathLike[str], name: str = "") -> Source:
    """The text of a file. Raises SpecError where it cannot be read or is not plain UTF-8 text."""
    nowhere = Place(str(path), "", 1, 1)
    try:
        with open(path, "rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except IsADirectoryError:
        raise SpecError("no-such-file", f"{path} is a directory", nowhere, "name a .yaml file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError("no-such-file", f"cannot read {path}: {reason}", nowhere) from None
    if len(data) > limits.file_bytes:
        raise SpecError("too-large", f"{path} is larger than {limits.file_bytes:,} bytes, the limit for a spec", nowhere)
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        message = f"{path} begins with a byte-order mark"
        raise SpecError("not-text", message, nowhere, "save it as UTF-8 without a byte-order mark (BOM)")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"{path} is not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise SpecError("not-text", message, Place(str(path), "", line, column), "save it as UTF-8") from None
    return Source(name or os.fspath(path), text)


# What neither text nor YAML may hold; among the rest are surrogates, which no UTF-8 file has but a Python text may.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def parse(source: Source) -> Node:
    """The root node of a source. Raises SpecError for what is not plain YAML, or passes a limit."""
    if len(source.text) > limits.file_bytes:
        raise SpecError("too-large", f"{source.name} is longer than {limits.file_bytes:,} characters", source.place())
    if source.text.startswith("\ufeff"):
        raise SpecError("not-text", f"{source.name} begins with a byte-order mark", source.place())
    _refuse_control_characters(source)
    try:
        return _Parser(source).document()
    except yaml.YAMLError as error:
        raise _yaml_mistake(source, error) from None


def _refuse_control_characters(source: Source) -> None:
    found = _CONTROL.search(source.text)
    if found is None:
        return
    lines = source.text[: found.start()].splitlines() or [""]
    column = len(lines[-1]) + 1
    message = f"a control character (0x{ord(found.group()):02x}) in the text: this looks like a binary file"
    raise SpecError("not-text", message, source.place(len(lines), column))


def _yaml_mistake(source: Source, error: Any) -> SpecError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or error).split("\n")[0]
    too_deep = "maximum nesting depth" in problem  # newer C parsers stop by themselves, at a thousand levels
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = source.text.splitlines()
    if line > len(lines):  # the text ends too early: the last line says more than the one behind it
        line, column = max(1, len(lines)), len(lines[-1]) + 1 if lines else 1
    if too_deep:
        return SpecError("too-large", f"nested more than {limits.nesting} levels deep", source.place(line, column))
    shown = lines[line - 1] if lines else ""
    hint = ""
    if "\t" in shown[: column + 1] or "'\\t'" in problem:
        hint = "YAML is indented with spaces, never with tabs"
    elif "expected ',' or '}'" in problem or "expected ',' or ']'" in problem:
        hint = "a bracket is open; and inside { } a formula with a comma or brackets needs quotes around it"
    elif "mapping values are not allowed" in problem:
        hint = "a key and its value stand on a line of their own, or inside { }; a text with ': ' in it needs quotes"
    return SpecError("bad-yaml", f"not YAML: {problem}", source.place(line, column), hint)


class _Parser:
    """Turns yaml's events into nodes, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser where PyYAML was built with it
        self.loader: Any = loader(source.text)
        self.count = 0

    def document(self) -> Node:
        root: Node | None = None
        stack: list[Sequence | Mapping] = []
        key: list[Scalar | None] = []  # the key that waits for its value, for each open mapping
        documents = 0
        next_event, make, scalar = self.loader.get_event, self.node, yaml.ScalarEvent  # looked up once: most time goes here
        while True:
            event = next_event()
            kind = type(event)
            if kind is scalar or kind is yaml.SequenceStartEvent or kind is yaml.MappingStartEvent:
                node = make(event, kind)
                if not stack:
                    root = node
                elif type(top := stack[-1]) is Sequence:
                    top.items.append(node)
                else:
                    self.into_mapping(top, key, node)  # type: ignore[arg-type]
                if kind is not scalar:
                    stack.append(node)  # type: ignore[arg-type]
                    key.append(None)
                    if len(stack) > limits.nesting:
                        raise SpecError("too-large", f"nested more than {limits.nesting} levels deep", node.place)
            elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
                stack.pop()
                key.pop()
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1 or event.tags:
                    raise self.refuse(event, "one document in a file" if documents > 1 else "no %TAG directives")
            elif kind is yaml.AliasEvent:
                raise self.refuse(event, "no aliases (*name): write the value again, or make it a parameter or a block")
            elif kind is yaml.StreamEndEvent:
                break
        if root is None or (isinstance(root, Scalar) and not root.text and not root.quoted):
            raise SpecError("empty-spec", f"{self.source.name} is empty", self.source.place(), "see docs/tutorial.md")
        return root

    def refuse(self, event: Any, rule: str) -> SpecError:
        mark = event.start_mark
        place = self.source.place(mark.line + 1, mark.column + 1)
        return SpecError("not-plain-yaml", f"a spec is plain YAML: {rule}", place)

    def node(self, event: Any, kind: type) -> Node:
        self.count += 1
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        if event.anchor is not None:
            raise self.refuse(event, "no anchors (&name): make it a parameter or a block")
        if event.tag is not None:
            raise self.refuse(event, "no tags (!name)")
        if self.count > limits.nodes:
            place = self.source.place(line + 1, column + 1)
            raise SpecError("too-large", f"more than {limits.nodes:,} values in a spec", place)
        length = end.column - column if end.line == line else 1
        if kind is yaml.ScalarEvent:
            return Scalar(self.source, line, column, length, event.value, event.style not in (None, ""))
        if kind is yaml.SequenceStartEvent:
            return Sequence(self.source, line, column, length)
        return Mapping(self.source, line, column, length)

    def into_mapping(self, mapping: Mapping, keys: list[Scalar | None], node: Node) -> None:
        key = keys[-1]
        if key is not None:
            mapping.pairs[key.text] = node
            keys[-1] = None
            return
        if not isinstance(node, Scalar):
            raise SpecError("bad-yaml", f"{node.what} cannot be a key", node.place, "put quotes around a text with brackets")
        if node.text in mapping.keys:
            first = mapping.keys[node.text]
            message = f"the key '{node.text[:80]}' stands here twice; first on line {first.line + 1}"
            raise SpecError("duplicate-key", message, node.place)
        if node.text == "<<" and not node.quoted:
            raise SpecError("not-plain-yaml", "a spec is plain YAML: no merge keys (<<)", node.place)
        mapping.keys[node.text] = node
        keys[-1] = node
