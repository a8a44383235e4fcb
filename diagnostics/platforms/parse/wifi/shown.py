"""What one file or output shows of WiFi, whoever wrote it, and the pieces that all readers need."""

from __future__ import annotations

import re

import msgspec

from diagnostics.private import Mac, Plain
from diagnostics.readings.wifi import (
    Band,
    Channel,
    ChannelUse,
    Generation,
    LinkState,
    Name,
    Network,
    NetworkName,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.frequencies import (
    band_of,
    band_of_number,
    channel_number,
    frequency_of,
    is_primary,
)
from diagnostics.wire.wifi.ssid import ssid_name

NOT_SHOWN = Unmeasured(Reason.NOT_SUPPORTED, "not shown")
WITHHELD = Unmeasured(Reason.HIDDEN, "the system withholds it")
MASKED = Unmeasured(Reason.HIDDEN, "masked by whoever passed the text on")
NOT_JOINED = Unmeasured(Reason.NOT_APPLICABLE, "not joined to any network")
DAMAGED = Unmeasured(Reason.BAD_ANSWER, "shown, but it cannot be right")

_MAC = re.compile(r"(?i)(?:[0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}")
#: Six groups some of whose digits are covered: xx:xx:xx:12:34:56, 0X:XX:**:00:00:X0
_MASKED_MAC = re.compile(r"(?i)(?:[0-9a-fx*?]{1,2}[:-]){5}[0-9a-fx*?]{1,2}")
_REDACTED = re.compile(r"(?i)<(?:redacted|hidden|private|removed)>|\*+")
#: Seen on old Windows and as an answer of macOS without consent; no access point has it.
_NO_MAC = frozenset(("00:00:00:00:00:00", "02:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"))


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A device that asks a network to take it in: what it can do, and the lock that it chose."""

    mac: Mac
    bssid: Mac | Unmeasured
    name: Name
    signal_dbm: float | Unmeasured
    generation: Generation | Unmeasured
    streams: int | Unmeasured
    security: Security | Unmeasured


class WifiShown(msgspec.Struct, frozen=True, kw_only=True):
    """`tool` says whose output it is. Empty tuples: nothing of the kind is in it."""

    tool: Plain
    links: tuple[OwnLink, ...] = ()
    networks: tuple[Network, ...] = ()
    channels: tuple[ChannelUse, ...] = ()
    stations: tuple[Station, ...] = ()
    known_names: tuple[NetworkName, ...] = ()

    @property
    def shows_something(self) -> bool:
        seen = (self.links, self.networks, self.channels, self.stations, self.known_names)
        return any(seen)


BLANK_NETWORK = Network(
    bssid=NOT_SHOWN,
    name=NOT_SHOWN,
    signal_dbm=NOT_SHOWN,
    quality_percent=NOT_SHOWN,
    channel=NOT_SHOWN,
    generation=NOT_SHOWN,
    streams=NOT_SHOWN,
    max_rate_bps=NOT_SHOWN,
    security=NOT_SHOWN,
    tkip=NOT_SHOWN,
    load=NOT_SHOWN,
    country=NOT_SHOWN,
    legacy_present=NOT_SHOWN,
    beacon_interval_ms=NOT_SHOWN,
    seen_s_ago=NOT_SHOWN,
)
BLANK_LINK = OwnLink(
    interface="",
    state=LinkState.JOINED,
    name=NOT_SHOWN,
    bssid=NOT_SHOWN,
    signal_dbm=NOT_SHOWN,
    quality_percent=NOT_SHOWN,
    noise_dbm=NOT_SHOWN,
    channel=NOT_SHOWN,
    generation=NOT_SHOWN,
    streams=NOT_SHOWN,
    rx_rate_bps=NOT_SHOWN,
    tx_rate_bps=NOT_SHOWN,
    security=NOT_SHOWN,
    counters=NOT_SHOWN,
    power_saving=NOT_SHOWN,
    joined_for_s=NOT_SHOWN,
)


def mac_shown(text: str) -> str | Unmeasured:
    """Colon-separated lower-case hex, each group of two digits (macOS leaves out zeros)."""
    text = text.strip()
    if _MAC.fullmatch(text):
        mac = ":".join(group.zfill(2) for group in re.split("[:-]", text.lower()))
        return MASKED if mac in _NO_MAC else mac
    if _MASKED_MAC.fullmatch(text):
        return MASKED
    return WITHHELD if _REDACTED.fullmatch(text) else NOT_SHOWN


def looks_like_mac(text: str) -> bool:
    return bool(_MAC.fullmatch(text) or _MASKED_MAC.fullmatch(text))


def name_shown(text: str) -> Name:
    """An SSID that a tool printed as text."""
    if _REDACTED.fullmatch(text):
        return WITHHELD
    return ssid_name(text.encode("utf-8", "surrogateescape"))


def channel_shown(
    number: int | None,
    band: Band | None = None,
    *,
    width_mhz: int | Unmeasured = NOT_SHOWN,
    frequency_mhz: int | None = None,
    centre_mhz: int | Unmeasured = NOT_SHOWN,
) -> Channel | Unmeasured:
    """Of number and band or of the frequency; a bare number is not taken for 6 GHz."""
    if frequency_mhz is not None:
        band, number = band_of(frequency_mhz), channel_number(frequency_mhz)
    if number is None:
        return NOT_SHOWN if frequency_mhz is None else DAMAGED
    band = band or band_of_number(number)
    if band is None or not is_primary(number, band):
        return DAMAGED
    frequency = frequency_of(number, band)
    if width_mhz == 20:
        centre_mhz = frequency
    return Channel(
        number=number,
        band=band,
        width_mhz=width_mhz,
        frequency_mhz=frequency,
        centre_mhz=_centre(frequency, width_mhz) if centre_mhz is NOT_SHOWN else centre_mhz,
    )


def _centre(frequency: int, width_mhz: int | Unmeasured) -> int | Unmeasured:
    """Blocks of 80 and 160 MHz are fixed (annex E); 40 MHz at 2.4 GHz and 320 MHz are not."""
    band = band_of(frequency)
    if isinstance(width_mhz, Unmeasured) or width_mhz not in (40, 80, 160):
        return NOT_SHOWN
    if band is Band.GHZ_6:
        first = 5945
    elif band is Band.GHZ_5 and 5170 <= frequency <= 5330:
        first = 5170
    elif band is Band.GHZ_5 and 5490 <= frequency <= 5730:
        first = 5490
    elif band is Band.GHZ_5 and 5735 <= frequency <= 5895:
        first = 5735
    else:
        return NOT_SHOWN
    return first + (frequency - first) // width_mhz * width_mhz + width_mhz // 2


def number_in(text: str) -> float | None:
    """The first number, with point or comma; None where there is none."""
    found = re.search(r"-?\d+(?:[.,]\d+)?", text)
    return None if found is None else float(found.group().replace(",", "."))


def generation_shown(text: str) -> Generation | Unmeasured:
    """The newest of what is listed: 802.11a/n/ac/ax, 11ax, 802.11 a/b/g/n."""
    letters = set(
        re.findall(r"(?i)(?<![a-z])(be|ax|ac|[abgn])(?![a-z])", text.replace("802.11", ""))
    )
    letters = {each.lower() for each in letters} | {
        each.lower() for each in re.findall(r"(?i)11(be|ax|ac|[abgn])\b", text)
    }
    order = ("be", "ax", "ac", "n", "g", "a", "b")
    newest = next((each for each in order if each in letters), None)
    return NOT_SHOWN if newest is None else Generation(f"802.11{newest}")


def rate_shown(text: str, unit_bps: float = 1e6) -> float | Unmeasured:
    value = number_in(text)
    return NOT_SHOWN if value is None or value <= 0 else value * unit_bps
