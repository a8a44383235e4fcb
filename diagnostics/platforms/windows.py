"""Windows, by psutil and the commands that every version has, read in any language."""

from __future__ import annotations

import asyncio
import os
import platform as python_platform
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import ClassVar

import msgspec

from diagnostics.platforms.adapters import adapter_addresses, adapters, counters_of, macs
from diagnostics.platforms.base import (
    HostsEntry,
    NeighbourEntry,
    Platform,
    PlatformError,
    ProxySetting,
    ResolverSetting,
)
from diagnostics.platforms.command import output
from diagnostics.platforms.environment_proxies import environment_proxies
from diagnostics.platforms.hosts import read_hosts
from diagnostics.platforms.parse.arp_table import parse_windows_arp
from diagnostics.platforms.parse.driver_log import parse_wevtutil
from diagnostics.platforms.parse.windows_ipconfig import WindowsAdapter, parse_ipconfig
from diagnostics.platforms.parse.windows_routes import (
    WindowsRoute,
    parse_interface_numbers,
    parse_route_print,
)
from diagnostics.platforms.windows_netsh import netsh_link, netsh_links, netsh_networks
from diagnostics.platforms.windows_proxies import registry_proxies
from diagnostics.platforms.windows_wifi import WindowsWifi
from diagnostics.platforms.windows_wifi_events import link_events, scan
from diagnostics.platforms.windows_wifi_names import adapter_name
from diagnostics.platforms.wlan_client import load_wlan_library
from diagnostics.readings.addressing import DefaultRoute, InterfaceAddress, Lease
from diagnostics.readings.driver import DriverMishaps
from diagnostics.readings.interfaces import Counters, Interface, InterfaceKind
from diagnostics.readings.wifi import (
    Ability,
    Consent,
    LinkEvent,
    Network,
    NetworkName,
    OwnLink,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Software

_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.IGNORECASE)
#: Names that the makers of tunnels give their adapters; they are not translated.
_TUNNELS = re.compile(
    r"tap-windows|wintun|wireguard|tailscale|openvpn|vpn|zerotier|ppp", re.IGNORECASE
)
_VIRTUAL = re.compile(r"vmware|virtualbox|hyper-v|vethernet|loopback|bluetooth", re.IGNORECASE)


