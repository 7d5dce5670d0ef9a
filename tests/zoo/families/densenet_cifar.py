"""DenseNet for CIFAR: Huang et al. 2016, Table 2."""

from __future__ import annotations

from typing import Any

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv

VARIATIONS = [  # the wide ones of the authors' README
    ("densenet_bc100_k12", {"depth": 40, "growth": 36}, Figures(1_542_682, 647_298_936, 40)),
    ("densenet_bc100_k12", {"depth": 40, "growth": 48}, Figures(2_733_130, 1_149_867_168, 40)),
    ("densenet_bc100_k12", {"depth": 40, "growth": 60}, Figures(4_261_690, 1_795_836_360, 40)),
]
SIZE = (3, 32, 32)
BC = {
    "densenet_bc100_k12": "densenet100_k12_bc_cifar10",
    "densenet_bc250_k24": "densenet250_k24_bc_cifar10",
    "densenet_bc190_k40": "densenet190_k40_bc_cifar10",
}


def of_parts(name: str, depth: int, growth: int, classes: int = 10, size: tuple[int, ...] = SIZE, **more: Any) -> Case:
    """Of pytorchcv's parts; it has no DenseNets without compression."""
    settings = {"depth": depth, "growth": growth, "classes": classes}
    settings |= {{"keep": "compression"}.get(key, key): value for key, value in more.items()}
    return Case(name, "pytorchcv", built("densenet_cifar", "densenet_cifar", depth, growth, classes, **more), settings, size)


SAME = [
    of_parts("densenet40_k12", 40, 12),
    of_parts("densenet100_k12", 100, 12, classes=37, size=(3, 24, 40)),
    Case("densenet_bc100_k12", "pytorchcv", pytorchcv("densenet100_k12_bc_cifar10"), {}, SIZE),
    of_parts("densenet40_k12", 22, 8, bottleneck=True),
    of_parts("densenet40_k12", 16, 6, keep=0.75),
    of_parts("densenet_bc100_k12", 28, 10, bottleneck=True, keep=0.25, size=(3, 48, 32)),
]
COUNTED = [
    *(of_parts(f"densenet{depth}_k{growth}", depth, growth) for depth, growth in ((40, 12), (100, 12), (100, 24))),
    *(Case(name, "pytorchcv", pytorchcv(theirs), {}, SIZE) for name, theirs in BC.items()),
    of_parts("densenet_bc100_k12", 40, 60, classes=100, bottleneck=True, keep=0.5),
]
SPOILED = [
    Spoiled(of_parts("densenet_bc100_k12", 28, 10, bottleneck=True, keep=0.25, size=(3, 24, 16)), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
        Mistake("concat", "turned"),
    ], every=4),
]  # fmt: skip
