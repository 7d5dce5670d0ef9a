"""ResNeXt for CIFAR: Xie et al. 2016, section 5.3."""

from __future__ import annotations

from zoo.tables import Case, Mistake, Spoiled, built, pytorchcv

SIZE = (3, 32, 32)


def as_in_pytorchcv(cardinality: int, width: int = 64, blocks: int = 3, classes: int = 10) -> Case:
    """Pytorchcv's class, of any numbers."""
    settings = {"width": width, "depth": 9 * blocks + 2, "classes": classes}
    if cardinality != 8:
        settings["cardinality"] = cardinality
    build = built("resnext", "resnext_cifar", blocks, cardinality, width, classes)
    return Case("resnext29_8x64d", "pytorchcv", build, settings, SIZE)


SAME = [
    as_in_pytorchcv(8),
    Case("resnext29_16x64d", "pytorchcv", pytorchcv("resnext29_16x64d_cifar10"), {}, SIZE),
    as_in_pytorchcv(32, 4, 2, classes=37),
]
COUNTED = [
    Case("resnext29_16x64d", "pytorchcv", pytorchcv("resnext29_16x64d_cifar10"), {}, SIZE),
    Case("resnext29_16x64d", "pytorchcv", pytorchcv("resnext29_32x4d_cifar100"),
         {"cardinality": 32, "width": 4, "classes": 100}, SIZE),
    as_in_pytorchcv(8),
    as_in_pytorchcv(2, 32, 30, classes=37),
]  # fmt: skip
SPOILED = [
    Spoiled(as_in_pytorchcv(8, 4, 1, classes=37), [
        Mistake("ReLU", "Identity", every=2),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
    ], every=4),
]  # fmt: skip
