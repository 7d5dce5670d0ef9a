"""Renews the docs: `python -m tests.docs.generate` rewrites all that is made from the code or printed by a command.

Prose is left alone. What is between `<!-- generated: NAME -->` and `<!-- end -->` comes from pages.py; every ```console and
```pycon block is run anew, in an empty folder that has the files which the document shows (blocks that begin with a comment
such as `# my_net.yaml`).
"""

from __future__ import annotations

from pathlib import Path

from .markdown import with_blocks, with_parts
from .pages import PARTS
from .run import workplace

ROOT = Path(__file__).parents[2]


def documents() -> list[Path]:
    """README and everything in docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def renewed(text: str) -> str:
    """A document as it should be."""
    with workplace() as session:
        return with_blocks(with_parts(text, PARTS), session.renewed)


def write() -> list[Path]:
    """Rewrite the documents that are not as they should be, and name them."""
    changed = []
    for path in documents():
        old = path.read_text("utf-8")
        new = renewed(old)
        if new != old:
            path.write_text(new, "utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for rewritten in write():
        print(f"rewrote {rewritten.relative_to(ROOT)}")
