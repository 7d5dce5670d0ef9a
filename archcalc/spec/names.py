"""Which names are in reach at a place of the spec, and values read with them."""

from __future__ import annotations

import re
from collections.abc import Sized

from archcalc.arithmetic import EXACT, FUNCTIONS, Word
from archcalc.errors import Place, SpecError, did_you_mean
from archcalc.expr import AXES, FormulaError, formula
from archcalc.layers.base import KINDS
from archcalc.layers.fields import FieldType
from archcalc.limits import limits
from archcalc.source import Mapping, Node, Scalar, Sequence
from archcalc.spec.model import Block, Expression

MODIFIERS = ("name", "from", "repeat", "for", "when", "else")
_WORD = re.compile(r"[A-Za-z]\w*")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
LONGEST_NAME = 80


class Enough(Exception):
    """So many mistakes were collected that further ones would help nobody."""


class Mistakes(list[SpecError]):
    """The mistakes found so far. Raises Enough when `limits.mistakes` are passed."""

    def append(self, error: SpecError) -> None:
        """Keep an error, and those that it carries."""
        for one in (error, *error.also):
            one.also = []
            super().append(one.with_traceback(None))
            if len(self) >= limits.mistakes:
                raise Enough


class Names:
    """The names in reach: values (parameters, arguments, loop counters), tensors, and the spec's blocks."""

    __slots__ = ("blocks", "tensors", "values")

    def __init__(self, values: set[str], tensors: set[str], blocks: dict[str, Block]) -> None:
        self.values, self.tensors, self.blocks = values, tensors, blocks

    def only(self, words: set[str]) -> Names:
        """Those of the names that are among `words`, as they are now, whatever is defined later."""
        return Names(self.values & words, self.tensors & words, self.blocks)

    def is_word(self, text: str) -> bool:
        """Whether a text is a word that a value may be: a kind, a block, or a word of some kind's field."""
        return text in KINDS or text in self.blocks or text in _field_words()


_WORDS: set[str] = set()


def _field_words() -> set[str]:
    if not _WORDS:
        _WORDS.update(word for kind in KINDS.values() for field in kind.fields.values() for word in field.type.words)
    return _WORDS


def identifier(node: Node, what: str) -> Scalar:
    """A node that must be a name. Raises SpecError."""
    if not isinstance(node, Scalar):
        raise SpecError("wrong-shape-of-spec", f"{what} is a name, not {node.what}", node.place)
    if not IDENTIFIER.match(node.text) or len(node.text) > LONGEST_NAME:
        hint = "a name begins with a letter and has only letters, digits and _"
        raise SpecError("bad-value", f"'{node.text[:80]}' cannot be {what}", node.place, hint)
    return node


def check_new_name(key: Scalar, what: str, owner: str | None = None, kinds_too: bool = True) -> None:
    """A name that is about to be given. Raises SpecError("name-taken") if it has an `owner`, or is a kind or function."""
    name = key.text
    if owner is None and name in FUNCTIONS:
        owner = "a function of the formula language"
    if owner is None and name in ("true", "false", "and", "or", "not", "if", "else", "do"):
        owner = "a word of the language"
    if owner is None and kinds_too and name in KINDS:
        owner = "a layer kind"
    if owner is not None:
        raise SpecError("name-taken", f"{what} cannot be called '{name}': that is {owner}", key.place)


def not_too_many(what: str, found: Sized, place: Place) -> None:
    """Raises SpecError("too-large") for more names side by side than any spec needs."""
    if len(found) > limits.names:
        raise SpecError("too-large", f"{len(found):,} {what}; the limit is {limits.names:,}", place)


def mentioned(node: Node | None) -> set[str]:
    """Every word in the texts of a node: whatever name its formulas can use is among them."""
    words: set[str] = set()
    nodes = [node] if node is not None else []
    while nodes:
        part = nodes.pop()
        if isinstance(part, Scalar):
            words.update(_WORD.findall(part.text))
        elif isinstance(part, Sequence):
            nodes.extend(part.items)
        elif isinstance(part, Mapping):
            nodes.extend(part.keys.values())
            nodes.extend(part.pairs.values())
    return words


def expression(node: Node, names: Names, want: FieldType | None = None) -> Expression:
    """The value of a node, compiled with the names in reach. Raises SpecError with the place of the culprit.

    Where the type `want` is free text the scalar is text; words of the type are words; everything else is a formula, and
    a bare name that nothing defines may still be the word for a kind or block. Constants are checked against the type.
    """
    compiled = _compile(node, names, want)
    if compiled.constant is not None and compiled.formula is None:
        compiled.bounded(compiled.constant)
    if want is not None and compiled.constant is not None:
        try:
            want.accept(compiled.constant, EXACT)
        except SpecError as error:
            raise error.at(node.place)  # noqa: B904 - the same error, with its place
    return compiled


