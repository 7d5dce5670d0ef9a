"""PNASNets of any size, of timm's cells."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def halving(channels: int, f: int) -> Any:
    """Timm's makes half of the channels twice; of an odd number the authors' code makes one more the second time."""
    net = pytest.importorskip("timm.models.pnasnet").FactorizedReduction(channels, f, "same")
    net.path_2.conv = nn.Conv2d(channels, f - f // 2, 1, bias=False)
    return net


class PNASNet(nn.Module):
    """As timm's PNASNet5Large, but N cells before each halving, with F channels in the first of them."""

    def __init__(self, n: int, f: int, stem: int, classes: int = 1000) -> None:
        super().__init__()
        layers = pytest.importorskip("timm.layers")
        cells = pytest.importorskip("timm.models.pnasnet")
        norm = partial(nn.BatchNorm2d, eps=0.001)
        self.conv_0 = layers.ConvNormAct(3, stem, 3, stride=2, padding=0, norm_layer=norm, apply_act=False)
        self.first = cells.CellStem0(stem, f // 4, stem, f // 4, "same")
        self.cells = nn.ModuleList()
        channels = [stem, 5 * (f // 4)]
        for place in range(-1, 3 * n):  # the one in front belongs to the stem
            stage = max(0, place // n)
            width = f // 2 if place < 0 else f * 2**stage
            reduces = place < 0 or (stage > 0 and place % n == 0)
            behind = place == 0 or (stage > 0 and place % n == 1)  # what came before that is twice the size
            cell = cells.Cell(channels[-2], width, channels[-1], width, "same", reduces, behind or place < 0)
            if place < 0:
                cell.conv_prev_1x1 = halving(channels[-2], width)
            self.cells.append(cell)
            channels.append(5 * width)
        self.fc = nn.Linear(channels[-1], classes)

    def forward(self, x: Any) -> Any:
        before = self.conv_0(x)
        last = self.first(before)
        for cell in self.cells:
            before, last = last, cell(before, last)
        return self.fc(nn.functional.dropout(last.relu().mean((2, 3)), 0.5, self.training))
