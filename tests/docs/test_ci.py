"""docs/ci.md: what it shows of other tools works as well. Workflows can be read and their commands run, and so can the hook."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from archcalc.__about__ import __version__
from cli.commands import archcalc
from docs.generate import ROOT
from docs.markdown import Block, blocks
from test_pre_commit import hook
from test_pytest_plugin import run

PAGE = blocks((ROOT / "docs" / "ci.md").read_text("utf-8"))
WORKFLOWS = [block for block in PAGE if block.language == "yml" and "jobs:" in block.text]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the specs of the page under nets/, each as it is shown last."""
    (tmp_path / "nets").mkdir()
    for block in PAGE:
        if block.file.endswith(".yaml"):
            (tmp_path / "nets" / block.file).write_text(block.text, "utf-8")
    return tmp_path


def steps(block: Block) -> Iterator[dict[str, Any]]:
    workflow = yaml.safe_load(block.text)
    assert {"name", "jobs"} <= set(workflow) and True in workflow  # `on` is true to YAML 1.1
    for job in workflow["jobs"].values():
        assert job["runs-on"] and job["steps"]
        yield from job["steps"]


@pytest.mark.parametrize("block", WORKFLOWS, ids=lambda block: str(block.line))
def test_steps_of_workflows(block: Block, place: Path) -> None:
    """Steps that use actions name a version; steps that run archcalc run it on what the page has."""
    (place / "before.yaml").write_text((place / "nets" / "my_net.yaml").read_text("utf-8").replace("48", "32"), "utf-8")
    seen = 0
    for step in steps(block):
        assert re.fullmatch(r"[\w/-]+@v\d+", step.get("uses", "a@v1"))
        command = step.get("run", "")
        if not command.startswith("archcalc "):
            assert command in ("", "pip install archcalc") or command.startswith("git show origin/")
            continue
        words = shlex.split(command.partition(">")[0])
        found = archcalc(*words[1:], cwd=place / step.get("working-directory", "."))
        seen += 1
        assert found.returncode == (1 if "check" in words else 0), found.stdout + found.stderr
        if "github" in words:
            assert found.stdout.startswith("::error file=nets/claimed.yaml,line=10,")
        if "--output" in words:
            assert (place / words[-1]).read_text("utf-8").startswith("{")
    assert seen


def test_what_is_uploaded_is_what_is_written() -> None:
    (with_sarif,) = (block for block in WORKFLOWS if "upload-sarif" in block.text)
    (upload,) = (step for step in steps(with_sarif) if "upload-sarif" in step.get("uses", ""))
    assert upload["if"] == "always()"
    assert any(f"--output {upload['with']['sarif_file']}" in step.get("run", "") for step in steps(with_sarif))


def test_the_configuration_of_pre_commit() -> None:
    (block,) = (block for block in PAGE if block.language == "yml" and "repos:" in block.text)
    (repository,) = yaml.safe_load(block.text)["repos"]
    (used,) = repository["hooks"]
    assert (used["id"], repository["rev"]) == (hook()["id"], f"v{__version__}")
    assert re.search(used["files"], "nets/my_net.yaml") and not re.search(used["files"], ".github/workflows/ci.yml")
    assert f"`{hook()['entry']}`" in (ROOT / "docs" / "ci.md").read_text("utf-8")


def test_commands_of_pytest(place: Path) -> None:
    (block,) = (block for block in PAGE if block.language == "sh")
    outputs = []
    for command in block.text.splitlines():
        program, *words = shlex.split(command)
        assert program == "pytest"
        outputs.append(run(place, *words))
        assert outputs[-1].returncode in (0, 1), outputs[-1].stdout
    (shown,) = (block for block in PAGE if block.language == "text" and "::" in block.text)
    verbose = [re.sub(r" +\[ *\d+%\]$", "", line) for line in outputs[1].stdout.splitlines() if "::" in line and "%]" in line]
    assert verbose == shown.text.splitlines()
    assert (place / "report.xml").exists()


def test_the_configuration_of_pytest(place: Path) -> None:
    (block,) = (block for block in PAGE if block.language == "toml")
    (place / "pyproject.toml").write_text(block.text, "utf-8")
    (place / "tests").mkdir()
    (place / "tests" / "test_it.py").write_text("def test_it():\n    pass\n", "utf-8")
    found = run(place, "--collect-only", "-q")
    assert {line.partition("::")[0] for line in found.stdout.splitlines() if "::" in line} == {
        "nets/claimed.yaml",
        "nets/my_net.yaml",
        "tests/test_it.py",
    }
