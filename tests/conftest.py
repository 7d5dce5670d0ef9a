"""What every test relies on: the archcalc that is imported is the one whose source stands beside these tests."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

# Tensors in tests are small: one thread is faster than two, and much faster where other processes share the machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
REPAIR = "run: pip install -e '.[test]'"


def pytest_addoption(parser: pytest.Parser) -> None:
    """--update-golden writes the golden files of tests/golden anew."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """Stops before anything is tested where the installed package is missing, or older than the source."""
    found = find_spec("archcalc")
    if found is None or not found.submodule_search_locations:
        raise pytest.UsageError(f"archcalc is not installed in this environment; {REPAIR}")
    tested = Path(next(iter(found.submodule_search_locations)))
    if tested.resolve() == ROOT / "archcalc":
        return
    differing = differences(tested, ROOT / "archcalc", "*.py") + differences(tested / "specs", ROOT / "specs", "*.yaml")
    if differing:
        raise pytest.UsageError(f"the archcalc in {tested.parent} differs from the source in {differing[0]}; {REPAIR}")


def differences(one: Path, other: Path, pattern: str) -> list[str]:
    """The files that do not stand in both folders with the same content."""
    ones, others = ({str(path.relative_to(top)): path.read_bytes() for path in top.rglob(pattern)} for top in (one, other))
    return sorted(name for name in ones.keys() | others.keys() if ones.get(name) != others.get(name))
