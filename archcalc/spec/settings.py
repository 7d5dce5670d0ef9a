"""The values of a spec's parameters: the defaults, what a variant sets, what the user sets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from archcalc.arithmetic import EXACT, Algebra, Values, simplest
from archcalc.errors import SpecError, did_you_mean
from archcalc.source import Source, parse
from archcalc.spec.model import Spec, Variant
from archcalc.spec.read import override


def settings(spec: Spec, variant: Variant, overrides: Mapping[str, Any], algebra: Algebra = EXACT) -> dict[str, Any]:
    """The value of every parameter: the default, what the variant sets, what the user sets; later ones may use earlier ones.

    An override is a text in the spec language ("32", "[3, 4, 6, 3]", "bottleneck") or a value. Raises SpecError.
    """
    for name in overrides:
        if name not in spec.params:
            hint = did_you_mean(name, spec.params) or "it has no parameters"
            raise SpecError("unknown-parameter", f"{variant.name} has no parameter '{name}'", None, hint, name)
    values: dict[str, Any] = {}
    for name, param in spec.params.items():
        given = overrides.get(name)
        if isinstance(given, str):
            expression = override(spec, name, parse(Source(f"--set {name}", given)))
            values[name] = expression.value(values, algebra)
        elif given is not None:
            values[name] = _plain(name, given)
        else:
            values[name] = variant.values.get(name, param.default).value(values, algebra)
    return values


def _plain(name: str, given: Any) -> Any:
    """A parameter's value that comes from a program, as a value of the spec language."""
    if isinstance(given, float) and isfinite(given):
        return simplest(Fraction(repr(given)))
    if isinstance(given, list | tuple):
        return Values(_plain(name, part) for part in given)
    if isinstance(given, dict | set | float | bytes):
        raise SpecError("bad-value", f"the parameter '{name}' cannot be {given!r}")
    return given
