"""The grammar of formulas: parsing, and the whitelist that every node of a parsed formula must pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from archcalc.arithmetic import FUNCTIONS
from archcalc.errors import SpecError, did_you_mean
from archcalc.limits import limits

AXES = ("C", "H", "W", "T", "D")  # of a tensor: channels, height, width; tokens, features
PARTS = ("h", "w", "top", "bottom", "left", "right")  # of a pair or of four sides


def parsed(text: str) -> ast.expr:
    """The syntax tree of a text, unchecked. Raises SyntaxError, and what else Python's parser may raise."""
    return ast.parse(text.strip(), mode="eval").body


class FormulaError(SpecError):
    """A mistake inside the text of a formula; `offset` and `length` say where in the text."""

    def __init__(self, code: str, message: str, offset: int = 0, length: int = 0, hint: str = "") -> None:
        super().__init__(code, message, None, hint)
        self.offset, self.length = offset, length


OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)

_UNREADABLE = re.compile(r"[^A-Za-z0-9_ .+\-*/%<>=!()\[\],]")
_SHORTHAND = re.compile(r"(?<![\w.])\d[\d.]*(?:[A-Za-df-z]|[eE](?![+-]?\d))")  # `2x`, `1if`: Python would warn or misread
_LEADING_ZERO = re.compile(r"(?<![\w.])0\d")


