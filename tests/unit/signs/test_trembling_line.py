"""A line whose delay trembles at rest: a queue must move the median to be one."""

from __future__ import annotations

import msgspec
import pytest

from diagnostics.readings.load import DelayPhase, PlaceKind
from diagnostics.scene import Scene
from diagnostics.sign import State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.healthy import HOME


def _phase(median_ms: float, p90_ms: float, received: int) -> DelayPhase:
    return DelayPhase(sent=received, received=received, rtt_median_ms=median_ms, rtt_p90_ms=p90_ms)


def _state(idle: DelayPhase, up: DelayPhase) -> State:
    reading = h.throughput(HOME)
    delays = tuple(
        one
        if one.place is PlaceKind.GATEWAY
        else msgspec.structs.replace(one, idle=idle, up=up, down=idle)
        for one in reading.delays
    )
    home = HOME.having(msgspec.structs.replace(reading, delays=delays))
    scene = Scene(home.evidence(), home.profile())
    return read_sign(sign_specs()["line-queue-up"], scene).state


@pytest.mark.parametrize(
    ("idle", "up", "state"),
    [
        (_phase(72, 118, 16), _phase(91, 175, 55), State.ABSENT),  # as jitter of 66 ms does
        (_phase(72, 118, 16), _phase(171, 235, 55), State.PRESENT),
        (_phase(12, 14, 16), _phase(31, 115, 55), State.PRESENT),  # it has only begun to fill
    ],
)
def test_by_the_median(idle: DelayPhase, up: DelayPhase, state: State) -> None:
    assert _state(idle, up) is state
