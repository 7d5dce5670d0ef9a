"""ZFNet: Zeiler and Fergus 2013."""

from __future__ import annotations

from zoo.tables import Case, built, pytorchcv

SAME = [  # in pictures as loud as photographs LRN has something to divide by
    Case("zfnet", "pytorchcv", built("zfnet", "zfnet", "zfnetb"), {}, loud=100),
    Case("zfnet_paper", "pytorchcv", built("zfnet", "zfnet", "zfnet", num_classes=37), {"classes": 37}, loud=100),
]
COUNTED = [
    Case("zfnet", "pytorchcv", pytorchcv("zfnetb", num_classes=37), {"classes": 37}),
    Case("zfnet_paper", "pytorchcv", pytorchcv("zfnet"), {}),
]
