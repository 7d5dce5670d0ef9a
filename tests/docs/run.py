"""Running what a document shows: shell commands, sessions with Python, files that it names, in order, in an empty folder."""

from __future__ import annotations

import builtins
import doctest
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from archcalc.cli.main import main
from archcalc.errors import FINDINGS
from archcalc.layers.base import KINDS

from .markdown import Block

WIDTH = 80
_TAIL = re.compile(
    r"^(?P<command>.*?)(?:\s*\|\s*(?P<cut>head|tail) -(?P<lines>\d+))?(?:\s*(?P<sign>[<>])\s*(?P<file>[\w.-]+))?$"
)


@contextmanager
def workplace() -> Iterator[Session]:
    """A session in an empty folder; what it registers and where it stands is undone afterwards."""
    before, kinds = Path.cwd(), dict(KINDS)
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"COLUMNS": str(WIDTH), "LINES": "24"}):
        os.environ["ARCHCALC_DATA_DIR"] = folder  # nobody's own history
        for name in ("ARCHCALC_DEBUG", "NO_COLOR", "FORCE_COLOR"):
            os.environ.pop(name, None)
        os.chdir(folder)
        try:
            yield Session()
        finally:
            os.chdir(before)
            for name in KINDS.keys() - kinds:
                del KINDS[name]


class Session:
    """What one document has done so far."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}  # of the Python sessions

    def renewed(self, block: Block) -> str:
        """The block's text as it should be: commands with the output that they have now."""
        if block.language == "console":
            return self.console(block)
        if block.language == "pycon":
            return self.pycon(block)
        if block.file.endswith(".yaml"):
            Path(block.file).write_text(block.text, "utf-8")
        elif block.file.endswith(".txt"):  # in which a comment would be text
            Path(block.file).write_text(block.text.partition("\n")[2], "utf-8")
        elif block.file.startswith("archcalc/layers/"):  # a layer kind: it is registered until the document ends
            exec(block.text, {"__name__": block.file[:-3].replace("/", ".")})
        return block.text

    def console(self, block: Block) -> str:
        """Each line `$ archcalc ...` with its output."""
        commands = [line[2:] for line in block.text.split("\n") if line.startswith("$ ")]
        if not commands or not block.text.startswith("$ "):
            raise ValueError(f"line {block.line}: a console block begins with a command: $ archcalc ...")
        outputs = [shell(command) for command in commands]
        for command, output in zip(commands, outputs, strict=True):
            mistake = re.match(r"error\[([\w-]+)\]", output)
            if (mistake[1] if mistake else "") != block.error:
                wanted = f"error[{block.error}]" if block.error else "no mistake"
                raise AssertionError(f"line {block.line}: {wanted} is wanted, but {command} prints:\n{output}")
        return "\n".join(f"$ {command}\n{output}" for command, output in zip(commands, outputs, strict=True))

    def pycon(self, block: Block) -> str:
        """Each example `>>> ...` with what it prints."""
        lines: list[str] = []
        for example in doctest.DocTestParser().get_examples(block.text):
            source = example.source.rstrip("\n").split("\n")
            lines += [f"{'...' if number else '>>>'} {line}".rstrip() for number, line in enumerate(source)]
            lines += self.printed(example.source).rstrip("\n").split("\n")
            if not lines[-1]:
                lines.pop()
        return "\n".join(lines) + "\n"

    def printed(self, source: str) -> str:
        """What a statement prints, the value of an expression included."""
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(source, "<example>", "single"), self.names)
        vars(builtins).pop("_", None)
        return out.getvalue()


def shell(command: str) -> str:
    """What a command prints to a pipe, errors included: `archcalc ...`, then perhaps `| head -N`, `> FILE` or `< FILE`."""
    parts = _TAIL.match(command)
    words = shlex.split(parts["command"]) if parts else []
    if not parts or not words or words[0] != "archcalc" or re.search("[|;&<>]", parts["command"]):
        raise ValueError(f"only archcalc is run here, not: {command}")
    text = run(words[1:], Path(parts["file"]).read_text("utf-8") if parts["sign"] == "<" else "")
    if parts["cut"]:
        lines, count = text.splitlines(keepends=True), int(parts["lines"])
        text = "".join(lines[:count] if parts["cut"] == "head" else lines[-count:])
    if parts["sign"] == ">":
        Path(parts["file"]).write_text(text, "utf-8")
        return ""
    return text


def run(arguments: list[str], typed: str = "") -> str:
    """What archcalc prints, 80 columns wide and without a terminal, if this is its input.

    An error must leave with status 2, and only an error; what a check finds in a spec without mistakes with status 1.
    """
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", write_through=True)
    given, words = patch.object(sys, "stdin", io.StringIO(typed)), patch.object(sys, "argv", ["archcalc", *arguments])
    with redirect_stdout(stream), redirect_stderr(stream), given, words:
        try:
            main()
            status: Any = "no status"
        except SystemExit as leaving:
            status = leaving.code
    text = stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
    wrong = text.startswith(("error[", "Usage: archcalc")) and "--help" not in arguments
    found = set(re.findall(r"^error\[([\w-]+)\]", text, re.MULTILINE))
    if status != (1 if wrong and found and found <= set(FINDINGS) else 2 if wrong else 0):
        raise AssertionError(f"archcalc {' '.join(arguments)} left with {status}:\n{text}")
    return text if text.endswith("\n") or not text else text + "\n"
