"""LeNet-5: LeCun et al. 1998."""

from __future__ import annotations

from zoo.tables import Case, Figures, built

FIGURES = {"lenet5": Figures(61_706, 416_520, 5, params_no_bias=61_470, buffers=0)}
SAME = [
    Case("lenet5", "torch", built("lenet5_1998", "lenet5"), {}, (1, 32, 32)),
    Case("lenet5", "torch", built("lenet5_1998", "lenet5", 37), {"classes": 37}, (1, 32, 32)),
]
