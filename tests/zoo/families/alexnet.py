"""AlexNet: Krizhevsky et al. 2012, and CS231n lecture 12."""

from __future__ import annotations

from zoo.tables import Figures

FIGURES = {
    "alexnet": Figures(62_378_344, 1_135_256_096, 8, 195, 62_367_776, 1_049_571),
    "alexnet_2gpu": Figures(60_965_224, 724_406_816, 8, 195),
}
UNMATCHED = {
    "alexnet": "torchvision's has fewer maps, and no LRN: it is alexnet_torchvision; timm has none",
    "alexnet_2gpu": "no library has the network of two halves",
}
