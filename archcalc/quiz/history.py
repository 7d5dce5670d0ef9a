"""What was asked and answered in earlier quizzes, kept so that weak topics come back.

The history is a file of lines in the user's data directory, one line of JSON an attempt, oldest first. Lines are only ever
appended. Only the last MOST_BYTES of the file are read, from the first line that begins there: whatever the file has become,
a quiz starts at once, and what is older says little about what its reader knows today.

Three sorts of lines are no attempts and yet no damage: empty ones, those of a later version, and those that a crash has cut.
Anything else is damage. Then the file is set aside, with all that is in it, and a new one gets the lines that can be read
(of the last MOST_BYTES, since others would never be read again).
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from archcalc.errors import SpecError

SCHEMA = 1
FOLDER_VARIABLE = "ARCHCALC_DATA_DIR"  # the folder of the history, for classrooms and tests
MOST_BYTES = 2**21  # of the file, from its end: about ten thousand attempts
MOST_GIVEN = 200  # characters of an answer
TRIES, PAUSE = 500, 0.01  # how often, and after how many seconds, to ask again for a file that another process holds

# A named pipe or a device in the file's place must not make the quiz wait for it (NONBLOCK); Windows would turn \n into \r\n.
_PLAIN = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Attempt(NamedTuple):
    """An answer to a question: `when` is the time in UTC, in ISO form; `key`, `topic` and `level` are the question's."""

    when: str
    key: str
    topic: str
    level: int
    model: str
    right: bool
    given: str


def history_path() -> str:
    """Where the history is kept."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        import platformdirs

        folder = platformdirs.user_data_dir("archcalc", appauthor=False)
    return os.path.join(folder, "quiz-history.jsonl")


class History:
    """The attempts in a file. `set_aside` is where this object has put a damaged file, "" if there was none.

    Both methods raise SpecError ("bad-option") where the file or its folder cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.set_aside = ""

    def read(self) -> list[Attempt]:
        """The earlier attempts, oldest first; none where there is no file."""
        with _explained(self.path):
            try:
                content = _content(self.path)
                return (self._repaired() if content.damaged else content).attempts
            except FileNotFoundError:
                return []

    def add(self, attempt: Attempt) -> None:
        """Appends an attempt.

        One write under O_APPEND is enough for several processes to add at once: POSIX makes moving to the end and writing one
        step, so that no line lands on or in another. Two writes would let another line in between. The lock, which all that add
        share, is not for that: it only keeps the file from being set aside between opening and writing.

        On Windows, and on network disks, moving and writing are two steps. There two processes that add in the same instant may
        spoil a line; the next reading sets the file aside for it and goes on with the others.
        """
        with _explained(self.path):
            if os.path.isdir(self.path):
                with suppress(FileNotFoundError):  # another process was faster
                    self._repaired()
            _make_folders(Path(self.path).absolute().parent)
            with _locked(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, alone=False) as descriptor:
                # What does not end in a newline was cut by a crash, or another process is just writing it; then the newline is
                # one too many, and leaves an empty line.
                line = _line(attempt) if _ends_a_line(descriptor) else b"\n" + _line(attempt)
                if os.write(descriptor, line) < len(line):  # the rest could end up behind another line
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _repaired(self) -> _Content:
        """What is in the file, after it was set aside if it is damaged."""
        # Windows renames no file that is open.
        with nullcontext() if sys.platform == "win32" else _locked(self.path, os.O_RDONLY, alone=True):
            content = _content(self.path)  # anew: another process may have added to it, or have repaired it
            if content.damaged:
                self.set_aside = _set_aside(self.path, content.kept)
        return content


# ------------------------------------------------------------------------------------------ what earlier attempts say

RECENT = 20  # attempts of a topic that are looked at
FADING = 0.8  # what an attempt counts, relative to the one after it
WRONG, NEVER_ASKED, RIGHT = 4.0, 1.0, 0.25


