"""Specs with mistakes: each must give its error at its line, whichever way it is wrong, and never anything else.

A file of tests/bad has `# error: code` on the offending line. What no such file can show (bytes that are not text, files too
large to keep) is written here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archcalc.errors import CODES, SpecError, render
from archcalc.source import read_file
from archcalc.spec import read_spec
from mistakes import LAYERS, mistake, of_text

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
EXPECTED = re.compile(r"# error: ([a-z-]+)")

# Codes that no spec file can cause, and where they are tested. `does-not-fit` comes from --strict, `undecided` from symbols.
ELSEWHERE = {
    "no-such-file": "test_files_that_are_no_specs",
    "not-text": "test_files_that_are_no_specs",
    "empty-spec": "test_files_that_are_no_specs",
    "unknown-layer": "cli",
    "bad-claim": "claims",
    "wrong-claim": "claims",
    "outdated-erratum": "claims",
    "broken-expectation": "claims",
    "bad-report": "cli",
    "bad-option": "cli",
    "no-torch": "cli",
    "does-not-fit": "cli",
    "undecided": "analysis",
}


def assert_placed(error: SpecError) -> None:
    """It has a place inside its text, and can be rendered."""
    assert error.place is not None
    lines = error.place.text.splitlines() or [""]
    assert 1 <= error.place.line <= len(lines)
    assert 1 <= error.place.column <= len(lines[error.place.line - 1]) + 1
    assert f"error[{error.code}]: " in render(error)


def annotated(path: Path) -> list[tuple[str, int]]:
    lines = path.read_text("utf-8").splitlines()
    return [(found[1], number) for number, line in enumerate(lines, 1) if (found := EXPECTED.search(line))]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_spec(path: Path) -> None:
    error = mistake(read_file(path))
    found = [error, *error.also]
    assert [(e.code, e.place.line if e.place else 0) for e in found] == annotated(path), render(error)
    for one in found:
        assert_placed(one)


def test_every_code_is_covered() -> None:
    covered = {code for path in BAD for code, _ in annotated(path)}
    assert covered | set(ELSEWHERE) == set(CODES)
    assert not covered & set(ELSEWHERE)


# ------------------------------------------------------------------------------------------ what no annotated file can hold


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty-spec", 1),
        (b"\n\n", "empty-spec", 1),
        (b"# only a comment\n", "empty-spec", 1),
        (b"---\n...\n", "empty-spec", 1),
        (b"\xef\xbb\xbfinput: [3]\n", "not-text", 1),
        ("input: [3]\n".encode("utf-16"), "not-text", 1),
        (b"input: [3]\nname: \xff\n", "not-text", 2),
        (bytes(range(256)), "not-text", 2),
        (b"\x7fELF\x02\x01", "not-text", 1),
        (b"input: [3]\nname: a\x00b\n", "not-text", 2),
        (b"input: [3]\nname: a\x1b[31mb\n", "not-text", 2),
        (b"input: [3]\nlayers:\n\t- relu\n", "bad-yaml", 3),
        (b"input: [3, 8, 8", "bad-yaml", 1),
        (b"name: 'open\n\n", "bad-yaml", 2),
        (b"%TAG ! tag:x,2000:\n---\ninput: [3]\n", "not-plain-yaml", 1),
        (b"#" * 3_000_000, "too-large", 1),
        (b"a: " + b"[" * 10_000, "too-large", 1),
        (b"\n".join(b" " * i + b"a:" for i in range(10_000 // 8)), "too-large", 65),
        (b"layers: [" + b"relu, " * 250_000 + b"]", "too-large", 1),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else None,
)
def test_files_that_are_no_specs(content: bytes, code: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        read_spec(read_file(path))
    assert (caught.value.code, caught.value.place and caught.value.place.line) == (code, line), render(caught.value)
    render(caught.value)


@pytest.mark.parametrize("name", ["", "missing.yaml", "a\0b.yaml", "x" * 5_000])
def test_paths_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read_file(tmp_path / name)
    assert caught.value.code == "no-such-file"
    render(caught.value)


def test_a_text_from_a_program_is_checked_like_a_file() -> None:
    assert of_text("name: \ud800").code == "not-text"
    assert of_text("\ufeffname: a").code == "not-text"
    assert of_text("#" * 3_000_000).code == "too-large"


def chain(last: str, calls: int = 2, depth: int = 60) -> str:
    """Blocks that each call the next `calls` times."""
    blocks = "".join(f"  b{i}: {{layers: [{', '.join([f'b{i + 1}'] * calls)}]}}\n" for i in range(depth))
    return f"input: [3, 8, 8]\nblocks:\n{blocks}  b{depth}: {{layers: [{last}]}}\nlayers: [b0]\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (chain(""), "too-large"),
        (chain("relu"), "too-large"),
        (chain("relu", calls=1, depth=10_000), "too-large"),
        (LAYERS + "  - conv: {out: " + "1 + " * 25_000 + "1, kernel: 1}\n", "too-large"),
        (LAYERS + "  - [" + "relu, " * 30_000 + "rleu]\n", "wrong-shape-of-spec"),
        (LAYERS + "  - rleu\n" * 100_000, "unknown-kind"),
        (LAYERS + "  - {from: [" + "x, " * 50_000 + "x], add: }\n", "too-large"),
        (LAYERS + "  - {relu: , name: [" + ", ".join(f"a{i}" for i in range(50_000)) + "]}\n", "too-large"),
        (LAYERS + "  - {for: {" + ", ".join(f"a{i}: 1" for i in range(50_000)) + "}, do: []}\n", "too-large"),
        ("params:\n" + "".join(f"  p{i}: 1\n" for i in range(5_000)) + LAYERS + "  - relu\n", "too-large"),
        ("params: {a: [" + "1, " * 50_000 + "1]}\n" + LAYERS + "  - relu\n", "too-large"),
        (
            "params: {b: relu}\n" + LAYERS + "".join(f"  - {{$b: , name: n{i}}}\n" for i in range(20_000)) + "  - rleu\n",
            "unknown-kind",
        ),
        (LAYERS + "".join(f"  - {{relu: , name: n{i}}}\n" for i in range(30_000)) + "  - {relu: , from: m3}\n", "unknown-name"),
        (LAYERS + "  - do: [relu]\n" * 40_000 + "  - rleu\n", "unknown-kind"),
    ],
    ids=range(14),
)
def test_large_inputs_end_in_an_error(text: str, code: str) -> None:
    error = of_text(text)
    assert error.code == code, render(error)
    assert_placed(error)


def test_depth_adds_up_over_blocks_groups_and_branches() -> None:
    group = "[{do: " * 12 + "[add: {a: [NEXT], b: []}]" + "}]" * 12
    blocks = "".join(f"  b{i}: {{layers: {group.replace('NEXT', f'b{i + 1}')}}}\n" for i in range(20))
    error = of_text(f"input: [3, 8, 8]\nblocks:\n{blocks}  b20: {{layers: [relu]}}\nlayers: [b0]\n")
    assert error.code == "too-large"
    assert "more than 64 deep" in error.message


# ------------------------------------------------------------------------------------------ several mistakes


def test_all_mistakes_of_a_file_are_reported_in_order() -> None:
    error = of_text(
        "title: [a]\nparams: {a: b, conv: 3}\n" + LAYERS + "  - cnov: 3\n  - linear: a + c\n  - {rleu: , name: first}\n"
        "  - {bn: , from: first}\n  - add: {l: [rleu], r: y}\nextra: 1\n"
    )
    found = [(e.code, e.place.line if e.place else 0) for e in (error, *error.also)]
    assert found == [
        ("wrong-shape-of-spec", 1),
        ("unknown-name", 2),
        ("name-taken", 2),
        ("unknown-kind", 5),
        ("unknown-name", 6),
        ("unknown-kind", 7),
        ("unknown-kind", 9),
        ("unknown-name", 9),
        ("unknown-key", 10),
    ]
    assert render(error).count("error[") == 9


def test_mistakes_stop_being_collected() -> None:
    error = of_text(LAYERS + "  - rleu\n" * 1_000)
    assert len(error.also) == 99
    assert render(error).endswith("... and 80 more")


def test_a_mistake_in_a_loop_leaves_no_counter_behind() -> None:
    error = of_text(LAYERS + "  - {linear: k + z, for: {k: 3}}\n  - {linear: k + 1, for: {k: 3}}\n  - linear: k\n")
    assert [(e.code, e.place.line if e.place else 0) for e in (error, *error.also)] == [
        ("unknown-name", 3),
        ("unknown-name", 5),
    ]


# ------------------------------------------------------------------------------------------ the whole text of some errors

GOLDEN = [
    (
        "blocks:\n  conv_bn:\n    args: [out]\n    layers:\n      - conv: {out: out, kernel: 3, padding: 1}\n"
        + LAYERS
        + "  - conv_bn: 4\n",
        """\
