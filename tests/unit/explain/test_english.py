"""English without Babel's data says letter for letter what Babel says."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.cldr import Language
from diagnostics.english import English
from diagnostics.words import Words

BABEL = Language("en", None)


@given(
    st.one_of(
        st.floats(-1e15, 1e15), st.floats(-20, 20), st.integers(-(10**12), 10**12).map(float)
    ),
    st.integers(0, 3),
)
def test_figures_are_babels(value: float, digits: int) -> None:
    assert English().number(value, digits) == BABEL.number(value, digits)


@pytest.mark.parametrize("value", [0.5, 1.5, 0.35, 0.25, 2.675, -0.0, -0.04, 999.5, 1e21, math.inf])
@pytest.mark.parametrize("digits", [0, 1, 2])
def test_halves_and_ends_are_babels(value: float, digits: int) -> None:
    assert English().number(value, digits) == BABEL.number(value, digits)


@pytest.mark.parametrize("count", range(5))
def test_lists_are_babels(count: int) -> None:
    items = ["the modem", "the router", "a {0} cable", "it"][:count]
    assert English().join(items) == BABEL.join(items)


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_plurals_are_babels(count: int) -> None:
    said = English().translate_many("one hop", "{count} hops", count)
    assert said == BABEL.translate_many("one hop", "{count} hops", count)


def test_moments_and_facts_are_babels() -> None:
    moment = datetime(2026, 11, 26, 17, 5)  # noqa: DTZ001 - as it stands on the wall
    assert English().moment(moment) == BABEL.moment(moment)
    assert English().tag == BABEL.tag
    assert English().right_to_left == BABEL.right_to_left


def test_a_catalogue_of_its_own_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "router"\nmsgstr "hub"\n',
        "utf-8",
    )
    assert Words(catalogues=tmp_path).say("router") == "hub"
    assert Words().say("router") == "router"
