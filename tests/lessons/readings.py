"""Reading worked pages back: equations by name, and the arithmetic in them worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from archcalc.expr import formula
from archcalc.lessons.pages import Equation, Page, Rows, Section

MODELS = [
    "lenet5_1998", "alexnet", "vgg16", "googlenet", "inception_reduced", "inception_v3", "resnet50", "se_resnet50",
    "densenet121", "resnext50_32x4d", "xception", "mobilenet_v2", "mobilenet_v3_small", "shufflenet_v2_x1_0",
    "squeezenet1_0", "efficientnet_b0", "nasnet_a_mobile", "vit_b_16",
    "swin_t", "gmlp_ti", "mixer_s_32", "cycle_mlp_b1", "convnext_t", "transformer_encoder",
]  # fmt: skip


def section(page: Page, title: str) -> Section:
    """The section of a title."""
    return next(part for part in page.sections if isinstance(part, Section) and part.title == title)


def table(page: Page, title: str) -> Rows:
    """The table of a title."""
    return next(part for part in page.sections if isinstance(part, Rows) and part.title == title)


def equations(page: Page, title: str) -> dict[str, Equation]:
    """The equations of a section by name; several of one name count up."""
    found: dict[str, Equation] = {}
    for entry in section(page, title).entries:
        if isinstance(entry, Equation):
            name = entry.name
            while name in found:
                name += "+"
            found[name] = entry
    return found


def number(text: str) -> int:
    """A printed number: 34,944."""
    return int(text.replace(",", ""))


def worked(text: str) -> int | Fraction:
    """What printed arithmetic comes to: 12,352 + 2*18,528. A sum of kinds too: 13 conv + 2*12 attention."""
    plain = re.sub(r" [a-z]\w*", "", text.replace(",", ""))
    value: int | Fraction = formula(plain).evaluate({})
    return value


def sentences(page: Page) -> Iterator[str]:
    """Every sentence of a page, below its tables too."""
    yield from (page.title, page.lead, *(value for _, value in page.facts))
    for part in page.sections:
        yield from part.below if isinstance(part, Rows) else map(str, part.entries)
