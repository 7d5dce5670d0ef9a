"""Pages of lessons as text for a terminal, as Markdown, and as a LaTeX document."""

from __future__ import annotations

import re
from itertools import groupby

from archcalc.lessons.pages import Equation, Page, Rows, Section
from archcalc.numbers import readable
from archcalc.render.console import terminal_width, wrapped
from archcalc.render.grid import Cells, grid, natural_width, without_headings
from archcalc.render.tex import tex_section, tex_text

INDENT = "  "

# ------------------------------------------------------------------------------------------ text


def lesson_text(page: Page, width: int | None = None) -> str:
    """A page for a terminal: no line is longer than `width`, as long as no word is."""
    width = width or terminal_width()
    parts = ["\n".join(wrapped([line for line in (page.title, page.lead) if line], width))]
    if page.facts:
        wide = max(len(name) for name, _ in page.facts) + 2
        parts.append("\n".join(wrapped([f"{INDENT}{name:<{wide}}{value}" for name, value in page.facts], width)))
    parts += [_table(part, width) if isinstance(part, Rows) else _section(part, width) for part in page.sections]
    return "\n\n".join(parts) + "\n"


def _section(section: Section, width: int) -> str:
    lines = [section.title] if section.title else []
    return "\n".join(wrapped([*lines, *(f"{INDENT}{entry}" for entry in section.entries)], width))


def _table(table: Rows, width: int) -> str:
    """Rows in the widest form that fits: as they are, under what their names begin with, with leading digits only.

    Else one below the other.
    """
    title = wrapped([table.title], width)
    below = wrapped([f"{INDENT}{remark}" for remark in table.below], width)
    full = [list(table.header), *map(list, table.rows)]
    under = _under(full)
    for cells in (full, under, _shortened(full), _shortened(under)):
        room = width - max(natural_width(without_headings(cells)), *(len(row[0]) for row in cells))
        if room >= 0:
            indent = INDENT if room >= len(INDENT) else ""
            text = grid(cells, table.words, footer=int(table.total)).rstrip("\n")
            lines = [f"{indent}{line}".rstrip() for line in text.split("\n")]
            return "\n".join([*title, *lines, *([""] if below and table.total else []), *below])
    listed = [line for row in table.rows for line in (f"{INDENT}{row[0]}", f"{INDENT * 2}{_told(table, row)}")]
    return "\n".join([*title, *wrapped(listed, width), *below])


def _under(cells: Cells) -> Cells:
    """The rows with the blocks around a name on a line above it."""
    found: Cells = []
    above = ""
    for row in cells:
        around, dot, name = row[0].rpartition(".")
        around = around if dot and " - " not in row[0] else ""
        if around and around != above:
            found.append([f"{around}:"])
        above = around
        found.append([f"{INDENT}{name}", *row[1:]] if around else row)
    return found


def _shortened(cells: Cells) -> Cells:
    return [[_NUMBER.sub(_short, cell) for cell in row] for row in cells]


_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")


def _short(number: re.Match[str]) -> str:
    return readable(int(number[0].replace(",", "")), 3)


def _told(table: Rows, row: tuple[str, ...]) -> str:
    """A row but for its first cell, each with what stands above it."""
    return "; ".join(f"{title} {cell}" for title, cell in zip(table.header[1:], row[1:], strict=True) if cell)


# ------------------------------------------------------------------------------------------ Markdown


def lesson_markdown(page: Page) -> str:
    """A page in Markdown: prose, formulas as blocks of code, and tables as GitHub's."""
    blocks = [f"# {_prose(page.title)}"]
    blocks += [_prose(page.lead)] if page.lead else []
    blocks += ["\n".join(f"- **{_prose(name)}**: {_prose(value)}" for name, value in page.facts)] if page.facts else []
    for part in page.sections:
        blocks += [f"## {_prose(part.title)}"] if part.title else []
        blocks += _markdown_rows(part) if isinstance(part, Rows) else _markdown_entries(part)
    return "\n\n".join(blocks) + "\n"


def _markdown_entries(section: Section) -> list[str]:
    """Sentences as a paragraph, or several as a list; and equations that follow each other as one block of code."""
    blocks: list[str] = []
    for worked, entries in groupby(section.entries, lambda entry: isinstance(entry, Equation)):
        texts = list(map(str, entries))
        if worked:
            blocks.append("\n".join(["```text", *texts, "```"]))
        else:
            blocks.append("\n".join(f"- {_prose(text)}" for text in texts) if len(texts) > 1 else _prose(texts[0]))
    return blocks


