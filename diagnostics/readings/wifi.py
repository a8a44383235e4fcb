"""What the radio says: the own link, every network in the air, and how busy each channel is.

Each fact is a value or Unmeasured: HIDDEN or NOT_PERMITTED where the system withholds it,
NOT_SUPPORTED where driver or system cannot tell. A network that hides its own name is neither:
its name is Concealed. Terms are those of IEEE 802.11-2020.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import DeviceName, Mac, Plain, Ssid
from diagnostics.result import Figures, Reading, Unmeasured


class NetworkName(Figures, frozen=True, kw_only=True):
    r"""An SSID: UTF-8 where it is valid, else each foreign or control byte as \xNN.

    A backslash stands doubled, so that the 0 to 32 raw bytes can be told from the text.
    """

    text: Ssid


class Concealed(msgspec.Struct, frozen=True, tag_field="outcome", tag="concealed"):
    """The network itself hides its name: an empty SSID, or one of NUL bytes only."""


Name = NetworkName | Concealed | Unmeasured


class Band(StrEnum):
    GHZ_2_4 = "2.4"
    GHZ_5 = "5"
    GHZ_6 = "6"


class Generation(StrEnum):
    """By the best amendment that the beacon or the link shows."""

    B = "802.11b"
    A = "802.11a"
    G = "802.11g"
    N = "802.11n"  # WiFi 4
    AC = "802.11ac"  # WiFi 5
    AX = "802.11ax"  # WiFi 6 and 6E
    BE = "802.11be"  # WiFi 7


class Security(StrEnum):
    OPEN = "open"
    ENHANCED_OPEN = "enhanced-open"  # OWE
    WEP = "wep"
    WPA_PERSONAL = "wpa-personal"
    WPA2_PERSONAL = "wpa2-personal"
    WPA3_TRANSITION = "wpa2-wpa3-personal"
    WPA3_PERSONAL = "wpa3-personal"
    WPA_ENTERPRISE = "wpa-enterprise"
    WPA2_ENTERPRISE = "wpa2-enterprise"
    WPA3_ENTERPRISE = "wpa3-enterprise"


class Channel(Figures, frozen=True, kw_only=True):
    """`number` is the primary 20 MHz channel; `centre_mhz` the middle of the whole width.

    `second_centre_mhz` is the other half of 80+80 MHz, 0 where there is none.
    """

    number: int
    band: Band | Unmeasured
    width_mhz: int | Unmeasured
    frequency_mhz: int | Unmeasured  # middle of the primary 20 MHz
    centre_mhz: int | Unmeasured
    second_centre_mhz: int = 0


class BssLoad(Figures, frozen=True, kw_only=True):
    """The access point's own count (802.11-2020, 9.4.2.27)."""

    stations: int
    busy_share: float  # of air time, 0 to 1


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One access point's radio (BSS) in the air."""

    bssid: Mac | Unmeasured
    name: Name
    signal_dbm: float | Unmeasured
    quality_percent: float | Unmeasured  # where the system gives no dBm
    channel: Channel | Unmeasured
    generation: Generation | Unmeasured
    streams: int | Unmeasured
    max_rate_bps: float | Unmeasured
    security: Security | Unmeasured
    tkip: bool | Unmeasured  # still allows TKIP, which holds the link to 54 Mbit/s
    load: BssLoad | Unmeasured
    country: Plain | Unmeasured
    legacy_present: bool | Unmeasured  # ERP element: 802.11b stations are in the cell
    beacon_interval_ms: float | Unmeasured
    seen_s_ago: float | Unmeasured


class LinkState(StrEnum):
    RADIO_OFF = "radio-off"  # switch, aeroplane mode, or the system's own setting
    DISCONNECTED = "disconnected"
    JOINING = "joining"
    JOINED = "joined"


class LinkCounters(Figures, frozen=True, kw_only=True):
    """Totals since the join. Retries are frames that had to be sent again."""

    rx_packets: int | Unmeasured
    tx_packets: int | Unmeasured
    tx_retries: int | Unmeasured
    tx_failed: int | Unmeasured
    beacons_lost: int | Unmeasured
    rx_dropped: int | Unmeasured


class OwnLink(Figures, frozen=True, kw_only=True):
    """This computer's WiFi link as it stands; NOT_APPLICABLE what only a joined one has."""

    interface: DeviceName
    state: LinkState
    name: Name
    bssid: Mac | Unmeasured
    signal_dbm: float | Unmeasured
    quality_percent: float | Unmeasured
    noise_dbm: float | Unmeasured
    channel: Channel | Unmeasured
    generation: Generation | Unmeasured
    streams: int | Unmeasured
    rx_rate_bps: float | Unmeasured
    tx_rate_bps: float | Unmeasured
    security: Security | Unmeasured
    counters: LinkCounters | Unmeasured
    power_saving: bool | Unmeasured
    joined_for_s: float | Unmeasured