class Checker:
    """Parses a text and checks every node against the whitelist."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.attributes: set[tuple[str, str]] = set()
        self.plain: set[str] = set()
        self.tree = self._parse()
        self.check(self.tree, 0)

    def _parse(self) -> ast.expr:
        text = self.text
        if len(text) > limits.formula_length:
            raise FormulaError("too-large", f"a formula of {len(text)} characters; at most {limits.formula_length} are allowed")
        if not text.strip():
            raise FormulaError("bad-formula", "a number or formula is missing here")
        unreadable = _UNREADABLE.search(text)
        if unreadable:
            message = f"'{clipped(text)}' is not a formula: it cannot contain {unreadable.group()!r}"
            raise FormulaError("bad-formula", message, unreadable.start(), 1)
        if zero := _LEADING_ZERO.search(text):
            raise FormulaError("bad-formula", f"'{clipped(text)}': a number may not begin with 0", zero.start(), 2)
        if odd := _SHORTHAND.search(text):
            hint = "write 2*x for two times x" if odd.group()[1:].isalpha() else ""
            raise FormulaError("bad-formula", f"'{clipped(text)}' is not a formula", odd.start(), 2, hint)
        try:
            return parsed(text)
        except SyntaxError as error:
            lead = len(text) - len(text.lstrip())
            offset = min(max(0, (error.offset or 1) - 1 + lead), len(text) - 1)
            raise FormulaError("bad-formula", f"'{clipped(text)}' is not a formula", offset, 1) from None
        except (ValueError, RecursionError, MemoryError, OverflowError):
            raise FormulaError("bad-formula", f"'{clipped(text)}' is not a formula that can be read") from None

    def fail(self, node: ast.expr, message: str, hint: str = "") -> FormulaError:
        lead = len(self.text) - len(self.text.lstrip())
        end = node.end_col_offset or node.col_offset + 1
        return FormulaError("bad-formula", message, node.col_offset + lead, end - node.col_offset, hint)

    def check(self, node: ast.expr, depth: int) -> None:
        if depth > limits.formula_depth:
            message = f"a formula of more than {limits.formula_depth} steps, one inside the other"
            raise FormulaError("too-large", message, hint="give its parts names under `params`")
        method = _CHECKS.get(type(node))
        if method is None:
            raise self.fail(node, f"'{clipped(self.text)}': a formula may not contain {_describe(node)}")
        method(self, node, depth + 1)

    def check_name(self, node: ast.Name, depth: int) -> None:
        if node.id in FUNCTIONS:
            raise self.fail(node, f"'{node.id}' is a function: write {node.id}(...)")
        if node.id.startswith("_"):
            raise self.fail(node, f"'{clipped(node.id)}' is not a name: names begin with a letter")
        if node.id in ("True", "False", "None"):
            raise self.fail(node, f"'{node.id}' is not a word of the language", "write true or false")
        if node.id not in ("true", "false"):
            self.plain.add(node.id)

    def check_constant(self, node: ast.Constant, depth: int) -> None:
        value = node.value
        if isinstance(value, bool) or value is None:
            raise self.fail(node, f"'{value}' is not a word of the language", "write true or false")
        if isinstance(value, float):
            if not 1e-300 < value < 1e300 and value != 0:
                raise self.fail(node, "this number is too large or too small")
            if value == 0 and re.search("[1-9]", self.text[node.col_offset : node.end_col_offset].lower().partition("e")[0]):
                raise self.fail(node, "this number is too small")
        elif not isinstance(value, int):
            raise self.fail(node, f"'{clipped(self.text)}': a formula may not contain {_describe(node)}")
        elif value.bit_length() > limits.bits:
            raise self.fail(node, "this number is too large")

    def check_attribute(self, node: ast.Attribute, depth: int) -> None:
        if not isinstance(node.value, ast.Name):
            raise self.fail(node, f"only a tensor's name has axes: write x.{clipped(node.attr)}")
        if node.attr not in AXES + PARTS:
            message = f"'.{clipped(node.attr)}' is not an axis; a tensor has .C .H .W or .T .D"
            raise self.fail(node, message, did_you_mean(node.attr, AXES))
        self.attributes.add((node.value.id, node.attr))

    def check_binop(self, node: ast.BinOp, depth: int) -> None:
        if not isinstance(node.op, OPERATORS):
            raise self.fail(node, "only + - * / // % ** are operators here", "write ** for a power")
        self.check(node.left, depth)
        self.check(node.right, depth)

    def check_unaryop(self, node: ast.UnaryOp, depth: int) -> None:
        self.check(node.operand, depth)

    def check_boolop(self, node: ast.BoolOp, depth: int) -> None:
        for value in node.values:
            self.check(value, depth)

    def check_compare(self, node: ast.Compare, depth: int) -> None:
        if not all(isinstance(op, COMPARISONS) for op in node.ops):
            raise self.fail(node, "only < <= > >= == != compare here")
        for value in (node.left, *node.comparators):
            self.check(value, depth)

    def check_ifexp(self, node: ast.IfExp, depth: int) -> None:
        for value in (node.test, node.body, node.orelse):
            self.check(value, depth)

    def check_list(self, node: ast.List, depth: int) -> None:
        for value in node.elts:
            self.check(value, depth)

    def check_subscript(self, node: ast.Subscript, depth: int) -> None:
        if isinstance(node.value, ast.Constant) or (isinstance(node.value, ast.Name) and node.value.id in ("true", "false")):
            raise self.fail(node, f"'{clipped(self.text)}': only a list has entries")
        self.check(node.value, depth)
        self.check(node.slice, depth)

    def check_call(self, node: ast.Call, depth: int) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            hint = (name and did_you_mean(name, FUNCTIONS)) or "functions: " + ", ".join(FUNCTIONS)
            raise self.fail(node.func, f"'{clipped(name or ast.unparse(node.func))}' is not a function of the language", hint)
        _, fewest, most, _ = FUNCTIONS[name]
        if node.keywords or not fewest <= len(node.args) <= most:
            takes = f"{fewest if fewest == most else f'{fewest} to {most}'} argument{'s' if most > 1 else ''}"
            raise self.fail(node, f"{name} takes {takes}, and gets {len(node.args) + len(node.keywords)}")
        if name == "size" and isinstance(node.args[0], ast.Name):  # the one place where a whole tensor may stand
            self.attributes.add((node.args[0].id, "size"))
            return
        for value in node.args:
            self.check(value, depth)


_CHECKS: dict[type[ast.expr], Callable[[Checker, Any, int], None]] = {
    ast.Name: Checker.check_name,
    ast.Constant: Checker.check_constant,
    ast.Attribute: Checker.check_attribute,
    ast.BinOp: Checker.check_binop,
    ast.UnaryOp: Checker.check_unaryop,
    ast.BoolOp: Checker.check_boolop,
    ast.Compare: Checker.check_compare,
    ast.IfExp: Checker.check_ifexp,
    ast.List: Checker.check_list,
    ast.Subscript: Checker.check_subscript,
    ast.Call: Checker.check_call,
}


def clipped(text: str, most: int = 60) -> str:
    """A text, cut where it would fill a message."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _describe(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return f"the text {node.value!r}" if isinstance(node.value, (str, bytes)) else repr(node.value)
    words = {"Lambda": "a function", "Tuple": "a bare comma", "Slice": "a slice", "Starred": "a star", "NamedExpr": "':='"}
    name = type(node).__name__
    return words.get(name, f"a Python {name.lower()}")
