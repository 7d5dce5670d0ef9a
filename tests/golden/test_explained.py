"""Worked pages, kept as files. Their arithmetic is worked out again, so that no golden file can hold a wrong result.

After a wanted change: pytest tests/golden --update-golden, then read the diff.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcalc
from archcalc.expr import formula
from archcalc.lessons.block_page import block_page
from archcalc.lessons.layer_page import layer_page
from archcalc.lessons.model_page import model_page
from archcalc.lessons.what_if import what_if_page
from archcalc.render.lesson import lesson_markdown, lesson_text

HERE = Path(__file__).parent
PAGES = [
    "alexnet conv1", "alexnet conv1 kernel=7,stride=2", "resnet50 stage1.block1", "resnet50 stage1.block2", "vgg16", "resnet50",
    "mobilenet_v2 stage2.inverted_residual2", "googlenet inception3a", "vit_b_16 encoder1",
]  # fmt: skip


def text_of(name: str, width: int) -> tuple[str, str]:
    """A page as text, and its Markdown, in which each equation is one line. Of a model without what was published of it."""
    model, *rest = name.split(" ")
    report = archcalc.analyze(model)
    if not rest:
        page = model_page(report)
    else:
        layers = report.find(rest[0])
        page = layer_page(report, layers[0]) if len(layers) == 1 else block_page(report, rest[0], layers)
        if rest[1:]:
            page = what_if_page(report, layers[0], rest[1])
    return lesson_text(page, width), lesson_markdown(page)


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, request: pytest.FixtureRequest) -> None:
    text, markdown = text_of(name, 80)
    path = HERE / f"explain-{re.sub('[^a-z0-9_.=]+', '-', name)}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; --update-golden writes it anew"
    assert rework(markdown) > 2


def rework(markdown: str) -> int:
    """How many equations there are; each side that has no letters must come to the result."""
    lines = [line for block in re.findall(r"```text\n(.*?)```", markdown, re.S) for line in block.split("\n") if " = " in line]
    for line in lines:
        *sides, result = re.sub(r" +\(.*\)$", "", line.replace(",", "")).split(" = ")
        for side in sides[1:]:
            if not re.search(r"[A-Za-z]", side):
                assert formula(side).evaluate({}) == int(result), line
    return len(lines)


def test_reworking_notices_a_wrong_result() -> None:
    markdown = text_of("alexnet conv1", 80)[1]
    with pytest.raises(AssertionError):
        rework(markdown.replace("34,944", "34,945"))