class Ability(Figures, frozen=True, kw_only=True):
    """The most that this computer's adapter can do."""

    bands: tuple[Band, ...] | Unmeasured
    generation: Generation | Unmeasured
    streams: int | Unmeasured
    width_mhz: int | Unmeasured
    max_rate_bps: float | Unmeasured
    country: Plain | Unmeasured
    #: middle of the 20 MHz channels that the regulatory domain forbids to send on
    forbidden_mhz: tuple[int, ...] | Unmeasured
    #: the same of channels that have to make way for radar (DFS)
    radar_mhz: tuple[int, ...] | Unmeasured


class ChannelUse(msgspec.Struct, frozen=True, kw_only=True):
    """Air time of one channel as the adapter counted it, shares from 0 to 1.

    Shares are of `counted_s`, the time the adapter has listened there: fractions of a second where
    it only passed by in a scan. Two readings of the channel in use give the time between them.
    """

    frequency_mhz: int  # middle of the primary 20 MHz
    in_use: bool
    counted_s: float | Unmeasured
    busy_share: float | Unmeasured
    own_share: float | Unmeasured  # of which sent or received by this computer
    noise_dbm: float | Unmeasured


class LinkEventKind(StrEnum):
    JOINED = "joined"
    LEFT = "left"  # disassociated, deauthenticated or beacon lost
    ROAMED = "roamed"
    CHANNEL_SWITCHED = "channel-switched"
    RADAR = "radar"
    REFUSED = "refused"  # a join that failed, reason below


class JoinRefusal(StrEnum):
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  four-way handshake timed out or was refused
    ACCESS_POINT_FULL = "access-point-full"
    NOT_ANSWERED = "not-answered"
    OTHER = "other"


class LinkEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the link. `at_s` is on the check's clock, negative before it."""

    at_s: float
    kind: LinkEventKind
    bssid: Mac | Unmeasured
    reason_code: int | Unmeasured  # 802.11-2020, table 9-49 (left) or 9-50 (refused)
    refusal: JoinRefusal | Unmeasured


class LinkSample(msgspec.Struct, frozen=True, kw_only=True):
    """The link at one moment. `at_s` is on the check's clock."""

    at_s: float
    state: LinkState
    bssid: Mac | Unmeasured
    frequency_mhz: int | Unmeasured
    signal_dbm: float | Unmeasured
    quality_percent: float | Unmeasured
    noise_dbm: float | Unmeasured
    tx_rate_bps: float | Unmeasured
    rx_rate_bps: float | Unmeasured
    counters: LinkCounters | Unmeasured
    busy_share: float | Unmeasured  # of the air time since the sample before, 0 to 1


class Consent(StrEnum):
    """What the person could allow so that the system withholds less."""

    WINDOWS_LOCATION = "windows-location"
    MACOS_LOCATION = "macos-location"


class OwnScan(Figures, frozen=True, kw_only=True):
    """A scan that this check asked for: the adapter leaves its channel and delays packets."""

    began_s: float  # on the check's clock
    took_s: float


class Wifi(Reading, frozen=True, kw_only=True):
    """The radio before load. Not applicable (Unmeasured) where there is no WiFi adapter."""

    PROBE: ClassVar[str] = "wifi"
    interface: DeviceName
    link: OwnLink | Unmeasured
    ability: Ability | Unmeasured
    networks: tuple[Network, ...] | Unmeasured
    scan_age_s: float | Unmeasured  # of the youngest sighting
    own_scan: OwnScan | Unmeasured  # NOT_APPLICABLE where what the system knew was fresh enough
    channels: tuple[ChannelUse, ...] | Unmeasured
    #: networks that the computer is set to join by itself, this home's among them
    known_names: tuple[NetworkName, ...] | Unmeasured
    consent: Consent | Unmeasured  # NOT_APPLICABLE where nothing is withheld


class WifiWatch(Reading, frozen=True, kw_only=True):
    """The link during the whole check, about once a second, and what happened to it."""

    PROBE: ClassVar[str] = "wifi-watch"
    interface: DeviceName
    samples: tuple[LinkSample, ...]
    events: tuple[LinkEvent, ...] | Unmeasured
