"""LeNet-5: LeCun et al. 1998."""

from __future__ import annotations

from zoo.tables import Case, built

SAME = [
    Case("lenet5", "torch", built("lenet5_1998", "lenet5"), {}, (1, 32, 32)),
    Case("lenet5", "torch", built("lenet5_1998", "lenet5", 37), {"classes": 37}, (1, 32, 32)),
]
