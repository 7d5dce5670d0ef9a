"""Pages as text, Markdown and LaTeX: nothing too wide, no table broken, documents that compile, and no number lost."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import archcalc
from archcalc.lessons.block_page import block_page
from archcalc.lessons.layer_page import layer_page
from archcalc.lessons.model_page import model_page
from archcalc.lessons.pages import Equation, Page, Rows, Section
from archcalc.lessons.what_if import what_if_page
from archcalc.render.lesson import lesson_latex, lesson_markdown, lesson_text

PAGES = [
    "alexnet conv1", "vit_b_16 encoder1.msa.body.attention", "resnet50 stage1.block2", "googlenet inception3a",
    "resnet50 stage", "swin_t stage1.block2", "nasnet_a_mobile normal1_1", "inception_v3 inception_c1", "densenet264 block3",
    "vgg16", "resnet50", "googlenet", "vit_b_16",
]  # fmt: skip
ODD = Page(
    "a_b *c* | `d` <e> & $f$ {g} \\ 100% #",
    "- no list, 1. no number: _x_ [y](z) ~w~ × → ≤ é 中",
    (("a|b", "c|d"), ("long", "word " * 40)),
    (
        Section("", ("# no heading", "1. no list", "+ none", "= a*b*c", "fine")),
        Section("t_1 | 2*P", (Equation("H' = W'", "(W - F)/S + 1", "(5 - 3)/1 + 1", "3", "| note *a* `b`"), "2*P and 3*P")),
        Rows("r|s", ("", "a|b", "n_1"), (("x|*y*", "`z`", "1,234,567"), ("total", "", "7")), 2, True, ("below | it",)),
        Rows("without rows", ("a", "b"), ()),
    ),
)  # fmt: skip


def page(name: str) -> Page:
    """The page of a model, a block or a layer."""
    model, _, part = name.partition(" ")
    report = archcalc.analyze(model)
    if not part:
        (result,) = archcalc.check(model)
        return model_page(report, checked=result.checked)
    layers = report.find(part)
    return layer_page(report, layers[0]) if len(layers) == 1 else block_page(report, part, layers)


def changed(model: str, layer: str, text: str) -> Page:
    """The page of a what-if."""
    report = archcalc.analyze(model)
    return what_if_page(report, report.layer(layer), text)


def all_pages() -> Iterator[Page]:
    """Pages of all sorts."""
    yield from map(page, PAGES)
    yield changed("alexnet", "conv1", "kernel=7,stride=2")
    yield changed("resnet50", "stage1.block1.body.conv_bn2.conv", "stride=2")
    report = archcalc.analyze("resnet50", input="3x32*sx32*s", batch="N")
    yield model_page(report)
    yield block_page(report, "stage1", report.find("stage1"))
    yield layer_page(report, report.layer("stem.conv"))
    yield ODD


def cells(page: Page) -> list[str]:
    """What stands in the tables of a page."""
    return [cell for part in page.sections if isinstance(part, Rows) for row in part.rows for cell in row if cell]


# ------------------------------------------------------------------------------------------ text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """But for a word that is longer than that."""
    for one in all_pages():
        for line in lesson_text(one, width).split("\n"):
            assert len(line) <= width or " " not in line.strip(), line


def test_wide_text_has_every_cell_and_entry() -> None:
    for one in all_pages():
        text = lesson_text(one, 10_000)
        entries = [str(entry) for part in one.sections if isinstance(part, Section) for entry in part.entries]
        for wanted in (one.title, one.lead, *entries, *cells(one)):
            assert wanted in text


def test_tables_that_are_too_wide_take_other_forms() -> None:
    """Full, under headings, with leading digits, and one row below the other: each when the one before does not fit."""
    one = Page("t", "", (), (Rows("w", ("name", "kind", "params"), (("body.conv", "conv 3x3", "1,234,567"),
                                                                    ("body.bn", "bn", "89")), 2),))  # fmt: skip
    full, headed, short, listed = (lesson_text(one, width) for width in (40, 29, 25, 20))
    assert "  body.conv  conv 3x3  1,234,567\n" in full
    assert "body.conv" not in headed and "body:\n" in headed and re.search(r"^  +conv +conv 3x3 +1,234,567$", headed, re.M)
    assert "1.23M" in short and "1,234,567" not in short
    assert "body.conv\n    kind conv 3x3;\n" in listed and "1,234,567" in listed


def test_numbers_are_aligned_to_the_right() -> None:
    text = lesson_text(page("resnet50 stage1.block2"), 80)
    ends = {len(line) for line in text.split("\n") if re.search(r"^  (body|add|total).*\d$", line)}
    assert len(ends) == 1


# ------------------------------------------------------------------------------------------ Markdown


def test_markdown_tables_are_whole() -> None:
    """Every row has as many cells as the header, and none has a bar that would cut it."""
    for one in all_pages():
        lines = lesson_markdown(one).split("\n")
        tables = [part for part in one.sections if isinstance(part, Rows)]
        starts = [i for i, line in enumerate(lines) if re.fullmatch(r"\|(?: :?--:? \|)+", line)]
        assert len(starts) == len(tables)
        for start, table in zip(starts, tables, strict=True):
            rows = [lines[start - 1], *lines[start + 1 : start + 1 + len(table.rows)]]
            assert all(len(re.findall(r"(?<!\\)\|", row)) == len(table.header) + 1 for row in rows)
            assert lines[start - 2] == "" and lines[start + 1 + len(table.rows)] == ""


def test_markdown_code_is_closed_and_holds_the_equations() -> None:
    for one in all_pages():
        text = lesson_markdown(one)
        fences = [line for line in text.split("\n") if line.startswith("```")]
        assert fences == ["```text", "```"] * (len(fences) // 2)
        code = "\n".join(re.findall(r"^```text\n(.*?)\n```$", text, re.M | re.S)).split("\n")
        equations = [
            str(e) for part in one.sections if isinstance(part, Section) for e in part.entries if isinstance(e, Equation)
        ]
        assert code == (equations or [""])


def test_markdown_prose_is_no_markup() -> None:
    text = lesson_markdown(ODD)
    assert r"# a_b \*c\* \| `d` \<e\> \& \$f\$ {g} \\ 100% #" in text
    assert r"\- no list, 1. no number: \_x\_ \[y\](z) \~w\~ × → ≤ é 中" in text
    for line in (r"- \# no heading", r"- 1\. no list", r"- \+ none", r"- \= a\*b\*c", "- fine"):
        assert line in text.split("\n")
    assert "| **total** |  | **7** |" in text


# ------------------------------------------------------------------------------------------ LaTeX


def test_latex_is_sound() -> None:
    """Braces and environments close, everything is ASCII, no command but those of LaTeX and amsmath is needed."""
    for one in all_pages():
        text = lesson_latex(one)
        assert text.isascii()
        bare = re.sub(r"\\[\\{}]", "", text)
        assert bare.count("{") == bare.count("}")
        opened: list[str] = []
        for command, environment in re.findall(r"\\(begin|end)\{([a-z*]+)\}", text):
            if command == "begin":
                opened.append(environment)
            else:
                assert opened.pop() == environment
        assert opened == []
        assert re.findall(r"\\usepackage\{(.*?)\}", text) == ["amsmath"]


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="there is no LaTeX here")
def test_latex_compiles(tmp_path: Path) -> None:
    """All pages, and nothing of the zoo's sticks out far."""
    for number, one in enumerate(all_pages()):
        (tmp_path / f"{number}.tex").write_text(lesson_latex(one), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{number}.tex"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120, check=False)
        assert run.returncode == 0, f"{one.title}\n{run.stdout[-1500:]}"
        too_wide = [float(width) for width in re.findall(r"Overfull \\hbox \((\d+\.\d+)pt", run.stdout)]
        assert one is ODD or max(too_wide, default=0) < 10, one.title