def _compile(node: Node, names: Names, want: FieldType | None) -> Expression:
    if isinstance(node, Sequence):
        return Expression(node, parts=tuple(_compile(part, names, want) for part in node.items)) if node.items else _empty(node)
    if isinstance(node, Mapping):
        if not node.pairs:
            raise SpecError("bad-value", "an empty { } is not a value", node.place)
        return Expression(node, record=tuple((key, _compile(value, names, want)) for key, value in node.pairs.items()))
    assert isinstance(node, Scalar)
    text = node.text
    if want is not None and (want.text or text in want.words):
        if len(text) > limits.formula_length:
            message = f"a text of {len(text):,} characters; the limit is {limits.formula_length:,}"
            raise SpecError("too-large", message, node.place)
        return Expression(node, constant=text)
    if node.quoted:  # changes nothing, but that the text may have line breaks, and may be handed on as it is
        if want is None and not _is_formula(text, names):
            return Expression(node, constant=Word(text))  # such as a rearrange pattern
        text = " ".join(text.split())
    return _formula(node, names, text, () if want is None else want.words)


def _is_formula(text: str, names: Names) -> bool:
    """Whether a quoted text reads as a formula of names in reach. Inside { } a formula with a comma needs the quotes."""
    try:
        parsed = formula(text)
    except SpecError:
        return False
    return all(name in names.values or name in names.tensors for name in parsed.names)


def _empty(node: Node) -> Expression:
    raise SpecError("bad-value", "an empty list is not a value", node.place)


def _formula(node: Scalar, names: Names, text: str, words: tuple[str, ...]) -> Expression:
    try:
        parsed = formula(text)
    except FormulaError as error:
        raise at_part(node, error)  # noqa: B904
    except SpecError as error:
        raise error.at(node.place)  # noqa: B904
    if parsed.constant is not None:
        return Expression(node, formula=parsed)
    if parsed.plain == {text} and text not in names.values and text not in names.tensors:
        if names.is_word(text):
            return Expression(node, constant=Word(text))
        if text in ("no", "yes", "on", "off", "True", "False", "None", "null", "~"):
            raise SpecError("unknown-name", f"nothing here is called '{text}'", node.place, "write true or false")
    for name in sorted(parsed.names):
        if name not in names.values and name not in names.tensors:
            raise _unknown(node, name, names, words)
    for name, axis in sorted(parsed.attributes):
        if axis not in AXES and axis != "size":
            hint = did_you_mean(axis, AXES)
            raise SpecError("bad-formula", f"'.{axis}' is not an axis; a tensor has .C .H .W or .T .D", _find(node, name), hint)
        if name not in names.tensors:
            message = f"'{name}' is not a tensor: it has no .{axis}"
            raise SpecError("bad-value", message, _find(node, name), did_you_mean(name, names.tensors))
    for name in sorted(parsed.plain):
        if name in names.tensors:
            hint = f"write one of its axes, such as {name}.C or {name}.T, or size({name})"
            raise SpecError("bad-value", f"'{name}' is a tensor, not a number", _find(node, name), hint)
    return Expression(node, formula=parsed)


def at_part(node: Scalar, error: FormulaError) -> SpecError:
    """The error of a formula, at its part of the scalar's text."""
    if error.place is None:
        error.place = node.span(error.offset, error.length) if error.length and _as_written(node) else node.place
    return error


def _as_written(node: Scalar) -> bool:
    """Whether the text stands in the source letter by letter: not in quotes, and not over several lines."""
    return not node.quoted and node.length == len(node.text)


def _find(node: Scalar, name: str) -> Place:
    found = re.search(rf"\b{re.escape(name)}\b", node.text)
    return node.span(found.start(), len(name)) if found and _as_written(node) else node.place


def _unknown(node: Scalar, name: str, names: Names, words: tuple[str, ...]) -> SpecError:
    known = names.values | names.tensors
    if node.text == name:  # alone, it may have been meant as one of the field's words, or else as a kind or block
        known = known | (set(words) or {*KINDS, *names.blocks})
    return SpecError("unknown-name", f"nothing here is called '{name[:80]}'", _find(node, name), did_you_mean(name, known))
