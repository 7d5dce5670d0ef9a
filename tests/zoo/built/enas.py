"""The ENAS network of the parts of timm's PNASNet, put together after the sequence in the authors' script."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.built.amoebanet import Pairs, Sums
from zoo.built.pnasnet import halving

torch = pytest.importorskip("torch")
nn = torch.nn

NORMAL = (0, 2, 0, 0, 0, 4, 0, 1, 0, 4, 1, 1, 1, 0, 0, 1, 0, 2, 1, 1)
REDUCTION = (1, 0, 1, 0, 0, 3, 0, 2, 1, 1, 3, 1, 1, 0, 0, 4, 0, 3, 1, 1)
OPERATIONS = ("sep3", "sep5", "avg", "max", "none")


def pairs(sequence: tuple[int, ...], reduces: bool) -> tuple[Pairs, tuple[int, ...]]:
    """The sums of a cell, and which states it gives: those that no sum reads. In the sequence, state 0 is the earlier one."""
    found: Pairs = []
    for at in range(0, len(sequence), 4):
        one, left, other, right = sequence[at : at + 4]
        names = ("halve" if OPERATIONS[op] == "none" and reduces and state < 2 else OPERATIONS[op]
                 for state, op in ((one, left), (other, right)))  # fmt: skip
        states = (1 - state if state < 2 else state for state in (one, other))
        found.append(tuple(part for pair in zip(names, states, strict=True) for part in pair))  # type: ignore[arg-type]
    read = {state for _, one, _, other in found for state in (one, other)}
    return found, tuple(state for state in range(7) if state not in read)


class Cell(nn.Module):
    """A cell: what it gets, brought to its channels and its size, and then the sums."""

    def __init__(self, last: int, before: int, f: int, reduces: bool, halves: bool) -> None:
        super().__init__()
        of_relu = pytest.importorskip("timm.models.pnasnet").ActConvBn
        self.before = halving(before, f) if halves else of_relu(before, f, 1)
        self.last = nn.Sequential(of_relu(last, f, 1), of_relu(f, f, 1))
        listed, given = pairs(REDUCTION if reduces else NORMAL, reduces)
        self.sums = Sums(listed, given, (f, f), f, 2 if reduces else 1)
        self.channels = len(given) * f

    def forward(self, last: Any, before: Any) -> Any:
        return self.sums(self.last(last), self.before(before))


class Micro(nn.Module):
    """The network of the micro search space with N normal cells in a row."""

    def __init__(self, n: int, f: int, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 3 * f, 3, 1, 1, bias=False), nn.BatchNorm2d(3 * f, eps=0.001))
        self.cells = nn.ModuleList()
        channels, reduced = [3 * f, 3 * f], False
        for number in range(3 * n + 2):
            reduces = number in (n, 2 * n + 1)
            f *= 2 if reduces else 1
            self.cells.append(Cell(channels[-1], channels[-2], f, reduces, reduced))
            channels.append(self.cells[-1].channels)
            reduced = reduces
        self.fc = nn.Linear(channels[-1], classes, bias=False)

    def forward(self, x: Any) -> Any:
        before = last = self.stem(x)
        for cell in self.cells:
            before, last = last, cell(last, before)
        return self.fc(nn.functional.dropout(last.relu().mean((2, 3)), 0.2, self.training))
