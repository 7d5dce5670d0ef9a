"""Finding a model by name: packaged specs, a path, a variant in a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from archcalc.errors import SpecError, did_you_mean
from archcalc.packaged import spec_files
from archcalc.source import Source, read_file
from archcalc.spec import Spec, Variant, read_spec

_NAME = re.compile(r"^name:[ \t]*(\w+)", re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*(?:#.*)?$", re.MULTILINE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_VARIANTS = re.compile(r"^variants:[^\n]*\n((?:[ \t#][^\n]*\n|\n)+)", re.MULTILINE)
_VARIANT = re.compile(r"^  ([A-Za-z]\w*):", re.MULTILINE)


class Entry(NamedTuple):
    """What the head of a packaged spec says: what people call the family, the year of its paper, and the models."""

    path: str
    title: str
    year: int  # 0 if the first line, which has the citation, names none
    models: tuple[str, ...]

    @property
    def spec(self) -> str:
        """The name of the spec."""
        return os.path.basename(self.path).removesuffix(".yaml")


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


def spelled(name: str) -> str:
    """The same, but with a mark kept between digits: RegNetX-1.6GF is regnet_x_1_6gf, and not regnet_x_16gf."""
    return folded(re.sub(r"(?<=\d)[-_/ .](?=\d)", ".", name))


def named(name: str, names: Iterable[str]) -> str | None:
    """The one of the names that is meant: written just so, else spelled so, else alike but for marks between digits.

    Raises SpecError("unknown-model") where two are as near.
    """
    candidates = list(names)
    for form in (str, spelled, folded):
        wanted = form(name)
        found = [candidate for candidate in candidates if form(candidate) == wanted]
        if len(found) > 1:
            hint = f"{' or '.join(found)}?"
            raise SpecError("unknown-model", f"'{name[:80]}' can mean several models", None, hint, name)
        if found:
            return found[0]
    return None


def catalogue() -> list[Entry]:
    """The packaged specs by year, and by name in a year: all that a list shows, without reading more than their heads.

    For that, packaged specs are laid out alike: the citation first, variants each on a line of their own.
    """
    return sorted((_entry(path) for path in spec_files()), key=lambda entry: (entry.year, entry.spec))


def _entry(path: str) -> Entry:
    text = read_file(path, os.path.basename(path)).text
    name, title, variants = (pattern.search(text) for pattern in (_NAME, _TITLE, _VARIANTS))
    year = _YEAR.search(text[: text.find("\n")])
    models = tuple(_VARIANT.findall(variants[1])) if variants else (name[1],) if name else ()
    return Entry(path, title[1] if title else "", int(year[0]) if year else 0, models)


def find(name: str) -> Model:
    """The model of this name: a variant of a packaged spec, a file, or file.yaml:variant. Raises SpecError.

    A packaged spec's own name stands for its first variant. Only the spec that has the model is read whole.
    """
    if name.endswith((".yaml", ".yml")) or _is_path(name):
        return _from_path(name)
    entries = catalogue()
    owners = {model: entry for entry in entries for model in entry.models}
    found = named(name, owners)
    if found is None:
        specs = {entry.spec: entry for entry in entries if entry.models}
        family = named(name, specs)
        found = specs[family].models[0] if family else None
    if found is not None:
        spec = read_spec(read_file(owners[found].path, os.path.basename(owners[found].path)))
        return Model(spec, spec.variants[found])
    if os.path.exists(name):
        return _from_path(name)
    hint = did_you_mean(name, owners)
    hint = hint or "`archcalc list` shows the models; a path to a .yaml file works too"
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
    found = named(variant, spec.variants)
    if found is None and named(variant, [spec.name]):
        found = next(iter(spec.variants))
    if found is None:
        hint = did_you_mean(variant, spec.variants)
        raise SpecError("unknown-model", f"{spec.source.name} has no variant '{variant[:80]}'", None, hint, variant)
    return Model(spec, spec.variants[found])


def load(name: str | os.PathLike[str]) -> Model:
    """The model of a name or path, checked. Raises SpecError."""
    try:
        text = os.fsdecode(name)
    except TypeError:
        raise SpecError("bad-option", f"a model is a name or a path, not {type(name).__name__}") from None
    return find(text)


def load_text(text: str, name: str = "net.yaml", variant: str = "") -> Model:
    """A model from the text of a spec. `name` stands for the file in messages. Raises SpecError."""
    for what, given in (("text", text), ("name", name), ("variant", variant)):
        if not isinstance(given, str):
            raise SpecError("bad-option", f"the {what} of a spec is a str, not {type(given).__name__}")
    return pick(read_spec(Source(name, text)), variant)


def models(wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Model]:
    """Every variant of every packaged spec whose name is `wanted`: by year, and in the order of a spec's variants."""
    for entry in catalogue():
        names = [name for name in entry.models if wanted(name)]
        if names:
            spec = read_spec(read_file(entry.path, os.path.basename(entry.path)))
            yield from (Model(spec, spec.variants[name]) for name in names)
