"""WiFi on macOS, at the border of CoreWLAN: with and without consent to location."""

from __future__ import annotations

import msgspec
import pytest

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.darwin import Darwin
from diagnostics.platforms.darwin_wifi import DarwinWifi
from diagnostics.readings.wifi import (
    Band,
    Channel,
    Consent,
    Generation,
    LinkState,
    NetworkName,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from tests.unit.platforms.in_loop import in_loop
from tests.unit.wire.beacons import he, ht, ht_use, rsn, vht, vht_use
from tests.unit.wire.beacons import ssid as named


class CWChannel(msgspec.Struct):
    number: int
    band: int
    width: int

    def channelNumber(self) -> int:  # noqa: N802
        return self.number

    def channelBand(self) -> int:  # noqa: N802
        return self.band

    def channelWidth(self) -> int:  # noqa: N802
        return self.width


class CWNetwork(msgspec.Struct):
    name: bytes | None
    address: str | None
    place: CWChannel
    elements: bytes | None = None
    locks: tuple[int, ...] = (4,)
    phys: tuple[int, ...] = (4, 5)
    rssi: int = -61

    def ssidData(self) -> bytes | None:  # noqa: N802
        return self.name

    def bssid(self) -> str | None:
        return self.address

    def rssiValue(self) -> int:  # noqa: N802
        return self.rssi

    def wlanChannel(self) -> CWChannel | None:  # noqa: N802
        return self.place

    def beaconInterval(self) -> int:  # noqa: N802
        return 100

    def countryCode(self) -> str | None:  # noqa: N802
        return "DE"

    def informationElementData(self) -> bytes | None:  # noqa: N802
        return self.elements

    def supportsSecurity_(self, security: int) -> bool:  # noqa: N802
        return security in self.locks

    def supportsPHYMode_(self, mode: int) -> bool:  # noqa: N802
        return mode in self.phys


class CWInterface(msgspec.Struct):
    power: bool = True
    name: bytes | None = b"home"
    address: str | None = "2:0:0:0:7:1"
    rssi: int = -48
    noise: int = -93
    place: CWChannel | None = None
    air: tuple[CWNetwork, ...] = ()
    refused: str = ""

    def interfaceName(self) -> str:  # noqa: N802
        return "en0"

    def powerOn(self) -> bool:  # noqa: N802
        return self.power

    def ssidData(self) -> bytes | None:  # noqa: N802
        return self.name

    def bssid(self) -> str | None:
        return self.address

    def rssiValue(self) -> int:  # noqa: N802
        return self.rssi

    def noiseMeasurement(self) -> int:  # noqa: N802
        return self.noise

    def wlanChannel(self) -> CWChannel | None:  # noqa: N802
        return self.place

    def transmitRate(self) -> float:  # noqa: N802
        return 864.0

    def activePHYMode(self) -> int:  # noqa: N802
        return 6

    def security(self) -> int:
        return 13

    def cachedScanResults(self) -> tuple[CWNetwork, ...]:  # noqa: N802
        return self.air

    def scanForNetworksWithName_error_(  # noqa: N802
        self, name: None, error: None
    ) -> tuple[tuple[CWNetwork, ...] | None, object]:
        del name, error
        return (None, self.refused) if self.refused else (self.air, None)


WIDE = CWChannel(36, 2, 3)
ELEMENTS = named(b"home") + rsn(2, 8) + ht() + ht_use(36, 1) + vht() + vht_use(1, 42) + he()


def on(interface: CWInterface) -> Darwin:
    return Darwin(DarwinWifi(lambda: (interface,)))


@in_loop
async def test_a_joined_link() -> None:
    platform = on(CWInterface(place=WIDE))
    assert await platform.wifi_interfaces() == ("en0",)
    link = await platform.wifi_link("en0")
    assert (link.state, link.name, link.bssid) == (
        LinkState.JOINED,
        NetworkName(text="home"),
        "02:00:00:00:07:01",
    )
    assert (link.signal_dbm, link.noise_dbm, link.tx_rate_bps) == (-48.0, -93.0, 864e6)
    assert (link.generation, link.security) == (Generation.AX, Security.WPA3_TRANSITION)
    assert isinstance(link.channel, Channel)
    assert (link.channel.number, link.channel.band, link.channel.width_mhz) == (36, Band.GHZ_5, 80)
    assert isinstance(await platform.wifi_consent(), Unmeasured)


@in_loop
async def test_without_consent_the_figures_still_stand() -> None:
    hidden = CWNetwork(None, None, WIDE)
    platform = on(CWInterface(name=None, address=None, place=WIDE, air=(hidden,)))
    link = await platform.wifi_link("en0")
    for fact in (link.name, link.bssid):
        assert isinstance(fact, Unmeasured)
        assert fact.reason is Reason.HIDDEN
    assert (link.state, link.signal_dbm, link.noise_dbm) == (LinkState.JOINED, -48.0, -93.0)
    (network,) = await platform.wifi_networks("en0", fresh=False)
    assert isinstance(network.name, Unmeasured)
    assert network.name.reason is Reason.HIDDEN
    assert (network.signal_dbm, network.security) == (-61.0, Security.WPA2_PERSONAL)
    assert network.generation is Generation.AC
    assert await platform.wifi_consent() is Consent.MACOS_LOCATION


@in_loop
async def test_networks_by_their_elements() -> None:
    row = CWNetwork(b"home", "2:0:0:0:7:1", WIDE, ELEMENTS)
    platform = on(CWInterface(place=WIDE, air=(row,)))
    (network,) = await platform.wifi_networks("en0", fresh=True)
    assert (network.security, network.generation) == (Security.WPA3_TRANSITION, Generation.AX)
    assert isinstance(network.channel, Channel)
    assert (network.channel.width_mhz, network.channel.centre_mhz) == (80, 5210)


@pytest.mark.parametrize(
    ("interface", "state"),
    [
        (CWInterface(power=False), LinkState.RADIO_OFF),
        (CWInterface(rssi=0, noise=0, name=None, address=None, place=WIDE), LinkState.DISCONNECTED),
    ],
)
@in_loop
async def test_zero_dbm_is_no_signal(interface: CWInterface, state: LinkState) -> None:
    link = await on(interface).wifi_link("en0")
    assert link.state is state
    assert isinstance(link.signal_dbm, Unmeasured)


@in_loop
async def test_a_refused_scan_is_said() -> None:
    platform = on(CWInterface(place=WIDE, refused="Operation not permitted"))
    with pytest.raises(PlatformError) as refused:
        await platform.wifi_networks("en0", fresh=True)
    assert refused.value.reason is Reason.NOT_PERMITTED
