"""Figures published about a model that do not hold: what its page and its JSON say of them."""

from __future__ import annotations

from typing import Any, NamedTuple


class Published(NamedTuple):
    """A figure of some source, the exact value, and why they differ."""

    figure: str  # as printed: 358M
    quantity: str  # macs, params, ...
    at: list[str]  # the layers that it is of; none: the whole model
    of: str  # of a value its formula, of a field or setting its name
    than: str  # of a ratio the model that it compares with
    value: Any  # exact: a whole number if it is one, else as `shown`
    shown: str  # the same for people: 271,351,808, or 8.913x
    source: str
    slide: int | None
    erratum: str  # why
