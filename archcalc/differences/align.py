"""Which layer of one network is which of another.

The order of both is kept where it can be: an alignment with the largest sum of likenesses (Needleman and Wunsch 1970). Two
layers that are equal in all but their name are more alike than two that share only a name, so that a layer put in before
others, whose numbers then move on, is one that was added. Among equals the name decides. What is left over, such as a branch
that moved, is matched by name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archcalc.differences.sides import Line

Pairs = list[tuple[int | None, int | None]]  # indices into both sides, in order; None: only one side has it
MOST_CELLS = 3_000_000  # of one table; a larger one is cut at layers that have kind and name in common

EQUAL, EQUAL_IN_PLACE = 12, 5  # alike in kind, fields and shapes; a ReLU says little of where one is
SAME_FIELDS = 9  # alike in kind, fields and output: what comes before it has changed
SAME_NAME, SAME_SHAPE, SAME_LAST = 6, 4, 3  # of one kind, but changed
OTHER_KIND = 3  # of one name or place
BY_NAME, BY_BLOCK, BY_LAST = 3, 2, 1  # added where names agree: whole, but for the last part, or in their last part


class Traits(NamedTuple):
    """A layer as the alignment sees it."""

    name: str
    kind: str
    own: str  # the fields; empty for a kind that has none
    equal: Any  # the same for layers that are equal in all but name
    outputs: Any
    shapes: Any
    detail: str
    block: str
    last: str
    in_place: bool
    bare: str  # the name without its kind: relu1 and silu1 are the same there


def align(before: Sequence[Line], after: Sequence[Line]) -> Pairs:
    """Pairs of layers that correspond, and single ones: removed (None behind) or added (None in front)."""
    fields = all(line.fields is not None for line in (*before, *after))
    ones, others = [_traits(line, fields) for line in before], [_traits(line, fields) for line in after]
    pairs = _ordered(_aligned(ones, others, 0, 0))
    for side in (0, 1):
        pairs = _slid(ones, others, pairs, side)
    return _by_name(ones, others, pairs)


def _traits(line: Line, fields: bool) -> Traits:
    block, _, last = line.name.rpartition(".")
    outputs = str(line.output_shapes)
    shapes = f"{line.input_shapes} {outputs}"
    own = str((line.fields if fields else line.counts.get("params")) or "")
    bare = f"{block}.{last.removeprefix(line.kind)}" if last.startswith(line.kind) else ""
    return Traits(
        line.name,
        line.kind,
        own,
        f"{line.kind} {own} {shapes}",
        outputs,
        shapes,
        line.detail,
        block,
        last,
        line.works_in_place,
        bare,
    )


def _likeness(a: Traits, b: Traits) -> int:
    """How alike two layers are; 0: they do not correspond."""
    if a.equal == b.equal:
        base = EQUAL_IN_PLACE if a.in_place else EQUAL
    elif a.kind == b.kind:
        if a.own and a.own == b.own and a.outputs == b.outputs:
            base = SAME_FIELDS
        elif a.name == b.name:
            base = SAME_NAME
        elif a.outputs == b.outputs or (a.detail and a.detail == b.detail):
            base = SAME_SHAPE
        elif a.last == b.last and a.block.count(".") == b.block.count("."):
            base = SAME_LAST
        else:
            return 0
    elif a.name == b.name or (a.bare and a.bare == b.bare and a.shapes == b.shapes):
        base = OTHER_KIND
    else:
        return 0
    return base + (BY_NAME if a.name == b.name else BY_BLOCK if a.block == b.block else BY_LAST if a.last == b.last else 0)


def _aligned(ones: list[Traits], others: list[Traits], i: int, j: int, cut: bool = True) -> Pairs:
    """The pairs of two stretches that begin at `i` and `j`."""
    head = 0
    while head < min(len(ones), len(others)) and _same(ones[head], others[head]):
        head += 1
    tail = 0
    while tail < min(len(ones), len(others)) - head and _same(ones[-1 - tail], others[-1 - tail]):
        tail += 1
    inner, outer = ones[head : len(ones) - tail], others[head : len(others) - tail]
    first: Pairs = [(i + k, j + k) for k in range(head)]
    last: Pairs = [(i + len(ones) - tail + k, j + len(others) - tail + k) for k in range(tail)]
    return [*first, *_middle(inner, outer, i + head, j + head, cut), *last]


def _same(a: Traits, b: Traits) -> bool:
    return a.name == b.name and a.equal == b.equal


def _middle(ones: list[Traits], others: list[Traits], i: int, j: int, cut: bool) -> Pairs:
    if not ones or not others:
        return [*((i + k, None) for k in range(len(ones))), *((None, j + k) for k in range(len(others)))]
    if len(ones) * len(others) <= MOST_CELLS:
        return [(a if a is None else a + i, b if b is None else b + j) for a, b in _table(ones, others)]
    anchors = _anchors(ones, others) if cut else _equal_runs(ones, others)
    pairs: Pairs = []
    at, to = 0, 0
    for a, b in [*anchors, (len(ones), len(others))]:
        # Between two that correspond there may still be too much, if their names have nothing in common.
        pairs += _aligned(ones[at:a], others[to:b], i + at, j + to, cut=False) if cut else _rest(a - at, b - to, i + at, j + to)
        if a < len(ones):
            pairs.append((i + a, j + b))
        at, to = a + 1, b + 1
    return pairs


def _rest(ones: int, others: int, i: int, j: int) -> Pairs:
    return [*((i + k, None) for k in range(ones)), *((None, j + k) for k in range(others))]


def _anchors(ones: list[Traits], others: list[Traits]) -> list[tuple[int, int]]:
    """Layers of the same name and kind, as many as stand in the same order on both sides."""
    places = {(one.name, one.kind): index for index, one in enumerate(others)}
    found = [(index, places[one.name, one.kind]) for index, one in enumerate(ones) if (one.name, one.kind) in places]
    return _increasing(found)


def _increasing(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run in which the second numbers rise too."""
    ends: list[int] = []  # the smallest last number of a run of each length, and which pair it is of
    which: list[int] = []
    before: list[int] = []
    for index, (_, value) in enumerate(found):
        length = bisect_left(ends, value)
        before.append(which[length - 1] if length else -1)
        ends[length : length + 1] = [value]
        which[length : length + 1] = [index]
    run: list[tuple[int, int]] = []
    index = which[-1] if which else -1
    while index >= 0:
        run.append(found[index])
        index = before[index]
    return run[::-1]


