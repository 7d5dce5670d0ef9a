"""Who may import whom, read from the source; and what a run must not load, seen in a fresh interpreter."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "archcalc"

# A module imports only from rows above its own. A folder is one row; its files may import each other.
ROWS: tuple[tuple[str, ...], ...] = (
    ("errors", "limits", "packaged", "__about__"),
    ("arithmetic",),
    ("expr",),
    ("shapes",),
    ("source",),
    ("layers",),
    ("graph",),
    ("spec",),
    ("zoo",),
    ("build",),
    ("numbers",),
    ("analysis",),
    ("differences",),
    ("claims",),
    ("checking",),
    ("schema",),
    ("torch_backend",),
    ("lessons",),
    ("quiz",),
    ("render",),
    ("api",),
    ("__init__",),
    ("cli", "pytest_plugin"),
    ("__main__",),
)
ROW = {name: number for number, row in enumerate(ROWS) for name in row}

# Nothing from outside the standard library but these, and these only here.
OUTSIDE: dict[str, tuple[str, ...]] = {
    "yaml": ("source",),
    "sympy": ("analysis.symbols",),
    "torch": ("torch_backend",),
    "torchvision": ("torch_backend",),
    "rich": ("render", "cli"),
    "click": ("cli",),
    "platformdirs": ("quiz.history",),
    "pytest": ("pytest_plugin",),
}

# Top rows, which may import nearly everything: a name worked out at run time (a command that loads when it is called) is fine.
MAY_IMPORT_BY_COMPUTED_NAME = ("__init__", "cli")


# ------------------------------------------------------------------------------------------ reading imports


def module_name(path: Path) -> str:
    """`layers.conv` for archcalc/layers/conv.py, `layers` for its __init__, `__init__` for the package's own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Full names of all that is imported anywhere: under TYPE_CHECKING, inside functions, through import_module.

    `package` is the folder that relative imports start from, as in `archcalc.layers`. `?` stands for an unreadable name.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node, package)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            yield _text_start(node.args[0]) if node.args else "?"


def _from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    for alias in node.names:  # `from archcalc import zoo` imports a module, `from archcalc.zoo import find` a name in one
        yield f"{base}.{alias.name}" if base == "archcalc" else base


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text_start(node: ast.expr) -> str:
    """The text, or the part of an f-string before its first `{`, as far as it names a module."""
    if isinstance(node, ast.JoinedStr):
        start = node.values[0] if node.values else None
        text = start.value if isinstance(start, ast.Constant) and isinstance(start.value, str) else ""
        whole = text.rpartition(".")[0]  # what follows the last dot may be cut off
        return whole if whole.startswith("archcalc.") else "?"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "?"


# ------------------------------------------------------------------------------------------ the rules


def violations(module: str, text: str, is_folder: bool = False) -> list[str]:
    """What is wrong with the imports of one module, in words."""
    top = module.partition(".")[0]
    if top not in ROW:
        return [f"{module} has no row in the table of tests/test_layering.py"]
    full = "archcalc" if module == "__init__" else f"archcalc.{module}"
    package = full if is_folder or module == "__init__" else full.rpartition(".")[0]
    complaints = (_complaint(module, imported) for imported in imports(ast.parse(text), package))
    return sorted({complaint for complaint in complaints if complaint})


def _complaint(module: str, imported: str) -> str:
    top = module.partition(".")[0]
    if imported == "?":
        return "" if top in MAY_IMPORT_BY_COMPUTED_NAME else f"{module} imports something by a name that cannot be read"
    if imported.partition(".")[0] == "archcalc":
        return _inner_complaint(module, imported)
    library = imported.partition(".")[0]
    if library in sys.stdlib_module_names:
        return ""
    homes = OUTSIDE.get(library, ())
    if any(module == home or module.startswith(f"{home}.") for home in homes):
        return ""
    return f"{module} imports {library}, which only {' and '.join(homes) or 'nobody'} may"


def _inner_complaint(module: str, imported: str) -> str:
    top = module.partition(".")[0]
    parts = imported.split(".")
    wanted = parts[1] if len(parts) > 1 and parts[1] in ROW else "__init__"  # what is no module is a name of the package's own
    if wanted == top and top in ROW and (PACKAGE / top).is_dir():
        return ""
    return "" if ROW[wanted] < ROW[top] else f"{module} imports {imported}, which is not in a row above it"


