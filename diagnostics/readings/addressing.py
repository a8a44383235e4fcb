"""Addresses, routes, tunnels, proxy, hosts file and resolvers: as offered and as set."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, DeviceName, HostName, Plain, Url
from diagnostics.result import Reading, Unmeasured


class AddressOrigin(StrEnum):
    DHCP = "dhcp"
    STATIC = "static"
    ROUTER_ADVERTISEMENT = "router-advertisement"
    LINK_LOCAL = "link-local"


class AddressScope(StrEnum):
    LINK_LOCAL = "link-local"  # 169.254/16 (RFC 3927) or fe80::/10
    PRIVATE = "private"  # RFC 1918 or RFC 4193
    SHARED = "shared"  # 100.64/10, RFC 6598
    GLOBAL = "global"


class InterfaceAddress(msgspec.Struct, frozen=True, kw_only=True):
    interface: DeviceName
    address: Address
    prefix_length: int
    family: int  # 4 or 6
    scope: AddressScope
    origin: AddressOrigin | Unmeasured
    temporary: bool | Unmeasured = False


class DefaultRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A default route, or the pair of half routes (0/1, 128/1) by which a VPN takes over."""

    interface: DeviceName
    family: int
    gateway: Address | Unmeasured  # Unmeasured(not_applicable) on a point-to-point tunnel
    metric: int | Unmeasured
    through_tunnel: bool
    chosen: bool  # the one the system uses for this family


class Addressing(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "addressing"
    addresses: tuple[InterfaceAddress, ...]
    default_routes: tuple[DefaultRoute, ...]
    #: default gateway outside every on-link prefix of its interface
    gateway_off_link: bool | Unmeasured


class ProxySource(StrEnum):
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    PAC = "pac"


class Proxy(msgspec.Struct, frozen=True, kw_only=True):
    source: ProxySource
    scheme: Plain
    host: HostName
    port: int | Unmeasured
    #: outcome of one request through it and the same one direct
    works: bool | Unmeasured
    direct_works: bool | Unmeasured


class HostsOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A name of the profile's sites that the hosts file sets to something else."""

    name: HostName
    address: Address
    resolvers_say: tuple[Address, ...]
    system_follows: bool  # the system's own answer is the hosts file's


class Settings(Reading, frozen=True, kw_only=True):
    """What a person or program has set by hand on this computer."""

    PROBE: ClassVar[str] = "settings"
    proxies: tuple[Proxy, ...]
    proxy_url: Url | Unmeasured
    hosts_overrides: tuple[HostsOverride, ...]
    vpn_programs: tuple[DeviceName, ...] = ()


class TunnelHealth(Reading, frozen=True, kw_only=True):
    """Whether the way through a tunnel works, and the way beside it, bound to the physical link."""

    PROBE: ClassVar[str] = "tunnel"
    interface: DeviceName
    inside_works: bool | Unmeasured
    outside_works: bool | Unmeasured
    inside_rtt_ms: float | Unmeasured
    outside_rtt_ms: float | Unmeasured


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """What DHCP offered (RFC 2132), as the system keeps it."""

    interface: DeviceName
    server: Address | Unmeasured
    address: Address
    gateway: Address | Unmeasured
    resolvers: tuple[Address, ...]
    lease_s: float | Unmeasured
    captive_portal_uri: Url | Unmeasured  # option 114, RFC 8910


class ResolverRole(StrEnum):
    ROUTER = "router"
    PROVIDER = "provider"
    PUBLIC = "public"
    LOCAL = "local"  # a stub or a host of the home that is not the router
    OTHER = "other"


class ConfiguredResolver(msgspec.Struct, frozen=True, kw_only=True):
    address: Address
    role: ResolverRole
    by_hand: bool | Unmeasured  # differs from what DHCP or the router offered


class Dhcp(Reading, frozen=True, kw_only=True):
    """The offer, and the resolvers in force beside it."""

    PROBE: ClassVar[str] = "dhcp"
    leases: tuple[Lease, ...]
    resolvers: tuple[ConfiguredResolver, ...]
    #: the interface waits for an address, or holds only a link-local one
    without_offer: bool | Unmeasured
