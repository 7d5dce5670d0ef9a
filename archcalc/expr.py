"""The formula language: one text, read three ways.

A formula such as `floor((W - F + 2*P)/S) + 1` is parsed with Python's own parser, checked against a whitelist, and compiled
once. It can then be evaluated on whole numbers and fractions (exactly: `/` never makes a float), evaluated on symbols through
an `Algebra` (analysis/symbols.py has the one that knows sympy), or shown with its numbers put in.

Nothing unchecked is ever compiled: no attributes but the named axes, no calls but the functions below, no strings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import Any

from archcalc.arithmetic import EXACT, FUNCTIONS, Algebra, Number, Undecided, show_number, simplest
from archcalc.errors import SpecError, did_you_mean
from archcalc.limits import limits

AXES = ("C", "H", "W", "T", "D")  # of a tensor: channels, height, width; tokens, features
PARTS = ("h", "w", "top", "bottom", "left", "right")  # of a pair or of four sides


class FormulaError(SpecError):
    """A mistake inside the text of a formula; `offset` and `length` say where in the text."""

    def __init__(self, code: str, message: str, offset: int = 0, length: int = 0, hint: str = "") -> None:
        super().__init__(code, message, None, hint)
        self.offset, self.length = offset, length


_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "_add",
    ast.Sub: "_subtract",
    ast.Mult: "_multiply",
    ast.Div: "_divide",
    ast.FloorDiv: "_floor_divide",
    ast.Mod: "_modulo",
    ast.Pow: "_power",
}
_COMPARE: dict[type[ast.AST], str] = {
    ast.Lt: "_less",
    ast.LtE: "_at_most",
    ast.Gt: "_greater",
    ast.GtE: "_at_least",
    ast.Eq: "_equal",
    ast.NotEq: "_unequal",
}
_UNARY: dict[type[ast.AST], str] = {ast.USub: "_negate", ast.UAdd: "_same", ast.Not: "_not"}

# ------------------------------------------------------------------------------------------ formulas

_UNREADABLE = re.compile(r"[^A-Za-z0-9_ .+\-*/%<>=!()\[\],]")
_SHORTHAND = re.compile(r"(?<![\w.])\d[\d.]*(?:[A-Za-df-z]|[eE](?![+-]?\d))")  # `2x`, `1if`: Python would warn or misread
_LEADING_ZERO = re.compile(r"(?<![\w.])0\d")
_EVALUATION_ERRORS = (ZeroDivisionError, IndexError, TypeError, ValueError, OverflowError, AttributeError, RecursionError)


class Formula:
    """A checked formula. Make it with `formula(text)`, which keeps one object a text.

    `names` are the free names, `attributes` the pairs such as ("x", "C"), `plain` the names used without an axis.
    """

    __slots__ = ("_called", "_direct", "_tree", "attributes", "constant", "names", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._direct: CodeType | None = None
        self._called: CodeType | None = None
        self._tree: ast.expr | None = None
        self.constant: Number | None = None
        self.names: frozenset[str] = frozenset()
        self.attributes: frozenset[tuple[str, str]] = frozenset()
        self.plain: frozenset[str] = frozenset()
        if text.isascii() and text.isdigit() and len(text) < 18 and (text[0] != "0" or text == "0"):
            self.constant = int(text)  # most formulas are just this
            return
        checker = _Checker(text)
        self._tree = checker.tree
        self.attributes, self.plain = frozenset(checker.attributes), frozenset(checker.plain)
        self.names = self.plain | {name for name, _ in self.attributes}
        if not self.names:
            self.constant = self.evaluate({})

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def evaluate(self, values: Mapping[str, Any], algebra: Algebra = EXACT) -> Any:
        """The value for the given names. Raises SpecError("bad-arithmetic") where there is none."""
        if self.constant is not None:
            return self.constant
        code = self._direct if algebra.direct else self._called
        if code is None:
            code = self._compile(algebra.direct)
        try:
            if algebra.direct:
                value = eval(code, algebra.namespace, values)  # checked against the whitelist above
            else:  # names inside a lambda are looked up among the globals
                value = eval(code, {**algebra.namespace, **values})
        except SpecError:
            raise
        except Undecided as undecided:
            raise SpecError("undecided", f"{self.text} depends on whether {undecided.condition}") from None
        except NameError as error:
            raise SpecError("unknown-name", f"{self.text}: {error}") from None
        except _EVALUATION_ERRORS as error:
            raise self._failure(error, values) from None
        if type(value) is int and value.bit_length() > limits.bits:
            raise SpecError("too-large", f"{self.text} is a number of {value.bit_length()} bits, more than {limits.bits}")
        return simplest(value)

    def _compile(self, direct: bool) -> CodeType:
        tree = ast.Expression((_Direct() if direct else _Called()).visit(self._parsed()))
        code: CodeType = compile(ast.fix_missing_locations(tree), "<formula>", "eval")
        if direct:
            self._direct = code
        else:
            self._called = code
        return code

    def _parsed(self) -> ast.expr:
        # A tree is used up by the transformers and large to keep, so it is parsed again when it is wanted again.
        tree, self._tree = self._tree, None
        return tree if tree is not None else ast.parse(self.text.strip(), mode="eval").body

    def _failure(self, error: Exception, values: Mapping[str, Any]) -> SpecError:
        if isinstance(error, AttributeError):
            wrong = [f"{name}.{axis}" for name, axis in sorted(self.attributes) if not hasattr(values.get(name), axis)]
            return SpecError("bad-value", f"{', '.join(wrong) or self.text}: only tensors have axes (.C .H .W .T .D)")
        try:
            shown = self.shown(values)
        except Exception:  # the numbers themselves may be what is wrong
            shown = self.text
        code = "too-large" if isinstance(error, OverflowError) else "bad-arithmetic"
        reason = {ZeroDivisionError: "division by zero", IndexError: "the index is outside the list"}.get(
            type(error), str(error)
        )
        numbers = f" = {shown}" if shown != self.text else ""
        return SpecError(code, f"cannot work out {self.text}{numbers}: {reason}")

    def shown(self, values: Mapping[str, Any], algebra: Algebra = EXACT) -> str:
        """The text with the numbers put in, spaced as its author spaced it.

        `floor` and `ceil` of what is whole anyway are left out, as a person would write it: (227 - 11 + 2*0)/4 + 1.
        """
        shower = _Shower(self.text, values, algebra)
        shower.visit(self._parsed(), None)
        return shower.result()


@lru_cache(maxsize=8192)
def formula(text: str) -> Formula:
    """The Formula of a text, parsed and checked once. Raises FormulaError."""
    return Formula(text)


class _Checker:
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
            message = f"'{_clip(text)}' is not a formula: it cannot contain {unreadable.group()!r}"
            raise FormulaError("bad-formula", message, unreadable.start(), 1)
        if zero := _LEADING_ZERO.search(text):
            raise FormulaError("bad-formula", f"'{_clip(text)}': a number may not begin with 0", zero.start(), 2)
        if odd := _SHORTHAND.search(text):
            hint = "write 2*x for two times x" if odd.group()[1:].isalpha() else ""
            raise FormulaError("bad-formula", f"'{_clip(text)}' is not a formula", odd.start(), 2, hint)
        try:
            return ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            lead = len(text) - len(text.lstrip())
            offset = min(max(0, (error.offset or 1) - 1 + lead), len(text) - 1)
            raise FormulaError("bad-formula", f"'{_clip(text)}' is not a formula", offset, 1) from None
        except (ValueError, RecursionError, MemoryError, OverflowError):
            raise FormulaError("bad-formula", f"'{_clip(text)}' is not a formula that can be read") from None

    def fail(self, node: ast.expr, message: str, hint: str = "") -> FormulaError:
        lead = len(self.text) - len(self.text.lstrip())
        end = node.end_col_offset or node.col_offset + 1
        return FormulaError("bad-formula", message, node.col_offset + lead, end - node.col_offset, hint)

    def check(self, node: ast.expr, depth: int) -> None:
        if depth > limits.formula_depth:
            raise FormulaError("too-large", f"a formula nested more than {limits.formula_depth} deep")
        method = getattr(self, "check_" + type(node).__name__.lower(), None)
        if method is None:
            raise self.fail(node, f"'{_clip(self.text)}': a formula may not contain {_describe(node)}")
        method(node, depth + 1)

    def check_name(self, node: ast.Name, depth: int) -> None:
        if node.id in FUNCTIONS:
            raise self.fail(node, f"'{node.id}' is a function: write {node.id}(...)")
        if node.id.startswith("_"):
            raise self.fail(node, f"'{_clip(node.id)}' is not a name: names begin with a letter")
        if node.id in ("True", "False", "None"):
            raise self.fail(node, f"'{node.id}' is not a word of the language", "write true or false")
        if node.id not in ("true", "false"):
            self.plain.add(node.id)

    def check_constant(self, node: ast.Constant, depth: int) -> None:
        value = node.value
        if isinstance(value, bool) or value is None:
            raise self.fail(node, f"'{value}' is not a word of the language", "write true or false")
        if isinstance(value, float):
            if value in (float("inf"), float("-inf")):
                raise self.fail(node, "this number is too large")
        elif not isinstance(value, int):
            raise self.fail(node, f"'{_clip(self.text)}': a formula may not contain {_describe(node)}")
        elif value.bit_length() > limits.bits:
            raise self.fail(node, "this number is too large")

    def check_attribute(self, node: ast.Attribute, depth: int) -> None:
        if not isinstance(node.value, ast.Name) or node.attr not in AXES + PARTS:
            hint = did_you_mean(node.attr, AXES) if isinstance(node.value, ast.Name) else ""
            raise self.fail(node, f"'.{node.attr}' is not an axis; a tensor has .C .H .W or .T .D", hint)
        self.attributes.add((node.value.id, node.attr))

    def check_binop(self, node: ast.BinOp, depth: int) -> None:
        if type(node.op) not in _BINARY:
            raise self.fail(node, "only + - * / // % ** are operators here", "write ** for a power")
        self.check(node.left, depth)
        self.check(node.right, depth)

    def check_unaryop(self, node: ast.UnaryOp, depth: int) -> None:
        self.check(node.operand, depth)

    def check_boolop(self, node: ast.BoolOp, depth: int) -> None:
        for value in node.values:
            self.check(value, depth)

    def check_compare(self, node: ast.Compare, depth: int) -> None:
        if any(type(op) not in _COMPARE for op in node.ops):
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
        self.check(node.value, depth)
        self.check(node.slice, depth)

    def check_call(self, node: ast.Call, depth: int) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            hint = did_you_mean(name, FUNCTIONS) if name else "functions: " + ", ".join(FUNCTIONS)
            raise self.fail(node.func, f"'{name or ast.unparse(node.func)[:60]}' is not a function of the language", hint)
        _, fewest, most, _ = FUNCTIONS[name]
        if node.keywords or not fewest <= len(node.args) <= most:
            raise self.fail(node, f"{name} takes {fewest if fewest == most else f'{fewest} to {most}'} plain arguments")
        for value in node.args:
            self.check(value, depth)


def _clip(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."


def _describe(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return f"the text {node.value!r}" if isinstance(node.value, (str, bytes)) else repr(node.value)
    words = {"Lambda": "a function", "Tuple": "a bare comma", "Slice": "a slice", "Starred": "a star", "NamedExpr": "':='"}
    name = type(node).__name__
    return words.get(name, f"a Python {name.lower()}")


# ------------------------------------------------------------------------------------------ to code


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


class _Transformer:
    def visit(self, node: ast.expr) -> ast.expr:
        method = getattr(self, type(node).__name__.lower(), None)
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, field, self.visit(value))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                setattr(node, field, [self.visit(v) for v in value])
        return method(node) if method else node

    def constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, float):
            exact = Fraction(repr(node.value))  # the decimal as it is written, not its binary neighbour
            return _call("_divide", ast.Constant(exact.numerator), ast.Constant(exact.denominator))
        return node

    def name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "true") if node.id in ("true", "false") else node

    def list(self, node: ast.List) -> ast.expr:
        return _call("_list", *node.elts)


class _Direct(_Transformer):
    """Python's own operators, but for `/` and `**`; floor(a/b) becomes a // b, which needs no fraction."""

    def binop(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Div):
            return _call("_divide", node.left, node.right)
        if isinstance(node.op, ast.Pow):
            return _call("_power", node.left, node.right)
        return node

    def call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        inner = node.args[0] if node.args else None
        if (
            node.func.id == "floor"
            and isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Name)
            and inner.func.id == "_divide"
        ):
            return ast.BinOp(inner.args[0], ast.FloorDiv(), inner.args[1])
        return node


