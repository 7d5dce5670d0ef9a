"""Claims and expectations set apart: sections that most commands never look at are parsed only when they are asked for.

A spec may have a hundred claims, and to read them takes as long as to read its network. They are set apart where they are the
last sections, and laid out so plainly that their models can be told from the lines alone; else they are read with the rest.
"""

from __future__ import annotations

import re

from archcalc.source import Mapping, Source, parse

SECTIONS = ("expect", "claims")
_HEAD = rf"(?:{'|'.join(SECTIONS)}):[ ]*(?:#[^\n]*)?(?:\n|\Z)"
_INSIDE = r"(?:[ ][^\n]*(?:\n|\Z)|\n|#[^\n]*(?:\n|\Z))"  # no line fits two of them, so that nothing is tried twice
_LAST = re.compile(rf"^{_HEAD}(?:{_HEAD}|{_INSIDE})*\Z", re.MULTILINE)
_NAME = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)
_KEY = re.compile(r"^ {1,2}(?=[^ \n])([^\n]*)$", re.MULTILINE)
_MODEL = re.compile(r"([A-Za-z]\w*):[ ]*(?:#.*)?\Z")


def set_apart(source: Source) -> tuple[Source, Source, list[str]] | None:
    """The spec without these sections, the sections on the lines where they stand, and their models; None if unsure."""
    found = _LAST.search(source.text)
    if found is None:
        return None
    head, last = source.text[: found.start()], found[0]
    names = _NAME.findall(source.text)
    if len(set(names)) < len(names) or len(names) > len(_NAME.findall(last)):
        return None  # one of them stands elsewhere too
    models: list[str] = []
    for section in _NAME.split(last)[2::2]:  # behind each of the names
        those = _models(section)
        if those is None:
            return None
        models += those
    return Source(source.name, head), Source(source.name, "\n" * head.count("\n") + last), models


def _models(section: str) -> list[str] | None:
    """The models that a section is about; None where they cannot be told from its lines."""
    models = []
    for line in _KEY.finditer(section):
        model = _MODEL.match(line[1])
        if not line[0].startswith("  ") or (model is None and not line[1].startswith("#")):
            return None
        models += [model[1]] if model is not None else []
    return models if len(set(models)) == len(models) else None


def parsed(sections: Source) -> dict[str, Mapping]:
    """The sections that were set apart, by their names. Raises SpecError for what is not plain YAML."""
    root = parse(sections)
    pairs = root.pairs if isinstance(root, Mapping) else {}
    return {name: node for name, node in pairs.items() if isinstance(node, Mapping)}
