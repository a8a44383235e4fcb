"""A queue of others on a narrow upload moves in packets, and is still a queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from diagnostics.profile import Plan, Technology
from diagnostics.readings.echo import Echo
from diagnostics.scene import Scene
from diagnostics.series import restlessness
from diagnostics.sign import State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.healthy import HOME
from tests.cases.home import HomeInFigures

_PACKET_MS = 12.0  # 1500 bytes at 1 Mbit/s


def _stepping_queue(target: str) -> h.EchoSeries:
    """Filled and left within seconds, up to six packets; each echo meets one more or less."""
    steps = [
        6 * abs(index % 120 - 60) / 60 + (-1.2, 0, 1.2, 0)[index // 2 % 4] for index in range(300)
    ]
    rows = tuple(
        Echo(sent_s=index * h.SPACING_S, rtt_ms=34.0 + _PACKET_MS * max(0.0, step))
        for index, step in enumerate(steps)
    )
    return h.series_of(target, rows)


def _trembling(target: str) -> h.EchoSeries:
    return h.echoes(target, 34.0, sent=300, spread_ms=74.0)


def _state(home: HomeInFigures, up_mbps: float) -> State:
    narrow = replace(home, plan=Plan(down_mbps=6, up_mbps=up_mbps, technology=Technology.ADSL))
    scene = Scene(narrow.evidence(), narrow.profile())
    return read_sign(sign_specs()["home-busy"], scene).state


def test_the_queue_is_between_a_wide_line_s_and_jitter() -> None:
    still = restlessness(_stepping_queue(h.EDGE))
    trembling = restlessness(_trembling(h.EDGE))
    assert isinstance(still, float)
    assert isinstance(trembling, float)
    assert 0.19 < still < 0.22
    assert trembling > 0.33


@pytest.mark.parametrize(
    ("shape", "up_mbps", "state"),
    [
        (_stepping_queue, 1.0, State.PRESENT),
        (_stepping_queue, 50.0, State.UNKNOWN),
        (_trembling, 1.0, State.ABSENT),
        (_trembling, 50.0, State.ABSENT),
    ],
)
def test_packets_of_a_narrow_upload_are_no_jitter(
    shape: Callable[[str], h.EchoSeries], up_mbps: float, state: State
) -> None:
    far = tuple(shape(text) for text in h.ANCHORS)
    home = HOME.having(h.path(series=shape(h.EDGE)), h.anchors(series=far))
    assert _state(home, up_mbps) is state
