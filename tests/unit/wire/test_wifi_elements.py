"""Information elements: read like the standard, judged by scapy, and never misled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.readings.wifi import (
    Band,
    BssLoad,
    Channel,
    Concealed,
    Generation,
    Network,
    NetworkName,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.beacon import Heard, network_of, networks_of
from diagnostics.wire.wifi.elements import EXTENSION, decode
from diagnostics.wire.wifi.ssid import ssid_bytes, ssid_text
from tests.unit.wire.beacons import (
    B_ONLY,
    FIVE_RATES,
    OLD_RATES,
    country,
    direct,
    eht,
    eht_use,
    element,
    extension,
    he,
    he_use,
    ht,
    ht_use,
    rsn,
    ssid,
    vht,
    vht_use,
    wpa,
)

AP = "02:00:00:00:01:00"
UNKNOWN = Unmeasured(Reason.NOT_SUPPORTED, "nobody says")


def heard(
    elements: bytes, mhz: int | Unmeasured = 2437, capability: int | Unmeasured = 0x0411
) -> Network:
    return network_of(Heard(bssid=AP, elements=elements, frequency_mhz=mhz, capability=capability))


def channel(
    elements: bytes, mhz: int | Unmeasured
) -> tuple[int, Band | Unmeasured, object, object]:
    found = heard(elements, mhz).channel
    assert isinstance(found, Channel)
    return found.number, found.band, found.width_mhz, found.centre_mhz


# --- names


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"home", "home"),
        ("Café ☕".encode(), "Café ☕"),
        (b"caf\xe9", r"caf\xe9"),
        ("家".encode("gbk"), r"\xbc\xd2"),
        (b"a\0b\n", r"a\x00b\x0a"),
        (b"c:\\x41", r"c:\\x41"),
        ("\u202eevil".encode(), r"\xe2\x80\xaeevil"),
        (b" ", " "),
    ],
)
def test_names_are_shown_and_told_apart(raw: bytes, text: str) -> None:
    assert heard(ssid(raw)).name == NetworkName(text=text)
    assert ssid_bytes(text) == raw


@given(st.binary(max_size=32))
def test_every_name_comes_back(raw: bytes) -> None:
    assert ssid_bytes(ssid_text(raw)) == raw
    assert ssid_text(raw).isprintable()


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0" * 32])
def test_a_network_that_hides_its_name(raw: bytes) -> None:
    assert heard(ssid(raw)).name == Concealed()


def test_a_name_that_cannot_be() -> None:
    for elements in (ssid(b"x" * 33), b"\0\x20short", b""):
        name = heard(elements).name
        assert isinstance(name, Unmeasured)
        assert name.reason is Reason.BAD_ANSWER


# --- security


@pytest.mark.parametrize(
    ("elements", "capability", "security", "tkip"),
    [
        (b"", 0x0401, Security.OPEN, False),
        (b"", 0x0411, Security.WEP, False),
        (wpa(2), 0x0411, Security.WPA_PERSONAL, True),
        (wpa(1), 0x0411, Security.WPA_ENTERPRISE, True),
        (rsn(2), 0x0411, Security.WPA2_PERSONAL, False),
        (rsn(2, pairwise=(4, 2)) + wpa(2), 0x0411, Security.WPA2_PERSONAL, True),
        (rsn(6), 0x0411, Security.WPA2_PERSONAL, False),
        (rsn(2, 8, capabilities=0x80), 0x0411, Security.WPA3_TRANSITION, False),
        (rsn(8, capabilities=0xC0), 0x0411, Security.WPA3_PERSONAL, False),
        (rsn(24, 25, capabilities=0xC0), 0x0411, Security.WPA3_PERSONAL, False),
        (rsn(1), 0x0411, Security.WPA2_ENTERPRISE, False),
        (rsn(1, 5), 0x0411, Security.WPA2_ENTERPRISE, False),
        (rsn(5, capabilities=0xC0), 0x0411, Security.WPA3_ENTERPRISE, False),
        (rsn(12, capabilities=0xC0), 0x0411, Security.WPA3_ENTERPRISE, False),
        (rsn(18, capabilities=0xC0), 0x0411, Security.ENHANCED_OPEN, False),
        # the capability's privacy bit lies, the element counts
        (rsn(2), 0x0401, Security.WPA2_PERSONAL, False),
    ],
)
def test_security(elements: bytes, capability: int, security: Security, tkip: bool) -> None:
    found = heard(ssid(b"x") + OLD_RATES + elements, capability=capability)
    assert (found.security, found.tkip) == (security, tkip)


def test_wpa3_in_compatibility_mode_says_sae_beside_the_old_element() -> None:
    body = bytes.fromhex("506f9a29") + rsn(8, capabilities=0xC0)[2:]
    found = heard(rsn(2) + element(221, body))
    assert found.security is Security.WPA3_TRANSITION


@pytest.mark.parametrize(
    "elements",
    [
        rsn(2)[:-3],  # cut off within the element
        element(48, b"\x01\x00" + bytes.fromhex("000fac04") + b"\xff\xff"),  # 65535 ciphers
        element(48, b"\x02\x00"),  # a version that does not exist
        ssid(b"x")[:-1],  # the frame ends before any security element could stand
    ],
)
def test_damaged_security_is_not_guessed(elements: bytes) -> None:
    found = heard(elements).security
    assert isinstance(found, Unmeasured)
    assert found.reason is Reason.BAD_ANSWER


def test_left_out_fields_of_rsn_have_their_defaults() -> None:
    assert heard(element(48, b"\x01\x00")).security is Security.WPA2_ENTERPRISE


# --- channel, width


@pytest.mark.parametrize(
    ("elements", "mhz", "expected"),
    [
        (direct(6), 2437, (6, Band.GHZ_2_4, 20, 2437)),
        (direct(6), 2432, (6, Band.GHZ_2_4, 20, 2437)),  # heard on the channel beside
        (direct(13), 2412, (1, Band.GHZ_2_4, 20, 2412)),  # 60 MHz away nobody hears it
        (direct(14), UNKNOWN, (14, Band.GHZ_2_4, 20, 2484)),
        (ht() + ht_use(6, 1), 2437, (6, Band.GHZ_2_4, 40, 2447)),
        (ht() + ht_use(6, -1), 2437, (6, Band.GHZ_2_4, 40, 2427)),
        (ht_use(36, 1), 5180, (36, Band.GHZ_5, 40, 5190)),
        (ht_use(36, 1) + vht_use(1, 42), 5180, (36, Band.GHZ_5, 80, 5210)),
        (ht_use(36, 1) + vht_use(1, 42, 50), 5180, (36, Band.GHZ_5, 160, 5250)),
        (ht_use(36, 1) + vht_use(2, 50), 5180, (36, Band.GHZ_5, 160, 5250)),
        (ht_use(36, 1, centre=50) + vht_use(1, 42), 5180, (36, Band.GHZ_5, 160, 5250)),
        (ht_use(36, 1) + vht_use(0, 0), 5180, (36, Band.GHZ_5, 40, 5190)),
        (ht_use(100, 1) + vht_use(1, 42), 5500, (100, Band.GHZ_5, 40, 5510)),  # centre elsewhere
        (he_use((37, 2, 39, 0)), 6135, (37, Band.GHZ_6, 80, 6145)),
        (he_use((37, 3, 39, 47)), 6135, (37, Band.GHZ_6, 160, 6185)),
        (he_use((37, 3, 39, 47)), UNKNOWN, (37, Band.GHZ_6, 160, 6185)),
        (he_use((37, 3, 39, 47)) + eht_use(4, 47, 31), 6135, (37, Band.GHZ_6, 320, 6105)),
        (he_use((37, 3, 39, 47)) + eht_use(4, 99, 31), 6135, (37, Band.GHZ_6, 160, 6185)),
        (b"", 5955, (1, Band.GHZ_6, 20, 5955)),
        (b"", 5935, (2, Band.GHZ_6, 20, 5935)),
        (b"", 5845, (169, Band.GHZ_5, 20, 5845)),
        (direct(200) + ht_use(250), 5180, (36, Band.GHZ_5, 20, 5180)),
    ],
)
def test_channel(
    elements: bytes, mhz: int | Unmeasured, expected: tuple[int, Band, int, int]
) -> None:
    assert channel(elements, mhz) == expected


def test_two_halves_of_80_mhz() -> None:
    found = heard(ht_use(36, 1) + vht_use(1, 42, 155), 5180).channel
    assert isinstance(found, Channel)
    assert (found.width_mhz, found.centre_mhz, found.second_centre_mhz) == (160, 5210, 5775)


def test_no_channel_from_nowhere() -> None:
    assert isinstance(heard(ssid(b"x"), UNKNOWN).channel, Unmeasured)
    assert isinstance(heard(direct(0), 60_480).channel, Unmeasured)


# --- generation, streams, rate


@pytest.mark.parametrize(
    ("elements", "mhz", "generation", "streams", "mbps"),
    [
        (B_ONLY, 2437, Generation.B, 1, 11),
        (OLD_RATES, 2437, Generation.G, 1, 54),
        (FIVE_RATES, 5180, Generation.A, 1, 54),
        (OLD_RATES + ht(1, short=False) + ht_use(6), 2437, Generation.N, 1, 65),
        (OLD_RATES + ht(2) + ht_use(6), 2437, Generation.N, 2, 144.4),
        (OLD_RATES + ht(3) + ht_use(6, 1), 2437, Generation.N, 3, 450),
        (OLD_RATES + ht(2) + ht_use(6) + vht(2), 2437, Generation.N, 2, 144.4),
        (ht(2) + ht_use(36, 1) + vht(2) + vht_use(1, 42), 5180, Generation.AC, 2, 866.7),
        (ht(1) + ht_use(36) + vht(1), 5180, Generation.AC, 1, 86.7),  # no MCS 9 at 20 MHz
        (
            ht(4) + ht_use(36, 1) + vht(4, info=0x64) + vht_use(1, 42, 50),
            5180, Generation.AC, 4, 3466.7,
        ),
        (
            ht(2) + ht_use(36, 1) + vht(2) + vht_use(1, 42) + he(2) + he_use(),
            5180, Generation.AX, 2, 1201,
        ),
        (he(2, widths=0x0C) + he_use((37, 3, 39, 47)), 6135, Generation.AX, 2, 2402),
        (
            he(2, widths=0x0C) + he_use((37, 3, 39, 47)) + eht(2) + eht_use(4, 47, 31),
            6135, Generation.BE, 2, 5764.7,
        ),
    ],
)  # fmt: skip
def test_what_the_radio_can_do(
    elements: bytes, mhz: int, generation: Generation, streams: int, mbps: float
) -> None:
    found = heard(ssid(b"x") + elements, mhz)
    assert (found.generation, found.streams) == (generation, streams)
    assert isinstance(found.max_rate_bps, float)
    assert found.max_rate_bps / 1e6 == pytest.approx(mbps, abs=0.06 * mbps / 100 + 0.05)


# --- the rest


def test_load_country_and_old_devices() -> None:
    body = (
        element(11, b"\x07\x00\x80\x00\x00")
        + country(b"DE", (1, 13, 20))
        + element(42, b"\x01")
        + element(5, b"\x00\x03\x00\x00")
    )
    found = heard(ssid(b"x") + body)
    assert found.load == BssLoad(stations=7, busy_share=128 / 255)
    assert (found.country, found.legacy_present) == ("DE", True)
    assert decode(body).dtim_period == 3


@pytest.mark.parametrize("code", [b"\0\0", b"\xff\xff", b"<b", b"D"])
def test_a_country_that_is_none(code: bytes) -> None:
    assert isinstance(heard(element(7, code + b" \x01\x0b\x14")).country, Unmeasured)


def test_networks_that_another_beacon_announces() -> None:
    """Index 1 takes over what it does not say itself; index 2 has its own lock and refuses HE."""
    first = element(83, b"\x01\x04") + ssid(b"guest") + element(85, b"\x01")
    second = (
        element(83, b"\x11\x04")
        + ssid(b"things")
        + element(85, b"\x02")
        + rsn(8, capabilities=0xC0)
        + extension(56, b"\x00" + b"\x01\x23")
    )
    profiles = element(71, b"\x02" + element(0, first) + element(0, second))
    elements = ssid(b"main") + FIVE_RATES + rsn(2) + ht() + ht_use(36) + he() + profiles
    found = networks_of(
        Heard(bssid="02:00:00:00:01:07", elements=elements, frequency_mhz=5180, capability=0x0411)
    )
    assert [(str(n.bssid)[-2:], n.name) for n in found] == [
        ("07", NetworkName(text="main")),
        ("04", NetworkName(text="guest")),
        ("05", NetworkName(text="things")),
    ]
    assert [n.security for n in found] == [
        Security.WPA2_PERSONAL,
        Security.WPA2_PERSONAL,
        Security.WPA3_PERSONAL,
    ]
    assert [n.generation for n in found] == [Generation.AX, Generation.AX, Generation.N]


def test_an_element_in_fragments() -> None:
    body = b"\x23" + b"\0" * 6 + b"\x04" + b"\0" * 10 + b"\xfa\xff" * 2 + b"\0" * 233
    assert len(body) == 255
    cut = element(255, body) + element(242, b"\0" * 40)
    found = decode(cut + ssid(b"after"))
    assert (found.ssid, found.he is not None, found.broken) == (b"after", True, ())


def test_neighbours_of_a_reduced_report() -> None:
    row = b"\xff" + bytes.fromhex("020000000a01") + b"\0" * 6
    report = element(201, b"\x00\x0d" + b"\x83\x25" + row)
    found = decode(report).neighbours
    assert [(n.operating_class, n.channel, n.bssid) for n in found] == [
        (131, 37, "02:00:00:00:0a:01")
    ]


def test_the_first_of_two_counts_and_broken_ones_are_named() -> None:
    found = decode(ssid(b"first") + ssid(b"second") + element(3, b"") + extension(35, b"\0"))
    assert (found.ssid, found.direct_channel) == (b"first", None)
    assert found.broken == (3, EXTENSION + 35)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.sampled_from([2412, 5180, 6135, 0, 70_000]))
def test_nothing_from_the_air_crashes(raw: bytes, mhz: int) -> None:
    for network in networks_of(Heard(bssid=AP, elements=raw, frequency_mhz=mhz, capability=0x11)):
        if isinstance(network.max_rate_bps, float):
            assert 0 < network.max_rate_bps < 50e9
