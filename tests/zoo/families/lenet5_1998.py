"""LeNet-5 of 1998: LeCun et al. 1998."""

from __future__ import annotations

from zoo.tables import Case, Figures, built

# 117,600 + 150,000 + 48,000 + 10,080: the paper's connections of C1, C3, C5 and F6 without biases
FIGURES = {"lenet5_1998": Figures(60_000, 325_680, 4, buffers=840)}
GREY = (1, 32, 32)
SAME = [
    Case("lenet5_1998", "torch", built("lenet5_1998", "lenet5_1998"), {}, GREY),
    Case("lenet5_1998", "torch", built("lenet5_1998", "lenet5_1998", 37), {"classes": 37}, GREY, loud=2),
]
