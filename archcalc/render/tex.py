"""LaTeX for plain amsmath: formulas as textbooks set them, prose escaped, and sections of a worked page.

What comes out is pure ASCII, so that no package for encodings is needed either.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from archcalc.errors import SpecError
from archcalc.expr.check import AXES, Checker
from archcalc.lessons.pages import Equation, Section

# ------------------------------------------------------------------------------------------ prose

_MATH = {
    "<": "<", ">": ">", "|": "|", "$": r"\$", "×": r"\times", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx",
    "→": r"\to", "·": r"\cdot", "±": r"\pm", "°": r"^{\circ}", "²": "^2", "³": "^3", "✓": r"\surd", "✗": r"\times",
    "µ": r"\mu", "\u2032": "'", "\u2212": "-",  # a prime and a minus
}  # fmt: skip
_NAMED = {
    "\\": "textbackslash", "~": "textasciitilde", "^": "textasciicircum", '"': "textquotedblright", "…": "ldots",
    "\u2013": "textendash", "—": "textemdash", "─": "textemdash", "\u2018": "textquoteleft", "\u2019": "textquoteright",
    "“": "textquotedblleft", "”": "textquotedblright", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l",
}  # fmt: skip
_CHARACTERS = {
    **{character: rf"\ensuremath{{{math}}}" for character, math in _MATH.items()},
    **{character: rf"\{name}{{}}" for character, name in _NAMED.items()},
    **{character: rf"\{character}" for character in "{}#%&_"},
    **{chr(0x2588 + eighth): rf"\rule{{{(8 - eighth) / 8}ex}}{{1ex}}" for eighth in range(8)},  # what bars are made of
    "`": r"\`{}",
}
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030a": "r", "\u030c": "v",
            "\u0327": "c"}  # fmt: skip


def tex_text(text: str) -> str:
    """Prose as LaTeX prints it, on one line. Of a character that plain LaTeX does not have, its code: U+4E2D."""
    return " ".join(map(_word, text.split()))


def _word(word: str) -> str:
    """A word; long ones, as names of layers are, may go on in the next line behind a dot or an underscore."""
    escaped = re.sub("-(?=-)", "-{}", "".join(map(_character, word)))  # LaTeX would make a dash of `--table`
    return re.sub(r"(?<=\w)(\.|\\_)(?=\w)", r"\1\\allowbreak{}", escaped) if len(word) > 15 else escaped


def _character(character: str) -> str:
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    if " " <= character <= "~":
        return character
    apart = unicodedata.normalize("NFD", character)
    if apart[:1].isascii() and apart[1:] in _ACCENTS:
        return rf"\{_ACCENTS[apart[1:]]}{{{apart[0]}}}"
    return f"U+{ord(character):04X}"


# ------------------------------------------------------------------------------------------ formulas

# How tightly a part binds. A product that begins with a sign is no factor, and no term behind another.
CASES, OR, AND, NOT, COMPARISON, MODULO, SUM, SIGNED, PRODUCT, FRACTION, POWER, ATOM = range(12)


class Math(NamedTuple):
    """A part of a formula as LaTeX: how tightly it binds, how many characters wide it prints (about).

    `ends` says what it ends in, a number or a letter: `2P` needs no dot. `tall` brackets have to grow.
    """

    text: str
    level: int = ATOM
    width: int = 1
    ends: str = ""
    tall: bool = False


def tex_formula(text: str) -> str:
    """A formula of the formula language as LaTeX math; what is none as \\text{...}.

    Printed numbers and sizes are read, too: 34,848 and 55x55x96 (H x W x C), and H' for H_out.
    """
    return _formula(text).text


_PRIMED = re.compile(r"\b([HWT])'")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_SIZES = re.compile(r"(\d+(?: ?x ?\d+)+)(?: \(([^()]+)\))?", re.ASCII)


def _formula(text: str) -> Math:
    tree = _tree(text)
    if tree is not None:
        return _math(tree)
    if sizes := _SIZES.fullmatch(text):
        product, axes = re.sub(" ?x ?", r" \\times ", sizes[1]), (sizes[2] or "").replace(" x ", " × ")
        return Math(product + (rf"\ \text{{({tex_text(axes)})}}" if axes else ""), PRODUCT, 2 * len(text))
    return Math(rf"\text{{{tex_text(text)}}}", CASES, len(text))


def _tree(text: str) -> ast.expr | None:
    """The tree of a formula, checked; None if it is none. Commas inside numbers are left out where they mean nothing else."""
    text = _PRIMED.sub(r"\1_out", text)
    for one in (text, _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)):
        try:
            return Checker(one).tree
        except SpecError:
            continue
    return None


def _math(node: ast.AST) -> Math:
    return _WRITERS[type(node)](node)


def _inside(part: Math, least: int) -> Math:
    """A part, in brackets if it binds less tightly than `least`."""
    if part.level >= least:
        return part
    opening, closing = (r"\left(", r"\right)") if part.tall else ("(", ")")
    space = " " if part.tall else ""
    return Math(f"{opening}{space}{part.text}{space}{closing}", ATOM, part.width + 2, "", part.tall)


def _joined(parts: Iterable[Math], between: str, level: int) -> Math:
    parts = list(parts)
    width = sum(part.width for part in parts) + 3 * between.count(" ", 0, 1) * (len(parts) - 1)
    return Math(between.join(part.text for part in parts), level, width, "", any(part.tall for part in parts))


# ---------------------------------------------------------------- names and numbers


def _name(text: str) -> Math:
    """H' for H_out; F_h and P_top with what follows the letter below it; longer names upright."""
    letter, _, rest = text.partition("_")
    if text in ("H_out", "W_out", "T_out"):
        return Math(f"{letter}'", width=2, ends="letter")
    if len(letter) == 1 and rest:
        below = rest if len(rest) == 1 or rest.isdigit() else _upright(rest)
        return Math(f"{letter}_{{{below}}}", width=1 + len(rest), ends="letter")
    return Math(text, ends="letter") if len(text) == 1 else Math(_upright(text), width=len(text))


