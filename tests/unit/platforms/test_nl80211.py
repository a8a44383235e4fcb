"""nl80211's rows from bytes as the kernel lays them out (linux/nl80211.h); no radio needed."""

from __future__ import annotations

import errno
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.platforms.nl80211 import (
    Attribute,
    Command,
    Message,
    attribute,
    attributes,
    refusal,
)
from diagnostics.platforms.nl80211_ability import ability, country_of
from diagnostics.platforms.nl80211_scan import bss_row, networks
from diagnostics.platforms.nl80211_station import channel_use, interface_row, rate, station_row
from diagnostics.platforms.wpa_supplicant import listed
from diagnostics.readings.wifi import Band, Concealed, Generation, NetworkName
from diagnostics.result import Reason, Unmeasured

MAC = bytes.fromhex("020000000100")


def u8(value: int) -> bytes:
    return struct.pack("=B", value & 0xFF)


def u16(value: int) -> bytes:
    return struct.pack("=H", value)


def u32(value: int) -> bytes:
    return struct.pack("=I", value & 0xFFFFFFFF)


def u64(value: int) -> bytes:
    return struct.pack("=Q", value)


def row(command: int, *parts: tuple[int, bytes]) -> Message:
    return Message(command, attributes(b"".join(attribute(k, v) for k, v in parts)))


def nest(*parts: tuple[int, bytes]) -> bytes:
    return b"".join(attribute(kind, content) for kind, content in parts)


def test_an_interface_with_its_channel() -> None:
    found = interface_row(
        row(
            7,
            (Attribute.INTERFACE, u32(3)),
            (Attribute.INTERFACE_NAME, b"wlan0\0"),
            (Attribute.INTERFACE_TYPE, u32(2)),
            (Attribute.SSID, b"Home"),
            (Attribute.FREQUENCY, u32(5180)),
            (Attribute.WIDTH, u32(3)),
            (Attribute.CENTRE, u32(5210)),
        )
    )
    assert found is not None
    assert found.name == "wlan0"
    assert found.channel is not None
    assert (found.channel.number, found.channel.band) == (36, Band.GHZ_5)
    assert (found.channel.width_mhz, found.channel.centre_mhz) == (80, 5210)


def test_a_device_without_interface_is_none() -> None:
    assert interface_row(row(7, (Attribute.INTERFACE_TYPE, u32(10)))) is None


def test_a_station_with_rates_and_counters() -> None:
    info = nest(
        (7, u8(-57)),
        (8, nest((5, u32(8667)), (6, u8(9)), (7, u8(2)), (8, b""), (4, b""))),
        (14, nest((1, u16(1300)), (2, u8(15)))),
        (11, u32(12)),
        (12, u32(1)),
        (16, u32(61)),
        (17, u32(0xFF) + u32(0x3E)),
    )
    found = station_row(row(19, (Attribute.MAC, MAC), (Attribute.STATION_INFO, info)))
    assert found is not None
    assert found.bssid == "02:00:00:00:01:00"
    assert found.authorised
    assert found.signal_dbm == -57.0
    assert found.sent is not None
    assert (found.sent.bps, found.sent.streams) == (866_700_000.0, 2)
    assert (found.sent.generation, found.sent.width_mhz) == (Generation.AC, 80)
    assert found.received is not None
    assert (found.received.generation, found.received.streams) == (Generation.N, 2)
    assert (found.counters.tx_retries, found.counters.tx_failed) == (12, 1)
    assert isinstance(found.counters.beacons_lost, Unmeasured)
    assert found.joined_for_s == 61.0


def test_a_station_that_has_not_been_let_in() -> None:
    info = nest((17, u32(0xFF) + u32(0x04)))
    found = station_row(row(19, (Attribute.MAC, MAC), (Attribute.STATION_INFO, info)))
    assert found is not None
    assert not found.authorised
    assert isinstance(found.signal_dbm, Unmeasured)
    assert found.sent is None


@pytest.mark.parametrize(
    ("parts", "generation", "width_mhz"),
    [
        (((5, u32(24019)), (13, u8(11)), (14, u8(2)), (9, b"")), Generation.AX, 160),
        (((5, u32(57647)), (19, u8(13)), (20, u8(2)), (18, b"")), Generation.BE, 320),
        (((1, u16(540)),), None, 20),
    ],
)
def test_rates_of_each_age(
    parts: tuple[tuple[int, bytes], ...], generation: Generation | None, width_mhz: int
) -> None:
    found = rate(nest(*parts))
    assert found is not None
    assert (found.generation, found.width_mhz) == (generation, width_mhz)


