"""Finding a model by name: packaged specs, a path, a variant in a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from archcalc.errors import SpecError, did_you_mean
from archcalc.packaged import spec_files
from archcalc.source import Source, read_file
from archcalc.spec import Spec, Variant, read_spec

_NAME_LINE = re.compile(r"^(?:name:[ \t]*|  )([A-Za-z]\w*)", re.MULTILINE)


class Model:
    """A variant of a spec, ready to be built."""

    __slots__ = ("spec", "variant")

    def __init__(self, spec: Spec, variant: Variant) -> None:
        self.spec, self.variant = spec, variant

    @property
    def name(self) -> str:
        """The model's full name, such as resnet50."""
        return self.variant.name


def folded(name: str) -> str:
    """A model's name without case, `-`, `_` and `/`: ViT-B/16 and vit_b_16 are the same."""
    return re.sub(r"[-_/ ]", "", name).lower()


def find(name: str) -> Model:
    """The model of this name: a variant of a packaged spec, a file, or file.yaml:variant. Raises SpecError.

    Only files whose text mentions the name at the start of a line are parsed, so that one model costs one file.
    """
    if name.endswith((".yaml", ".yml")) or _is_path(name):
        return _from_path(name)
    wanted = folded(name)
    for path in spec_files():
        source = read_file(path, os.path.basename(path))
        if wanted in (folded(found) for found in _NAME_LINE.findall(source.text)):
            spec = read_spec(source)
            found = _variant(spec, wanted)
            if found is not None:
                return Model(spec, found)
    if os.path.exists(name):
        return _from_path(name)
    known = [model.name for model in models()]
    hint = did_you_mean(name, known) or "`archcalc list` shows the models; a path to a .yaml file works too"
    raise SpecError("unknown-model", f"no model is called '{name[:80]}'", None, hint, name)


def _is_path(name: str) -> bool:
    return ".yaml:" in name or ".yml:" in name or name.startswith((".", "/")) or os.sep + "." in name


def _from_path(name: str) -> Model:
    path, variant = name, ""
    if not os.path.exists(name):
        head, separator, tail = name.rpartition(":")
        if separator and head.endswith((".yaml", ".yml")):
            path, variant = head, tail
    return pick(read_spec(read_file(path)), variant)


def pick(spec: Spec, variant: str = "") -> Model:
    """A variant of a spec by name, else the one named like the spec, else the first. Raises SpecError("unknown-model")."""
    if not variant:
        return Model(spec, next(iter(spec.variants.values())))
    found = _variant(spec, folded(variant))
    if found is None:
        hint = did_you_mean(variant, spec.variants)
        raise SpecError("unknown-model", f"{spec.source.name} has no variant '{variant[:80]}'", None, hint, variant)
    return Model(spec, found)


def _variant(spec: Spec, wanted: str) -> Variant | None:
    for variant in spec.variants.values():
        if folded(variant.name) == wanted:
            return variant
    return next(iter(spec.variants.values())) if folded(spec.name) == wanted else None


def load(name: str | os.PathLike[str]) -> Model:
    """The model of a name or path, checked. Raises SpecError."""
    try:
        return find(os.fsdecode(name))
    except TypeError:
        raise SpecError("bad-option", f"a model is a name or a path, not {type(name).__name__}") from None


def load_text(text: str, name: str = "net.yaml", variant: str = "") -> Model:
    """A model from the text of a spec. `name` stands for the file in messages. Raises SpecError."""
    for what, given in (("text", text), ("name", name), ("variant", variant)):
        if not isinstance(given, str):
            raise SpecError("bad-option", f"the {what} of a spec is a str, not {type(given).__name__}")
    return pick(read_spec(Source(name, text)), variant)


def models() -> Iterator[Model]:
    """Every variant of every packaged spec, in the order of files and of their variants."""
    for path in spec_files():
        spec = read_spec(read_file(path, os.path.basename(path)))
        for variant in spec.variants.values():
            yield Model(spec, variant)
