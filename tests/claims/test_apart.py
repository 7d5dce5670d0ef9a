"""Claims and expectations are parsed when they are asked for; and at once where a mistake could hide in them."""

from __future__ import annotations

import pytest

from archcalc.errors import SpecError
from archcalc.source import Source
from archcalc.spec import read_spec

NET = "name: net\ninput: [3, 8, 8]\nlayers: [relu]\n"


def spec(claims: str) -> object:
    return read_spec(Source("net.yaml", NET + claims))


def test_claims_keep_their_places() -> None:
    found = read_spec(Source("net.yaml", f"{NET}claims:\n  net:\n    - {{params: 0, source: x}}\n"))
    assert found.apart is not None
    assert found.claims is not None and found.apart is None
    assert str(found.claims.pairs["net"].place) == "net.yaml:6:5"
    assert found.source.text.endswith("source: x}\n")


def test_expectations_before_them_are_set_apart_too() -> None:
    found = read_spec(
        Source("net.yaml", f"{NET}expect:\n  net:\n    - params == 0\n\nclaims:\n  net:\n    - {{params: 0, source: x}}\n")
    )
    assert found.apart is not None
    assert str(found.expect.pairs["net"].place) == "net.yaml:6:5"
    assert found.claims is not None and str(found.claims.pairs["net"].place) == "net.yaml:10:5"


def test_many_blank_lines_take_no_time() -> None:
    """A pattern in which a blank line fits two parts would try all 2^5000 ways before it gives up."""
    text = "claims:\n  net: []\n" + " \n" * 5_000 + "title: Net\n"
    assert read_spec(Source("net.yaml", NET + text)).apart is None


@pytest.mark.parametrize(
    "claims",
    [
        "expect: [params == 0]\nclaims:\n  net:\n    - {params: 0, source: x}\n",
        "expect:\n  - params == 0\n",
        "claims: {net: [{params: 0, source: x}]}\n",
        "claims:\n  net:\n    - {params: 0, source: x}\ntitle: Net\n",
        "claims:\n net:\n  - {params: 0, source: x}\n",
        'claims:\n  "net": [{params: 0, source: x}]\n',
    ],
)
def test_others_are_parsed_at_once(claims: str) -> None:
    found = read_spec(Source("net.yaml", NET + claims))
    assert found.apart is None and (found.claims or found.expect) is not None


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ("expect:\n  net:\n    - params == 0\nexpect:\n  net:\n    - params == 0\n", "duplicate-key"),
        ("expect:\n  nett:\n    - params == 0\nclaims:\n  net:\n    - {params: 0, source: x}\n", "unknown-model"),
        ("claims:\n  nett:\n    - {params: 0, source: x}\n", "unknown-model"),
        ("claims:\n  net:\n    - {params: 0, source: x}\n  net:\n    - {params: 0, source: x}\n", "duplicate-key"),
        ("claims:\n  net:\n    - {params: 0, source: x}\nclaims:\n  net: []\n", "duplicate-key"),
    ],
)
def test_no_mistake_is_hidden(claims: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec(claims)
    assert caught.value.code == code


def test_claims_that_are_no_yaml_are_told_when_they_are_asked_for() -> None:
    found = read_spec(Source("net.yaml", f"{NET}claims:\n  net:\n    - {{params: 0\n"))
    with pytest.raises(SpecError) as caught:
        found.claims  # noqa: B018
    assert caught.value.place is not None and caught.value.place.line >= 6
