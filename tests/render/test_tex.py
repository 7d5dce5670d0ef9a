"""Formulas, prose and worked pages as LaTeX: read back they mean the same, and they compile with plain amsmath."""

from __future__ import annotations

import ast
import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import SpecError
from archcalc.expr import formula
from archcalc.layers.base import KINDS
from archcalc.lessons.pages import Equation, Section
from archcalc.lessons.worked import slip_section, worked_sections
from archcalc.render.tex import tex_formula, tex_section, tex_text
from docs.pages import example

ODD = "50% & #1_a ~ ^ \\ {x} <y> × ≤ ≥ ≠ ≈ \u2013 — … ✓ ✗ → ─ █▌ é ß 中 \"q\" 'r' `s` | $z$ --table [a] \x00 \ud800"

# ------------------------------------------------------------------------------------------ how formulas look


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("floor((W - F + 2*P)/S) + 1", r"\left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1"),
        ("ceil(H/M)*M", r"\left\lceil \frac{H}{M} \right\rceil \cdot M"),
        ("K//groups", r"\left\lfloor \frac{K}{\mathrm{groups}} \right\rfloor"),
        ("11*11*3", r"11 \cdot 11 \cdot 3"),
        ("F*F*C", r"F \cdot F \cdot C"),
        ("2*P", "2P"),
        ("2*T*T*D", r"2T \cdot T \cdot D"),
        ("n*2*P", r"n \cdot 2P"),
        ("-2*P**2", "-2P^{2}"),
        ("2*weight", r"2 \cdot \mathrm{weight}"),
        ("2**3*P", r"2^{3} \cdot P"),
        ("(F*F*C + 1)*K", r"(F \cdot F \cdot C + 1) \cdot K"),
        ("(a/b)**2", r"\left( \frac{a}{b} \right)^{2}"),
        ("D % heads == 0", r"D \bmod \mathrm{heads} = 0"),
        ("a*b % c", r"(a \cdot b) \bmod c"),
        ("a <= b != c", r"a \leq b \neq c"),
        ("not a and b or c", r"\text{not } a \text{ and } b \text{ or } c"),
        ("H_out*W_out*K", r"H' \cdot W' \cdot K"),
        ("H'*W'", r"H' \cdot W'"),
        ("H_out**2 + F_h**2", "{H'}^{2} + F_{h}^{2}"),
        ("F_h + C_1 + P_top", r"F_{h} + C_{1} + P_{\mathrm{top}}"),
        ("num_batches_tracked", r"\mathrm{num\_batches\_tracked}"),
        ("2*x.C - pad.top", r"2C_{x} - \mathrm{pad}_{\mathrm{top}}"),
        ("n_h[0][-1]", r"{{n_{h}}_{0}}_{-1}"),
        ("min(a, 3) + max([1, b])", r"\min(a, 3) + \max([1, b])"),
        ("divisible(C/2, 8)", r"\operatorname{divisible}\left( \frac{C}{2}, 8 \right)"),
        (
            "a if c else b if d else 1",
            r"\begin{cases} a & \text{if } c \\ b & \text{if } d \\ 1 & \text{otherwise} \end{cases}",
        ),
        ("34848", "34{,}848"),
        ("34,848 * 2", r"34{,}848 \cdot 2"),
        ("max(1,200)", r"\max(1, 200)"),
        ("1e3", "1{,}000"),
        ("0.25*C", "0.25C"),
        ("1e-7", r"1 \cdot 10^{-7}"),
        ("55x55x96", r"55 \times 55 \times 96"),
        ("55 x 55 x 96 (H x W x C)", r"55 \times 55 \times 96\ \text{(H \ensuremath{\times} W \ensuremath{\times} C)}"),
        ("", r"\text{}"),
        ("8.71x", r"\text{8.71x}"),
        ("61.0 MB, 48%", r"\text{61.0 MB, 48\%}"),
        ("two_words here", r"\text{two\_words here}"),
        ("lambda x: x", r"\text{lambda x: x}"),
        ("1" * 5000, rf"\text{{{'1' * 5000}}}"),
        ("(" * 500, rf"\text{{{'(' * 500}}}"),
    ],
)
def test_formulas_read_like_a_textbook(text: str, latex: str) -> None:
    assert tex_formula(text) == latex


