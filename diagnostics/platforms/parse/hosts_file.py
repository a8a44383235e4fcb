"""The hosts file, the same on every system (hosts(5))."""

from __future__ import annotations

import ipaddress

from diagnostics.platforms.base import HostsEntry


def parse_hosts(text: str) -> tuple[HostsEntry, ...]:
    """One entry a name; lines that are no entry are passed over, as the system does."""
    entries: list[HostsEntry] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) < 2:
            continue
        try:
            address = str(ipaddress.ip_address(words[0]))
        except ValueError:
            continue
        entries += [HostsEntry(address=address, name=name.lower()) for name in words[1:]]
    return tuple(entries)
