"""The JSON Schema for editors takes every spec that archcalc takes, and refuses the mistakes that a schema can see.

An editor's loader gives plain data: numbers as numbers, true as a boolean. yaml.safe_load does the same.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

import archcalc
from archcalc.cli.main import cli
from archcalc.expr import FormulaError, formula
from archcalc.layers.base import KINDS
from archcalc.packaged import spec_files
from archcalc.schema import FORMULA, schema
from archcalc.source import Source
from archcalc.spec.blocks import BLOCK_KEYS
from archcalc.spec.names import MODIFIERS
from archcalc.spec.read import SECTIONS
from mistakes import mistake

SCHEMA = schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def complaints(text: str) -> list[str]:
    """What an editor would underline."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in VALIDATOR.iter_errors(yaml.safe_load(text))
    ]


def net(layer: str, above: str = "") -> str:
    """A small network with one layer, written as a flow mapping or a word, under further sections."""
    return f"{above}\ninput: [64, 28, 28]\nlayers:\n  - {layer}\n"


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    defined, text = set(SCHEMA["definitions"]), json.dumps(SCHEMA)
    used = {part.split('"')[0] for part in text.split("#/definitions/")[1:]}
    assert used == defined, "nothing is referred to that is not there, or is there without use"


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(cli, ["schema"], prog_name="archcalc")
    assert (result.exit_code, json.loads(result.stdout)) == (0, SCHEMA)


def test_it_knows_the_whole_language() -> None:
    assert set(SCHEMA["properties"]) == set(SECTIONS)
    assert set(SCHEMA["definitions"]["block"]["properties"]) == set(BLOCK_KEYS)
    assert set(SCHEMA["definitions"]["layerWithArguments"]["properties"]) == {*KINDS, *MODIFIERS, "do"}
    for name, kind in KINDS.items():
        (fields,) = (way for way in SCHEMA["definitions"][f"kind.{name}"]["anyOf"] if way.get("type") == "object")
        assert set(fields["properties"]) == set(kind.fields)
        assert all(field["description"] for field in fields["properties"].values())


@pytest.mark.parametrize("path", [Path(path) for path in spec_files()], ids=lambda path: path.name)
def test_every_packaged_spec_is_valid(path: Path) -> None:
    assert complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("character", [chr(code) for code in range(32, 127)])
def test_formulas_have_the_characters_that_archcalc_reads(character: str) -> None:
    text = f"1{character}1"
    try:
        formula(text)
        readable = True
    except FormulaError as error:
        readable = "cannot contain" not in error.message
    assert jsonschema.Draft7Validator({"pattern": FORMULA}).is_valid(text) == readable


