"""Convolution and pooling as plain loops: where each window stands, and what it reads, one window after the other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Axis(NamedTuple):
    """Windows along one axis: `kernel` values, `dilation` apart, in steps of `stride`, with padding on two sides."""

    size: int
    kernel: int
    stride: int
    before: int = 0
    behind: int = 0
    dilation: int = 1
    ceil: bool = False

    def windows(self) -> list[list[int]]:
        """For each window the positions that it reads; negative ones, and those from `size` on, are not in the input.

        Windows follow each other as long as they fit. With `ceil` there is one more if the one before it leaves values, the
        padding's included, unless it would begin behind the input.
        """
        end, length = self.size + self.behind, self.dilation * (self.kernel - 1) + 1
        found: list[list[int]] = []
        start = -self.before
        while start + length <= end or (self.ceil and start - self.stride + length < end and start < self.size):
            found.append([start + i * self.dilation for i in range(self.kernel)])
            start += self.stride
        return found

    def inside(self, positions: list[int]) -> list[int]:
        """Those positions that are in the input."""
        return [at for at in positions if 0 <= at < self.size]

    def counted(self, positions: list[int]) -> int:
        """How many of the positions are in the input or its padding."""
        return sum(-self.before <= at < self.size + self.behind for at in positions)


def same(size: int, kernel: int, stride: int, dilation: int = 1) -> Axis:
    """The windows of `same`: one for each stride begun, over as little padding as that takes, the odd one behind."""
    for total in range(kernel * dilation + 1):
        axis = Axis(size, kernel, stride, total // 2, total - total // 2, dilation)
        if len(axis.windows()) >= len(range(0, size, stride)):
            return axis
    raise AssertionError("one window for each stride takes less padding than a window is long")


def largest(x: Array, h: Axis, w: Axis) -> Array:
    """Max pooling of ... x H x W."""
    return _each(h, w, lambda rows, columns: x[..., h.inside(rows), :][..., w.inside(columns)].max((-2, -1)))


def mean(x: Array, h: Axis, w: Axis, count_pad: bool) -> Array:
    """Average pooling of ... x H x W; `count_pad` takes the padding's zeros for values, but nothing behind the padding."""

    def one(rows: list[int], columns: list[int]) -> Array:
        inside = x[..., h.inside(rows), :][..., w.inside(columns)]
        count = h.counted(rows) * w.counted(columns) if count_pad else inside.shape[-2] * inside.shape[-1]
        return inside.sum((-2, -1)) / count

    return _each(h, w, one)


def convolved(x: Array, weight: Array, bias: Array | None, h: Axis, w: Axis, groups: int) -> Array:
    """Convolution of batch x C x H x W by filters K x C/groups x kernel."""
    wide, each = weight.shape[1], len(weight) // groups

    def one(rows: list[int], columns: list[int]) -> Array:
        total = np.zeros((len(x), len(weight)))
        for k in range(len(weight)):
            first = k // each * wide
            for i, row in enumerate(rows):
                for j, column in enumerate(columns):
                    if 0 <= row < h.size and 0 <= column < w.size:
                        total[:, k] += x[:, first : first + wide, row, column] @ weight[k, :, i, j]
        return total if bias is None else total + bias

    return _each(h, w, one)


def _each(h: Axis, w: Axis, one: Any) -> Array:
    """What `one` makes of the rows and columns of each window, on two axes at the end."""
    return np.stack([np.stack([one(rows, columns) for columns in w.windows()], -1) for rows in h.windows()], -2)
