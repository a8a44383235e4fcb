"""Outputs of WiFi tools in our own words: shapes, languages, code pages, and what is hostile."""

from __future__ import annotations

import pytest

from diagnostics.platforms.parse.wifi.file import NoWifiError, read_wifi
from diagnostics.readings.wifi import (
    Band,
    Channel,
    Concealed,
    Generation,
    NetworkName,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from tests.fuzz import seeds
from tests.fuzz.elements import fuzz


def channel(found: Channel | Unmeasured) -> tuple[int, object, object]:
    assert isinstance(found, Channel)
    return found.number, found.band, found.width_mhz


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp850"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_netsh_in_any_code_page_and_with_any_line_end(encoding: str, end: str) -> None:
    found = read_wifi(seeds.NETSH.replace("\n", end).encode(encoding)).networks
    assert [each.bssid for each in found] == ["02:00:00:00:08:01", "02:00:00:00:08:02"]
    assert [each.security for each in found] == [Security.WPA2_PERSONAL, Security.OPEN]
    assert [each.quality_percent for each in found] == [71.0, 20.0]
    assert channel(found[0].channel)[:2] == (44, Band.GHZ_5)
    assert isinstance(found[1].name, Concealed)


def test_a_link_in_cyrillic() -> None:
    (link,) = read_wifi(seeds.NETSH_LINK.encode("cp866")).links
    assert (link.name, link.interface) == (NetworkName(text="дом"), "Беспроводная сеть")
    assert (link.rx_rate_bps, link.tx_rate_bps) == (866.7e6, 780e6)
    assert (link.security, link.quality_percent) == (Security.WPA2_PERSONAL, 88.0)


@pytest.mark.parametrize(
    ("word", "security"),
    [
        ("WPA2-Personnel", Security.WPA2_PERSONAL),
        ("WPA2 - 个人", Security.WPA2_PERSONAL),
        ("WPA2-Kişisel", Security.WPA2_PERSONAL),
        ("WPA3-개인", Security.WPA3_PERSONAL),
        ("WPA2 - Entreprise", Security.WPA2_ENTERPRISE),
        ("WPA2-エンタープライズ", Security.WPA2_ENTERPRISE),
        ("WPA3-Enterprise 192 Bits", Security.WPA3_ENTERPRISE),
        ("WPA-Personal", Security.WPA_PERSONAL),
        ("OWE", Security.ENHANCED_OPEN),
    ],
)
def test_locks_in_many_languages(word: str, security: Security) -> None:
    text = seeds.NETSH.replace("WPA2-Personal", word)
    assert read_wifi(text.encode()).networks[0].security is security


def test_a_lock_in_an_unknown_language_is_not_guessed() -> None:
    text = seeds.NETSH.replace("WPA2-Personal", "WPA2-Zzyzx")
    assert isinstance(read_wifi(text.encode()).networks[0].security, Unmeasured)


def test_iw() -> None:
    (found,) = read_wifi(seeds.IW.encode()).networks
    assert found.name == NetworkName(text=r"caf\xe9")
    assert channel(found.channel) == (36, Band.GHZ_5, 80)
    assert (found.security, found.generation) == (Security.WPA3_TRANSITION, Generation.AC)
    assert (found.signal_dbm, found.seen_s_ago) == (-52.0, 0.04)


@pytest.mark.parametrize(
    ("text", "number", "security"),
    [
        (seeds.IWLIST, 6, Security.WPA2_PERSONAL),
        (seeds.AIRPORT, 36, Security.WPA2_PERSONAL),
    ],
)
def test_older_tools(text: str, number: int, security: Security) -> None:
    (found,) = read_wifi(text.encode()).networks
    assert channel(found.channel)[0] == number
    assert (found.name, found.security) == (NetworkName(text="home"), security)


@pytest.mark.parametrize(
    ("text", "number", "dbm"),
    [(seeds.PROFILER, 149, -49.0), (seeds.PROFILER_TEXT, 128, -70.0), (seeds.WDUTIL, 11, -63.0)],
)
def test_links_of_macos(text: str, number: int, dbm: float) -> None:
    (link,) = read_wifi(text.encode()).links
    assert (channel(link.channel)[0], link.signal_dbm) == (number, dbm)


def test_redacted_is_hidden() -> None:
    (link,) = read_wifi(seeds.WDUTIL.encode()).links
    assert isinstance(link.name, Unmeasured)
    assert link.name.reason is Reason.HIDDEN


def test_packets() -> None:
    main, guest = read_wifi(seeds.FRAMES[1]).networks
    assert (main.name, guest.name) == (NetworkName(text="home"), NetworkName(text="guest"))
    assert main.signal_dbm == -60.0


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\xd4\xc3\xb2\xa1" + b"\0" * 20])
def test_no_wifi_is_one_sentence(data: bytes) -> None:
    with pytest.raises(NoWifiError, match=r"\.$"):
        read_wifi(data)


def test_seconds_of_fuzzing() -> None:
    rounds = fuzz(4.0, seed=7)
    assert all(rounds.values())
