"""What is timed inside one process, each task in a fresh interpreter.

    python -m benchmarks.timings text vgg.yaml vgg16
    python -m benchmarks.timings growth varied 1000 100000
    python -m benchmarks.timings once varied 100000
    python -m benchmarks.timings zoo

Each prints its figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import archcalc
from archcalc.packaged import spec_directory
from benchmarks.measure import compared, millisecond

# Two ways of being deep. Residual blocks that repeat: few layers differ, and every fourth one joins two paths, so that whatever
# follows paths is put to the test. And a chain of about a hundred sorts of layers, as many in a short chain as in a long one.
NETS = {
    "repeated": """
input: [8, 16, 16]
layers:
  - add:
      body:
        - conv: {{out: 8, kernel: 3, pad: 1}}
        - bn
        - relu
      skip: []
    repeat: {layers} // 4
""",
    "varied": """
input: [1, 8, 8]
layers:
  - for: {{k: {layers} // 2}}
    do:
      - conv: {{out: 1 + k % 97, kernel: 1}}
      - relu
""",
}


def from_text(text: str, variant: str = "") -> Callable[[], Any]:
    """Work that goes from the text of a spec to its totals, with a text never seen before at each call."""
    fresh = count()

    def work() -> Any:
        model = archcalc.load_text(f"{text}\n# {next(fresh)}\n", name="net.yaml", variant=variant)
        return archcalc.analyze(model)

    return work


def text(file: str, variant: str) -> dict[str, Any]:
    """From the text of a packaged spec to totals, in milliseconds of the reference machine."""
    work = from_text(Path(spec_directory(), file).read_text("utf-8"), variant)
    params = work().totals.params
    return {"params": params, **compared(work, millisecond, rounds=25)._asdict()}


def growth(net: str, few: str, many: str) -> dict[str, Any]:
    """Cost of one layer among many, as a multiple of the cost of one among few; and the cost of all the many."""
    small, large = (from_text(NETS[net].format(layers=layers)) for layers in (few, many))
    assert len(small().layers) >= int(few)
    against_few = compared(large, small, rounds=2)
    small_alone = compared(small, millisecond, rounds=25)
    return {
        "per_layer": against_few.ratio * int(few) / int(many),
        "milliseconds": against_few.ratio * small_alone.ratio,
        "seconds": against_few.seconds,
    }


def zoo() -> dict[str, Any]:
    """Every model of the zoo, read, built and added up once, in milliseconds of the reference machine."""
    started = time.perf_counter()
    models = [archcalc.analyze(model).totals.params for model in archcalc.models()]
    seconds = time.perf_counter() - started
    return {"models": len(models), "seconds": seconds, "milliseconds": seconds / min(_clocked() for _ in range(25))}


def _clocked() -> float:
    started = time.perf_counter()
    millisecond()
    return time.perf_counter() - started


def once(net: str, layers: str) -> dict[str, Any]:
    """One run from text to totals, for its peak memory."""
    found = len(from_text(NETS[net].format(layers=layers))().layers)
    assert found >= int(layers)
    return {"layers": found}


def main() -> None:
    """Runs the task named on the command line."""
    task, *arguments = sys.argv[1:]
    json.dump({"text": text, "growth": growth, "once": once, "zoo": zoo}[task](*arguments), sys.stdout)


if __name__ == "__main__":
    main()
