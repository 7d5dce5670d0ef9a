"""Verifications for machines: a JSON record to keep, and JUnit's XML for CI."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from archcalc.__about__ import __version__

if TYPE_CHECKING:  # at run time this would load torch
    from archcalc.torch_backend import LayerCheck, Verification

SCHEMA = 1  # raised when a key changes its meaning


def record_data(results: list[Verification], mistakes: dict[str, str], machine: dict[str, Any], command: str) -> dict[str, Any]:
    """What was verified, on which machine, with every figure of every layer by archcalc and by torch.

    `mistakes` are the models that could not be built, and why.
    """
    return {
        "schema": SCHEMA,
        "archcalc": __version__,
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": command,
        "machine": machine,
        "equal": not mistakes and all(result.equal for result in results),
        "mistakes": mistakes,
        "models": [model_data(result) for result in results],
    }


def model_data(result: Verification) -> dict[str, Any]:
    """One network."""
    return {
        "name": result.name,
        "equal": result.equal,
        "problems": result.problems,
        "not_run": result.not_run,
        "left_out": result.left_out,
        "inputs": result.inputs,
        **result.how._asdict(),
        "settings": {name: str(value) for name, value in result.settings.items()},
        "totals": {name: pair._asdict() for name, pair in result.totals.items()},
        "copied_bytes": result.copied,
        "run": result.run.to_dict() if result.run is not None else None,
        "layers": [layer_data(layer) for layer in result.layers],
    }


def layer_data(layer: LayerCheck) -> dict[str, Any]:
    """One layer."""
    pairs = {name: pair._asdict() for name, pair in layer.pairs.items()}
    return {"name": layer.name, "kind": layer.kind, **pairs, "copied_bytes": layer.copied}


def junit_text(results: list[Verification], mistakes: dict[str, str]) -> str:
    """A test suite for each network, and a test case for each layer, the whole network and its run."""
    suites = ElementTree.Element("testsuites", name="archcalc verify")
    for name, mistake in mistakes.items():
        suite = ElementTree.SubElement(suites, "testsuite", name=clean(name), tests="1", errors="1", failures="0")
        case = ElementTree.SubElement(suite, "testcase", classname=clean(name), name="whole network")
        ElementTree.SubElement(case, "error", message="it could not be built").text = clean(mistake)
    for result in results:
        suite = ElementTree.SubElement(suites, "testsuite", name=clean(result.name))
        cases = [_case(suite, clean(result.name), layer) for layer in result.layers]
        whole = ElementTree.SubElement(suite, "testcase", classname=clean(result.name), name="whole network")
        problems = [*result.problems, *([f"not run: {result.not_run}"] if result.not_run else [])]
        if problems:
            ElementTree.SubElement(whole, "failure", message=f"{len(problems)} problem(s)").text = clean("\n".join(problems))
        suite.set("tests", str(len(cases) + 1))
        suite.set("failures", str(sum(cases) + bool(problems)))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def _case(suite: Any, model: str, layer: LayerCheck) -> bool:
    """Add a layer's test case; whether it failed."""
    case = ElementTree.SubElement(suite, "testcase", classname=model, name=layer.name)
    for name in layer.differences:
        pair = layer.pairs[name]
        text = f"{name}: archcalc {pair.archcalc}, torch {pair.torch}"
        ElementTree.SubElement(case, "failure", message=text)
    return bool(layer.differences)
