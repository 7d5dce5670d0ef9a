"""Reading `claims:` of a spec: what was published about its models, each figure with its source."""

from __future__ import annotations

from contextlib import suppress

from archcalc.claims.figures import Figure, read_figure
from archcalc.errors import Place, SpecError, collected, did_you_mean
from archcalc.expr import FormulaError, formula
from archcalc.layers.base import KINDS
from archcalc.source import Mapping, Node, Scalar, Sequence
from archcalc.spec import Spec

TOTALS = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "activation_bytes",
          "param_bytes", "depth", "receptive_field", "layers")  # fmt: skip
OF_LAYERS = ("params", "params_no_bias", "buffers", "macs", "flops", "elementwise", "activations", "activation_bytes",
             "depth", "receptive_field", "layers")  # fmt: skip
QUANTITIES = (*TOTALS, "output", "value", "field", "setting")
MODIFIERS = ("source", "at", "of", "than", "input", "batch", "dtype", "set", "slide", "erratum", "instead")
EXPLICABLE = ("count", "bytes", "ratio", "percent", "shape")  # sorts of figures that `instead` can give
COMMA = 'inside [ ] or { } a figure with a comma needs quotes: {params: "25,557,032"}'
MOST_NAMES = 6  # of layers that are shown one by one
FORMS = "such as 138M, 34,944, 7.3 x 10^9, ~96MB, 27x less, 94%, most, 10^9 (order of magnitude), 28x28x64x1x1x256"


class Claim:
    """A published figure: of which quantity, at which layers (none: the whole model), with which settings, and the source.

    `of` is a formula over the letters of a layer's page, for `value`; the name of a field of it, or of a parameter of the
    spec, for `field` and `setting`; the kind that `layers` counts, if not all. `than` is the model that a ratio compares
    with. `erratum` says why it does not hold, and `instead` is a formula for what was counted in its place.
    """

    __slots__ = ("at", "batch", "dtype", "erratum", "figure", "inputs", "instead", "model", "node", "of", "place", "places",
                 "quantity", "settings", "slide", "source", "text", "than")  # fmt: skip

    def __init__(self, model: str, node: Node, quantity: str, text: Scalar, figure: Figure) -> None:
        self.model, self.node, self.quantity, self.text, self.figure = model, node, quantity, text.text, figure
        self.place: Place = text.place
        self.source = self.erratum = self.instead = self.of = self.than = ""
        self.at: tuple[str, ...] = ()
        self.slide: int | None = None
        self.inputs: str | None = None
        self.batch, self.dtype = "1", "fp32"
        self.settings: dict[str, str] = {}
        self.places: dict[str, Place] = {}  # of what may be wrong elsewhere: at, than, set, ...

    @property
    def plain(self) -> bool:
        """Whether it is of the model as it is, and not of other settings."""
        return not self.settings and self.inputs is None and self.batch == "1" and self.dtype == "fp32"

    @property
    def what(self) -> str:
        """What the figure is of, in a few words: "params of conv1", "(F*F*C + 1)*K of conv1", "conv layers of stem"."""
        return f"{self.subject}{self.given}"

    @property
    def subject(self) -> str:
        """The same without the settings."""
        about = f"{self.of} {self.quantity}".lstrip() if self.quantity == "layers" else self.of or self.quantity
        return about + (f" of {_listed(self.at)}" if self.at else "")

    @property
    def given(self) -> str:
        """The settings in brackets: " (width=16, input 3x320x320)"; empty if all are as usual."""
        given = [f"{name}={value}" for name, value in self.settings.items()]
        given += [f"input {self.inputs}"] if self.inputs else []
        given += [f"batch {self.batch}"] if self.batch != "1" else []
        given += [self.dtype] if self.dtype != "fp32" else []
        return f" ({', '.join(given)})" if given else ""


