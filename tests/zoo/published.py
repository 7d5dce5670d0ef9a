"""Reading the figures that a spec claims for its models, and whether the exact ones, rounded or truncated, give them.

A claim is `{QUANTITY: figure, source: TEXT}` with, where needed, `at: LAYER`, `input: 3x320x320`, `set: {NAME: value}` and
`erratum: TEXT`, which says why the published figure is not what the arithmetic gives.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import archcalc
from archcalc.source import Mapping, Scalar, Sequence
from archcalc.zoo import Model

QUANTITIES = ("params", "params_no_bias", "buffers", "macs", "flops", "activations", "depth", "receptive_field", "output")
OTHERS = ("source", "at", "input", "set", "erratum")
SCALES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9}
_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:([KMGB])|x\s*10\^(\d+))?\Z")


class Claim(NamedTuple):
    """A figure that was published about a model."""

    model: Model
    quantity: str
    figure: str
    source: str
    at: str
    input: str | None
    settings: dict[str, str]
    erratum: str
    line: int

    def __str__(self) -> str:
        return f"{self.model.name}-{self.quantity}-{self.figure}-line-{self.line}"


def claims() -> list[Claim]:
    """All claims of the zoo."""
    return [claim for model in archcalc.models() for claim in claims_of(model)]


def claims_of(model: Model) -> list[Claim]:
    """The claims that a spec makes about one of its models. Fails for what is no claim."""
    node = model.spec.claims
    listed = node.pairs.get(model.name) if node is not None else None
    if listed is None:
        return []
    assert isinstance(listed, Sequence), f"{model.spec.source.name}: the claims of {model.name} are no list"
    return [_claim(model, entry) for entry in listed.items]


def _claim(model: Model, entry: Any) -> Claim:
    assert isinstance(entry, Mapping), f"{model.spec.source.name}:{entry.line + 1}: a claim is a mapping"
    where = f"{model.spec.source.name}:{entry.line + 1}"
    unknown = set(entry.pairs) - {*QUANTITIES, *OTHERS}
    assert not unknown, f"{where}: {unknown}"
    (quantity,) = set(entry.pairs) & set(QUANTITIES)
    texts = {key: value.text for key, value in entry.pairs.items() if isinstance(value, Scalar)}
    given = entry.pairs.get("set")
    settings = {key: value.text for key, value in given.pairs.items()} if isinstance(given, Mapping) else {}  # type: ignore[attr-defined]
    assert texts.get("source"), f"{where}: no source"
    return Claim(
        model, quantity, texts[quantity], texts["source"], texts.get("at", ""), texts.get("input"), settings,
        texts.get("erratum", ""), entry.line + 1,
    )  # fmt: skip


def exact(claim: Claim) -> Any:
    """What the arithmetic gives: a number, or for an output its sizes as the papers print them, H x W x C."""
    report = archcalc.analyze(claim.model, input=claim.input, set=claim.settings)
    if claim.quantity == "output":
        sizes = (report.find(claim.at) if claim.at else report.layers)[-1].output
        return "x".join(map(str, (*sizes[1:], sizes[0]) if len(sizes) == 3 else sizes))
    if not claim.at:
        return getattr(report.totals, claim.quantity)
    return sum(getattr(layer, claim.quantity) for layer in report.find(claim.at))


def holds(figure: str, value: Any) -> bool:
    """Whether a value, rounded or truncated to the digits that are printed, is the printed figure."""
    if isinstance(value, str):
        return figure == value
    found = _FIGURE.match(figure)
    assert found, f"'{figure}' is no figure such as 138M, 60,000 or 7.3 x 10^9"
    printed = Decimal(found[1].replace(",", ""))
    scaled = Decimal(value) / (10 ** int(found[3]) if found[3] else SCALES[found[2] or ""])
    return any(scaled.quantize(printed, how) == printed for how in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN))
