"""WiFi on Windows, at the border of wlanapi: layouts of the SDK, and consent."""

from __future__ import annotations

import asyncio
import ctypes
import struct
import threading

import pytest

from diagnostics.platforms import wlan_structures as w
from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.windows import Windows
from diagnostics.platforms.windows_wifi import IDENTITY_S, WindowsWifi, guid_text
from diagnostics.platforms.windows_wifi_events import Told, event_of
from diagnostics.readings.wifi import (
    Band,
    Channel,
    Consent,
    Generation,
    JoinRefusal,
    LinkCounters,
    LinkEventKind,
    LinkState,
    NetworkName,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from tests.unit.platforms.in_loop import in_loop
from tests.unit.platforms.windows_air import (
    GUID,
    Windows11,
    WlanDll,
    bss,
    bss_list,
    connection,
    radio,
    realtime,
    ssid,
    statistics,
    wide,
)
from tests.unit.wire.beacons import he, ht, ht_use, rsn, vht, vht_use
from tests.unit.wire.beacons import ssid as named

REFUSED = LinkEventKind.REFUSED
HOME = "02:00:00:00:05:01"
ON = radio((1, 1), (1, 1))
#: 5 GHz, 80 MHz wide, WPA3 in transition
ELEMENTS = named(b"home") + rsn(2, 8) + ht() + ht_use(36, 1) + vht() + vht_use(1, 42) + he()
NEXT_DOOR = "02:00:00:00:05:02"


def everything() -> Windows11:
    return Windows11(
        answers={
            w.RADIO_STATE: ON,
            w.CURRENT_CONNECTION: connection(name=b"home", bssid=HOME),
            w.REALTIME_QUALITY: realtime((5180, 80, -52), phy=10),
            w.RSSI: struct.pack("<i", -53),
            w.CHANNEL_NUMBER: struct.pack("<I", 36),
            w.STATISTICS: statistics(1000, 5000, 120, 7),
        },
        networks=bss_list(
            bss(bssid=HOME, name=b"home", centre_khz=5_180_000, rssi=-53, elements=ELEMENTS),
            bss(bssid=NEXT_DOOR, name=b"", centre_khz=2_437_000, rssi=-80, phy=7),
        ),
        profiles=("home", "Büro"),
        asked=[],
    )


def denied(computer: Windows11) -> Windows11:
    """24H2 without consent: names and lists are refused, figures are not."""
    computer.answers[w.CURRENT_CONNECTION] = w.ACCESS_DENIED
    computer.networks = w.ACCESS_DENIED
    computer.scan_error = w.ACCESS_DENIED
    return computer


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def on(computer: Windows11, clock: Clock | None = None) -> tuple[Windows, WlanDll]:
    dll = WlanDll(computer)
    names = {guid_text(GUID): "Wi-Fi"}
    return Windows(WindowsWifi(lambda: dll, names.get, clock or Clock())), dll


SIZES = {
    w.Ssid: 36,
    w.InterfaceInfo: 532,
    w.ProfileInfo: 516,
    w.RateSet: 256,
    w.BssEntry: 360,
    w.AssociationAttributes: 68,
    w.ConnectionAttributes: 604,
    w.RadioState: 772,
    w.MacCounters: 96,
    w.PhyCounters: 144,
    w.StatisticsHead: 224,
    w.RealtimeHead: 24,
    w.RealtimeLink: 272,
    w.InterfaceCapability: 276,
    w.ConnectionNotification: 568,
    w.MsmNotification: 580,
}


@pytest.mark.parametrize(
    ("kind", "size"), SIZES.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_layouts_are_those_of_the_sdk(kind: type[ctypes.Structure], size: int) -> None:
    assert ctypes.sizeof(kind) == size


def test_fields_stand_where_the_sdk_has_them() -> None:
    entry = w.BssEntry
    found = (entry.bssid, entry.rssi_dbm, entry.beacon_period, entry.host_timestamp)
    assert [field.offset for field in found] == [40, 56, 66, 80]
    assert (entry.centre_khz.offset, entry.elements_offset.offset) == (92, 352)
    assert (w.ConnectionAttributes.association.offset, w.ConnectionAttributes.security.offset) == (
        520,
        588,
    )
    assert w.MsmNotification.peer.offset == 556
    assert guid_text(GUID) == "{7825D47A-5D59-4C93-8D91-2B0E1B5F6C4B}"


@in_loop
async def test_a_joined_link() -> None:
    platform, dll = on(everything())
    assert await platform.wifi_interfaces() == ("Wi-Fi",)
    link = await platform.wifi_link("Wi-Fi")
    assert (link.state, link.name, link.bssid) == (LinkState.JOINED, NetworkName(text="home"), HOME)
    assert (link.signal_dbm, link.quality_percent) == (-53.0, 70.0)
    assert (link.rx_rate_bps, link.tx_rate_bps) == (2_882e6, 1_729e6)
    assert (link.generation, link.security) == (Generation.AX, Security.WPA2_PERSONAL)
    assert link.channel == Channel(
        number=36, band=Band.GHZ_5, width_mhz=80, frequency_mhz=5180, centre_mhz=5210
    )
    assert isinstance(link.counters, LinkCounters)
    assert (link.counters.tx_packets, link.counters.rx_packets) == (1000, 5000)
    assert (link.counters.tx_retries, link.counters.tx_failed) == (120, 7)
    assert isinstance(link.noise_dbm, Unmeasured)
    assert (dll.open_handles, dll.memory) == (0, {})


@in_loop
async def test_networks_with_their_own_words() -> None:
    platform, dll = on(everything())
    home, other = await platform.wifi_networks("Wi-Fi", fresh=False)
    assert (home.bssid, home.signal_dbm, home.quality_percent) == (HOME, -53.0, 60.0)
    assert (home.security, home.generation) == (Security.WPA3_TRANSITION, Generation.AX)
    assert isinstance(home.channel, Channel)
    assert (home.channel.width_mhz, home.beacon_interval_ms) == (80, 102.4)
    assert (other.generation, other.bssid) == (Generation.N, NEXT_DOOR)
    assert isinstance(other.name, Unmeasured)
    assert dll.memory == {}
    assert await platform.wifi_known_names("Wi-Fi") == (
        NetworkName(text="home"),
        NetworkName(text="Büro"),
    )
    assert (await platform.wifi_ability("Wi-Fi")).generation is Generation.AX


@in_loop
async def test_without_consent_the_figures_still_stand() -> None:
    platform, dll = on(denied(everything()))
    link = await platform.wifi_link("Wi-Fi")
    assert link.state is LinkState.JOINED
    for fact in (link.name, link.bssid, link.security):
        assert isinstance(fact, Unmeasured)
        assert fact.reason is Reason.HIDDEN
    assert (link.signal_dbm, link.rx_rate_bps) == (-53.0, 2_882e6)
    assert isinstance(link.channel, Channel)
    assert (link.channel.number, link.channel.width_mhz) == (36, 80)
    for fresh in (False, True):
        with pytest.raises(PlatformError) as refused:
            await platform.wifi_networks("Wi-Fi", fresh=fresh)
        assert refused.value.reason is Reason.HIDDEN
    assert await platform.wifi_consent() is Consent.WINDOWS_LOCATION
    assert (dll.open_handles, dll.memory) == (0, {})


@in_loop
async def test_with_consent_there_is_nothing_to_ask_for() -> None:
    platform, _ = on(everything())
    assert isinstance(await platform.wifi_consent(), Unmeasured)


@in_loop
async def test_watching_does_not_ask_for_names_again_and_again() -> None:
    clock = Clock()
    computer = everything()
    platform, _ = on(computer, clock)
    for second in range(int(IDENTITY_S)):
        clock.now_s = float(second)
        await platform.wifi_link("Wi-Fi")
    assert computer.asked.count(w.CURRENT_CONNECTION) == 1
    assert computer.asked.count(-1) == 1
    clock.now_s = IDENTITY_S + 1
    await platform.wifi_link("Wi-Fi")
    assert computer.asked.count(w.CURRENT_CONNECTION) == 2


@in_loop
async def test_older_windows_has_one_answer_for_all() -> None:
    computer = everything()
    del computer.answers[w.REALTIME_QUALITY], computer.answers[w.RSSI]
    platform, _ = on(computer)
    link = await platform.wifi_link("Wi-Fi")
    assert (link.quality_percent, link.signal_dbm, link.rx_rate_bps) == (80.0, -60.0, 1_201e6)


@pytest.mark.parametrize(("number", "band"), [(6, Band.GHZ_2_4), (40, Band.GHZ_5)])
@in_loop
async def test_a_bare_channel_number(number: int, band: Band) -> None:
    computer = denied(everything())
    del computer.answers[w.REALTIME_QUALITY]
    computer.answers[w.CHANNEL_NUMBER] = struct.pack("<I", number)
    platform, _ = on(computer)
    channel = (await platform.wifi_link("Wi-Fi")).channel
    assert isinstance(channel, Channel)
    assert (channel.number, channel.band) == (number, band)


@pytest.mark.parametrize("number", [1, 5, 13, 149])
@in_loop
async def test_a_number_that_6_ghz_has_too_leaves_the_band_open(number: int) -> None:
    computer = denied(everything())
    del computer.answers[w.REALTIME_QUALITY]
    computer.answers[w.CHANNEL_NUMBER] = struct.pack("<I", number)
    platform, _ = on(computer)
    channel = (await platform.wifi_link("Wi-Fi")).channel
    assert isinstance(channel, Channel)
    assert isinstance(channel.band, Unmeasured)


@in_loop
async def test_two_links_of_wifi_7() -> None:
    computer = denied(everything())
    computer.answers[w.REALTIME_QUALITY] = realtime((2437, 20, -60), (6135, 320, -48))
    platform, _ = on(computer)
    link = await platform.wifi_link("Wi-Fi")
    assert link.generation is Generation.BE
    assert isinstance(link.channel, Channel)
    assert (link.channel.band, link.channel.width_mhz) == (Band.GHZ_6, 320)


@pytest.mark.parametrize(
    ("state", "switch", "expected"),
    [
        (4, ON, LinkState.DISCONNECTED),
        (7, ON, LinkState.JOINING),
        (4, radio((2, 1), (2, 1)), LinkState.RADIO_OFF),
        (0, radio((1, 2)), LinkState.RADIO_OFF),
        (4, radio((2, 1), (1, 1)), LinkState.DISCONNECTED),
    ],
)
@in_loop
async def test_not_joined(state: int, switch: bytes, expected: LinkState) -> None:
    computer = everything()
    computer.state = state
    computer.answers[w.RADIO_STATE] = switch
    platform, _ = on(computer)
    link = await platform.wifi_link("Wi-Fi")
    assert link.state is expected
    assert isinstance(link.signal_dbm, Unmeasured)
    assert link.signal_dbm.reason is Reason.NOT_APPLICABLE
    assert w.CURRENT_CONNECTION not in computer.asked


@in_loop
async def test_lists_that_lie_about_their_length() -> None:
    computer = everything()
    whole = computer.networks
    assert isinstance(whole, bytes)
    row = bytearray(whole)
    struct.pack_into("<I", row, 4, 2)
    struct.pack_into("<II", row, 8 + 352, 0xFFFFFFFF, 0xFFFFFFFF)  # elements far outside
    computer.networks = bytes(row)
    platform, _ = on(computer)
    home, _ = await platform.wifi_networks("Wi-Fi", fresh=False)
    assert home.name == NetworkName(text="home")
    assert isinstance(home.security, Unmeasured | Security)


@in_loop
async def test_zeros_of_a_driver_are_no_figures() -> None:
    computer = everything()
    computer.answers[w.STATISTICS] = statistics(0, 0, 0, 0)
    computer.answers[w.RSSI] = struct.pack("<i", 0)
    platform, _ = on(computer)
    link = await platform.wifi_link("Wi-Fi")
    assert isinstance(link.counters, Unmeasured)
    assert link.signal_dbm == -65.0  # from 70 percent


@in_loop
async def test_a_scan_waits_for_its_end() -> None:
    computer = everything()
    computer.during_scan = ((w.FROM_ACM, w.ACM_SCAN_COMPLETE, b""),)
    platform, dll = on(computer)
    assert len(await asyncio.wait_for(platform.wifi_networks("Wi-Fi", fresh=True), 3)) == 2
    assert (dll.callback, dll.open_handles) == (None, 0)


@in_loop
async def test_no_service_no_wifi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    platform, _ = on(Windows11(open_error=w.SERVICE_NOT_ACTIVE))
    assert await platform.wifi_interfaces() == ()


def acm(reason: int) -> bytes:
    return struct.pack("<I", 0) + wide("p") + ssid(b"home") + struct.pack("<IiII", 1, 1, reason, 0)


def msm(bssid: str) -> bytes:
    peer = bytes.fromhex(bssid.replace(":", "")) + b"\0\0"
    return (
        struct.pack("<I", 0) + wide("p") + ssid(b"home") + struct.pack("<I", 1) + peer
        + struct.pack("<iiiI", 1, 0, 0, 0)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "code", "data", "kind", "refusal"),
    [
        (w.FROM_ACM, w.ACM_CONNECTED, acm(0), LinkEventKind.JOINED, None),
        (w.FROM_ACM, w.ACM_DISCONNECTED, acm(1), LinkEventKind.LEFT, None),
        (w.FROM_ACM, w.ACM_CONNECT_FAILED, acm(0x48014), REFUSED, JoinRefusal.WRONG_PASSWORD),
        (w.FROM_ACM, w.ACM_CONNECT_FAILED, acm(0x48005), REFUSED, JoinRefusal.WRONG_PASSWORD),
        (w.FROM_ACM, w.ACM_CONNECT_FAILED, acm(0x38014), REFUSED, JoinRefusal.NOT_ANSWERED),
        (w.FROM_ACM, w.ACM_CONNECT_FAILED, acm(0x38001), REFUSED, JoinRefusal.OTHER),
        (w.FROM_MSM, w.MSM_ROAMED, msm(NEXT_DOOR), LinkEventKind.ROAMED, None),
    ],
)  # fmt: skip
def test_events(
    source: int, code: int, data: bytes, kind: LinkEventKind, refusal: JoinRefusal | None
) -> None:
    event = event_of(Told(source=source, code=code, guid=GUID, data=data), 1.5)
    assert event is not None
    assert (event.kind, event.at_s) == (kind, 1.5)
    assert (event.refusal if isinstance(event.refusal, JoinRefusal) else None) is refusal
    assert event.bssid == NEXT_DOOR or isinstance(event.bssid, Unmeasured)


@in_loop
async def test_events_come_from_a_thread_of_windows() -> None:
    platform, dll = on(everything())
    async with platform.wifi_events("Wi-Fi") as events:
        other = threading.Thread(
            target=lambda: (
                dll.tell(w.FROM_ACM, 3),
                dll.tell(w.FROM_ACM, w.ACM_DISCONNECTED, acm(0)),
            )
        )
        other.start()
        event = await asyncio.wait_for(anext(aiter(events)), 5)
        other.join()
    assert event.kind is LinkEventKind.LEFT
    assert (dll.callback, dll.open_handles) == (None, 0)
