"""The letter for a line under load, and that half a measurement earns none."""

from __future__ import annotations

import msgspec
import pytest

from diagnostics.explain.busy_line import added, busy_line
from diagnostics.readings.load import DelayAtPlace, DelayPhase, PlaceKind, Throughput
from diagnostics.result import NOT_RUN, Reason, Unmeasured
from diagnostics.words import Words


def phase(median_ms: float, p90_ms: float = 0.0, received: int = 20) -> DelayPhase:
    return DelayPhase(
        sent=20,
        received=received,
        rtt_median_ms=median_ms,
        rtt_p90_ms=p90_ms or median_ms + 2,
    )


def place(down_ms: float, up_ms: float | None, kind: PlaceKind = PlaceKind.ANCHOR) -> DelayAtPlace:
    return DelayAtPlace(
        place=kind,
        address="1.1.1.1",
        idle=phase(20),
        down=phase(20 + down_ms),
        up=NOT_RUN if up_ms is None else phase(20 + up_ms),
    )


def reading(*delays: DelayAtPlace) -> Throughput:
    return Throughput(
        down=(),
        up=(),
        delays=delays,
        down_failed=NOT_RUN,
        up_failed=NOT_RUN,
        cpu_busiest_core_percent=NOT_RUN,
    )


@pytest.mark.parametrize(
    ("down_ms", "up_ms", "grade"),
    [(0, 4, "A+"), (5, 29, "A"), (59, 3, "B"), (60, 199, "C"), (399, 0, "D"), (3, 900, "F")],
)
def test_the_worse_direction_gives_the_letter(down_ms: float, up_ms: float, grade: str) -> None:
    found = busy_line(reading(place(down_ms, up_ms)), Words())
    assert found is not None
    assert found.grade == grade
    assert found.worst_ms == max(down_ms, up_ms)
    assert "calls" in found.sentence.lower()


def test_the_farthest_place_with_both_ways_decides() -> None:
    found = busy_line(
        reading(
            place(1, 1, PlaceKind.GATEWAY),
            place(100, 30, PlaceKind.EDGE),
            place(200, None, PlaceKind.ANCHOR),
        ),
        Words(),
    )
    assert found is not None
    assert (found.grade, found.worst_ms) == ("C", 100)


def test_half_a_measurement_earns_no_letter() -> None:
    assert busy_line(reading(place(3, None)), Words()) is None
    assert busy_line(reading(), Words()) is None


def test_few_answers_are_no_figure() -> None:
    assert added(phase(20), phase(90, received=4)) == Unmeasured(
        Reason.NO_ANSWER, "too few echoes were answered under load"
    )
    lost = msgspec.structs.replace(phase(20), rtt_median_ms=Unmeasured(Reason.NO_ANSWER))
    assert isinstance(added(phase(20), lost), Unmeasured)


def test_added_is_median_to_median_and_slow_tenth_to_slow_tenth() -> None:
    found = added(phase(20, 25), phase(80, 125))
    assert not isinstance(found, Unmeasured)
    assert (found.median_ms, found.p90_ms) == (60, 100)
