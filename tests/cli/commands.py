"""Running the command line as a user does: a process of its own, with its output read as text."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch


def archcalc(*args: str, width: int = 80, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished process of `archcalc ARGS`, without a terminal, `width` columns wide."""
    surroundings = {**os.environ, "COLUMNS": str(width), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "archcalc", *args]
    return subprocess.run(command, capture_output=True, text=True, env=surroundings, cwd=cwd, timeout=60, check=False)


ROOT = Path(__file__).parents[2]


def inside(*args: str, width: int = 80) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own: for commands that need torch, which takes seconds to load."""
    from archcalc.cli.main import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", write_through=True) for _ in range(2))
    surroundings = patch.dict(os.environ, {"COLUMNS": str(width)})
    with surroundings, redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["archcalc", *args]):
        try:
            main()
        except SystemExit as leaving:
            status = leaving.code
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    assert isinstance(status, int)
    return subprocess.CompletedProcess(["archcalc", *args], status, *texts)
