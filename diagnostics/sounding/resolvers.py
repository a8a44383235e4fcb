"""Which resolvers there are to ask, and whose each one is."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from diagnostics.evidence import Evidence
from diagnostics.platforms.base import Platform, PlatformError
from diagnostics.profile import Profile
from diagnostics.readings.addressing import AddressScope, Dhcp, ResolverRole
from diagnostics.result import Unmeasured
from diagnostics.sounding.address import scope_of
from diagnostics.sounding.home import home_in
from diagnostics.wire.dns import DnsPlan, query

#: The large public resolvers, by their operators' own pages (Cloudflare, Google, Quad9, OpenDNS,
#: AdGuard, Yandex, DNS.WATCH, CleanBrowsing, Verisign, dns0.eu, Mullvad).
_PUBLIC = frozenset(
    [
        "1.1.1.1",
        "1.0.0.1",
        "1.1.1.2",
        "1.0.0.2",
        "1.1.1.3",
        "1.0.0.3",
        "8.8.8.8",
        "8.8.4.4",
        "9.9.9.9",
        "9.9.9.10",
        "9.9.9.11",
        "149.112.112.112",
        "149.112.112.10",
        "149.112.112.11",
        "208.67.222.222",
        "208.67.220.220",
        "208.67.222.123",
        "208.67.220.123",
        "94.140.14.14",
        "94.140.15.15",
        "94.140.14.15",
        "94.140.15.16",
        "77.88.8.8",
        "77.88.8.1",
        "84.200.69.80",
        "84.200.70.40",
        "185.228.168.9",
        "185.228.169.9",
        "185.228.168.10",
        "185.228.168.168",
        "64.6.64.6",
        "64.6.65.6",
        "193.110.81.0",
        "185.253.5.0",
        "194.242.2.2",
        "76.76.2.0",
        "76.76.10.0",
        "2606:4700:4700::1111",
        "2606:4700:4700::1001",
        "2001:4860:4860::8888",
        "2001:4860:4860::8844",
        "2620:fe::fe",
        "2620:fe::9",
        "2620:119:35::35",
        "2620:119:53::53",
        "2a10:50c0::ad1:ff",
        "2a10:50c0::ad2:ff",
    ]
)


class Resolver(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    role: ResolverRole
    in_use: bool


def role_of(
    address: str, gateways: Sequence[str], profile: Profile, offered: Sequence[str] = ()
) -> ResolverRole:
    """Router before all; an unknown address that DHCP offers is taken as the provider's."""
    bare = address.partition("%")[0]
    if address in gateways:
        return ResolverRole.ROUTER
    if bare in profile.targets.provider_resolvers:
        return ResolverRole.PROVIDER
    if bare in _PUBLIC:
        return ResolverRole.PUBLIC
    scope = scope_of(bare)
    home = {AddressScope.PRIVATE, AddressScope.LINK_LOCAL}
    if ipaddress.ip_address(bare).is_loopback or scope in home:
        return ResolverRole.LOCAL
    if bare in offered:
        return ResolverRole.PROVIDER
    return ResolverRole.PUBLIC if bare in profile.targets.resolvers else ResolverRole.OTHER


async def resolvers_to_ask(
    profile: Profile, platform: Platform, earlier: Evidence
) -> tuple[Resolver, ...]:
    """Those in use, the router, those offered, the provider's and public ones; each once."""
    dhcp = earlier.value(Dhcp)
    home = home_in(earlier)
    gateways = [home.gateway] if home is not None else []
    in_use, offered = await _set_and_offered(dhcp, platform)
    targets = profile.targets
    wanted = [*in_use, *gateways, *offered, *targets.provider_resolvers, *targets.resolvers[:2]]
    return tuple(
        Resolver(
            address=address,
            role=role_of(address, gateways, profile, offered),
            in_use=address in in_use,
        )
        for address in dict.fromkeys(wanted)
    )


async def _set_and_offered(
    dhcp: Dhcp | Unmeasured, platform: Platform
) -> tuple[list[str], list[str]]:
    if not isinstance(dhcp, Unmeasured):
        offered = [address for lease in dhcp.leases for address in lease.resolvers]
        return [r.address for r in dhcp.resolvers], offered
    try:
        return [r.address for r in await platform.resolvers()], []
    except PlatformError:
        return [], []


def site_names(sites: Sequence[str]) -> tuple[str, ...]:
    """Host names of URLs, each once."""
    hosts = (urlsplit(site).hostname for site in sites)
    return tuple(dict.fromkeys(host for host in hosts if host))


async def knows_of_nothing(server: str, name: str) -> bool:
    """It says that a name made up just now, under a real one, does not exist.

    Nobody can have kept that: the server has just been told so outside. Raises WireError.
    """
    plan = DnsPlan(timeout_s=1.0, attempts=2)
    answer = await query(server, f"{secrets.token_hex(6)}.{name}", "A", plan)
    return answer.rcode == "NXDOMAIN"
