"""ZFNet: Zeiler and Fergus 2013."""

from __future__ import annotations

from zoo.tables import Case, Figures, built, pytorchcv

FIGURES = {
    "zfnet": Figures(107_627_624, 2_476_704_896, 8, buffers=0),
    "zfnet_paper": Figures(62_357_608, 1_168_032_896, 8, buffers=0),
}
SAME = [  # in pictures as loud as photographs LRN has something to divide by
    Case("zfnet", "pytorchcv", built("zfnet", "zfnet", "zfnetb"), {}, loud=100),
    Case("zfnet_paper", "pytorchcv", built("zfnet", "zfnet", "zfnet", num_classes=37), {"classes": 37}, loud=100),
]
COUNTED = [
    Case("zfnet", "pytorchcv", pytorchcv("zfnetb", num_classes=37), {"classes": 37}),
    Case("zfnet_paper", "pytorchcv", pytorchcv("zfnet"), {}),
]