def test_imports_go_upwards() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 10
    found: list[str] = []
    for path in paths:
        found += violations(module_name(path), path.read_text("utf-8"), is_folder=path.name == "__init__.py")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "text", "complaint"),
    [
        ("expr", "import archcalc.graph", "expr imports archcalc.graph"),
        ("expr", "from archcalc.graph import Graph", "expr imports archcalc.graph"),
        ("expr", "from archcalc import graph", "expr imports archcalc.graph"),
        ("expr", "from archcalc import analyze", "expr imports archcalc.analyze"),
        ("expr", "from . import graph", "expr imports archcalc.graph"),
        ("expr", "from .graph import Graph", "expr imports archcalc.graph"),
        ("layers.conv", "from ..graph import Graph", "layers.conv imports archcalc.graph"),
        ("expr", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from archcalc.build import build", "archcalc.build"),
        ("expr", "def f():\n    if 1:\n        from archcalc.build import build", "archcalc.build"),
        ("expr", "import importlib\nimportlib.import_module('archcalc.build')", "archcalc.build"),
        ("expr", "from importlib import import_module\nimport_module(f'archcalc.cli.{1}')", "archcalc.cli"),
        ("expr", "__import__(name)", "cannot be read"),
        ("errors", "from archcalc.limits import limits", "errors imports archcalc.limits"),
        ("__init__", "from archcalc.cli.main import main", "__init__ imports archcalc.cli"),
        ("expr", "import sympy.core", "expr imports sympy, which only analysis.symbols may"),
        ("analysis.totals", "import sympy", "analysis.totals imports sympy"),
        ("layers.conv", "def torch():\n    import torch.nn", "layers.conv imports torch"),
        ("render.table", "import click", "render.table imports click"),
        ("spec", "import yaml", "spec imports yaml"),
        ("torch_backend.run", "import numpy", "imports numpy, which only nobody may"),
        ("surprise", "", "surprise has no row"),
        ("surprise.inner", "", "surprise.inner has no row"),
    ],
)
def test_the_check_can_fail(module: str, text: str, complaint: str) -> None:
    assert complaint in "\n".join(violations(module, text))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("graph", "from archcalc.layers.base import Layer\nfrom archcalc.errors import Place\nimport os.path"),
        ("layers.conv", "from archcalc.layers.base import Layer\nfrom .fields import field"),
        ("analysis.symbols", "import sympy"),
        ("source", "import yaml"),
        ("cli.main", "import click, rich.table, archcalc\nfrom archcalc import analyze\nimport_module(COMMANDS[name])"),
        ("torch_backend.run", "def f():\n    import torch.nn"),
        ("__main__", "from archcalc.cli.main import main"),
    ],
)
def test_the_check_can_pass(module: str, text: str) -> None:
    assert violations(module, text) == []


def test_relative_imports_of_a_folder_start_inside_it() -> None:
    assert violations("layers", "from .base import Layer", is_folder=True) == []
    assert violations("layers", "from ..build import build", is_folder=True)


# ------------------------------------------------------------------------------------------ what a run loads


def loaded(*arguments: str) -> set[str]:
    """Names of all modules that `python ARGUMENTS` imports, as the interpreter itself reports them."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-X", "importtime", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    lines = (line for line in run.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def test_loaded_sees_what_is_loaded() -> None:
    assert "colorsys" not in loaded("-c", "pass")
    assert "colorsys" in loaded("-c", "import colorsys")
    assert {"sympy", "sympy.core"} <= loaded("-c", "def f():\n    import sympy\nf()")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "archcalc", "vgg16", "--table"),
        ("-m", "archcalc", "vgg16", "--json"),
        ("-m", "archcalc", "check", "--format", "sarif"),
        ("-c", "import archcalc"),
    ],
    ids=" ".join,
)
def test_plain_numbers_need_no_heavy_library(arguments: tuple[str, ...]) -> None:
    seen = loaded(*arguments)
    assert "archcalc" in seen
    assert not seen & {"torch", "sympy", "numpy", "mpmath"}
