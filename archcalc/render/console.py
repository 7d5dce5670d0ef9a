"""Where text goes: a terminal of some width, or a pipe."""

from __future__ import annotations

import os
import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.box import Box

NARROWEST = 20


def terminal_width() -> int:
    """Columns to write for: COLUMNS, else the terminal's, else 80. (shutil has this too, but loads three compressors.)"""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit() and int(stated[:6]) > 0:
        return max(NARROWEST, int(stated[:6]))
    try:
        return max(NARROWEST, os.get_terminal_size(sys.__stdout__.fileno()).columns or 80)  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def rendered(*renderables: Any, width: int | None = None, colour: bool | None = None) -> str:
    """What rich makes of some renderables, as text without trailing spaces; with colour only for a terminal."""
    from rich.console import Console  # takes a seventh of the time to the first table, and most pages do without it

    to_terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ if colour is None else colour
    console = Console(
        file=StringIO(),
        width=width or terminal_width(),
        force_terminal=to_terminal,
        color_system="auto" if to_terminal else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    for renderable in renderables:
        console.print(renderable)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.split("\n"))


def draws_blocks() -> bool:
    """Whether the output can show block characters, for bars."""
    stream = getattr(sys.stdout, "rich_proxied_file", sys.stdout)  # behind a progress bar's, which names no encoding
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    return encoding.replace("-", "").startswith("utf")


def rules() -> Box:
    """A line under the header, of characters that the output can show."""
    from rich.box import SIMPLE_HEAD, Box

    return SIMPLE_HEAD if draws_blocks() else Box(str(SIMPLE_HEAD).replace("─", "-"), ascii=True)


def wrapped(lines: list[str], width: int) -> list[str]:
    """Lines of prose broken at spaces; what continues is indented two columns more than its line."""
    broken = []
    for line in lines:
        if len(line) <= width:
            broken.append(line)
            continue
        import textwrap  # most lines fit

        indent = " " * (len(line) - len(line.lstrip()) + 2)
        broken += textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return broken
