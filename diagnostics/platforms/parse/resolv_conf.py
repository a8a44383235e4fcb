"""resolv.conf(5), whoever wrote it."""

from __future__ import annotations

import ipaddress


def parse_resolv_conf(text: str) -> tuple[str, ...]:
    """Literal addresses of the `nameserver` lines in order, each once."""
    found: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or words[0] != "nameserver":
            continue
        try:
            ipaddress.ip_address(words[1].partition("%")[0])
        except ValueError:
            continue
        if words[1] not in found:
            found.append(words[1])
    return tuple(found)
