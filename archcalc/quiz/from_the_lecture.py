"""The lecture's own questions, asked about the networks that it asks them about, and worked out like any other.

Only what is asked, and where, stands here: every answer comes from the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.lessons.savings import savings
from archcalc.quiz.about_ideas import kernel_draft, matrix_draft, tokens_draft
from archcalc.quiz.about_layers import ops_draft, params_draft, values_draft, volume_draft, weights_draft
from archcalc.quiz.about_paths import concat_draft, joined_volume_draft, stack_draft
from archcalc.quiz.drafts import Draft, summed
from archcalc.quiz.question import Answer, Slip
from archcalc.quiz.words import described, sizes

About = Callable[[Report, LayerReport], Draft | None]


class Asked(NamedTuple):
    """A question of the lecture: the slide, the topic, the model, the layer (empty: the whole network), how it is made, and
    the settings of the model, where they are not the usual ones.
    """

    slide: int
    topic: str
    model: str
    layer: str
    about: About
    settings: Mapping[str, int] = MappingProxyType({})

    def draft(self, report: Report) -> Draft | None:
        """The draft, from the slide. Its level is 1: it was asked in the lecture."""
        layer = report.layer(self.layer) if self.layer else report.layers[-1]
        made = self.about(report, layer)
        return made._replace(level=1, slide=self.slide) if made is not None else None


def stack_of(report: Report, layer: LayerReport) -> Draft | None:
    """The receptive field of the small convolutions that stand in place of a large one."""
    found = [saving for saving in savings(report.layers) if saving.kind == "stacked"]
    return stack_draft(report, found[0]) if found else None


def ops_of_all(report: Report, layer: LayerReport) -> Draft:
    """Asks for the multiply-accumulates of a whole network of a few layers."""
    costly = [one for one in report.layers if one.macs]
    listed = "; ".join(f"{one.name}: {described(one)}, over {sizes(one.input_shapes[0])}" for one in costly)
    text = f"{report.name} has {listed}. How many multiply-accumulates (ops) does it take together?"
    parts = [(one.name, one.macs) for one in costly]
    total = sum(value for _, value in parts)
    wrong = [Slip("operations counted twice", 2 * total, "a multiply-accumulate is one; counted apart they are FLOPs")]
    wrong += [Slip(f"without {name}", total - value, "every branch counts") for name, value in parts]
    wrong += [Slip(f"{name} counted twice", total + value, "each line counts once") for name, value in parts]
    return Draft("macs of all", 1, "", text, Answer("count", total, "multiply-accumulates"), tuple(wrong),
                 (summed("together", parts),), "H' x W' x filters x kernel area x channels in, for each line")  # fmt: skip


LECTURE = (
    Asked(12, "size", "alexnet", "conv1", volume_draft),
    Asked(14, "params", "alexnet", "conv1", params_draft),
    Asked(16, "size", "alexnet", "pool1", volume_draft),
    Asked(17, "params", "alexnet", "pool1", params_draft),
    Asked(31, "receptive-field", "conv3x3_stack", "", stack_of),
    Asked(38, "memory", "vgg16", "conv1_1", values_draft),
    Asked(38, "params", "vgg16", "fc6", weights_draft),
    Asked(47, "size", "inception_naive", "three.conv3x3", volume_draft),
    Asked(48, "concat", "inception_naive", "concat", concat_draft),
    Asked(49, "concat", "inception_naive", "concat", joined_volume_draft),
    Asked(50, "ops", "inception_naive", "five.conv5x5", ops_draft),
    Asked(50, "ops", "inception_naive", "", ops_of_all),
    Asked(58, "ops", "inception_reduced", "", ops_of_all),
    Asked(104, "patches", "vit_b_16", "patches", kernel_draft),
    Asked(105, "patches", "vit_b_16", "patches", tokens_draft),
    Asked(105, "attention", "pixel_transformer", "encoder1.msa.body.attention", matrix_draft, {"patch": 16}),
)
