"""Touches addresses on the link that lie outside our own subnet, without root.

A wrong address or a missing lease leaves no route to the router; with SO_DONTROUTE on a socket
bound to the interface Linux asks by ARP all the same ("assume that the destination is on link",
net/ipv4/route.c), and whoever answers stands in the neighbour table.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress

from diagnostics.wire.errors import WireError
from diagnostics.wire.source import Source, bind

#: Factory addresses of the routers that are sold most, and the ends of their subnets.
USUAL_ROUTERS = (
    "192.168.0.1", "192.168.1.1", "192.168.2.1", "192.168.3.1", "192.168.8.1", "192.168.10.1",
    "192.168.11.1", "192.168.50.1", "192.168.68.1", "192.168.86.1", "192.168.88.1",
    "192.168.100.1", "192.168.178.1", "192.168.179.1", "192.168.0.254", "192.168.1.254",
    "10.0.0.1", "10.0.0.138", "10.0.1.1", "10.1.1.1", "10.10.1.1", "172.16.0.1",
)  # fmt: skip
_DISCARD_PORT = 9


async def touch(addresses: Iterable[str], interface: str, settle_s: float = 0.6) -> None:
    """Send one small datagram to each; afterwards the neighbour table tells who is there."""
    for address in addresses:
        with suppress(OSError, WireError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            bind(sock, Source(interface=interface))
            sock.sendto(b"\0", (address, _DISCARD_PORT))
    await asyncio.sleep(settle_s)
