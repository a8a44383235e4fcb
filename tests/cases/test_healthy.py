"""Nothing is blamed where nothing is wrong, and health is only claimed on evidence."""

from __future__ import annotations

import pytest

from diagnostics.evidence import Evidence
from diagnostics.judge import judge
from diagnostics.profile import Profile
from diagnostics.readings.home import Gateway
from diagnostics.readings.load import Throughput
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors
from diagnostics.readings.web import Web
from diagnostics.result import Reading, Reason
from diagnostics.verdict import SegmentState, Status
from tests.cases.healthy import HOME, SOUND, Sound


def named(sound: Sound) -> str:
    return sound.name


@pytest.mark.parametrize("sound", SOUND, ids=named)
def test_a_sound_home_is_called_normal(sound: Sound) -> None:
    home = sound.home()
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.causes == ()
    assert verdict.status is Status.HEALTHY
    assert verdict.id == "normal-for-plan"
    assert verdict.headline.endswith(".")


@pytest.mark.parametrize("sound", SOUND, ids=named)
def test_a_sound_home_shows_no_bad_stretch(sound: Sound) -> None:
    home = sound.home()
    segments = judge(home.evidence(), home.profile()).verdict.segments
    states = {getattr(segments, name) for name in segments.__struct_fields__}
    assert SegmentState.BAD not in states


def test_nothing_measured_is_not_good_news() -> None:
    verdict = judge(Evidence({}), Profile()).verdict
    assert verdict.status is Status.CANNOT_TELL
    assert verdict.id == "cannot-tell"
    segments = verdict.segments
    assert {getattr(segments, name) for name in segments.__struct_fields__} == {
        SegmentState.UNKNOWN
    }
    assert verdict.deciders


@pytest.mark.parametrize("kind", [Anchors, Names, Web, Gateway])
def test_health_is_not_claimed_without_the_core(kind: type[Reading]) -> None:
    home = HOME.without(kind, reason=Reason.TIMED_OUT)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.status is Status.CANNOT_TELL
    assert kind.PROBE in verdict.missing


def test_unmeasured_speed_is_said() -> None:
    home = HOME.without(Throughput)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.status is Status.HEALTHY
    assert "speed was not measured" in verdict.headline
    assert "throughput" in verdict.missing


def test_a_complaint_about_speed_is_not_answered_without_speed() -> None:
    home = HOME.without(Throughput)
    verdict = judge(home.evidence(), home.profile(), complaint="It is so slow!").verdict
    assert verdict.status is Status.CANNOT_TELL
    assert [one.id for one in verdict.deciders if one.kind == "test"] == ["throughput"]


def test_a_shared_address_is_a_note() -> None:
    sound = next(one for one in SOUND if one.name == "shared-address-unnoticed").home()
    verdict = judge(sound.evidence(), sound.profile()).verdict
    assert [note.id for note in verdict.notes] == ["cgnat-limits"]
