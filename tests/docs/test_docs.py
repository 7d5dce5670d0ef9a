"""The docs say what the code does: generated parts and shown outputs are as they would be made now, and examples work."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

import jsonschema
import pytest
import yaml

import archcalc
from archcalc import differences
from archcalc.claims import read_figure
from archcalc.claims.read import QUANTITIES
from archcalc.cli.main import COMMANDS
from archcalc.errors import CODES, SpecError
from archcalc.layers.base import KINDS
from archcalc.schema import schema
from docs import pages
from docs.generate import ROOT, documents, name_of, renewed
from docs.markdown import Block, blocks, with_parts
from docs.run import Session, run, workplace

DOCUMENTS = {name_of(path): path.read_text("utf-8") for path in documents()}
RENEW = "the docs are not as they would be made now; run: python -m tests.docs.generate"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_shown_is_out_of_date(name: str) -> None:
    if re.search(r"^(\$ archcalc verify|>>> .*to_torch)", DOCUMENTS[name], re.MULTILINE):
        pytest.importorskip("torch")
    new = renewed(DOCUMENTS[name])
    assert DOCUMENTS[name].splitlines() == new.splitlines(), RENEW


# ------------------------------------------------------------------------------------------ YAML


def completed(text: str) -> str:
    """A fragment as a whole spec: with `layers:` around a list, an input if there is none, and a layer if there is none."""
    bare = re.sub(r"\A(?:#.*\n)+", "", text)
    if bare.startswith("- "):
        text = "layers:\n" + indent(text, "  ")
    if not re.search(r"^inputs?:", text, re.MULTILINE):
        text = f"input: [64, 56, 56]\n{text}"
    return text if re.search(r"^layers:", text, re.MULTILINE) else f"{text}\nlayers: [identity]\n"


def examples(name: str) -> Iterator[tuple[Block, Session]]:
    """The blocks of a document, each when what stands above it has been done."""
    with workplace() as session:
        for block in blocks(DOCUMENTS[name]):
            if block.file:
                session.renewed(block)
            yield block, session


@pytest.mark.parametrize("name", [name for name, text in DOCUMENTS.items() if "```yaml" in text])
def test_yaml_is_built_and_valid_for_editors(name: str) -> None:
    for block, _ in examples(name):
        if block.language != "yaml" or not yaml.safe_load(block.text):
            continue
        text = completed(block.text)
        if block.error:
            with pytest.raises(SpecError) as raised:
                archcalc.analyze(archcalc.load_text(text))
            assert raised.value.code == block.error, f"{name}:{block.line}"
            continue
        try:
            spec = archcalc.load_text(text).spec
            for variant in spec.variants:
                archcalc.analyze(archcalc.load_text(text, variant=variant))
        except SpecError as error:
            pytest.fail(f"{name}:{block.line}:\n{error}")
        wrong = [error.message for error in jsonschema.Draft7Validator(schema()).iter_errors(yaml.safe_load(text))]
        assert not wrong, f"{name}:{block.line}: {wrong}"


@pytest.mark.parametrize("text", ["- relu\n", "params: {a: 3}\n", "# net.yaml\n- relu", "input: [3]\n", "layers: [relu]\n"])
def test_fragments_are_completed(text: str) -> None:
    assert archcalc.analyze(archcalc.load_text(completed(text))).layers


# ------------------------------------------------------------------------------------------ particular pages


def test_the_example_kind_passes_the_tests_of_kinds() -> None:
    pytest.importorskip("torch")
    from layers import test_against_torch, test_kinds

    seen = set()
    before = dict(KINDS)
    for block, _ in examples("adding-a-layer.md"):
        if not block.file.startswith("tests/"):
            continue
        seen.add(block.file)
        module: Any = {"tests/layers/test_against_torch.py": test_against_torch, "tests/layers/test_kinds.py": test_kinds}[
            block.file
        ]
        for row in eval(f"[{block.text}]", vars(module)):
            assert row[0] not in before, "the example has become a kind; choose another"
            if module is test_kinds:
                module.test_elementwise_operations_are_what_one_counts_by_hand(*row)
            else:
                module.test_the_rule_says_what_torch_does(row)
                module.test_four_pictures_or_windows_of_tokens_cost_four_times_as_much(row)
    assert len(seen) == 2
    assert before == KINDS, "the example kind is gone again"


def explained_fields(page: str, cls: str) -> set[str]:
    """The fields of a class that a page has a table of."""
    part = re.search(rf"<!-- fields: {cls} -->\n\n\| field.*?(\n\n|\Z)", DOCUMENTS[page], re.DOTALL)
    assert part
    return {name for row in part[0].split("\n")[2:] for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}


@pytest.mark.parametrize(
    "cls", [archcalc.Report, archcalc.Totals, archcalc.LayerReport, differences.Comparison, differences.Difference,
            differences.LayerChange]
)  # fmt: skip
def test_every_field_of_the_library_is_explained(cls: type) -> None:
    explained = explained_fields("library.md", cls.__name__)
    properties = {name for name, value in vars(cls).items() if isinstance(value, property)}
    fields = {*cls.__slots__, *properties}  # type: ignore[attr-defined]
    behind = {archcalc.LayerReport: {"origin", "title"}, archcalc.Report: {"errata"}}  # `place` and `published` are for users
    fields -= behind.get(cls, set())
    assert explained == fields


def table_of(name: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its own two lines."""
    text = DOCUMENTS[name].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]


def test_every_quantity_of_a_claim_is_explained() -> None:
    explained = [name for row in table_of("claims.md", "Quantities") for name in re.findall("`([^`]+)`", row[0])]
    assert sorted(explained) == sorted(QUANTITIES)


