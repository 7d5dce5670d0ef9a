"""archcalc diff: what changed from one network to another, for people, for pull requests and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import archcalc as library
from cli.commands import archcalc

NET = """
params: {{width: 8, act: relu}}
input: [3, 16, 16]
blocks:
  cell:
    args: [out]
    layers: [conv: {{out: out, kernel: 3, pad: 1}}, bn, $act]
layers:
  - {{cell: width, name: stem}}
  - {{cell: 2*width, repeat: {rounds}, name: {name}}}
{more}  - global_avgpool
  - {{linear: 10, name: fc}}
"""


def net(folder: Path, file: str, rounds: int = 3, name: str = "stage", more: str = "") -> str:
    (folder / file).write_text(NET.format(rounds=rounds, name=name, more=more), "utf-8")
    return file


def saved(folder: Path, *arguments: str, file: str = "old.json") -> str:
    (folder / file).write_text(archcalc(*arguments, "--json", cwd=folder).stdout, "utf-8")
    return file


def words(text: str) -> str:
    return " ".join(text.split())


def test_what_resnet101_has_more() -> None:
    shown = archcalc("diff", "resnet50", "resnet101")
    assert shown.returncode == 0 and not shown.stderr
    text = shown.stdout
    assert text.startswith("resnet50 → resnet101\ninput 3x224x224 (C x H x W), batch 1, fp32\n")
    assert "settings: depths [3,4,6,3] → [3,4,23,3]" in text
    (params,) = re.findall(r"^params .*$", text, re.MULTILINE)
    assert params.split() == ["params", "25,557,032", "44,549,160", "+18,992,128", "+74.3%"]
    rows = [line for line in text.splitlines() if line[:2] in ("+ ", "- ", "~ ")]
    assert len(rows) == 1 and rows[0].startswith("+ stage3.block7 - block23")
    assert "170 layers added; 175 are as before." in text
    assert "stage3 costs most: +19.0M params, +3.71G MACs, +13.6M values of memory." in words(text)


def test_what_v1_changes() -> None:
    shown = archcalc("diff", "resnet50", "resnet50,v1=true").stdout
    assert "~ stage2.block1.body.conv_bn1.conv       0  -77,070,336  -301,056" in shown
    assert "    stride 1 → 2; output 128x56x56 → 128x28x28" in shown
    assert "not listed (in place): 3 relu; --all lists them" in shown
    assert "stage2 saves most: -77.1M MACs" in words(shown)
    assert "~ stage2.block1.body.relu1" in archcalc("diff", "resnet50", "resnet50,v1=true", "--all").stdout


def test_layers_of_one_kind_are_summed_up() -> None:
    shown = words(archcalc("diff", "vgg16", "vgg16_bn").stdout)
    assert "The 13 bn layers added cost most: +8.45K params, +13.5M values of memory." in shown
    assert "fc8 saves most: -4.06M params" in words(archcalc("diff", "vgg16", "vgg16,classes=10").stdout)


def test_a_renamed_block_and_an_added_one(tmp_path: Path) -> None:
    net(tmp_path, "a.yaml")
    net(tmp_path, "b.yaml", rounds=4, name="group", more="  - dropout: 0.2\n")
    shown = archcalc("diff", "a.yaml", "b.yaml", cwd=tmp_path).stdout
    assert shown.startswith("a.yaml → b.yaml\n")
    assert re.search(r"^\+ group\d +3 layers ", shown, re.MULTILINE)
    assert re.search(r"^renamed: stage2 - stage3 → group3 - group4 \(6 layers\)$", shown, re.MULTILINE)
    assert "not listed (in place): 1 dropout" in shown and "4 layers added, 9 renamed" in shown


def test_another_activation_everywhere(tmp_path: Path) -> None:
    net(tmp_path, "a.yaml")
    shown = archcalc("diff", "a.yaml", "a.yaml,act=silu", cwd=tmp_path).stdout
    assert re.search(r"^~ stem.act +relu → silu +0 +0 +0$", shown, re.MULTILINE)
    assert "settings: act relu → silu" in shown and "4 layers changed" in shown


def test_rows_are_sorted_folded_and_limited() -> None:
    wider = ("diff", "resnet50", "resnet50,width=96")
    folded = archcalc(*wider, "--levels", "1").stdout
    assert re.search(r"^~ stage3 +62 changed +\+8.86M +\+1.83G +\+2.76M$", folded, re.MULTILINE)
    largest = [line for line in archcalc(*wider, "--sort", "params", "--limit", "2").stdout.splitlines() if line[:2] == "~ "]
    changes = [int(line.split()[2].replace(",", "")) for line in largest]
    assert len(changes) == 2 and changes[0] >= changes[1] > 1_000_000
    assert "more rows beyond --limit 2" in archcalc(*wider, "--limit", "2").stdout
    assert "beyond --limit" not in archcalc(*wider, "--limit", "1000").stdout


def test_no_difference() -> None:
    shown = archcalc("diff", "vgg16", "VGG-16", "--exit-code")
    assert shown.returncode == 0
    assert "no difference: all 40 layers and every total are the same" in shown.stdout
    assert "─" not in shown.stdout
    assert "No difference" in archcalc("diff", "vgg16", "vgg16", "--markdown").stdout
    data = json.loads(archcalc("diff", "vgg16", "vgg16", "--json").stdout)
    assert data["same"] is True and data["layers"] == []


@pytest.mark.parametrize("form", [[], ["--json"], ["--markdown"]])
def test_the_status_says_on_demand_whether_anything_differs(form: list[str]) -> None:
    assert archcalc("diff", "vgg16", "vgg19", *form).returncode == 0
    assert archcalc("diff", "vgg16", "vgg19", "--exit-code", *form).returncode == 1


def test_json_adds_up() -> None:
    data = json.loads(archcalc("diff", "resnet18", "resnet50", "--json").stdout)
    assert data["schema"] == 1 and data["same"] is False and data["before"]["name"] == "resnet18"
    assert data["settings"]["depths"] == {"before": [2, 2, 2, 2], "after": [3, 4, 6, 3]}
    for name in ("params", "params_no_bias", "buffers", "macs", "elementwise", "activations"):
        total = data["totals"][name]
        assert total["change"] == total["after"] - total["before"] == sum(layer[name]["change"] for layer in data["layers"])
    assert data["totals"]["params"]["before"] == library.analyze("resnet18").totals.params
    counts = {status: sum(layer["status"] == status for layer in data["layers"]) for status in data["counts"]}
    assert {**counts, "unchanged": data["counts"]["unchanged"]} == data["counts"]
    for layer in data["layers"]:
        assert (layer["before"] is None) == (layer["status"] == "added")
        assert (layer["after"] is None) == (layer["status"] == "removed")
    assert len(archcalc("diff", "resnet18", "resnet50", "--json").stdout.splitlines()) < len(data["layers"]) + 60


def test_markdown_for_a_pull_request() -> None:
    text = archcalc("diff", "vgg16", "vgg19", "--markdown").stdout
    assert (
        text.startswith("### `vgg16` → `vgg19`\n\n") and "| params | 138,357,544 | 143,667,240 | +5,309,696 | +3.8% |" in text
    )
    assert "| `+` | `conv3_4` | conv 3x3, 256 | +590,080 |" in text and "<details>" not in text
    long = archcalc("diff", "resnet18", "resnet50", "--markdown").stdout
    lines = long.splitlines()
    opened, closed = lines.index("<details>"), lines.index("</details>")
    assert re.fullmatch(r"<summary>\d+ layers added.* as before\.</summary>", lines[opened + 1]) and lines[opened + 2] == ""
    inside = [line for line in lines[opened:closed] if line.startswith("|")]
    assert {re.sub(r"\\\|", "", line).count("|") for line in inside} == {7} and len(inside) > 14


# ------------------------------------------------------------------------------------------ saved reports


def test_a_saved_report_against_what_the_spec_says_now(tmp_path: Path) -> None:
    net(tmp_path, "net.yaml")
    old = saved(tmp_path, "net.yaml")
    assert "no difference" in archcalc("diff", old, "net.yaml", "--exit-code", cwd=tmp_path).stdout
    net(tmp_path, "net.yaml", rounds=5)
    shown = archcalc("diff", old, "net.yaml", "--exit-code", cwd=tmp_path)
    assert shown.returncode == 1
    assert "old.json is the saved report of net" in shown.stdout
    assert re.search(r"^\+ stage4 - stage5 +2 blocks of 3 layers", shown.stdout, re.MULTILINE)
    new = saved(tmp_path, "net.yaml", file="new.report")
    assert words(archcalc("diff", old, new, cwd=tmp_path).stdout).endswith(words(shown.stdout.partition("input")[2]))


def test_other_settings_are_for_the_model_and_not_for_the_report(tmp_path: Path) -> None:
    old = saved(tmp_path, "lenet5")
    shown = archcalc("diff", old, "lenet5", "--batch", "2", "--set", "classes=20", cwd=tmp_path).stdout
    assert "batch 1 → 2" in shown and "classes 10 → 20" in shown
    for options in (["--set", "classes=3"], ["--input", "1x40x40"], ["--batch", "2"], ["--dtype", "fp16"]):
        refused = archcalc("diff", old, old, *options, cwd=tmp_path)
        assert refused.returncode == 2 and "not worked out again" in refused.stderr


def report(**changes: Any) -> str:
    return json.dumps({**library.analyze("lenet5").to_dict(), **changes}, indent=1)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "bad-report", "nothing stands in it"),
        ('{"schema": 1,\n "layers": [}', "bad-report", "old.json:2:13"),
        ("[1, 2]", "bad-report", "not a report of a model"),
        ('{"schema": 1}', "bad-report", "it has no `totals`"),
        ('{"models": [], "layers": [], "totals": {}}', "bad-report", "`schema` is no number"),
        (report(schema=2), "bad-report", "a later archcalc: its schema is 2"),
        (report(block="conv1"), "bad-report", "of the block 'conv1' only"),
        (report(batch="N"), "bad-report", "`batch` has symbols: N"),
        (report(input=[3, "H", 3]), "bad-report", "has symbols"),
        (report(totals={"params": "12*s"}), "bad-report", "`params` has symbols"),
        (report(totals={"params": -1}), "bad-report", "whole number"),
        (report(totals={"params": 1.5}), "bad-report", "whole number"),
        (report(name=3), "bad-report", "`name` of a report is a text, not 3"),
        (report(layers=[3]), "bad-report", "layer 0"),
        (report(layers=[{"name": "a"}]), "bad-report", "layer 0"),
        (report(layers=[{"name": "a", "kind": "b", "macs": True}]), "bad-report", "not true or false"),
        (report(layers=[{"name": "a", "kind": "b", "output_shapes": 3}]), "bad-report", "a list of shapes"),
        (report(layers=[{"name": "a", "kind": "b", "output_shapes": [["H"]]}]), "bad-report", "has symbols"),
        ('{"schema": NaN}', "bad-report", "NaN is no number"),
        ('{"schema": ' + "9" * 5000 + "}", "bad-report", "too many digits"),
        ("[" * 100_000, "bad-report", "nested too deeply"),
        (b"\xff\xfe\x00", "not-text", "not UTF-8"),
        (b"\x80", "not-text", "not UTF-8"),
        (None, "no-such-file", "cannot read old.json"),
    ],
    ids=range(24),
)
def test_a_file_that_is_no_report(tmp_path: Path, text: str | bytes | None, code: str, says: str) -> None:
    if text is not None:
        (tmp_path / "old.json").write_bytes(text.encode() if isinstance(text, str) else text)
    for sides in (["old.json", "lenet5"], ["lenet5", "old.json"]):
        shown = archcalc("diff", *sides, cwd=tmp_path)
        assert shown.returncode == 2 and not shown.stdout
        assert f"error[{code}]" in shown.stderr and says in shown.stderr and "--> old.json:" in shown.stderr
        assert max(map(len, shown.stderr.splitlines())) < 400


def test_reports_in_the_encodings_of_shells(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig", "utf-8"):
        (tmp_path / "old.json").write_text(report(title="Größe"), encoding)
        assert "no difference" in archcalc("diff", "old.json", "lenet5", cwd=tmp_path).stdout


# ------------------------------------------------------------------------------------------ everything else


@pytest.mark.parametrize("width", [20, 36, 50, 64, 80, 140])
@pytest.mark.parametrize(
    "sides",
    [("resnet50", "resnet101"), ("resnet18", "resnet50"), ("vit_b_16", "vit_b_16,input=3x384x384"), ("vgg16", "lenet5")],
)
def test_it_keeps_to_the_width(sides: tuple[str, str], width: int) -> None:
    shown = archcalc("diff", *sides, width=width).stdout
    longest = max(len(word) for word in shown.split()) + 6
    assert max(map(len, shown.splitlines())) <= max(width, longest)
    assert "params" in shown and "before" in shown


def test_it_is_plain_where_the_output_is() -> None:
    shown = archcalc("diff", "resnet50", "resnet50,v1=true", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C").stdout
    assert shown.isascii() and "stride 1 -> 2" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["vgg16"], "Missing argument 'B'"),
        (["vgg16", "vgg61"], "error[unknown-model]"),
        (["vgg16", "vgg19", "--input", "3xHxW"], "a difference is one of numbers, and vgg16 was worked out with symbols"),
        (["vgg16", "vgg19", "--batch", "N"], "error[undecided]"),
        (["vgg16", "vgg19", "--set", "clases=3"], "did you mean 'classes'?"),
        (["vgg16", "vgg19", "--limit", "0"], "'--limit'"),
        (["vgg16,clases=3", "vgg19"], "did you mean 'classes'?"),
        (["vgg16,classes=cat", "vgg19"], "error[unknown-name]"),
    ],
)
def test_mistakes(arguments: list[str], says: str) -> None:
    shown = archcalc("diff", *arguments)
    assert shown.returncode == 2 and says in words(shown.stderr) and not shown.stdout
    assert "Traceback" not in shown.stderr