def read_claims(spec: Spec) -> list[Claim]:
    """All claims of a spec, in their order. Raises SpecError, which may carry further ones."""
    found: list[Claim] = []
    mistakes: list[SpecError] = []
    for model, listed in spec.claims.pairs.items() if spec.claims is not None else ():
        if not isinstance(listed, Sequence):
            mistakes.append(
                SpecError("wrong-shape-of-spec", f"the claims of {model} are a list, not {listed.what}", listed.place)
            )
            continue
        for entry in listed.items:
            try:
                found.append(_claim(spec, model, entry))
            except SpecError as error:
                mistakes.append(error)
    if mistakes:
        raise collected(mistakes)
    return found


def read_errata(spec: Spec, model: str) -> list[Claim]:
    """The claims of one model that have an erratum. Others are not read, and what cannot be read is left to `check`."""
    found: list[Claim] = []
    try:
        listed = spec.claims.pairs.get(model) if spec.claims is not None else None
    except SpecError:
        return found
    for entry in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(entry, Mapping) and "erratum" in entry.pairs:
            with suppress(SpecError):
                found.append(_claim(spec, model, entry))
    return found


def _claim(spec: Spec, model: str, entry: Node) -> Claim:
    if not isinstance(entry, Mapping):
        hint = '{params: 138M, source: "arXiv:1409.1556 Table 2"}'
        raise SpecError("wrong-shape-of-spec", f"a claim is a mapping, not {entry.what}", entry.place, hint)
    for name, key in entry.keys.items():
        if name not in QUANTITIES and name not in MODIFIERS:
            hint = COMMA if name[:1].isdigit() else did_you_mean(name, (*QUANTITIES, *MODIFIERS))
            raise SpecError("unknown-key", f"unknown key '{name[:80]}' in a claim", key.place, hint)
    quantities = [name for name in entry.keys if name in QUANTITIES]
    if len(quantities) != 1:
        shown = " and ".join(quantities) if quantities else "none"
        hint = "one of: " + ", ".join(QUANTITIES)
        raise SpecError("bad-claim", f"a claim is about one quantity; here are {shown}", entry.place, hint)
    quantity = quantities[0]
    text = single_value(entry, quantity)
    figure = read_figure(text.text, quantity)
    if figure is None:
        hint = "sizes such as 55x55x96" if quantity == "output" else FORMS
        raise SpecError("bad-claim", f"'{text.text[:80]}' is no figure that can be read", text.place, hint)
    claim = Claim(model, entry, quantity, text, figure)
    read_modifiers(claim, entry)
    _check(spec, claim, entry)
    return claim


def single_value(entry: Mapping, name: str) -> Scalar:
    """The text under a key. Raises SpecError where it is empty, a list or a mapping."""
    node = entry.pairs[name]
    if isinstance(node, Scalar) and not node.text.strip():
        raise SpecError("wrong-shape-of-spec", f"`{name}` is empty", node.place)
    if not isinstance(node, Scalar):
        raise SpecError("wrong-shape-of-spec", f"`{name}` is a single value, not {node.what}", node.place)
    return node


def read_modifiers(claim: Claim, entry: Mapping) -> None:
    """What stands beside the quantity: `source`, `at`, `input`, `set` and so on. Raises SpecError."""
    for name in ("source", "erratum", "instead", "of", "than", "input", "batch", "dtype"):
        if name in entry.pairs:
            node = single_value(entry, name)
            setattr(claim, "inputs" if name == "input" else name, " ".join(node.text.split()))
            claim.places[name] = node.place
    if "at" in entry.pairs:
        at = entry.pairs["at"]
        parts = at.items if isinstance(at, Sequence) else [at]
        claim.at = tuple(part.text for part in parts if isinstance(part, Scalar) and part.text)
        if not parts or len(claim.at) < len(parts):
            raise SpecError("wrong-shape-of-spec", "`at` is the name of a layer, or a list of them", at.place)
        claim.places["at"] = at.place
    if "set" in entry.pairs:
        given = entry.pairs["set"]
        if not isinstance(given, Mapping):
            raise SpecError("wrong-shape-of-spec", f"`set` is a mapping, not {given.what}", given.place)
        claim.settings = {name: _written(value) for name, value in given.pairs.items()}
        claim.places["set"] = given.place
    if "slide" in entry.pairs:
        node = single_value(entry, "slide")
        if not node.text.isascii() or not node.text.isdigit() or len(node.text) > 6:
            raise SpecError("bad-claim", f"`slide` is the number of a slide, not '{node.text[:40]}'", node.place)
        claim.slide = int(node.text)


