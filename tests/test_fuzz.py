"""Mutated specs: each gives a network, or errors that can be shown at a place of the text. Nothing else, and quickly.

More cases and other seeds: `python -m tests.test_fuzz 50000 7`, from the top of the repository.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archcalc.build import build
from archcalc.errors import SpecError, render
from archcalc.limits import limits
from archcalc.source import Source
from archcalc.spec import read_spec

HERE = Path(__file__).parent
CASES = 4_000
SLOWEST = 2.0  # seconds of processor time for one spec

# Every part of the language in little room: what the packaged specs use seldom or never.
CORPUS = (
    """
params: {n: 2, w: [4, 8], op: relu, f: true, half: n/2, text: 'c h w -> (h w) c'}
variants: {small: {}, big: {n: 3, op: block, w: [8, 8]}}
blocks:
  block: {args: [k=1, s=1], layers: [maxpool: {kernel: k, stride: s}]}
  two:
    doc: two tensors in, two out
    args: [{c: 4}]
    inputs: [h, p]
    layers:
      - {add: {l: h, r: [{relu: , from: p}]}, name: y}
      - {concat: , from: [y, h], name: z}
      - conv: {out: c if f else h.C, kernel: 1}
        name: v
    outputs: [v, h]
input: [4, 16, 16]
layers:
  - {split: 2, name: [a, b]}
  - concat
  - {conv: {out: "max(4, n)", kernel: [3, 3], pad: {top: 1, left: 1}, groups: 2}, when: a.C == b.C, name: c}
  - for: {m: w, i: 2}
    name: stage
    do:
      - conv: {out: m, kernel: 3, pad: same, bias: false}
      - $op
      - bn
  - relu:
    when: x.C > 100
    else: [gelu, {dropout: 0.5, repeat: 2}]
  - mul: {body: [], gate: [global_avgpool: {keep: true}, conv: {out: stage.C, kernel: 1}, sigmoid]}
  - {concat: {axis: C, u: [bn], d: [relu]}, name: last}
  - conv: {out: size(last) // 10**4 + 1, kernel: 1}
""",
    """
inputs: {left: [3, 8, 8], right: [3, 8, 8]}
layers:
  - {add: , from: [left, right], name: s}
  - {two: , from: [s, left], repeat: 2, name: [p, q]}
  - {relu: , from: p}
  - rearrange: {pattern: c (h i) (w j) -> (h w) (c i j), sizes: {i: 2, j: 2}}
  - {attention: {heads: 2}, name: att}
  - layernorm
  - take: 0
  - softmax
blocks:
  two:
    inputs: [l, r]
    layers: [concat, {conv: {out: 4, kernel: 1}, name: c}, {conv: {out: 3, kernel: 1}, name: d}]
    outputs: [d, r]
outputs: [att, q]
claims: {}
""",
    """
input: [3, 32, 32]
layers:
  - conv_transpose: {out: 4, kernel: 3, stride: 2, pad: 1, output_pad: 1}
  - avgpool: {kernel: 3, stride: 2, ceil: true}
  - adaptive_avgpool: 7
  - lrn: 5
  - groupnorm: 2
  - upsample: 2
  - pad: 1
  - scale
  - flatten
  - linear: 10
  - softmax
""",
)

# fmt: off
NASTY = [
    "0", "-1", "1/2", "10**30", "10**15", "9**9**9", "true", "false", "no", "null", "~", "x", "x.C", "x.T", "x.Q",
    "x.C.H", "size(x)", "[]", "[1]", "[1,2]", "[[1]]", "{}", "{a:", "1}", "''", "\"\"", "'a", "b'", "-", "--", ":",
    ",", "#", "&", "*", "!", "!!int", "<<:", "?", "|", ">", "@", "%", "$", "$op", "do", "add", "concat", "mul",
    "split", "conv", "relu", "n", "w", "i", "k", "for", "repeat", "when", "else", "from", "name", "1e400", "1e-400",
    "0x10", "010", "12:30", "1_0", ".5", "5.", "max", "min", "sum(w)", "len(w)", "w[0]", "w[9]", "w*2", "op", "op*3",
    "a", "b", "a.C", "text", "1000", "4096", "a", "if", "b", "not", "and", "or", "lambda", "__import__('os')", "\xe9",
    "\u200b", "\u2028", "\x00", "\x85", "\t", "\ud800", "->", "(", ")", "((", "[", "]", "{", "}", ",", ";", "=", "==",
    "!=", "<=", ":=", "**", "//", "/", "+", "..", "...", ".C", "C", "H", "W", "T", "D", "same", "zeros", "kernel",
    "stride", "pad", "out", "groups",
]
# fmt: on
TOKEN = re.compile(r"[A-Za-z_$][\w$]*|\d+|[^\w\s]|\s+")


def corpus() -> list[str]:
    """Valid specs: the zoo's and those above."""
    return [*CORPUS, *(path.read_text("utf-8") for path in sorted((HERE.parent / "specs").glob("*.yaml")))]


def mutated(text: str, others: list[str], chance: random.Random) -> str:
    """The text with one to a few mistakes in it."""
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(lines))
        way = chance.randrange(20)
        if way == 0:
            del lines[at : at + chance.choice((1, 1, 1, 3))]
        elif way == 1:
            lines.insert(_alike(lines, at, chance), lines[at])
        elif way == 2:
            other = _alike(lines, at, chance)
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 3:
            lines[at] = " " * chance.randrange(9) + lines[at].lstrip()
        elif way == 4:
            lines[at:at] = _piece(chance.choice(others).split("\n"), chance)
        elif way == 5:
            cut = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + chance.choice(NASTY) + lines[at][cut + chance.choice((0, 0, 1, 3)) :]
        else:
            lines[at] = _other_token(lines, at, chance)
        lines = lines or [""]
    return "\n".join(lines)


