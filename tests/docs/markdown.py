"""Markdown as pieces: prose, fenced blocks, and generated parts between markers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_FENCE = re.compile(r"^(?:<!-- error: ([\w-]+) -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FILE = re.compile(r"# ([\w/-]+\.(?:yaml|py|txt))$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block. `error` is the code of the mistake that it is there to show: `<!-- error: CODE -->` stands above it."""

    language: str
    text: str
    line: int  # of the document, on which it begins
    error: str

    @property
    def file(self) -> str:
        """The file that the block shows, if its first line is a comment with just a name; else empty."""
        found = _FILE.match(self.text)
        return found.group(1) if found else ""


def _block(found: re.Match[str]) -> Block:
    line = found.string.count("\n", 0, found.start()) + 1
    return Block(found[2], found[3], line + bool(found[1]), found[1] or "")


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [_block(found) for found in _FENCE.finditer(text)]


def with_blocks(text: str, renewed: Callable[[Block], str]) -> str:
    """The document with each block's text replaced by what `renewed` makes of it."""

    def replace(found: re.Match[str]) -> str:
        head = found[0][: found.start(3) - found.start()]
        return f"{head}{renewed(_block(found))}```"

    return _FENCE.sub(replace, text)


def with_parts(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The document with what stands between `<!-- generated: NAME -->` and `<!-- end -->` replaced. KeyError: no such part."""
    return _PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]().strip()}\n\n{found[3]}", text)


def escaped(text: str) -> str:
    """Text in which nothing is markup."""
    return re.sub(r"([*_`\[\]<>])", r"\\\1", text)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table. A `|` in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
