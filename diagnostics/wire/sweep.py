"""Who is on the local network: the neighbour table after a touch of every address."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from diagnostics.wire.errors import wire_error
from diagnostics.wire.source import ANY, Source, bind


class Neighbour(msgspec.Struct, frozen=True):
    """`mac` in lower case with colons; `answered`: an echo of just now, by IPv6."""

    address: str
    mac: str
    answered: bool = False


NeighbourTable = Callable[[], Awaitable[tuple[Neighbour, ...]]]

_MOST = 1024
_DISCARD_PORT = 9  # RFC 863: nobody answers, and nobody needs to
#: A packet waits in its socket's buffer while the kernel asks for the address: some 270 fit in one.
_A_SOCKET = 128
#: Everybody who is awake has answered long before; a phone that dozes hears a broadcast at every
#: third beacon at the latest (IEEE 802.11, DTIM), 0.3 s.
SHORTEST_S = 0.45
#: Who answers late is seldom alone: nearly as long again, up to where none was ever seen. With 1.6
#: a phone of 600 ms was missed once in ten where a look fell right behind the answer of one of 350.
STRETCH, LONGEST_S = 1.8, 1.6
#: By then phones have answered that hear only every third beacon and were asked anew after 1 s.
WAKES_S = 1.25
_LOOKS_S = (0.04, 0.15, 0.3)
_POLL_S = 0.1


async def sweep(network: str, table: NeighbourTable, source: Source = ANY) -> tuple[Neighbour, ...]:
    """Find everybody in an IPv4 network of at most 1024 addresses, without root.

    A datagram to each address makes the kernel ask who has it; `table` reads
    the system's complete neighbour entries.  Ends after 0.45 s, or later where
    somebody answers late.  A single phone that dozes shows itself by nothing
    before it answers: read the table again `WAKES_S` after the beginning, as the
    kernel goes on asking for 3 s.  ValueError for a network it
    cannot sweep; WireError when nothing can be sent.
    """
    wanted = _addresses(network)
    begun_s = asyncio.get_running_loop().time()
    _touch(wanted, source)
    found = await _answering(wanted, table, begun_s)
    return tuple(Neighbour(address, found[address]) for address in wanted if address in found)


def _addresses(network: str) -> list[str]:
    parsed = ipaddress.ip_network(network, strict=False)
    if parsed.version != 4 or parsed.num_addresses > _MOST:
        raise ValueError(f"cannot sweep {network}: not an IPv4 network of up to {_MOST} addresses")
    return [str(address) for address in parsed.hosts()]


def _touch(addresses: Sequence[str], source: Source) -> None:
    sent = 0
    failure: OSError | None = None
    for first in range(0, len(addresses), _A_SOCKET):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            bind(sock, source)
            for address in addresses[first : first + _A_SOCKET]:
                try:
                    sock.sendto(b"", (address, _DISCARD_PORT))
                    sent += 1
                except OSError as error:
                    failure = error  # an earlier address's failure may be reported here
    if failure is not None and not sent:
        raise wire_error(failure, "asking the local network") from None


async def _answering(
    wanted: Sequence[str], table: NeighbourTable, begun_s: float
) -> dict[str, str]:
    """Read the table until nobody new is to be expected."""
    known = frozenset(wanted)
    loop = asyncio.get_running_loop()
    found: dict[str, str] = {}
    looks = iter(_LOOKS_S)
    until_s = SHORTEST_S
    while True:
        now_s = loop.time() - begun_s
        if now_s >= until_s:
            return found
        await asyncio.sleep(max(0.0, min(next(looks, now_s + _POLL_S), until_s) - now_s))
        entries = await table()
        fresh = {entry.address: entry.mac for entry in entries if entry.address in known}
        if fresh.keys() - found.keys():
            late_s = loop.time() - begun_s
            until_s = min(max(until_s, STRETCH * late_s), LONGEST_S)
        found |= fresh
