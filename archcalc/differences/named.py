"""Models as they are named where several stand in one command, each with its own settings: `resnet50,width=32,classes=10`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archcalc.errors import SpecError, did_you_mean
from archcalc.zoo import Model, load

OPTIONS = ("input", "batch", "dtype")  # settings that are no parameters of a spec, unless it has one of this name
FORM = "write it as MODEL,NAME=VALUE: resnet50,width=32 or resnet50,input=3x256x256"


class Asked(NamedTuple):
    """A model with settings of its own: parameters of its spec, and options such as its input. `label` is what to call it."""

    label: str
    model: Model
    settings: dict[str, str]
    options: dict[str, str]


def read_asked(given: str | os.PathLike[str] | Model) -> Asked:
    """The model that is meant, with its settings. Raises SpecError."""
    if isinstance(given, Model):
        return Asked(given.name, given, {}, {})
    text = os.fsdecode(given) if isinstance(given, (str, bytes, os.PathLike)) else ""
    if not text or os.path.exists(text) or "," not in text:
        model = load(given)  # raises for what is no name
        return Asked(_label(text, model), model, {}, {})
    name, *pairs = _split(text)
    model = load(name)
    settings: dict[str, str] = {}
    options: dict[str, str] = {}
    for pair in pairs:
        key, separator, value = (part.strip() for part in pair.partition("="))
        if not separator or not key or not value:
            raise SpecError("bad-option", f"'{pair[:60]}' is no setting of {name[:60]}", None, FORM, pair.strip() or text)
        if key in settings or key in options:
            raise SpecError("bad-option", f"'{key}' of {name[:60]} is set twice", None, "", pair.strip())
        if key not in model.spec.params and key in OPTIONS:
            options[key] = value
        elif key in model.spec.params:
            settings[key] = value
        else:
            hint = did_you_mean(key, [*model.spec.params, *OPTIONS])
            raise SpecError("unknown-parameter", f"{model.name} has no parameter '{key[:80]}'", None, hint, key)
    return Asked(",".join([_label(name, model), *(pair.strip() for pair in pairs)]), model, settings, options)


def _label(text: str, model: Model) -> str:
    """A file by its path: several may hold networks of one name. A model of the zoo by its own name, however it was spelled."""
    return text if ".yaml" in text or ".yml" in text or os.path.exists(text) else model.name


def _split(text: str) -> list[str]:
    """A text cut at its commas, but for those in brackets."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth <= 0:
            parts.append(text[start:index])
            start = index + 1
    return [part.strip() for part in [*parts, text[start:]]]


def shared(given: Mapping[str, Any], asked: Iterable[Asked]) -> tuple[list[dict[str, Any]], list[str]]:
    """The parameters to set for each model: of those `given` to all the ones that it has, and its own, which win.

    Also remarks on which models lack one. Raises SpecError("unknown-parameter") for one that no model has.
    """
    models = list(asked)
    notes = []
    for name in given:
        lacking = [one.label for one in models if name not in one.model.spec.params]
        if models and len(lacking) == len(models):
            hint = did_you_mean(name, {known for one in models for known in one.model.spec.params})
            which = f"{models[0].model.name} has no" if len(models) == 1 else "none of the models has a"
            raise SpecError("unknown-parameter", f"{which} parameter '{name}'", None, hint, name)
        if lacking:
            verb = "has" if len(lacking) == 1 else "have"
            notes.append(f"{' and '.join([', '.join(lacking[:-1]), lacking[-1]] if lacking[1:] else lacking)} {verb} no "
                         f"parameter '{name}'")  # fmt: skip
    settings = [{name: value for name, value in given.items() if name in one.model.spec.params} for one in models]
    return [common | one.settings for common, one in zip(settings, models, strict=True)], notes
