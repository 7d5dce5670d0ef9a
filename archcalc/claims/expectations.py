"""Reading `expect:` of a spec: what its models have to come to, so that a change of the spec which breaks it is noticed."""

from __future__ import annotations

import re
from copy import copy
from fractions import Fraction
from typing import Any

from archcalc.claims.figures import Figure, read_figure
from archcalc.claims.read import OF_LAYERS, TOTALS, Claim, check_settings, read_modifiers, single_value
from archcalc.errors import Place, SpecError, collected, did_you_mean
from archcalc.layers.base import KINDS
from archcalc.source import Mapping, Node, Scalar, Sequence
from archcalc.spec import Spec

QUANTITIES = (*TOTALS, "output", "kinds")
SUMMED = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "activation_bytes",
          "param_bytes")  # fmt: skip
KEYS = ("that", "input", "batch", "dtype", "set", "why")
SAME = "same"
FORMS = "such as: params <= 5M, macs of stage1 < 10%, depth == 50, output == 7x7x512, params <= 0.5x resnet50, same as resnet50"
COMMA = 'inside [ ] or { } a figure with a comma needs quotes: "params == 25,557,032"'
HINTS = {"output": "sizes such as 7x7x512", "kinds": "numbers of layers such as 13 conv, 15 relu, 5 maxpool"}
_COMPARED = re.compile(r"([^\s<>=!]+)(?: +of +([^<>=!]+?))? *(<=|>=|==|!=|<|>)(?![<>=]) *(.+)\Z")
_SAME_AS = re.compile(r"same +as +(\S+)\Z")
_MODEL = re.compile(r"(?:(\d{1,9}(?:\.\d{1,9})?) ?[x×*] ?)?([A-Za-z./_][^\s<>=]*)\Z")


class Expectation(Claim):
    """What one model has to come to. The bound is a figure, or `factor` times what the model `other` has of it.

    `comparison` is <=, <, >=, >, == or !=; the quantity `same` asks that model and `other` are equal. Quantity, layers, input,
    batch, dtype and parameters are those of a claim. `why` is what the spec says for a reason.
    """

    __slots__ = ("comparison", "factor", "other", "why")

    def __init__(self, model: str, node: Node, quantity: str, text: Scalar, figure: Figure) -> None:
        super().__init__(model, node, quantity, text, figure)
        self.comparison, self.other, self.why = "==", "", ""
        self.factor: Fraction = Fraction(1)

    @property
    def limit(self) -> Any:
        """The number that the figure stands for."""
        figure = self.figure
        if figure.sort == "exact":
            return figure.exact
        return Fraction(figure.printed) * figure.scale / (100 if figure.sort == "percent" else 1)


def read_expectations(spec: Spec) -> list[Expectation]:
    """All expectations of a spec, by model. Raises SpecError, which may carry further ones."""
    found: list[Expectation] = []
    mistakes: list[SpecError] = []
    for models, listed in _listed(spec):
        read: list[Expectation] = []
        if not isinstance(listed, Sequence):
            message = f"what is expected of {models[0]} is a list, not {listed.what}"
            mistakes.append(SpecError("wrong-shape-of-spec", message, listed.place, f"{models[0]}: [params <= 5M]"))
            continue
        for entry in listed.items:
            try:
                read.append(_expectation(spec, models[0], entry))
            except SpecError as error:
                mistakes.append(error)
        for model in models:
            for one in map(copy, read):
                one.model = model
                found.append(one)
    if mistakes:
        raise collected(mistakes)
    return found


def _listed(spec: Spec) -> list[tuple[list[str], Node]]:
    """What should be lists, each with the models that it is about."""
    node = spec.expect
    if isinstance(node, Sequence):
        return [(list(spec.variants), node)]
    return [([model], listed) for model, listed in (node.pairs.items() if isinstance(node, Mapping) else ())]


def _expectation(spec: Spec, model: str, entry: Node) -> Expectation:
    if isinstance(entry, Scalar):
        return _read(model, entry, entry)
    if not isinstance(entry, Mapping):
        raise SpecError("wrong-shape-of-spec", f"an expectation is a text, not {entry.what}", entry.place, FORMS)
    for name, key in entry.keys.items():
        if name not in KEYS:
            hint = did_you_mean(name, KEYS)
            if name in QUANTITIES:
                hint = "{that: params <= 5M, input: 3x320x320}"
            elif name[:1].isdigit():
                hint = COMMA
            raise SpecError("unknown-key", f"unknown key '{name[:80]}' in an expectation", key.place, hint)
    if "that" not in entry.pairs:
        hint = "{that: params <= 5M, input: 3x320x320}"
        raise SpecError("missing-key", "`that` says what is expected", entry.place, hint)
    found = _read(model, entry, single_value(entry, "that"))
    read_modifiers(found, entry)
    if "why" in entry.pairs:
        found.why = " ".join(single_value(entry, "why").text.split())
    check_settings(spec, found)
    return found


