"""archcalc explain MODEL [LAYER]: the worked page of a model, a block or a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import archcalc
from archcalc.analysis.report import LayerReport, Report
from archcalc.cli.options import analyze, complete_model, model_options
from archcalc.errors import SpecError

if TYPE_CHECKING:
    from archcalc.claims import Checked
    from archcalc.lessons.pages import Page


@click.command("explain", short_help="The worked page of a model, a block or a layer, with reasons.")
@click.argument("model", shell_complete=complete_model)
@click.argument("layer", required=False)
@click.option("--markdown", "form", flag_value="markdown", help="As Markdown, tables as GitHub's.")
@click.option("--latex", "form", flag_value="latex", help="As a LaTeX document, which needs amsmath only.")
@click.option("--what-if", "change", metavar="FIELD=VALUE,...", help="What other fields of LAYER would change: "
              "kernel=7,stride=2, kernel=[1,7], pad=same, out=2*out.")  # fmt: skip
@model_options
@click.option("--layout", type=click.Choice(["chw", "hwc"]), default="hwc", show_default=True,
              help="Order in which sizes are printed: hwc as in the lecture (55x55x96), chw as in PyTorch.")  # fmt: skip
@click.option(
    "--no-bias", is_flag=True, help="Leave the biases of conv, linear and attention out of params, as the lecture does."
)
def command(model: str, layer: str | None, form: str | None, change: str | None, **options: Any) -> None:
    """How the numbers come about, step by step, and why things are built as they are.

    Of a layer: each formula with its numbers, and what the usual mistakes come to. Of a block: how its pieces add up, and
    what it saves. Of a model: the story of its shapes, where everything sits, how deep it is, what was published about it.

    \b
    Examples:
      archcalc explain alexnet conv1
      archcalc explain alexnet conv1 --what-if kernel=7,stride=2
      archcalc explain resnet50 stage1.block2
      archcalc explain vgg16 --latex > vgg16.tex
    """
    report = analyze(model, options)
    click.echo(_written(_page(report, model, layer, change, options), form), nl=False)


def _page(report: Report, model: str, name: str | None, change: str | None, options: dict[str, Any]) -> Page:
    how = (options["layout"], options["no_bias"])
    if name is None:
        if change is not None:
            hint = f"archcalc explain {model} LAYER --what-if {change}; `archcalc {model} --table` lists the layers"
            raise SpecError("bad-option", "--what-if is about one layer, and none is named", None, hint, change)
        from archcalc.lessons.model_page import model_page

        return model_page(report, *how, _checked(report, model, options))
    layers = report.find(name)
    if change is not None:
        from archcalc.lessons.what_if import what_if_page

        return what_if_page(report, _single(report, name, layers), change, *how)
    if len(layers) == 1:
        from archcalc.lessons.layer_page import layer_page

        return layer_page(report, layers[0], *how)
    from archcalc.lessons.block_page import block_page

    docs = {block: found.doc for block, found in archcalc.load(model).spec.blocks.items() if found.doc}
    return block_page(report, name, layers, *how, docs)


def _single(report: Report, name: str, layers: list[LayerReport]) -> LayerReport:
    """The one layer of a name. Raises SpecError for a block."""
    alone = layers[0] if len(layers) == 1 else report.named(name)
    if alone is None:
        some = ", ".join(layer.name for layer in layers if layer.work.layer.fields)
        hint = f"name one of them: {some[:100]}{'...' if len(some) > 100 else ''}"
        raise SpecError("bad-option", f"--what-if is about one layer, and '{name[:80]}' has {len(layers)}", None, hint, name)
    return alone


def _checked(report: Report, model: str, options: dict[str, Any]) -> list[Checked]:
    """What was published about the model, held against it; nothing where it has other settings than the published one."""
    given = [options[name] for name in ("inputs", "sets", "symbols")]
    if any(given) or options["batch"] != "1" or options["dtype"] != "fp32":
        return []
    from archcalc.checking import Target, check_spec, targets

    target = targets([model])[0]
    return check_spec(Target(target.path, target.name, (report.name,)), archcalc.analyze, lambda claim: True).checked


def _written(page: Page, form: str | None) -> str:
    from archcalc.render import lesson

    return {"markdown": lesson.lesson_markdown, "latex": lesson.lesson_latex}.get(form or "", lesson.lesson_text)(page)
