"""The entry point: finds the command, loads only its file, and turns every mistake into a message and a status."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from archcalc.errors import Place, SpecError, render

COMMANDS = {  # name -> module; each module's `command` is the click command, imported when it is asked for
    "show": "archcalc.cli.show",
    "explain": "archcalc.cli.explain",
    "list": "archcalc.cli.list_models",
    "kinds": "archcalc.cli.kinds",
    "compare": "archcalc.cli.compare",
    "diff": "archcalc.cli.diff",
    "check": "archcalc.cli.check",
    "verify": "archcalc.cli.verify",
    "quiz": "archcalc.cli.quiz",
    "schema": "archcalc.cli.schema",
}
LONGEST_CULPRIT = 120  # characters of an argument that is shown where it was typed
HELP = """Shapes, parameters, ops and memory of neural networks, exactly, with the working shown.

\b
  archcalc vgg16                 totals, stages, where most of everything sits
  archcalc vgg16 --table         one row a layer: the lecture's table
  archcalc alexnet conv1         the derivation of one layer
  archcalc explain resnet50      the worked page: shapes, depth, savings, reasons
  archcalc my_net.yaml --table   a file works wherever a name does
  archcalc list                  the models that are there
  archcalc kinds conv            a layer kind and its fields
  archcalc compare vgg16 vgg19   side by side, with ratios
  archcalc diff vgg16 vgg16_bn   layer by layer: what changed, what it cost
  archcalc check                 claims and budgets, held against the arithmetic
  archcalc verify resnet50       every figure held against torch
  archcalc quiz                  questions with worked answers

MODEL as the first word is the command `show`: `archcalc show --help` lists its options.
"""


class Group(click.Group):
    """A group whose first word may be a model: then it is the command `show`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in COMMANDS and args[0] not in ("--help", "--version", "-h"):
            args = ["show", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from archcalc.cli.options import complete_model

        return [*super().shell_complete(ctx, incomplete), *complete_model(ctx, None, incomplete)]


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from archcalc.__about__ import __version__

        click.echo(f"archcalc {__version__}")
        ctx.exit()


@click.command(cls=Group, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """The root of the command line."""


def main() -> None:
    """Run archcalc. Leaves with 0 (good), 1 (a check failed), 2 (bad usage or a bad spec), 130 (interrupted)."""
    _open_streams()
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has read enough
        status = _drop_output(0)
    except OSError as error:
        _complain(f"error: the output cannot be written: {error.strerror or error}")
        status = _drop_output(2)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        status = 130
    sys.exit(status)


def _open_streams() -> None:
    """See to it that output has somewhere to go, and that a name that the terminal cannot show is no reason to fail."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller (`>&-`)
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _drop_output(status: int) -> int:
    """Send what is still to be written nowhere: the interpreter flushes at exit, and must not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _run() -> int:
    try:
        result = cli.main(prog_name="archcalc", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except SystemExit:  # click's answer to a pipe that was closed early
        return _drop_output(0)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as mistake:
        mistake.show()
        return 2
    except SpecError as error:
        if error.place is None:
            error.place = _typed(error.culprit)
        _complain(render(error))
        return 2
    except OSError:  # of the output; what cannot be read is a SpecError
        raise
    except Exception as error:  # a bug of archcalc: still a message for people, not a traceback
        if os.environ.get("ARCHCALC_DEBUG"):
            raise
        _complain(f"error[internal]: {type(error).__name__}: {error}\n  help: this is a mistake in archcalc, not in your spec; "
                  "please report it (ARCHCALC_DEBUG=1 shows where it happened)")  # fmt: skip
        return 2


def _typed(culprit: str) -> Place | None:
    """Where an argument, or a part of one, stands on the command line; None if it does not."""
    from shlex import quote  # only on the error path

    words = sys.argv[1:]
    found = [word for word in words if word == culprit] or [word for word in words if culprit and culprit in word]
    if not found or len(culprit) > LONGEST_CULPRIT or not culprit.isprintable():
        return None
    typed = [quote(word) for word in words]
    at = words.index(found[0])
    column = len("archcalc ") + sum(len(word) + 1 for word in typed[:at]) + max(0, typed[at].find(culprit)) + 1
    return Place("command line", " ".join(["archcalc", *typed]), 1, column, len(culprit))


def _complain(text: str) -> None:
    head, separator, rest = text.partition("]")
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    if head.startswith("error[") and not plain:
        text = click.style(head + separator, fg="red", bold=True) + rest
    click.echo(text, err=True)