def _read(model: str, node: Node, text: Scalar) -> Expectation:
    """The text of an expectation: a quantity, perhaps of layers, a comparison, and a figure or a model."""
    same = _SAME_AS.match(text.text)
    if same:
        found = Expectation(model, node, SAME, text, Figure(same[1], "text"))
        found.other = same[1]
        found.places["than"] = _part(text, same.start(1), same[1])
        return found
    compared = _COMPARED.match(text.text)
    if not compared:
        raise SpecError("bad-claim", f"'{text.text[:80]}' is no expectation that can be read", text.place, _near(text.text))
    quantity, layers, comparison, bound = compared.groups()
    if quantity not in QUANTITIES:
        hint = did_you_mean(quantity, QUANTITIES) or "one of: " + ", ".join(QUANTITIES)
        raise SpecError("bad-claim", f"there is no quantity '{quantity[:80]}'", _part(text, 0, quantity), hint)
    place = _part(text, compared.start(4), bound)
    figure = read_figure(bound, quantity)
    meant = _MODEL.match(bound)
    if figure is not None and figure.sort in ("count", "bytes", "percent", "exact", "shape", "kinds"):
        found = Expectation(model, node, quantity, text, figure)
    elif meant and figure is None and quantity not in HINTS:
        found = Expectation(model, node, quantity, text, Figure(bound, "count"))
        found.other, found.factor = meant[2], Fraction(meant[1] or 1)
        if not found.factor:
            raise SpecError("bad-claim", f"0 times {meant[2]} is 0, whatever it has", place, "such as: params <= 0.5x resnet50")
        found.places["than"] = place
    else:
        hint = HINTS.get(quantity, "such as 5M, 25,557,032, 50MB, 10%, resnet50, 0.5x resnet50")
        raise SpecError("bad-claim", f"'{bound[:80]}' is no figure that can be read", place, hint)
    found.comparison = comparison
    if layers:
        found.at = tuple(name for name in re.split(r"[\s,]+", layers) if name)
        found.places["at"] = _part(text, compared.start(2), layers)
    _check(found, place)
    return found


def _check(found: Expectation, place: Place) -> None:
    """What can be seen without building the model."""
    if found.at and found.quantity not in (*OF_LAYERS, "output", "kinds"):
        raise SpecError("bad-claim", f"{found.quantity} is of the whole model, not of layers", found.places["at"])
    if found.quantity == "output" and (found.comparison not in ("==", "!=") or len(found.at) > 1):
        wrong = "of one layer" if len(found.at) > 1 else "equal to sizes or not: output == 7x7x512"
        raise SpecError("bad-claim", f"an output is {wrong}", found.places.get("at", place))
    if found.quantity == "kinds":
        _check_kinds(found, place)
    if found.figure.sort == "percent" and (not found.at or found.quantity not in SUMMED):
        raise SpecError("bad-claim", "a share of the whole is one of layers", place, "such as: params of fc6 <= 50%")
    if found.other and found.at:
        raise SpecError("bad-claim", "a model is compared with a whole model, not with layers", found.places["at"])


def _check_kinds(found: Expectation, place: Place) -> None:
    if found.comparison != "==":
        raise SpecError("bad-claim", "kinds are compared with ==", place, "kinds == 13 conv, 15 relu, 5 maxpool")
    for kind in found.figure.exact:
        if kind not in KINDS:
            raise SpecError("unknown-kind", f"there is no layer kind '{kind[:80]}'", place, did_you_mean(kind, KINDS))


def _near(text: str) -> str:
    """A hint for a text that is nearly an expectation."""
    if re.search(r"(?<![<>=!])=(?!=)|=[<>]", text):
        return "comparisons are <= < >= > == !="
    if re.fullmatch(r"[\d,. ]+[A-Za-z]*", text):  # in [ ] and { } a comma ends a value
        return COMMA
    return FORMS


def _part(node: Scalar, start: int, part: str) -> Place:
    """Where a part of a text stands; the whole of it where quotes or lines make that uncertain."""
    return node.place if node.quoted or node.length != len(node.text) else node.span(start, len(part))