class Windows(Platform):
    name: ClassVar[str] = "windows"

    def __init__(self, wifi: WindowsWifi | None = None) -> None:
        self._wifi = wifi or WindowsWifi(load_wlan_library, adapter_name)

    async def interfaces(self) -> tuple[Interface, ...]:
        own = macs()
        shown = await _wifi_shown()
        radios = {mac.lower() for mac in _MAC.findall(shown)}
        kinds = {name: _kind(name, own.get(name, "") in radios) for name in own}
        return adapters(kinds, {})

    async def addresses(self) -> tuple[InterfaceAddress, ...]:
        leased = frozenset(lease.address for lease in await self.leases())
        return adapter_addresses(leased)

    async def default_routes(self, destinations: Sequence[str] = ()) -> tuple[DefaultRoute, ...]:
        del destinations  # the smallest metric is what Windows chooses
        shown, numbered, addresses = await asyncio.gather(
            output(("route", "print")),
            output(("netsh", "interface", "ipv6", "show", "interfaces")),
            self.addresses(),
        )
        names = parse_interface_numbers(numbered) | {a.address: a.interface for a in addresses}
        found = parse_route_print(shown)
        return tuple(_route(route, names, found) for route in found)

    async def neighbours(self) -> tuple[NeighbourEntry, ...]:
        shown, addresses = await asyncio.gather(output(("arp", "-a")), self.addresses())
        names = {a.address: a.interface for a in addresses}
        return tuple(
            msgspec.structs.replace(entry, interface=names.get(entry.interface, ""))
            for entry in parse_windows_arp(shown)
        )

    async def driver_mishaps(self, interface: str) -> DriverMishaps:
        """Of all adapters together: the events name them in words of the system's language."""
        del interface
        since = "TimeCreated[timediff(@SystemTime) <= 3600000]"
        ndis = "Provider[@Name='Microsoft-Windows-NDIS'] and (EventID=10400 or EventID=10317)"
        query = f"/q:*[System[{ndis} and {since}]]"
        text = await output(["wevtutil", "qe", "System", query, "/c:200", "/f:xml"])
        return parse_wevtutil(text, 3600.0)

    async def leases(self) -> tuple[Lease, ...]:
        names = {mac: name for name, mac in macs().items()}
        found = await _ipconfig()
        return tuple(a.offer.lease(names.get(a.mac, a.title)) for a in found if a.offer is not None)

    async def resolvers(self) -> tuple[ResolverSetting, ...]:
        found = [r for a in await _ipconfig() if a.gateways for r in a.resolvers]
        return tuple(ResolverSetting(address=address) for address in dict.fromkeys(found))

    async def proxies(self) -> tuple[ProxySetting, ...]:
        return tuple(dict.fromkeys((*environment_proxies(os.environ), *registry_proxies())))

    async def hosts(self) -> tuple[HostsEntry, ...]:
        folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
        return read_hosts(folder / "System32" / "drivers" / "etc" / "hosts")

    async def counters(self, interface: str) -> Counters:
        return counters_of(interface)

    async def carrier_changes(self, interface: str) -> int:
        del interface
        raise PlatformError(Reason.NOT_SUPPORTED, "Windows does not count link changes")

    async def busiest_program(self, window_s: float) -> str:
        del window_s
        raise PlatformError(Reason.NOT_SUPPORTED, "Windows tells this only to an administrator")

    async def wifi_interfaces(self) -> tuple[str, ...]:
        found = self._wifi.interfaces()
        return found or tuple(link.interface for link in await netsh_links())

    async def wifi_link(self, interface: str) -> OwnLink:
        try:
            return self._wifi.link(interface)
        except PlatformError as error:
            return await netsh_link(interface, error)

    async def wifi_ability(self, interface: str) -> Ability:
        return self._wifi.ability(interface)

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        try:
            if fresh:
                await scan(self._wifi, interface)
            return self._wifi.networks(interface)
        except PlatformError as error:
            return await netsh_networks(error)

    async def wifi_known_names(self, interface: str) -> tuple[NetworkName, ...]:
        return self._wifi.known_names(interface)

    async def wifi_consent(self) -> Consent | Unmeasured:
        return self._wifi.consent()

    def wifi_events(self, interface: str) -> AbstractAsyncContextManager[AsyncIterator[LinkEvent]]:
        return link_events(self._wifi, interface)

    def software(self, version: str) -> Software:
        return Software(
            version=version,
            system=self.name,
            system_version=f"Windows {python_platform.release()} {python_platform.version()}",
            python=python_platform.python_version(),
        )


async def _ipconfig() -> tuple[WindowsAdapter, ...]:
    return parse_ipconfig(await output(("ipconfig", "/all")))


async def _wifi_shown() -> str:
    """ "" on a computer without the wireless service."""
    try:
        return await output(("netsh", "wlan", "show", "interfaces"))
    except PlatformError:
        return ""


def _kind(name: str, has_radio: bool) -> InterfaceKind:
    if _TUNNELS.search(name):
        return InterfaceKind.TUNNEL
    if _VIRTUAL.search(name):
        return InterfaceKind.VIRTUAL
    return InterfaceKind.WIFI if has_radio else InterfaceKind.ETHERNET


def _route(
    route: WindowsRoute, names: Mapping[str, str], all_routes: Sequence[WindowsRoute]
) -> DefaultRoute:
    same = [r for r in all_routes if r.family == route.family]
    best = min(same, key=lambda r: (-r.prefix_length, r.metric))
    interface = names.get(route.interface, route.interface)
    return DefaultRoute(
        interface=interface,
        family=route.family,
        gateway=route.gateway or Unmeasured(Reason.NOT_APPLICABLE, "point to point"),
        metric=route.metric,
        through_tunnel=bool(_TUNNELS.search(interface)),
        chosen=route == best,
    )
