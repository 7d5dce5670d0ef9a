"""The spec language as a JSON Schema (draft 7), for editors: generated from the layer kinds.

It knows sections, modifiers, kinds, fields and words; names and arithmetic are checked by archcalc itself. What it refuses
archcalc refuses too. A key that is no kind may be a block, which only the rest of the file can tell, so it is let through.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archcalc.arithmetic import FUNCTIONS
from archcalc.layers import fields as types
from archcalc.layers.base import KINDS, Layer
from archcalc.layers.fields import Field, FieldType
from archcalc.spec.names import LONGEST_NAME

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
NAME = "[A-Za-z][A-Za-z0-9_]*"
FORMULA = r"^[A-Za-z0-9_ .+\-*/%<>=!()\[\],]*[A-Za-z0-9.)\]] *$"
RESERVED = [*FUNCTIONS, "true", "false", "and", "or", "not", "if", "else", "do"]  # never names

MODIFIER_DOCS = {
    "name": "what its output is called: for `from`, for formulas, and in tables; a list for several outputs",
    "from": "the tensors that flow in, instead of the output of the layer above",
    "repeat": "how often it stands here, each taking the last one's output",
    "for": "once for each entry of equally long lists, walked in step; a number counts from 0",
    "when": "whether it stands here at all, decided while building",
    "else": "the layers that stand here if `when` is false",
}
SECTION_DOCS = {
    "name": "what the spec is called; with no variants, also the model's name",
    "title": "what people call it, such as ResNet",
    "cite": "where it comes from",
    "params": "values that formulas use and that --set changes; later ones may use earlier ones",
    "require": "conditions on the parameters, for settings that there is no network for",
    "variants": "models made from this spec, each with the parameters that it sets",
    "input": "the size of one sample, channels first",
    "inputs": "the sizes of several inputs, by name",
    "use": "blocks of other specs, by name, each with the spec that has it",
    "blocks": "lists of layers with arguments, used like layer kinds",
    "layers": "the network, from top to bottom",
    "outputs": "the tensors that leave the network, the main one first; the last layer's, unless given",
    "claims": "published figures, for each model, to be held against the arithmetic",
    "expect": "what the models have to come to, such as `params <= 5M`: a list for all models, or a list for each",
}


def schema() -> Schema:
    """The whole schema, as plain data for JSON."""
    return {
        "$schema": DRAFT,
        "title": "archcalc spec",
        "description": "A neural network, layer by layer: docs/language.md explains the language.",
        "type": "object",
        "properties": _sections(),
        "required": ["layers"],
        "oneOf": [{"required": ["input"]}, {"required": ["inputs"]}],
        "additionalProperties": False,
        "definitions": {
            "name": {"type": "string", "pattern": f"^{NAME}$", "maxLength": LONGEST_NAME},
            "newName": {"allOf": [_ref("name"), {"not": {"enum": RESERVED}}]},
            "freshName": {"allOf": [_ref("newName"), {"not": {"enum": list(KINDS)}}]},
            "names": _one_or_more("name"),
            "newNames": _one_or_more("newName"),
            "formula": {"type": "string", "pattern": FORMULA},
            "condition": {"anyOf": [{"type": ["boolean", "number"]}, _ref("formula")]},
            "value": _value(),
            "shape": {"type": "array", "items": _ref("size"), "minItems": 1},
            "layers": {"type": "array", "items": _ref("layer")},
            "layer": {"anyOf": [_bare_layer(), _ref("layerWithArguments")]},
            "layerWithArguments": _layer(),
            "for": _mapping(_ref("value"), "newName") | {"minProperties": 1},
            "block": _block(),
            **{name: build() for name, (_, build) in FIELD_TYPES.items()},
            **{f"kind.{name}": _kind(kind) for name, kind in KINDS.items()},
        },
    }


def _ref(name: str, description: str = "") -> Schema:
    reference: Schema = {"$ref": f"#/definitions/{name}"}
    return {"description": description, **reference} if description else reference


def _mapping(values: Schema, names: str) -> Schema:
    return {"type": "object", "propertyNames": _ref(names), "additionalProperties": values}


def _or_empty(one: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, one]}


def _one_or_more(name: str) -> Schema:
    return {"anyOf": [_ref(name), {"type": "array", "items": _ref(name), "minItems": 1}]}


def _value() -> Schema:
    """Any value of the language: a parameter's, an argument's, what a loop walks through."""
    return {
        "anyOf": [
            {"type": ["string", "number", "boolean"]},
            {"type": "array", "items": _ref("value"), "minItems": 1},
            {"type": "object", "additionalProperties": _ref("value"), "minProperties": 1},
        ]
    }


# ------------------------------------------------------------------------------------------ sections and blocks


def _sections() -> dict[str, Schema]:
    claim = {"type": "object", "minProperties": 1}
    expectations = {"type": "array", "items": {"anyOf": [{"type": "string"}, _expectation()]}}
    shapes: dict[str, Schema] = {
        "name": _ref("name"),
        "title": {"type": ["string", "number"]},
        "cite": {"type": ["string", "number"]},
        "params": _or_empty(_mapping(_ref("value"), "freshName")),
        "require": _or_empty({"type": "array", "items": _ref("condition")}),
        "variants": _or_empty(_mapping(_or_empty({"type": "object", "additionalProperties": _ref("value")}), "name")),
        "input": _ref("shape"),
        "inputs": _mapping(_ref("shape"), "newName") | {"minProperties": 1},
        "use": _or_empty(_mapping({"type": "string"}, "freshName")),
        "blocks": _or_empty(_mapping(_ref("block"), "freshName")),
        "layers": _ref("layers"),
        "outputs": _ref("names"),
        "claims": _mapping({"type": "array", "items": claim}, "name"),
        "expect": {"anyOf": [expectations, _mapping(expectations, "name")]},
    }
    return {name: {"description": SECTION_DOCS[name], **shape} for name, shape in shapes.items()}


def _expectation() -> Schema:
    """An expectation with settings."""
    plain: Schema = {"type": ["string", "number"]}
    properties = {
        "that": {"description": "what is expected: params <= 5M", "type": "string"},
        "input": {"description": "the input's size: 3x320x320", **plain},
        "batch": {"description": "samples at once", **plain},
        "dtype": {"description": "for bytes: fp32, fp16, ...", "type": "string"},
        "set": {"description": "parameters of the spec with other values", **_mapping(_ref("value"), "name")},
        "why": {"description": "the reason, shown where it is broken", "type": "string"},
    }
    return {"type": "object", "properties": properties, "required": ["that"], "additionalProperties": False}


def _block() -> Schema:
    argument = {"type": "string", "pattern": f"^{NAME}( *=.+)?$"}
    with_default = _mapping(_ref("value"), "newName") | {"minProperties": 1, "maxProperties": 1}
    properties = {
        "doc": {"description": "what the block is, for readers", "type": "string"},
        "args": {
            "description": "its arguments, `name` or `name=default`",
            **_or_empty({"type": "array", "items": {"anyOf": [argument, with_default]}}),
        },
        "inputs": {
            "description": "names of the tensors that enter it; [x] unless given",
            "type": "array",
            "items": _ref("name"),
            "minItems": 1,
            "uniqueItems": True,
        },
        "layers": _ref("layers", "its layers, from top to bottom"),
        "outputs": _ref("names", "the tensors that leave it; the last layer's unless given"),
    }
    return {"type": "object", "properties": properties, "required": ["layers"], "additionalProperties": False}


# ------------------------------------------------------------------------------------------ layers


def _bare_layer() -> Schema:
    """A line with just a word: a kind that needs no arguments, a block, or $parameter."""
    needy = [name for name, kind in KINDS.items() if _required(kind)]
    return {
        "type": "string",
        "anyOf": [
            {"enum": [name for name in KINDS if name not in needy]},
            {"pattern": rf"^\$?{NAME}$", "not": {"enum": [*needy, "do", *MODIFIER_DOCS]}},
        ],
    }


def _layer() -> Schema:
    """A mapping with one head and modifiers."""
    shapes: dict[str, Schema] = {
        "name": _ref("newNames"),
        "from": _ref("names"),
        "repeat": _ref("count"),
        "for": _ref("for"),
        "when": _ref("condition"),
        "else": _ref("layers"),
    }
    modifiers = {name: {"description": MODIFIER_DOCS[name], **shape} for name, shape in shapes.items()}
    kinds = {name: _ref(f"kind.{name}", _doc(kind)) for name, kind in KINDS.items()}
    group = _ref("layers", "a group of layers, for modifiers that are about all of them")
    argument = _or_empty(_ref("value"))
    return {
        "type": "object",
        "properties": {**kinds, "do": group, **modifiers},
        "patternProperties": {rf"^(?!(?:{'|'.join([*kinds, 'do', *modifiers])})$)\$?{NAME}$": argument},
        "additionalProperties": False,
        "dependencies": {"else": ["when"]},
        "not": {"required": ["for", "repeat"]},
        "allOf": [
            *({"if": {"required": [head]}, "then": {"propertyNames": {"enum": [head, *modifiers]}}} for head in [*kinds, "do"]),
            _one_head(list(modifiers), 0),
        ],
    }


def _one_head(modifiers: list[str], present: int) -> Schema:
    """As many keys as there are modifiers, and one more. A schema cannot count some keys, so each modifier is asked for."""
    if not modifiers:
        return {"minProperties": present + 1, "maxProperties": present + 1}
    first, rest = modifiers[0], modifiers[1:]
    return {"if": {"required": [first]}, "then": _one_head(rest, present + 1), "else": _one_head(rest, present)}


# ------------------------------------------------------------------------------------------ kinds and their fields


def _doc(kind: type[Layer]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _required(kind: type[Layer]) -> list[str]:
    return [name for name, field in kind.fields.items() if field.required]


def _kind(kind: type[Layer]) -> Schema:
    """What may stand behind a kind: its fields by name, a value for the first of them, or nothing."""
    required = _required(kind)
    properties = {name: _field(field) for name, field in kind.fields.items()}
    fields: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        fields["required"] = required
    if kind.merges:
        layers = _ref("layers", "a branch: layers on what flows in; [] is just that")
        fields |= {"additionalProperties": {"anyOf": [_ref("name", "a tensor"), layers]}, "propertyNames": _ref("name")}
    ways = [fields] if required else [{"type": "null"}, fields]
    first = next(iter(kind.fields), "")
    if first and required in ([], [first]):
        ways.append({"not": {"type": "object"}, "allOf": [properties[first]]})
    return {"anyOf": ways}


def _field(field: Field) -> Schema:
    found = _type(field.type)
    described: Schema = {"description": f"{field.doc}; {field.type.doc}", **found}
    if not field.required and field.default is not None:
        described["default"] = _plain(field.default)
    return described


def _type(type_: FieldType) -> Schema:
    for name, (known, _) in FIELD_TYPES.items():
        if known is type_:
            return _ref(name)
    if type_.text:
        return {"type": "string"}
    if type_.words:  # or the name of a parameter that holds such a word
        return {"anyOf": [{"enum": list(type_.words)}, _ref("name")]}
    raise TypeError(f"the schema does not know the field type {type_.name!r}")


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    return list(value) if isinstance(value, tuple) else value


def _whole(least: int | None) -> Schema:
    number: Schema = {"type": "integer"} if least is None else {"type": "integer", "minimum": least}
    return {"anyOf": [number, _ref("formula")]}


def _list_of_counts() -> Schema:
    return {"anyOf": [_ref("formula"), {"type": "array", "items": _ref("count"), "minItems": 1}]}


def _several(one: str, counts: tuple[int, ...], names: tuple[str, ...], needed: tuple[str, ...]) -> Schema:
    """One number, a list of so many, or a mapping."""
    lists = [{"type": "array", "items": _ref(one), "minItems": n, "maxItems": n} for n in counts]
    mapping = {"type": "object", "properties": {n: _ref(one) for n in names}, "additionalProperties": False}
    return {"anyOf": [_ref(one), *lists, mapping | ({"required": list(needed)} if needed else {"minProperties": 1})]}


PAIR, FOUR = types.Pair._fields, types.Sides._fields
FIELD_TYPES: dict[str, tuple[FieldType, Callable[[], Schema]]] = {  # name -> type, and schema
    "size": (types.SIZE, lambda: _whole(1)),
    "count": (types.COUNT, lambda: _whole(0)),
    "index": (types.INDEX, lambda: _whole(None)),
    "number": (types.NUMBER, lambda: {"anyOf": [{"type": "number"}, _ref("formula")]}),
    "flag": (types.FLAG, lambda: {"anyOf": [{"type": "boolean"}, _ref("formula")]}),
    "sizes": (types.SIZES, lambda: _several("size", (2,), PAIR, PAIR)),
    "counts": (types.COUNTS, lambda: _several("count", (2,), PAIR, PAIR)),
    "sides": (types.SIDES, lambda: {"anyOf": [{"enum": ["same"]}, _several("count", (2, 4), FOUR, ())]}),
    "border": (types.BORDER, lambda: _several("index", (2, 4), FOUR, ())),
    "parts": (types.PARTS, lambda: {"anyOf": [_ref("size"), {"type": "array", "items": _ref("size"), "minItems": 1}]}),
    "table": (types.TABLE, lambda: {"anyOf": [_ref("formula"), {"type": "array", "items": _list_of_counts(), "minItems": 1}]}),
    "namedSizes": (types.NAMED_SIZES, lambda: _mapping(_ref("size"), "name") | {"minProperties": 1}),
}
