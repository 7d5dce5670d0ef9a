"""The generated parts of the docs, each made from the code: tables of kinds, functions, limits, error codes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import archcalc
from archcalc.analysis import BYTES, LayerReport, Report
from archcalc.arithmetic import FUNCTIONS
from archcalc.claims import ERRATUM, Checked, Claim, read_claims, value_text
from archcalc.errors import CODES, SpecError, render
from archcalc.layers.base import KINDS, Layer, Worksheet
from archcalc.lessons.worked import worked_sections
from archcalc.limits import Limits
from archcalc.render.kinds import default_text, doc, families
from archcalc.source import read_file
from archcalc.zoo import catalogue

from .markdown import escaped, table
from .run import shell

if TYPE_CHECKING:
    from zoo.tables import Case, Family

BAD = Path(__file__).parents[1] / "bad"

# ------------------------------------------------------------------------------------------ layer kinds

PICTURE, TOKENS, VECTOR = "[64, 56, 56]", "[197, 768]", "[4096]"
EXAMPLES = {  # kinds for which the first thing that works is not what one would write: input, layer
    "conv": (PICTURE, "conv: {out: 128, kernel: 3, pad: 1}"),
    "conv_transpose": (PICTURE, "conv_transpose: {out: 32, kernel: 2, stride: 2}"),
    "maxpool": ("[64, 112, 112]", "maxpool: {kernel: 3, stride: 2, pad: 1}"),
    "avgpool": (PICTURE, "avgpool: 2"),
    "adaptive_avgpool": (PICTURE, "adaptive_avgpool: 7"),
    "adaptive_maxpool": (PICTURE, "adaptive_maxpool: 7"),
    "layernorm": (TOKENS, "layernorm"),
    "softmax": ("[1000]", "softmax"),
    "linear": (VECTOR, "linear: 1000"),
    "multiply": (PICTURE, "multiply: 0.1"),
    "sparse_conv": ("[6, 14, 14]", "sparse_conv: {reads: [[0, 1, 2], [1, 2, 3], [0, 1, 2, 3, 4, 5]], kernel: 5}"),
    "rbf": ("[84]", "rbf: 10"),
    "embedding": ("[128]", "embedding: {count: 30000, width: 768}"),
    "attention": (TOKENS, "attention: 12"),
    "window_attention": ("[96, 56, 56]", "window_attention: {heads: 3, window: 7, shift: 3}"),
    "upsample": (PICTURE, "upsample: {factor: 2, mode: bilinear}"),
    "cycle_shift": (PICTURE, "cycle_shift: [1, 3]"),
    "mul": (PICTURE, "mul: {body: [], gate: [global_avgpool: {keep: true}]}"),
    "concat": (PICTURE, "concat: {old: [], new: [conv: {out: 32, kernel: 3, pad: 1}]}"),
}
VALUES = {
    "size": "32", "sizes": "3", "sides": "1", "border": "1", "count": "1", "parts": "2", "index": "0",
    "text": "c h w -> (h w) c",
}  # fmt: skip


@cache
def example(kind: str) -> tuple[str, str, Report, LayerReport]:
    """A typical layer of a kind: the input, the layer, the report, and the layer in it."""
    if kind in EXAMPLES:
        tries = [EXAMPLES[kind]]
    else:
        tries = [(sizes, f"{kind}{_arguments(KINDS[kind])}") for sizes in (PICTURE, TOKENS, VECTOR)]
    mistakes = []
    for sizes, layer in tries:
        try:
            report = archcalc.analyze(archcalc.load_text(f"name: net\ninput: {sizes}\nlayers:\n  - {layer}\n"))
        except SpecError as error:
            mistakes.append(str(error))
            continue
        (found,) = (one for one in report.layers if one.kind == kind)
        return sizes, layer, report, found
    raise AssertionError(f"no example of {kind} works; give one in EXAMPLES\n" + "\n".join(mistakes))


def _arguments(kind: type[Layer]) -> str:
    if kind.merges:
        return ": {a: [], b: []}"
    needed = {name: VALUES[field.type.name] for name, field in kind.fields.items() if field.required}
    if len(needed) == 1:
        return f": {next(iter(needed.values()))}"
    return f": {{{', '.join(f'{name}: {value}' for name, value in needed.items())}}}" if needed else ""


def kinds() -> str:
    """docs/layers.md: every kind, by family."""
    return "\n\n".join(f"## {family}\n\n" + "\n\n".join(map(_kind, names)) for family, names in families().items())


def _kind(name: str) -> str:
    kind = KINDS[name]
    sizes, layer, report, found = example(name)
    rows = [[f"`{key}`", field.type.doc, f"`{default_text(field)}`" if field.default is not None and not field.required
             else default_text(field), field.doc] for key, field in kind.fields.items()]  # fmt: skip
    parts = [f"### {name}", doc(kind)]
    if rows:
        parts.append(table(["field", "takes", "default", "meaning"], rows))
    if kind.merges:
        parts.append("Takes branches, `{NAME: [layers] or tensor, ...}`, or the tensors that flow in.")
    lines = ["\n".join(section.lines()) for section in worked_sections(report, found)]
    if found.work.layer.in_place:
        lines.append("memory\n  0: it works in place, or only renames or picks what is there")
    if kind.weighted_depth:
        lines.append(f"depth\n  {kind.weighted_depth}")
    shapes = " and ".join(str(shape) for shape in found.input_shapes), " and ".join(str(shape) for shape in found.output_shapes)
    parts.append(f"`{layer}` on an input of `{sizes}`, so from {shapes[0]} to {shapes[1]}:")
    parts.append("```text\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(parts)


def elementwise() -> str:
    """docs/conventions.md: what counts as an elementwise operation, for every kind that has some."""
    rows = []
    for name in (name for names in families().values() for name in names):
        _, _, _, layer = example(name)
        steps = [step for step in layer.work.steps if step.role == "elementwise"]
        for number, step in enumerate(steps):
            rows.append([f"`{name}`" if number == 0 else "", f"`{step.formula.text}`", step.note])
    return table(["kind", "operations", "which are"], rows)


def free() -> str:
    """docs/conventions.md: the kinds whose output takes no memory of its own."""
    return ", ".join(f"`{name}`" for names in families().values() for name in names if KINDS[name].in_place)


def weighted() -> str:
    """docs/conventions.md: the kinds that count for depth."""
    rows = [[f"`{name}`", str(kind.weighted_depth)] for name, kind in KINDS.items() if kind.weighted_depth]
    return table(["kind", "layers of depth"], rows)


def dtypes() -> str:
    """docs/conventions.md: bytes of one value."""
    return table(["dtype", *(f"`{name}`" for name in BYTES)], [["bytes", *(str(size) for size in BYTES.values())]])


# ------------------------------------------------------------------------------------------ the zoo


def models() -> str:
    """docs/zoo.md: every model with its figures, what it was held against, and how, by family."""
    from zoo.tables import families  # stands beside this folder: generate.py sees to it that it is found

    tables = {family.name: family for family in families()}
    parts = []
    for entry in catalogue():
        family = tables[entry.spec]
        rows = [_model_row(model, family) for model in entry.models]
        header = ["model", "params", "MACs", "memory (values)", "depth", "counterpart", "equal in", "claims"]
        source = f"[{entry.spec}.yaml](../specs/{entry.spec}.yaml): {_citation(entry.path)}"
        parts.append(f"### {entry.title}\n\n{source}\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def _citation(path: str) -> str:
    """The first line of a spec, and the second where the citation goes on."""
    first, second = read_file(path).text.splitlines()[:2]
    return first.removeprefix("# ") + (second.removeprefix("#") if first.endswith(",") else "")


def _model_row(model: str, family: Family) -> list[str]:
    found = archcalc.load(model)
    totals = archcalc.analyze(found).totals
    counts = [f"{count:,}" for count in (totals.params, totals.macs, totals.activations, totals.depth)]
    same, counted = ([case for case in cases if case.name == model] for cases in (family.same, family.counted))
    libraries = ", ".join(dict.fromkeys(case.library for case in (*same, *counted)))
    equal = []
    if same:
        equal.append("outputs" if any(map(_whole, same)) else "outputs, of fewer layers")
    if same or counted:
        equal.append("counts")
    claims = [claim for claim in read_claims(found.spec) if claim.model == model]
    wrong = sum(bool(claim.erratum) for claim in claims)
    said = f"{len(claims)}" + (f", {wrong} explained" if wrong else "") if claims else ""
    return [f"`{model}`", *counts, libraries, "; ".join(equal), said]


def _whole(case: Case) -> bool:
    """Whether a network that is compared has all layers of the model, and not the first few of those that repeat."""
    compared = archcalc.analyze(case.name, input=case.size, set=case.settings)
    return len(compared.layers) >= len(archcalc.analyze(case.name).layers)


# ------------------------------------------------------------------------------------------ the lecture

LECTURE = "CS231n lecture 12"
TOPICS = {1: "Reviews", 11: "AlexNet", 27: "ZFNet", 29: "VGG", 41: "GoogLeNet", 68: "ResNet", 94: "ResNet's successors",
          99: "Transformers", 111: "MLP-Mixer", 115: "Other networks"}  # fmt: skip


def lecture() -> str:
    """docs/lecture.md: every figure of the lecture that is claimed in a spec, in the order of the slides."""
    found = [one for result in archcalc.check(source=LECTURE) for one in result.checked]
    found.sort(key=lambda one: one.claim.slide or 0)  # the claims of a slide stay in the order of the specs
    wrong = [one for one in found if one.claim.erratum]
    models = len({one.claim.model for one in found})
    parts = [
        f"These are {len(found)} figures of {models} models: {len(found) - len(wrong)} hold, and {len(wrong)} do not.",
        "## What does not hold",
        "\n".join(_disagreement(one) for one in wrong),
    ]
    starts = [*TOPICS, 10**6]
    for start, end in pairwise(starts):
        rows = [_lecture_row(one) for one in found if start <= (one.claim.slide or 0) < end]
        header = ["slide", "model", "what", "printed", "exact", "verdict"]
        parts += [f"## {TOPICS[start]}", table(header, rows)] if rows else []
    return "\n\n".join(parts)


def _disagreement(one: Checked) -> str:
    claim = one.claim
    against = f" compared to {claim.than}" if claim.than else ""
    return (
        f"- Slide {claim.slide}, `{claim.model}`: {_what(claim)}{against}, printed `{claim.text}`, exact {value_text(one)}. "
        f"{escaped(claim.erratum)}"
    )


def _lecture_row(one: Checked) -> list[str]:
    claim = one.claim
    note = claim.source.removeprefix(LECTURE).removeprefix(", ")
    printed = f"`{claim.text}`" + (f" {escaped(note)}" if note else "")
    verdict = "erratum" if one.verdict == ERRATUM else one.verdict
    against = f", compared to {claim.than}" if claim.than else ""
    return [str(claim.slide), f"`{claim.model}`", _what(claim) + against, printed, value_text(one), verdict]


def _what(claim: Claim) -> str:
    """What a figure is of, with the formulas as code."""
    return claim.what.replace(claim.of, f"`{claim.of}`", 1) if claim.of else claim.what


# ------------------------------------------------------------------------------------------ formulas, limits, worksheet


def functions() -> str:
    """docs/language.md: the functions of formulas."""
    rows = []
    for name, (_, fewest, most, meaning) in FUNCTIONS.items():
        letters = {"divisible": ["x", "d", "least"], "size": ["t"], "sum": ["list"], "len": ["list"]}.get(name, ["x"])
        shown = f"{name}(x, y, ...)" if most > 3 else f"{name}({', '.join(letters[:fewest])})"
        optional = f", `{name}({', '.join(letters)})`" if 1 < most <= 3 and most > fewest else ""
        rows.append([f"`{shown}`{optional}", meaning])
    return table(["function", "value"], rows)


def limits() -> str:
    """docs/language.md: the limits, with the comments that stand beside them in the code."""
    source = re.findall(r"^    (\w+) = (.+?)  # (.+)$", inspect.getsource(Limits), re.MULTILINE)
    rows = [[f"`{name}`", f"{getattr(Limits, name):,}", meaning] for name, _, meaning in source]
    assert len(rows) == len([name for name in vars(Limits) if not name.startswith("_")])
    return table(["limit", "value", "of what"], rows)


def worksheet() -> str:
    """docs/adding-a-layer.md: what a rule can write."""
    rows = []
    for name, method in vars(Worksheet).items():
        if not name.startswith("_") and inspect.isfunction(method):
            arguments = [str(arg).split(":")[0] for arg in inspect.signature(method).parameters.values()][1:]
            text = " ".join((method.__doc__ or "").split())
            rows.append([f"`s.{name}({', '.join(arguments)})`", text])
    return table(["on the worksheet", "what it does"], rows)


# ------------------------------------------------------------------------------------------ errors

COMMANDS = {  # codes that are about a command line, or about what no text file shows
    "no-such-file": "archcalc nets/missing.yaml",
    "unknown-model": "archcalc resnet51",
    "unknown-layer": "archcalc alexnet conf1",
    "unknown-parameter": "archcalc alexnet --set clases=10",
    "undecided": "archcalc vgg16 --symbol depth",
    "bad-option": "archcalc alexnet --input 3x227x",
    "does-not-fit": "archcalc alexnet --input 3x224x224 --strict",
}
_MARK = re.compile(r" *# error: ([\w-]+).*$", re.MULTILINE)


def codes() -> str:
    """docs/errors.md: every code, with an example where there is one."""
    return "\n\n".join(f"## {code}\n\n{text}{_error_example(code)}" for code, text in CODES.items())


def _error_example(code: str) -> str:
    if code in COMMANDS:
        return f"\n\n<!-- error: {code} -->\n```console\n$ {COMMANDS[code]}\n{shell(COMMANDS[code])}```"
    for path in sorted(BAD.glob("*.yaml"), key=lambda path: (path.stem != code, path.stat().st_size, path.name)):
        shown = _bad(path, code)
        if shown:
            return shown
    return ""


def _bad(path: Path, code: str) -> str:
    """The rendering of the first mistake in a bad spec, if it has the code; else empty."""
    try:
        marked = path.read_bytes().decode()
    except UnicodeDecodeError:
        return ""
    if code not in _MARK.findall(marked):
        return ""
    text = _MARK.sub("", marked)
    try:
        archcalc.analyze(archcalc.load_text(text, path.name))
    except SpecError as error:
        error.also = []
        return f"\n\n```text\n{render(error)}\n```" if error.code == code else ""
    return ""


PARTS: dict[str, Callable[[], str]] = {
    function.__name__: function
    for function in (codes, dtypes, elementwise, free, functions, kinds, lecture, limits, models, weighted, worksheet)
}  # fmt: skip
