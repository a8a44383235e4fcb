"""Who is on the local network: the neighbour table after a touch of every address."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from diagnostics.wire.errors import wire_error
from diagnostics.wire.source import ANY, Source, bind


class Neighbour(msgspec.Struct, frozen=True):
    """`mac` in lower case with colons."""

    address: str
    mac: str


NeighbourTable = Callable[[], Awaitable[tuple[Neighbour, ...]]]

_MOST = 1024
_DISCARD_PORT = 9  # RFC 863: nobody answers, and nobody needs to
_AT_ONCE = 64
_PAUSE_S = 0.01
_POLL_S = 0.1


async def sweep(
    network: str,
    table: NeighbourTable,
    settle_s: float = 0.4,
    tail_s: float = 1.2,
    source: Source = ANY,
) -> tuple[Neighbour, ...]:
    """Find everybody in an IPv4 network of at most 1024 addresses, without root.

    A datagram to each address makes the kernel ask who has it; `table` reads
    the system's complete neighbour entries.  Ends `settle_s` after the last new
    one, but sleeping phones are asked once more and get `tail_s`.  ValueError
    for a network it cannot sweep; WireError when nothing can be sent.
    """
    wanted = _addresses(network)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        bind(sock, source)
        await _touch(sock, wanted)
        found = await _settled(wanted, table, settle_s)
        await _touch(sock, [address for address in wanted if address not in found])
        found |= await _settled(wanted, table, max(0.0, tail_s - settle_s))
    finally:
        sock.close()
    return tuple(Neighbour(address, found[address]) for address in wanted if address in found)


def _addresses(network: str) -> list[str]:
    parsed = ipaddress.ip_network(network, strict=False)
    if parsed.version != 4 or parsed.num_addresses > _MOST:
        raise ValueError(f"cannot sweep {network}: not an IPv4 network of up to {_MOST} addresses")
    return [str(address) for address in parsed.hosts()]


async def _touch(sock: socket.socket, addresses: Iterable[str]) -> None:
    sent = 0
    failure: OSError | None = None
    for number, address in enumerate(addresses):
        if number % _AT_ONCE == _AT_ONCE - 1:
            await asyncio.sleep(_PAUSE_S)
        try:
            sock.sendto(b"", (address, _DISCARD_PORT))
            sent += 1
        except OSError as error:
            failure = error  # an earlier address's failure may be reported here
    if failure is not None and not sent:
        raise wire_error(failure, "asking the local network") from None


async def _settled(wanted: list[str], table: NeighbourTable, quiet_s: float) -> dict[str, str]:
    """Read the table until it has not grown for `quiet_s`."""
    known = frozenset(wanted)
    loop = asyncio.get_running_loop()
    found: dict[str, str] = {}
    grown_s = loop.time()
    while True:
        entries = await table()
        fresh = {entry.address: entry.mac for entry in entries if entry.address in known}
        if fresh.keys() - found.keys():
            grown_s = loop.time()
        found |= fresh
        left_s = grown_s + quiet_s - loop.time()
        if left_s <= 0:
            return found
        await asyncio.sleep(min(_POLL_S, left_s))
