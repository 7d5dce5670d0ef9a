"""Formulas: evaluated, and shown with their numbers put in."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from archcalc.arithmetic import EXACT, Algebra, Misuse, Number, Undecided, bounded, show_number
from archcalc.errors import SpecError
from archcalc.expr.check import Checker, clipped, parsed
from archcalc.expr.code import Called, Direct

SMALL = 10**100  # below it, a value needs no second look at its size
_EVALUATION_ERRORS = (ZeroDivisionError, LookupError, TypeError, ValueError, OverflowError, AttributeError, RecursionError)


class Formula:
    """A checked formula. Make it with `formula(text)`, which keeps one object a text.

    `names` are the free names, `attributes` the pairs such as ("x", "C"), and ("x", "size") for size(x); `plain` are the
    names that stand alone, for a number or a list.
    """

    __slots__ = ("_bare", "_called", "_direct", "attributes", "constant", "names", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._direct: CodeType | None = None
        self._called: CodeType | None = None
        self._bare = text.isidentifier() and text not in ("true", "false")  # just a name: its value, whatever that is
        self.constant: Number | None = None
        self.names: frozenset[str] = frozenset()
        self.attributes: frozenset[tuple[str, str]] = frozenset()
        self.plain: frozenset[str] = frozenset()
        if text.isascii() and text.isdigit() and len(text) < 18 and (text[0] != "0" or text == "0"):
            self.constant = int(text)  # most formulas are just this
            return
        checker = Checker(text)
        self.attributes, self.plain = frozenset(checker.attributes), frozenset(checker.plain)
        self.names = self.plain | {name for name, _ in self.attributes}
        if not self._bare:
            self._compile(checker.tree, direct=True)
        if not self.names:
            self.constant = self.evaluate({})

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return formula, (self.text,)  # code objects cannot be pickled, and one object a text is enough

    def evaluate(self, values: Mapping[str, Any], algebra: Algebra = EXACT) -> Any:
        """The value for the given names. Raises SpecError("bad-arithmetic") where there is none."""
        if self.constant is not None:
            return self.constant
        if self._bare and self.text in values:
            return values[self.text]
        try:
            if algebra.direct:
                value = eval(self._direct or self._code(True), algebra.namespace, values)  # checked against the whitelist
            else:  # names inside a lambda are looked up among the globals
                value = eval(self._called or self._code(False), {**algebra.namespace, **values})
            return value if type(value) is int and -SMALL < value < SMALL else bounded(value)
        except SpecError:
            raise
        except Undecided as undecided:
            raise SpecError("undecided", f"{self.text} depends on whether {undecided.condition}") from None
        except NameError as error:
            raise SpecError("unknown-name", f"{self.text}: {error}") from None
        except _EVALUATION_ERRORS as error:
            raise self._failure(error, values) from None

    def _code(self, direct: bool) -> CodeType:
        # The tree is used up by the transformers and large to keep, so it is parsed again when it is wanted again.
        return self._compile(parsed(self.text), direct)

    def _compile(self, tree: ast.expr, direct: bool) -> CodeType:
        expression = ast.Expression((Direct() if direct else Called()).visit(tree))
        code: CodeType = compile(expression, "<formula>", "eval")
        if direct:
            self._direct = code
        else:
            self._called = code
        return code

    def _failure(self, error: Exception, values: Mapping[str, Any]) -> SpecError:
        if isinstance(error, AttributeError):
            wrong = [f"{name}.{axis}" for name, axis in sorted(self.attributes) if not hasattr(values.get(name), axis)]
            return SpecError("bad-value", f"{', '.join(wrong) or self.text}: only tensors have axes (.C .H .W .T .D)")
        try:
            shown = self.shown(values)
        except Exception:  # the numbers themselves may be what is wrong
            shown = self.text
        code = "too-large" if isinstance(error, OverflowError) else "bad-arithmetic"
        numbers = f" = {shown}" if shown != self.text else ""
        return SpecError(code, clipped(f"cannot work out {self.text}{numbers}", 400) + f": {_reason(error)}")

    def shown(self, values: Mapping[str, Any], algebra: Algebra = EXACT) -> str:
        """The text with the numbers put in, spaced as its author spaced it.

        `floor` and `ceil` of what is whole anyway are left out, as a person would write it: (227 - 11 + 2*0)/4 + 1.
        """
        shower = _Shower(self.text, values, algebra)
        shower.visit(parsed(self.text), None)
        return shower.result()


def _reason(error: Exception) -> str:
    """Why Python could not work a formula out, in the words of the formula language."""
    if isinstance(error, (OverflowError, Misuse)):
        return str(error)
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, LookupError):
        return "the index is outside the list"
    text = str(error)
    if "empty" in text:
        return "the list is empty"
    if "iterable" in text or "subscriptable" in text or "len()" in text:
        return "a number stands where a list belongs"
    if "indices" in text:
        return "an index must be a whole number"
    return "a list or a word stands where a number belongs"


@lru_cache(maxsize=8192)
def formula(text: str) -> Formula:
    """The Formula of a text, parsed and checked once. Raises FormulaError."""
    return Formula(text)


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
