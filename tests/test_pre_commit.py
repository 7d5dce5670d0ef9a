"""The hook for pre-commit, run as pre-commit does: with the files of a commit behind its entry, at the top of a repository."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from test_layering import PACKAGE

HOOKS = PACKAGE.parent / ".pre-commit-hooks.yaml"
NET = "input: [3, 8, 8]\nlayers: [conv: {out: 8, kernel: 3}]\nexpect: [params <= 300]\n"
WORKFLOW = "on: [push]\njobs: {test: {steps: [{run: pytest}]}}\n"


def hook() -> dict[str, object]:
    (found,) = yaml.safe_load(HOOKS.read_text("utf-8"))
    return found  # type: ignore[no-any-return]


def git(place: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=60, check=True).stdout


def committed(place: Path) -> subprocess.CompletedProcess[str]:
    """The hook on the files that stand ready to be committed, as `types: [yaml]` picks them."""
    names = git(place, "diff", "--staged", "--name-only", "--diff-filter=d").splitlines()
    chosen = [name for name in names if re.search(r"\.ya?ml$", name)]
    program, *words = shlex.split(str(hook()["entry"]))
    assert program == "archcalc"
    surroundings = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONUTF8": "1", "COLUMNS": "80"}
    command = [sys.executable, "-m", "archcalc", *words, *chosen]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, env=surroundings, timeout=60, check=False)


def test_the_hook_is_valid() -> None:
    """Keys that pre-commit knows, and those that it needs."""
    found = hook()
    known = {"id", "name", "description", "entry", "language", "types", "files", "exclude", "args", "require_serial"}
    assert {"id", "name", "entry", "language"} <= set(found) <= known
    assert (found["id"], found["language"], found["types"]) == ("archcalc-check", "python", ["yaml"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "nets").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / "nets" / "net.yaml").write_text(NET, "utf-8")
    (tmp_path / ".github" / "ci.yml").write_text(WORKFLOW, "utf-8")
    (tmp_path / "README.md").write_text("Nets.\n", "utf-8")
    git(tmp_path, "add", "-A")
    return tmp_path


def test_a_good_commit(place: Path) -> None:
    found = committed(place)
    assert (found.returncode, found.stderr) == (0, "")
    assert "✓ 1 model in 1 spec can be built; 1 expectation is met; 1 YAML file left alone" in found.stdout
    git(place, "commit", "-q", "-m", "first")


def test_a_bad_commit(place: Path) -> None:
    git(place, "commit", "-q", "-m", "first")
    (place / "nets" / "net.yaml").write_text(NET.replace("out: 8", "out: 16"), "utf-8")
    git(place, "add", "-A")
    found = committed(place)
    assert found.returncode == 1
    assert "error[broken-expectation]: params of net is 448, and at most 300 is expected" in found.stdout
    assert "--> nets/net.yaml:3:10" in found.stdout


def test_a_commit_without_specs(place: Path) -> None:
    git(place, "commit", "-q", "-m", "first")
    (place / ".github" / "ci.yml").write_text(WORKFLOW + "# more\n", "utf-8")
    git(place, "add", "-A")
    found = committed(place)
    assert (found.returncode, "no spec to check" in found.stdout) == (0, True)
