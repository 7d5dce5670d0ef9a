"""Claims and expectations set apart: sections that most commands never look at are parsed only when they are asked for.

A spec may have a hundred claims, and to read them takes as long as to read its network. They are set apart where they are the
last sections, and laid out so plainly that their models can be told from the lines alone; else they are read with the rest.
When they are asked for, the whole text is parsed anew, as if nothing had been set apart: so no mistake in it is missed.
"""

from __future__ import annotations

import re
from itertools import pairwise

from archcalc.source import Source

SECTIONS = ("expect", "claims")
_HEAD = rf"(?:{'|'.join(SECTIONS)}):[ ]*(?:#[^\n]*)?(?:\n|\Z)"
_INSIDE = r"(?:[ ][^\n]*(?:\n|\Z)|\n|#[^\n]*(?:\n|\Z))"  # no line fits two of them, so that nothing is tried twice
_PLAIN = re.compile(rf"{_HEAD}(?:{_HEAD}|{_INSIDE})*\Z")
_KEY = re.compile(r"\n( {1,2})(?=[^ \n])([^\n]*)")
_MODEL = re.compile(r"([A-Za-z]\w*):[ ]*(?:#.*)?\Z")


def set_apart(source: Source) -> tuple[Source, list[str]] | None:
    """The spec without these sections, and the models that they are about; None if unsure."""
    text = source.text
    starts = sorted(at + 1 for name in SECTIONS if (at := text.find(f"\n{name}:")) >= 0)
    if not starts or any(text.count(f"\n{name}:") > 1 for name in SECTIONS) or not _PLAIN.match(text, starts[0]):
        return None
    models: list[str] = []
    for start, end in pairwise([*starts, len(text)]):
        those = _models(text[start:end])
        if not those:
            return None
        models += those
    return Source(source.name, text[: starts[0]]), models


def _models(section: str) -> list[str] | None:
    """The models that a section is about; None where they cannot be told from its lines."""
    models = []
    for indent, line in _KEY.findall(section):
        model = _MODEL.match(line)
        if len(indent) < 2 or (model is None and not line.startswith("#")):
            return None
        models += [model[1]] if model is not None else []
    return models if len(set(models)) == len(models) else None
