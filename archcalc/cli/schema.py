"""archcalc schema: the spec language as a JSON Schema, for editors."""

from __future__ import annotations

import json

import click

from archcalc.schema import schema


@click.command("schema")
def command() -> None:
    """The spec language as a JSON Schema, for editors.

    With it editors complete and check specs. Those that use yaml-language-server read it where the first line of a spec says

    \b
      # yaml-language-server: $schema=./archcalc.schema.json

    \b
    Example:
      archcalc schema > archcalc.schema.json
    """
    click.echo(json.dumps(schema(), indent=2))
