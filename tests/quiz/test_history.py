"""The history of quizzes: what is read back, and that no crash, damage or neighbour costs more than it must."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import SpecError
from archcalc.quiz import history as history_module
from archcalc.quiz.history import MOST_BYTES, Attempt, History, history_path, missed, weakest, weights

ONE = Attempt("2026-01-02T03:04:05+00:00", "size:alexnet:conv1", "size", 1, "alexnet", True, "55x55x96")
OTHER = Attempt("2026-01-02T03:05:00+00:00", "params:vgg16:fc6", "params", 2, "vgg16", False, 'zwölf | \\ " \n')
LATER = b'{"schema": 2, "what": ["unknown", 5]}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quiz-history.jsonl"


def line(attempt: Attempt) -> bytes:
    """The line of an attempt, as the file has it."""
    return json.dumps({"schema": 1, **attempt._asdict()}).encode() + b"\n"


def read(path: Path) -> list[Attempt]:
    """What is read by one who sets nothing aside."""
    history = History(str(path))
    attempts = history.read()
    assert history.set_aside == ""
    return attempts


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def asides(folder: Path) -> list[Path]:
    return sorted(folder.glob("quiz-history.damaged-*"))


# ------------------------------------------------------------------------------------------ adding and reading


def test_without_a_file_there_is_nothing_and_reading_makes_none(path: Path) -> None:
    assert read(path) == []
    assert read(path.parent / "no" / "folder" / "either") == []
    assert list(path.parent.iterdir()) == []


def test_what_is_added_is_read_in_its_order(path: Path) -> None:
    history = History(path)
    for attempt in (ONE, OTHER, ONE):
        history.add(attempt)
    assert read(path) == [ONE, OTHER, ONE]
    assert history.read() == [ONE, OTHER, ONE]
    assert path.read_bytes() == line(ONE) + line(OTHER) + line(ONE)
    assert list(path.parent.iterdir()) == [path]


def test_only_the_user_may_read_the_file_and_the_folders_made_for_it(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "quiz-history.jsonl"
    History(path).add(ONE)
    assert [mode(path), mode(path.parent), mode(path.parent.parent)] == [0o600, 0o700, 0o700]


def test_a_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("quiz-history.jsonl", "folder/quiz-history.jsonl"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"rubbish\n" + line(ONE))
        assert History(name).read() == [ONE]
        History(name).add(OTHER)
        assert read(tmp_path / name) == [ONE, OTHER]


def test_a_line_is_one_write_at_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[int, bytes]] = []
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        written.append((fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND, data))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    History(path).add(OTHER)
    assert written == [(os.O_APPEND, line(OTHER))]


def test_long_answers_are_clipped_and_halves_of_surrogate_pairs_are_made_printable(path: Path) -> None:
    History(path).add(ONE._replace(given="é" * 1000))
    History(path).add(ONE._replace(given="\ud800 \udcff", model="a\udc80.yaml"))
    assert read(path) == [ONE._replace(given="é" * 200), ONE._replace(given="? ?", model="a?.yaml")]
    assert len(path.read_bytes()) < 2000
    path.write_bytes(line(ONE._replace(given="x" * 1000)))
    assert read(path) == [ONE._replace(given="x" * 200)]


def test_further_keys_and_an_absent_schema_do_not_matter(path: Path) -> None:
    further = json.dumps({**ONE._asdict(), "seconds": 12.5, "device": {"a": []}}).encode() + b"\r\n\n  \n"
    path.write_bytes(further + line(OTHER))
    assert read(path) == [ONE, OTHER]
    assert path.read_bytes() == further + line(OTHER)


def test_lines_of_a_later_version_are_skipped_and_stay(path: Path) -> None:
    path.write_bytes(line(ONE) + LATER + b"\n")
    History(path).add(OTHER)
    assert read(path) == [ONE, OTHER]
    assert path.read_bytes() == line(ONE) + LATER + b"\n" + line(OTHER)


def test_the_path_is_in_the_folder_of_the_user_or_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("ARCHCALC_DATA_DIR", raising=False)
    usual = os.path.join(platformdirs.user_data_dir("archcalc", appauthor=False), "quiz-history.jsonl")
    assert history_path() == usual
    assert Path(usual).parent.name == "archcalc"
    monkeypatch.setenv("ARCHCALC_DATA_DIR", "")
    assert history_path() == usual
    monkeypatch.setenv("ARCHCALC_DATA_DIR", os.path.join("class", "anna"))
    assert history_path() == os.path.join("class", "anna", "quiz-history.jsonl")


# ------------------------------------------------------------------------------------------ several at once

ADDS = """
import sys
from archcalc.quiz.history import Attempt, History
path, name = sys.argv[1:]
history = History(path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    history.add(Attempt("2026-01-02", f"{name}:{number}", "size", 1, "vgg16", bool(number % 2), "x" * (number % 150)))
"""


@contextmanager
def adding(path: Path, names: str) -> Iterator[list[subprocess.Popen[str]]]:
    """A process a letter, each adding 200 attempts, all starting at the same time; all have ended well at the end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", ADDS, str(path)]
    processes = [subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, stderr=pipe, text=True) for name in names]
    try:
        for process in processes:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        yield processes
    finally:
        ends = [(process.communicate()[1], process.returncode) for process in processes]
    assert ends == [("", 0)] * len(names)


