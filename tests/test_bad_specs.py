"""Specs with mistakes: each must give its error at its line, whichever way it is wrong, and never anything else.

A file of tests/bad has `# error: code` on the offending line. What no such file can show (bytes that are not text, files too
large to keep) is written here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archcalc.build import build
from archcalc.errors import _CALLED_ELSEWHERE, CODES, SpecError, render
from archcalc.layers.base import KINDS
from archcalc.source import Source, read_file
from archcalc.spec import read_spec
from archcalc.spec.names import MODIFIERS
from archcalc.spec.read import SECTIONS

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
EXPECTED = re.compile(r"# error: ([a-z-]+)")
LAYERS = "input: [3, 8, 8]\nlayers:\n"

# Codes that no spec file can cause, and where they are tested. `does-not-fit` comes from --strict, `undecided` from symbols.
ELSEWHERE = {
    "no-such-file": "test_files_that_are_no_specs",
    "not-text": "test_files_that_are_no_specs",
    "empty-spec": "test_files_that_are_no_specs",
    "unknown-layer": "cli",
    "bad-option": "cli",
    "does-not-fit": "cli",
    "undecided": "analysis",
}


def mistake(source: Source) -> SpecError:
    """The error of a source, read, checked and built in every variant."""
    with pytest.raises(SpecError) as caught:
        spec = read_spec(source)
        for variant in spec.variants.values():
            build(spec, variant)
    return caught.value


def of_text(text: str) -> SpecError:
    """The error of a text."""
    return mistake(Source("net.yaml", text))


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


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (LAYERS + "  - cnov: 3\n", "conv"),
        (LAYERS + "  - conv: {out: 3, kernal: 3}\n", "kernel"),
        ("params: {width: 3}\nvariants: {a: {widht: 3}}\n" + LAYERS + "  - relu\n", "width"),
        ("params: {width: 3}\n" + LAYERS + "  - linear: widht\n", "width"),
        (LAYERS + "  - {relu: , name: stem}\n  - {relu: , from: stme}\n", "stem"),
        (LAYERS + "  - linear: flor(x.C)\n", "floor"),
        (LAYERS + "  - {relu: , nmae: a}\n", "name"),
        ("input: [3, 8, 8]\nlayer: [relu]\nlayers: [relu]\n", "layers"),
        ("params: {block: relu}\n" + LAYERS + "  - $blok\n", "block"),
        (LAYERS + "  - linear: x.h\n", "H"),
        (LAYERS + "  - concat: {axis: c, a: [], b: []}\n", "C"),
    ],
    ids=range(11),
)
def test_near_misses_are_suggested(text: str, near: str) -> None:
    assert f"did you mean '{near}'?" in render(of_text(text))


@pytest.mark.parametrize(
    ("kind", "here"),
    [
        ("BatchNorm2d", "bn"),
        ("batch_norm", "bn"),
        ("fc", "linear"),
        ("Dense", "linear"),
        ("Conv2d", "conv"),
        ("deconv", "conv_transpose"),
        ("Conv2DTranspose", "conv_transpose"),
        ("swish", "silu"),
        ("MaxPooling2D", "maxpool"),
        ("max_pool", "maxpool"),
        ("AvgPool2d", "avgpool"),
        ("gap", "global_avgpool"),
        ("layer_norm", "layernorm"),
        ("ln", "layernorm"),
        ("gn", "groupnorm"),
        ("mha", "attention"),
        ("self_attention", "attention"),
        ("cat", "concat"),
        ("reshape", "rearrange"),
    ],
)
def test_kinds_of_other_frameworks_are_known_by_their_names(kind: str, here: str) -> None:
    assert f"did you mean '{here}'?" in render(of_text(LAYERS + f"  - {kind}\n"))


@pytest.mark.parametrize(
    ("key", "here"),
    [
        ("filters", "out"),
        ("out_channels", "out"),
        ("kernel_size", "kernel"),
        ("size", "kernel"),
        ("strides", "stride"),
        ("padding", "pad"),
        ("use_bias", "bias"),
        ("dilation_rate", "dilation"),
    ],
)
def test_fields_of_other_frameworks_are_known_by_their_names(key: str, here: str) -> None:
    text = render(of_text(LAYERS + f"  - conv: {{{key}: 1}}\n"))
    assert f"did you mean '{here}'?" in text and "missing-key" not in text


def test_every_name_that_habits_lead_to_exists() -> None:
    fields = {name for kind in KINDS.values() for name in kind.fields}
    assert set(_CALLED_ELSEWHERE) <= {*KINDS, *fields, *MODIFIERS, *SECTIONS, "do", "classes"}


def test_a_near_name_of_the_spec_stands_beside_what_a_habit_means() -> None:
    error = of_text("params: {out: 1, filter: 2}\n" + LAYERS + "  - linear: filters\n")
    assert error.hint == "did you mean 'out' or 'filter'?"


def test_all_wrong_keys_and_values_of_a_layer_are_reported() -> None:
    error = of_text(LAYERS + "  - conv: {filters: 4, kernel_size: 3, stride: 0, bias: maybe}\n")
    assert [(e.code, e.place.column if e.place else 0) for e in (error, *error.also)] == [
        ("unknown-key", 12),
        ("unknown-key", 24),
        ("bad-value", 48),
        ("unknown-name", 57),
    ]
    assert of_text(LAYERS + "  - conv: {}\n").message == "conv needs 'out' and 'kernel'"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (LAYERS + "  - conv: {out: 4, kernel: 3, in_channels: 3}\n", "unknown-key", "leave it out: it follows from"),
        (LAYERS + "  - {relu: , name: y}\n  - {add: , from: 'x, y'}\n", "unknown-name", "a list: from: [x, y]"),
        (LAYERS + "  - relu\n  - {bn: , from: relu}\n", "unknown-name", "a relu above has no name; to refer to it, give"),
        (LAYERS + "  - relu\n  - relu\n  - {bn: , from: relu2}\n", "unknown-name", "give that layer one (name: relu2)"),
        (LAYERS + "  - relu\noutputs: [relu]\n", "unknown-name", "give that layer one (name: relu)"),
        (LAYERS + "  - add: [x, relu]\n", "wrong-shape-of-spec", "add: {a: [...], b: [...]} with a list of layers each"),
        (LAYERS + "  - add: [[relu], [bn]]\n", "wrong-shape-of-spec", "or beside 'add' from: [x, y], tensors by name"),
        (LAYERS + "  - {relu: , name: y}\n  - concat: [x, y]\n", "wrong-shape-of-spec", "- {concat: , from: [x, y]}"),
        (LAYERS + "  - {relu: , name: y}\n  - add: x, y\n", "wrong-shape-of-spec", "- {add: , from: [x, y]}"),
        (LAYERS + "  - add: x\n", "wrong-shape-of-spec", "- {add: , from: [x, ...]}"),
        (LAYERS + "  - add: {a: relu, b: x}\n", "wrong-shape-of-spec", "a: [relu]"),
        (LAYERS + "  - attention: 1\n", "wrong-axes", "rearrange: c h w -> (h w) c makes tokens of a picture"),
        (LAYERS + "  - linear: 10\n", "wrong-axes", "flatten or global_avgpool makes features"),
        ("input: [8]\nlayers: [class_token]\n", "wrong-axes", "tokens have two axes: T x D"),
        (LAYERS + "  - add: {a: [conv: {out: 3, kernel: 3}], b: []}\n", "shapes-differ", "pad: (kernel - 1)/2"),
        (LAYERS + "  - add: {a: [conv: {out: 3, kernel: 3}], b: []}\n", "shapes-differ", "`pad: same`"),
        (
            LAYERS + "  - add: {a: [conv: {out: 4, kernel: 3}], b: []}\n",
            "shapes-differ",
            "1 x 1 conv on the skip path, with the stride",
        ),
        (LAYERS + "  - concat: {a: [conv: {out: 4, kernel: 3}], b: []}\n", "shapes-differ", "the same on all paths"),
    ],
    ids=range(18),
)
def test_hints_say_what_to_write(text: str, code: str, hint: str) -> None:
    error = of_text(text)
    assert error.code == code
    assert hint in error.hint, render(error)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input: []\nlayers: [relu]\n", "an input needs at least one size"),
        ("input:\nlayers: [relu]\n", "an input needs at least one size"),
        (LAYERS + "  - {}\n", "a layer needs a kind or a block, but this one is empty"),
        (LAYERS + "  - {name: a, repeat: 2}\n", "a layer needs a kind or a block, but this one has only `name` and `repeat`"),
        (LAYERS + "  - {relu: , bn: }\n", "a layer has one kind; here are 'relu' and 'bn'"),
    ],
    ids=range(5),
)
def test_messages_name_what_is_wrong(text: str, message: str) -> None:
    assert of_text(text).message == message


def test_an_undocumented_code_is_refused() -> None:
    with pytest.raises(KeyError, match="not documented"):
        SpecError("no-such-code", "")
