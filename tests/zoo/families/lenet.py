"""LeNet-5: LeCun et al. 1998."""

from __future__ import annotations

from zoo.tables import Figures

FIGURES = {"lenet5": Figures(61_706, 416_520, 5, params_no_bias=61_470)}
UNMATCHED = {"lenet5": "neither torchvision nor timm has LeNet"}