def test_channel_use_is_a_share_of_what_was_counted() -> None:
    info = nest(
        (1, u32(2437)), (2, u8(-92)), (3, b""), (4, u64(2000)), (5, u64(1500)), (8, u64(100))
    )
    found = channel_use(row(51, (Attribute.SURVEY_INFO, info)))
    assert found is not None
    assert (found.in_use, found.counted_s, found.busy_share) == (True, 2.0, 0.75)
    assert found.noise_dbm == -92.0
    assert isinstance(found.own_share, Unmeasured)  # what it heard of its own is not told


def test_a_channel_that_was_not_counted_is_not_free() -> None:
    found = channel_use(row(51, (Attribute.SURVEY_INFO, nest((1, u32(2437)), (4, u64(0))))))
    assert found is not None
    assert isinstance(found.busy_share, Unmeasured)


def bss(name: bytes, *more: tuple[int, bytes], bssid: bytes = MAC) -> Message:
    elements = bytes([0, len(name)]) + name + bytes.fromhex("010882848b960c121824" + "030106")
    parts = ((1, bssid), (2, u32(2437)), (4, u16(100)), (5, u16(0x11)), (6, elements), *more)
    return row(34, (Attribute.BSS, nest(*parts)))


def test_networks_strongest_first_and_their_own_name_wins() -> None:
    other = bytes.fromhex("020000000200")
    messages = [
        bss(b"", (7, u32(-6000))),
        bss(b"Named", (7, u32(-6100)), (9, u32(1))),
        bss(b"Near", (7, u32(-4000)), bssid=other),
    ]
    rows = [found for m in messages if (found := bss_row(m)) is not None]
    assert [r.joined for r in rows] == [False, True, False]
    first, second = networks(rows)
    assert isinstance(first.name, NetworkName)
    assert first.name.text == "Near"
    assert isinstance(second.name, NetworkName)
    assert second.signal_dbm == -61.0


def test_a_nameless_network_is_concealed_and_its_age_is_told() -> None:
    now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    found = bss_row(bss(b"", (15, u64(now_ns - 3_000_000_000))))
    assert found is not None
    (network,) = networks([found])
    assert isinstance(network.name, Concealed)
    assert isinstance(network.seen_s_ago, float)
    assert 2.9 < network.seen_s_ago < 60
    assert isinstance(network.signal_dbm, Unmeasured)


def _band() -> bytes:
    free, closed = nest((1, u32(2412))), nest((1, u32(2472)), (2, b""))
    channels = nest((0, free), (1, closed), (2, nest((1, u32(5260)), (5, b""))))
    rates = nest((0, nest((1, u32(10)))), (1, nest((1, u32(540)))))
    mcs = bytes([0xFF, 0xFF]) + bytes(14)
    return nest((1, channels), (2, rates), (3, mcs), (4, u16(0x6F)))


def test_ability_of_a_radio_told_in_parts() -> None:
    whole = _band()
    told = [row(3, (Attribute.BANDS, nest((0, whole)))), row(3)]
    found = ability(told, "DE")
    assert found.bands == (Band.GHZ_2_4,)
    assert (found.generation, found.streams, found.width_mhz) == (Generation.N, 2, 40)
    assert found.max_rate_bps == pytest.approx(300e6)
    assert (found.forbidden_mhz, found.radar_mhz) == ((2472,), (5260,))


def test_a_radio_of_which_nothing_is_told() -> None:
    found = ability([row(3)], "DE")
    assert isinstance(found.bands, Unmeasured)
    assert isinstance(found.forbidden_mhz, Unmeasured)


def test_the_world_is_no_country() -> None:
    assert country_of(row(31, (Attribute.COUNTRY, b"DE\0"))) == "DE"
    assert isinstance(country_of(row(31, (Attribute.COUNTRY, b"00\0"))), Unmeasured)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EPERM, Reason.NOT_PERMITTED),
        (errno.EOPNOTSUPP, Reason.NOT_SUPPORTED),
        (errno.ENETDOWN, Reason.NOT_APPLICABLE),
        (errno.EBUSY, Reason.DISTURBED),
    ],
)
def test_refusals_have_their_reason(code: int, reason: Reason) -> None:
    assert refusal(code, Command.TRIGGER_SCAN).reason is reason


@given(st.binary(max_size=300))
def test_no_bytes_break_a_row(data: bytes) -> None:
    message = Message(0, attributes(data))
    channel_use(message)
    interface_row(message)
    station_row(message)
    rate(data)
    found = bss_row(Message(34, {Attribute.BSS: data}))
    networks([] if found is None else [found])
    ability([Message(3, {Attribute.BANDS: data})], "DE")


def test_known_networks_of_wpa_supplicant() -> None:
    answer = (
        b"network id / ssid / bssid / flags\n0\tHome\tany\t[CURRENT]\n"
        b'1\tCaf\\xc3\\xa9 \\"x\\"\tany\t\n2\tOld\tany\t[DISABLED]\n'
    )
    assert listed(answer) == [b"Home", 'Café "x"'.encode()]