# ------------------------------------------------------------------------------------------ what formulas mean

_TOKEN = re.compile(
    r"\\text\{[a-z ]+\}|\\mathrm\{(?:\w|\\_)+\}|\\operatorname\{\w+\}|\\(?:begin|end)\{cases\}|\\\\|\\[a-z]+"
    r"|\d+(?:\{,\}\d{3})*(?:\.\d+)?|[A-Za-z]|[-+=<>()\[\],'^_{}&]"
)
_SIGNS = {"=": "==", "<": "<", ">": ">", r"\leq": "<=", r"\geq": ">=", r"\neq": "!="}


class Reader:
    """Reads LaTeX math as people do, and writes it in the formula language with all its brackets.

    Precedence is that of mathematics: a sign binds less tightly than a product, and what stands beside \\bmod has to be a
    single factor, because people disagree about anything else.
    """

    def __init__(self, latex: str, names: dict[str, str]) -> None:
        latex = re.sub(r"\\(left|right)(?=\\|\(|\)|\[|\])", "", latex)
        self.tokens = [*_TOKEN.findall(latex), "end"]
        assert "".join(self.tokens[:-1]).replace(" ", "") == latex.replace(" ", ""), latex
        self.names, self.at = names, 0

    def all(self) -> str:
        text = self.either()
        self.take("end")
        return text

    def take(self, *tokens: str) -> str:
        """The next token, which must be one of these."""
        token = self.tokens[self.at]
        assert not tokens or token in tokens, (token, tokens, self.tokens)
        self.at += 1
        return token

    def has(self, *tokens: str) -> bool:
        """Whether the next token is one of these; then it is taken."""
        found = self.tokens[self.at] in tokens
        self.at += found
        return found

    def either(self) -> str:
        parts = [self.both()]
        while self.has(r"\text{ or }"):
            parts.append(self.both())
        return " or ".join(f"({part})" for part in parts)

    def both(self) -> str:
        parts = [self.denied()]
        while self.has(r"\text{ and }"):
            parts.append(self.denied())
        return " and ".join(f"({part})" for part in parts)

    def denied(self) -> str:
        return f"not ({self.denied()})" if self.has(r"\text{not }") else self.comparison()

    def comparison(self) -> str:
        text = f"({self.remainder()})"
        while self.tokens[self.at] in _SIGNS:
            text += f" {_SIGNS[self.take()]} ({self.remainder()})"
        return text

    def remainder(self) -> str:
        start = self.at
        text = self.sum()
        if self.has(r"\bmod"):
            end, self.at = self.at, start
            text = self.factor()
            assert self.at == end - 1, f"what stands before bmod is no single factor: {self.tokens}"
            self.at = end
            text = f"({text}) % ({self.factor()})"
            assert self.tokens[self.at] not in (r"\cdot", "+", "-", r"\bmod"), self.tokens
        return text

    def sum(self) -> str:
        sign = self.take() if self.tokens[self.at] in ("+", "-") else ""
        text = f"{sign}({self.product()})"
        while self.tokens[self.at] in ("+", "-"):
            text = f"({text}) {self.take()} ({self.product()})"
        return text

    def product(self) -> str:
        text = self.factor()
        while self.tokens[self.at] == r"\cdot" or (
            re.match(r"[A-Za-z{]", self.tokens[self.at]) and self.tokens[self.at] != "end"
        ):
            if not self.has(r"\cdot"):
                assert self.tokens[self.at - 1][-1].isdigit(), f"two names run into one: {self.tokens}"
            text = f"({text}) * ({self.factor()})"
        return text

    def factor(self) -> str:
        text = self.primary()
        if self.has("^"):
            self.take("{")
            text = f"({text}) ** ({self.either()})"
            self.take("}")
            assert self.tokens[self.at] not in ("^", "'"), self.tokens
        return text

    def primary(self) -> str:
        token = self.take()
        if token[0].isdigit():
            return token.replace("{,}", "")
        if token == r"\frac":
            return f"({self.group()}) / ({self.group()})"
        if token in (r"\lfloor", r"\lceil"):
            text = self.either()
            self.take({r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}[token])
            return f"{token[2:]}({text})"
        if token == "(":
            text = self.either()
            self.take(")")
            return text
        if token in (r"\min", r"\max") or token.startswith(r"\operatorname"):
            self.take("(")
            return f"{token.removeprefix(chr(92)).removeprefix('operatorname').strip('{}')}({', '.join(self.listed(')'))})"
        if token == "[":
            return f"[{', '.join(self.listed(']'))}]"
        if token == r"\begin{cases}":
            return self.cases()
        self.at -= 1
        return self.named()

    def group(self) -> str:
        self.take("{")
        text = self.either()
        self.take("}")
        return text

    def listed(self, end: str) -> Iterator[str]:
        while not self.has(end):
            yield self.either()
            assert self.has(",") or self.tokens[self.at] == end

    def cases(self) -> str:
        text, closing = "", ""
        while True:
            value = self.either()
            self.take("&")
            if self.has(r"\text{otherwise}"):
                self.take(r"\end{cases}")
                return f"{text}({value}){closing}"
            self.take(r"\text{if }")
            text, closing = f"{text}({value}) if ({self.either()}) else (", f"{closing})"
            self.take(r"\\")

    def named(self) -> str:
        """The longest run of tokens that is a name."""
        for end in range(min(len(self.tokens), self.at + 12), self.at, -1):
            name = "".join(self.tokens[self.at : end])
            if name in self.names:
                self.at = end
                return self.names[name]
        raise AssertionError(f"no name at {self.at} of {self.tokens}")


