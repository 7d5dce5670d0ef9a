"""ZFNet: Zeiler and Fergus 2013."""

from __future__ import annotations

from zoo.tables import Figures

FIGURES = {"zfnet": Figures(107_627_624, 2_476_704_896, 8)}
VARIATIONS = [("zfnet", {"wide": False}, Figures(62_357_608, 1_168_032_896, 8))]
UNMATCHED = {"zfnet": "neither torchvision nor timm has ZFNet"}
