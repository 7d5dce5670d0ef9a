"""Where text goes: a terminal of some width, or a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from io import StringIO
from typing import Any

from rich.console import Console

NARROWEST = 20


def terminal_width() -> int:
    """Columns to write for: the terminal's (or COLUMNS), else 80."""
    return max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)


def rendered(*renderables: Any, width: int | None = None, colour: bool | None = None) -> str:
    """What rich makes of some renderables, as text without trailing spaces; with colour only for a terminal."""
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
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return encoding.replace("-", "").startswith("utf")


def wrapped(lines: list[str], width: int) -> list[str]:
    """Lines of prose broken at spaces; what continues is indented two columns more than its line."""
    import textwrap

    broken = []
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        broken += textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return broken