NAMES = ("a", "b", "H_out", "F_h", "weight", "P_top")


def read_back(text: str, names: Iterable[str] = NAMES) -> str:
    """A formula, made LaTeX and read again."""
    known = {tex_formula(name).replace(" ", ""): name for name in names}
    known |= {f"{{{latex}}}": name for latex, name in known.items() if latex.endswith("'")}  # so it stands below a power
    return Reader(tex_formula(text), known).all()


def outcome(text: str, values: dict[str, object]) -> object:
    try:
        return formula(text).evaluate(values)
    except SpecError as error:
        return error.code


def drawn(rng: random.Random, depth: int) -> str:
    """A formula with all its brackets."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice([*NAMES, "2", "3", "10", "1234", "0.5"])
    part = lambda: drawn(rng, depth - 1)  # noqa: E731
    sort = rng.random()
    if sort < 0.6:
        return f"({part()}) {rng.choice(['+', '-', '*', '*', '/', '//', '%'])} ({part()})"
    if sort < 0.7:
        return f"({part()})**({rng.choice(['0', '1', '2', '3', '-1'])})"
    if sort < 0.8:
        return f"{rng.choice('+-')}({part()})"
    if sort < 0.9:
        return f"{rng.choice(['floor', 'ceil', 'round'])}({part()})" if rng.random() < 0.5 else f"max(({part()}), ({part()}))"
    return f"(({part()}) if ({condition(rng, depth - 1)}) else ({part()}))"


def condition(rng: random.Random, depth: int) -> str:
    sort = rng.random()
    if depth <= 0 or sort < 0.5:
        return f"({drawn(rng, max(0, depth))}) {rng.choice(['<', '<=', '>', '>=', '==', '!='])} ({drawn(rng, 0)})"
    if sort < 0.7:
        return f"not ({condition(rng, depth - 1)})"
    return f"({condition(rng, depth - 1)}) {rng.choice(['and', 'or'])} ({condition(rng, depth - 1)})"


def test_brackets_are_right_whatever_the_formula() -> None:
    rng = random.Random(12)
    different = 0
    for _ in range(1500):
        brackets = drawn(rng, 4)
        text = ast.unparse(ast.parse(brackets))  # with as few brackets as Python needs
        back = read_back(text)
        different += back != brackets
        for _ in range(3):
            values = {name: rng.randint(-3, 9) for name in NAMES}
            assert outcome(back, values) == outcome(text, values), f"{text}\n{tex_formula(text)}\n{back}"
    assert different > 1000


def kinds_formulas() -> Iterator[tuple[str, dict[str, object]]]:
    """Every formula that the examples of all kinds show, with names and with numbers, and those of the usual mistakes."""
    for kind in KINDS:
        *_, report, layer = example(kind)
        values = dict(layer.work.values)
        for step in layer.work.steps:
            yield step.formula.text, values
            yield step.formula.shown(values, report.algebra), {}
        for pitfall in layer.work.layer.pitfalls():
            yield pitfall.formula, {**values, "params": layer.params, "macs": layer.macs}


def test_every_formula_of_every_kind_can_be_read_back() -> None:
    found = list(kinds_formulas())
    assert len(found) > 200
    for text, values in found:
        assert r"\text{" not in re.sub(r"\\text\{ (and|or) \}", "", tex_formula(text)), text
        if not formula(text).attributes:
            assert outcome(read_back(text, formula(text).plain), values) == outcome(text, values), text


# ------------------------------------------------------------------------------------------ what LaTeX would stumble over


def sound(latex: str) -> None:
    """Nothing raw that LaTeX takes for itself, all braces and environments closed, all in ASCII."""
    assert latex.isascii() and latex.isprintable(), latex
    bare = re.sub(r"\\[{}#$%&_]", "", latex).replace(r"\^{", "{").replace(r"\~{", "{")
    assert not re.search("[#$%~]", bare), latex
    depth = 0
    for character in bare:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, latex
    assert depth == 0, latex
    opened: list[str] = []
    for way, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", latex):
        if way == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name, latex
    assert not opened, latex


def test_formulas_are_sound() -> None:
    for text, _ in kinds_formulas():
        sound(tex_formula(text))


@given(st.text(max_size=30))
def test_any_text_is_sound(text: str) -> None:
    sound(tex_formula(text))
    sound(tex_text(text))
    assert "&" not in tex_text(text).replace(r"\&", "")
    assert "_" not in tex_text(text).replace(r"\_", "")
    assert "--" not in tex_text(text)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a_b & 5%, #1 $", r"a\_b \& 5\%, \#1 \ensuremath{\$}"),
        ("~^\\{}", r"\textasciitilde{}\textasciicircum{}\textbackslash{}\{\}"),
        ("1 < 2 > 0", r"1 \ensuremath{<} 2 \ensuremath{>} 0"),
        ("3 × 3 ≤ 9 ≥ 8", r"3 \ensuremath{\times} 3 \ensuremath{\leq} 9 \ensuremath{\geq} 8"),
        ("a\u2013b—c…", r"a\textendash{}b\textemdash{}c\ldots{}"),
        ("✓ ✗", r"\ensuremath{\surd} \ensuremath{\times}"),
        ("--table ---", r"-{}-table -{}-{}-"),
        ("Szegedy, Müller, Lučić", r"Szegedy, M\"{u}ller, Lu\v{c}i\'{c}"),
        ("stage1.body.conv_bn at a.b_c", r"stage1.\allowbreak{}body.\allowbreak{}conv\_\allowbreak{}bn at a.b\_c"),
        ("中 \x00", "U+4E2D U+0000"),
        (" two\n\nlines\t", "two lines"),
    ],
)
def test_prose_is_escaped(text: str, latex: str) -> None:
    assert tex_text(text) == latex


# ------------------------------------------------------------------------------------------ sections


def test_short_equations_stay_on_a_line_and_long_ones_are_broken() -> None:
    section = Section(
        "params",
        (
            Equation("weight", "F*F*C*K", "3*3*64*128", "73,728"),
            Equation("together", "(F*F*C + 1)*K*heads", "(3*3*64 + 1)*128*12345678901", "911,901,345,759,268"),
            Equation("H' = W'", "", "", "5", "rows & columns"),
            Equation("bias", "K", "", "K"),
        ),
    )
    assert tex_section(section) == [
        r"\par\medskip\noindent\textbf{params}",
        r"\begin{align*}",
        r"\mathrm{weight} &= F \cdot F \cdot C \cdot K = 3 \cdot 3 \cdot 64 \cdot 128 = 73{,}728 \\",
        r"\mathrm{together} &= (F \cdot F \cdot C + 1) \cdot K \cdot \mathrm{heads} \\",
        r"&= (3 \cdot 3 \cdot 64 + 1) \cdot 128 \cdot 12{,}345{,}678{,}901 \\",
        r"&= 911{,}901{,}345{,}759{,}268 \\",
        r"H' = W' &= 5 \quad \text{(rows \& columns)} \\",
        r"\mathrm{bias} &= K",
        r"\end{align*}",
    ]


def test_a_long_sum_goes_on_below_before_a_sign() -> None:
    terms = [f"C_{number}" for number in range(1, 25)]
    lines = tex_section(Section("", (Equation("C", " + ".join(terms), "", "1,000"),)))
    middle = lines[2:-2]
    assert len(middle) > 2
    assert all(line.startswith(r"&\quad {} + ") for line in middle[1:])
    assert re.findall(r"C_\{\d+\}", " ".join(middle)) == [tex_formula(term) for term in terms]


def test_long_notes_and_words_stand_in_boxes_that_wrap() -> None:
    words = "this is no formula, but what somebody wrote in the place of one, and it goes on"
    lines = tex_section(Section("", (Equation("x", "", words, "5", words),)))
    assert [line for line in lines if r"\parbox" in line] == [
        rf"x &= \parbox[t]{{0.55\linewidth}}{{\raggedright {words}}} \\",
        rf"&\quad \parbox[t]{{0.55\linewidth}}{{\raggedright ({words})}}",
    ]


def test_sentences_are_paragraphs_between_the_equations() -> None:
    one = Equation("a", "", "", "1")
    lines = tex_section(Section("", ("50% first", one, one, "second", "third", one)))
    assert lines == [
        r"\par",
        r"\par\nopagebreak\noindent 50\% first",
        *(r"\begin{align*}", r"a &= 1 \\", "a &= 1", r"\end{align*}"),
        r"\par\noindent second",
        r"\par\noindent third",
        *(r"\begin{align*}", "a &= 1", r"\end{align*}"),
    ]


def every_section() -> Iterator[Section]:
    for kind in KINDS:
        *_, report, layer = example(kind)
        yield from worked_sections(report, layer)
        yield from slip_section(layer, reasons=True)
    terms = " + ".join(f"C_{number}" for number in range(1, 30))
    yield Section(
        ODD,
        (
            Equation(ODD, ODD, ODD, ODD, ODD),
            Equation("C_out", terms, terms.replace("C_", "1"), "1,000", "channels"),
            Equation("x", "a if c else b if d else (e if f == 2 else g**2)", "", "5"),
            Equation("x", "n_h[0]**2 + H_out**2 + x.C**-1", "(a/b)**c**2", "55x55x96 (H x W x C)"),
            Equation("", "", "", ""),
            ODD,
        ),
    )


def test_sections_are_sound() -> None:
    for section in every_section():
        lines = tex_section(section)
        sound(" ".join(lines))
        assert all(line.strip() for line in lines)  # an empty line would end a formula


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="there is no LaTeX here")
def test_all_compiles_with_amsmath_and_stays_on_the_page(tmp_path: Path) -> None:
    body = [line for section in every_section() for line in tex_section(section)]
    text = [r"\documentclass{article}", r"\usepackage{amsmath}", r"\begin{document}", *body, r"\end{document}"]
    (tmp_path / "all.tex").write_text("\n".join(text), "ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="latin-1", check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    assert (tmp_path / "all.pdf").stat().st_size > 10_000
    assert "Overfull" not in run.stdout
