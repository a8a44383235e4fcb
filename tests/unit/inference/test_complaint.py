"""The complaint in the subscriber's own words: it shifts, and never decides."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.complaint import STRONGEST, understand
from diagnostics.judge import judge
from tests.cases.healthy import HOME

_WORDS = tuple(
    "wifi is fine but not slow only netflix no lag never drops and works aber nicht".split()  # noqa: SIM905
)


def test_an_empty_complaint_shifts_nothing() -> None:
    assert understand("").shifts == {}
    assert understand("").topics == frozenset()


@pytest.mark.parametrize(
    ("text", "cause", "topic"),
    [
        ("Video calls freeze in the evening", "isp-congestion", "calls"),
        ("only Netflix", "service-down", "one-service"),
        ("It cuts out again and again", "line-intermittent", "drops"),
        ("My CAMERA is not seen from outside", "cgnat-limits", "inbound"),
        ("WiFi is bad upstairs", "wifi-unreliable", "wifi"),
        ("I think I have used up my data", "isp-data-cap", "allowance"),
        ("Our router reboots all the time", "router-failing", "router-restarts"),
        ("Wir werden jeden Monat gedrosselt", "isp-data-cap", "allowance"),
        ("Der Router startet ständig neu", "router-failing", "router-restarts"),
    ],
)
def test_words_make_causes_likelier(text: str, cause: str, topic: str) -> None:
    found = understand(text)
    assert found.shifts[cause] > 1
    assert topic in found.topics


#: text, topics that must be meant, topics that must not
PHRASINGS: tuple[tuple[str, str, str], ...] = (
    ("WiFi is fine but everything is slow", "slow", "wifi"),
    ("The wifi works great, only netflix is bad", "one-service", "wifi"),
    ("It's not the wifi, the games lag", "games", "wifi"),
    ("my interent is slwo", "slow", "games"),
    ("vidoe calls freeeze in the evning", "calls evening", ""),
    ("the wifi only works in the kitchen", "wifi", ""),
    ("no lag, but downloads crawl", "slow", "games"),
    ("calls are not good", "calls", ""),
    ("by cable it\u2019s fine, but on wifi it\u2019s terrible", "wifi", "cable"),
    ("never drops, just slow", "slow", "drops"),
    ("Not slow. Just drops.", "drops", "slow"),
    ("zoom keeps dropping", "calls drops", ""),
    ("netflix doesn't load, everything else works", "one-service", "dead"),
    ("wifi and calls are fine and games lag", "games", "wifi calls"),
    ("There are no problems with the wifi. Uploads take forever", "upload slow", "wifi"),
    ("I can't make calls", "calls", ""),
    ("I guess the kids spend too much on it", "", "portal slow"),
    ("NOTHING WORKS!!!", "dead", ""),
    ("W\u200bi\u200bFi is b\u202ead upstairs", "wifi", ""),
    ("WLAN geht gut, aber abends ist alles langsam", "evening slow", "wifi"),
    ("Nur Netflix geht nicht", "one-service", ""),
    ("Es ist nicht langsam, bricht aber st\u00e4ndig ab", "drops", "slow"),
    ("Vidoeanrufe ruckeln", "calls", ""),
    ("Kein Internet seit gestern", "dead", "slow"),
)


@pytest.mark.parametrize(("text", "meant", "not_meant"), PHRASINGS)
def test_phrasings(text: str, meant: str, not_meant: str) -> None:
    found = understand(text)
    assert found.topics >= set(meant.split())
    assert found.topics.isdisjoint(not_meant.split())


def test_what_is_fine_is_less_to_blame() -> None:
    found = understand("The WiFi is fine but calls freeze")
    assert found.cleared == {"wifi"}
    assert found.shifts["wifi-unreliable"] < understand("calls freeze").shifts["wifi-unreliable"]
    cable = understand("By cable all is fine, but not on the tablet")
    assert cable.shifts["wifi-unreliable"] > 1
    assert cable.shifts["ethernet-slow-link"] < 1


def test_a_complaint_says_what_must_be_measured_well() -> None:
    assert understand("it drops every few minutes").probes == {"watch"}
    assert "throughput" in understand("downloads crawl").probes
    assert understand("my dog is ill").probes == frozenset()


def test_a_word_within_a_word_is_not_said() -> None:
    assert "games" not in understand("The pingpong table is gone").topics


@given(text=st.text(max_size=400) | st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join))
@settings(deadline=None)
def test_any_text_is_bounded(text: str) -> None:
    found = understand(text)
    assert all(1 / STRONGEST <= factor <= STRONGEST for factor in found.shifts.values())


HOSTILE = ("slow " * 100_000, "a" * 1_000_000, "\u202e" * 50_000, "\ud800 wifi", "((((" * 9999)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_huge_or_hostile_text_costs_a_moment(text: str) -> None:
    begun = time.process_time()
    understand(text)
    assert time.process_time() - begun < 2


def test_a_complaint_alone_blames_nobody() -> None:
    text = (
        "no internet, slow, drops, games lag, video calls freeze, camera from outside, certificate"
    )
    assert judge(HOME.evidence(), HOME.profile(), complaint=text).verdict.causes == ()


def test_a_complaint_tips_the_scale_between_rivals() -> None:
    """A delay under upload that is nearly too long: the words make it likelier, no more."""
    home = replace(HOME, delay=replace(HOME.delay, line_adds=(20.0, 78.0)))
    plain = judge(home.evidence(), home.profile()).verdict
    told = judge(home.evidence(), home.profile(), complaint="Video calls freeze").verdict
    before = {one.id: one.probability for one in plain.considered}
    after = {one.id: one.probability for one in (*told.considered, *told.causes)}
    assert after["bufferbloat-up"] > 1.5 * before["bufferbloat-up"]
