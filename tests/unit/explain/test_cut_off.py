"""'Nothing gets through' is said only where something proves it: a slow probe does not."""

from __future__ import annotations

from diagnostics.explain.activities import read_figures
from diagnostics.readings.path import Anchors
from diagnostics.readings.web import Web
from diagnostics.result import Reason
from tests.cases.home import Answering, HomeInFigures, anchors, dead, names

NO_NAMES = names(router=Answering(answered=0))


def cut_off(home: HomeInFigures) -> bool:
    return read_figures(home.evidence()).cut_off


def test_names_alone_prove_nothing_where_web_and_far_places_ran_out_of_time() -> None:
    slow = HomeInFigures().having(NO_NAMES).without(Web, Anchors, reason=Reason.TIMED_OUT)
    assert not cut_off(slow)


def test_no_name_and_no_far_place_is_cut_off() -> None:
    silent = anchors(series=(dead("1.1.1.1"), dead("8.8.8.8")))
    assert cut_off(HomeInFigures().having(NO_NAMES, silent).without(Web))


def test_a_far_place_that_answers_is_not_cut_off() -> None:
    assert not cut_off(HomeInFigures().having(NO_NAMES).without(Web))
