"""AmoebaNets of the parts of timm's PNASNet, put together after the lists of the authors' code."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.built.nasnet_a import MeanOfPixels
from zoo.built.pnasnet import halving

torch = pytest.importorskip("torch")
nn = torch.nn

# A cell is five sums, each of two states that have gone through an operation, and the states that it gives, side by side.
# A state is 0 (what the last cell made), 1 (what came before that), or one of the sums, which are counted from 2.
Pairs = list[tuple[str, int, str, int]]
NORMAL: Pairs = [
    ("avg", 0, "max", 0), ("sep3", 1, "none", 1), ("none", 0, "avg", 1), ("sep3", 0, "sep5", 2), ("avg", 5, "sep3", 0),
]  # fmt: skip
REDUCTION: Pairs = [
    ("sep3", 1, "avg", 0), ("max", 0, "sep7", 2), ("max", 1, "max", 0), ("sep3", 4, "1x7", 0), ("avg", 1, "sep7", 0),
]  # fmt: skip


def operation(name: str, channels: int, f: int, stride: int) -> Any:
    """What a state goes through on its way to a sum."""
    parts, layers = pytest.importorskip("timm.models.pnasnet"), pytest.importorskip("timm.layers")
    if name == "none":
        return nn.Identity()
    if name == "halve":
        net = halving(channels, f)
        net.act = nn.Identity()
        return net
    if name.startswith("sep"):
        return parts.BranchSeparables(channels, f, int(name[-1]), stride, stem_cell=True, padding="same")
    if name == "1x7":
        return nn.Sequential(
            parts.ActConvBn(channels, f // 4, 1, padding="same"),
            parts.ActConvBn(f // 4, f // 4, (1, 7), (1, stride), padding="same"),
            parts.ActConvBn(f // 4, f // 4, (7, 1), (stride, 1), padding="same"),
            parts.ActConvBn(f // 4, f, 1, padding="same"),
        )
    if name == "max":
        pool = layers.create_pool2d("max", 3, stride, padding="same")
    else:
        pool = MeanOfPixels() if stride == 2 else nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    if channels == f:
        return pool
    return nn.Sequential(pool, nn.Conv2d(channels, f, 1, bias=False), nn.BatchNorm2d(f, eps=0.001))


class Sums(nn.Module):
    """The sums of a cell."""

    def __init__(self, pairs: Pairs, given: tuple[int, ...], channels: tuple[int, int], f: int, stride: int) -> None:
        super().__init__()
        self.pairs, self.given = pairs, given
        self.operations = nn.ModuleList(
            operation(name, channels[state] if state < 2 else f, f, stride if state < 2 else 1)
            for left, one, right, other in pairs
            for name, state in ((left, one), (right, other))
        )

    def forward(self, last: Any, before: Any) -> Any:
        states = [last, before]
        for number, (_, one, _, other) in enumerate(self.pairs):
            left, right = self.operations[2 * number], self.operations[2 * number + 1]
            states.append(left(states[one]) + right(states[other]))
        return torch.cat([states[number] for number in self.given], 1)


class Cell(nn.Module):
    """A cell: what it gets, brought to its channels and its size, and then the sums."""

    def __init__(self, last: int, before: int, f: int, reduces: bool, halves: bool) -> None:
        super().__init__()
        of_relu = pytest.importorskip("timm.models.pnasnet").ActConvBn
        self.last = of_relu(last, f, 1)
        self.before = halving(before, f) if halves else of_relu(before, f, 1)
        self.sums = Sums(REDUCTION, (2, 3, 4, 5, 6), (f, f), f, 2) if reduces else Sums(NORMAL, (1, 3, 4, 6), (f, f), f, 1)

    def forward(self, last: Any, before: Any) -> Any:
        return self.sums(self.last(last), self.before(before))


class FirstCell(Cell):
    """A reduction that reads its one input twice, the second time as it is."""

    def __init__(self, channels: int, f: int) -> None:
        super().__init__(channels, channels, f, True, False)
        self.before, self.sums = nn.Identity(), Sums(REDUCTION, (2, 3, 4, 5, 6), (f, channels), f, 2)


class AmoebaNet(nn.Module):
    """AmoebaNet-A with N normal cells in a row, and F channels in the first of them."""

    def __init__(self, n: int, f: int, stem: int, classes: int = 1000) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, stem, 3, 2, bias=False), nn.BatchNorm2d(stem, eps=0.001))
        self.cells = nn.ModuleList([FirstCell(stem, f // 4)])
        channels, halved = [stem, 5 * (f // 4)], True  # halved: the last cell was a reduction
        for reduces, width in [(True, f // 2)] + [(k == 0, f * 2**s) for s in range(3) for k in range(0 if s else 1, n + 1)]:
            self.cells.append(Cell(channels[-1], channels[-2], width, reduces, halved))
            channels.append((5 if reduces else 4) * width)
            halved = reduces
        self.fc = nn.Linear(channels[-1], classes)

    def forward(self, x: Any) -> Any:
        before = last = self.stem(x)
        for cell in self.cells:
            before, last = last, cell(last, before)
        return self.fc(last.relu().mean((2, 3)))


def amoebanet(*args: Any, meta: bool) -> AmoebaNet:
    """The network, without weights where only its counts are wanted."""
    with torch.device("meta" if meta else "cpu"):
        return AmoebaNet(*args)
