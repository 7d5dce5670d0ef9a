"""Markdown as pieces: prose, fenced blocks, and generated parts between markers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FILE = re.compile(r"# ([\w/-]+\.(?:yaml|py))$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line of the document on which it begins."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str:
        """The file that the block shows, if its first line is a comment with just a name; else empty."""
        found = _FILE.match(self.text)
        return found.group(1) if found else ""


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in _FENCE.finditer(text)]


def with_blocks(text: str, renewed: Callable[[Block], str]) -> str:
    """The document with each block's text replaced by what `renewed` makes of it."""

    def replace(found: re.Match[str]) -> str:
        block = Block(found[1], found[2], text.count("\n", 0, found.start()) + 1)
        return f"```{block.language}\n{renewed(block)}```"

    return _FENCE.sub(replace, text)


def with_parts(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The document with what stands between `<!-- generated: NAME -->` and `<!-- end -->` replaced. KeyError: no such part."""
    return _PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]().strip()}\n\n{found[3]}", text)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table. A `|` in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
