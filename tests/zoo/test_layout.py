"""How the specs of the zoo are written: short, the citation first, narrow enough to stand beside a paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcalc
from archcalc.packaged import spec_files

LONGEST = 120  # lines without expectations and claims
MAY_BE_LONGER = {"inception_v3", "nasnet_a"}
WIDEST = 128
CITATION = re.compile(r"# .+ (19|20)\d\d, .+")

SPECS = [Path(path) for path in spec_files()]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_is_short_and_says_where_it_comes_from(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert CITATION.match(lines[0]), "the first line has authors, year and title"
    body = lines[: lines.index("expect:")]  # all that a reader of the network reads
    assert len(body) <= LONGEST or path.stem in MAY_BE_LONGER
    assert max(map(len, lines)) <= WIDEST
    assert not any(line != line.rstrip() or "\t" in line for line in lines)


def test_every_model_says_what_it_is_called_and_takes_another_number_of_classes() -> None:
    without = {"inception", "transformer", "pixel_transformer", "convolutions"}  # no classifiers
    for model in archcalc.models():
        assert model.spec.title
        assert ("classes" in model.spec.params) == (model.spec.source.name.removesuffix(".yaml") not in without)
