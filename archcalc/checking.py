"""Checking specs: each can be read, every variant can be built, what is claimed of it holds, and what is expected is so."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archcalc.analysis import Report
from archcalc.analysis.published import Published
from archcalc.claims import (
    ERRATUM,
    Checked,
    Claim,
    Expectation,
    Expected,
    Reports,
    check_claim,
    finding,
    hold,
    read_claims,
    read_errata,
    read_expectations,
    value_text,
)
from archcalc.errors import Place, SpecError, did_you_mean
from archcalc.packaged import spec_files
from archcalc.source import read_file
from archcalc.spec import Spec, read_spec
from archcalc.zoo import Model, catalogue, find, named, pick

if TYPE_CHECKING:
    from archcalc.differences import Side

Analyze = Callable[..., Report]  # as archcalc.analyze
SUFFIXES = (".yaml", ".yml")


class SpecCheck:
    """What was found in one spec.

    `models` could be built, `checked` are the claims that were held, and `expected` the expectations. `mistakes` are all errors
    that kept something from it; those of `unbuilt` models and of `unheld` claims and expectations are among them. A file that
    is no spec, if such are to be left alone, is only `skipped`.
    """

    __slots__ = ("checked", "expected", "mistakes", "models", "name", "path", "skipped", "unbuilt", "unheld")

    def __init__(self, name: str, path: str) -> None:
        self.name, self.path = name, path  # the file, as messages mention it, and where it lies
        self.models: list[str] = []
        self.checked: list[Checked] = []
        self.expected: list[Expected] = []
        self.mistakes: list[SpecError] = []
        self.unbuilt: dict[str, SpecError] = {}
        self.unheld: list[tuple[Claim, SpecError]] = []
        self.skipped = False

    @property
    def good(self) -> bool:
        """Whether there is no mistake, every claim is as the spec says, and every expectation is met."""
        return not self.mistakes and all(one.good for one in self.checked) and all(one.good for one in self.expected)

    @property
    def findings(self) -> list[SpecError]:
        """The claims that do not hold, the errata that do, and the expectations that are broken, as mistakes with a place."""
        found = [*map(finding, self.checked), *(one.finding for one in self.expected)]
        return [one for one in found if one is not None]

    @property
    def everything(self) -> list[SpecError]:
        """All that is wrong, one by one, in the order of the places."""
        apart = [single for error in self.mistakes for single in (error, *error.also)]
        return sorted([*apart, *self.findings], key=_position)


def _position(error: SpecError) -> tuple[int, int]:
    return (error.place.line, error.place.column) if error.place is not None else (0, 0)


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
    found: dict[tuple[str, tuple[str, ...]], Target] = {}  # what is named twice is checked once
    for target in (target for name in given for target in _targets(name)):
        found.setdefault((os.path.realpath(target.path), target.models), target)
    return list(found.values())


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
        paths = [os.path.join(root, file) for file in files if file.endswith(SUFFIXES) and not file.startswith(".")]
        yield from filter(os.path.isfile, paths)  # no pipes, which would never end


_SECTIONS = re.compile(r"""^(?:["']?)(layers|inputs?)(?:["']?) *:""", re.MULTILINE)


def looks_like_spec(text: str) -> bool:
    """Whether the text of a YAML file has what every spec has at its top: `layers`, and `input` or `inputs`."""
    found = {name.rstrip("s") for name in _SECTIONS.findall(text)}
    return len(found) == 2


def check_spec(
    target: Target,
    analyze: Analyze,
    wanted: Callable[[Claim], bool] | None = None,
    baselines: Mapping[str, Side] | None = None,
    only_specs: bool = False,
) -> SpecCheck:
    """Check a spec: all that is wrong with it is in the result, and nothing is raised.

    With `wanted` only such claims are held, and no expectations. `baselines` are reports saved before, by the models' names.
    With `only_specs` a file that does not look like a spec is skipped.
    """
    result = SpecCheck(target.name, target.path)
    try:
        source = read_file(target.path, target.name)
        if only_specs and not looks_like_spec(source.text):
            result.skipped = True
            return result
        spec = read_spec(source)
        models = _meant(spec, target.models)
    except SpecError as error:
        result.mistakes.append(error)
        return result
    claims: list[Claim] = [claim for claim in _read(result, read_claims, spec) if wanted is None or wanted(claim)]
    expectations: list[Expectation] = _read(result, read_expectations, spec) if wanted is None else []
    reports: dict[str, Report] = {}
    for model in models:
        try:
            reports[model] = analyze(pick(spec, model))
            result.models.append(model)
        except SpecError as error:
            result.mistakes.append(error)
            result.unbuilt[model] = error
    asked = Reports(_analyzer(spec, os.path.dirname(target.path), reports, analyze))
    for claim in (*claims, *expectations):
        if claim.model in reports:
            _hold(result, claim, asked, baselines or {})
    return result


def _read(result: SpecCheck, read: Callable[[Spec], list[Any]], spec: Spec) -> list[Any]:
    """The claims or expectations of a spec; none where one cannot be read, which does not keep models from being built."""
    try:
        return read(spec)
    except SpecError as error:
        result.mistakes.append(error)
        return []


def _hold(result: SpecCheck, claim: Claim, asked: Reports, baselines: Mapping[str, Side]) -> None:
    """Hold a claim or an expectation: one that cannot be does not keep others from it."""
    try:
        if isinstance(claim, Expectation):
            result.expected.append(hold(claim, asked, baselines))
        else:
            result.checked.append(check_claim(claim, asked))
    except SpecError as error:
        result.mistakes.append(error)
        result.unheld.append((claim, error))


def _meant(spec: Spec, models: tuple[str, ...]) -> list[str]:
    if not models:
        return list(spec.variants)
    found = [named(model, spec.variants) for model in models]
    if None in found:
        wrong = models[found.index(None)]
        hint = did_you_mean(wrong, spec.variants)
        raise SpecError("unknown-model", f"{spec.source.name} has no variant '{wrong[:80]}'", None, hint, wrong)
    return [model for model in found if model is not None]


def explained(model: Model, report: Report, analyze: Analyze) -> list[Published]:
    """The errata of a model as it is, whose report is there already. A claim with a mistake is left to `check_spec`."""
    asked = Reports(_analyzer(model.spec, os.path.dirname(model.spec.source.name), {model.name: report}, analyze))
    found = []
    for claim in read_errata(model.spec, model.name):
        with suppress(SpecError):
            if claim.plain and (checked := check_claim(claim, asked)).verdict == ERRATUM:
                found.append(_published(checked))
    return found


def _published(checked: Checked) -> Published:
    claim, shown = checked.claim, value_text(checked)
    value = checked.value if type(checked.value) is int else shown
    return Published(
        claim.text, claim.quantity, list(claim.at), claim.of, claim.than, value, shown, claim.source, claim.slide, claim.erratum
    )


def _analyzer(spec: Spec, folder: str, reports: dict[str, Report], analyze: Analyze) -> Analyze:
    """How models are worked out that a claim names: the spec's own, those of files beside it, and those of the zoo."""

    def report_of(model: str, **options: Any) -> Report:
        plain = not options["input"] and not options["set"] and options["batch"] == "1" and options["dtype"] == "fp32"
        if plain and model in reports:
            return reports[model]
        if model in spec.variants:
            return analyze(pick(spec, model), **options)
        beside = os.path.join(folder, model)
        is_file = os.path.isfile(beside) or (".y" in model and os.path.isfile(beside.rpartition(":")[0]))
        return analyze(beside if is_file else model, **options)

    return report_of
