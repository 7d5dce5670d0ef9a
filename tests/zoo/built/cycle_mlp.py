"""CycleMLPs as the authors write them: channels that are read from elsewhere by torchvision's deformable convolution."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


class CycleFC(nn.Conv2d):  # type: ignore[misc, name-defined]
    """A 1x1 convolution that reads channel after channel at another offset, along the axis on which `kernel` is not 1."""

    def __init__(self, width: int, kernel: tuple[int, int]) -> None:
        super().__init__(width, width, 1)
        self.kernel = kernel

    def forward(self, x: Any) -> Any:
        deform = pytest.importorskip("torchvision").ops.deform_conv2d
        channels, (high, wide) = self.in_channels, self.kernel
        turns = torch.arange(channels, device=x.device) + high * wide // 2
        offsets = torch.stack([turns % high - high // 2, turns % wide - wide // 2], 1)  # down and right, of each channel
        where = offsets.flatten()[None, :, None, None].to(x.dtype).expand(len(x), -1, *x.shape[-2:])
        return super().forward(deform(x, where, x.new_ones(channels, 1, 1, 1)))


class Norm(nn.LayerNorm):  # type: ignore[misc, name-defined]
    """Over the channels of each pixel."""

    def forward(self, x: Any) -> Any:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Mixer(nn.Module):  # type: ignore[misc, name-defined]
    """Three branches, added up with weights for each channel."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.pixel = nn.Conv2d(width, width, 1, bias=False)
        self.row, self.column = CycleFC(width, (1, reach)), CycleFC(width, (reach, 1))
        self.reweight = nn.Sequential(nn.Linear(width, width // 4), nn.GELU(), nn.Linear(width // 4, 3 * width))
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, x: Any) -> Any:
        branches = torch.stack([self.row(x), self.column(x), self.pixel(x)], -1)  # batch x C x H x W x 3
        shares = self.reweight(branches.sum(-1).mean((2, 3))).unflatten(1, (-1, 3)).softmax(-1)
        return self.proj((branches * shares[:, :, None, None]).sum(-1))


class Residual(nn.Sequential):  # type: ignore[misc, name-defined]
    def forward(self, x: Any) -> Any:
        return x + super().forward(x)


def cycle_mlp(depths: list[int], widths: list[int], expands: list[int], reach: int = 3, classes: int = 1000) -> Any:
    """The whole network."""

    def block(width: int, expand: int) -> list[Any]:
        mlp = [nn.Conv2d(width, expand * width, 1), nn.GELU(), nn.Conv2d(expand * width, width, 1)]
        return [Residual(Norm(width), Mixer(width, reach)), Residual(Norm(width), *mlp)]

    with torch.device("meta"):
        layers: list[Any] = [nn.Conv2d(3, widths[0], 7, 4, 2)]
        for stage, (depth, width, expand) in enumerate(zip(depths, widths, expands, strict=True)):
            if stage:
                layers.append(nn.Conv2d(widths[stage - 1], width, 3, 2, 1))
            layers += [part for _ in range(depth) for part in block(width, expand)]
        head = [Norm(widths[-1]), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], classes)]
        return nn.Sequential(*layers, *head)