def test_every_form_of_a_figure_is_read() -> None:
    rows = table_of("claims.md", "Figures")
    for row in rows:
        quantity = next((word for word in ("bytes", "output", "setting") if word in row[0]), "params")
        for example in re.findall("`([^`]+)`", row[1]):
            assert read_figure(example.strip('"'), "param_bytes" if quantity == "bytes" else quantity), example
    assert len(rows) > 8


def test_every_field_of_a_verification_is_explained() -> None:
    pytest.importorskip("torch")
    result = archcalc.verify("lenet5", device="cpu", repeats=1)
    for found in (result, result.layers[1], result.run):
        properties = {name for name, value in vars(type(found)).items() if isinstance(value, property)}
        fields = {*getattr(found, "__slots__", ()), *getattr(found, "__dict__", ()), *properties}
        assert explained_fields("torch.md", type(found).__name__) == fields


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("library.md", "analyze"),
        ("library.md", "compare"),
        ("library.md", "diff"),
        ("torch.md", "verify"),
        ("torch.md", "to_torch"),
    ],
    ids=lambda part: part,
)
def test_functions_are_shown_as_they_are(page: str, name: str) -> None:
    shown = re.search(rf"`(?:archcalc\.)?{name}\((.*?)\)`", DOCUMENTS[page])
    assert shown
    names = re.findall(r"(?:^|, )\*{0,2}(\w+)(?:=(\"\w+\"|\(\)|\w+))?(?=,|$)", shown[1].replace("*, ", ""))
    parameters = inspect.signature(getattr(archcalc, name)).parameters.values()
    empty = inspect.Parameter.empty
    assert names == [(p.name, "" if p.default is empty else repr(p.default).replace("'", '"')) for p in parameters]


def test_every_command_kind_and_code_has_its_place() -> None:
    for page, wanted in (("cli.md", [f"archcalc {name}" for name in COMMANDS]), ("layers.md", KINDS), ("errors.md", CODES)):
        headings = re.findall(r"^##+ (.+)$", DOCUMENTS[page], re.MULTILINE)
        assert set(wanted) <= set(headings), page
    for name in COMMANDS:
        assert run([name, "--help"]).strip()


@pytest.mark.parametrize("page", ["README.md", "conventions.md"])
def test_the_comparison_has_the_numbers_of_archcalc(page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+\.\d{4}) \|", DOCUMENTS[page], re.MULTILINE)
    assert len(rows) >= 3
    for model, shown in rows:
        assert f"{archcalc.analyze(model).totals.macs / 1e9:.4f}" == shown


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    folder = ROOT if name == "README.md" else (ROOT / "docs" / name).parent
    for link in re.findall(r"\]\(([^)\s]+)\)", DOCUMENTS[name]):
        path, _, heading = link.partition("#")
        assert "://" not in link and (folder / path).exists(), link
        assert not heading, "links go to whole pages, which cannot lose a heading"


def test_the_readme_has_the_line_that_installs_and_tests() -> None:
    parts = re.split(r"^## (.+)\n", DOCUMENTS["README.md"], flags=re.MULTILINE)
    (under,) = (text for heading, text in zip(parts[1::2], parts[2::2], strict=True) if "Test" in heading)
    assert "```sh\npip install '.[test]' && pytest\n```" in under


def test_bad_specs_become_examples_of_their_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BAD", tmp_path)
    assert "error[recursion]" not in pages.codes()
    bad = "input: [3]\nblocks: {a: {layers: [a]}} # error: recursion\nlayers: [a]\n"
    (tmp_path / "loop.yaml").write_text(bad, "utf-8")
    (tmp_path / "a_picture.yaml").write_bytes(b"\xff\xd8 # error: not-text")
    (example,) = re.findall(r"^error\[recursion\].*?```", pages.codes(), re.MULTILINE | re.DOTALL)
    assert "loop.yaml:2" in example and "# error" not in example


# ------------------------------------------------------------------------------------------ the checks can fail


def test_an_output_that_is_out_of_date_is_renewed() -> None:
    old = "```console\n$ archcalc list zfnet\n1913  ZFNet  zf\n```\n"
    assert renewed(old) == "```console\n$ archcalc list zfnet\n2013  ZFNet  zfnet zfnet_paper\n```\n"
    assert renewed("```pycon\n>>> 2 + 2\n5\n```\n") == "```pycon\n>>> 2 + 2\n4\n```\n"
    page = "<!-- generated: a -->\n\n{}\n\n<!-- end -->"
    assert with_parts(page.format("old"), {"a": lambda: "new"}) == page.format("new")


def test_files_and_errors_of_a_page() -> None:
    page = (
        "```yaml\n# a.yaml\ninput: [3]\nlayers: [rleu]\n```\n<!-- error: {} -->\n```console\n$ archcalc a.yaml | head -1\n```\n"
    )
    first = "error[unknown-kind]: 'rleu' is neither a layer kind nor a block\n"
    assert first in renewed(page.format("unknown-kind"))
    with pytest.raises(AssertionError, match="is wanted"):
        renewed(page.format("unknown-key"))
    with pytest.raises(AssertionError, match="no mistake is wanted"):
        renewed(page.replace("<!-- error: {} -->\n", ""))


@pytest.mark.parametrize("command", ["$ ls", "archcalc list", "$ archcalc list | wc -l", "$ archcalc list; ls"])
def test_only_archcalc_is_run(command: str) -> None:
    with pytest.raises((ValueError, AssertionError)):
        renewed(f"```console\n{command}\n```\n")


def test_the_workplace_is_left_as_it_was() -> None:
    before = Path.cwd()
    renewed("```yaml\n# a.yaml\ninput: [3]\nlayers: [relu]\n```\n")
    assert Path.cwd() == before and not Path("a.yaml").exists()
