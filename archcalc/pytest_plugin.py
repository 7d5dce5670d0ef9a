"""A plugin for pytest: `pytest specs/` makes a test of every model, claim and expectation of the specs there.

It must not be noticed where nobody asked for it: other YAML files, and YAML files among the tests of a project that merely has
archcalc installed, are left alone, and nothing of archcalc is loaded before a spec is found. See docs/ci.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from archcalc.checking import SpecCheck
    from archcalc.claims import Claim
    from archcalc.errors import SpecError

SUFFIXES = (".yaml", ".yml")
Mistake = Callable[["SpecCheck"], "SpecError | None"]  # what a test says of the spec
_WITH_TESTS: pytest.StashKey[dict[Path, bool]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """--archcalc, and `archcalc_specs` in the configuration."""
    group = parser.getgroup("archcalc")
    group.addoption("--archcalc", action="store_true", help="check all archcalc specs among the files that are collected")
    parser.addini("archcalc_specs", "folders and files with archcalc specs to check wherever they are collected", type="paths")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SpecFile | None:
    """A file with tests, if it is a spec, and if specs are asked for there."""
    if file_path.suffix not in SUFFIXES or not _asked_for(file_path, parent.config):
        return None
    from archcalc.checking import looks_like_spec

    if not looks_like_spec(file_path.read_text("utf-8", errors="replace")):
        return None
    return SpecFile.from_parent(parent, path=file_path)


def _asked_for(path: Path, config: pytest.Config) -> bool:
    """By --archcalc, by `archcalc_specs`, or by naming the file, or a folder without Python tests, on the command line."""
    if config.getoption("archcalc", False) or _within(path, config.getini("archcalc_specs")):
        return True
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    return any(one == path or (one in path.parents and not _has_tests(one, config)) for one in map(_settled, named))


def _settled(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _within(path: Path, folders: list[Path]) -> bool:
    return any(one == path or one in path.parents for one in map(_settled, folders))


def _has_tests(folder: Path, config: pytest.Config) -> bool:
    """Whether there are Python tests in a folder: then it is named for these, and YAML files in it are theirs."""
    known = config.stash.setdefault(_WITH_TESTS, {})
    if folder not in known:
        patterns = config.getini("python_files")
        files = (name for _, _, names in os.walk(folder) for name in names if name.endswith(".py"))
        known[folder] = any(fnmatch(name, pattern) for name in files for pattern in patterns)
    return known[folder]


class SpecFile(pytest.File):
    """A spec. It is read when it is collected, and checked when the first of its tests runs."""

    def collect(self) -> Iterator[SpecItem]:
        """A test for each model, each claim and each expectation; one that fails for what cannot be read."""
        from archcalc.claims import read_claims, read_expectations
        from archcalc.errors import SpecError
        from archcalc.source import read_file
        from archcalc.spec import read_spec

        try:
            spec = read_spec(read_file(self.path, self.shown))
        except SpecError as error:
            yield self.test("spec", error.place.line if error.place else 1, _apart)
            return
        for model, variant in spec.variants.items():
            yield self.test(model, variant.key.place.line if variant.key is not None else 1, _built(model))
        for what, read in (("claims", read_claims), ("expect", read_expectations)):
            try:
                claims: list[Claim] = list(read(spec))
            except SpecError as error:
                yield self.test(what, error.place.line if error.place else 1, _apart)
                continue
            for claim in claims:
                yield self.test(_name(claim), claim.place.line, _of_claim(claim))

    def test(self, name: str, line: int, mistake: Mistake) -> SpecItem:
        """A test at a line of the spec."""
        item: SpecItem = SpecItem.from_parent(self, name=name)
        item.line, item.mistake = line, mistake
        return item

    @property
    def shown(self) -> str:
        """The file's name in messages."""
        inside = os.path.relpath(self.path, self.config.invocation_params.dir)
        return str(self.path) if inside.startswith("..") else inside

    @cached_property
    def result(self) -> SpecCheck:
        """What the check of the spec found."""
        from archcalc.api import analyze
        from archcalc.checking import Target, check_spec

        return check_spec(Target(str(self.path), self.shown), analyze)


class SpecItem(pytest.Item):
    """A test: a model can be built, a claim holds, an expectation is met."""

    line = 1
    mistake: Mistake

    def runtest(self) -> None:
        """Raises SpecError if something is not as the spec says."""
        assert isinstance(self.parent, SpecFile)
        error = self.mistake(self.parent.result)
        if error is not None:
            raise error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """archcalc's own message, and no traceback."""
        from archcalc.errors import SpecError, render

        return render(excinfo.value) if isinstance(excinfo.value, SpecError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line (from 0), and the name."""
        return self.path, self.line - 1, self.name


def _name(claim: Claim) -> str:
    """As pytest names a test with parameters: "vgg16[params_no_bias of fc6 is 103M, line 64]"."""
    from archcalc.render.check_reports import about

    return f"{claim.model}[{about(claim).replace('::', ': :')}, line {claim.place.line}]"


def _apart(result: SpecCheck) -> SpecError | None:
    attached = [*result.unbuilt.values(), *(error for _, error in result.unheld)]
    return next((error for error in result.mistakes if error not in attached), None)


def _built(model: str) -> Mistake:
    return lambda result: result.unbuilt.get(model) if result.models or result.unbuilt else _apart(result)


def _of_claim(claim: Claim) -> Mistake:
    """What is wrong with a claim, found by its model and place; it is not held where the model cannot be built."""
    from archcalc.claims import finding

    def key(one: Claim) -> tuple[str, str]:
        return one.model, str(one.place)

    def mistake(result: SpecCheck) -> SpecError | None:
        for checked in result.checked:
            if key(checked.claim) == key(claim):
                return finding(checked)
        for expected in result.expected:
            if key(expected.expectation) == key(claim):
                return expected.finding
        for unheld, error in result.unheld:
            if key(unheld) == key(claim):
                return error
        pytest.skip(f"{claim.model} cannot be built")

    return mistake
