"""How often one source may ask: a token bucket each, in memory, for a bounded number of sources."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

#: sources remembered at once; the one that was quiet longest is forgotten first
SOURCES = 50_000


def source_of(host: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 that one home has in IPv6."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


class Rate:
    """`burst` at once, then `per_minute`. Not thread-safe: only the event loop asks."""

    def __init__(self, burst: int, per_minute: float) -> None:
        self._burst = float(burst)
        self._per_s = per_minute / 60
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, source: str) -> int:
        """Take one. 0 when it was granted, else the seconds after which to ask again."""
        at = time.monotonic()
        level, then = self._levels.pop(source, (self._burst, at))
        level = min(self._burst, level + (at - then) * self._per_s)
        granted = level >= 1
        self._levels[source] = (level - 1 if granted else level, at)
        if len(self._levels) > SOURCES:
            self._levels.popitem(last=False)
        return 0 if granted else math.ceil((1 - level) / self._per_s)
