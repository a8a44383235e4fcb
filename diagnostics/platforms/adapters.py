"""Adapters, addresses and counters as psutil tells them, for systems without a routing socket."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping

from diagnostics.platforms.base import NOT_TOLD, PlatformError
from diagnostics.readings.addressing import AddressOrigin, AddressScope, InterfaceAddress
from diagnostics.readings.interfaces import Counters, Duplex, Interface, InterfaceKind
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.address import scope_of

_LOOPBACK = ("lo", "loopback")


def is_loopback(name: str) -> bool:
    return name.lower().startswith(_LOOPBACK)


def all_counters() -> dict[str, Counters]:
    """By interface name; empty where the system does not count."""
    import psutil  # noqa: PLC0415

    return {
        name: Counters(
            rx_bytes=c.bytes_recv,
            tx_bytes=c.bytes_sent,
            rx_packets=c.packets_recv,
            tx_packets=c.packets_sent,
            rx_errors=c.errin,
            tx_errors=c.errout,
            rx_dropped=c.dropin,
            tx_dropped=c.dropout,
        )
        for name, c in psutil.net_io_counters(pernic=True).items()
    }


def counters_of(interface: str) -> Counters:
    found = all_counters().get(interface)
    if found is None:
        raise PlatformError(Reason.NOT_APPLICABLE, "there is no such interface")
    return found


def macs() -> dict[str, str]:
    """Link-layer addresses by interface name."""
    import psutil  # noqa: PLC0415

    return {
        name: a.address.replace("-", ":").lower()
        for name, found in psutil.net_if_addrs().items()
        for a in found
        if a.family == psutil.AF_LINK and a.address
    }


def adapters(
    kinds: Mapping[str, InterfaceKind], carriers: Mapping[str, bool]
) -> tuple[Interface, ...]:
    """All but loopback. `kinds` and `carriers` are what the system's own tools say of them."""
    import psutil  # noqa: PLC0415

    known_macs, counted = macs(), all_counters()
    found: list[Interface] = []
    for name, stats in psutil.net_if_stats().items():
        if is_loopback(name):
            continue
        kind = kinds.get(name, InterfaceKind.OTHER)
        wired = kind is InterfaceKind.ETHERNET
        up = stats.isup or name in carriers
        duplex = {2: Duplex.FULL, 1: Duplex.HALF}.get(int(stats.duplex))
        found.append(
            Interface(
                name=name,
                kind=kind,
                admin_up=up,
                carrier=carriers.get(name, stats.isup),
                speed_mbps=float(stats.speed) if wired and stats.speed else NOT_TOLD,
                supported_mbps=NOT_TOLD,
                duplex=duplex if duplex and wired else NOT_TOLD,
                mtu_bytes=stats.mtu or NOT_TOLD,
                mac=known_macs.get(name, "") or NOT_TOLD,
                counters=counted.get(name, NOT_TOLD),
                carrier_changes=NOT_TOLD,
            )
        )
    return tuple(found)


def adapter_addresses(leased: frozenset[str]) -> tuple[InterfaceAddress, ...]:
    """All but loopback. An IPv4 address that no lease holds may be static or not: not told."""
    import psutil  # noqa: PLC0415

    return tuple(
        _address(name, a.address, a.netmask, leased)
        for name, found in psutil.net_if_addrs().items()
        for a in found
        if a.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(name)
    )


def _address(
    interface: str, text: str, netmask: str | None, leased: frozenset[str]
) -> InterfaceAddress:
    address = text.partition("%")[0]
    scope = scope_of(address)
    return InterfaceAddress(
        interface=interface,
        address=address,
        prefix_length=prefix_length(address, netmask),
        family=6 if ":" in address else 4,
        scope=scope,
        origin=_origin(address, scope, leased),
        temporary=NOT_TOLD,
    )


def prefix_length(address: str, netmask: str | None) -> int:
    """Windows gives no mask for IPv6: /64, as SLAAC demands (RFC 4862)."""
    if not netmask:
        return 64 if ":" in address else 32
    return int(ipaddress.ip_address(netmask)).bit_count()


def _origin(
    address: str, scope: AddressScope, leased: frozenset[str]
) -> AddressOrigin | Unmeasured:
    if scope is AddressScope.LINK_LOCAL:
        return AddressOrigin.LINK_LOCAL
    return AddressOrigin.DHCP if address in leased else NOT_TOLD
