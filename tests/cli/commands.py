"""Running the command line as a user does: a process of its own, with its output read as text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def archcalc(*args: str, width: int = 80, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished process of `archcalc ARGS`, without a terminal, `width` columns wide."""
    surroundings = {**os.environ, "COLUMNS": str(width), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "archcalc", *args]
    return subprocess.run(command, capture_output=True, text=True, env=surroundings, cwd=cwd, timeout=60, check=False)


ROOT = Path(__file__).parents[2]
