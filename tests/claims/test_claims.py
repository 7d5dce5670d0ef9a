"""Claims of a spec: read with their places, held against the arithmetic, and what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import archcalc
from archcalc.claims import value_text
from archcalc.errors import render

NET = """\
name: net
params: {width: 8, depths: [1, 2], double: 2*width}
variants: {net: {}, wide: {width: 16}}
input: [3, 8, 8]
layers:
  - {conv: {out: width, kernel: 3}, name: c}
  - {maxpool: 2, name: pool}
  - flatten
  - {linear: 10, name: fc}
claims:
  net:
    - {claim}
"""


def checked(claim: str, tmp_path: Path) -> archcalc.SpecCheck:  # type: ignore[name-defined]
    path = tmp_path / "net.yaml"
    path.write_text(NET.replace("{claim}", claim), "utf-8")
    (result,) = archcalc.check(path)
    return result


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("{params: 954, source: x}", "954"),
        ("{params: 1K, source: x}", "954"),
        ("{params_no_bias: 936, source: x}", "936"),
        ("{params: 224, at: c, source: x}", "224"),
        ("{params: 954, at: [c, fc], source: x}", "954"),
        ("{params: 77%, at: fc, source: x}", "76.52%"),
        ("{params: most, at: fc, source: x}", "76.52%"),
        ("{macs: 6x6x3x3x3x8, at: c, source: x}", "7,776"),
        ("{macs: 15.5K, batch: 2, at: c, source: x}", "15,552"),
        ("{output: 6x6x8, at: c, source: x}", "6x6x8"),
        ("{output: 1x1x10, at: fc, source: x}", "10"),
        ("{output: 14x14x8, at: c, input: 3x16x16, source: x}", "14x14x8"),
        ("{depth: 2, source: x}", "2"),
        ("{receptive_field: 4, at: pool, source: x}", "4"),
        ("{activation_bytes: 576B, at: c, dtype: fp16, source: x}", "576"),
        ("{depth: 1, at: fc, source: x}", "1"),
        ("{depth: 2, at: [c, pool, flatten, fc], source: x}", "2"),
        ("{depth: 0, at: pool, source: x}", "0"),
        ("{layers: 4, source: x}", "4"),
        ("{layers: 1, of: conv, source: x}", "1"),
        ("{layers: 0, of: conv, at: [pool, fc], source: x}", "0"),
        ("{layers: 2, at: [pool, fc, fc], source: x}", "2"),
        ("{value: 224, of: (F*F*C + 1)*K, at: c, source: x}", "224"),
        ("{value: (8-3)/1+1 = 6, of: (W - F + 2*P)/S + 1, at: c, source: x}", "6"),
        ("{value: 3, of: H_out, at: [pool, pool], source: x}", "3"),
        ("{field: 0, of: pad, at: [c, pool], source: x}", "0x0"),
        ("{field: 3x3, of: kernel, at: c, source: x}", "3x3"),
        ("{field: 3, of: kernel, at: c, source: x}", "3x3"),
        ("{setting: 16, of: double, source: x}", "16"),
        ('{setting: "[1, 2]", of: depths, source: x}', "[1, 2]"),
        ("{params: 448, at: c, set: {width: 16}, source: x}", "448"),
        ("{params: 2x less, than: wide, source: x}", "1.990x"),
        ("{params: 65388x less, than: alexnet, source: x}", "65386.105x"),
    ],
)
def test_what_holds(claim: str, value: str, tmp_path: Path) -> None:
    result = checked(claim, tmp_path)
    assert not result.mistakes, "\n".join(map(render, result.mistakes))
    (one,) = result.checked
    if "65388" in claim:
        assert (one.verdict, value_text(one)) == ("wrong", value)
        return
    assert (one.verdict, value_text(one)) == ("holds", value)
    assert result.good
    assert (one.claim.place.line, one.claim.model) == (12, "net")


def test_what_is_of_several_layers_has_to_be_of_each(tmp_path: Path) -> None:
    (one,) = checked("{field: 3x3, of: kernel, at: [c, pool], source: x}", tmp_path).checked
    assert (one.verdict, value_text(one)) == ("wrong", "3x3, 2x2")
    (one,) = checked("{value: 6, of: H_out, at: [c, pool], source: x}", tmp_path).checked
    assert (one.verdict, value_text(one)) == ("wrong", "6, 3")


def test_an_erratum_has_to_fail_to_hold(tmp_path: Path) -> None:
    wrong = checked('{params: 955, source: x, erratum: "miscounted"}', tmp_path)
    assert [one.verdict for one in wrong.checked] == ["erratum"] and wrong.good
    outdated = checked('{params: 954, source: x, erratum: "miscounted"}', tmp_path)
    assert [one.verdict for one in outdated.checked] == ["outdated"] and not outdated.good


@pytest.mark.parametrize(
    ("claim", "good"),
    [
        ("{params: 1908, source: x, erratum: twice, instead: 2*params}", True),
        ("{params: 1909, source: x, erratum: twice, instead: 2*params}", False),
        ("{params: 230, at: c, source: x, erratum: more, instead: exact + 6}", True),
        ("{params: 230, at: c, source: x, erratum: more, instead: params + 6}", False),  # the params of the whole model
        ("{params: 0.93K, source: x, erratum: a K of 1024, instead: params / 2**10 * 10**3}", True),
        ("{params: 0.94K, source: x, erratum: a K of 1024, instead: params / 2**10 * 10**3}", False),
        ('{output: 12x12x8, at: c, source: x, erratum: doubled, instead: "[2*H, 2*W, C]"}', True),
        ('{output: 12x12x9, at: c, source: x, erratum: doubled, instead: "[2*H, 2*W, C]"}', False),
        ("{params: 21%, at: c, source: x, erratum: less than all, instead: 100 * 200/exact/4464}", False),
        ("{params: 24.4%, at: c, source: x, erratum: rounded, instead: 24.4}", True),
        ("{params: 3x less, than: wide, source: x, erratum: half as much more, instead: 1.5 * 2}", True),
        ("{params: 4x less, than: wide, source: x, erratum: half as much more, instead: 1.5 * 2}", False),
    ],
)
def test_what_was_counted_instead_has_to_give_the_figure(claim: str, good: bool, tmp_path: Path) -> None:
    result = checked(claim, tmp_path)
    assert not result.mistakes, "\n".join(map(render, result.mistakes))
    (one,) = result.checked
    assert (one.verdict, result.good) == (("erratum", True) if good else ("wrong", False))
    if not good:
        (found,) = result.findings
        assert found.code == "wrong-claim" and "`instead` gives" in found.message
        assert found.place is not None and found.place.column == 7 + claim.index("instead: ") + len("instead: ")


@pytest.mark.parametrize(
    ("claim", "code", "column"),
    [
        ("{params: 954, source: x, instead: params}", "bad-claim", 41),
        ("{params: 5, source: x, erratum: y, instead: (params}", "bad-claim", 51),
        ("{params: 5, source: x, erratum: y, instead: 5/0}", "bad-arithmetic", 51),
        ("{params: 5, source: x, erratum: y, instead: parms}", "unknown-name", 51),
        ("{params: 5, source: x, erratum: y, instead: H}", "unknown-name", 51),
        ('{params: 5, source: x, erratum: y, instead: "[1, 2]"}', "bad-claim", 51),
        ("{field: 5, of: kernel, at: c, source: x, erratum: y, instead: 5}", "bad-claim", 69),
        ("{params: lots, source: x}", "bad-claim", 16),
        ("{params: 5}", "missing-key", 7),
        ('{params: 5, source: ""}', "wrong-shape-of-spec", 27),
        ("{parms: 5, source: x}", "unknown-key", 8),
        ("{params: 5, macs: 5, source: x}", "bad-claim", 7),
        ("{source: x}", "bad-claim", 7),
        ("[5]", "wrong-shape-of-spec", 7),
        ("{params: 5, at: d, source: x}", "unknown-layer", 23),
        ("{params: 5, at: [], source: x}", "wrong-shape-of-spec", 23),
        ("{param_bytes: 5B, at: c, source: x}", "bad-claim", 29),
        ("{layers: 5, of: covn, source: x}", "unknown-kind", 23),
        ("{field: 5, of: kernel, at: [c, fc], source: x}", "bad-claim", 22),
        ("{value: 5, of: F, source: x}", "bad-claim", 15),
        ("{params: 5x, source: x}", "bad-claim", 16),
        ("{params: 5, than: alexnet, source: x}", "bad-claim", 16),
        ("{params: 5x, than: alexnett, source: x}", "unknown-model", 26),
        ("{params: most, source: x}", "bad-claim", 16),
        ("{value: 5, at: c, source: x}", "bad-claim", 15),
        ("{value: 5, of: Q, at: c, source: x}", "unknown-name", 22),
        ('{value: 5, of: "(F", at: c, source: x}', "bad-claim", 22),
        ("{field: 5, of: kern, at: c, source: x}", "bad-claim", 22),
        ("{setting: 5, of: w, source: x}", "unknown-parameter", 24),
        ("{params: 5, set: {w: 3}, source: x}", "unknown-parameter", 24),
        ("{params: 5, set: {width: q}, source: x}", "unknown-name", 24),
        ("{params: 5, input: 3x2x2, source: x}", "size-below-one", 0),
        ("{params: 5, input: 3x8, source: x}", "wrong-axes", 0),
        ("{activations: 5, input: 3xHxW, source: x}", "bad-claim", 31),
        ("{params: 5, slide: one, source: x}", "bad-claim", 26),
    ],
)
def test_mistakes_are_placed(claim: str, code: str, column: int, tmp_path: Path) -> None:
    (error,) = checked(claim, tmp_path).mistakes
    assert error.code == code, render(error)
    assert error.place is not None and f"error[{code}]" in render(error)
    if column:
        assert (error.place.line, error.place.column) == (12, column), render(error)


def test_one_mistake_does_not_hide_others(tmp_path: Path) -> None:
    claims = "{params: 954, source: x}\n    - {params: 5, at: d, source: x}\n    - {params: 5, source: x}"
    result = checked(claims, tmp_path)
    assert [one.verdict for one in result.checked] == ["holds", "wrong"]
    assert [error.code for error in result.mistakes] == ["unknown-layer"]


# ------------------------------------------------------------------------------------------ what is checked


def test_the_zoo_is_good() -> None:
    results = list(archcalc.check())
    assert [result.name for result in results if not result.good] == []
    assert sorted(name for result in results for name in result.models) == sorted(model.name for model in archcalc.models())
    assert sum(len(result.checked) for result in results) >= 580


def test_models_families_files_and_folders(tmp_path: Path) -> None:
    checked("{params: 954, source: x}", tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "bad.yml").write_text("input: [3]\nlayers: [rleu]\n", "utf-8")
    (tmp_path / ".hidden.yaml").write_text("no spec", "utf-8")
    assert [result.models for result in archcalc.check(tmp_path / "net.yaml")] == [["net", "wide"]]
    assert [result.models for result in archcalc.check(f"{tmp_path / 'net.yaml'}:wide")] == [["wide"]]
    folder = list(archcalc.check(tmp_path))
    assert [result.good for result in folder] == [False, True]
    assert folder[0].mistakes[0].code == "unknown-kind"
    assert len(list(archcalc.check(tmp_path, fail_fast=True))) == 1
    assert [result.models for result in archcalc.check("VGG-16", "vgg")] == [
        ["vgg16"],
        list(archcalc.load("vgg16").spec.variants),
    ]


@pytest.mark.parametrize("name", ["resnet51", "missing.yaml", "vgg16:x"])
def test_a_name_that_leads_nowhere(name: str) -> None:
    try:
        results = list(archcalc.check(name))
    except archcalc.SpecError as error:
        assert error.code in ("unknown-model", "no-such-file")
    else:
        assert [mistake.code for mistake in results[0].mistakes] == ["no-such-file"]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        list(archcalc.check(tmp_path))
    assert caught.value.code == "no-such-file"


def test_only_claims_of_a_source() -> None:
    sources = {one.claim.source for result in archcalc.check(source="lecture12") for one in result.checked}
    assert sources and all("CS231n lecture 12" in source for source in sources)


def test_an_output_of_several_layers_has_to_be_of_each(tmp_path: Path) -> None:
    (one,) = checked("{output: 6x6x8, at: [c, pool], source: x}", tmp_path).checked
    assert one.verdict == "wrong" and ", " in value_text(one)


@pytest.mark.parametrize(("claim", "said"), [
    ('{params: "1,12", source: x}', "is no figure"),
    ("{output: '[6x6x8', source: x}", "is no figure"),
    ('{params: 5, source: ""}', "`source` is empty"),
    ("{params: 1,226, source: x}", "unknown key"),
])  # fmt: skip
def test_what_is_said_of_what_cannot_be_read(claim: str, said: str, tmp_path: Path) -> None:
    (found,) = checked(claim, tmp_path).mistakes
    assert said in found.message and (not claim.startswith("{params: 1,2") or "quotes" in found.hint)
