"""The library: models worked out from Python. Everything here is a name of the package `archcalc` itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import isfinite
from os import PathLike
from typing import Any

from archcalc.analysis import BYTES, LayerReport, Report, Totals, make_report
from archcalc.analysis.inputs import algebra_for, read_size, read_sizes
from archcalc.arithmetic import Values, simplest
from archcalc.build import build
from archcalc.errors import Place, SpecError
from archcalc.spec.settings import settings
from archcalc.zoo import Model, load, load_text, models

__all__ = ["LayerReport", "Model", "Place", "Report", "SpecError", "Totals", "analyze", "load", "load_text", "models"]


def analyze(
    model: str | PathLike[str] | Model,
    *,
    input: str | Iterable[Any] | Mapping[str, Any] | None = None,
    batch: int | str = 1,
    set: Mapping[str, Any] | None = None,
    symbols: Iterable[str] = (),
    dtype: str = "fp32",
    strict: bool = False,
) -> Report:
    """Work a model out.

    `model` is a name of the zoo ("resnet50"), a path ("my_net.yaml", "nets.yaml:small") or a loaded Model. `input` is the
    size of one sample, channels first: (3, 320, 256) or "3x32*sx32*s", where letters are symbols; a mapping for several
    inputs. `set` gives parameters other values, `symbols` names parameters that stay symbols. Counts of values and
    operations are multiplied by `batch`. `strict` makes a stride that drops real pixels an error.

    Raises SpecError for anything wrong with the model, the spec or the settings.
    """
    found = model if isinstance(model, Model) else load(model)
    inputs = _inputs(found, input)
    size = read_size(batch) if isinstance(batch, str) else batch
    if isinstance(size, (bool, float, Fraction)) or (isinstance(size, int) and size < 1):
        raise SpecError("bad-option", f"the batch must be a whole number of at least 1, not {size}", None, "", str(batch))
    if dtype not in BYTES:
        raise SpecError("bad-option", f"unknown dtype '{dtype}'", None, "known here: " + ", ".join(BYTES), str(dtype))
    overrides = {name: _exact(value) for name, value in (set or {}).items()}
    overrides.update((name, read_size(name)) for name in symbols)
    sizes = [value for shape in inputs.values() for value in shape]
    algebra = algebra_for([size, *sizes, *overrides.values()])
    graph = build(found.spec, found.variant, overrides, inputs, algebra)
    report = make_report(found.name, graph, algebra, size, dtype, strict)
    report.title, report.cite, report.spec_name = found.spec.title, found.spec.cite, found.spec.source.name
    report.settings = settings(found.spec, found.variant, overrides, algebra)
    return report


def _exact(value: Any) -> Any:
    """A parameter's value as formulas have it: a list as Values, a float as the fraction that its digits say."""
    if isinstance(value, (list, tuple)):
        return Values(_exact(part) for part in value)
    if isinstance(value, float):
        if not isfinite(value):
            raise SpecError("bad-option", f"a parameter cannot be {value}")
        return simplest(Fraction(repr(value)))
    return value


def _inputs(model: Model, given: str | Iterable[Any] | Mapping[str, Any] | None) -> dict[str, tuple[Any, ...]]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {name: read_sizes(sizes) for name, sizes in given.items()}
    names = list(model.spec.inputs)
    if len(names) > 1:
        hint = f"name each: --input {names[0]}=3x224x224"
        raise SpecError("bad-option", f"{model.name} has several inputs: {', '.join(names)}", None, hint)
    return {names[0]: read_sizes(given)}
