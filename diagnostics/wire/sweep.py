"""Who is on the local network: the neighbour table after a touch of every address."""

from collections.abc import Awaitable, Callable

import msgspec

from diagnostics.wire.source import ANY, Source


class Neighbour(msgspec.Struct, frozen=True):
    """`mac` in lower case with colons."""

    address: str
    mac: str


NeighbourTable = Callable[[], Awaitable[tuple[Neighbour, ...]]]


async def sweep(
    network: str,
    table: NeighbourTable,
    settle_s: float = 0.4,
    tail_s: float = 1.2,
    source: Source = ANY,
) -> tuple[Neighbour, ...]:
    """Find everybody in an IPv4 network of at most 1024 addresses, without root.

    `table` reads the system's neighbour entries that are complete.  ValueError
    for a network it cannot sweep.
    """
    raise NotImplementedError
