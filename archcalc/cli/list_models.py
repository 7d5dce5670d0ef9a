"""archcalc list: the models that are there."""

from __future__ import annotations

import click

import archcalc
from archcalc.render.console import terminal_width
from archcalc.zoo import folded


@click.command("list", short_help="The models of the zoo, by family.")
@click.argument("pattern", required=False)
def command(pattern: str | None) -> None:
    """The models of the zoo, by family; with PATTERN (such as 'resnet*') only those that match.

    \b
    Examples:
      archcalc list
      archcalc list 'vgg*'
    """
    from fnmatch import fnmatchcase

    families: dict[str, tuple[str, list[str]]] = {}
    for model in archcalc.models():
        if pattern is None or fnmatchcase(folded(model.name), folded(pattern)):
            title = model.spec.title or model.spec.name
            families.setdefault(model.spec.source.name, (title, []))[1].append(model.name)
    if not families:
        raise click.UsageError(f"no model matches '{pattern}'; `archcalc list` shows all of them")
    for line in _lines(list(families.values()), terminal_width()):
        click.echo(line)


def _lines(families: list[tuple[str, list[str]]], width: int) -> list[str]:
    """A family a line, continued under its names; where the terminal is narrow the names stand below the title."""
    from textwrap import wrap

    beside = max(len(title) for title, _ in families) + 2
    longest = max(len(name) for _, names in families for name in names)
    lines = []
    for title, names in families:
        first = f"{title:<{beside}}"
        if beside + longest > width:
            lines += wrap(title, width)
            first = "  "
        lines += wrap(
            " ".join(names), width, initial_indent=first, subsequent_indent=" " * len(first),
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip
    return lines
