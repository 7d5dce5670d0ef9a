"""Finding the mistake of a spec: reading it with its claims, and building every variant of it."""

from __future__ import annotations

import pytest

from archcalc.build import build
from archcalc.claims import read_claims, read_expectations
from archcalc.errors import SpecError
from archcalc.source import Source
from archcalc.spec import read_spec

LAYERS = "input: [3, 8, 8]\nlayers:\n"


def mistake(source: Source) -> SpecError:
    """The error of a source, read and built in every variant."""
    with pytest.raises(SpecError) as caught:
        spec = read_spec(source)
        read_claims(spec), read_expectations(spec)
        for variant in spec.variants.values():
            build(spec, variant)
    return caught.value


def of_text(text: str) -> SpecError:
    """The error of a text."""
    return mistake(Source("net.yaml", text))
