"""LeNet-5 of 1998: LeCun et al. 1998."""

from __future__ import annotations

from zoo.tables import Case, built

GREY = (1, 32, 32)
SAME = [
    Case("lenet5_1998", "torch", built("lenet5_1998", "lenet5_1998"), {}, GREY),
    Case("lenet5_1998", "torch", built("lenet5_1998", "lenet5_1998", 37), {"classes": 37}, GREY, loud=2),
]
