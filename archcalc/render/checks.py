"""What a check of specs found, for people: what is wrong, the list of claims on demand, and a summary in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import NamedTuple

from archcalc.checking import SpecCheck
from archcalc.claims import BROKEN, ERRATUM, HOLDS, OUTDATED, WRONG, value_text
from archcalc.errors import render, visible
from archcalc.render.console import draws_blocks, wrapped
from archcalc.render.grid import GAP, grid

VERDICT = 8  # columns for holds, erratum, wrong, outdated, broken
NARROWEST_CLAIM = 16  # columns
WIDEST_FIGURE = 20  # columns; longer ones take several lines


def mistakes_text(result: SpecCheck) -> str:
    """A paragraph for all that is wrong with a spec, in the order of the places; empty if nothing is."""
    parts = sorted([*result.mistakes, *result.findings], key=lambda error: error.place.line if error.place else 0)
    return "\n\n".join(map(render, parts)) + "\n" if parts else ""


# ------------------------------------------------------------------------------------------ the summary


class Tally(NamedTuple):
    """How many there are of everything."""

    specs: int
    models: int
    unbuilt: int
    mistaken: int  # specs with mistakes that are not about a single model or claim
    unheld: int  # claims and expectations that could not be worked out
    skipped: int  # files that are no specs
    verdicts: Counter[str]  # of claims
    expected: Counter[str]  # verdicts of expectations

    @property
    def claims(self) -> int:
        """The claims that were held."""
        return self.verdicts.total()


def tally(results: Iterable[SpecCheck]) -> Tally:
    """Count what was found."""
    found = list(results)
    checked = [result for result in found if not result.skipped]
    apart = [len(result.mistakes) > len(result.unbuilt) + len(result.unheld) for result in checked]
    return Tally(
        len(checked),
        sum(len(result.models) for result in checked),
        sum(len(result.unbuilt) for result in checked),
        sum(apart),
        sum(len(result.unheld) for result in checked),
        len(found) - len(checked),
        Counter(one.verdict for result in checked for one in result.checked),
        Counter(one.verdict for result in checked for one in result.expected),
    )


def summary_text(results: Iterable[SpecCheck], source: str = "") -> str:
    """One line: that all is well, or how much is not."""
    counts = tally(results)
    wrong = _wrong(counts)
    mark = ("✗" if draws_blocks() else "NO") if wrong else ("✓" if draws_blocks() else "ok")
    parts = wrong or _well(counts, f" of '{source}'" if source else "")
    others = [f"{_number(counts.skipped, 'YAML file')} left alone, being no spec"] if counts.skipped else []
    return f"{mark} {'; '.join([*parts, *others])}\n"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _part(part: int, whole: int, one: str, singular: str, plural: str) -> str:
    """`1 of 3 claims does not hold`, `2 of 3 claims do not hold`, and of a single one `1 claim does not hold`."""
    what = _number(part, one) if whole == part else f"{part:,} of {_number(whole, one)}"
    return f"{what} {singular if part == 1 else plural}"


def _well(counts: Tally, source: str) -> list[str]:
    holds, errata, kept = counts.verdicts[HOLDS], counts.verdicts[ERRATUM], counts.expected[HOLDS]
    if not counts.specs:
        return ["there is no spec to check"]
    parts = [f"{_number(counts.models, 'model')} in {_number(counts.specs, 'spec')} can be built"]
    claims = [f"{_number(holds, 'claim')}{source} {'holds' if holds == 1 else 'hold'}"] if holds or source else []
    if errata:
        claims.append(f"{_number(errata, 'erratum', 'errata')} {'is' if errata == 1 else 'are'} explained")
    if kept:
        claims.append(f"{_number(kept, 'expectation')} {'is' if kept == 1 else 'are'} met")
    return [*parts, ", ".join(claims)] if claims else parts


def _wrong(counts: Tally) -> list[str]:
    parts = []
    if counts.mistaken:
        parts.append(_part(counts.mistaken, counts.specs, "spec", "has mistakes", "have mistakes"))
    if counts.unbuilt:
        parts.append(_part(counts.unbuilt, counts.models + counts.unbuilt, "model", "cannot be built", "cannot be built"))
    if counts.unheld:
        parts.append(f"{_number(counts.unheld, 'claim or expectation', 'claims or expectations')} cannot be worked out")
    if counts.verdicts[WRONG]:
        parts.append(_part(counts.verdicts[WRONG], counts.claims, "claim", "does not hold", "do not hold"))
    if counts.verdicts[OUTDATED]:
        outdated = counts.verdicts[OUTDATED]
        parts.append(f"{_number(outdated, 'erratum', 'errata')} {'is' if outdated == 1 else 'are'} outdated")
    if counts.expected[BROKEN]:
        parts.append(_part(counts.expected[BROKEN], counts.expected.total(), "expectation", "is broken", "are broken"))
    return parts


# ------------------------------------------------------------------------------------------ the list of claims


class Row(NamedTuple):
    """A claim or an expectation in the list; rows that follow each other under the same heading share it."""

    slide: int | None
    heading: str
    what: str
    printed: str
    exact: str
    verdict: str
    reason: str


def rows_of(results: Iterable[SpecCheck], source: str = "") -> list[Row]:
    """The claims and expectations of specs, in their order; those from one `source` by slide, as far as they have one."""
    rows = []
    for result in results:
        for one in result.checked:
            claim = one.claim
            heading = claim.model if source else f"{claim.model}: {claim.source}"
            what = f"{claim.what} against {claim.than}" if claim.than else claim.what
            reason = claim.erratum if one.verdict == ERRATUM else ""
            texts = map(visible, (heading, what, claim.text, value_text(one), one.verdict, reason))
            rows.append(Row(claim.slide, *texts))
        for kept in result.expected:
            expected = kept.expectation
            texts = map(visible, (f"{expected.model}: expected", expected.text, "", kept.shown, kept.verdict, expected.why))
            rows.append(Row(None, *texts))
    if source:
        rows.sort(key=lambda row: (row.slide is None, row.slide or 0))
    return rows


def list_text(rows: Sequence[Row], width: int) -> str:
    """A line a claim: what, as printed, the exact value, the verdict; below it why it is an erratum."""
    if not rows:
        return ""
    slides = any(row.slide is not None for row in rows)
    figures = [(row.printed, row.exact) for row in rows]
    before = len("slide") + GAP if slides else GAP
    printed, exact = (min(WIDEST_FIGURE, max(1, *(len(row[at]) for row in figures))) for at in (0, 1))
    room = width - before - max(printed, len("printed")) - max(exact, len("exact")) - VERDICT - 3 * GAP
    claim = min(max(len(row.what) for row in rows), max(NARROWEST_CLAIM, room))
    slide = ["slide"] if slides else []
    cells, heading = [[*slide, "claim", "printed", "exact", " " * VERDICT]], ""
    for row in rows:
        if row.heading != heading:
            heading = row.heading
            cells += [[line] for line in wrapped([heading], width)]
        columns = (_broken(row.what, claim), _broken(row.printed, printed), _broken(row.exact, exact))
        for number, (what, figure, value) in enumerate(zip_longest(*columns, fillvalue="")):
            slide = [f"{row.slide if row.slide is not None and not number else '':>5}"] if slides else []
            indent = "" if slides else " " * GAP
            cells.append([*slide, f"{indent}{what:<{claim}}", figure, value, f"{'' if number else row.verdict:<{VERDICT}}"])
        cells += [
            [" " * (before + GAP) + line] for line in _broken(row.reason, max(NARROWEST_CLAIM, width - before - GAP)) if line
        ]
    return grid(cells, len(cells[0]) - 3)


def _broken(text: str, width: int) -> list[str]:
    return wrap(text, width, break_on_hyphens=False) or [""]
