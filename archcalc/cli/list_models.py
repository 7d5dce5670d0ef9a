"""archcalc list: the models that are there, by family and year, or with their figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

import archcalc
from archcalc.render.console import terminal_width
from archcalc.render.listing import COUNTS, FORMS, Family, Listed, listed, names_text, sort_key, table_text
from archcalc.zoo import catalogue, folded

SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
LONGEST_FIGURE = 80  # characters
_FIGURE = re.compile(r"((?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?(?:e\d{1,2})?) ?([kmgbt]?)\Z", re.IGNORECASE | re.ASCII)


class Figure(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """A number as people write it: 10M, 4.1G, 25,557,032, 2e9."""

    name = "figure"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        found = _FIGURE.match(value.strip()) if len(value) <= LONGEST_FIGURE else None
        if not found:
            self.fail(f"'{value[:40]}' is not a number such as 10M, 4.1G or 25,557,032", param, ctx)
        from fractions import Fraction

        return Fraction(found[1].replace(",", "").replace("_", "")) * SCALES[found[2].lower()]


def bounds(command: Callable[..., Any]) -> Callable[..., Any]:
    """--max-params, --min-params and so on, for all counts."""
    for count in reversed(COUNTS):
        for side, rest in (("min", "less"), ("max", "more")):
            text = f"Leave out models with {rest} {count} than N."
            command = click.option(f"--{side}-{count}", type=Figure(), metavar="N", help=text)(command)
    return command


@click.command("list", short_help="The models of the zoo, by family and year.")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@click.option("--long", "long_form", is_flag=True, help="A line a model, with its figures at its usual input.")
@click.option("--sort", type=click.Choice(["year", "model", *COUNTS]), help="Sort the lines; implies --long.")
@click.option("--reverse", is_flag=True, help="The largest first; implies --long.")
@bounds
@click.option("--json", "form", flag_value="json", help="The long form with every digit, as JSON.")
@click.option("--csv", "form", flag_value="csv", help="The same, as CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="The same, in Markdown.")
def command(
    patterns: tuple[str, ...], long_form: bool, sort: str | None, reverse: bool, form: str | None, **limits: Any
) -> None:
    """The models of the zoo, by family and year; with PATTERN only those that match.

    A PATTERN is a part of a model's name, or has the wildcards * and ?: then it is about the whole name.

    \b
    Examples:
      archcalc list
      archcalc list 'resnet*'
      archcalc list --long --sort macs
      archcalc list --max-params 10M --min-depth 50
      archcalc list efficientnet --csv
    """
    wanted = _matches(patterns)
    families = [
        Family(entry.year, entry.title or entry.spec, [name for name in entry.models if wanted(name)]) for entry in catalogue()
    ]
    families = [family for family in families if family.models]
    if not families:
        shown = " ".join(patterns)
        raise click.UsageError(f"no model matches '{shown[:80]}'; `archcalc list` shows all of them")
    given = {name: value for name, value in limits.items() if value is not None}
    if not (long_form or sort or reverse or form or given):
        click.echo(names_text(families, terminal_width()), nl=False)
        return
    rows = [row for row in _rows(wanted) if _within(row, given)]
    if sort or reverse:
        rows.sort(key=sort_key(sort or "year"), reverse=reverse)
    click.echo(FORMS[form](rows) if form else _long(rows), nl=False)


def _matches(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    from fnmatch import fnmatchcase

    wanted = [pattern if set(pattern) & set("*?[") else f"*{pattern}*" for pattern in map(_folded_pattern, patterns)]
    return lambda name: not wanted or any(fnmatchcase(folded(name), pattern) for pattern in wanted)


def _folded_pattern(pattern: str) -> str:
    """As a name is folded, but for the `-` of [1-3]."""
    return "".join(part.lower() if part.startswith("[") else folded(part) for part in re.split(r"(\[[^]]*\])", pattern))


def _rows(wanted: Callable[[str], bool]) -> list[Listed]:
    years = {model: entry.year for entry in catalogue() for model in entry.models}
    return [listed(years[model.name], archcalc.analyze(model)) for model in archcalc.models(wanted)]


def _within(row: Listed, limits: dict[str, Any]) -> bool:
    for name, limit in limits.items():
        side, _, count = name.partition("_")
        value = getattr(row, count)
        if value > limit if side == "max" else value < limit:
            return False
    return True


def _long(rows: list[Listed]) -> str:
    if not rows:
        return "no model is within these limits\n"
    count = f"{len(rows)} models" if len(rows) > 1 else "1 model"
    return f"{table_text(rows)}\n{count}, each at its usual input; --csv, --json, --markdown have all digits\n"
