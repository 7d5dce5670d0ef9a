"""Benchmarks also say what they measured, at the end of the run: a ratio that passes tells nobody how fast it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_LINES: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a line for the summary."""
    return request.config.stash.setdefault(_LINES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the lines that were kept."""
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("benchmarks")
        for line in lines:
            terminalreporter.write_line(line)