error[unknown-key]: unknown key 'padding' in conv
  --> net.yaml:5:37
  |
5 |       - conv: {out: out, kernel: 3, padding: 1}
  |                                     ^^^^^^^
  help: did you mean 'pad'?""",
    ),
    (
        "input: [3, 8, 8]\nblocks:\n  down:\n    args: [k]\n    layers: [maxpool: {kernel: k, stride: 2}]\nlayers:\n"
        "  - {down: 3, name: first}\n  - {down: 9, name: second}\n",
        """\
error[size-below-one]: second.maxpool: H_out = (3 - 9 + 2*0)/2 + 1 = -2; a size must be 1 or more
  --> net.yaml:5:14
  |
5 |     layers: [maxpool: {kernel: k, stride: 2}]
  |              ^^^^^^^
  help: the window is larger than its input: a smaller kernel, more padding or a larger input helps
  in block 'down', called as second (net.yaml:8:6)""",
    ),
    (
        LAYERS + "  - add: {body: [conv: {out: 4, kernel: 1}], skip: []}\n",
        """\
error[shapes-differ]: add needs equal shapes, but gets 4 x 8 x 8 and 3 x 8 x 8
  --> net.yaml:3:5
  |
3 |   - add: {body: [conv: {out: 4, kernel: 1}], skip: []}
  |     ^^^
  help: a 1 x 1 conv on the skip path changes the channels""",
    ),
    (
        LAYERS + "  - conv: {out: 4, kernel: 3 + kernle}\n",
        """\
