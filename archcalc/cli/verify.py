"""archcalc verify MODEL...: build models in torch, and hold every figure against it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import archcalc
from archcalc.cli.options import check_writable, complete_model, input_option, read_inputs, read_sets, set_option, write_to
from archcalc.errors import SpecError, render

if TYPE_CHECKING:
    from archcalc.torch_backend import Verification


@click.command("verify", short_help="Build a model in torch; hold every figure against it.")
@click.argument("models", nargs=-1, metavar="MODEL...", shell_complete=complete_model)
@click.option("--all", "everything", is_flag=True, help="Every model of the zoo.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "meta"]), default="auto", show_default=True,
              help="Where the model runs: auto is a GPU if there is one, else the CPU, but for what would take it very long. "
              "meta: nowhere, it is only counted.")  # fmt: skip
@click.option("--batch", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Samples at once.")
@click.option(
    "--dtype", type=click.Choice(["fp32", "fp16", "bf16"]), default="fp32", show_default=True, help="Of weights and values."
)
@click.option("--train", is_flag=True, help="Also the backward pass: counted, run, and timed.")
@click.option("--repeats", type=click.IntRange(min=1), metavar="N", help="Timed runs; as many as suit the device unless given.")
@input_option()
@set_option
@click.option("--json", "record", type=click.Path(dir_okay=False, writable=True), metavar="FILE",
              help="Write a record: machine, settings, and every figure. - is the standard output.")  # fmt: skip
@click.option("--junit", type=click.Path(dir_okay=False, writable=True), metavar="FILE",
              help="Write a test report for CI: a case for each layer.")  # fmt: skip
def command(models: tuple[str, ...], everything: bool, record: str | None, junit: str | None, **options: Any) -> int:
    """Build models in torch, and hold shapes, params, buffers, MACs and memory of every layer against it.

    Counting takes place on torch's meta device, with no memory. Then the model runs for real: every output must have its
    shape and be finite, and the run is timed. The exit status is 1 if anything differs or could not be run.

    \b
    Examples:
      archcalc verify resnet50
      archcalc verify my_net.yaml --device meta
      archcalc verify vgg16 --train --batch 8
      archcalc verify --all --device cuda --json record.json
    """
    names = _names(models, everything)
    check_writable(record, junit)
    warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # torch's, where there is none: it is not needed
    options["repeats"] = options["repeats"] or 0
    options["input"], options["set"] = read_inputs(options.pop("inputs")), read_sets(options.pop("sets"))
    machine = archcalc.machine(options["device"])  # at once: without torch, or the GPU that is wanted, all would fail
    found = Found([], {})
    try:
        _verify(names, options, found, quiet="-" in (record, junit))
    finally:  # also of a run that is interrupted
        if found.results or found.mistakes:
            _write(found, machine, record, junit)
    if found.mistakes:
        return 2
    return 0 if all(result.equal for result in found.results) else 1


class Found(NamedTuple):
    """What was verified so far, and which models could not be built, and why."""

    results: list[Verification]
    mistakes: dict[str, str]


def _names(models: tuple[str, ...], everything: bool) -> list[str]:
    if everything == bool(models):
        raise click.UsageError("name models, or give --all" if not models else "name models or give --all, not both")
    return [model.name for model in archcalc.models()] if everything else list(models)


def _verify(names: list[str], options: dict[str, Any], found: Found, quiet: bool) -> None:
    """Every result, printed as it comes; of several models, one with mistakes does not stop the others."""
    if len(names) == 1:
        found.results.append(archcalc.verify(names[0], **options))
        if not quiet:
            from archcalc.render.verification import verification_text

            click.echo(verification_text(found.results[0]), nl=False)
        return
    from archcalc.render.console import terminal_width, wrapped
    from archcalc.render.verification import summary_head, summary_line, verdict

    real = options["device"] != "meta"
    with _progress(names) as advance:
        for name in names:
            advance(name)
            try:
                found.results.append(archcalc.verify(name, **options))
            except SpecError as error:
                found.mistakes[name] = render(error)
                click.echo(found.mistakes[name], err=True)
                continue
            if not quiet:
                head = summary_head(names, real) if len(found.results) == 1 else []
                click.echo("\n".join([*head, summary_line(found.results[-1], names, real)]))
    if not quiet and found.results:
        click.echo("\n" + "\n".join(wrapped(verdict(found.results, len(found.mistakes)), terminal_width())))


@contextmanager
def _progress(names: list[str]) -> Iterator[Any]:
    """A bar on a terminal, below what is printed; `advance(name)` says which model comes now."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    both = sys.stdout.isatty()  # else what is printed goes elsewhere, and must not be drawn above the bar
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=both) as progress:
        task = progress.add_task("", total=len(names))
        done = -1

        def advance(name: str) -> None:
            nonlocal done
            done += 1
            progress.update(task, description=name, completed=done)

        yield advance


def _write(found: Found, machine: dict[str, Any], record: str | None, junit: str | None) -> None:
    if record is not None:
        from shlex import join

        from archcalc.render.export import json_text
        from archcalc.render.record import record_data

        command = join(["archcalc", *sys.argv[1:]])
        write_to(record, json_text(record_data(found.results, found.mistakes, machine, command)))
    if junit is not None:
        from archcalc.render.record import junit_text

        write_to(junit, junit_text(found.results, found.mistakes))
