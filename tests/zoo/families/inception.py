"""The two Inception modules of CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Case, built, expected

FIGURES = expected("inception")
SAME = [
    Case(name, "torchvision", built("inception", "inception", name == "inception_reduced", size[0]), {}, size)
    for name in FIGURES
    for size in ((256, 28, 28), (48, 9, 13))
]
