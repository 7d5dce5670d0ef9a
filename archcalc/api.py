"""The library: models worked out from Python. Everything here is a name of the package `archcalc` itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from os import PathLike, fsdecode
from typing import TYPE_CHECKING, Any

from archcalc.analysis import BYTES, LayerReport, Report, Totals, make_report
from archcalc.analysis.inputs import algebra_for, read_batch, read_size, read_sizes
from archcalc.analysis.published import Published
from archcalc.arithmetic import EXACT
from archcalc.build import build
from archcalc.errors import Place, SpecError
from archcalc.graph import Graph
from archcalc.spec.settings import as_value, derived, settings
from archcalc.zoo import Model, load, load_text, models

if TYPE_CHECKING:
    from archcalc.checking import SpecCheck
    from archcalc.differences import Comparison, Difference, Side
    from archcalc.torch_backend import Network, Verification

__all__ = [
    "LayerReport",
    "Model",
    "Place",
    "Report",
    "SpecError",
    "Totals",
    "analyze",
    "check",
    "compare",
    "diff",
    "load",
    "load_text",
    "machine",
    "models",
    "to_torch",
    "verify",
]

Input = str | Iterable[Any] | Mapping[str, Any] | None


def analyze(
    model: str | PathLike[str] | Model,
    *,
    input: Input = None,
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
    samples = read_batch(batch)
    if not isinstance(dtype, str) or dtype.lower() not in BYTES:
        shown = dtype if isinstance(dtype, str) else type(dtype).__name__
        raise SpecError("bad-option", f"unknown dtype '{shown}'", None, "known here: " + ", ".join(BYTES), shown)
    overrides = _overrides(set, symbols)
    sizes = [value for shape in inputs.values() for value in shape]
    algebra = algebra_for([samples, *sizes, *overrides.values()])
    graph = build(found.spec, found.variant, overrides, inputs, algebra)
    report = make_report(found.name, graph, algebra, samples, dtype.lower(), strict)
    report.title, report.cite, report.spec_name = found.spec.title, found.spec.cite, found.spec.source.name
    report.settings = settings(found.spec, found.variant, overrides, algebra)
    report.derived = derived(found.spec, found.variant, overrides)
    report.notes += _turned_round(found, inputs, report.settings)
    as_it_is = not inputs and not overrides and str(samples) == "1" and report.dtype == "fp32"
    if as_it_is and "erratum" in found.spec.source.text:
        report.errata = partial(_errata, found)
    return report


def _errata(model: Model, report: Report) -> list[Published]:
    """The published figures that differ. Claims are not even parsed until someone shows them."""
    from archcalc.checking import explained

    return explained(model, report, analyze)


def check(
    *names: str | PathLike[str],
    source: str = "",
    fail_fast: bool = False,
    only_specs: bool = False,
    baselines: Iterable[str | PathLike[str]] = (),
) -> Iterator[SpecCheck]:
    """Check specs, one after the other: every variant can be built, what is claimed of it holds, what is expected is so.

    `names` are models, specs of the zoo, files and folders; without any the whole zoo. `source` keeps the claims whose source
    has this text in it, whatever the case, spaces and marks, and no expectations. `fail_fast` ends with the first spec that
    has something wrong. With `only_specs` YAML files without `layers` and `input` are skipped. `baselines` are saved reports
    (`archcalc MODEL --json > old.json`): where a budget is passed, the layers are named that grew since.

    What is wrong with a spec stands in its result; SpecError is raised for a name that leads to no spec, and for a baseline
    that cannot be read.
    """
    from archcalc.checking import check_spec, targets  # most commands check nothing

    part = _plain_text(source)
    if source and not part:
        raise SpecError("bad-option", f"'{source[:80]}' has no letters and no digits", None, "such as lecture12", source)
    wanted = (lambda claim: part in _plain_text(claim.source)) if source else None
    saved = _baselines(list(baselines))
    for target in targets([fsdecode(name) for name in names]):
        result = check_spec(target, analyze, wanted, saved, only_specs)
        yield result
        if fail_fast and not result.good:
            return


def _baselines(paths: list[str | PathLike[str]]) -> dict[str, Side]:
    if not paths:
        return {}
    from archcalc.differences import read_saved

    return {side.name: side for side in (read_saved(fsdecode(path)) for path in paths)}


def _plain_text(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def compare(
    *models: str | PathLike[str] | Model | Report,
    to: str | None = None,
    sort: str | None = None,
    reverse: bool = False,
    input: Input = None,
    batch: int | str = 1,
    set: Mapping[str, Any] | None = None,
    dtype: str = "fp32",
) -> Comparison:
    """Models side by side, with ratios to the first, or to the model `to`.

    Each may have settings of its own, as text: "resnet50,width=32,input=3x256x256". A parameter in `set` is for all models that
    have it. `sort` is params, macs, activations or depth; `reverse` turns the order round. Reports stay as they are.

    Raises SpecError for anything wrong with a model or a setting, and for a parameter that none of the models has.
    """
    from archcalc.differences import Entry, comparison  # most commands compare nothing

    if not models:
        raise SpecError("bad-option", "there is no model to compare")
    found, notes = _reports(models, {"input": input, "batch": batch, "dtype": dtype}, set)
    return comparison([Entry(label, report) for label, report in found], to, sort, reverse, notes)


def diff(
    before: str | PathLike[str] | Model | Report,
    after: str | PathLike[str] | Model | Report,
    *,
    input: Input = None,
    batch: int | str = 1,
    set: Mapping[str, Any] | None = None,
    dtype: str = "fp32",
) -> Difference:
    """What changed from one network to another: totals, and layers that were added, removed, changed or renamed.

    Each is a model, one with settings of its own ("resnet50,width=32"), a report, or a file with a saved one
    (`archcalc MODEL --json > old.json`). The keywords are for models; a report, saved or not, stays as it is.

    Raises SpecError for anything wrong with a model, a setting or a saved report, and where there are symbols.
    """
    from archcalc.differences import Side, difference, is_saved, read_saved, side_of

    sides: list[Any] = []
    for one in (before, after):
        path = fsdecode(one) if isinstance(one, (str, PathLike)) else ""
        sides.append(read_saved(path) if is_saved(path) else one)
    asked = [one for one in sides if not isinstance(one, Side)]
    if not asked and (input is not None or set or batch not in (1, "1") or dtype != "fp32"):
        raise SpecError("bad-option", "both sides are saved reports, which are not worked out again")
    found, notes = _reports(asked, {"input": input, "batch": batch, "dtype": dtype}, set)
    worked = iter([side_of(report, label) for label, report in found])
    ready: list[Side] = [one if isinstance(one, Side) else next(worked) for one in sides]
    result = difference(ready[0], ready[1])
    result.notes += notes
    return result


def _reports(
    given: Iterable[Any], options: Mapping[str, Any], set: Mapping[str, Any] | None
) -> tuple[list[tuple[str, Report]], list[str]]:
    """What models are called, and their reports; and remarks on settings that some of them have not. Raises SpecError."""
    from archcalc.differences import read_asked, shared

    asked = [one if isinstance(one, Report) else read_asked(one) for one in given]
    settings, notes = shared(_overrides(set, ()), [one for one in asked if not isinstance(one, Report)])
    own = iter(settings)
    found = []
    for one in asked:
        if isinstance(one, Report):
            found.append((one.name, one))
        else:
            found.append((one.label, analyze(one.model, set=next(own), **{**options, **one.options})))
    return found, notes


def to_torch(
    model: str | PathLike[str] | Model,
    *,
    input: Input = None,
    set: Mapping[str, Any] | None = None,
    device: Any = "cpu",
    dtype: Any = "fp32",
    **parameters: Any,
) -> Network:
    """The model as a torch.nn.Module, its parameters begun at random.

    `input` is the size of a sample, as for `analyze`; it settles sizes such as those of a linear layer after flatten. Other
    keywords are parameters of the spec, as `set` has them: `to_torch("resnet50", classes=10)`. `device` is torch's, and
    `meta` makes a module without memory; `dtype` is fp32, fp16, bf16 or torch's.

    Raises SpecError for anything wrong with the model or the settings, and if torch is not installed.
    """
    backend = _backend()
    found, graph = _graph(model, input, {**(set or {}), **parameters})
    network: Network = backend.make_network(found.name, graph, device, dtype)
    return network


def verify(
    model: str | PathLike[str] | Model,
    *,
    input: Input = None,
    set: Mapping[str, Any] | None = None,
    device: str = "auto",
    batch: int = 1,
    dtype: str = "fp32",
    train: bool = False,
    repeats: int = 0,
) -> Verification:
    """Build the model in torch and hold every figure against it, layer by layer.

    Counts are taken on torch's `meta` device. Unless `device` is "meta" the model also runs for real ("auto": on a GPU if
    there is one), with `train` forward and backward, and is timed `repeats` times (0: as suits the device).

    Raises SpecError for anything wrong with the model or the settings, and if torch is not installed. That a figure differs
    is no error: `.equal` and `.problems` of the result say so.
    """
    backend = _backend()
    how = backend.read_how(device, batch, dtype, train, repeats)
    found, graph = _graph(model, input, set)
    result: Verification = backend.verify_graph(found.name, found.spec.title, graph, how)
    result.settings = settings(found.spec, found.variant, _overrides(set, ()), EXACT)
    return result


def machine(device: str = "auto") -> dict[str, Any]:
    """The machine that `verify` runs on: device, driver, threads, version of torch. Raises SpecError without torch."""
    backend = _backend()
    facts: dict[str, Any] = backend.describe(backend.read_how(device, 1, "fp32", False, 0).device)
    return facts


def _backend() -> Any:
    """The torch backend. Raises SpecError("no-torch") if torch cannot be imported."""
    try:
        import archcalc.torch_backend as backend
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("torch", ""):
            raise
        missing = "is not installed" if isinstance(error, ModuleNotFoundError) else f"cannot be loaded ({error})"
        raise SpecError("no-torch", f"PyTorch {missing}; `pip install torch` installs it") from None
    return backend


def _graph(model: str | PathLike[str] | Model, input: Input, given: Mapping[str, Any] | None) -> tuple[Model, Graph]:
    """A model built with plain numbers, as running it takes. Raises SpecError."""
    found = model if isinstance(model, Model) else load(model)
    inputs, overrides = _inputs(found, input), _overrides(given, ())
    for value in (*(size for shape in inputs.values() for size in shape), *overrides.values()):
        if algebra_for([value]) is not EXACT:
            hint = "give it a number; `archcalc MODEL` works with symbols"
            raise SpecError(
                "undecided", f"a network that runs needs plain numbers, and '{value}' is a symbol", None, hint, str(value)
            )
    return found, build(found.spec, found.variant, overrides, inputs)


def _overrides(given: Mapping[str, Any] | None, symbols: Iterable[str]) -> dict[str, Any]:
    """The parameters that the user sets or keeps as symbols, by name."""
    if given is not None and not isinstance(given, Mapping):
        raise SpecError("bad-option", f"`set` is a mapping of parameters to values, not {type(given).__name__}")
    names = [symbols] if isinstance(symbols, str) else list(symbols) if isinstance(symbols, Iterable) else [None]
    if not all(isinstance(name, str) for name in names):
        raise SpecError("bad-option", "`symbols` is a list of names of parameters")
    overrides = {str(name): as_value(f"the parameter '{name}'", value) for name, value in (given or {}).items()}
    for name in map(str, names):
        if name in overrides:
            raise SpecError("bad-option", f"'{name}' cannot be set and be a symbol at once", culprit=name)
        overrides[name] = read_size(name)
    return overrides


def _inputs(model: Model, given: Input) -> dict[str, tuple[Any, ...]]:
    if given is None:
        return {}
    names = list(model.spec.inputs)
    if isinstance(given, Mapping):
        known = {"input": names[0]} if len(names) == 1 else {}  # the only input is called so in tables and reports
        return {known.get(name, str(name)): read_sizes(sizes) for name, sizes in given.items()}
    if len(names) > 1:
        hint = f"name each: --input {names[0]}=3x224x224"
        raise SpecError("bad-option", f"{model.name} has several inputs: {', '.join(names)}", None, hint)
    return {names[0]: read_sizes(given)}


def _turned_round(model: Model, inputs: dict[str, tuple[Any, ...]], values: Mapping[str, Any]) -> list[str]:
    """A remark where an input was most likely given channels last: 224x224x3 for 3x224x224."""
    notes = []
    for name, sizes in inputs.items():
        usual = model.spec.inputs[name].value(values) if name in model.spec.inputs else ()
        given, meant = [str(size) for size in sizes], [str(size) for size in usual]
        if len(given) == len(meant) == 3 and given[0] != meant[0] and meant[0] in ("1", "3") and given[2] == meant[0]:
            turned = "x".join([given[2], *given[:2]])
            notes.append(f"the input has {given[0]} channels; sizes are given channels first: did you mean {turned}?")
    return notes