def _piece(lines: list[str], chance: random.Random) -> list[str]:
    start = chance.randrange(len(lines))
    return lines[start : start + chance.randrange(1, 6)]


def _alike(lines: list[str], at: int, chance: random.Random) -> int:
    """A line that is mostly as far indented as another, so that the text stays YAML."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    same = [i for i, line in enumerate(lines) if len(line) - len(line.lstrip()) == indent]
    return chance.choice(same) if chance.random() < 0.9 else chance.randrange(len(lines))


def _other_token(lines: list[str], at: int, chance: random.Random) -> str:
    tokens = TOKEN.findall(lines[at])
    if not tokens:
        return chance.choice(NASTY)
    word = chance.choice(NASTY)
    if chance.random() < 0.65:
        word = chance.choice([t for t in TOKEN.findall(chance.choice(lines)) if t[0].isalnum()] or NASTY)
    words = [i for i, token in enumerate(tokens) if token[0].isalnum()]
    tokens[chance.choice(words) if words and chance.random() < 0.9 else chance.randrange(len(tokens))] = word
    return "".join(tokens)


def outcome(text: str) -> str:
    """What becomes of a spec: "built", or the code of its error. Raises AssertionError for an error that cannot be shown."""
    try:
        spec = read_spec(Source("net.yaml", text))
        for variant in list(spec.variants.values())[:2]:
            build(spec, variant)
    except SpecError as error:
        for one in (error, *error.also):
            assert one.place is not None, one.message
            lines = one.place.text.splitlines() or [""]
            assert 1 <= one.place.line <= len(lines), one.place
            assert 1 <= one.place.column <= len(lines[one.place.line - 1]) + 1, one.place
        assert render(error).startswith(f"error[{error.code}]: ")
        return error.code
    return "built"


def cases(number: int, seed: int) -> Iterator[str]:
    """So many mutated specs."""
    chance = random.Random(seed)
    texts = corpus()
    for _ in range(number):
        yield mutated(chance.choice(texts), texts, chance)


def fuzz(number: int, seed: int) -> dict[str, int]:
    """How often each outcome came up. Raises AssertionError with the spec that did something else."""
    seen: dict[str, int] = {}
    for text in cases(number, seed):
        start = time.process_time()
        try:
            result = outcome(text)
        except Exception as error:  # whatever it is, the spec that caused it is what one wants to see
            raise AssertionError(f"{error!r} for this spec:\n{text}") from error
        assert time.process_time() - start < SLOWEST, f"{time.process_time() - start:.1f} s for this spec:\n{text}"
        seen[result] = seen.get(result, 0) + 1
    return seen


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_the_corpus_is_valid(text: str) -> None:
    assert outcome(text) == "built"


def test_mutated_specs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "rounds", 5_000)  # so that loops of mutated length cost no minutes
    seen = fuzz(CASES, seed=20)
    assert seen["built"] > CASES // 20  # the mutations are small enough for some to be harmless
    assert len(seen) > 15  # and wild enough for most sorts of mistakes


if __name__ == "__main__":
    limits.rounds = 5_000
    for code, count in sorted(fuzz(int(sys.argv[1]), int(sys.argv[2])).items(), key=lambda pair: -pair[1]):
        sys.stdout.write(f"{count:8} {code}\n")