def _upright(name: str) -> str:
    return rf"\mathrm{{{name}}}".replace("_", r"\_")


def _attribute(node: ast.Attribute) -> Math:
    """The channels of x are C_x; the upper side of pad is pad_top."""
    assert isinstance(node.value, ast.Name)
    owner = node.value.id
    letter, below = (node.attr, owner) if node.attr in AXES else (owner, node.attr)
    base, index = _math(ast.Name(letter)), (below if len(below) == 1 else _upright(below))
    return Math(f"{_base(base, '_')}_{{{index}}}", ATOM, base.width + len(below), base.ends)


def _constant(node: ast.Constant) -> Math:
    mantissa, _, exponent = repr(node.value).removesuffix(".0").partition("e")
    digits = f"{int(mantissa):,}" if mantissa.isdigit() else mantissa
    number = Math(digits.replace(",", "{,}"), ATOM, len(digits), "number")
    if not exponent:
        return number
    return Math(rf"{number.text} \cdot 10^{{{int(exponent)}}}", PRODUCT, number.width + 5)


def _base(part: Math, mark: str) -> str:
    """What a ^ or _ may follow: LaTeX takes a prime for an exponent, and refuses a second one as it does a second index."""
    taken = part.text.endswith("'") if mark == "^" else "_{" in part.text and part.text.endswith("}")
    return f"{{{part.text}}}" if taken else part.text


# ---------------------------------------------------------------- operators


def _binary(node: ast.BinOp) -> Math:
    left, right = _math(node.left), _math(node.right)
    if isinstance(node.op, ast.Pow):
        base = _inside(left, ATOM)
        width, tall = base.width + right.width, base.tall or right.tall
        return Math(f"{_base(base, '^')}^{{{right.text}}}", POWER, width, "letter" if base.ends == "letter" else "", tall)
    if isinstance(node.op, (ast.Div, ast.FloorDiv)):
        fraction = Math(rf"\frac{{{left.text}}}{{{right.text}}}", FRACTION, max(left.width, right.width) + 1, "", True)
        return fraction if isinstance(node.op, ast.Div) else _rounded("floor", fraction)
    if isinstance(node.op, ast.Mod):
        return _joined((_inside(left, FRACTION), _inside(right, FRACTION)), r" \bmod ", MODULO)
    if isinstance(node.op, ast.Mult):
        return _product(_inside(left, SIGNED), _inside(right, FRACTION))
    sign = "+" if isinstance(node.op, ast.Add) else "-"
    return _joined((_inside(left, SUM), _inside(right, PRODUCT)), f" {sign} ", SUM)


