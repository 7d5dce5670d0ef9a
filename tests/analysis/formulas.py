"""Random formulas, and working them out on symbols and on numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from archcalc.analysis.symbols import SymbolicAlgebra
from archcalc.errors import SpecError
from archcalc.expr import Formula, formula

ALGEBRA = SymbolicAlgebra()
NAMES = ("H", "W", "s")
SYMBOLS = {name: ALGEBRA.symbol(name) for name in NAMES}


def symbolic(text: str) -> Any:
    return formula(text).evaluate({**SYMBOLS, "k": ALGEBRA.symbol("k")}, ALGEBRA)


def shown(text: str) -> str:
    return ALGEBRA.text(symbolic(text))


def _combined(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    divisor = st.sampled_from(["2", "3", "4", "7", "32", "s", "(W + 1)"])
    return st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*"]), part),
        st.builds("({}{}{})".format, part, st.sampled_from(["/", "//", " % "]), divisor),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceil", "round"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), part, part),
        st.builds("({})**{}".format, part, st.sampled_from(["2", "3"])),
        st.builds("(-{})".format, part),
        st.builds("divisible({} + 1, 8)".format, st.sampled_from(NAMES)),
        st.builds("floor(({} - {} + {})/{})".format, part, *[st.integers(1, 12)] * 3),
    )


LEAVES = st.one_of(st.sampled_from(NAMES), st.integers(0, 40).map(str))
TEXTS = st.recursive(LEAVES, _combined, max_leaves=8)
POINTS = st.fixed_dictionaries({name: st.one_of(st.integers(1, 12), st.integers(1, 5_000)) for name in NAMES})


def numeric(text: str, point: dict[str, int]) -> Any:
    return formula(text).evaluate(point)


def value_of(text: str) -> Any:
    """The symbolic value; formulas beyond the limits, or that divide by what is always 0, are not the question here."""
    try:
        return symbolic(text)
    except SpecError as error:
        assume(error.code not in ("too-large", "bad-arithmetic"))
        raise


def number_at(text: str, point: dict[str, int]) -> Any:
    try:
        return numeric(text, point)
    except SpecError as error:
        assume(error.code not in ("too-large", "bad-arithmetic"))
        raise


def read_again(text: str) -> Formula:
    """The formula of a printed text, unless that is longer than formulas may be."""
    try:
        return formula(text)
    except SpecError as error:
        assume(error.code != "too-large")
        raise


COMPARISONS = st.builds("{} {} {}".format, TEXTS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), TEXTS)
CONDITIONS = st.one_of(
    COMPARISONS,
    st.builds("{} % {} == {}".format, TEXTS, st.integers(1, 8), st.integers(0, 3)),
    st.builds("({}) {} ({})".format, COMPARISONS, st.sampled_from(["and", "or"]), COMPARISONS),
    st.builds("not ({})".format, COMPARISONS),
)
