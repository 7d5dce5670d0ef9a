"""Checking specs: each can be read, every variant can be built, and what is claimed of it holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archcalc.analysis import Report
from archcalc.claims import Checked, Claim, check_claims, read_claims
from archcalc.errors import Place, SpecError, did_you_mean
from archcalc.packaged import spec_files
from archcalc.source import read_file
from archcalc.spec import Spec, read_spec
from archcalc.zoo import Model, catalogue, find, named, pick

Analyze = Callable[..., Report]  # as archcalc.analyze
SUFFIXES = (".yaml", ".yml")


class SpecCheck:
    """What was found in one spec: the models that could be built, the claims that were held, and the mistakes."""

    __slots__ = ("checked", "mistakes", "models", "name")

    def __init__(self, name: str) -> None:
        self.name = name  # the file, as messages mention it
        self.models: list[str] = []
        self.checked: list[Checked] = []
        self.mistakes: list[SpecError] = []

    @property
    def good(self) -> bool:
        """Whether there is no mistake, and every claim is as the spec says."""
        return not self.mistakes and all(one.good for one in self.checked)


class Target:
    """A spec to check, by its file, with the models that are meant; none: all of them."""

    __slots__ = ("models", "name", "path")

    def __init__(self, path: str, name: str, models: tuple[str, ...] = ()) -> None:
        self.path, self.name, self.models = path, name, models


def targets(names: Iterable[str]) -> list[Target]:
    """What names, files (`net.yaml`, `net.yaml:small`) and folders stand for; without any the whole zoo. Raises SpecError."""
    given = list(names)
    if not given:
        return [Target(path, os.path.basename(path)) for path in spec_files()]
    return [target for name in given for target in _targets(name)]


def _targets(name: str) -> list[Target]:
    if os.path.isdir(name):
        found = sorted(_files(name))
        if not found:
            message = f"there is no spec in the folder {name}: no file ends in .yaml or .yml"
            raise SpecError("no-such-file", message, Place(name, "", 1, 1))
        return [Target(path, path) for path in found]
    if name.endswith(SUFFIXES):
        return [Target(name, name)]
    head, separator, variant = name.rpartition(":")
    if separator and head.endswith(SUFFIXES):
        return [Target(head, head, (variant,))]
    entries = {entry.spec: entry for entry in catalogue()}
    models = {model: entry for entry in entries.values() for model in entry.models}
    model = named(name, models)
    if model is not None:
        return [Target(models[model].path, os.path.basename(models[model].path), (model,))]
    family = named(name, entries)
    if family is not None:
        return [Target(entries[family].path, os.path.basename(entries[family].path))]
    if os.path.exists(name):
        return [Target(name, name)]
    find(name)  # raises, with near misses
    raise AssertionError(name)


def _files(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".")]
        yield from (os.path.join(root, file) for file in files if file.endswith(SUFFIXES) and not file.startswith("."))


def check_spec(target: Target, analyze: Analyze, wanted: Callable[[Claim], bool] = lambda claim: True) -> SpecCheck:
    """Check a spec: all that is wrong with it is in the result, and nothing is raised."""
    result = SpecCheck(target.name)
    try:
        spec = read_spec(read_file(target.path, target.name))
        models = _meant(spec, target.models)
        claims = [claim for claim in read_claims(spec) if claim.model in models and wanted(claim)]
    except SpecError as error:
        result.mistakes.append(error)
        return result
    reports: dict[str, Report] = {}
    for model in models:
        try:
            reports[model] = analyze(pick(spec, model))
            result.models.append(model)
        except SpecError as error:
            result.mistakes.append(error)
    _hold(result, spec, [claim for claim in claims if claim.model in reports], reports, analyze)
    return result


def _meant(spec: Spec, models: tuple[str, ...]) -> list[str]:
    if not models:
        return list(spec.variants)
    found = [named(model, spec.variants) for model in models]
    if None in found:
        wrong = models[found.index(None)]
        hint = did_you_mean(wrong, spec.variants)
        raise SpecError("unknown-model", f"{spec.source.name} has no variant '{wrong[:80]}'", None, hint, wrong)
    return [model for model in found if model is not None]


def _hold(result: SpecCheck, spec: Spec, claims: list[Claim], reports: dict[str, Report], analyze: Analyze) -> None:
    """Hold claims one by one: one that cannot be does not keep others from being held."""

    def report_of(model: str, **options: Any) -> Report:
        plain = not options["input"] and not options["set"] and options["batch"] == "1" and options["dtype"] == "fp32"
        if plain and model in reports:
            return reports[model]
        found: Model | str = pick(spec, model) if model in spec.variants else model
        return analyze(found, **options)

    kept: dict[Any, Report] = {}
    for claim in claims:
        try:
            result.checked += check_claims([claim], report_of, kept)
        except SpecError as error:
            result.mistakes.append(error)
