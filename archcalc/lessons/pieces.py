"""What a part of a network is made of: its pieces in a row, like ones that follow each other counted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report, top_level

MOST_PIECES = 16  # layers that are listed one by one


class Piece(NamedTuple):
    """A layer, or a block of them: `times` such behind each other. `name` is the first one's, `last` the last one's."""

    name: str
    last: str
    times: int
    what: str
    layers: list[LayerReport]  # of the first

    @property
    def single(self) -> bool:
        """Whether it is one layer, and not a block that has only one."""
        return self.layers[0].name == self.name

    @property
    def counted(self) -> str:
        """What it is and how often: "3 x bottleneck"."""
        return repeated(self.times, self.what)


def pieces(report: Report, layers: list[LayerReport], around: int) -> list[Piece]:
    """The pieces of a block whose layers have `around` blocks around them.

    These are the blocks in it, if it is made of such; else its layers if they are few, else its parts, and the parts of a
    part that is nearly all of it. What works in place is left out.
    """
    deepest = max(layer.name.count(".") for layer in layers) + 1
    found = runs(report, layers, around + 1)
    if _blocks(report, found) and not _lopsided(found, layers):
        return _joined(found) if len(found) > MOST_PIECES else found
    single = runs(report, layers, max(deepest, around + 1))
    if sum(piece.times for piece in single) <= MOST_PIECES:
        return single
    for level in range(around + 2, deepest + 1):
        deeper = runs(report, layers, level)
        if len(deeper) > MOST_PIECES or not _lopsided(found, layers):
            break
        found = deeper
    return _joined(found) if len(found) > MOST_PIECES else found


def _blocks(report: Report, found: list[Piece]) -> bool:
    """Whether there are several pieces of more than one telling layer, and all of these are blocks of the spec."""
    several = [piece for piece in found if sum(not layer.work.layer.attends for layer in piece.layers) > 1]
    return sum(piece.times for piece in several) > 1 and all(
        report.groups.get(piece.name, "do") != "do" for piece in several
    )  # fmt: skip


def _lopsided(found: list[Piece], layers: list[LayerReport]) -> bool:
    """Whether one piece is nearly all of a block."""
    return max((len(piece.layers) for piece in found), default=0) * 3 >= len(layers) * 2


def _joined(found: list[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece, although their sizes differ."""
    joined: list[Piece] = []
    for what, group in groupby(found, lambda piece: piece.what):
        alike = list(group)
        if len(alike) == 1:
            joined += alike
            continue
        layers = [layer for piece in alike for layer in piece.layers * piece.times]
        many = sum(piece.times for piece in alike)
        joined.append(Piece(alike[0].name, alike[-1].last, 1, f"{many} {what}, sizes differ", layers))
    return joined


def runs(report: Report, layers: Iterable[LayerReport], level: int) -> list[Piece]:
    """The parts that share the first `level` parts of their names; neighbours with the same layers and sizes are one."""
    found: list[Piece] = []
    for name, part in top_level(layers, level):
        if all(layer.work.layer.in_place for layer in part):
            continue
        what = made_of(report, name, part, level)
        if found and found[-1].what == what and alike(found[-1].layers, part):
            found[-1] = found[-1]._replace(last=name, times=found[-1].times + 1)
        else:
            found.append(Piece(name, name, 1, what, part))
    return found


def alike(one: list[LayerReport], other: list[LayerReport]) -> bool:
    """Whether two blocks have the same layers, on inputs of the same sizes."""
    return len(one) == len(other) and all(a.work is b.work for a, b in zip(one, other, strict=True))


def made_of(report: Report, name: str, layers: list[LayerReport], level: int = 1) -> str:
    """A block in a few words: its only layer that does more than scale or bend, or its name in the spec, or its parts."""
    telling = [layer for layer in layers if not layer.work.layer.attends]
    if len(telling) == 1 or (len(layers) == 1 and layers[0].name == name):
        one = (telling or layers)[0]
        return f"{one.kind} {one.title}".rstrip()
    block = report.groups.get(name, "")
    if block not in ("", "do"):
        return block
    return story(report, telling or layers, level + 1)


def story(report: Report, layers: Iterable[LayerReport], level: int = 1) -> str:
    """What layers do, one behind the other: "conv 7x7/2, 64; maxpool 3x3/2"."""
    told: list[tuple[str, int]] = []
    for name, part in top_level(layers, level):
        if all(layer.work.layer.attends or layer.work.layer.in_place for layer in part):
            continue
        what = made_of(report, name, part, level)
        if told and told[-1][0] == what:
            told[-1] = (what, told[-1][1] + 1)
        else:
            told.append((what, 1))
    return "; ".join(repeated(count, what) for what, count in told)


def repeated(times: int, what: str) -> str:
    """The same several times: "3 x bottleneck", "2 x (2 x sep; add)"."""
    if times == 1:
        return what
    return f"{times} x ({what})" if ";" in what or " x " in what else f"{times} x {what}"
