"""The air is shown while somebody looks, and no longer; with the real child process."""

from __future__ import annotations

import asyncio

import msgspec
import psutil

from agent.air_watch import AirTelling, AirWatch
from agent.airprocess import Looking
from agent.ipc import messages as m
from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.linux import Linux
from diagnostics.readings.wifi import Network, OwnLink
from diagnostics.result import Reason, Unmeasured

_PATIENCE_S = 100.0


async def _until_gone(heard: list[AirTelling]) -> m.AirGone:
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            if heard and isinstance(heard[-1], m.AirGone):
                return heard[-1]
            await asyncio.sleep(0.02)


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_it_ends_with_a_telling_and_without_a_child() -> None:
    """Here without an adapter it says so; on a computer with one nobody looks any more."""

    async def play() -> None:
        heard: list[AirTelling] = []
        watch = AirWatch(heard.append, unseen_s=3.0)
        before = _children()
        watch.seen()
        gone = await _until_gone(heard)
        assert not gone.sentence or gone.sentence.endswith(".")
        await watch.leave()
        assert _children() == before

    asyncio.run(play())


def test_leaving_ends_the_child_at_once() -> None:
    async def play() -> None:
        watch = AirWatch(lambda _telling: None)
        before = _children()
        watch.seen()
        await asyncio.sleep(0.05)
        await watch.leave()
        await watch.leave()
        assert _children() == before

    asyncio.run(play())


class _Adapter(Linux):
    """A system whose adapter counts how often it was asked to scan."""

    def __init__(self) -> None:
        super().__init__()
        self.scans = 0

    async def wifi_link(self, interface: str) -> OwnLink:
        raise PlatformError(Reason.NOT_SUPPORTED, "not told")

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        self.scans += fresh
        if fresh:
            raise PlatformError(Reason.NOT_PERMITTED, "no scan")
        return ()


def test_scans_keep_their_pause_and_a_refusal_keeps_what_is_known() -> None:
    async def play() -> None:
        adapter = _Adapter()
        looking = Looking(adapter, "wlan0", pause_s=60.0)
        scanning = asyncio.create_task(looking.scan())
        await asyncio.sleep(0.5)
        seen = await looking.look()
        scanning.cancel()
        await asyncio.gather(scanning, return_exceptions=True)
        assert adapter.scans == 1
        assert seen.networks == ()
        assert isinstance(seen.link, Unmeasured)
        assert not seen.scanning

    asyncio.run(play())


def test_messages_of_the_air_go_over_the_wire() -> None:
    request = m.Request(id=1, body=m.WatchAir())
    assert msgspec.json.decode(msgspec.json.encode(request), type=m.Request) == request
    event = m.Event(body=m.AirGone(sentence="x"))
    assert msgspec.json.decode(msgspec.json.encode(event), type=m.Event) == event
