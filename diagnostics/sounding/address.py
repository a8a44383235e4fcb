"""Which kind of place an address belongs to.

Not Python's is_private: that also holds loopback, documentation and many other ranges.
"""

from __future__ import annotations

import ipaddress

from diagnostics.readings.addressing import AddressScope

_PRIVATE = tuple(
    ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)  # RFC 1918, RFC 4193
_SHARED = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598


def scope_of(address: str) -> AddressScope:
    """Scope of a literal address, %zone allowed; ValueError for anything else."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if parsed.is_link_local:
        return AddressScope.LINK_LOCAL
    if any(parsed in network for network in _PRIVATE if network.version == parsed.version):
        return AddressScope.PRIVATE
    if parsed.version == 4 and parsed in _SHARED:
        return AddressScope.SHARED
    return AddressScope.GLOBAL


def family_of(address: str) -> int:
    """4 or 6."""
    return 6 if ":" in address else 4


def same_network(address: str, network_of: str, prefix_length: int) -> bool:
    """Whether `address` lies in the prefix of `network_of`."""
    if family_of(address) != family_of(network_of):
        return False
    network = ipaddress.ip_interface(f"{network_of.partition('%')[0]}/{prefix_length}").network
    return ipaddress.ip_address(address.partition("%")[0]) in network