error[unknown-name]: nothing here is called 'kernle'
  --> net.yaml:3:32
  |
3 |   - conv: {out: 4, kernel: 3 + kernle}
  |                                ^^^^^^
  help: known here: x""",
    ),
    (
        "input: [4, 8, 8]\nlayers:\n  - split: 2\n  - relu\n",
        """\
error[flow-mismatch]: relu takes 1 tensor, but 2 flow in: 2 x 8 x 8, 2 x 8 x 8
  --> net.yaml:4:5
  |
4 |   - relu
  |     ^^^^
  help: `from: [...]` says which tensors flow in""",
    ),
    (
        LAYERS + '  - "r\\e[31m\\n"\n',
        """\
error[unknown-kind]: 'r\\x1b[31m\\n' is neither a layer kind nor a block
  --> net.yaml:3:5
  |
3 |   - "r\\e[31m\\n"
  |     ^^^^^^^^^^^""",
    ),
]


@pytest.mark.parametrize(("text", "shown"), GOLDEN, ids=range(len(GOLDEN)))
def test_how_an_error_reads(text: str, shown: str) -> None:
    assert render(of_text(text)) == shown


def test_an_undocumented_code_is_refused() -> None:
    with pytest.raises(KeyError, match="not documented"):
        SpecError("no-such-code", "")
