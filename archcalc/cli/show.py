"""archcalc MODEL [LAYER]: the page, the table, the derivation of a layer, and their exports."""

from __future__ import annotations

from typing import Any

import click

from archcalc.analysis.report import LayerReport, Report
from archcalc.cli.options import analyze, complete_model, model_options
from archcalc.render.table import Style, table_text


@click.command("show", short_help="A model: totals, every layer, or the derivation of one.")
@click.argument("model", shell_complete=complete_model)
@click.argument("layer", required=False)
@click.option("--table", is_flag=True, help="One row a layer: output, memory, params, ops.")
@click.option("--json", "form", flag_value="json", help="Everything, as JSON.")
@click.option("--csv", "form", flag_value="csv", help="One line a layer, as CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="The table in Markdown.")
@click.option("--latex", "form", flag_value="latex", help="The table in LaTeX.")
@model_options
@click.option("--layout", type=click.Choice(["chw", "hwc"]), default="hwc", show_default=True,
              help="Order in which sizes are printed: hwc as in the lecture (55x55x96), chw as in PyTorch.")  # fmt: skip
@click.option(
    "--no-bias", is_flag=True, help="Leave the biases of conv, linear and attention out of params, as the lecture does."
)
@click.option("--levels", type=click.IntRange(min=1), metavar="N", help="Fold blocks deeper than N levels into one row.")
@click.option("--all", "everything", is_flag=True, help="List layers that work in place (ReLU, dropout, flatten) too.")
def command(model: str, layer: str | None, table: bool, form: str | None, **options: Any) -> None:
    """Totals, stages and where things sit; with --table every layer; with LAYER the derivation of one.

    MODEL is a name (`archcalc list`), a file, or file.yaml:variant. LAYER is a layer or block of it.

    \b
    Examples:
      archcalc vgg16
      archcalc vgg16 --table --no-bias
      archcalc alexnet conv1
      archcalc resnet50 stage1 --levels 2
      archcalc resnet50 --input 3x32*sx32*s --json
    """
    report = analyze(model, options)
    style = Style(options["layout"], options["no_bias"], options["levels"] or 0, options["everything"])
    click.echo(_text(report, layer, table, form, style), nl=False)


def _text(report: Report, name: str | None, table: bool, form: str | None, style: Style) -> str:
    layers = report.find(name) if name is not None else None
    alone = report.named(name) if name is not None else None
    if layers is not None and len(layers) == 1:
        alone = layers[0]
    if form is not None:
        return _export(report, layers, alone, name or "", form, style)
    if alone is not None and not table:
        from archcalc.render.explain import explain_text

        return explain_text(report, alone, style)
    if layers is not None:
        from archcalc.render.page import block_text

        return block_text(report, name or "", layers) + "\n\n" + table_text(report, style, layers)
    if table or style.levels or style.everything:
        return table_text(report, style)
    from archcalc.render.page import page_text

    return page_text(report, style)


def _export(
    report: Report, layers: list[LayerReport] | None, alone: LayerReport | None, name: str, form: str, style: Style
) -> str:
    from archcalc.render import export

    if form == "json":
        from archcalc.analysis.data import report_data, worked_data

        return export.json_text(worked_data(alone, report.algebra) if alone is not None else report_data(report, layers, name))
    forms = {"csv": export.csv_text, "markdown": export.markdown_text, "latex": export.latex_text}
    return forms[form](report, style, layers)
