"""What a monitoring radio writes before a frame: radiotap, PPI and Prism headers.

Sources: radiotap.org (fields in the order of their bits, each on its own alignment); PPI 1.0.7
(802.11 common field); Prism as the drivers wrote it (144 bytes of values).
"""

from __future__ import annotations

import msgspec

from diagnostics.wire.wifi.packet_file import Packet

#: Link types that hold 802.11 (tcpdump.org/linktypes).
PLAIN, COOKED, PRISM, RADIOTAP, PPI, COOKED2 = 105, 113, 119, 127, 192, 276
LINK_TYPES = frozenset((PLAIN, PRISM, RADIOTAP, PPI))
#: ARPHRD_… of Linux in a "cooked" capture of all interfaces at once, and where the type stands.
_ARPHRD = {801: PLAIN, 802: PRISM, 803: RADIOTAP}
_COOKED = {COOKED: (2, 16), COOKED2: (8, 20)}
#: Size and alignment of the fields of bit 0 to 22.
_FIELDS = (
    (8, 8), (1, 1), (1, 1), (4, 2), (2, 2), (1, 1), (1, 1), (2, 2), (2, 2), (2, 2), (1, 1), (1, 1),
    (1, 1), (1, 1), (2, 2), (2, 2), (1, 1), (1, 1), (8, 4), (3, 1), (8, 4), (12, 2), (12, 8),
)  # fmt: skip
_FLAGS, _CHANNEL, _SIGNAL, _NOISE = 1, 3, 5, 6
_HAS_FCS, _BAD_FCS = 0x10, 0x40


class Radio(msgspec.Struct, frozen=True, kw_only=True):
    """None: the header does not say. `frame` starts at the 802.11 header, without its checksum."""

    frame: bytes
    frequency_mhz: int | None = None
    signal_dbm: int | None = None
    noise_dbm: int | None = None
    has_fcs: bool | None = None
    bad: bool = False


def radio_of(packet: Packet) -> Radio | None:
    """None for packets that are not 802.11 or whose header is longer than they are."""
    if packet.link_type in _COOKED:
        packet = _uncooked(packet)
    readers = {PLAIN: _plain, PRISM: _prism, RADIOTAP: _radiotap, PPI: _ppi}
    reader = readers.get(packet.link_type)
    return None if reader is None else reader(packet.data)


def _uncooked(packet: Packet) -> Packet:
    type_at, size = _COOKED[packet.link_type]
    kind = int.from_bytes(packet.data[type_at : type_at + 2], "big")
    return msgspec.structs.replace(packet, link_type=_ARPHRD.get(kind, -1), data=packet.data[size:])


def _plain(data: bytes) -> Radio:
    return Radio(frame=data)


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _radiotap(data: bytes) -> Radio | None:
    size = _u16(data, 2)
    if len(data) < 8 or data[0] != 0 or not 8 <= size <= len(data):
        return None
    found = _radiotap_fields(data[:size])
    flags = found.get(_FLAGS, b"\0")[0]
    frequency = _u16(found.get(_CHANNEL, b""), 0)
    return Radio(
        frame=data[size:],
        frequency_mhz=frequency or None,
        signal_dbm=_signed(found.get(_SIGNAL, b"")),
        noise_dbm=_signed(found.get(_NOISE, b"")),
        has_fcs=bool(flags & _HAS_FCS) if _FLAGS in found else None,
        bad=bool(flags & _BAD_FCS),
    )


def _radiotap_fields(header: bytes) -> dict[int, bytes]:
    """Fields of the first presence word; later words repeat them for each antenna."""
    present = int.from_bytes(header[4:8], "little")
    at = 8
    word = present
    while word & 0x80000000 and at + 4 <= len(header):
        word = int.from_bytes(header[at : at + 4], "little")
        at += 4
    found: dict[int, bytes] = {}
    for bit, (size, alignment) in enumerate(_FIELDS):
        if not present >> bit & 1:
            continue
        at += -at % alignment
        if at + size > len(header):
            break
        found[bit] = header[at : at + size]
        at += size
    return found


def _signed(data: bytes) -> int | None:
    value = int.from_bytes(data[:1], "little", signed=True)
    return value or None  # 0 dBm is how drivers write "not measured"


def _ppi(data: bytes) -> Radio | None:
    size = _u16(data, 2)
    if len(data) < 8 or not 8 <= size <= len(data) or int.from_bytes(data[4:8], "little") != PLAIN:
        return None
    at = 8
    while at + 4 <= size:
        kind, length = _u16(data, at), _u16(data, at + 2)
        field = data[at + 4 : min(at + 4 + length, size)]
        if kind == 2 and len(field) >= 20:  # 802.11 common
            return Radio(
                frame=data[size:],
                frequency_mhz=_u16(field, 12) or None,
                signal_dbm=_signed(field[18:19]),
                noise_dbm=_signed(field[19:20]),
                has_fcs=bool(_u16(field, 8) & 1),
                bad=bool(_u16(field, 8) & 4),
            )
        at += 4 + length
    return Radio(frame=data[size:])


def _prism(data: bytes) -> Radio | None:
    """Its signal is in units of the driver, so that nothing is said of it."""
    size = int.from_bytes(data[4:8], "little")
    if len(data) < 24 or not 24 <= size <= len(data):
        return None
    return Radio(frame=data[size:])
