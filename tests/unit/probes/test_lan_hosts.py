"""Who answers late in a home, by the system's neighbour table; echoes go to loopback."""

from __future__ import annotations

import asyncio
import sys

import pytest
from msgspec import structs

from diagnostics.evidence import Evidence
from diagnostics.platforms.base import NeighbourEntry
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context
from diagnostics.probes.lan_hosts import LanHostsProbe
from diagnostics.profile import Profile
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import LanHosts, NeighbourState
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.result import Measured, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.wire.meter import Meter
from tests.cases import home as h

_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "")
_GATEWAY, _HOST = "127.0.0.2", "127.0.0.9"


class _Table(Linux):
    """Its neighbour table holds the other host only after so many seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__()
        self._after_s = after_s
        self._begun_s = asyncio.get_running_loop().time()

    async def neighbours(self) -> tuple[NeighbourEntry, ...]:
        there = asyncio.get_running_loop().time() - self._begun_s >= self._after_s
        return tuple(
            NeighbourEntry(
                interface="lo",
                address=address,
                mac=f"02:00:00:00:00:0{address[-1]}",
                state=NeighbourState.REACHABLE,
            )
            for address in ((_GATEWAY, _HOST) if there else (_GATEWAY,))
        )


def _earlier(kind: InterfaceKind) -> Evidence:
    """A home on loopback; its hardware address is not told, so that no ARP is sent."""
    link = structs.replace(h.interface(kind, 1000.0), name="lo", mac=_NOT_TOLD)
    interfaces = structs.replace(h.interfaces(), interfaces=(link,), active="lo")
    own = structs.replace(h.address("127.0.0.1"), interface="lo")
    route = structs.replace(h.route(_GATEWAY), interface="lo")
    addressing = h.addressing((own,), (route,))
    return Evidence(
        {one.PROBE: Measured(reading=one, took_s=0.0) for one in (interfaces, addressing)}
    )


def _measured(kind: InterfaceKind, after_s: float) -> LanHosts:
    async def run() -> LanHosts:
        context = Context(
            profile=Profile(),
            platform=_Table(after_s),
            earlier=_earlier(kind),
            depth=Depth.NORMAL,
            meter=Meter(),
            progress=lambda _fraction, _word: None,
        )
        return await LanHostsProbe().measure(context)

    return asyncio.run(asyncio.wait_for(run(), 15))


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems keep no 127.0.0.0/24")
@pytest.mark.parametrize(
    ("kind", "after_s", "echoed"),
    [
        (InterfaceKind.ETHERNET, 0.0, (_HOST,)),
        (InterfaceKind.ETHERNET, 1.15, (_HOST,)),
        # by radio it is a telephone that dozes: its losses would be nobody's fault
        (InterfaceKind.WIFI, 1.15, ()),
    ],
)
def test_who_is_found_late_on_a_cable_is_echoed_too(
    kind: InterfaceKind, after_s: float, echoed: tuple[str, ...]
) -> None:
    found = _measured(kind, after_s)

    assert [one.address for one in found.neighbours] == [_HOST]
    assert tuple(one.target for one in found.echoes if isinstance(one, EchoSeries)) == echoed
    assert all(isinstance(one, EchoSeries) and one.received > 10 for one in found.echoes)
