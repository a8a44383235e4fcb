"""Network interfaces of this computer as the system sees them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import DeviceName, Mac
from diagnostics.result import Figures, Reading, Unmeasured


class InterfaceKind(StrEnum):
    ETHERNET = "ethernet"
    WIFI = "wifi"
    TUNNEL = "tunnel"
    MOBILE = "mobile"
    BRIDGE = "bridge"
    VIRTUAL = "virtual"
    LOOPBACK = "loopback"
    OTHER = "other"


class Duplex(StrEnum):
    FULL = "full"
    HALF = "half"


class Counters(Figures, frozen=True, kw_only=True):
    """Totals since the interface came up (RFC 2863 names)."""

    rx_bytes: int
    tx_bytes: int
    rx_packets: int
    tx_packets: int
    rx_errors: int
    tx_errors: int
    rx_dropped: int
    tx_dropped: int


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    name: DeviceName
    kind: InterfaceKind
    admin_up: bool
    carrier: bool | Unmeasured
    speed_mbps: float | Unmeasured  # negotiated, wired only
    supported_mbps: float | Unmeasured  # best the adapter can do, where the system tells
    duplex: Duplex | Unmeasured
    mtu_bytes: int | Unmeasured
    mac: Mac | Unmeasured
    counters: Counters | Unmeasured
    carrier_changes: int | Unmeasured


class Interfaces(Reading, frozen=True, kw_only=True):
    """All interfaces but loopback; `active` carries the default route (or would, if it had one)."""

    PROBE: ClassVar[str] = "interfaces"
    interfaces: tuple[Interface, ...]
    active: DeviceName | Unmeasured
    #: errors and drops of the active interface that came up while the check ran
    errors_during_check: int | Unmeasured
    drops_during_check: int | Unmeasured
