"""Checked formulas to code: with Python's own operators, or with every operation as a call into an algebra."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

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


HERE: dict[str, Any] = {"lineno": 1, "col_offset": 0}  # compile() wants a place for every node; nobody sees it


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load(), **HERE), list(args), [], **HERE)


class _Transformer:
    def visit(self, node: ast.expr) -> ast.expr:
        for field in node._fields:
            value = getattr(node, field)
            if isinstance(value, ast.expr):
                setattr(node, field, self.visit(value))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                setattr(node, field, [self.visit(v) for v in value])
        method = getattr(self, type(node).__name__.lower(), None)
        return method(node) if method else node

    def constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, float):
            exact = Fraction(repr(node.value))  # the decimal as it is written, not its binary neighbour
            return _call("_divide", ast.Constant(exact.numerator, **HERE), ast.Constant(exact.denominator, **HERE))
        return node

    def name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "true", **HERE) if node.id in ("true", "false") else node

    def list(self, node: ast.List) -> ast.expr:
        return _call("_list", *node.elts)


class Direct(_Transformer):
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
            return ast.BinOp(inner.args[0], ast.FloorDiv(), inner.args[1], **HERE)
        return node


class Called(_Transformer):
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
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body, **HERE)
