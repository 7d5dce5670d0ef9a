"""The two Inception modules of CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Figures

FIGURES = {
    "inception_naive": Figures(1_089_952, 854_196_224, 1, 5, 1_089_536),
    "inception_reduced": Figures(346_720, 271_351_808, 2, 5, 346_112),
}
UNMATCHED = {
    "inception_naive": "an example from a lecture, and no network that anyone would run",
    "inception_reduced": "an example from a lecture, and no network that anyone would run: its convolutions have no ReLU",
}
