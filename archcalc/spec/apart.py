"""Claims set apart: a section that most commands never look at is parsed only when it is asked for.

A spec may have a hundred claims, and to read them takes as long as to read its network. They are set apart where they are the
last section, and laid out so plainly that their models can be told from the lines alone; else they are read with the rest.
"""

from __future__ import annotations

import re

from archcalc.source import Mapping, Source, parse

_SECTION = re.compile(r"^claims:[ ]*(?:#[^\n]*)?\n((?:[ ][^\n]*(?:\n|\Z)|[ ]*\n|#[^\n]*(?:\n|\Z))+)\Z", re.MULTILINE)
_KEY = re.compile(r"^ {1,2}(?=[^ \n])([^\n]*)$", re.MULTILINE)
_MODEL = re.compile(r"([A-Za-z]\w*):[ ]*(?:#.*)?\Z")


def set_apart(source: Source) -> tuple[Source, Source, list[str]] | None:
    """The spec without its claims, the claims on the lines where they stand, and the models they are of; None if unsure."""
    found = _SECTION.search(source.text)
    if found is None or source.text.count("\nclaims:") != 1:
        return None
    models = []
    for line in _KEY.finditer(found[1]):
        model = _MODEL.match(line[1])
        if not line[0].startswith("  ") or (model is None and not line[1].startswith("#")):
            return None
        models += [model[1]] if model is not None else []
    if len(set(models)) < len(models):
        return None
    head = source.text[: found.start()]
    return Source(source.name, head), Source(source.name, "\n" * head.count("\n") + source.text[found.start() :]), models


def parsed(claims: Source) -> Mapping | None:
    """The claims that were set apart. Raises SpecError for what is not plain YAML."""
    root = parse(claims)
    node = root.pairs.get("claims") if isinstance(root, Mapping) else None
    return node if isinstance(node, Mapping) else None
