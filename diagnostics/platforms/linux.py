"""Linux: routing socket, /proc, /sys and the files of the programs that configure networks."""

from __future__ import annotations

import os
import platform as python_platform
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import ClassVar

import msgspec

from diagnostics.platforms import linux_driver_log, linux_leases, linux_resolvers, linux_settings
from diagnostics.platforms.base import (
    NOT_TOLD,
    HomeService,
    HostsEntry,
    NeighbourEntry,
    Platform,
    PlatformError,
    ProxySetting,
    ResolverSetting,
)
from diagnostics.platforms.command import output
from diagnostics.platforms.ethtool import link_settings
from diagnostics.platforms.linux_wifi import LinuxWifi
from diagnostics.platforms.linux_wifi_events import link_events
from diagnostics.platforms.netlink import (
    FOREVER,
    AddressRow,
    LinkRow,
    Netlink,
    RouteRow,
    netlink,
)
from diagnostics.platforms.parse.hosts_file import parse_hosts
from diagnostics.platforms.parse.lpstat import parse_lpstat
from diagnostics.platforms.parse.mounts import parse_mounts
from diagnostics.platforms.parse.proc_net_dev import parse_net_dev
from diagnostics.readings.addressing import (
    AddressOrigin,
    AddressScope,
    DefaultRoute,
    InterfaceAddress,
    Lease,
)
from diagnostics.readings.driver import DriverMishaps
from diagnostics.readings.home import HomeServiceKind, NeighbourState
from diagnostics.readings.interfaces import Counters, Interface, InterfaceKind
from diagnostics.readings.wifi import (
    Ability,
    ChannelUse,
    LinkEvent,
    Network,
    NetworkName,
    OwnLink,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Software
from diagnostics.sounding.address import scope_of

_UP, _LOWER_UP, _LOOPBACK = 0x1, 0x10000, 0x8  # linux/if.h
_TEMPORARY, _PERMANENT = 0x01, 0x80  # linux/if_addr.h
_ROUTER_FLAG = 0x80  # NTF_ROUTER
_KERNEL_RA = 2  # IFAPROT_KERNEL_RA
_ETHER = 1  # ARPHRD_ETHER; anything without a link-layer address is a tunnel
_NO_LINK_LAYER = {65534, 768, 769, 776, 778, 512}  # none, ipip, ipip6, sit, gre, ppp
_PPP = 512
_VIRTUAL = {"veth", "tun", "dummy", "macvlan", "ipvlan", "vlan", "vxlan", "ifb", "nlmon"}
_NEIGHBOUR_STATES = {
    0x01: NeighbourState.INCOMPLETE,
    0x02: NeighbourState.REACHABLE,
    0x04: NeighbourState.STALE,
    0x08: NeighbourState.STALE,  # delay: known, being confirmed
    0x10: NeighbourState.STALE,  # probe
    0x20: NeighbourState.FAILED,
    0x80: NeighbourState.PERMANENT,
}


class Linux(Platform):
    """`root` stands before every path that is read, so that a captured system can be played."""

    name: ClassVar[str] = "linux"

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._wifi = LinuxWifi(root)

    async def interfaces(self) -> tuple[Interface, ...]:
        counted = self._all_counters()
        async with netlink() as rows:
            links = await rows.links()
        return tuple(self._interface(r, counted.get(r.name)) for r in links if not _is_loopback(r))

    def _interface(self, row: LinkRow, counted: Counters | None) -> Interface:
        settings = link_settings(row.name)
        up = bool(row.flags & _UP)
        carrier = row.carrier if row.carrier is not None else bool(row.flags & _LOWER_UP)
        kind = self._kind(row)
        wired = kind in {InterfaceKind.ETHERNET, InterfaceKind.VIRTUAL}
        return Interface(
            name=row.name,
            kind=kind,
            admin_up=up,
            # A link that is switched off has no carrier to tell of.
            carrier=carrier if up else Unmeasured(Reason.NOT_APPLICABLE, "switched off"),
            speed_mbps=_told(settings.speed_mbps if wired else None),
            supported_mbps=_told(settings.supported_mbps if wired else None),
            duplex=NOT_TOLD if settings.duplex is None or not wired else settings.duplex,
            mtu_bytes=row.mtu or NOT_TOLD,
            mac=row.mac or NOT_TOLD,
            counters=counted or NOT_TOLD,
            carrier_changes=NOT_TOLD if row.carrier_changes is None else row.carrier_changes,
        )

    def _kind(self, row: LinkRow) -> InterfaceKind:  # noqa: PLR0911 - one line a kind
        if row.name.startswith("wl") or self._has_radio(row):
            return InterfaceKind.WIFI
        if row.name.startswith("ww") or row.kind == "wwan":
            return InterfaceKind.MOBILE
        if row.hardware_type == _PPP:  # a dialled line or a tunnel: cannot be told apart here
            return InterfaceKind.OTHER
        if row.hardware_type in _NO_LINK_LAYER or row.kind == "wireguard":
            return InterfaceKind.TUNNEL
        if row.kind == "bridge":
            return InterfaceKind.BRIDGE
        if row.hardware_type == _ETHER and row.name.startswith(("en", "eth")):
            return InterfaceKind.ETHERNET
        if row.kind in _VIRTUAL:
            return InterfaceKind.VIRTUAL
        return InterfaceKind.ETHERNET if row.hardware_type == _ETHER else InterfaceKind.OTHER

    def _has_radio(self, row: LinkRow) -> bool:
        folder = self._root / "sys/class/net" / row.name
        with suppress(OSError, ValueError):
            # In a namespace /sys may show another system's interfaces: the index must agree.
            if int((folder / "ifindex").read_text()) == row.index:
                return (folder / "wireless").exists() or (folder / "phy80211").exists()
        return False

    async def addresses(self) -> tuple[InterfaceAddress, ...]:
        leased = {lease.address for lease in await self.leases()}
        async with netlink() as rows:
            names = {r.index: r.name for r in await rows.links() if not _is_loopback(r)}
            found = await rows.addresses()
        return tuple(_address(r, names[r.index], leased) for r in found if r.index in names)

    async def default_routes(self, destinations: Sequence[str] = ()) -> tuple[DefaultRoute, ...]:
        async with netlink() as rows:
            links = {r.index: r for r in await rows.links()}
            tunnels = {i for i, r in links.items() if self._kind(r) is InterfaceKind.TUNNEL}
            names = {i: r.name for i, r in links.items()}
            found: list[DefaultRoute] = []
            for family, number in ((4, 2), (6, 10)):
                routes = [r for r in await rows.routes(number) if _is_default(r)]
                chosen = await _chosen(rows, routes, [d for d in destinations if _is(d, family)])
                if chosen is not None and all(r.index != chosen.index for r in routes):
                    routes.append(chosen)  # a VPN's own table, reached by a policy rule
                found += [_default_route(r, names, tunnels, chosen) for r in routes]
        return tuple(found)

    async def neighbours(self) -> tuple[NeighbourEntry, ...]:
        async with netlink() as rows:
            names = {r.index: r.name for r in await rows.links() if not _is_loopback(r)}
            found = await rows.neighbours()
        return tuple(
            NeighbourEntry(
                interface=names[row.index],
                address=row.address,
                mac=row.mac,
                state=_NEIGHBOUR_STATES.get(row.state, NeighbourState.NONE),
                router=bool(row.flags & _ROUTER_FLAG),
            )
            for row in found
            if row.index in names and row.address and not _is_multicast(row.address)
        )

    async def leases(self) -> tuple[Lease, ...]:
        async with netlink() as rows:
            names = {r.index: r.name for r in await rows.links()}
        return linux_leases.read_leases(self._root, names)

    async def former_leases(self) -> tuple[Lease, ...]:
        async with netlink() as rows:
            names = {r.index: r.name for r in await rows.links()}
        return linux_leases.all_leases(self._root, names)

    async def driver_mishaps(self, interface: str) -> DriverMishaps:
        return await linux_driver_log.driver_mishaps(self._root, interface)

    async def resolvers(self) -> tuple[ResolverSetting, ...]:
        return linux_resolvers.read_resolvers(self._root)

    async def proxies(self) -> tuple[ProxySetting, ...]:
        return await linux_settings.proxies(os.environ)

    async def hosts(self) -> tuple[HostsEntry, ...]:
        return parse_hosts(_read(self._root / "etc/hosts"))

    async def counters(self, interface: str) -> Counters:
        found = self._all_counters().get(interface)
        if found is None:
            raise PlatformError(Reason.NOT_APPLICABLE, "there is no such interface")
        return found

    def _all_counters(self) -> dict[str, Counters]:
        return parse_net_dev(_read(self._root / "proc/self/net/dev"))

    async def carrier_changes(self, interface: str) -> int:
        async with netlink() as rows:
            for row in await rows.links():
                if row.name == interface and row.carrier_changes is not None:
                    return row.carrier_changes
        raise PlatformError(Reason.NOT_SUPPORTED, "the kernel does not count link changes")

    async def busiest_program(self, window_s: float) -> str:
        return await linux_settings.busiest_program(window_s)

    async def wifi_interfaces(self) -> tuple[str, ...]:
        return await self._wifi.interfaces()

    async def wifi_link(self, interface: str) -> OwnLink:
        return await self._wifi.link(interface)

    async def wifi_ability(self, interface: str) -> Ability:
        return await self._wifi.ability(interface)

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        return await self._wifi.networks(interface, fresh=fresh)

    async def wifi_channels(self, interface: str) -> tuple[ChannelUse, ...]:
        return await self._wifi.channels(interface)

    async def wifi_known_names(self, interface: str) -> tuple[NetworkName, ...]:
        return await self._wifi.known_names(interface)

    def wifi_events(self, interface: str) -> AbstractAsyncContextManager[AsyncIterator[LinkEvent]]:
        return link_events(self._wifi, interface)

    async def home_services(self) -> tuple[HomeService, ...]:
        """From the tables of mounts and, where CUPS is there, its printers."""
        tables = _read(self._root / "proc/self/mounts") + "\n" + _read(self._root / "etc/fstab")
        printers = ""
        with suppress(PlatformError):
            printers = await output(["lpstat", "-v"], deadline_s=1.0)
        disk, printer = HomeServiceKind.DISK, HomeServiceKind.PRINTER
        return (
            *(HomeService(kind=disk, host=h, port=p) for h, p in parse_mounts(tables)),
            *(HomeService(kind=printer, host=h, port=p) for h, p in parse_lpstat(printers)),
        )

    def software(self, version: str) -> Software:
        return Software(
            version=version,
            system=self.name,
            system_version=_distribution(_read(self._root / "etc/os-release")),
            python=python_platform.python_version(),
        )


def _read(path: Path) -> str:
    """The file's text, "" when it is not there: an absent file says nothing."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _told(value: float | None) -> float | Unmeasured:
    return NOT_TOLD if value is None else value


def _is_loopback(row: LinkRow) -> bool:
    return bool(row.flags & _LOOPBACK)


def _is_multicast(address: str) -> bool:
    """By its text (ff00::/8, 224.0.0.0/4, broadcast): a sweep makes hundreds of rows to look at."""
    if ":" in address:
        group = address.partition(":")[0]
        return len(group) == 4 and group.startswith("ff")
    return 224 <= int(address.partition(".")[0]) <= 239 or address == "255.255.255.255"


def _is(address: str, family: int) -> bool:
    return (":" in address) == (family == 6)


def _address(row: AddressRow, interface: str, leased: set[str]) -> InterfaceAddress:
    scope = scope_of(row.address)
    return InterfaceAddress(
        interface=interface,
        address=row.address,
        prefix_length=row.prefix_length,
        family=row.family,
        scope=scope,
        origin=_origin(row, scope, leased),
        temporary=bool(row.flags & _TEMPORARY) and row.family == 6,
    )


def _origin(row: AddressRow, scope: AddressScope, leased: set[str]) -> AddressOrigin:
    if scope is AddressScope.LINK_LOCAL:
        return AddressOrigin.LINK_LOCAL
    if row.address in leased:
        return AddressOrigin.DHCP
    if row.origin == _KERNEL_RA:
        return AddressOrigin.ROUTER_ADVERTISEMENT
    if row.valid_s == FOREVER and row.flags & _PERMANENT:
        return AddressOrigin.STATIC
    # Only something that was offered runs out; SLAAC addresses are /64, DHCPv6 ones /128.
    advertised = row.family == 6 and row.prefix_length == 64
    return AddressOrigin.ROUTER_ADVERTISEMENT if advertised else AddressOrigin.DHCP


def _is_default(row: RouteRow) -> bool:
    """0/0, or one of the two halves by which a VPN goes before it."""
    if row.prefix_length == 0:
        return True
    halves = {"0.0.0.0", "128.0.0.0", "::", "8000::"}  # noqa: S104 - a network
    return row.prefix_length == 1 and (row.destination or "0.0.0.0") in halves  # noqa: S104


async def _chosen(
    rows: Netlink, routes: list[RouteRow], destinations: Sequence[str]
) -> RouteRow | None:
    for destination in destinations[:1]:
        found = await rows.route_to(destination)
        if found is not None:
            same = [r for r in routes if r.index == found.index and r.gateway == found.gateway]
            return same[0] if same else msgspec.structs.replace(found, destination="")
    return min(routes, key=lambda r: (-r.prefix_length, r.metric), default=None)


def _default_route(
    row: RouteRow, names: dict[int, str], tunnels: set[int], chosen: RouteRow | None
) -> DefaultRoute:
    return DefaultRoute(
        interface=names.get(row.index, ""),
        family=row.family,
        gateway=row.gateway or Unmeasured(Reason.NOT_APPLICABLE, "point to point"),
        metric=row.metric,
        through_tunnel=row.index in tunnels,
        chosen=row == chosen,
    )


def _distribution(os_release: str) -> str:
    for line in os_release.splitlines():
        key, _, value = line.partition("=")
        if key == "PRETTY_NAME":
            return value.strip().strip('"')
    return python_platform.release()
