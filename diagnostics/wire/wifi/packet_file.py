"""Packets of a pcap or pcapng file (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng).

Hostile input: lengths are checked, what is cut off ends the reading without an error, and no
more than MOST_PACKETS packets are given.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

MOST_PACKETS = 1_000_000
_PCAP = {
    b"\xd4\xc3\xb2\xa1": ("little", 1_000_000),
    b"\xa1\xb2\xc3\xd4": ("big", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("little", 1_000_000_000),
    b"\xa1\xb2\x3c\x4d": ("big", 1_000_000_000),
}
_SECTION = b"\x0a\x0d\x0d\x0a"


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """`link_type` as registered (LINKTYPE_…); `whole` unless the capture cut it short."""

    link_type: int
    data: bytes
    whole: bool


class NoPacketFileError(ValueError):
    """The bytes are neither pcap nor pcapng."""


def is_packet_file(data: bytes) -> bool:
    return data[:4] in _PCAP or data[:4] == _SECTION


def packets(data: bytes) -> Iterator[Packet]:
    """In the order of the file. NoPacketFileError where it is none."""
    if data[:4] in _PCAP:
        found = _pcap(data)
    elif data[:4] == _SECTION:
        found = _pcapng(data)
    else:
        raise NoPacketFileError("neither pcap nor pcapng")
    for count, packet in enumerate(found):
        if count >= MOST_PACKETS:
            return
        yield packet


def _number(data: bytes, at: int, size: int, *, little: bool) -> int:
    return int.from_bytes(data[at : at + size], "little" if little else "big")


def _pcap(data: bytes) -> Iterator[Packet]:
    little = _PCAP[data[:4]][0] == "little"
    link_type = _number(data, 20, 4, little=little) & 0xFFFF  # above it: FCS length
    at = 24
    while at + 16 <= len(data):
        kept = _number(data, at + 8, 4, little=little)
        sent = _number(data, at + 12, 4, little=little)
        body = data[at + 16 : at + 16 + kept]
        yield Packet(link_type=link_type, data=body, whole=len(body) >= sent)
        at += 16 + kept


def _pcapng(data: bytes) -> Iterator[Packet]:
    little = True
    interfaces: list[tuple[int, int]] = []  # link type, snap length
    at = 0
    while at + 12 <= len(data):
        if data[at : at + 4] == _SECTION:
            little = data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a"
            interfaces = []
        kind = _number(data, at, 4, little=little)
        size = _number(data, at + 4, 4, little=little)
        if size < 12:
            return
        body = data[at + 8 : at + size - 4]
        if kind == 1 and len(body) >= 8:
            interfaces.append(
                (_number(body, 0, 2, little=little), _number(body, 4, 4, little=little))
            )
        packet = _block(kind, body, interfaces, little=little)
        if packet is not None:
            yield packet
        at += size


def _block(
    kind: int, body: bytes, interfaces: list[tuple[int, int]], *, little: bool
) -> Packet | None:
    """Enhanced (6), simple (3) and the old packet block (2)."""
    if kind == 3 and len(body) >= 4 and interfaces:
        link_type, most = interfaces[0]
        sent = _number(body, 0, 4, little=little)
        kept = min(sent, most or sent)
        return Packet(link_type=link_type, data=body[4 : 4 + kept], whole=kept == sent)
    if kind not in (2, 6) or len(body) < 20:
        return None
    index = _number(body, 0, 4 if kind == 6 else 2, little=little)
    if index >= len(interfaces):
        return None
    kept = _number(body, 12, 4, little=little)
    sent = _number(body, 16, 4, little=little)
    data = body[20 : 20 + kept]
    return Packet(link_type=interfaces[index][0], data=data, whole=len(data) >= sent)
