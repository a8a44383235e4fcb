"""macOS, by psutil and the tools that every version has. None of them needs an administrator."""

from __future__ import annotations

import asyncio
import os
import platform as python_platform
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import msgspec

from diagnostics.platforms.adapters import adapter_addresses, adapters, counters_of
from diagnostics.platforms.base import (
    NOT_TOLD,
    HostsEntry,
    NeighbourEntry,
    Platform,
    PlatformError,
    ProxySetting,
    ResolverSetting,
)
from diagnostics.platforms.command import output
from diagnostics.platforms.darwin_profiler import (
    profiler_link,
    profiler_links,
    profiler_networks,
)
from diagnostics.platforms.darwin_wifi import DarwinWifi, core_wlan_interfaces
from diagnostics.platforms.environment_proxies import environment_proxies
from diagnostics.platforms.hosts import read_hosts
from diagnostics.platforms.parse.arp_table import parse_bsd_arp
from diagnostics.platforms.parse.macos_network import (
    parse_getpacket,
    parse_hardware_ports,
    parse_ifconfig_carriers,
    parse_scutil_dns,
    parse_scutil_proxy,
)
from diagnostics.platforms.parse.netstat_routes import RouteLine, parse_netstat_routes
from diagnostics.readings.addressing import DefaultRoute, InterfaceAddress, Lease
from diagnostics.readings.interfaces import Counters, Interface, InterfaceKind
from diagnostics.readings.wifi import Consent, Network, OwnLink
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Software

_TUNNELS = ("utun", "tun", "tap", "ppp", "ipsec", "gif", "stf")


class Darwin(Platform):
    name: ClassVar[str] = "darwin"

    def __init__(self, wifi: DarwinWifi | None = None) -> None:
        self._wifi = wifi or DarwinWifi(core_wlan_interfaces)

    async def interfaces(self) -> tuple[Interface, ...]:
        ports, shown = await asyncio.gather(
            output(("networksetup", "-listallhardwareports")), output(("ifconfig", "-a"))
        )
        carriers = parse_ifconfig_carriers(shown)
        found = adapters(parse_hardware_ports(ports), carriers)
        return tuple(_named(interface) for interface in found)

    async def addresses(self) -> tuple[InterfaceAddress, ...]:
        leased = frozenset(lease.address for lease in await self.leases())
        return adapter_addresses(leased)

    async def default_routes(self, destinations: Sequence[str] = ()) -> tuple[DefaultRoute, ...]:
        del destinations  # the table is in the order in which macOS chooses
        four, six = await asyncio.gather(
            output(("netstat", "-rn", "-f", "inet")), output(("netstat", "-rn", "-f", "inet6"))
        )
        return (*_routes(four, 4), *_routes(six, 6))

    async def neighbours(self) -> tuple[NeighbourEntry, ...]:
        return parse_bsd_arp(await output(("arp", "-an")))

    async def leases(self) -> tuple[Lease, ...]:
        ports = parse_hardware_ports(await output(("networksetup", "-listallhardwareports")))
        packets = await asyncio.gather(*(output(("ipconfig", "getpacket", p)) for p in ports))
        offers = ((p, parse_getpacket(text)) for p, text in zip(ports, packets, strict=True))
        return tuple(offer.lease(port) for port, offer in offers if offer is not None)

    async def resolvers(self) -> tuple[ResolverSetting, ...]:
        return parse_scutil_dns(await output(("scutil", "--dns")))

    async def proxies(self) -> tuple[ProxySetting, ...]:
        system = parse_scutil_proxy(await output(("scutil", "--proxy")))
        return tuple(dict.fromkeys((*environment_proxies(os.environ), *system)))

    async def hosts(self) -> tuple[HostsEntry, ...]:
        return read_hosts(Path("/etc/hosts"))

    async def counters(self, interface: str) -> Counters:
        return counters_of(interface)

    async def carrier_changes(self, interface: str) -> int:
        del interface
        raise PlatformError(Reason.NOT_SUPPORTED, "macOS does not count link changes")

    async def busiest_program(self, window_s: float) -> str:
        del window_s
        raise PlatformError(Reason.NOT_SUPPORTED, "macOS tells this only to an administrator")

    async def wifi_interfaces(self) -> tuple[str, ...]:
        try:
            return self._wifi.names()
        except PlatformError:
            return tuple(link.interface for link in await profiler_links())

    async def wifi_link(self, interface: str) -> OwnLink:
        try:
            return self._wifi.link(interface)
        except PlatformError as error:
            return await profiler_link(interface, error)

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        try:
            return await self._wifi.networks(interface, fresh=fresh)
        except PlatformError as error:
            return await profiler_networks(error)

    async def wifi_consent(self) -> Consent | Unmeasured:
        return self._wifi.consent()

    def software(self, version: str) -> Software:
        return Software(
            version=version,
            system=self.name,
            system_version=f"macOS {python_platform.mac_ver()[0]}",
            python=python_platform.python_version(),
        )


def _named(interface: Interface) -> Interface:
    """A tunnel is no hardware port: it is known by its name."""
    if interface.kind is InterfaceKind.OTHER and interface.name.startswith(_TUNNELS):
        return msgspec.structs.replace(interface, kind=InterfaceKind.TUNNEL)
    return interface


def _routes(text: str, family: int) -> list[DefaultRoute]:
    lines = list(parse_netstat_routes(text))
    # A half route (0/1) is more specific and therefore goes before the whole one.
    halves = [line for line in lines if line.destination != "default"]
    chosen = next(iter(halves or lines), None)
    return [_route(line, family, chosen=line == chosen) for line in lines]


def _route(line: RouteLine, family: int, *, chosen: bool) -> DefaultRoute:
    return DefaultRoute(
        interface=line.interface,
        family=family,
        gateway=line.gateway or Unmeasured(Reason.NOT_APPLICABLE, "point to point"),
        metric=NOT_TOLD,
        through_tunnel=line.interface.startswith(_TUNNELS),
        chosen=chosen,
    )
