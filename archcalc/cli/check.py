"""archcalc check: specs can be built, what is claimed of them holds, and what is expected of them is so."""

from __future__ import annotations

from typing import Any

import click

import archcalc
from archcalc.checking import SpecCheck
from archcalc.cli.options import check_writable, complete_model, say, write_to
from archcalc.errors import SpecError
from archcalc.render.checks import Row, list_text, mistakes_text, rows_of, summary_text
from archcalc.render.console import terminal_width, wrapped

FORMS = ("text", "json", "junit", "github", "sarif")


@click.command("check", short_help="Specs, their claims and budgets; for CI.")
@click.argument("names", nargs=-1, metavar="[MODEL|FILE|FOLDER]...", shell_complete=complete_model)
@click.option("--source", default="", metavar="TEXT", help="Only the claims with TEXT in their source, and list them all: "
              "--source lecture12.")  # fmt: skip
@click.option("-v", "--all", "everything", is_flag=True, help="List every claim, and not only what is wrong.")
@click.option("--baseline", "baselines", multiple=True, metavar="FILE", help="A report saved before (archcalc MODEL --json): "
              "where a budget is passed, the layers are named that grew most since. Repeatable.")  # fmt: skip
@click.option("--only-specs", is_flag=True, help="Leave YAML files alone that have no `layers` and `input`.")
@click.option("--fail-fast", is_flag=True, help="Stop after the first spec that has something wrong.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True,
              help="github: annotations for a workflow. sarif: for code scanning. junit: a test report.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write the format to a file; what is wrong is still printed as text.")  # fmt: skip
def command(
    names: tuple[str, ...], source: str, everything: bool, baselines: tuple[str, ...], form: str, output: str | None, **how: Any
) -> int:
    """Check that every variant of a spec can be built, that what is claimed of it holds, and what is expected is so.

    Without names it is the whole zoo. Only what is wrong is printed, and a line that sums up. The exit status is 1 if a claim
    does not hold or an expectation is broken, 2 if a spec has mistakes.

    \b
    Examples:
      archcalc check
      archcalc check vgg16 nets/
      archcalc check --source lecture12
      archcalc check my_net.yaml --baseline saved.json
      archcalc check nets/ --format sarif --output archcalc.sarif
    """
    if output is not None:
        check_writable(output)
    listing = everything or bool(source)
    printed = form == "text" or output is not None
    results = []
    for result in archcalc.check(*names, source=source, baselines=baselines, **how):
        results.append(result)
        if printed and not listing:
            _print(mistakes_text(result))
    _all_used(source, baselines, results)
    if listing and printed:
        _print(list_text(rows_of(results, source), terminal_width()))
        for result in results:
            _print(mistakes_text(result))
    if printed:
        say("\n".join(wrapped(summary_text(results, source).splitlines(), terminal_width())) + "\n")
    if form != "text" or output is not None:
        _report(form, output, results, rows_of(results, source) if listing else [], source)
    if any(result.mistakes for result in results):
        return 2
    return 0 if all(result.good for result in results) else 1


def _print(text: str) -> None:
    """A paragraph, and an empty line."""
    if text:
        say(text + "\n")


def _all_used(source: str, baselines: tuple[str, ...], results: list[SpecCheck]) -> None:
    """Raises SpecError for what was given in vain: in CI nobody would notice that nothing is held."""
    if source and not any(result.checked or result.mistakes for result in results):
        raise SpecError("bad-option", f"no claim here has a source with '{source[:80]}' in it", culprit=source)
    if baselines:
        from archcalc.differences import read_saved

        known = {model for result in results for model in (*result.models, *result.unbuilt)}
        for path in baselines:
            name = read_saved(path).name
            if name not in known and not any(result.mistakes for result in results):
                raise SpecError("bad-option", f"{path} is a report of {name}, which is not checked here", culprit=path)


def _report(form: str, output: str | None, results: list[SpecCheck], rows: list[Row], source: str) -> None:
    if form == "text":
        parts = [list_text(rows, terminal_width()), *map(mistakes_text, results), summary_text(results, source)]
        text = "\n".join(part for part in parts if part)
    else:
        from archcalc.render.check_reports import FORMS as reports

        text = reports[form](results)
    write_to(output or "-", text)
