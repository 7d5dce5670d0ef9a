"""A quiz as one HTML file without scripts or anything from elsewhere, for the screen of a desk or a phone, and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from archcalc.lessons.pages import Entry
from archcalc.quiz.question import Question
from archcalc.render.quiz_sheet import Sheet, answer_text, heading, more

_STYLE = """\
:root { color-scheme: light dark; --ink: #1c1e21; --faint: #5b6168; --paper: #ffffff; --tint: #f1f3f5; --line: #cfd4d9;
  --mark: #0b6b3a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e3; --faint: #a2a8ae; --paper: #17191c; --tint: #23272b; --line: #3d4349; --mark: #7fd6a4; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
small, .made, .note { color: var(--faint); font-weight: normal; }
section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 1rem; }
p { margin: .25rem 0 .75rem; }
.asked { white-space: pre-line; }
ul { list-style: none; margin: 0; padding: 0; }
.choices label { display: flex; gap: .6rem; align-items: baseline; padding: .4rem .25rem; cursor: pointer; }
.choices b { min-width: 1ch; }
input[type=radio] { flex: none; }
input[type=text] { width: 100%; max-width: 22rem; font: inherit; color: inherit; background: none; padding: .4rem .25rem;
  border: 0; border-bottom: 1px solid var(--faint); border-radius: 0; }
details { margin-top: .75rem; background: var(--tint); border-radius: .4rem; padding: 0 .75rem; }
summary { padding: .5rem 0; cursor: pointer; font-weight: 600; }
details > :last-child { padding-bottom: .75rem; }
.right { color: var(--mark); font-weight: 600; }
.steps li { margin: .3rem 0; }
.wrong li { margin: .4rem 0; }
code { font: .92em/1.5 ui-monospace, monospace; }
.steps code { display: block; padding-left: 2ch; text-indent: -2ch; }
a { color: inherit; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; }
@media print {
  :root { color-scheme: light; --ink: #000; --faint: #444; --paper: #fff; --tint: #fff; --line: #999; --mark: #000; }
  main { max-width: none; padding: 0; }
  html { font-size: 10.5pt; }
  h2, h3, .asked { break-after: avoid; }
  .asked, .choices, li, tr { break-inside: avoid; }
  details { border: 1px solid var(--line); }
  details::details-content { content-visibility: visible; block-size: auto; }
}
"""


def html_page(sheet: Sheet) -> str:
    """The questions; with a key each with its answer folded under it, and a table of all answers at the end."""
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(sheet.title)}</title>",
        f"<style>\n{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{escape(sheet.title)}</h1>",
        f'<p class="made">Made with <code>{escape(sheet.command)}</code></p>',
    ]
    for number, question in enumerate(sheet.questions, 1):
        lines += _question(sheet, number, question)
    if sheet.key:
        lines += _table(sheet)
    return "\n".join([*lines, "</main>", "</body>", "</html>"]) + "\n"


def _question(sheet: Sheet, number: int, question: Question) -> Iterator[str]:
    yield "<section>"
    yield f'<h2 id="question-{number}">{number}. <small>{escape(heading(question))}</small></h2>'
    yield f'<p class="asked">{escape(question.text)}</p>'
    choices = sheet.offered(question)
    if choices:
        yield '<ul class="choices">'
        for letter, text in choices:
            mark = f'<input type="radio" name="question-{number}">'
            yield f"<li><label>{mark} <b>{letter}</b> <span>{escape(text)}</span></label></li>"
        yield "</ul>"
    else:
        yield f'<p><input type="text" autocomplete="off" aria-label="Answer to question {number}"></p>'
    if sheet.key:
        yield from _answer(sheet, question)
    yield "</section>"


def _answer(sheet: Sheet, question: Question) -> Iterator[str]:
    letter = sheet.letter(question)
    yield "<details>"
    yield "<summary>Answer</summary>"
    yield f'<p class="right">{f"<b>{letter}</b> " if letter else ""}{escape(answer_text(question))}</p>'
    for section in question.worked:
        yield f"<h3>{escape(section.title)}</h3>" if section.title else ""
        yield from ('<ul class="steps">', *map(_step, section.entries), "</ul>")
    wrong = sheet.wrong(question)
    if wrong:
        yield '<h3>wrong answers</h3>\n<ul class="wrong">'
        for one in wrong:
            yield f"<li>{f'<b>{one.letter}</b> ' if one.letter else ''}{escape(f'{one.text}: {one.mistake}')}</li>"
        yield "</ul>"
    if more(question):
        yield f'<p class="made">Read more: <code>{escape(more(question))}</code></p>'
    yield "</details>"


def _step(entry: Entry) -> str:
    if isinstance(entry, str):
        return f"<li>{escape(entry)}</li>"
    note = f' <span class="note">{escape(entry.note)}</span>' if entry.note else ""
    return f"<li><code>{escape(str(entry._replace(note='')))}</code>{note}</li>"


def _table(sheet: Sheet) -> Iterator[str]:
    yield "<section>"
    yield "<h2>Answer key</h2>"
    yield "<details>\n<summary>All answers</summary>\n<table>"
    for number, question in enumerate(sheet.questions, 1):
        letter = sheet.letter(question)
        link = f'<th scope="row"><a href="#question-{number}">{number}</a></th>'
        yield f"<tr>{link}{f'<td>{letter}</td>' if letter else ''}<td>{escape(answer_text(question))}</td></tr>"
    yield "</table>\n</details>\n</section>"
