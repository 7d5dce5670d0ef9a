"""archcalc list: the models that are there."""

from __future__ import annotations

import click

import archcalc
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
    width = max(len(title) for title, _ in families.values())
    for title, names in families.values():
        click.echo(f"{title:<{width}}  {' '.join(names)}")