def _listed(names: tuple[str, ...]) -> str:
    """All names, or the ends of a long list."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{names[0]}, {names[1]}, ..., {names[-1]} ({len(names)} in all)"


def _written(node: Node) -> str:
    """A value as `--set` takes it."""
    if isinstance(node, Sequence):
        return f"[{', '.join(map(_written, node.items))}]"
    if isinstance(node, Scalar):
        return node.text
    raise SpecError("wrong-shape-of-spec", f"a parameter is a value or a list, not {node.what}", node.place)


def check_settings(spec: Spec, claim: Claim) -> None:
    """Raises SpecError where `set` names a parameter that the spec has not."""
    for name in claim.settings:
        if name not in spec.params:
            hint = did_you_mean(name, spec.params)
            raise SpecError("unknown-parameter", f"the spec has no parameter '{name}'", claim.places["set"], hint)


def _check(spec: Spec, claim: Claim, entry: Mapping) -> None:
    """What can be seen without building the model."""
    if not claim.source:
        hint = 'source: "arXiv:1512.03385 Table 1"'
        raise SpecError("missing-key", "a claim needs a source: where the figure was published", entry.place, hint)
    check_settings(spec, claim)
    if claim.instead:
        _check_instead(claim)
    if claim.quantity == "layers":
        if claim.of and claim.of not in KINDS:
            hint = did_you_mean(claim.of, KINDS)
            raise SpecError("unknown-kind", f"there is no layer kind '{claim.of[:80]}'", claim.places["of"], hint)
    elif (claim.quantity in ("value", "field", "setting")) != bool(claim.of):
        needs = f"`{claim.quantity}` needs `of`" if not claim.of else f"`of` does not go with {claim.quantity}"
        hint = '{value: 35K, of: "(F*F*C + 1)*K", at: conv1}, {field: 11x11, of: kernel, at: conv1}, {setting: 12, of: depth}'
        raise SpecError("bad-claim", needs, claim.place, hint)
    if claim.quantity == "setting" and claim.of not in spec.params:
        raise SpecError("unknown-parameter", f"the spec has no parameter '{claim.of}'", claim.places["of"],
                        did_you_mean(claim.of, spec.params))  # fmt: skip
    if claim.quantity in ("value", "field") and not claim.at:
        raise SpecError("bad-claim", f"`{claim.quantity}` is about a layer: at: NAME", claim.place)
    if claim.at and claim.quantity not in (*OF_LAYERS, "output", "value", "field"):
        raise SpecError("bad-claim", f"{claim.quantity} is of the whole model, not of layers", claim.places["at"])
    if (claim.figure.sort == "ratio") != bool(claim.than):
        message = "a ratio needs `than`: the model that it compares with" if not claim.than else "`than` goes with a ratio"
        raise SpecError("bad-claim", message, claim.place, "{params: 27x less, than: vgg16}")
    if claim.figure.sort in ("percent", "most") and not claim.at:
        raise SpecError("bad-claim", f"'{claim.text}' is a share of the whole: `at` says of which layers", claim.place)


def _check_instead(claim: Claim) -> None:
    """What was counted instead is a formula that gives the printed figure, where that does not hold."""
    place = claim.places["instead"]
    if not claim.erratum:
        raise SpecError("bad-claim", "`instead` stands beside an `erratum`: what the source counted in place of it", place)
    if claim.figure.sort not in EXPLICABLE:
        raise SpecError("bad-claim", f"'{claim.text[:80]}' is no number and no sizes, which a formula could give", place)
    try:
        formula(claim.instead)
    except FormulaError as error:
        raise SpecError("bad-claim", f"`instead`: {error.message}", place, "such as: params / 2**20, macs + 86704128") from None
    except SpecError as error:  # a formula of numbers only is worked out at once
        error.place = place
        raise
