"""The single convolutions that CS231n lecture 12 compares."""

from __future__ import annotations

from zoo.tables import Case, Figures, built

VARIATIONS = [("conv3x3_stack", {"bias": True}, Figures(110_784, 346_816_512, 3, 7, 110_592))]
KERNELS = {"conv3x3_stack": (3, 3, 3), "conv7x7": (7,), "conv1x1": (1,)}


SAME = [
    Case(name, "torch", built("convolutions", "convolutions", kernels, 64, 32 if name == "conv1x1" else 64), {}, (64, 56, 56))
    for name, kernels in KERNELS.items()
] + [
    Case(
        name,
        "torch",
        built("convolutions", "convolutions", kernels, 5, 9, bias=True),
        {"channels": 5, "filters": 9, "bias": True},
        (5, 13, 17),
    )
    for name, kernels in KERNELS.items()
]
