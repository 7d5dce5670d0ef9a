"""archcalc compare A B ...: models side by side."""

from __future__ import annotations

from typing import Any

import click

import archcalc
from archcalc.analysis import BYTES
from archcalc.cli.options import complete_model, input_option, read_inputs, read_sets, set_option


@click.command("compare", short_help="Models side by side, with ratios.")
@click.argument("models", nargs=-1, metavar="MODEL MODEL...", shell_complete=complete_model)
@click.option("--to", metavar="MODEL", help="The model that ratios are to; the first unless given.")
@click.option("--sort", type=click.Choice(["params", "macs", "activations", "depth"]), help="The smallest first.")
@click.option("--reverse", is_flag=True, help="The other way round: with --sort the largest first.")
@input_option(" Letters are symbols: 3xHxW, 3x32*sx32*s.")
@click.option("--batch", default="1", metavar="N", help="Samples at once: multiplies memory and ops. A letter is a symbol.")
@click.option("--dtype", type=click.Choice(list(BYTES)), default="fp32", show_default=True, help="For bytes.")
@set_option
@click.option("--json", "form", flag_value="json", help="Everything, as JSON.")
@click.option("--csv", "form", flag_value="csv", help="A line a model, as CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="The table in Markdown.")
@click.option("--latex", "form", flag_value="latex", help="The table in LaTeX.")
def command(models: tuple[str, ...], form: str | None, inputs: tuple[str, ...], sets: tuple[str, ...], **options: Any) -> None:
    """Models side by side, with ratios to the first (or to another, with --to), and what they come to in a sentence.

    MODEL is a name (`archcalc list`), a file, or file.yaml:variant. Each may have settings of its own behind a comma:
    parameters of its spec, and input, batch or dtype. A parameter of --set is for all models that have it.

    \b
    Examples:
      archcalc compare vgg16 resnet50
      archcalc compare resnet18 resnet50 resnet101 --to resnet50
      archcalc compare resnet50 resnet50,width=32 my_net.yaml:small
      archcalc compare resnet50 resnet50,input=3x320x320
      archcalc compare alexnet vgg16 googlenet resnet50 vit_b_16 --sort macs
    """
    if len(models) < 2:
        raise click.UsageError("name two models or more; one alone is shown by `archcalc MODEL`")
    found = archcalc.compare(*models, input=read_inputs(inputs), set=read_sets(sets), **options)
    if form == "json":
        from archcalc.render.export import json_text

        click.echo(json_text(found.to_dict()), nl=False)
        return
    from archcalc.render import comparison

    forms = {"csv": comparison.comparison_csv, "markdown": comparison.comparison_markdown, "latex": comparison.comparison_latex}
    click.echo(forms[form](found) if form else comparison.comparison_text(found), nl=False)