GOOD = [  # archcalc takes them, and so must the schema
    net("relu"),
    net("relu:"),
    net("{global_avgpool: , name: a}"),
    net("maxpool: 2"),
    net("maxpool: [2, 3]"),
    net("maxpool: {kernel: {h: 2, w: 3}, pad: [0, 1]}"),
    net("conv: {out: 2*x.C, kernel: 3, pad: same}"),
    net("conv: {out: x.C // 2, kernel: [1, 7], pad: [0, 0, 3, 3], bias: x.C == 3}"),
    net("conv: {out: 8, kernel: 3, pad: {top: 1, left: 1}}"),
    net("pad: {pad: {top: 1}}"),
    net("bn: {eps: 1e-3}"),
    net("dropout: 0.2"),
    net("dropout: share", "params: {share: 0.1}"),
    net("upsample: {size: [56, 56], mode: bilinear}"),
    net("upsample: {factor: 2, mode: how}", "params: {how: nearest}"),
    net("rearrange: c h w -> (h w) c"),
    net("rearrange: {pattern: 'c (h p) w -> (p c) h w', sizes: {p: 2}}"),
    net("{split: [16, 48], name: [a, b]}\n  - concat"),
    net("split: 2\n  - {concat: C}"),
    net("{repeat: 3, conv: {out: 64, kernel: 3, pad: 1}}"),
    net("{for: {k: 3, n: [8, 16, 32]}, conv: {out: n + k, kernel: 1}}"),
    net("{relu: , when: x.C > 3, else: [sigmoid]}"),
    net("{do: [relu, bn], repeat: 2, name: part}"),
    net("add: {body: [relu, bn: {affine: false}], skip: x, same: []}"),
    net("concat: {axis: H, a: [], b: []}"),
    net("block", "blocks: {block: {layers: [relu]}}"),
    net("block: 3", "blocks: {block: {doc: 'A thing.', args: [n, m=n + 1, {p: 2}], layers: [relu]}}"),
    net("$act", "params: {act: gelu}"),
    net("$act: {slope: 0.2}", "params: {act: leaky_relu}"),
    net("{pair: , from: [x, x], name: [p, q]}\n  - add",
        "blocks: {pair: {inputs: [a, b], layers: [{relu: , from: a, name: c}], outputs: [c, b]}}"),
    "name: two\ntitle: 2\nparams: {n: 2, deep: [[1, 2], [3]], on_: true}\nvariants: {small: , large: {n: n0}}\n"
    "inputs: {a: [3, n, n], b: [8]}\nlayers: []\noutputs: [a, b]\n".replace("n0", "4"),
    net("relu", "claims:\n  net: [{params: 138M, source: somewhere}]"),
    net("relu", "expect: [params <= 5M, {that: macs <= 5M, input: 64x56x56, batch: 2, why: reasons}]"),
    net("relu", "name: net\nexpect: {net: [same as net]}"),
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_what_archcalc_takes_is_valid(text: str) -> None:
    archcalc.analyze(archcalc.load_text(text))
    assert complaints(text) == []


BAD = [  # archcalc refuses them, and so does the schema
    "layers: [relu]",
    "input: [3, 8, 8]",
    "input: [3, 8, 8]\ninputs: {x: [3, 8, 8]}\nlayers: [relu]",
    "input: 224\nlayers: [relu]",
    "input: []\nlayers: [relu]",
    "input: [0, 8, 8]\nlayers: [relu]",
    "input: [3, 8, 8]\nlayers: {conv: 3}",
    "- relu",
    net("relu", "parms: {classes: 10}"),
    net("relu", "name: no-name"),
    net("relu", "params: {conv: 3}"),
    net("relu", "params: {max: 3}"),
    net("relu", "params: {a: }"),
    net("relu", "params: {a: []}"),
    net("relu", "params: [a]"),
    net("relu", "params: {a: 1}\nvariants: {v: 3}"),
    net("relu", "blocks: {b: {layer: [relu]}}"),
    net("relu", "blocks: {b: {args: [a], layers: [relu], output: y}}"),
    net("relu", "blocks: {b: {inputs: [], layers: [relu]}}"),
    net("relu", "blocks: {b: {inputs: [a, a], layers: [relu]}}"),
    net("relu", "blocks: {add: {layers: [relu]}}"),
    net("relu", "blocks: {b: {args: [2x], layers: [relu]}}"),
    net("3"),
    net("[relu]"),
    net("conv"),
    net("do"),
    net("repeat"),
    net("conv: 3"),
    net("conv: {out: 3}"),
    net("conv: {out: 3, kernel: 3, padding: 1}"),
    net("conv: {out: 3.5, kernel: 3}"),
    net("conv: {out: 0, kernel: 3}"),
    net("conv: {out: 3, kernel: [1, 2, 3]}"),
    net("conv: {out: 3, kernel: 3, stride: 0}"),
    net("conv: {out: 3, kernel: 3, pad: -1}"),
    net("conv: {out: 3, kernel: 3, pad: [1, 2, 3]}"),
    net("conv: {out: 3, kernel: 3, pad: {above: 1}}"),
    net("conv: {out: 3, kernel: 3, stride: }"),
    net("conv: {out: x.C & 3, kernel: 3}"),
    net("conv: {out: 3, kernel: {h: 3}}"),
    net("conv: {out: true, kernel: 3}"),
    net("bn: {affine: 1}"),
    net("relu: 3"),
    net("relu: {slope: 3}"),
    net("upsample: {factor: 2, mode: 3}"),
    net("rearrange: {pattern: c h w -> c w h, size: {p: 2}}"),
    net("add: [relu, relu]"),
    net("add: {a: 3, b: []}"),
    net("add: {a: [], b-c: []}"),
    net("{conv: {out: 3, kernel: 3}, relu: }"),
    net("{conv: {out: 3, kernel: 3}, nmae: a}"),
    net("{conv: {out: 3, kernel: 3}, stride: 2}"),
    net("{name: a, when: true}"),
    net("{block: 3, other: 4}"),
    net("{block: 3, other: 4, when: true, name: a}"),
    net("{relu: , name: 3}"),
    net("{relu: , name: max}"),
    net("{relu: , name: []}"),
    net("{relu: , from: {a: b}}"),
    net("{relu: , repeat: -1}"),
    net("{relu: , repeat: [1, 2]}"),
    net("{relu: , for: 3}"),
    net("{relu: , for: {}}"),
    net("{relu: , for: {k: 3}, repeat: 2}"),
    net("{relu: , else: [bn]}"),
    net("{relu: , when: [true]}"),
    net("{relu: , when: true, else: bn}"),
    net("do: relu"),
    net("relu", "claims: [138M]"),
    net("relu", "expect: params <= 5M"),
    net("relu", "expect: {net: params <= 5M}"),
]


@pytest.mark.parametrize("text", BAD)
def test_what_the_schema_refuses_archcalc_refuses(text: str) -> None:
    assert complaints(text), "the schema lets it through"
    mistake(Source("net.yaml", text))