def _markdown_rows(table: Rows) -> list[str]:
    marks = [":--"] * table.words + ["--:"] * (len(table.header) - table.words)
    rows = [[_prose(cell) for cell in row] for row in table.rows]
    if table.total:
        rows[-1] = [f"**{cell}**" if cell else "" for cell in rows[-1]]
    lines = [f"| {' | '.join(row)} |" for row in ([_prose(title) for title in table.header], marks, *rows)]
    return ["\n".join(lines), *map(_prose, table.below)]


_CODE = re.compile(r"(`[^`]+`)")
_SPECIAL = re.compile(r"([\\`*\[\]<>|~&$]|(?<!\w)_|_(?!\w))")
_BEGINS = re.compile(r"^(\d+)?([-+#.)=])(?=\s|$|#)")


def _prose(text: str) -> str:
    """Text that Markdown shows as it is; what stands in backticks is code."""
    parts = _CODE.split(" ".join(text.split()))
    escaped = "".join(part.replace("|", r"\|") if i % 2 else _SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))
    return _BEGINS.sub(r"\1\\\2", escaped)


# ------------------------------------------------------------------------------------------ LaTeX

_HEAD = (
    r"\documentclass{article}",
    r"\usepackage{amsmath}",
    r"\allowdisplaybreaks",
    r"\addtolength{\textwidth}{80pt}",
    r"\addtolength{\oddsidemargin}{-40pt}",
    r"\begin{document}",
    r"\raggedright",
)
TEX_SIZES = (("normalsize", 80), ("small", 88), ("footnotesize", 100))  # and how many characters of a table fit
TEX_GAP = 2  # characters that are left between columns


def lesson_latex(page: Page) -> str:
    """A page as a document of its own, which needs amsmath and nothing else."""
    lines = [*_HEAD, rf"\section*{{{_tex(page.title)}}}"]
    lines += [rf"\noindent {_tex(page.lead)}\par"] if page.lead else []
    if page.facts:
        items = [rf"\item[{{{_tex(name)}}}] {_tex(value)}" for name, value in page.facts]
        lines += [r"\begin{description}", *items, r"\end{description}"]
    for part in page.sections:
        lines += _tex_rows(part) if isinstance(part, Rows) else _tex_section(part)
    return "\n".join([*lines, r"\end{document}"]) + "\n"


_JOINTS = re.compile(r"(?<=[\w}])(\.|\\_)(?=[A-Za-z])")


def _tex(text: str) -> str:
    """Prose; names in it may go on in the next line behind a dot or an underscore."""
    return _breakable(tex_text(text))


def _breakable(line: str) -> str:
    return _JOINTS.sub(r"\1\\allowbreak{}", line)


def _tex_section(section: Section) -> list[str]:
    """A section whose prose breaks its lines as `_tex` does; between \\begin and \\end are equations."""
    lines, inside = [], False
    for line in tex_section(section):
        inside = (inside or line.startswith(r"\begin")) and not line.startswith(r"\end")
        lines.append(line if inside else _breakable(line))
    return lines


def _tex_rows(table: Rows) -> list[str]:
    """A table, set smaller the wider it is. Where that is not enough its longest words go over several lines."""
    columns = [max(map(len, column)) + TEX_GAP for column in zip(table.header, *table.rows, strict=True)]
    words, numbers = sum(columns[: table.words]), sum(columns[table.words :])
    size, room = next((one for one in TEX_SIZES if words + numbers <= one[1]), TEX_SIZES[-1])
    marks = ["l"] * table.words + ["r"] * (len(columns) - table.words)
    if words + numbers > room:
        if numbers > room // 2:
            sentences = tuple(f"{row[0]}: {_told(table, row)}".lstrip(": ") for row in table.rows)
            return _tex_section(Section(table.title, (*sentences, *table.below)))
        widest = max(range(table.words), key=columns.__getitem__)
        share = max(room // 5, room - sum(columns) + columns[widest]) / room
        marks[widest] = rf"p{{{share:.3f}\linewidth}}"
    rows = [" & ".join(map(_tex, row)) + r" \\" for row in table.rows]
    last = [r"\noalign{\smallskip}\hline\noalign{\smallskip}", rows.pop()] if table.total else []
    return [
        *tex_section(Section(table.title, ())),
        rf"\par\nopagebreak\smallskip{{\{size}\setlength{{\tabcolsep}}{{3pt}}\noindent\begin{{tabular}}{{@{{}}{''.join(marks)}@{{}}}}",
        " & ".join(map(_tex, table.header)) + r" \\ \hline\noalign{\smallskip}",
        *rows,
        *last,
        r"\end{tabular}\par\smallskip}",
        *(rf"\noindent {_tex(remark)}\par" for remark in table.below),
    ]