def _product(left: Math, right: Math) -> Math:
    """2P, with a dot where a number would run into another, or a letter be taken for a part of a name."""
    joined = _joined((left, right), "" if (left.ends, right.ends) == ("number", "letter") else r" \cdot ", PRODUCT)
    return joined._replace(level=min(left.level, PRODUCT), ends=right.ends)


def _unary(node: ast.UnaryOp) -> Math:
    operand = _math(node.operand)
    if isinstance(node.op, ast.Not):
        part = _inside(operand, NOT)
        return Math(rf"\text{{not }} {part.text}", NOT, part.width + 4, "", part.tall)
    part = _inside(operand, PRODUCT)
    sign = "-" if isinstance(node.op, ast.USub) else "+"
    return part._replace(text=f"{sign}{part.text}", level=SIGNED, width=part.width + 1)


_SIGNS = {ast.Lt: "<", ast.LtE: r"\leq", ast.Gt: ">", ast.GtE: r"\geq", ast.Eq: "=", ast.NotEq: r"\neq"}


def _comparison(node: ast.Compare) -> Math:
    whole = _inside(_math(node.left), MODULO)
    for operator, value in zip(node.ops, node.comparators, strict=True):
        whole = _joined((whole, _inside(_math(value), MODULO)), f" {_SIGNS[type(operator)]} ", COMPARISON)
    return whole


def _boolean(node: ast.BoolOp) -> Math:
    word, level = (" and ", AND) if isinstance(node.op, ast.And) else (" or ", OR)
    return _joined((_inside(_math(value), level + 1) for value in node.values), rf" \text{{{word}}} ", level)


def _choice(node: ast.IfExp) -> Math:
    rows: list[tuple[Math, str, int]] = []
    other: ast.expr = node
    while isinstance(other, ast.IfExp):
        test = _math(other.test)
        rows.append((_math(other.body), rf"\text{{if }} {test.text}", test.width + 3))
        other = other.orelse
    rows.append((_math(other), r"\text{otherwise}", len("otherwise")))
    inner = r" \\ ".join(f"{value.text} & {when}" for value, when, _ in rows)
    width = max(value.width + wide for value, _, wide in rows) + 4
    return Math(rf"\begin{{cases}} {inner} \end{{cases}}", CASES, width, "", True)


# ---------------------------------------------------------------- functions and lists


def _call(node: ast.Call) -> Math:
    assert isinstance(node.func, ast.Name)
    name, arguments = node.func.id, [_math(argument) for argument in node.args]
    if name in ("floor", "ceil"):
        return _rounded(name, arguments[0])
    inner = _inside(_joined(arguments, ", ", CASES), ATOM)
    command = rf"\{name}" if name in ("min", "max") else rf"\operatorname{{{name}}}"
    return inner._replace(text=command + inner.text, width=inner.width + len(name))


def _rounded(name: str, part: Math) -> Math:
    return Math(rf"\left\l{name} {part.text} \right\r{name}", ATOM, part.width + 2, "", part.tall)


def _list(node: ast.List) -> Math:
    inner = _joined(map(_math, node.elts), ", ", ATOM)
    opening, closing = (r"\left[ ", r" \right]") if inner.tall else ("[", "]")
    return inner._replace(text=f"{opening}{inner.text}{closing}", width=inner.width + 2)


def _entry(node: ast.Subscript) -> Math:
    base, index = _inside(_math(node.value), ATOM), _math(node.slice)
    return Math(f"{_base(base, '_')}_{{{index.text}}}", ATOM, base.width + index.width, base.ends, base.tall)