def assert_all_there(attempts: list[Attempt], names: str) -> None:
    """Every attempt once, those of a process in its order."""
    for name in names:
        assert [a.key for a in attempts if a.key.startswith(f"{name}:")] == [f"{name}:{number}" for number in range(200)]
    assert len(attempts) == 200 * len(names)


def test_processes_that_add_at_once_lose_nothing(path: Path) -> None:
    with adding(path, "abcd"):
        pass
    assert_all_there(read(path), "abcd")


def test_a_file_set_aside_while_others_add_loses_nothing(path: Path) -> None:
    """Each damage makes the reader put a new file in place, in the middle of what the others do."""
    repaired = 0
    with adding(path, "abcd") as processes:
        while any(process.poll() is None for process in processes):
            history = History(path)
            with open(path, "ab", buffering=0) as stream:
                stream.write(b"\nrubbish\n")
            history.read()
            repaired += history.set_aside != ""
    assert repaired > 0
    assert len(asides(path.parent)) == repaired
    assert_all_there(read(path), "abcd")


def test_of_readers_that_find_damage_at_once_one_sets_aside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one was about to when the first had done it: it must not set aside the good file."""
    path.write_bytes(b"rubbish\n" + line(ONE))
    first, second = History(path), History(path)
    real = history_module._lock
    calls = []

    def lock(descriptor: int, alone: bool) -> None:
        calls.append(alone)
        if len(calls) == 1:  # the second one waits here
            first.read()
            first.add(OTHER)
        real(descriptor, alone)

    monkeypatch.setattr(history_module, "_lock", lock)
    assert second.read() == [ONE, OTHER]
    assert (second.set_aside, [first.set_aside]) == ("", list(map(str, asides(path.parent))))
    assert path.read_bytes() == line(ONE) + line(OTHER)


def test_who_adds_while_the_file_is_set_aside_adds_to_the_new_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"rubbish\n" + line(ONE))
    real = history_module._lock
    calls = []

    def lock(descriptor: int, alone: bool) -> None:
        calls.append(alone)
        if len(calls) == 1:  # the file is open, and not yet locked
            History(path).read()
        real(descriptor, alone)

    monkeypatch.setattr(history_module, "_lock", lock)
    History(path).add(OTHER)
    assert path.read_bytes() == line(ONE) + line(OTHER)
    assert asides(path.parent)[0].read_bytes() == b"rubbish\n" + line(ONE)


def test_while_a_file_is_set_aside_there_always_is_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If there were none for a moment, a process that adds would make one, and lose it to the repaired one."""
    path.write_bytes(b"rubbish\n" + line(ONE))
    real = os.replace

    def replace(source: str, target: str) -> None:
        assert path.read_bytes() == b"rubbish\n" + line(ONE)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    assert History(path).read() == [ONE]