def weights(attempts: Iterable[Attempt], topics: Iterable[str]) -> dict[str, float]:
    """How often each topic should come back in a review, relative to the others. `attempts` are oldest first.

    A topic's weight is a mean over its last 20 attempts: 4 for a wrong one, 1/4 for a right one. The latest counts 1, the one
    before it 0.8, the one before that 0.64, and so on; one more value, a 1 that always counts 1, stands for what is not known.
    So a topic never asked has weight 1; answered wrong once 2.5; right once 0.625, five times in a row 0.42. Every right answer
    makes it less and every wrong one more, and it stays between 1/4 and 4.
    """
    sums = {topic: [NEVER_ASKED, 1.0] for topic in topics}
    ages = dict.fromkeys(sums, 0)
    for attempt in reversed(list(attempts)):
        age = ages.get(attempt.topic, RECENT)
        if age < RECENT:
            counts = FADING**age
            sums[attempt.topic][0] += counts * (RIGHT if attempt.right else WRONG)
            sums[attempt.topic][1] += counts
            ages[attempt.topic] += 1
    return {topic: values / counts for topic, (values, counts) in sums.items()}


def weakest(attempts: Iterable[Attempt]) -> list[tuple[str, int, int]]:
    """The topics with wrong answers: topic, right answers, all answers. The smallest share first, then the most asked."""
    found: dict[str, list[bool]] = {}
    for attempt in attempts:
        found.setdefault(attempt.topic, []).append(attempt.right)
    weak = [(topic, sum(rights), len(rights)) for topic, rights in found.items() if not all(rights)]
    return sorted(weak, key=lambda entry: (entry[1] / entry[2], -entry[2], entry[0]))


def missed(attempts: Iterable[Attempt]) -> list[str]:
    """The keys of the questions whose last attempt was wrong, the latest first. `attempts` are oldest first."""
    last: dict[str, bool] = {}
    for attempt in attempts:
        last.pop(attempt.key, None)  # a dict keeps the place of the first setting
        last[attempt.key] = attempt.right
    return [key for key, right in reversed(last.items()) if not right]


# ------------------------------------------------------------------------------------------ lines


class _Content(NamedTuple):
    """What a file holds: its attempts, all lines that a new file would keep, and whether there is anything else."""

    attempts: list[Attempt]
    kept: list[bytes]
    damaged: bool


def _content(path: str) -> _Content:
    if os.path.isdir(path):
        return _Content([], [], damaged=True)
    attempts: list[Attempt] = []
    kept: list[bytes] = []
    damaged = False
    lines = _last_lines(path)
    for place, line in enumerate(map(bytes.strip, lines)):
        if not line or _is_cut(line):
            continue
        data = _object(line)
        attempt = _attempt(data)
        if attempt is not None:
            attempts.append(attempt)
        if attempt is not None or _is_later(data):
            kept.append(line)
        elif place < len(lines) - 1 or not place:  # after the last newline there may be anything: a crash of the whole machine
            damaged = True
    return _Content(attempts, kept, damaged)


