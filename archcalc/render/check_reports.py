"""What a check of specs found, for machines: JSON, JUnit's XML, annotations of GitHub, and SARIF."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from archcalc.__about__ import __version__
from archcalc.checking import SpecCheck
from archcalc.claims import Claim, Expectation, finding, value_text
from archcalc.errors import CODES, SpecError, render, visible
from archcalc.render.checks import summary_text, tally
from archcalc.render.record import clean

SCHEMA = 1  # raised when a key changes its meaning
Results = Sequence[SpecCheck]


# ------------------------------------------------------------------------------------------ JSON


def json_text(results: Results) -> str:
    """Everything that was checked, and what is wrong as data."""
    counts = tally(results)
    data = {
        "schema": SCHEMA,
        "archcalc": __version__,
        "good": all(result.good for result in results),
        "counts": {
            "specs": counts.specs,
            "models": counts.models,
            "unbuilt": counts.unbuilt,
            "skipped": counts.skipped,
            "claims": dict(counts.verdicts),
            "expectations": dict(counts.expected),
        },
        "specs": [_spec_data(result) for result in results if not result.skipped],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _spec_data(result: SpecCheck) -> dict[str, Any]:
    return {
        "name": result.name,
        "good": result.good,
        "models": result.models,
        "claims": [
            {**_claim_data(one.claim), "exact": _plain(one.value), "shown": value_text(one), "verdict": one.verdict,
             "source": one.claim.source, "slide": one.claim.slide, "erratum": one.claim.erratum or None,
             "instead": one.claim.instead or None}
            for one in result.checked
        ],
        "expectations": [
            {**_claim_data(one.expectation), "exact": _plain(one.value), "shown": one.shown, "verdict": one.verdict,
             "why": one.expectation.why or None}
            for one in result.expected
        ],
        "mistakes": [mistake_data(error) for error in result.everything],
    }  # fmt: skip


def _claim_data(claim: Claim) -> dict[str, Any]:
    usual: dict[str, Any] = {"input": None, "batch": "1", "dtype": "fp32", "set": {}}
    settings = {"input": claim.inputs, "batch": claim.batch, "dtype": claim.dtype, "set": claim.settings}
    return {
        "place": str(claim.place),
        "model": claim.model,
        "quantity": claim.quantity,
        "at": list(claim.at),
        "of": claim.of or None,
        "than": claim.than or None,
        "settings": {name: value for name, value in settings.items() if value != usual[name]},
        "figure": claim.text,
    }


def _plain(value: Any) -> Any:
    """Whole numbers as integers, quotients as numbers, sizes as text."""
    return value if isinstance(value, (int, str)) else float(value)


def mistake_data(error: SpecError) -> dict[str, Any]:
    """A mistake as data."""
    place = str(error.place) if error.place is not None else None
    return {
        "code": error.code,
        "message": error.message,
        "place": place,
        "hint": error.hint or None,
        "notes": [*error.notes, *(f"in {step}" for step in error.trail)],
    }


# ------------------------------------------------------------------------------------------ JUnit


def junit_text(results: Results) -> str:
    """A test suite a spec, with a test case for each model that is built, each claim and each expectation."""
    suites = ElementTree.Element("testsuites", name="archcalc check")
    for result in results:
        if not result.skipped:
            _suite(suites, result)
    for name in ("tests", "failures", "errors"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: Any, result: SpecCheck) -> None:
    suite = ElementTree.SubElement(suites, "testsuite", name=clean(result.name))
    attached = {id(error) for error in result.unbuilt.values()} | {id(error) for _, error in result.unheld}
    apart = [error for error in result.mistakes if id(error) not in attached]
    if apart:
        case = _case(suite, result, "spec", apart[0])
        for error in apart:
            _complain(case, "error", error)
    for model in result.models:
        _case(suite, result, f"{model} can be built", None)
    for model, error in result.unbuilt.items():
        _complain(_case(suite, result, f"{model} can be built", error), "error", error)
    for one in result.checked:
        case = _case(suite, result, case_name(one.claim), one.claim)
        found = finding(one)
        if found is not None:
            _complain(case, "failure", found)
    for kept in result.expected:
        case = _case(suite, result, case_name(kept.expectation), kept.expectation)
        if kept.finding is not None:
            _complain(case, "failure", kept.finding)
    for claim, error in result.unheld:
        _complain(_case(suite, result, case_name(claim), claim), "error", error)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    suite.set("errors", str(sum(case.find("error") is not None for case in suite)))


def case_name(claim: Claim) -> str:
    """What a claim is called among tests: "vgg16: params_no_bias of fc6 is 103M (line 64)"."""
    return f"{claim.model}: {about(claim)} (line {claim.place.line})"


def about(claim: Claim) -> str:
    """A claim in a few words: "params_no_bias of fc6 is 103M"; an expectation as it is written."""
    if isinstance(claim, Expectation):
        return claim.text
    return f"{claim.what}{f' against {claim.than}' if claim.than else ''} is {claim.text}"


def _case(suite: Any, result: SpecCheck, name: str, placed: Claim | SpecError | None) -> Any:
    case = ElementTree.SubElement(suite, "testcase", classname=clean(result.name), name=clean(name), file=clean(result.name))
    if placed is not None and placed.place is not None and placed.place.name == result.name:
        case.set("line", str(placed.place.line))
    return case


def _complain(case: Any, tag: str, error: SpecError) -> None:
    ElementTree.SubElement(case, tag, message=clean(error.message), type=error.code).text = clean(render(error))


# ------------------------------------------------------------------------------------------ GitHub


def github_text(results: Results) -> str:
    """A workflow command for each mistake, which GitHub shows beside the line, and the summary."""
    lines = [_annotation(result, error) for result in results for error in result.everything]
    return "\n".join([*lines, summary_text(results)])


def _annotation(result: SpecCheck, error: SpecError) -> str:
    place = error.place
    properties = {"file": _relative(place.name if place is not None else result.name)}
    if place is not None:
        properties |= {"line": str(place.line), "col": str(place.column), "endColumn": str(place.column + place.length)}
    properties["title"] = error.code
    shown = ",".join(f"{name}={_escaped(value, ',:')}" for name, value in properties.items())
    return f"::error {shown}::{_escaped(_said(error))}"


def _said(error: SpecError) -> str:
    """The mistake without its excerpt: message, hint and notes, a line each."""
    lines = [error.message, *([error.hint] if error.hint else []), *error.notes, *(f"in {step}" for step in error.trail)]
    return "\n".join(map(visible, lines))


def _escaped(text: str, further: str = "") -> str:
    """As workflow commands want it; in properties `,` and `:` too."""
    for character in f"%\r\n{further}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _relative(name: str) -> str:
    """A file's name with `/`, from the folder that a workflow checks out, wherever its step runs; else the current folder.

    As it is where it lies elsewhere.
    """
    inside = os.path.relpath(name, os.environ.get("GITHUB_WORKSPACE") or os.curdir)
    return os.path.normpath(name if inside.startswith("..") else inside).replace(os.sep, "/")


# ------------------------------------------------------------------------------------------ SARIF

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_text(results: Results) -> str:
    """SARIF 2.1.0: a result for each mistake, and a rule for each code among them."""
    errors = [(result, error) for result in results for error in result.everything]
    codes = sorted({error.code for _, error in errors})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].partition(": ")[0].partition(". ")[0].rstrip(".") + "."},
            "fullDescription": {"text": CODES[code]},
            "defaultConfiguration": {"level": "error"},
        }
        for code in codes
    ]
    driver = {"name": "archcalc", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(result, error, codes.index(error.code)) for result, error in errors],
    }
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _sarif_result(result: SpecCheck, error: SpecError, rule: int) -> dict[str, Any]:
    place = error.place
    where: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.name if place is not None else result.name)}}
    if place is not None:
        where["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": place.column + place.length,
        }
    return {
        "ruleId": error.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": _said(error)},
        "locations": [{"physicalLocation": where}],
    }


def _uri(name: str) -> str:
    """A file as a URI: relative, or with its scheme where it lies elsewhere. Its name may be any bytes."""
    path = _relative(name)
    return ("file://" if os.path.isabs(path) else "") + quote(os.fsencode(path))


FORMS: dict[str, Callable[[Results], str]] = {
    "json": json_text,
    "junit": junit_text,
    "github": github_text,
    "sarif": sarif_text,
}