def _equal_runs(ones: list[Traits], others: list[Traits]) -> list[tuple[int, int]]:
    """Runs of layers that are equal in all but name, the longest first."""
    from difflib import SequenceMatcher  # for large networks that have no names in common

    matcher = SequenceMatcher(None, [one.equal for one in ones], [one.equal for one in others], autojunk=False)
    return [(match.a + k, match.b + k) for match in matcher.get_matching_blocks() for k in range(match.size)]


def _table(ones: list[Traits], others: list[Traits]) -> Pairs:
    """The alignment with the largest sum of likenesses; of equally good ones, that which matches late."""
    columns: dict[str, list[int]] = {}  # where a layer of this kind, name or bare name stands
    for index, other in enumerate(others):
        for key in {f"kind {other.kind}", f"name {other.name}", f"bare {other.bare}"}:
            columns.setdefault(key, []).append(index)
    steps = [b""]  # of each cell: 0 both, 1 only the other side, 2 only this side
    above = [0] * (len(others) + 1)
    for one in ones:
        scores = [0] * len(others)
        keys = (f"kind {one.kind}", f"name {one.name}", *([f"bare {one.bare}"] if one.bare else []))
        for index in {index for key in keys for index in columns.get(key, ())}:
            scores[index] = _likeness(one, others[index])
        row, way = [0], bytearray(b"\x02")
        best = 0
        for index, score in enumerate(scores):
            step = 1
            if above[index + 1] > best:
                best, step = above[index + 1], 2
            if score and above[index] + score >= best:
                best, step = above[index] + score, 0
            row.append(best)
            way.append(step)
        above = row
        steps.append(bytes(way))
    return _traced(steps, len(ones), len(others))


