"""Where the specs lie that come with archcalc."""

from __future__ import annotations

import os

_HERE = os.path.dirname(os.path.abspath(__file__))  # pathlib would cost a tenth of the time to the first table


def spec_directory() -> str:
    """Where the packaged specs lie: inside the installed package, or beside it in a source checkout."""
    packaged = os.path.join(_HERE, "specs")
    return packaged if os.path.isdir(packaged) else os.path.join(os.path.dirname(_HERE), "specs")


def spec_files() -> list[str]:
    """The packaged specs, by name."""
    directory = spec_directory()
    names = sorted(name for name in os.listdir(directory) if name.endswith(".yaml"))
    return [os.path.join(directory, name) for name in names]
