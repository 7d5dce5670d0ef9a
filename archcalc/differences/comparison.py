"""Models side by side, with ratios to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from archcalc.analysis.data import TOTALS, plain
from archcalc.analysis.report import Report
from archcalc.errors import SpecError, did_you_mean
from archcalc.zoo import folded

SCHEMA = 1  # of the JSON; raised when a key changes its meaning
SORTED_BY = ("params", "macs", "activations", "depth")


class Entry:
    """A model in a comparison: what the user called it, and its report."""

    __slots__ = ("label", "report")

    def __init__(self, label: str, report: Report) -> None:
        self.label, self.report = label, report


class Comparison:
    """Models side by side, in the order in which they are shown. `base` is the one that the others are held against."""

    __slots__ = ("base", "entries", "notes")

    def __init__(self, entries: list[Entry], base: Entry, notes: list[str]) -> None:
        self.entries, self.base, self.notes = entries, base, notes

    def ratio(self, entry: Entry, quantity: str) -> Fraction | None:
        """How many times as much of a total a model has as the base; None where the base has 0, or with symbols."""
        value, base = getattr(entry.report.totals, quantity), getattr(self.base.report.totals, quantity)
        return Fraction(value, base) if type(value) is type(base) is int and base else None

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data, ready for JSON. Ratios are decimal numbers. Keys may be added, never renamed."""
        return {
            "schema": SCHEMA,
            "to": self.base.label,
            "models": [self._entry(entry) for entry in self.entries],
            "notes": self.notes,
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        report = entry.report
        inputs = {name: plain(shape, report.algebra) for name, shape in report.input_shapes.items()}
        ratios = {name: self.ratio(entry, name) for name in TOTALS}
        return {
            "model": entry.label,
            "name": report.name,
            "title": report.title,
            "input": next(iter(inputs.values())) if len(inputs) == 1 else inputs,
            "batch": plain(report.batch, report.algebra),
            "dtype": report.dtype,
            "settings": plain(report.settings, report.algebra),
            "totals": {name: plain(getattr(report.totals, name), report.algebra) for name in TOTALS},
            "ratios": {name: float(f"{float(ratio):.6g}") for name, ratio in ratios.items() if ratio is not None},
        }


def comparison(
    entries: Sequence[Entry], to: str | None = None, sort: str | None = None, reverse: bool = False, notes: Sequence[str] = ()
) -> Comparison:
    """Models side by side: in their order, or by a total of them (of `SORTED_BY`); `reverse` turns either round.

    Ratios are to the first that was given, or to the model `to`. Raises SpecError.
    """
    shown = list(entries)
    base = shown[0] if to is None else _find(shown, to)
    if sort is not None:
        if sort not in SORTED_BY:
            message = f"models are not sorted by '{sort}'" if isinstance(sort, str) else "`sort` is a text"
            raise SpecError("bad-option", message, None, "one of: " + ", ".join(SORTED_BY))
        symbolic = next((one for one in shown if type(getattr(one.report.totals, sort)) is not int), None)
        if symbolic is not None:
            message = f"models are sorted by numbers, and the {sort} of {symbolic.label} are symbolic"
            raise SpecError("undecided", message, None, "give the input numbers, or leave out the sorting")
        shown.sort(key=lambda one: getattr(one.report.totals, sort))
    return Comparison(shown[::-1] if reverse else shown, base, list(notes))


def _find(entries: list[Entry], to: str) -> Entry:
    for written in (str, folded):
        for entry in entries:
            if written(to) in (written(entry.label), written(entry.report.name)):
                return entry
    labels = [entry.label for entry in entries]
    raise SpecError("unknown-model", f"'{to[:80]}' is none of the models that are compared", None, did_you_mean(to, labels), to)