def _traced(steps: list[bytes], a: int, b: int) -> Pairs:
    pairs: Pairs = []
    while a or b:
        step = 1 if not a else 2 if not b else steps[a][b]
        a, b = a - (step != 1), b - (step != 2)
        pairs.append((a if step != 1 else None, b if step != 2 else None))
    return pairs[::-1]


def _ordered(pairs: Pairs) -> Pairs:
    """The same, with what was removed before what was added wherever both stand side by side."""
    found: Pairs = []
    removed: Pairs = []
    added: Pairs = []
    for pair in pairs:
        if pair[1] is None:
            removed.append(pair)
        elif pair[0] is None:
            added.append(pair)
        else:
            found += [*removed, *added, pair]
            removed, added = [], []
    return [*found, *removed, *added]


MOST_SLIDES = 500  # positions that are tried, each way


def _slid(ones: list[Traits], others: list[Traits], pairs: Pairs, side: int) -> Pairs:
    """The same, with each run of layers that only one side has where it begins and ends with a block, if it can stand there.

    In a, b, a, b, a, b both "b, a" and "a, b" can be what came in; that which is a block is what was meant.
    """
    found = list(pairs)
    own = (ones, others)[side]
    at = 0
    while at < len(found):
        if found[at][1 - side] is not None:
            at += 1
            continue
        end = at
        while end < len(found) and found[end][1 - side] is None:
            end += 1
        best = min(
            _slides(ones, others, found, side, at, end), key=lambda by: (_torn(own, found, side, at + by, end + by), abs(by))
        )
        if best:
            low, high = min(at, at + best), max(end, end + best)
            single = [pair[side] for pair in found[low:high]]
            partners = [pair[1 - side] for pair in found[low:high] if pair[1 - side] is not None]
            run = range(at + best - low, end + best - low)
            rest = iter(partners)
            mixed = [(None if k in run else next(rest), one) for k, one in enumerate(single)]
            found[low:high] = mixed if side else [(one, partner) for partner, one in mixed]
        at = max(end, end + best)
    return found


def _slides(ones: list[Traits], others: list[Traits], pairs: Pairs, side: int, at: int, end: int) -> Iterator[int]:
    """By how many positions a run can be moved without making the alignment worse."""
    yield 0
    length = end - at
    for direction in (1, -1):
        for step in range(min(length, MOST_SLIDES)):
            taken = end + step if direction > 0 else at - 1 - step  # a pair that would change its partner
            freed = taken - length if direction > 0 else taken + length
            if not 0 <= taken < len(pairs) or None in pairs[taken]:
                break
            partner, now, then = pairs[taken][1 - side], pairs[taken][side], pairs[freed][side]
            if partner is None or now is None or then is None:
                break
            before, after = ((partner, now), (partner, then)) if side else ((now, partner), (then, partner))
            if _likeness(ones[after[0]], others[after[1]]) < _likeness(ones[before[0]], others[before[1]]):
                break
            yield direction * (step + 1)


def _torn(own: list[Traits], pairs: Pairs, side: int, at: int, end: int) -> int:
    """How many blocks the two ends of a run cut in two."""
    ends = [(at - 1, at), (end - 1, end)]
    names = [
        [own[index].name for place in both if (index := pairs[place][side]) is not None]
        for both in ends
        if both[0] >= 0 and both[1] < len(pairs)
    ]
    return sum(_in_common(*two) for two in names if len(two) == 2)


def _in_common(name: str, other: str) -> int:
    """How many blocks stand around both."""
    count = 0
    for a, b in zip(name.split(".")[:-1], other.split(".")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count


def _by_name(ones: list[Traits], others: list[Traits], pairs: Pairs) -> Pairs:
    """Layers that are left over on both sides under the same name and of the same kind, matched where the second stands."""
    left = {(ones[a].name, ones[a].kind): a for a, b in pairs if a is not None and b is None}
    moved = {
        b: left[key] for a, b in pairs if a is None and b is not None and (key := (others[b].name, others[b].kind)) in left
    }
    gone = set(moved.values())
    return [(moved.get(b), b) if a is None and b is not None else (a, b) for a, b in pairs if b is not None or a not in gone]
