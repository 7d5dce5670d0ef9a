"""The layer kinds for readers: one line each, or one with its fields."""

from __future__ import annotations

import textwrap
from typing import Any

from archcalc.arithmetic import show_number
from archcalc.layers.base import KINDS, Layer
from archcalc.layers.fields import Field
from archcalc.render.console import terminal_width


def families() -> dict[str, list[str]]:
    """The kinds by family, which is the file that they stand in."""
    found: dict[str, list[str]] = {}
    for name, kind in KINDS.items():
        found.setdefault(kind.__module__.rsplit(".", 1)[1], []).append(name)
    return dict(sorted(found.items()))


def doc(kind: type[Layer]) -> str:
    """What a kind does, on one line."""
    return " ".join((kind.__doc__ or "").split())


def default_text(field: Field) -> str:
    """A field's default as one would write it; "required", or "not given"."""
    if field.required:
        return "required"
    return "not given" if field.default is None else _value(field.default)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else show_number(value)


def kinds_text(width: int | None = None) -> str:
    """Every kind with what it does, by family."""
    width = width or terminal_width()
    longest = max(len(name) for name in KINDS)
    lines = []
    for family, names in families().items():
        lines.append(f"{family}")
        for name in names:
            what = doc(KINDS[name])
            lines += textwrap.wrap(what, max(width, 40), initial_indent=f"  {name:<{longest}}  ",
                                   subsequent_indent=" " * (longest + 4))  # fmt: skip
    return "\n".join(lines) + "\n"


def kind_text(name: str, width: int | None = None) -> str:
    """A kind with its fields, types and defaults."""
    width = max(width or terminal_width(), 40)
    kind = KINDS[name]
    lines = textwrap.wrap(f"{name}: {doc(kind)}", width)
    if not kind.fields:
        return "\n".join([*lines, "", "It takes no arguments."]) + "\n"
    longest = max(len(field) for field in kind.fields)
    lines.append("")
    for field_name, field in kind.fields.items():
        what = f"{field.doc}; {field.type.doc} ({default_text(field)})"
        lines += textwrap.wrap(what, width, initial_indent=f"  {field_name:<{longest}}  ",
                               subsequent_indent=" " * (longest + 4))  # fmt: skip
    if kind.merges:
        lines += ["", "It takes branches: {NAME: [layers] or tensor, ...}, or the tensors that flow in."]
    return "\n".join(lines) + "\n"
