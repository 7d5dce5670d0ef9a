"""The plugin for pytest, in a folder of its own: what it collects, what it leaves alone, and how a failure reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import pytest

from test_layering import PACKAGE, loaded

NET = """\
name: net
variants: {net: {}, wide: {width: 16}}
params: {width: 8}
input: [3, 8, 8]
layers:
  - {conv: {out: width, kernel: 3}, name: c}
  - {linear: 10, name: fc, from: flat}
claims:
  net:
    - {params: 3.1K, source: "our paper, Table 1"}
    - {params: 4K, source: "our talk", erratum: "Counted twice."}
expect:
  - params <= 4K
""".replace("  - {linear: 10, name: fc, from: flat}\n", "  - flatten\n  - {linear: 10, name: fc}\n")
OTHER = "layers: {a: 1}\nservices: {web: {image: nginx}}\n"  # of another tool
FOREIGN = "input: data.csv\nlayers: 3\n"  # of another tool too, and by chance with the same words
REGISTERED = any(point.value == "archcalc.pytest_plugin" for point in entry_points(group="pytest11"))


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest in a folder, with the plugin as it is installed; or named, where the installed archcalc has no such plugin yet."""
    plugin = [] if REGISTERED else ["-p", "archcalc.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *arguments]
    path = os.pathsep.join([str(PACKAGE.parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    surroundings = {**os.environ, "PYTHONPATH": path, "COLUMNS": "100", "PYTHONUTF8": "1"}
    surroundings.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, capture_output=True, text=True, env=surroundings, cwd=place, timeout=120, check=False)


def outcomes(found: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The outcome of each test in a verbose report."""
    return dict(re.findall(r"^(\S.*?) (PASSED|FAILED|SKIPPED|ERROR)\b.*%\]$", found.stdout, re.MULTILINE))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", "utf-8")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "net.yaml").write_text(NET, "utf-8")
    (tmp_path / "specs" / "compose.yaml").write_text(OTHER, "utf-8")
    (tmp_path / "tests" / "data").mkdir(parents=True)
    (tmp_path / "tests" / "test_it.py").write_text("def test_it():\n    pass\n", "utf-8")
    (tmp_path / "tests" / "data" / "config.yaml").write_text(FOREIGN, "utf-8")
    return tmp_path


def test_a_folder_of_specs(place: Path) -> None:
    found = run(place, "specs/", "-v")
    assert found.returncode == 1, found.stdout + found.stderr
    assert outcomes(found) == {
        "specs/net.yaml::net": "PASSED",
        "specs/net.yaml::wide": "PASSED",
        "specs/net.yaml::net[params is 3.1K, line 11]": "PASSED",
        "specs/net.yaml::net[params is 4K, line 12]": "PASSED",
        "specs/net.yaml::net[params <= 4K, line 14]": "PASSED",
        "specs/net.yaml::wide[params <= 4K, line 14]": "FAILED",
    }


def test_a_failure_reads_as_archcalc_says_it(place: Path) -> None:
    found = run(place, "specs/net.yaml")
    shown = found.stdout.partition("FAILURES")[2]
    assert (
        "error[broken-expectation]: params of wide is 6,218, and at most 4K is expected\n"
        f"  --> {Path('specs') / 'net.yaml'}:14:5\n"
        "   |\n"
        "14 |   - params <= 4K\n"
        "   |     ^^^^^^^^^^^^\n"
        "  help: that is 2,218 (55.5%) too much\n"
        "  note: most is in fc (5,770, 93%) and c (448, 7%)\n"
    ) in shown
    assert "Traceback" not in shown and ".py:" not in shown


def test_one_test_can_be_asked_for(place: Path) -> None:
    found = run(place, "specs/net.yaml::net[params is 3.1K, line 11]", "-v")
    assert (found.returncode, list(outcomes(found).values())) == (0, ["PASSED"])
    assert run(place, "specs", "-k", "Table or 3.1K").returncode == 0


def test_a_report_has_file_and_line(place: Path) -> None:
    run(place, "specs", "--junitxml", "report.xml", "-o", "junit_family=xunit1")
    cases = list(ElementTree.parse(place / "report.xml").getroot().iter("testcase"))
    assert len(cases) == 6
    (failed,) = (case for case in cases if case.find("failure") is not None)
    assert (failed.get("file"), failed.get("line")) == ("specs/net.yaml", "13")  # pytest counts from 0
    failure = failed.find("failure")
    assert failure is not None and "most is in fc" in (failure.text or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NET.replace("conv:", "conf:"), {"spec": "FAILED"}),
        (NET.replace("3.1K", "lots"), {"net": "PASSED", "claims": "FAILED", "wide[params <= 4K, line 14]": "FAILED"}),
        (NET.replace("params <= 4K", "parms <= 4K"), {"net[params is 3.1K, line 11]": "PASSED", "expect": "FAILED"}),
        (
            NET.replace("width: 16", "width: 1 // 2"),
            {"wide": "FAILED", "wide[params <= 4K, line 14]": "SKIPPED"},
        ),
        (NET.replace("params: 3.1K", "params: 3.1K, at: d"), {"net[params of d is 3.1K, line 11]": "FAILED", "net": "PASSED"}),
        (NET.replace("4K, source", "3K, source"), {"net[params is 3K, line 12]": "FAILED"}),
        ("\tlayers:\n" + NET, {"spec": "FAILED"}),
    ],
    ids=["unreadable", "bad claim", "bad expectation", "unbuilt", "unheld", "outdated", "no YAML"],
)
def test_mistakes_fail_one_test_each(text: str, expected: dict[str, str], place: Path) -> None:
    (place / "specs" / "net.yaml").write_text(text, "utf-8")
    found = run(place, "specs", "-v", "-rs")
    assert found.returncode == 1 and "INTERNALERROR" not in found.stdout
    seen = {name.partition("::")[2]: outcome for name, outcome in outcomes(found).items()}
    assert expected.items() <= seen.items(), found.stdout


# ------------------------------------------------------------------------------------------ what it leaves alone


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], ["tests/test_it.py"]),
        (["."], ["tests/test_it.py"]),
        (["tests"], ["tests/test_it.py"]),
        (["specs"], ["specs/net.yaml"]),
        (["tests", "specs"], ["specs/net.yaml", "tests/test_it.py"]),
        (["tests/data"], ["tests/data/config.yaml"]),  # who names this folder has nothing else in mind
        (["specs/net.yaml"], ["specs/net.yaml"]),
        (["--archcalc", "."], ["specs/net.yaml", "tests/data/config.yaml", "tests/test_it.py"]),
        (["-o", "archcalc_specs=specs"], ["specs/net.yaml", "tests/test_it.py"]),
        (["-o", "archcalc_specs=specs/net.yaml tests/none", "."], ["specs/net.yaml", "tests/test_it.py"]),
        (["--co", "--archcalc", "tests/test_it.py"], ["tests/test_it.py"]),
    ],
    ids=" ".join,
)
def test_which_files_are_collected(arguments: list[str], files: list[str], place: Path) -> None:
    found = run(place, "--collect-only", "-q", *arguments)
    assert sorted({line.partition("::")[0] for line in found.stdout.splitlines() if "::" in line}) == files, found.stdout


def test_testpaths_can_name_the_specs(place: Path) -> None:
    options = (
        '[tool.pytest.ini_options]\ntestpaths = ["tests", "specs"]\narchcalc_specs = ["specs"]\naddopts = ["--strict-config"]\n'
    )
    (place / "pyproject.toml").write_text(options, "utf-8")
    found = run(place, "-v")
    assert len(outcomes(found)) == 7


def test_another_tools_file_is_no_test(place: Path) -> None:
    found = run(place, "specs/compose.yaml")
    assert found.returncode in (4, 5) and "compose.yaml" in found.stdout + found.stderr
    assert "INTERNALERROR" not in found.stdout + found.stderr


def test_nothing_is_loaded_where_nobody_asks() -> None:
    seen = loaded("-c", "import archcalc.pytest_plugin")
    assert {name for name in seen if name.startswith("archcalc")} <= {
        "archcalc",
        "archcalc.__about__",
        "archcalc.limits",
        "archcalc.pytest_plugin",
    }
    assert not seen & {"yaml", "rich", "click", "sympy"}


def test_it_is_registered() -> None:
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"archcalc": "archcalc.pytest_plugin"}
    assert not any(name.startswith("pytest") for name in project["dependencies"])
