"""The two Inception modules of CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Case, Figures, built

FIGURES = {
    "inception_naive": Figures(1_089_952, 854_196_224, 1, 5, 1_089_536, buffers=0),
    "inception_reduced": Figures(346_720, 271_351_808, 2, 5, 346_112, buffers=0),
}
SAME = [
    Case(name, "torchvision", built("inception", "inception", name == "inception_reduced", size[0]), {}, size)
    for name in FIGURES
    for size in ((256, 28, 28), (48, 9, 13))
]