def _last_lines(path: str) -> list[bytes]:
    """The lines in the last MOST_BYTES of a file, without one that begins before them."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _PLAIN)) as stream:
        size = os.fstat(stream.fileno()).st_size
        if not size:  # of a pipe and a device too, which cannot be asked for their end
            return []
        start = max(0, size - MOST_BYTES - 1)  # a line may begin exactly at the limit, after a newline
        stream.seek(start)
        data = stream.read(size - start)
    if start and b"\n" in data:
        data = data.partition(b"\n")[2]
    return data.split(b"\n")


def _is_cut(line: bytes) -> bool:
    """Whether a line is the beginning of one: what a crash leaves, at the end or, once something was added, further up."""
    return line.startswith(b"{") and not line.endswith(b"}") and line.isascii()


def _line(attempt: Attempt) -> bytes:
    """The line of an attempt, in ASCII, so that no crash cuts a character and no terminal is in the way."""
    clipped = attempt._replace(given=attempt.given[:MOST_GIVEN])
    return json.dumps({"schema": SCHEMA, **clipped._asdict()}, ensure_ascii=True).encode("ascii") + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    """The JSON object in a line; an empty one if there is none."""
    if not line.startswith(b"{"):
        return {}
    try:
        data = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):  # also for bytes that are not UTF-8, and numbers of thousands of digits
        return {}
    return data if isinstance(data, dict) else {}


def _is_later(data: dict[str, Any]) -> bool:
    """Whether a later version wrote it, which may have been tried and left again."""
    return type(data.get("schema")) is int and data["schema"] > SCHEMA


def _attempt(data: dict[str, Any]) -> Attempt | None:
    """The attempt in an object, whatever further keys it has; None for an object of another shape."""
    sorts = {"schema": int, "level": int, "right": bool}
    values = {"schema": SCHEMA, **data}
    if any(type(values.get(name)) is not sorts.get(name, str) for name in ("schema", *Attempt._fields)):
        return None
    if values["schema"] != SCHEMA:
        return None
    # Halves of surrogate pairs become ?: JSON may hold them, typed bytes become such, and no terminal takes them.
    texts = {name: text.encode("utf-8", "replace").decode() for name, text in values.items() if isinstance(text, str)}
    texts["given"] = texts["given"][:MOST_GIVEN]
    return Attempt(**{name: texts.get(name, values[name]) for name in Attempt._fields})


# ------------------------------------------------------------------------------------------ files


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # a ValueError for a name that no file can have
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot use the history of quizzes, {path}: {reason}; --no-history plays without it"
        raise SpecError("bad-option", message, hint=f"{FOLDER_VARIABLE} may name another folder for it") from None


def _make_folders(folder: Path) -> None:
    """Makes a folder, and those above it, for the user alone: os.makedirs would open the upper ones to all."""
    if not folder.is_dir():
        for one in (*reversed(folder.parents), folder):
            one.mkdir(mode=0o700, exist_ok=True)


def _ends_a_line(descriptor: int) -> bool:
    """Whether a file is empty or ends in a newline. A pipe or device counts as empty."""
    if not os.fstat(descriptor).st_size:
        return True
    os.lseek(descriptor, -1, os.SEEK_END)  # writing is at the end in any case
    return os.read(descriptor, 1) == b"\n"


@contextmanager
def _locked(path: str, flags: int, alone: bool) -> Iterator[int]:
    """A descriptor of the file that now has this name, locked against those that set it aside, or (`alone`) against all."""
    for _ in range(TRIES):
        descriptor = os.open(path, flags | _PLAIN, 0o600)
        try:
            _lock(descriptor, alone)
            if _is_at(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)
    raise OSError(errno.EBUSY, "other programs replace it again and again")


def _lock(descriptor: int, alone: bool) -> None:
    """Waits for the lock, but not for ever. Does nothing where there are no such locks."""
    if sys.platform == "win32":
        return
    import fcntl

    for _ in range(TRIES):
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE)
        except OSError:  # some network disks
            return
        else:
            return
    raise OSError(errno.EBUSY, "another program holds it")


def _is_at(path: str, descriptor: int) -> bool:
    """Whether an open file still has this name: another process may have set it aside."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _set_aside(path: str, kept: Sequence[bytes]) -> str:
    """Gives a damaged file another name, and puts a new one with these lines in its place. Returns the other name."""
    aside = _free_name(path)
    if os.path.isdir(path):
        os.rename(path, aside)
        return aside
    new = _written(os.path.dirname(os.path.abspath(path)), kept)
    try:
        try:
            os.link(path, aside)  # so that at no time there is none: a process that adds just now would begin another
        except FileExistsError:
            raise
        except OSError:  # some file systems have no second names
            os.rename(path, aside)
        os.replace(new, path)
    except OSError:
        with suppress(OSError):
            os.unlink(new)
        raise
    return aside


def _free_name(path: str) -> str:
    """A name beside a file that says since when it is damaged, and that nothing has."""
    root, ending = os.path.splitext(path)
    start = f"{root}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    names = (f"{start}{f'-{number}' if number > 1 else ''}{ending}" for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


def _written(folder: str, lines: Sequence[bytes]) -> str:
    """A new file with these lines, on the disk before it takes the place of another; only the user may read it."""
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix="quiz-history-", suffix=".tmp", dir=folder)
    try:
        with open(descriptor, "wb") as stream:
            stream.writelines(line + b"\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise
    return name
