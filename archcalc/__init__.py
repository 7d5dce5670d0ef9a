"""archcalc: exact shapes, parameters, operations and memory of neural networks, with the working shown.

>>> import archcalc
>>> report = archcalc.analyze("resnet50", input=(3, 320, 256))
>>> report.totals.macs
6674923520

The names below are loaded when they are first used, so that the command line can say how before anything heavy is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.__about__ import __version__
from archcalc.limits import limits  # at once: it has its module's name, and must win

if TYPE_CHECKING:
    from archcalc.api import (
        LayerReport,
        Model,
        Place,
        Report,
        SpecError,
        Totals,
        analyze,
        check,
        compare,
        diff,
        load,
        load_text,
        models,
        to_torch,
        verify,
    )

__all__ = [
    "LayerReport",
    "Model",
    "Place",
    "Report",
    "SpecError",
    "Totals",
    "__version__",
    "analyze",
    "check",
    "compare",
    "diff",
    "limits",
    "load",
    "load_text",
    "machine",
    "models",
    "to_torch",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'archcalc' has no attribute {name!r}")
    from archcalc import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
