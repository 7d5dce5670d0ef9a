"""What every test relies on: the archcalc that is imported is the one whose source stands beside these tests."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "archcalc"
REPAIR = "run: pip install -e '.[test]'"


def pytest_configure(config: pytest.Config) -> None:
    """Stop before anything is tested where the installed package is missing, or older than the source."""
    found = find_spec("archcalc")
    if found is None or not found.submodule_search_locations:
        raise pytest.UsageError(f"archcalc is not installed in this environment; {REPAIR}")
    tested = Path(next(iter(found.submodule_search_locations)))
    differing = stale(tested, SOURCE)
    if differing:
        raise pytest.UsageError(f"the archcalc in {tested.parent} differs from the source ({differing[0]}); {REPAIR}")


def stale(tested: Path, source: Path) -> list[str]:
    """The modules that are not the same in both folders."""
    if tested.resolve() == source.resolve():
        return []
    here, there = ({str(path.relative_to(top)): path for path in top.rglob("*.py")} for top in (source, tested))
    return sorted(
        name
        for name in here.keys() | there.keys()
        if name not in here or name not in there or here[name].read_bytes() != there[name].read_bytes()
    )
