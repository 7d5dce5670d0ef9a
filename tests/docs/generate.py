"""Renews the docs: `python -m tests.docs.generate` rewrites all that is made from the code or printed by a command.

Prose is left alone. What is between `<!-- generated: NAME -->` and `<!-- end -->` comes from pages.py; every ```console and
```pycon block is run anew, in an empty folder that has the files which the document shows (blocks that begin with a comment
such as `# my_net.yaml`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from archcalc.errors import SpecError

from .markdown import with_blocks, with_parts
from .pages import PARTS
from .run import workplace

ROOT = Path(__file__).parents[2]


def documents() -> list[Path]:
    """README and everything in docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(path: Path) -> str:
    """What a document is called in tests: `README.md`, `cli.md`, `gpu/README.md`."""
    return path.name if path.parent == ROOT else path.relative_to(ROOT / "docs").as_posix()


def renewed(text: str) -> str:
    """A document as it should be."""
    with workplace() as session:
        return with_blocks(with_parts(text, PARTS), session.renewed)


def write() -> int:
    """Rewrite the documents that are not as they should be, and name them. How many could not be made."""
    failed = 0
    for path in documents():
        old = path.read_text("utf-8")
        try:
            new = renewed(old)
        except (AssertionError, SpecError, KeyError, ValueError) as error:
            print(f"{path.relative_to(ROOT)} is left as it is: {error}")
            failed += 1
            continue
        if new != old:
            path.write_text(new, "utf-8")
            print(f"rewrote {path.relative_to(ROOT)}")
    return failed


if __name__ == "__main__":
    sys.path.append(str(ROOT / "tests"))  # where the tables of the zoo stand
    sys.exit(1 if write() else 0)
