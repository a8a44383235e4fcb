"""The path picture: bad, warn, ok, and unknown, which is never drawn as good."""

from __future__ import annotations

from diagnostics.judge import judge
from diagnostics.readings.load import Throughput
from diagnostics.readings.path import Path
from diagnostics.verdict import Segments, SegmentState
from tests.cases import home as h
from tests.cases.faults import FAULTS
from tests.cases.healthy import HOME, WIFI
from tests.cases.home import HomeInFigures


def segments(home: HomeInFigures) -> Segments:
    return judge(home.evidence(), home.profile()).verdict.segments


def fault(cause: str) -> HomeInFigures:
    return next(one for one in FAULTS if one.cause == cause).home()


def test_a_sound_wired_home_is_ok_and_has_no_wifi_to_judge() -> None:
    found = segments(HOME)
    assert found.lan is SegmentState.OK
    assert found.access is SegmentState.OK
    assert found.wifi is SegmentState.UNKNOWN


def test_over_wifi_the_cable_is_not_judged() -> None:
    found = segments(WIFI)
    assert found.wifi is SegmentState.OK
    assert found.lan is SegmentState.UNKNOWN


def test_what_lies_behind_a_dead_line_is_unknown_not_good() -> None:
    found = segments(fault("line-down"))
    assert found.access is SegmentState.BAD
    assert found.beyond is SegmentState.UNKNOWN
    assert found.service is SegmentState.UNKNOWN


def test_what_lies_behind_a_dead_router_is_unknown() -> None:
    found = segments(fault("router-unreachable"))
    assert found.router is SegmentState.BAD
    assert found.access is SegmentState.UNKNOWN
    assert found.isp is SegmentState.UNKNOWN


def test_a_line_that_was_not_measured_is_unknown() -> None:
    found = segments(HOME.without(Path, Throughput, h.Anchors, h.Watch))
    assert found.access is SegmentState.UNKNOWN


def test_that_nothing_broke_off_for_a_second_does_not_make_a_stretch_well() -> None:
    found = segments(HOME.without(Path, Throughput, h.Anchors))
    assert found.access is SegmentState.UNKNOWN
    assert found.beyond is SegmentState.UNKNOWN


def test_a_clean_whole_way_shows_every_stretch_of_it() -> None:
    found = segments(HOME.without(Path, Throughput))
    assert found.access is SegmentState.OK
    assert found.beyond is SegmentState.OK


def test_a_computer_without_an_adapter_is_not_called_fine() -> None:
    found = segments(HOME.without(h.Interfaces, h.Addressing))
    assert found.device is SegmentState.UNKNOWN


def test_trouble_without_a_cause_warns() -> None:
    """Delay past the provider's edge has no cause of its own without a second reading."""
    far = tuple(h.echoes(text, 170.0) for text in h.ANCHORS)
    found = segments(HOME.having(h.anchors(series=far)))
    assert found.beyond is SegmentState.WARN
