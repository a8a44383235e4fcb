r"""SSIDs are bytes, not text (802.11-2020, 9.4.2.2): how they are shown and told apart."""

from __future__ import annotations

import re

from diagnostics.readings.wifi import Concealed, Name, NetworkName
from diagnostics.result import Reason, Unmeasured

MOST_BYTES = 32
_ESCAPED = re.compile(r"\\(?:\\|x([0-9a-f]{2}))")


def ssid_name(raw: bytes) -> Name:
    """An empty SSID, or one of NUL bytes only, is how an access point conceals its name."""
    if len(raw) > MOST_BYTES:
        return Unmeasured(Reason.BAD_ANSWER, "the SSID is longer than the standard allows")
    if not raw.strip(b"\0"):
        return Concealed()
    return NetworkName(text=ssid_text(raw))


def ssid_text(raw: bytes) -> str:
    r"""UTF-8 where it is valid and can be shown, else each such byte as \xNN; backslash doubled."""
    shown: list[str] = []
    for sign in raw.decode("utf-8", "surrogateescape"):
        if sign == "\\":
            shown.append("\\\\")
        elif sign.isprintable():
            shown.append(sign)
        else:
            foreign = sign.encode("utf-8", "surrogateescape")
            shown.append("".join(f"\\x{byte:02x}" for byte in foreign))
    return "".join(shown)


def ssid_bytes(text: str) -> bytes:
    """The other way: the bytes that `ssid_text` showed."""
    parts: list[bytes] = []
    at = 0
    for match in _ESCAPED.finditer(text):
        parts.append(text[at : match.start()].encode())
        byte = match.group(1)
        parts.append(b"\\" if byte is None else bytes.fromhex(byte))
        at = match.end()
    return b"".join((*parts, text[at:].encode()))
