"""Hosts that answer ARP late, as phones do: `python -m bench.sleepers INTERFACE NET LAST:MS`."""

from __future__ import annotations

import heapq
import select
import socket
import struct
import sys
import time

_ARP = 0x0806
_FIELDS = struct.Struct("!6s6sH8s6s4s6s4s")


def _reply(frame: bytes, delays_s: dict[str, float]) -> tuple[float, bytes] | None:
    """When to answer a request (seconds from now), and with what."""
    if len(frame) < _FIELDS.size:
        return None
    _, asker, _, head, asker_mac, asker_address, _, wanted = _FIELDS.unpack_from(frame)
    address = socket.inet_ntoa(wanted)
    if head[6:8] != b"\0\1" or address not in delays_s or asker_address == wanted:
        return None
    own = b"\2\0\0\0\0" + wanted[3:]
    answer = head[:6] + b"\0\2"
    packed = _FIELDS.pack(asker, own, _ARP, answer, own, wanted, asker_mac, asker_address)
    return delays_s[address], packed


def main(interface: str, network: str, hosts: list[str]) -> None:
    """Until it is ended."""
    pairs = [host.split(":") for host in hosts]
    delays_s = {f"{network}.{last}": int(delay_ms) / 1000 for last, delay_ms in pairs}
    due: list[tuple[float, bytes]] = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP)) as sock:
        sock.bind((interface, _ARP))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            wait_s = max(0.0, due[0][0] - time.monotonic()) if due else 1.0
            if select.select([sock], [], [], wait_s)[0] and (
                found := _reply(sock.recv(128), delays_s)
            ):
                heapq.heappush(due, (time.monotonic() + found[0], found[1]))
            while due and due[0][0] <= time.monotonic():
                sock.send(heapq.heappop(due)[1])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
