"""Reports that were saved with `archcalc MODEL --json > FILE`, by this version or an older one."""

from __future__ import annotations

import json
import os
from typing import Any

from archcalc.analysis.data import SCHEMA, TOTALS
from archcalc.differences.sides import COUNTS, Line, Side
from archcalc.errors import Place, SpecError
from archcalc.limits import limits

NUMBERS = "a difference is one of numbers: save the report with numbers for its symbols"
HOW = "a report is what `archcalc MODEL --json` prints"


def is_saved(name: str) -> bool:
    """Whether a name is that of a saved report: a file that ends in .json, or begins with { and is no spec."""
    if name.lower().endswith(".json"):
        return True
    if name.lower().endswith((".yaml", ".yml")) or not os.path.isfile(name):
        return False
    try:
        with open(name, "rb") as stream:
            return stream.read(100).lstrip().startswith(b"{")
    except OSError:
        return False


def read_saved(path: str) -> Side:
    """The report in a file. Raises SpecError: "no-such-file", "not-text", "too-large", or "bad-report" with the place."""
    text = _text(path)
    return _Reader(path, text).side(_parsed(path, text))


def _text(path: str) -> str:
    nowhere = Place(path, "", 1, 1)
    most = limits.report_bytes
    try:
        with open(path, "rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError("no-such-file", f"cannot read {path}: {reason}", nowhere) from None
    if len(data) > most:
        raise SpecError("too-large", f"{path} is larger than {most:,} bytes, the limit for a report", nowhere)
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):  # as a shell may write it
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    raise SpecError("not-text", f"{path} is not UTF-8 text", nowhere, HOW)


def _parsed(path: str, text: str) -> Any:
    def refused(word: str) -> Any:
        raise _wrong(path, text, f"{word} is no number of JSON", word)

    try:
        return json.loads(text, parse_constant=refused)
    except json.JSONDecodeError as error:
        shown = "nothing stands in it" if not text.strip() else f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise SpecError(
            "bad-report", f"{path} is no JSON: {shown}", Place(path, text, error.lineno, error.colno), HOW
        ) from None
    except RecursionError:
        raise SpecError("bad-report", f"{path} is nested too deeply for a report", Place(path, text, 1, 1), HOW) from None
    except ValueError:  # Python reads no number of thousands of digits
        raise SpecError("bad-report", f"{path} has a number with too many digits", Place(path, text, 1, 1), HOW) from None


def _wrong(path: str, text: str, message: str, at: str = "", hint: str = HOW) -> SpecError:
    """A mistake at the first line that has `at` in it."""
    for number, line in enumerate(text.split("\n"), 1):
        if at and at in line:
            return SpecError("bad-report", message, Place(path, text, number, line.index(at) + 1, len(at)), hint)
    return SpecError("bad-report", message, Place(path, text, 1, 1), hint)


class _Reader:
    """Reads what `analysis.data.report_data` writes; keys that are missing stay unknown."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text

    def wrong(self, message: str, at: str = "", hint: str = HOW) -> SpecError:
        return _wrong(self.path, self.text, message, at, hint)

    def side(self, data: Any) -> Side:
        if not isinstance(data, dict) or not isinstance(data.get("layers"), list) or not isinstance(data.get("totals"), dict):
            lacks = [key for key in ("schema", "totals", "layers") if key not in data] if isinstance(data, dict) else []
            message = f": it has no `{lacks[0]}`" if lacks else ""
            raise self.wrong(f"{self.path} is JSON, but not a report of a model{message}")
        schema = data.get("schema")
        if type(schema) is not int or schema < 1:
            raise self.wrong(f"{self.path} is JSON, but not a report of a model: `schema` is no number from 1", '"schema"')
        if schema > SCHEMA:
            hint = "use that version here too, or save the report anew with this one"
            message = f"{self.path} was written by a later archcalc: its schema is {schema}, and this one reads up to {SCHEMA}"
            raise self.wrong(message, '"schema"', hint)
        if "block" in data:
            hint = "save the whole model: archcalc MODEL --json"
            raise self.wrong(f"{self.path} is a report of the block '{data['block']}' only", '"block"', hint)
        side = Side(self.path, self.word(data, "name", self.path), self.word(data, "title", ""))
        side.saved = True
        side.inputs = self.inputs(data.get("input"))
        side.batch, side.dtype = self.count(data, "batch", '"batch"'), self.word(data, "dtype", "") or None
        side.settings = data["settings"] if isinstance(data.get("settings"), dict) else {}
        side.outputs = [str(name) for name in data["outputs"]] if isinstance(data.get("outputs"), list) else None
        side.totals = self.totals(data["totals"])
        side.lines = [self.line(layer, number) for number, layer in enumerate(data["layers"])]
        return side

    def word(self, data: dict[str, Any], key: str, default: str) -> str:
        value = data.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"`{key}` of a report is a text, not {_kind(value)}", f'"{key}"')
        return value

    def count(self, data: dict[str, Any], key: str, at: str) -> int | None:
        """A whole number, None if the key is missing."""
        value = data.get(key)
        if isinstance(value, str):
            raise self.wrong(f"`{key}` has symbols: {value[:80]}", at, NUMBERS)
        if value is not None and (type(value) is not int or value < 0):
            raise self.wrong(f"`{key}` of a report is a whole number, not {_kind(value)}", at)
        return value

    def totals(self, data: dict[str, Any]) -> dict[str, Any]:
        free = ("receptive_field", "receptive_field_at")  # a number, a pair, "all"; the name of a layer
        counts = {name: self.count(data, name, f'"{name}"') for name in TOTALS if name in data and name not in free}
        return counts | {name: data[name] for name in free if name in data}

    def inputs(self, given: Any) -> dict[str, list[int]]:
        named = given if isinstance(given, dict) else {} if given is None else {"input": given}
        for name, sizes in named.items():
            self.shape(sizes, '"input"', f"the size of {name}")
        return named

    def shape(self, sizes: Any, at: str, what: str) -> list[int]:
        if not isinstance(sizes, list) or not all(type(size) is int for size in sizes):
            symbols = isinstance(sizes, list) and any(isinstance(size, str) for size in sizes)
            if symbols:
                raise self.wrong(f"{what} has symbols: {sizes}"[:120], at, NUMBERS)
            raise self.wrong(f"{what} is a list of whole numbers, not {_kind(sizes)}", at)
        return sizes

    def line(self, data: Any, number: int) -> Line:
        if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not isinstance(data.get("kind"), str):
            raise self.wrong(f"layer {number} of a report is a mapping with a name and a kind", '"layers"')
        name = data["name"]
        at = f'"name": {json.dumps(name, ensure_ascii=False)}'
        fields = data.get("fields")
        line = Line(name, data["kind"], self.word(data, "detail", ""), fields if isinstance(fields, dict) else None)
        if isinstance(data.get("inputs"), list):
            line.inputs = [str(one) for one in data["inputs"]]
        line.input_shapes, line.output_shapes = (self.shapes(data, key, at) for key in ("input_shapes", "output_shapes"))
        counts = {key: self.count(data, key, at) for key in COUNTS}
        line.counts = {key: value for key, value in counts.items() if value is not None}
        return line

    def shapes(self, data: dict[str, Any], key: str, at: str) -> list[list[int]] | None:
        given = data.get(key)
        if given is None:
            return None
        if not isinstance(given, list):
            raise self.wrong(f"`{key}` of a layer is a list of shapes, not {_kind(given)}", at)
        return [self.shape(sizes, at, f"a shape in `{key}`") for sizes in given]


def _kind(value: Any) -> str:
    words = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return words.get(type(value), str(value)[:40])
