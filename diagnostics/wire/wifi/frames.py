"""802.11 frames by their headers (802.11-2020, 9.2 and 9.3): who sends what, to whom."""

from __future__ import annotations

import zlib
from enum import Enum

import msgspec

from diagnostics.wire.wifi.radio_header import Radio


class FrameKind(Enum):
    BEACON = "beacon"
    PROBE_RESPONSE = "probe-response"
    JOIN = "join"  # association or reassociation request
    DATA = "data"
    OTHER = "other"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """`capability` and `interval_tu` only of beacons, probe responses and joins."""

    kind: FrameKind
    bssid: str
    sender: str
    capability: int = 0
    interval_tu: int = 0
    elements: bytes = b""


#: Bytes between the header and the elements, by subtype of a management frame.
_FIXED = {0: 4, 2: 10, 5: 12, 8: 12}
_KINDS = {
    0: FrameKind.JOIN,
    2: FrameKind.JOIN,
    5: FrameKind.PROBE_RESPONSE,
    8: FrameKind.BEACON,
}
_HEADER = 24
_ORDER = 0x80


def frame_of(radio: Radio) -> Frame | None:
    """None for what is cut off before its addresses, received wrongly, or has none of interest."""
    frame = _without_checksum(radio)
    if radio.bad or len(frame) < _HEADER or frame[0] & 3:
        return None
    kind, subtype = frame[0] >> 2 & 3, frame[0] >> 4
    if kind == 0:
        return _management(frame, subtype)
    return _data(frame) if kind == 2 else None


def _without_checksum(radio: Radio) -> bytes:
    """Where the radio does not say whether there is one, the sum itself does."""
    frame = radio.frame
    sum_fits = len(frame) > 4 and zlib.crc32(frame[:-4]).to_bytes(4, "little") == frame[-4:]
    has = sum_fits if radio.has_fcs is None else radio.has_fcs
    return frame[:-4] if has or sum_fits else frame


def _address(frame: bytes, number: int) -> str:
    at = 4 + 6 * (number - 1)
    return frame[at : at + 6].hex(":")


def _management(frame: bytes, subtype: int) -> Frame | None:
    bssid, sender = _address(frame, 3), _address(frame, 2)
    if subtype not in _KINDS:
        return Frame(kind=FrameKind.OTHER, bssid=bssid, sender=sender)
    at = _HEADER + (4 if frame[1] & _ORDER else 0)  # HT control
    if len(frame) < at + _FIXED[subtype]:
        return None
    answer = subtype in (5, 8)
    capability_at = at + 10 if answer else at
    return Frame(
        kind=_KINDS[subtype],
        bssid=bssid,
        sender=sender,
        capability=int.from_bytes(frame[capability_at : capability_at + 2], "little"),
        interval_tu=int.from_bytes(frame[at + 8 : at + 10], "little") if answer else 0,
        elements=frame[at + _FIXED[subtype] :],
    )


def _data(frame: bytes) -> Frame | None:
    """Where the BSSID stands depends on the direction; a frame with four addresses has none."""
    direction = frame[1] & 3
    if direction == 3:
        return None
    bssid = _address(frame, {0: 3, 1: 1, 2: 2}[direction])
    return Frame(kind=FrameKind.DATA, bssid=bssid, sender=_address(frame, 2))
