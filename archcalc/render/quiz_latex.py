"""A quiz as a complete LaTeX document, of the article class, with amsmath and no other package."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.quiz.question import Question
from archcalc.render.quiz_sheet import Sheet, answer_text, heading, more
from archcalc.render.tex import tex_section, tex_text

_HEAD = (
    r"\documentclass[11pt]{article}",
    r"\usepackage{amsmath}",
    r"\allowdisplaybreaks",
    r"\makeatletter\@beginparpenalty=10000 \makeatother",  # no page ends between a title and its list
    r"\begin{document}",
    r"\raggedright",
)
_ROOM = r"\par\medskip\noindent Answer: \underline{\hspace{0.6\linewidth}}"


def latex(sheet: Sheet) -> str:
    """The questions, and on a page of its own the key."""
    title, command = tex_text(sheet.title), tex_text(sheet.command)
    lines = [*_HEAD, rf"\section*{{{title}}}", rf"\noindent Made with \texttt{{{command}}}.", r"\begin{enumerate}"]
    for question in sheet.questions:
        lines += _asked(sheet, question)
    lines.append(r"\end{enumerate}")
    if sheet.key:
        lines += [r"\clearpage", r"\section*{Answer key}"]
        for number, question in enumerate(sheet.questions, 1):
            lines += _key(sheet, number, question)
    return "\n".join([*lines, r"\end{document}"]) + "\n"


def _asked(sheet: Sheet, question: Question) -> Iterator[str]:
    """A question, kept on one page. Behind \\item, a [ would begin a label."""
    yield rf"\item \begin{{minipage}}[t]{{\linewidth}}\raggedright \textbf{{{tex_text(heading(question))}.}}"
    yield from (rf"\par {tex_text(line)}" for line in question.text.splitlines() if line.strip())
    choices = sheet.offered(question)
    if choices:
        yield r"\begin{enumerate}"
        yield from (rf"\item[({letter})] {tex_text(text)}" for letter, text in choices)
        yield r"\end{enumerate}"
    else:
        yield _ROOM
    yield r"\end{minipage}\bigskip"


def _key(sheet: Sheet, number: int, question: Question) -> Iterator[str]:
    letter = sheet.letter(question)
    right = f"({letter}) {answer_text(question)}" if letter else answer_text(question)
    yield rf"\subsection*{{{number}. {tex_text(right)}}}"
    for section in question.worked:
        yield from tex_section(section)
    wrong = sheet.wrong(question)
    if wrong:
        yield r"\par\medskip\noindent\textbf{wrong answers}"
        yield r"\begin{itemize}"
        for one in wrong:
            label = f"({one.letter})" if one.letter else r"$\bullet$"
            yield rf"\item[{label}] {tex_text(f'{one.text}: {one.mistake}')}"
        yield r"\end{itemize}"
    if more(question):
        yield rf"\par\noindent Read more: \texttt{{{tex_text(more(question))}}}"
