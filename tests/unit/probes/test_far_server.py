"""Where echoes are not answered, connections tell how far a speed server is."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.profile import ServerPlace, SpeedKind, SpeedServer
from diagnostics.sounding import speed
from diagnostics.sounding.speed import Server, far_away
from diagnostics.wire.errors import TimedOut
from diagnostics.wire.tcp import Connected


def _server(url: str) -> Server:
    entry = SpeedServer(kind=SpeedKind.HTTP, url=url, where=ServerPlace.ISP)
    return Server(entry=entry, addresses=("192.0.2.1",))


@pytest.mark.parametrize(
    ("took_ms", "far"),
    [
        ((600.0, 1600.0), True),
        ((20.0, 1020.0), False),
        ((None, 610.0), True),
        ((None, None), False),
    ],
)
def test_by_the_quicker_of_two(
    took_ms: tuple[float | None, float | None], far: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = list(took_ms)

    async def connected(address: str, port: int, timeout_s: float) -> Connected:
        assert (address, port) == ("192.0.2.1", 443)
        assert timeout_s > 1.6  # a second try over a satellite
        rtt_ms = left.pop(0)
        if rtt_ms is None:
            raise TimedOut("no answer")
        return Connected(address, port, rtt_ms, "192.0.2.7")

    monkeypatch.setattr(speed, "connect_time", connected)
    assert asyncio.run(far_away(_server("https://speed.example/d"))) is far


def test_an_address_that_cannot_be_used_is_not_far() -> None:
    assert not asyncio.run(far_away(_server("https://speed.example:nothing/d")))
