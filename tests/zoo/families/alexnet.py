"""AlexNet: Krizhevsky et al. 2012, and CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Case, built, pytorchcv

SIZE = (3, 227, 227)
SAME = [  # in pictures as loud as photographs LRN has something to divide by
    Case("alexnet", "pytorchcv", built("alexnet", "alexnet"), {}, SIZE, loud=100),
    Case("alexnet", "pytorchcv", built("alexnet", "alexnet", 4, 37), {"groups": 4, "classes": 37}, SIZE, loud=100),
    Case("alexnet_2gpu", "pytorchcv", built("alexnet", "alexnet", 2, norm_first=True), {}, SIZE, loud=100),
    Case("alexnet", "pytorchcv", pytorchcv("alexnet"), {"norm_first": True}, SIZE, loud=100),
]
COUNTED = [Case("alexnet", "pytorchcv", pytorchcv("alexnet", num_classes=37), {"classes": 37}, SIZE)]
