"""What layers without a name are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archcalc.spec.model import Item


def _siblings(items: list[Item]) -> Iterator[Item]:
    for item in items:
        if item.items is None or item.loops or item.names:
            yield item
        else:
            yield from _siblings(item.items)
        yield from _siblings(item.else_items or [])


def name_siblings(items: list[Item]) -> None:
    """Number the unnamed items of a list that share a head: conv1, conv2. The only one of its head is just `conv`.

    A `do` without a name or loop, and an `else`, add no level to the names of their layers, so these are numbered along.
    """
    items = list(_siblings(items))
    heads = Counter(item.base for item in items)
    taken = {name for item in items for name in item.names}
    merges = Counter(item.head for item in items if item.branches)
    counts: Counter[str] = Counter()
    for item in items:
        if item.branches and not item.names and sum(merges.values()) == 1:
            item.own_level = False
        if item.names or heads[item.base] == 1:
            continue
        base = item.base + "_" * item.base[-1:].isdigit()  # relu6_1
        while True:
            counts[base] += 1
            if f"{base}{counts[base]}" not in taken:
                break
        item.base = f"{base}{counts[base]}"
