"""AlexNet: Krizhevsky et al. 2012, and CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Case, Figures, built, pytorchcv

FIGURES = {
    "alexnet": Figures(62_378_344, 1_135_256_096, 8, 195, 62_367_776, 1_049_571, buffers=0),
    "alexnet_2gpu": Figures(60_965_224, 724_406_816, 8, 195, buffers=0),
}
SIZE = (3, 227, 227)
SAME = [  # in pictures as loud as photographs LRN has something to divide by
    Case("alexnet", "pytorchcv", built("alexnet", "alexnet"), {}, SIZE, loud=100),
    Case("alexnet", "pytorchcv", built("alexnet", "alexnet", 4, 37), {"groups": 4, "classes": 37}, SIZE, loud=100),
    Case("alexnet_2gpu", "pytorchcv", built("alexnet", "alexnet", 2, norm_first=True), {}, SIZE, loud=100),
    Case("alexnet", "pytorchcv", pytorchcv("alexnet"), {"norm_first": True}, SIZE, loud=100),
]
COUNTED = [Case("alexnet", "pytorchcv", pytorchcv("alexnet", num_classes=37), {"classes": 37}, SIZE)]
