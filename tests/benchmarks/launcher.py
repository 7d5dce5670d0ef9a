"""Runs commands by turns (A B A B ...) and prints the seconds and the peak memory of every run, as JSON.

It is a program of its own because a process hands its own peak memory down to what it starts: measured from pytest, with torch
loaded, every command would seem to need hundreds of megabytes. So this stays small, and imports little.

    python launcher.py '{"commands": [["python", "-c", "pass"]], "rounds": 9}'
"""

from __future__ import annotations

import json
import os
import sys
import time

UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def run(command: list[str]) -> tuple[float, int]:
    """Wall seconds and peak bytes of one run; it has no input, its output is thrown away, its messages are passed on."""
    quiet = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command} ended with status {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss * UNIT


def main() -> None:
    """As many turns as wanted; where there are several, one more at first, which warms up and does not count."""
    task = json.loads(sys.argv[1])
    rounds, warm_up = task["rounds"], int(task["rounds"] > 1)
    turns = [[run(command) for command in task["commands"]] for _ in range(rounds + warm_up)]
    json.dump([list(runs) for runs in zip(*turns[warm_up:], strict=True)], sys.stdout)


if __name__ == "__main__":
    main()
