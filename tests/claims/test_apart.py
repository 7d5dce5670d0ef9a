"""Claims and expectations are parsed when they are asked for; and at once where a mistake could hide in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc import checking
from archcalc.errors import SpecError
from archcalc.source import Source
from archcalc.spec import read, read_spec

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


HEADS = [
    NET,
    NET + '"claims": {net: [{params: 1, source: x}]}\n',
    NET + "claims : {net: []}\n",
    NET + "? expect\n: [params == 0]\n",
    "expect: [params == 1]\n" + NET,
    NET + "title: x\n...\n",
    NET + "title: |\n  a\n\n",
    NET + "title: >-\n",
    NET + 'title: "x\n',
    "{" + NET,
    "---\n" + NET,
    NET + "variants: {net: {}, b: {}}\n",
    NET + "foo: 1\n",
]
LINES = [
    "claims:\n",
    "expect:\n",
    "claims: # c\n",
    "expect:   \n",
    "  net:\n",
    "  b:\n",
    "    net:\n",
    "   net:\n",
    " net:\n",
    "  nosuch:\n",
    "    - {params: 0, source: x}\n",
    "    - {params: 1, source: x}\n",
    "  - {params: 1, source: x}\n",
    "    - params == 0\n",
    "    - params == 1\n",
    "  - params == 1\n",
    "   - params == 1\n",
    "# c\n",
    "  # d\n",
    "\n",
    "   \n",
    "    - {params: 1,\n",
    "      source: x}\n",
    "    - params: 1\n      source: >\n        y\n",
    "...\n",
    "---\n",
    '  "net":\n',
    "    - &a params == 1\n",
    "title: y\n",
    "  word\n",
    "\t- x\n",
    "  net:\t\n",
    "  net: []\n",
    "  <<:\n",
    "    net: 1\n",
    "  net: # c\r\n",
    "  # \u2028  nosuch:\n",
]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(HEADS), st.lists(st.sampled_from(LINES), min_size=1, max_size=7))
def test_whatever_the_layout_the_check_says_the_same(head: str, lines: list[str]) -> None:
    """As if nothing had been set apart: what is read late is read no less strictly."""
    text = head + "".join(lines)
    assert verdict(text) == verdict(text, apart=False)


def verdict(text: str, apart: bool = True) -> tuple[bool, list[str]]:
    """Whether a check finds all well, and what it holds if so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "read_file", lambda path, name: Source(name, text))
        if not apart:
            patch.setattr(read, "set_apart", lambda source: None)
        result = checking.check_spec(checking.Target("net.yaml", "net.yaml"), archcalc.analyze)
    held = [*(one.claim.text for one in result.checked), *(one.expectation.text for one in result.expected)]
    return result.good, held if result.good else []