class _Called(_Transformer):
    """Every operation as a call, so that an algebra owns it; what Python evaluates lazily goes in as a lambda."""

    def binop(self, node: ast.BinOp) -> ast.expr:
        return _call(_BINARY[type(node.op)], node.left, node.right)

    def unaryop(self, node: ast.UnaryOp) -> ast.expr:
        return _call(_UNARY[type(node.op)], node.operand)

    def compare(self, node: ast.Compare) -> ast.expr:
        values = [node.left, *node.comparators]
        parts = [_call(_COMPARE[type(op)], values[i], values[i + 1]) for i, op in enumerate(node.ops)]
        return parts[0] if len(parts) == 1 else _call("_and", *(_lazy(p) for p in parts))

    def boolop(self, node: ast.BoolOp) -> ast.expr:
        return _call("_and" if isinstance(node.op, ast.And) else "_or", *(_lazy(v) for v in node.values))

    def ifexp(self, node: ast.IfExp) -> ast.expr:
        return _call("_choose", node.test, _lazy(node.body), _lazy(node.orelse))

    def subscript(self, node: ast.Subscript) -> ast.expr:
        return _call("_item", node.value, node.slice)


def _lazy(body: ast.expr) -> ast.expr:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


# ------------------------------------------------------------------------------------------ to text


