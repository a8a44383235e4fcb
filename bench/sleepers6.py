"""Hosts that answer IPv6 echoes to all nodes late, as phones do.

`python -m bench.sleepers6 INTERFACE LAST:MS …`; their hardware address is 02:00:00:00:00:LAST,
their only address the one that it makes. Asked for that address they answer at once (RFC 4861).
"""

from __future__ import annotations

import heapq
import select
import socket
import struct
import sys
import time

from diagnostics.wire.sweep6 import eui64

_ETHER = 0x86DD
_ALL = 0x0003  # ETH_P_ALL; with the protocol alone a port hears no groups that it has not joined
_ALL_NODES = socket.inet_pton(socket.AF_INET6, "ff02::1")
_ECHO, _ECHO_REPLY, _ASKS_WHO, _TELLS_WHO = 128, 129, 135, 136
#: solicited, and to be believed rather than what was known (RFC 4861, 4.4)
_SOLICITED_OVERRIDE = 0x60000000


def hardware(last: int) -> bytes:
    """Of a sleeper."""
    return b"\2\0\0\0\0" + bytes([last])


def address(last: int) -> str:
    """Of a sleeper."""
    return eui64(hardware(last).hex(":"))


def _checksum(source: bytes, target: bytes, message: bytes) -> bytes:
    """RFC 4443, 2.3, with the pseudo-header of RFC 8200, 8.1."""
    data = source + target + struct.pack("!II", len(message), 58) + message
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)


def packed(mac: bytes, source: bytes, to: tuple[bytes, bytes], message: bytes) -> bytes:
    """A frame with an ICMPv6 message whose checksum is left zero; `to`: hardware and address."""
    target_mac, target = to
    summed = message[:2] + _checksum(source, target, message) + message[4:]
    head = struct.pack("!IHBB", 6 << 28, len(summed), 58, 255) + source + target
    return target_mac + mac + struct.pack("!H", _ETHER) + head + summed


def replies(frame: bytes, delays_s: dict[int, float]) -> list[tuple[float, bytes]]:
    """What is to be sent and after how many seconds; each sleeper by the last part of its own."""
    if len(frame) < 62 or frame[12:14] != b"\x86\xdd" or frame[20] != 58:
        return []
    asker, source, target = frame[6:12], frame[22:38], frame[38:54]
    message = frame[54 : 54 + int.from_bytes(frame[18:20], "big")]
    found: list[tuple[float, bytes]] = []
    for last, delay_s in delays_s.items():
        mac, own = hardware(last), socket.inet_pton(socket.AF_INET6, address(last))
        if message[0] == _ECHO and target in (own, _ALL_NODES):
            answer = bytes([_ECHO_REPLY, 0, 0, 0]) + message[4:]
            found.append((delay_s, packed(mac, own, (asker, source), answer)))
        if message[0] == _ASKS_WHO and message[8:24] == own and any(source):
            option = b"\2\1" + mac
            answer = struct.pack("!BBHI", _TELLS_WHO, 0, 0, _SOLICITED_OVERRIDE) + own + option
            found.append((0.0, packed(mac, own, (asker, source), answer)))
    return found


def main(interface: str, hosts: list[str]) -> None:
    """Until it is ended."""
    pairs = [host.split(":") for host in hosts]
    delays_s = {int(last): int(delay_ms) / 1000 for last, delay_ms in pairs}
    due: list[tuple[float, bytes]] = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as sock:
        sock.bind((interface, _ALL))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            wait_s = max(0.0, due[0][0] - time.monotonic()) if due else 1.0
            if select.select([sock], [], [], wait_s)[0]:
                data, where = sock.recvfrom(2048)
                heard = [] if where[2] == socket.PACKET_OUTGOING else replies(data, delays_s)
                for delay_s, answer in heard:
                    heapq.heappush(due, (time.monotonic() + delay_s, answer))
            while due and due[0][0] <= time.monotonic():
                sock.send(heapq.heappop(due)[1])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
