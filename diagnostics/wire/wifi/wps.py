"""WiFi Protected Setup: attributes of the vendor element, big-endian (WSC 2.0, 12)."""

from __future__ import annotations

import msgspec

from diagnostics.wire.wifi.cursor import Cursor, TruncatedError


class Wps(msgspec.Struct, frozen=True, kw_only=True):
    """Names are as the maker wrote them, hostile like any other text from the air."""

    configured: bool
    locked: bool
    maker: str
    model: str
    device_name: str


def decode_wps(data: bytes) -> Wps:
    cursor = Cursor(data)
    found: dict[int, bytes] = {}
    while cursor.left >= 4:
        kind = int.from_bytes(cursor.take(2), "big")
        found.setdefault(kind, cursor.take(int.from_bytes(cursor.take(2), "big")))
    if not found:
        raise TruncatedError("no attribute")
    return Wps(
        configured=found.get(0x1044) == b"\x02",
        locked=found.get(0x1057) == b"\x01",
        maker=_text(found.get(0x1021, b"")),
        model=_text(found.get(0x1023, b"")),
        device_name=_text(found.get(0x1011, b"")),
    )


def _text(raw: bytes) -> str:
    text = raw.rstrip(b"\0").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
