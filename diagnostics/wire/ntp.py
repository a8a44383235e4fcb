"""The own clock against a time server (SNTP, RFC 4330)."""

import os
import struct
import time

import msgspec

from diagnostics.wire.errors import BadAnswer, TimedOut
from diagnostics.wire.source import ANY, Source
from diagnostics.wire.udp import Datagram, UdpExchange

_PACKET = struct.Struct("!BBbb11I")
_EPOCH = 2_208_988_800  # 1970 in NTP's seconds since 1900
_ERA = 1 << 32


class ClockOffset(msgspec.Struct, frozen=True):
    """`offset_s` > 0: the own clock is behind; `error_s` bounds it (half the delay)."""

    server: str
    offset_s: float
    error_s: float
    rtt_ms: float
    stratum: int


async def clock_offset(
    server: str,
    port: int = 123,
    timeout_s: float = 1.5,
    attempts: int = 2,
    source: Source = ANY,
) -> ClockOffset:
    """Ask one server (literal address). Raises TimedOut, Refused, Unreachable, BadAnswer."""
    exchange = UdpExchange(server, port, source, f"asking time server {server}")
    try:
        for attempt in range(attempts):
            cookie = os.urandom(8)
            exchange.send(b"\x23" + b"\0" * 39 + cookie)
            try:
                return await _hear(server, exchange, cookie, timeout_s)
            except TimedOut:
                if attempt == attempts - 1:
                    raise
        raise TimedOut(f"asking time server {server}: not asked")
    finally:
        exchange.close()


async def _hear(server: str, exchange: UdpExchange, cookie: bytes, timeout_s: float) -> ClockOffset:
    deadline = time.monotonic() + timeout_s
    while True:
        datagram = await exchange.receive(max(0.0, deadline - time.monotonic()))
        # The server repeats our random "transmit time" (RFC 4330 section 5): else not for us.
        if len(datagram.data) >= _PACKET.size and datagram.data[24:32] == cookie:
            return _offset(server, datagram)


def _offset(server: str, datagram: Datagram) -> ClockOffset:
    fields: tuple[int, ...] = _PACKET.unpack_from(datagram.data)
    mode, leap, stratum = fields[0] & 7, fields[0] >> 6, fields[1]
    if mode != 4 or not 1 <= stratum <= 15 or leap == 3:
        raise BadAnswer(f"time server {server} says that it does not know the time")
    received_s = _seconds(fields[11], fields[12])
    sent_s = _seconds(fields[13], fields[14])
    left_s = datagram.arrived_at_s - datagram.rtt_ms / 1000
    offset_s = ((received_s - left_s) + (sent_s - datagram.arrived_at_s)) / 2
    travelled_s = max(0.0, datagram.rtt_ms / 1000 - (sent_s - received_s))
    return ClockOffset(server, offset_s, travelled_s / 2, datagram.rtt_ms, stratum)


def _seconds(whole: int, fraction: int) -> float:
    """Unix seconds; era 1 (after 2036) is meant when the top bit is clear (RFC 4330)."""
    era = 0 if whole & 0x8000_0000 else _ERA
    return whole + era - _EPOCH + fraction / _ERA
