"""archcalc quiz as its user meets it: in a terminal, through a pipe, on paper, and from a file of answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import archcalc as library
from archcalc.quiz.making import Maker, Wanted
from archcalc.quiz.pool import lecture_families
from archcalc.quiz.question import Question
from cli.commands import ROOT, archcalc

pexpect = pytest.importorskip("pexpect")  # it drives terminals, which Windows has not
SEED = 3
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}


def questions(number: int = 10) -> list[Question]:
    return list(Maker(Wanted(lecture_families(), number=number), SEED, library.analyze).questions())


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    """Where the history of a test is kept."""
    return {"ARCHCALC_DATA_DIR": str(tmp_path / "data")}


def attempts(data: dict[str, str]) -> list[dict[str, object]]:
    path = Path(data["ARCHCALC_DATA_DIR"]) / "quiz-history.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def typed(text: str, *args: str, width: int = 80, **environment: str) -> subprocess.CompletedProcess[str]:
    """A quiz with its answers piped in."""
    surroundings = {**os.environ, "COLUMNS": str(width), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "archcalc", "quiz", "--seed", str(SEED), *args]
    return subprocess.run(command, input=text, capture_output=True, text=True, env=surroundings, timeout=60, check=False)


# ------------------------------------------------------------------------------------------ in a terminal


def terminal(*args: str, columns: int = 80, **environment: str) -> object:
    """A quiz in a terminal of its own."""
    surroundings = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    surroundings |= {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment}
    words = ["-m", "archcalc", "quiz", "--seed", str(SEED), *args]
    return pexpect.spawn(sys.executable, words, env=surroundings, dimensions=(50, columns), encoding="utf-8", timeout=60)


@pytest.mark.parametrize("columns", [80, 40])
def test_right_and_wrong_in_a_terminal(columns: int, data: dict[str, str]) -> None:
    first, second, *_ = questions()
    child = terminal("--count", "2", columns=columns, **data)
    child.expect_exact("1 of 2: ")
    child.expect_exact("> ")
    child.sendline(first.answer.text)
    child.expect_exact("✓ Right")
    child.expect_exact("2 of 2: ")
    child.expect_exact("> ")
    child.sendline(second.choices[(second.right + 1) % 4].text)
    child.expect_exact("✗ No, it is")
    child.expect_exact("1 of 2 right")
    child.expect_exact("to revise:")
    child.expect_exact("archcalc explain")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert [one["right"] for one in attempts(data)] == [True, False]


@pytest.mark.parametrize("columns", [80, 40])
def test_nothing_is_wider_than_the_terminal(columns: int, data: dict[str, str]) -> None:
    child = terminal("--count", "4", "--choices", columns=columns, **data)
    for _ in range(4):
        child.expect_exact("> ")
        child.sendline("s")
    child.expect(pexpect.EOF)
    lines = child.before.splitlines()
    assert lines and max(map(len, lines)) <= columns


def test_no_colour_is_used_and_no_escape_is_sent(data: dict[str, str]) -> None:
    child = terminal("--count", "1", NO_COLOR="1", **data)
    child.expect_exact("> ")
    assert "\x1b[3" not in child.before
    child.sendline("q")
    child.expect_exact("No question was answered.")
    child.expect(pexpect.EOF)


def test_ctrl_c_ends_with_the_score_so_far(data: dict[str, str]) -> None:
    child = terminal(**data)
    child.expect_exact("> ")
    child.sendline(questions()[0].answer.text)
    child.expect_exact("2 of 10: ")
    child.expect_exact("> ")
    child.sendintr()
    child.expect_exact("1 of 1 right (of 10)")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130 and "Traceback" not in child.before
    assert len(attempts(data)) == 1


def test_ctrl_d_ends_with_the_score_so_far(data: dict[str, str]) -> None:
    child = terminal(**data)
    child.expect_exact("> ")
    child.sendline("s")
    child.expect_exact("2 of 10: ")
    child.expect_exact("> ")
    child.sendeof()
    child.expect_exact("0 of 1 right (of 10)")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


# ------------------------------------------------------------------------------------------ through a pipe


def test_answers_through_a_pipe() -> None:
    asked = questions(3)
    found = typed("\n".join(question.answer.text for question in asked) + "\n", "--count", "3", "--no-history")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.count("✓ Right") == 3 and found.stdout.endswith("3 of 3 right\n")
    assert f"The same quiz again: archcalc quiz --count 3 --seed {SEED}\n" in found.stdout


def test_each_answer_is_explained_with_its_worked_page_and_the_mistake() -> None:
    (first,) = questions(1)
    slip = next(choice.slip for choice in first.choices if choice.slip is not None)
    wrong = next(choice.text for choice in first.choices if choice.slip is slip)
    found = typed(f"{wrong}\n", "--count", "1", "--no-history", width=1000)
    assert f"✗ No, it is {first.answer.text}. {wrong} comes from a common slip, '{slip.mistake}': {slip.why}." in found.stdout
    for section in first.worked:
        for entry in section.entries:
            assert str(entry) in found.stdout


def test_hints_skipping_and_what_is_no_answer() -> None:
    (first,) = questions(1)
    found = typed("?\nblue\n\n\ns\n", "--count", "1", "--no-history", width=1000)
    assert first.hint in found.stdout
    assert found.stdout.count("> ") == 5
    assert f"It is {first.answer.text}." in found.stdout and "0 of 1 right" in found.stdout


@pytest.mark.parametrize("text", ["", "\x00\x01\xff\n", "9**9**9\n" * 3, "(" * 5000 + "\n", "😀\n", "q\n", "55x55\r\n"])
def test_odd_input_ends_in_a_score(text: str) -> None:
    found = typed(text, "--count", "2", "--no-history")
    assert found.returncode == 0 and found.stderr == ""
    assert re.search(r"\d of \d right|No question was answered", found.stdout)


def test_what_is_no_text_is_no_trouble() -> None:
    command = [sys.executable, "-m", "archcalc", "quiz", "--seed", "1", "--count", "1", "--no-history"]
    found = subprocess.run(command, input=b"\xff\xfe\x80\n", capture_output=True, env=HERE, check=False)
    assert found.returncode == 0 and b"Traceback" not in found.stderr


def test_a_closed_pipe_is_no_trouble() -> None:
    command = f"{sys.executable} -m archcalc quiz --seed 1 --no-history --export md --count 50 | head -1"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=HERE, check=False)
    assert (found.stdout, found.stderr) == ("# archcalc quiz, seed 1\n", "")


# ------------------------------------------------------------------------------------------ history


def test_the_history_is_kept_unless_told(data: dict[str, str]) -> None:
    typed("s\ns\n", "--count", "2", **data)
    assert [one["right"] for one in attempts(data)] == [False, False]
    typed("s\n", "--count", "1", "--no-history", **data)
    assert len(attempts(data)) == 2


def test_review_brings_weak_topics_back(data: dict[str, str]) -> None:
    for _ in range(3):
        typed("s\n" * 8, "--topic", "padding", "--count", "8", **data)
    found = typed("s\n" * 30, "--review", "--count", "30", **data).stdout
    assert found.count("padding and stride, level") >= 8 and "The same quiz again" not in found


def test_a_review_without_earlier_quizzes_says_so(data: dict[str, str]) -> None:
    found = typed("q\n", "--review", **data)
    assert found.returncode == 0 and "no earlier quizzes" in found.stderr


def test_a_history_that_cannot_be_kept_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    found = typed("s\ns\n", "--count", "2", ARCHCALC_DATA_DIR=str(tmp_path / "file"))
    assert found.returncode == 0 and "0 of 2 right" in found.stdout
    assert found.stderr.count("this quiz is not remembered") == 1


def test_a_damaged_history_is_set_aside(data: dict[str, str]) -> None:
    folder = Path(data["ARCHCALC_DATA_DIR"])
    folder.mkdir()
    (folder / "quiz-history.jsonl").write_bytes(b"\x00\xff rubbish\nmore\n")
    found = typed("s\n", "--review", "--count", "1", **data)
    assert found.returncode == 0 and "The history was damaged" in found.stderr
    assert [path.read_bytes() for path in folder.glob("*damaged*")] == [b"\x00\xff rubbish\nmore\n"]


# ------------------------------------------------------------------------------------------ on paper, and graded


@pytest.mark.parametrize("form", ["md", "html", "json", "anki", "latex"])
def test_exports(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"quiz.{form}"
    found = archcalc("quiz", "--seed", str(SEED), "--export", form, "--key", "--output", str(path))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    shown = archcalc("quiz", "--seed", str(SEED), "--export", form, "--key").stdout
    assert path.read_text("utf-8") == shown and f"archcalc quiz --seed {SEED}" in shown.replace("-{}-", "--")


def test_an_answers_file(tmp_path: Path) -> None:
    asked = questions(4)
    path = tmp_path / "answers.txt"
    path.write_text("\n".join(question.answer.text for question in asked), "utf-8")
    found = archcalc("quiz", "--seed", str(SEED), "--count", "4", "--answers", str(path))
    assert (found.returncode, found.stderr) == (0, "") and found.stdout.endswith("\n4 of 4 right\n")
    path.write_text("1. nonsense\n3. " + asked[2].answer.text, "utf-8")
    found = archcalc("quiz", "--seed", str(SEED), "--count", "4", "--answers", str(path))
    assert found.returncode == 1 and found.stdout.endswith("\n1 of 4 right\n")
    assert re.findall(r"^(.) (\d)\. ", found.stdout, re.MULTILINE) == [("✗", "1"), ("✗", "2"), ("✓", "3"), ("✗", "4")]


def test_the_answers_of_an_exported_key_are_right(tmp_path: Path) -> None:
    key = json.loads(archcalc("quiz", "--seed", "5", "--export", "json", "--key", "--choices").stdout)
    path = tmp_path / "answers.json"
    for part in ("text", "choice"):
        path.write_text(json.dumps([question["answer"][part] for question in key["questions"]]), "utf-8")
        found = archcalc("quiz", "--seed", "5", "--choices", "--answers", str(path))
        assert found.returncode == 0 and "10 of 10 right" in found.stdout


# ------------------------------------------------------------------------------------------ wrong options


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--topic", "parms"], "there is no topic 'parms'"),
        (["--topic", "con"], "can mean several topics"),
        (["--level", "4"], "--level"),
        (["--count", "0"], "--count"),
        (["--seed", "-1"], "--seed"),
        (["--seed", "x"], "--seed"),
        (["--export", "pdf"], "--export"),
        (["--key"], "--key goes with --export"),
        (["--output", "x"], "--output goes with --export"),
        (["--export", "md", "--answers", "x"], "one of them"),
        (["--review", "--no-history"], "--review needs the history"),
        (["--answers", "missing.txt"], "missing.txt"),
        (["--export", "md", "--output", "no/such/folder.md"], "there is no folder"),
        (["alexnett"], "did you mean 'alexnet'"),
        (["alexnet", "--topic", "attention", "--no-history"], "there is nothing to ask about alexnet"),
    ],
)
def test_wrong_options(words: list[str], said: str) -> None:
    found = archcalc("quiz", *words)
    assert found.returncode == 2 and found.stdout == ""
    assert said in " ".join(found.stderr.split())
