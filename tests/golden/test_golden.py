"""Printed pages, kept as files. Whatever is printed is also added up again, so that no golden file can hold a wrong sum.

After a wanted change: pytest tests/golden --update-golden, then read the diff.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcalc
from archcalc.render.explain import explain_text
from archcalc.render.page import page_text
from archcalc.render.table import Style, table_text

HERE = Path(__file__).parent
TABLES = ["lenet5", "alexnet", "zfnet", "vgg16", "inception_naive", "inception_reduced", "googlenet", "resnet18", "vit_b_16"]
PAGES = ["alexnet", "vgg16", "inception_reduced", "googlenet", "resnet50", "vit_b_16"]
LAYERS = [("alexnet", "conv1"), ("alexnet", "pool1"), ("vgg16", "fc6"), ("googlenet", "pool1"), ("vit_b_16", "encoder1.msa")]


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def compare(name: str, text: str, update: bool) -> None:
    path = HERE / f"{name}.txt"
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; --update-golden writes it anew"


@pytest.mark.parametrize("model", TABLES)
def test_table(model: str, update: bool) -> None:
    report = archcalc.analyze(model)
    text = table_text(report, Style(), width=80)
    compare(f"{model}-table", text, update)
    memory, params, macs = readd(text)
    assert (memory, params, macs) == (report.totals.activations, report.totals.params, report.totals.macs)


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize("style", [Style(no_bias=True), Style(layout="chw"), Style(levels=1), Style(everything=True)])
def test_other_tables_add_up(model: str, style: Style) -> None:
    report = archcalc.analyze(model, batch=32)
    _, params, macs = readd(table_text(report, style, width=200))
    assert params == (report.totals.params_no_bias if style.no_bias else report.totals.params)
    assert macs == report.totals.macs


def readd(table: str) -> tuple[int, ...]:
    """The last three columns of a printed table, added up; they must give the printed total."""
    rows = [re.findall(r"(?<![\w.])\d[\d,]*(?=\s|$)", line)[-3:] for line in table.split("\n")]
    head = next(i for i, line in enumerate(table.split("\n")) if line.startswith("───"))
    last = next(i for i, line in enumerate(table.split("\n")) if line.startswith("total "))
    numbers = [[int(cell.replace(",", "")) for cell in row] for row in rows[head + 1 : last] if len(row) == 3]
    total = [int(cell.replace(",", "")) for cell in rows[last]]
    sums = [sum(column) for column in zip(*numbers, strict=True)]
    assert sums == total
    return tuple(sums)


@pytest.mark.parametrize("model", ["vgg16", "resnet18"])
def test_long_tables_look_like_short_ones(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = archcalc.analyze(model)
    by_rich = table_text(report, Style(), width=80)
    monkeypatch.setattr("archcalc.render.table.MOST_FOR_RICH", 0)
    assert table_text(report, Style(), width=80) == by_rich


def test_readding_notices_a_wrong_total() -> None:
    text = table_text(archcalc.analyze("lenet5"), Style(), width=80)
    with pytest.raises(AssertionError):
        readd(text.replace("61,706", "61,707"))


@pytest.mark.parametrize("model", PAGES)
def test_page(model: str, update: bool) -> None:
    compare(f"{model}-page", page_text(archcalc.analyze(model), Style(), width=80), update)


@pytest.mark.parametrize(("model", "name"), LAYERS)
def test_layer(model: str, name: str, update: bool) -> None:
    report = archcalc.analyze(model)
    layer = next(layer for layer in report.find(name) if layer.macs or layer.kind == "maxpool")
    compare(f"{model}-{name}", explain_text(report, layer, Style(), width=80), update)


def test_symbols(update: bool) -> None:
    report = archcalc.analyze("resnet50", input="3x32*sx32*s", batch="N")
    compare("resnet50-symbols", page_text(report, Style(), width=80), update)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("model", ["vgg16", "resnet18", "vit_b_16"])
def test_no_line_is_wider_than_the_terminal(model: str, width: int) -> None:
    report = archcalc.analyze(model)
    for text in (table_text(report, Style(), width=width), page_text(report, Style(), width=width)):
        assert max(map(len, text.split("\n"))) <= width
