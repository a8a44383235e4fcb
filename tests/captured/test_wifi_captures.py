"""Every shared capture that shows WiFi is read right, and every other is said to show none.

The expectations were written by reading the files; packets are judged by scapy as well.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from scapy.layers.dot11 import Dot11, Dot11Beacon, Dot11Elt, Dot11ProbeResp
from scapy.utils import PcapReader

from diagnostics.platforms.parse.wifi.file import NoWifiError, read_wifi
from diagnostics.platforms.parse.wifi.shown import WifiShown
from diagnostics.readings.wifi import (
    Channel,
    Concealed,
    LinkCounters,
    Network,
    NetworkName,
    OwnLink,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.ssid import ssid_text
from tests.captured.fixtures import folder

EXPECTED = (Path(__file__).parent / "wifi_expected.txt").read_text("utf-8")
FILES = dict(re.findall(r"(?ms)^\[([^\n]+)\]\n(.*?)(?=^\[|\Z)", EXPECTED))


def shown(name: str) -> WifiShown:
    path = folder() / name
    if not path.exists():
        pytest.skip(f"no captured output at {path.name}")
    return read_wifi(path.read_bytes())


def said(value: object) -> str:
    if isinstance(value, Unmeasured):
        return {Reason.HIDDEN: "hidden", Reason.BAD_ANSWER: "damaged"}.get(value.reason, "-")
    return str(value)


def place(channel: Channel | Unmeasured) -> str:
    if isinstance(channel, Unmeasured):
        return said(channel)
    width = "" if isinstance(channel.width_mhz, Unmeasured) else f"/{channel.width_mhz}"
    return f"{channel.number}/{said(channel.band)}{width}"


def signal(each: Network | OwnLink) -> str:
    if not isinstance(each.signal_dbm, Unmeasured):
        return f"{each.signal_dbm:g}"
    percent = each.quality_percent
    return said(percent) if isinstance(percent, Unmeasured) else f"{percent:.0f}%"


def written(found: WifiShown) -> str:
    rows = [found.tool]
    rows += [
        f"link {each.state} {place(each.channel)} {signal(each)} {said(each.security)}"
        for each in found.links
    ]
    rows += [
        f"net {place(each.channel)} {signal(each)} {said(each.security)}" for each in found.networks
    ]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_each_network_of_each_capture(name: str) -> None:
    assert written(shown(name)) == FILES[name]


def test_no_other_capture_is_taken_for_wifi() -> None:
    for path in sorted(each for each in folder().rglob("*") if each.is_file()):
        name = str(path.relative_to(folder()))
        if name not in FILES and name != "index.json":
            with pytest.raises(NoWifiError):
                read_wifi(path.read_bytes())


def names(found: WifiShown) -> list[str]:
    return [
        each.name.text if isinstance(each.name, NetworkName) else type(each.name).__name__
        for each in found.networks
    ]


def test_names_and_addresses_of_netsh() -> None:
    for language in ("de", "en_win11", "it", "nl_win7"):
        name = f"windows/netsh-wlan/networks_{language}.txt"
        found = shown(name)
        text = (folder() / name).read_text("utf-8")
        addresses = re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", text)
        assert [each.bssid for each in found.networks] == addresses
        groups = re.split(r"(?m)^SSID \d+ : ?", text)[1:]
        expected = [
            group.split("\n", maxsplit=1)[0].strip() or "Concealed"
            for group in groups
            for _ in re.findall(r"BSSID \d+", group)
        ]
        assert names(found) == expected


def test_the_concealed_one_is_concealed() -> None:
    assert isinstance(shown("windows/netsh-wlan/networks_it.txt").networks[1].name, Concealed)


def test_profiles_in_three_languages() -> None:
    for language in ("de", "en", "fr"):
        known = shown(f"windows/netsh-wlan/profiles_{language}.txt").known_names
        assert [each.text for each in known] == [
            "Profile1 2",
            *(f"Profile{n}" for n in range(2, 7)),
        ]


@pytest.mark.parametrize("name", ["mac-wdutil-output.txt", "macOS15-wdutil-2.4GHz-en.txt"])
def test_what_macos_withholds_is_said_to_be_withheld(name: str) -> None:
    found = shown(f"macos/wdutil/{name}")
    link = found.links[0]
    for fact in (link.name, link.bssid):
        assert isinstance(fact, Unmeasured)
        assert fact.reason is Reason.HIDDEN
    assert (link.noise_dbm, len(found.channels)) == (-97.0, 1)


def test_counters_of_a_station() -> None:
    link = shown("linux/iw/station-get_mesh_2g.txt").links[0]
    assert isinstance(link.counters, LinkCounters)
    assert (link.counters.tx_retries, link.counters.tx_failed) == (2448, 15)
    assert (link.tx_rate_bps, link.rx_rate_bps, link.joined_for_s) == (6.5e6, 39e6, 5070.0)


def test_the_survey_has_no_noise() -> None:
    use = shown("linux/iw/survey-dump_no-noise.txt").channels[0]
    assert (use.frequency_mhz, use.in_use, use.busy_share) == (5180, True, 432 / 54995)
    assert isinstance(use.noise_dbm, Unmeasured)


PACKETS = [name for name in FILES if name.startswith("pcap/") and "southwest" not in name]


@pytest.mark.parametrize("name", PACKETS)
def test_scapy_sees_the_same_names(name: str) -> None:
    """scapy cannot read the one file that mixes link types; that one was read by eye alone."""
    found = {
        str(each.bssid): each.name.text
        for each in shown(name).networks
        if isinstance(each.name, NetworkName)
    }
    judged: dict[str, str] = {}
    with PcapReader(str(folder() / name)) as packets:
        for packet in packets:
            answers = packet.haslayer(Dot11Beacon) or packet.haslayer(Dot11ProbeResp)
            layer = packet.getlayer(Dot11Elt) if answers else None
            if layer is not None and layer.ID == 0 and layer.info.strip(b"\0"):
                judged[packet[Dot11].addr3] = ssid_text(layer.info)
    assert {bssid: found.get(bssid) for bssid in judged} == judged


def test_the_collection_is_where_it_should_be_if_it_is_named() -> None:
    if "FIRSTHOP_FIXTURES" in os.environ:
        assert folder().is_dir()
