"""archcalc diff A B: what changed from one network to another, layer by layer, and what it cost."""

from __future__ import annotations

from typing import Any

import click

import archcalc
from archcalc.analysis import BYTES
from archcalc.cli.options import complete_model, input_option, read_inputs, read_sets, set_option
from archcalc.render.difference import Wanted, difference_markdown, difference_text


@click.command("diff", short_help="Two models layer by layer: what changed, what it cost.")
@click.argument("before", metavar="A", shell_complete=complete_model)
@click.argument("after", metavar="B", shell_complete=complete_model)
@input_option()
@click.option("--batch", default="1", metavar="N", help="Samples at once: multiplies memory and ops.")
@click.option("--dtype", type=click.Choice(list(BYTES)), default="fp32", show_default=True, help="For bytes.")
@set_option
@click.option("--sort", type=click.Choice(["params", "macs", "activations"]),
              help="The largest change first; in the order of the network unless given.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N rows of layers.")
@click.option("--levels", type=click.IntRange(min=1), metavar="N", help="A row for all that changed in a block N levels deep.")
@click.option("--all", "everything", is_flag=True, help="List layers that work in place (ReLU, dropout, flatten) too.")
@click.option("--markdown", "form", flag_value="markdown", help="For a pull request: headings and tables in Markdown.")
@click.option("--json", "form", flag_value="json", help="Every layer that differs, as JSON; the options on rows do not count.")
@click.option("--exit-code", is_flag=True, help="Leave with status 1 if anything differs.")
def command(
    before: str, after: str, form: str | None, inputs: tuple[str, ...], sets: tuple[str, ...], batch: str, dtype: str,
    exit_code: bool, **rows: Any,
) -> int:  # fmt: skip
    """What changed from A to B: totals, the layers that were added (+), removed (-) or changed (~), and what costs most.

    A and B are names (`archcalc list`), files, file.yaml:variant, or saved reports (`archcalc MODEL --json > old.json`). A
    model may have settings of its own behind a comma: parameters of its spec, and input, batch or dtype. Other options are for
    both sides, but not for saved reports, which stay as they are.

    \b
    Examples:
      archcalc diff resnet50 resnet101
      archcalc diff resnet50 resnet50,v1=true
      archcalc diff old.json my_net.yaml --markdown
      archcalc diff my_net.yaml:small my_net.yaml:large --sort macs --limit 10
      archcalc diff resnet50 resnet50,width=96 --levels 1
    """
    found = archcalc.diff(before, after, input=read_inputs(inputs), batch=batch, set=read_sets(sets), dtype=dtype)
    if form == "json":
        from archcalc.render.export import json_text

        click.echo(json_text(found.to_dict()), nl=False)
    else:
        wanted = Wanted(rows["levels"] or 0, rows["sort"], rows["limit"] or 0, rows["everything"])
        click.echo(difference_markdown(found, wanted) if form else difference_text(found, wanted), nl=False)
    return int(exit_code and not found.same)
