"""The complaint in the subscriber's own words: it shifts, and never decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.complaint import STRONGEST, understand
from diagnostics.judge import judge
from tests.cases.healthy import HOME


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
    ],
)
def test_words_make_causes_likelier(text: str, cause: str, topic: str) -> None:
    found = understand(text)
    assert found.shifts[cause] > 1
    assert topic in found.topics


def test_a_word_within_a_word_is_not_said() -> None:
    assert "games" not in understand("The pingpong table is gone").topics


@given(text=st.text(max_size=400))
def test_any_text_is_bounded(text: str) -> None:
    found = understand(text)
    assert all(1 / STRONGEST <= factor <= STRONGEST for factor in found.shifts.values())


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
