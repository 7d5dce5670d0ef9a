"""LeNet-5 as in its paper, written out in torch."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional

# The paper's Table I as it is printed: a row for each map of S2, a column for each map of C3.
TABLE = [
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
]


def squash(x: Any) -> Any:
    """The sigmoid of the paper's equation 6."""
    return 1.7159 * torch.tanh(x * 2 / 3)


class Subsample(nn.Module):  # type: ignore[misc, name-defined]
    """Sums of 2 x 2 values, which S2 and S4 scale and shift."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.coefficient, self.bias = (nn.Parameter(torch.zeros(maps, 1, 1)) for _ in range(2))

    def forward(self, x: Any) -> Any:
        added = x[..., ::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, ::2] + x[..., 1::2, 1::2]
        return added / 4 * self.coefficient + self.bias


class C3(nn.Module):  # type: ignore[misc, name-defined]
    """A kernel for each cross in the table, in the order of the columns."""

    def __init__(self) -> None:
        super().__init__()
        crosses = [(read, made) for made in range(16) for read in range(6) if TABLE[read][made] == "X"]
        self.reads, self.makes = zip(*crosses, strict=True)
        self.weight, self.bias = nn.Parameter(torch.zeros(len(crosses), 5, 5)), nn.Parameter(torch.zeros(16))

    def forward(self, x: Any) -> Any:
        made = F.conv2d(x[:, list(self.reads)], self.weight[:, None], groups=len(self.reads))
        sums = torch.zeros_like(made[:, :16]).index_add(1, torch.tensor(self.makes, device=x.device), made)
        return sums + self.bias[:, None, None]


class Output(nn.Module):  # type: ignore[misc, name-defined]
    """Squared distances from codes of -1 and 1."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.randint(0, 2, (classes, 84)).float() * 2 - 1)

    def forward(self, x: Any) -> Any:
        return torch.stack([(x - code).pow(2).sum(1) for code in self.codes], 1)


class LeNet5(nn.Module):  # type: ignore[misc, name-defined]
    """The whole network."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.c1, self.s2, self.c3, self.s4 = nn.Conv2d(1, 6, 5), Subsample(6), C3(), Subsample(16)
        self.c5, self.f6, self.output = nn.Conv2d(16, 120, 5), nn.Linear(120, 84), Output(classes)

    def forward(self, x: Any) -> Any:
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5):
            x = squash(layer(x))
        return self.output(squash(self.f6(x.flatten(1))))


def lenet5_1998(classes: int = 10) -> Any:
    """The network of 1998."""
    torch.manual_seed(0)  # for the codes
    return LeNet5(classes)


def lenet5(classes: int = 10) -> Any:
    """The network as it is drawn today."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes)),
    )
