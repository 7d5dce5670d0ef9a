"""Options that commands share, and how their values are read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

import archcalc
from archcalc.analysis import BYTES
from archcalc.errors import SpecError

F = TypeVar("F", bound=Callable[..., Any])


def complete_model(ctx: click.Context, param: Any, incomplete: str) -> list[Any]:
    """Names of models that begin like what is typed, for the shell; files are completed too."""
    from click.shell_completion import CompletionItem

    from archcalc.zoo import catalogue, folded

    names = [name for entry in catalogue() for name in entry.models if folded(name).startswith(folded(incomplete))]
    return [CompletionItem(name) for name in names] + [CompletionItem(incomplete, type="file")]


def input_option(letters: str = "") -> Callable[[F], F]:
    """The option --input; `letters` says what letters in sizes stand for, where they may."""
    text = f"Input size, channels first: 3x227x227.{letters} With several inputs: NAME=SIZES, repeated."
    return click.option("--input", "inputs", multiple=True, metavar="SIZES", help=text)


set_option = click.option(
    "--set", "sets", multiple=True, metavar="NAME=VALUE", help="Give a parameter of the spec another value: "
    "--set classes=10 --set depths=[3,4,6,3]. Repeatable.",
)  # fmt: skip


def model_options(command: F) -> F:
    """The options that say which network is meant: --input, --batch, --set, --symbol, --dtype, --strict."""
    options = (
        input_option(" Letters are symbols: 3xHxW, 3x32*sx32*s."),
        click.option("--batch", default="1", metavar="N", help="Samples at once: multiplies memory and ops. "
                     "A letter is a symbol."),
        set_option,
        click.option("--symbol", "symbols", multiple=True, metavar="NAME", help="Keep a parameter of the spec as a symbol."),
        click.option("--dtype", type=click.Choice(list(BYTES)), default="fp32", show_default=True, help="For bytes."),
        click.option("--strict", is_flag=True, help="A stride that drops real pixels at the border is an error."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def analyze(model: str, options: dict[str, Any]) -> archcalc.Report:
    """The report for a model and the values of `model_options`. Raises SpecError."""
    found = archcalc.load(model)
    return archcalc.analyze(
        found,
        input=read_inputs(options["inputs"]),
        batch=options["batch"],
        set=read_sets(options["sets"]),
        symbols=options["symbols"],
        dtype=options["dtype"],
        strict=options["strict"],
    )


def read_inputs(texts: tuple[str, ...]) -> Any:
    """The value of --input: a size, or a mapping of names to sizes."""
    if not texts:
        return None
    if any("=" in text for text in texts):
        return dict(_pair("--input", text) for text in texts)
    if len(texts) > 1:
        raise SpecError(
            "bad-option", "--input is given twice", None, "for several inputs: --input NAME=SIZES, repeated", texts[1]
        )
    return texts[0]


def read_sets(texts: tuple[str, ...]) -> dict[str, str]:
    """The values of --set."""
    return dict(_pair("--set", text) for text in texts)


def _pair(option: str, text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise SpecError("bad-option", f"{option} {text[:60]}: a NAME=VALUE is wanted", None, "such as --set classes=10", text)
    return name.strip(), value.strip()


def check_writable(*paths: str | None) -> None:
    """Raises SpecError for an output that will not be written: better before all the work than after."""
    given = [path for path in paths if path is not None]
    for path in given:
        folder = os.path.dirname(os.path.abspath(path))
        if path != "-" and (not path or not os.path.isdir(folder) or not os.access(folder, os.W_OK)):
            raise SpecError("bad-option", f"there is no folder to write '{path}' to", culprit=path)
    if len(set(given)) < len(given):
        raise SpecError("bad-option", "the record and the test report need files of their own", culprit=given[0])


def say(text: str) -> None:
    """Print, and go on where nobody reads it any more (`| head`): for what has a status, or a file to write, as well."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_to(path: str, text: str) -> None:
    """Write to a file, or for `-` to the standard output."""
    if path == "-":
        say(text)
    else:
        with open(path, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