def test_a_file_that_another_program_holds_is_an_error_and_no_hang(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "TRIES", 3)
    path.write_bytes(line(ONE))
    with open(path, "rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(SpecError, match="another program holds it"):
            History(path).add(OTHER)
        assert read(path) == [ONE]  # reading needs no lock


def test_who_adds_does_not_wait_for_others_who_add(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "TRIES", 1)
    path.touch()
    with open(path, "rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        History(path).add(ONE)
    assert read(path) == [ONE]


def test_a_file_system_without_locks_does(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(descriptor: int, how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", flock)
    path.write_bytes(b"rubbish\n" + line(ONE))
    assert History(path).read() == [ONE]
    History(path).add(OTHER)
    assert read(path) == [ONE, OTHER]


# ------------------------------------------------------------------------------------------ crashes


@pytest.mark.parametrize("length", [*range(1, 12), *range(12, len(line(OTHER)) - 1, 17), len(line(OTHER)) - 2])
def test_a_killed_writer_costs_its_line_only(path: Path, length: int) -> None:
    """At any place; nothing is set aside for it, neither at the end nor when others were added after it."""
    path.write_bytes(line(ONE) + line(OTHER)[:length])
    assert read(path) == [ONE]
    History(path).add(OTHER)
    assert read(path) == [ONE, OTHER]
    assert path.read_bytes() == line(ONE) + line(OTHER)[:length] + b"\n" + line(OTHER)


def test_a_line_cut_before_its_newline_is_whole(path: Path) -> None:
    path.write_bytes(line(ONE)[:-1])
    assert read(path) == [ONE]
    History(path).add(OTHER)
    assert path.read_bytes() == line(ONE) + line(OTHER)
    assert read(path) == [ONE, OTHER]


@pytest.mark.parametrize("end", [b'{"when": "20', b"\0" * 30, b'{"when": "2026\0\0\0', b"\xff\xfe", b"rubbish", b"[1]"])
def test_nothing_is_set_aside_for_a_broken_end(path: Path, end: bytes) -> None:
    path.write_bytes(line(ONE) + end)
    assert read(path) == [ONE]
    assert path.read_bytes() == line(ONE) + end


def test_a_line_that_is_written_in_part_is_an_error_and_costs_nothing_else(path: Path) -> None:
    """A full disk takes the beginning of a line. Here a limit on the size of files does."""
    History(path).add(ONE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 40, before[1]))
    try:
        with pytest.raises(SpecError, match="No space left"):
            History(path).add(OTHER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == line(ONE) + line(OTHER)[:40]
    History(path).add(OTHER)
    assert read(path) == [ONE, OTHER]


# ------------------------------------------------------------------------------------------ damage

DAMAGE = {
    "binary": b"\x00\x01\x02\xfe\xff\x80",
    "UTF-16": "wer".encode("utf-16"),
    "Latin-1": '{"when": "zwölf"}'.encode("latin-1"),
    "binary after a bracket": b"{\xff\x00",
    "no JSON": b"rubbish",
    "half JSON": b'{"when": 5, }',
    "a list": b"[1, 2]",
    "a text": b'"when"',
    "a number": b"12",
    "nothing in it": b"{}",
    "other keys": b'{"name": "vgg16"}',
    "a number for a text": line(ONE).replace(b'"alexnet"', b"5").strip(),
    "a number for a truth": line(ONE).replace(b"true", b"1").strip(),
    "a truth for a number": line(ONE).replace(b'"level": 1', b'"level": true').strip(),
    "a fraction for a number": line(ONE).replace(b'"level": 1', b'"level": 1.0').strip(),
    "null": line(ONE).replace(b'"size"', b"null").strip(),
    "a key less": json.dumps({key: value for key, value in ONE._asdict().items() if key != "key"}).encode(),
    "schema 0": line(ONE).replace(b'"schema": 1', b'"schema": 0').strip(),
    "schema as text": line(ONE).replace(b'"schema": 1', b'"schema": "2"').strip(),
    "deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "many digits": b'{"schema": ' + b"9" * 100_000 + b"}" if sys.version_info >= (3, 11) else b"9",
    "two lines in one": line(OTHER)[:50] + line(OTHER).strip(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_set_aside_and_what_can_be_read_is_kept(path: Path, damage: bytes) -> None:
    whole = line(ONE) + damage + b"\n" + LATER + b"\n" + line(OTHER)
    path.write_bytes(whole)
    history = History(path)
    assert history.read() == [ONE, OTHER]
    assert list(map(str, asides(path.parent))) == [history.set_aside]
    assert re.fullmatch(r"quiz-history\.damaged-\d{8}-\d{6}\.jsonl", Path(history.set_aside).name)
    assert Path(history.set_aside).read_bytes() == whole
    assert path.read_bytes() == line(ONE) + LATER + b"\n" + line(OTHER)
    assert mode(path) == 0o600
    assert len(list(path.parent.iterdir())) == 2  # no temporary file is left
    assert read(path) == [ONE, OTHER]  # and it is whole again


@pytest.mark.parametrize("damage", [DAMAGE["binary"], b"rubbish", b"[1, 2]"])
def test_a_file_of_nothing_else_is_set_aside_without_a_newline_too(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    history = History(path)
    assert history.read() == []
    assert Path(history.set_aside).read_bytes() == damage
    assert path.read_bytes() == b""


def test_a_directory_in_its_place_is_set_aside(path: Path) -> None:
    for method in ("read", "add"):
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "something").write_text(method)
        history = History(path)
        assert history.read() == [] if method == "read" else history.add(ONE) is None
        assert (Path(history.set_aside) / "something").read_text() == method
    assert read(path) == [ONE]
    assert len(asides(path.parent)) == 2


def test_an_older_file_set_aside_is_never_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module.time, "strftime", lambda *_: "20260102-030405")
    for text in (b"one\n", b"two\n", b"three\n"):
        path.write_bytes(text)
        History(path).read()
    path.unlink()
    path.mkdir()
    History(path).read()
    names = [f"quiz-history.damaged-20260102-030405{suffix}.jsonl" for suffix in ("", "-2", "-3", "-4")]
    assert sorted(entry.name for entry in asides(path.parent)) == sorted(names)
    assert [(path.parent / name).read_bytes() for name in names[:3]] == [b"one\n", b"two\n", b"three\n"]


def test_a_file_system_without_second_names_does(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    path.write_bytes(b"rubbish\n" + line(ONE))
    history = History(path)
    assert history.read() == [ONE]
    assert Path(history.set_aside).read_bytes() == b"rubbish\n" + line(ONE)
    assert path.read_bytes() == line(ONE)


@pytest.mark.parametrize("step", ["fsync", "link", "replace"])
def test_a_damaged_file_that_cannot_be_repaired_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device") if step != "link" else FileExistsError(17, "File exists")

    monkeypatch.setattr(os, step, fail)
    path.write_bytes(b"rubbish\n" + line(ONE))
    history = History(path)
    with pytest.raises(SpecError, match="No space left" if step != "link" else "File exists"):
        history.read()
    assert history.set_aside == ""
    assert path.read_bytes() == b"rubbish\n" + line(ONE)
    assert not list(path.parent.glob("*.tmp"))


def test_a_link_to_a_damaged_file_is_replaced_and_the_file_stays(path: Path) -> None:
    elsewhere = path.parent / "elsewhere.jsonl"
    elsewhere.write_bytes(b"rubbish\n" + line(ONE))
    path.symlink_to(elsewhere)
    history = History(path)
    assert history.read() == [ONE]
    assert Path(history.set_aside).read_bytes() == elsewhere.read_bytes() == b"rubbish\n" + line(ONE)
    assert read(path) == [ONE]


# ------------------------------------------------------------------------------------------ what cannot be read or written


def assert_refused(path: str | Path, reading: bool = True) -> None:
    """Adding, and reading too, is an error that names the path and the way on."""
    history = History(path)
    for act in (history.read, lambda: history.add(ONE)) if reading else (lambda: history.add(ONE),):
        with pytest.raises(SpecError) as caught:
            act()
        assert caught.value.code == "bad-option"
        assert str(path) in caught.value.message
        assert "--no-history plays without it" in caught.value.message
        assert caught.value.__suppress_context__


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert_refused(tmp_path / "file" / "quiz-history.jsonl")
    assert_refused(tmp_path / "file" / "folder" / "quiz-history.jsonl")


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Nobody may do anything in the folder; root, who may all the same, becomes nobody meanwhile."""
    folder.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)


def test_a_folder_without_rights(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "quiz-history.jsonl"
    History(path).add(ONE)
    with without_rights(path.parent):
        assert_refused(path)
        assert_refused(path.parent / "deeper" / "quiz-history.jsonl")
    assert read(path) == [ONE]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk(path: Path) -> None:
    path.symlink_to("/dev/full")
    assert_refused(path, reading=False)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "\ud800", "a/" * 4000 + "b"])
def test_names_that_no_file_can_have(name: str) -> None:
    assert_refused(name)


def test_links_in_a_circle(path: Path) -> None:
    path.symlink_to(path)
    assert_refused(path)


def test_a_device_keeps_nothing_and_a_pipe_does_not_block(path: Path) -> None:
    """A link to /dev/null is how people tell programs to keep no history."""
    path.symlink_to(os.devnull)
    History(path).add(ONE)
    assert read(path) == []
    assert path.is_symlink()
    pipe = path.parent / "pipe"
    os.mkfifo(pipe)
    assert read(pipe) == []
    History(pipe).add(ONE)
    assert pipe.is_fifo()


# ------------------------------------------------------------------------------------------ huge files


def padded(number: int, length: int = 256) -> Attempt:
    """An attempt whose line has this length."""
    attempt = ONE._replace(key=f"{number:07}", model="")
    return attempt._replace(model="x" * (length - len(line(attempt))))


def test_of_a_huge_file_only_the_end_is_read(path: Path) -> None:
    """100 MB of zeros are rubbish, which would be set aside if it were looked at."""
    path.touch()
    os.truncate(path, 100_000_000)
    with open(path, "ab") as stream:
        stream.writelines(line(padded(number)) for number in range(10_000))
    attempts = read(path)
    assert attempts == [padded(number) for number in range(10_000 - MOST_BYTES // 256, 10_000)]
    History(path).add(ONE)
    assert read(path) == [*attempts[1:], ONE]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_reading_begins_at_a_line_and_misses_none(path: Path, more: int) -> None:
    """The second line begins a byte before, at, or a byte after the place from where the file is read."""
    lines = MOST_BYTES // 256
    attempts = [padded(0), padded(1, 256 - more), *(padded(number) for number in range(2, lines + 1))]
    path.write_bytes(b"".join(map(line, attempts)))
    assert path.stat().st_size == MOST_BYTES + 256 - more
    assert read(path) == attempts[1 if more >= 0 else 2 :]


def test_a_huge_damaged_file_is_set_aside_whole(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.writelines(line(padded(number)) for number in range(10_000))
        stream.write(b"rubbish\n")
    size = path.stat().st_size
    history = History(path)
    attempts = history.read()
    assert attempts[-1] == padded(9_999)
    assert len(attempts) == MOST_BYTES // 256 - 1
    assert Path(history.set_aside).stat().st_size == size
    assert read(path) == attempts


def test_a_huge_line_is_damage(path: Path) -> None:
    path.write_bytes(b"x" * (3 * MOST_BYTES))
    history = History(path)
    assert history.read() == []
    assert Path(history.set_aside).stat().st_size == 3 * MOST_BYTES


# ------------------------------------------------------------------------------------------ any bytes

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
attempts_drawn = st.builds(Attempt, texts, texts, texts, st.integers(1, 3), texts, st.booleans(), texts)
rubbish = st.one_of(
    st.sampled_from([*DAMAGE.values(), LATER, b"", b"{", line(ONE)[:33]]),
    st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"")),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").replace(b"\n", b"")),
)


@settings(deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.lists(rubbish, max_size=5).map(b"\n".join)), attempt=attempts_drawn)
def test_whatever_the_file_holds_it_is_read_and_added_to(content: bytes, attempt: Attempt) -> None:
    """Adding works before and after reading, and all that was there is in the file or set aside."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quiz-history.jsonl"
        path.write_bytes(content)
        History(path).add(attempt)
        history = History(path)
        assert history.read()[-1] == attempt
        assert (Path(history.set_aside) if history.set_aside else path).read_bytes().startswith(content)
        path.write_bytes(content)
        before = History(path).read()
        History(path).add(attempt)
        assert History(path).read() == [*before, attempt]


@settings(deadline=None)
@given(st.lists(attempts_drawn | rubbish, max_size=8))
def test_lines_that_can_be_read_survive_all_others(lines: list[Attempt | bytes]) -> None:
    attempts = [entry for entry in lines if isinstance(entry, Attempt)]
    content = b"".join(line(entry) if isinstance(entry, Attempt) else entry + b"\n" for entry in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quiz-history.jsonl"
        path.write_bytes(content)
        history = History(path)
        assert history.read() == attempts
        assert (Path(history.set_aside) if history.set_aside else path).read_bytes() == content
        assert read(path) == attempts


# ------------------------------------------------------------------------------------------ what attempts say


def answered(marks: str, topic: str = "size") -> list[Attempt]:
    """Attempts of a topic: + is a right one, - a wrong one."""
    return [ONE._replace(topic=topic, key=f"{topic}:{number}", right=mark == "+") for number, mark in enumerate(marks)]


def weight(marks: str) -> float:
    return weights(answered(marks), ["size"])["size"]


def test_weights_are_as_documented() -> None:
    assert weight("") == 1
    assert weight("-") == 2.5
    assert weight("+") == 0.625
    assert weight("+" * 5) == pytest.approx(0.42, abs=0.005)
    assert weight("+-") == pytest.approx((1 + 4 + 0.8 / 4) / (1 + 1 + 0.8))


def test_wrong_answers_weigh_more_and_recent_ones_most() -> None:
    assert weight("--") > weight("-") > weight("") > weight("+") > weight("++") > weight("+++")
    assert weight("+-") > weight("-+")
    assert weight("-++") < weight("-+")
    assert weight("-" * 100 + "+" * 20) == weight("+" * 20)


@given(st.text("+-", max_size=19))
def test_a_wrong_answer_makes_a_weight_larger_and_a_right_one_smaller(marks: str) -> None:
    assert 0.25 < weight(marks + "+") < weight(marks) < weight(marks + "-") < 4


def test_every_topic_has_a_weight_and_others_do_not_matter() -> None:
    attempts = answered("--+", "params") + answered("+-", "gone") + answered("+", "size")
    found = weights(attempts, ["size", "params", "memory"])
    assert found == {"size": 0.625, "params": weight("--+"), "memory": 1.0}
    assert weights([], []) == {}


def test_weakest_topics_have_wrong_answers_and_the_smallest_share_of_right_ones() -> None:
    attempts = answered("++", "size") + answered("+-", "b") + answered("++--", "c") + answered("-", "d") + answered("+-", "a")
    assert weakest(attempts) == [("d", 0, 1), ("c", 2, 4), ("a", 1, 2), ("b", 1, 2)]
    assert weakest([]) == []


def test_missed_are_the_questions_whose_last_answer_was_wrong() -> None:
    asked = [("one", False), ("two", False), ("three", False), ("two", True), ("four", True), ("one", False), ("four", False)]
    attempts = [ONE._replace(key=key, right=right) for key, right in asked]
    assert missed(attempts) == ["four", "one", "three"]
    assert missed([]) == []
