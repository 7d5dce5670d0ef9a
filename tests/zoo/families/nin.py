"""Network in Network: Lin et al. 2013."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, pytorchcv

CIFAR = (3, 32, 32)
SAME = [
    Case("nin", "pytorchcv", built("nin", "nin"), {}),
    Case("nin", "pytorchcv", built("nin", "nin", classes=37), {"classes": 37}, (3, 135, 182)),
    Case("nin_cifar10", "pytorchcv", built("nin", "nin_cifar10"), {}, CIFAR),
    Case("nin_cifar10", "pytorchcv", built("nin", "nin_cifar10", classes=37), {"classes": 37}, CIFAR),
]
COUNTED = [
    Case("nin", "pytorchcv", built("nin", "nin", classes=37), {"classes": 37}, (3, 320, 256)),
    Case("nin_cifar10", "pytorchcv", pytorchcv("nin_cifar10"), {}, CIFAR),
    Case("nin_cifar10", "pytorchcv", pytorchcv("nin_cifar100"), {"classes": 100}, CIFAR),
]
SPOILED = [
    Spoiled(Case("nin_cifar10", "pytorchcv", built("nin", "nin_cifar10"), {}, CIFAR), [
        Mistake("ReLU", "Identity"),
        Mistake("MaxPool2d", {"padding": 1, "ceil_mode": False}),
        Mistake("AvgPool2d", {"padding": 1, "ceil_mode": False}),
    ]),
]  # fmt: skip
