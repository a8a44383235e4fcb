"""How far a check may reach: with every target on this computer, it asks nobody else.

A profile whose every target is on loopback is how a provider's developer or a test tries the whole
way without a network; then the home and the provider are not asked either, and say so.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from diagnostics.profile import Profile
from diagnostics.result import Reason, Unmeasured

#: probes that read or ask the home's network, whatever the profile names
HOME_PROBES = frozenset(
    {
        "addressing",
        "gateway",
        "router-facts",
        "modem-signal",
        "lan-hosts",
        "dhcp",
        "dhcp-offers",
        "settings",
        "tunnel",
        "home-devices",
    }
)
STAYS_HERE = Unmeasured(
    Reason.NOT_APPLICABLE,
    "every target of the profile is on this computer, so nobody else is asked",
)


def stays_on_this_computer(profile: Profile) -> bool:
    """True when the profile names at least one target and all are loopback addresses."""
    hosts = list(_hosts(profile))
    return bool(hosts) and all(_is_here(host) for host in hosts)


def _hosts(profile: Profile) -> Iterator[str]:
    targets = profile.targets
    yield from (*targets.anchors, *targets.resolvers, *targets.provider_resolvers, *targets.ntp)
    urls = [*targets.sites, *(check.url for check in targets.portal)]
    for server in profile.speed:
        urls += [server.url, server.download_url, server.upload_url]
    yield from (urlsplit(url).hostname or "" for url in urls if url)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
