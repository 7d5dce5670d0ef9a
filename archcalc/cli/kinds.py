"""archcalc kinds [KIND]: the layer kinds and their fields."""

from __future__ import annotations

import click

from archcalc.errors import SpecError, did_you_mean
from archcalc.layers.base import KINDS
from archcalc.render.kinds import kind_text, kinds_text


@click.command("kinds", short_help="The layer kinds, or one with its fields.")
@click.argument("kind", required=False)
def command(kind: str | None) -> None:
    """The layer kinds; with KIND its fields, defaults and a sentence on what it does.

    \b
    Examples:
      archcalc kinds
      archcalc kinds conv
    """
    if kind is None:
        click.echo(kinds_text(), nl=False)
        return
    if kind not in KINDS:
        raise SpecError("unknown-kind", f"there is no layer kind '{kind[:80]}'", None, did_you_mean(kind, KINDS), kind)
    click.echo(kind_text(kind), nl=False)
