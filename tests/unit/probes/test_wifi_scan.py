"""When the WiFi probe scans itself: where the system has looked on the own channel alone, too."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.evidence import Evidence
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context
from diagnostics.probes.wifi import WifiProbe
from diagnostics.profile import Profile
from diagnostics.readings.wifi import Network, OwnLink, OwnScan, Wifi
from diagnostics.run import Depth
from diagnostics.wire.meter import Meter
from tests.cases import air as a
from tests.cases.air import channel, neighbour
from tests.cases.wifi import two


class Heard(Linux):
    """A system that knows some networks, and would find one more if it looked."""

    def __init__(self, *known: Network) -> None:
        super().__init__()
        self._known = known

    async def wifi_interfaces(self) -> tuple[str, ...]:
        return ("wlan0",)

    async def wifi_link(self, interface: str) -> OwnLink:
        return two().link()

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        return (*self._known, neighbour(9, channel(1), -50.0)) if fresh else self._known


@pytest.mark.parametrize(("number", "scans"), [(6, True), (11, False)])
def test_other_channels_must_have_been_heard(number: int, *, scans: bool) -> None:
    own = a.bss(a.HOME_NAME, a.OWN_24, channel(6), -50.0)
    platform = Heard(own, neighbour(1, channel(number), -60.0))
    context = Context(
        profile=Profile(),
        platform=platform,
        earlier=Evidence({}),
        depth=Depth.NORMAL,
        meter=Meter(),
        progress=lambda _fraction, _word: None,
    )
    found = asyncio.run(WifiProbe().measure(context))
    assert isinstance(found, Wifi)
    assert isinstance(found.own_scan, OwnScan) is scans
    assert isinstance(found.networks, tuple)
    assert len(found.networks) == (3 if scans else 2)