class _Shower:
    """Puts numbers in place of names, and drops a floor or ceil that changes nothing, in the author's own spacing."""

    def __init__(self, text: str, values: Mapping[str, Any], algebra: Algebra) -> None:
        self.lead = len(text) - len(text.lstrip())
        self.text, self.values, self.algebra = text, values, algebra
        self.edits: list[tuple[int, int, str]] = []

    def result(self) -> str:
        text = self.text
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def replace(self, start: int, end: int | None, new: str) -> None:
        assert end is not None
        self.edits.append((start + self.lead, end + self.lead, new))

    def visit(self, node: ast.AST, parent: ast.AST | None) -> None:
        if isinstance(node, ast.Name):
            if node.id in self.values:
                self.put(node, self.values[node.id], parent)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            self.put(node, getattr(self.values[node.value.id], node.attr), parent)
        elif isinstance(node, ast.Call):
            if not self.unwrapped(node, parent):
                for argument in node.args:
                    self.visit(argument, None)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child, node)

    def put(self, node: ast.expr, value: Any, parent: ast.AST | None) -> None:
        text = show_number(value)
        if isinstance(parent, (ast.BinOp, ast.UnaryOp)) and not text.replace(".", "").isalnum():
            text = f"({text})"
        self.replace(node.col_offset, node.end_col_offset, text)

    def unwrapped(self, node: ast.Call, parent: ast.AST | None) -> bool:
        if not (isinstance(node.func, ast.Name) and node.func.id in ("floor", "ceil")):
            return False
        inner = node.args[0]
        lead, end = self.lead, (inner.end_col_offset or 0) + self.lead
        exact = formula(self.text[inner.col_offset + lead : end]).evaluate(self.values, self.algebra)
        if not isinstance(exact, int):
            return False
        plain = parent is None or (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add))
        opening, closing = ("", "") if plain or not isinstance(inner, ast.BinOp) else ("(", ")")
        self.replace(node.col_offset, inner.col_offset, opening)
        self.replace(inner.end_col_offset or 0, node.end_col_offset, closing)
        # parentheses of the inner expression that belong to it stand between the call's and its first operand
        self.rebalance(node, inner)
        self.visit(inner, parent)
        return True

    def rebalance(self, node: ast.Call, inner: ast.expr) -> None:
        between = self.text[node.col_offset + self.lead : inner.col_offset + self.lead]
        extra = between.count("(") - 1
        if extra > 0:
            start, end, new = self.edits[-2]
            self.edits[-2] = (start, end, new + "(" * extra)
            start, end, new = self.edits[-1]
            self.edits[-1] = (start, end, ")" * extra + new)
