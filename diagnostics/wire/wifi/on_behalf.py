"""Networks that another one's beacon announces: Multiple BSSID (802.11-2020 9.4.2.45, 11.1.3.8)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from diagnostics.wire.wifi.elements import (
    EXTENSION,
    VENDOR,
    Elements,
    decode_pairs,
    numbered,
)

_SSID, _CAPABILITY, _INDEX, _MULTIPLE = 0, 83, 85, 71
_NOT_INHERITED = EXTENSION + 56
_Kind = int | bytes


class SpokenFor(msgspec.Struct, frozen=True, kw_only=True):
    bssid: str
    capability: int | None
    elements: Elements


def spoken_for(bssid: str, sender: bytes, decoded: Elements) -> Iterator[SpokenFor]:
    """Each network of the profiles, with what it takes over from its sender."""
    bits = decoded.bssid_bits
    if bits is None or not 1 <= bits <= 8 or len(bssid) != 17:
        return
    outer = list(numbered(sender)) if decoded.bssid_profiles else []
    for profile in decoded.bssid_profiles:
        pairs = list(numbered(profile))
        index = next((body[0] for number, body in pairs if number == _INDEX and body), 0)
        if not 0 < index < 1 << bits:
            continue
        capability = next((body for n, body in pairs if n == _CAPABILITY and len(body) == 2), None)
        yield SpokenFor(
            bssid=_moved(bssid, index, bits),
            capability=None if capability is None else int.from_bytes(capability, "little"),
            elements=decode_pairs(_with_inherited(outer, pairs)),
        )


def _moved(bssid: str, index: int, bits: int) -> str:
    """The low `bits` of the address counted on by `index`, without a carry."""
    value = int(bssid.replace(":", ""), 16)
    mask = (1 << bits) - 1
    return ((value & ~mask) | ((value + index) & mask)).to_bytes(6, "big").hex(":")


def _with_inherited(
    outer: list[tuple[int, bytes]], own: list[tuple[int, bytes]]
) -> list[tuple[int, bytes]]:
    """The sender's element where the profile has none of its kind; a name is never inherited."""
    closed: set[_Kind] = {_SSID, _MULTIPLE, *(_kind(*pair) for pair in own), *_refused(own)}
    return own + [pair for pair in outer if _kind(*pair) not in closed and pair[0] not in closed]


def _kind(number: int, body: bytes) -> _Kind:
    return body[:4] if number == VENDOR else number


def _refused(own: list[tuple[int, bytes]]) -> set[_Kind]:
    """The non-inheritance element: a list of plain, then of extension numbers (9.4.2.240)."""
    found: set[_Kind] = set()
    for number, body in own:
        if number == _NOT_INHERITED and body:
            size = body[0]
            found |= set(body[1 : 1 + size])
            more = body[1 + size :]
            found |= {EXTENSION + n for n in more[1 : 1 + more[0]]} if more else set()
    return found
