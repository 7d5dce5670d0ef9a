"""The values of a spec's parameters: the defaults, what a variant sets, what the user sets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from operator import index
from typing import Any

from archcalc.arithmetic import EXACT, Algebra, Values, show_number, simplest
from archcalc.errors import SpecError, did_you_mean
from archcalc.limits import limits
from archcalc.source import Source, parse
from archcalc.spec.model import Param, Spec, Variant
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
            values[name] = as_value(f"the parameter '{name}'", given)
        else:
            values[name] = variant.values.get(name, param.default).value(values, algebra)
        if not isinstance(values[name], bool) and _is_flag(param, values, algebra):
            shown = show_number(values[name])
            error = SpecError("bad-value", f"'{name}' is true or false, not {shown}", culprit="" if given is None else shown)
            raise error.at(variant.values.get(name, param.default).place) if given is None else error
    _meet(spec, variant, values, algebra)
    return values


def _meet(spec: Spec, variant: Variant, values: Mapping[str, Any], algebra: Algebra) -> None:
    """Raises SpecError("need-not-met") where the values are not those that the spec requires; symbols get the benefit."""
    for need in spec.needs:
        value = need.value(values, algebra)
        if need.formula is None or isinstance(value, (tuple, str, dict)):
            raise SpecError("bad-value", "a requirement is a condition, such as depth >= 11", need.place)
        if algebra.decide(value) is False:
            given = [f"{name} = {show_number(values[name])}" for name in spec.params if name in need.formula.names]
            together = " and ".join([", ".join(given[:-1]), given[-1]] if len(given) > 1 else given)
            raise SpecError("need-not-met", f"{variant.name} is not made for {together}", need.place)


def _is_flag(param: Param, values: Mapping[str, Any], algebra: Algebra) -> bool:
    """Whether a parameter's default is true or false, or follows from others that are."""
    try:
        return isinstance(param.default.value(values, algebra), bool)
    except SpecError:  # with these values there is no default
        return False


def derived(spec: Spec, variant: Variant, overrides: Mapping[str, Any]) -> dict[str, str]:
    """The formula of each parameter that follows from others, unless the user sets it."""
    formulas = {}
    for name, param in spec.params.items():
        used = variant.values.get(name, param.default)
        if name not in overrides and used.formula is not None and used.constant is None:
            formulas[name] = used.formula.text
    return formulas


def as_value(what: str, given: Any) -> Any:
    """A value that comes from a program, as the spec language has it: a float as the fraction that its digits say.

    Whole numbers of any kind (numpy's too) and an algebra's symbols are taken. Raises SpecError("bad-value") for the rest.
    """
    if isinstance(given, (bool, str, Fraction)) or getattr(given, "free_symbols", None):
        return given
    if isinstance(given, (list, tuple)):
        return Values(as_value(what, part) for part in given)
    if isinstance(given, float) and isfinite(given):
        return simplest(Fraction(repr(float(given))))
    try:
        whole = index(given)
    except TypeError:
        raise SpecError("bad-value", f"{what} cannot be of the Python type {type(given).__name__}") from None
    if whole.bit_length() > limits.bits:
        raise SpecError("too-large", f"{what} is a number of more than {limits.bits:,} bits")
    return whole