_WRITERS: dict[type[ast.AST], Callable[[Any], Math]] = {
    ast.Name: lambda node: _name(node.id), ast.Attribute: _attribute, ast.Constant: _constant, ast.BinOp: _binary,
    ast.UnaryOp: _unary, ast.Compare: _comparison, ast.BoolOp: _boolean, ast.IfExp: _choice, ast.Call: _call,
    ast.List: _list, ast.Subscript: _entry,
}  # fmt: skip

# ------------------------------------------------------------------------------------------ sections

LINE = 62  # characters of math that fit beside each other in the text of article.cls


def tex_section(section: Section) -> list[str]:
    """A section as lines of LaTeX: its title, if it has one, its equations aligned, its sentences as paragraphs."""
    lines = [rf"\par\medskip\noindent\textbf{{{tex_text(section.title)}}}"] if section.title else [r"\par"]
    equations: list[Equation] = []
    for number, entry in enumerate(section.entries):
        if isinstance(entry, Equation):
            equations.append(entry)
            continue
        together = r"\nopagebreak" if number == 0 else ""  # a title is not left behind on its page
        lines += [*_aligned(equations), rf"\par{together}\noindent {tex_text(entry)}"]
        equations = []
    return lines + _aligned(equations)


def _aligned(equations: list[Equation]) -> list[str]:
    """Equations below each other, their = in one column."""
    if not equations:
        return []
    names = [_label(equation.name) for equation in equations]
    room = max(LINE - max(name.width for name in names), LINE // 2)
    rows: list[str] = []
    for name, equation in zip(names, equations, strict=True):
        first, *more = _sides(equation, room)
        rows += [f"{name.text} &{first}", *(f"&{row}" for row in more)]
    return [r"\begin{align*}", *(rf"{row} \\" for row in rows[:-1]), rows[-1], r"\end{align*}"]


def _label(name: str) -> Math:
    """The name of an equation, or two of them: H' = W'. Long words wrap in a box."""
    label = _joined(map(_formula, name.split(" = ")), " = ", COMPARISON)
    return label if label.width <= LINE // 2 else Math(_box(name, r"0.35\linewidth", "raggedleft"), width=LINE // 2)


def _sides(equation: Equation, room: int) -> list[str]:
    """What stands right of the name, in one row if it fits; else formula, numbers and result in a row each. Then the note."""
    written = [part for part in (equation.formula, equation.numbers, equation.result) if part]
    parts = [part for part, after in pairwise((*written, "")) if _bare(part) != _bare(after)]
    whole = _joined(map(_formula, parts), " = ", COMPARISON)
    fits = whole.width <= room
    rows = [f"= {whole.text}"] if fits else [row for part in parts for row in _rows(part, room)]
    if not equation.note:
        return rows
    note, width = f"({equation.note})", whole.width if fits else _formula(parts[-1]).width
    if width + len(note) + 3 <= room:
        return [*rows[:-1], rf"{rows[-1]} \quad \text{{{tex_text(note)}}}"]
    return [*rows, rf"\quad {_box(note)}"]


def _bare(text: str) -> str:
    return text.replace(",", "").replace(" ", "")


def _rows(text: str, room: int) -> list[str]:
    """One side of an equation. A sum that is too long goes on below, before a sign; long words wrap in a box."""
    tree = _tree(text)
    if tree is None or _math(tree).width <= room:
        side = _formula(text)
        return [f"= {side.text if side.width <= room else _box(text)}"]
    rows, width = ["="], 0
    for term in _terms(tree):
        if width and width + term.width > room:
            rows.append(r"\quad {}")
            width = 0
        rows[-1] += f" {term.text}"
        width += term.width + 1
    return rows


def _terms(node: ast.expr) -> list[Math]:
    """The terms of a sum, each behind its sign."""
    terms: list[Math] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        term = _inside(_math(node.right), PRODUCT)
        sign = "+" if isinstance(node.op, ast.Add) else "-"
        terms.append(term._replace(text=f"{sign} {term.text}", width=term.width + 2))
        node = node.left
    return [_inside(_math(node), SUM if terms else CASES), *reversed(terms)]


def _box(text: str, width: str = r"0.55\linewidth", sides: str = "raggedright") -> str:
    """Prose inside a formula, which breaks its lines."""
    return rf"\parbox[t]{{{width}}}{{\{sides} {tex_text(text)}}}"
