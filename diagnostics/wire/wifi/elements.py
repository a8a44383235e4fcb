"""Information elements of a beacon or probe response, bytes to one frozen struct.

Decoding never raises: what is cut off, contradicts its own length or does not exist is left
out and its number stands in `broken`. Of an element that may stand once the first counts, as
it does for supplicants. Element numbers: 802.11-2020 table 9-92 and its amendments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from diagnostics.wire.wifi import radio
from diagnostics.wire.wifi.cursor import Cursor, TruncatedError
from diagnostics.wire.wifi.security import Rsn, decode_rsn, decode_wpa
from diagnostics.wire.wifi.ssid import MOST_BYTES
from diagnostics.wire.wifi.wps import Wps, decode_wps

_T = TypeVar("_T")

#: Numbers of extension elements (255) stand behind those of plain ones in `broken`.
EXTENSION = 256
VENDOR = 221
_FRAGMENT = 242
_WPA = bytes.fromhex("0050f201")
_WMM = bytes.fromhex("0050f202")
_WPS = bytes.fromhex("0050f204")
_OWE_TRANSITION = bytes.fromhex("506f9a1c")
_RSN_OVERRIDE = bytes.fromhex("506f9a29")
#: A stub of a longer frame cannot hold more elements than this of two bytes each.
_MOST_ELEMENTS = 2048


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """`triplets`: first channel, number of channels, highest power in dBm."""

    code: str
    triplets: tuple[tuple[int, int, int], ...]


class Load(msgspec.Struct, frozen=True, kw_only=True):
    stations: int
    busy: int  # of 255


class Erp(msgspec.Struct, frozen=True, kw_only=True):
    legacy_present: bool
    protection: bool
    long_preamble: bool


class OweTransition(msgspec.Struct, frozen=True, kw_only=True):
    """The open network's pointer to its encrypted twin, or back."""

    bssid: str
    ssid: bytes


class ReducedNeighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the reduced neighbour report; `bssid` "" where only a hash is sent."""

    operating_class: int
    channel: int
    bssid: str


class Elements(msgspec.Struct, frozen=True, kw_only=True):
    """None: the frame does not have it (or it is in `broken`)."""

    ssid: bytes | None = None
    rates_bps: tuple[int, ...] = ()  # without rates of HT and newer
    direct_channel: int | None = None  # DS parameter set
    dtim_period: int | None = None
    country: Country | None = None
    load: Load | None = None
    erp: Erp | None = None
    rsn: Rsn | None = None
    rsn_override: Rsn | None = None
    wpa: Rsn | None = None
    ht: radio.HtAbility | None = None
    ht_use: radio.HtUse | None = None
    vht: radio.VhtAbility | None = None
    vht_use: radio.WideUse | None = None
    he: radio.HeAbility | None = None
    he_use: radio.HeUse | None = None
    eht: radio.HeAbility | None = None
    eht_use: radio.EhtUse | None = None
    extended_capabilities: bytes = b""
    mesh_id: bytes | None = None
    mobility_domain: bytes | None = None  # fast transition between access points
    neighbours: tuple[ReducedNeighbour, ...] = ()
    bssid_bits: int | None = None  # Multiple BSSID: so many low bits tell the BSSIDs apart
    bssid_profiles: tuple[bytes, ...] = ()  # elements of each network sent on behalf of
    wmm: bool = False
    wps: Wps | None = None
    owe_transition: OweTransition | None = None
    broken: tuple[int, ...] = ()
    cut: bool = False  # the frame ends within an element: more may have followed

    @property
    def bss_transition(self) -> bool:
        """802.11v: the access point can ask a station to move (extended capability 19)."""
        return len(self.extended_capabilities) > 2 and bool(self.extended_capabilities[2] & 8)


class _Parts:
    """The bodies by element number, in the order of the frame."""

    def __init__(self, pairs: Iterable[tuple[int, bytes]], broken: Iterable[int] = ()) -> None:
        self._bodies: dict[int, list[bytes]] = {}
        self.broken = list(broken)
        for number, body in pairs:
            self._bodies.setdefault(number, []).append(body)

    def all(self, number: int) -> list[bytes]:
        return self._bodies.get(number, [])

    def one(self, number: int, decode: Callable[[bytes], _T]) -> _T | None:
        bodies = self.all(number)
        return self.tried(number, bodies[0], decode) if bodies else None

    def each(self, number: int, decode: Callable[[bytes], _T]) -> list[_T]:
        tried = (self.tried(number, body, decode) for body in self.all(number))
        return [found for found in tried if found is not None]

    def vendor(self, kind: bytes, decode: Callable[[bytes], _T]) -> _T | None:
        for body in self.all(VENDOR):
            if body.startswith(kind):
                return self.tried(VENDOR, body[len(kind) :], decode)
        return None

    def tried(self, number: int, body: bytes, decode: Callable[[bytes], _T]) -> _T | None:
        try:
            return decode(body)
        except TruncatedError:
            self.broken.append(number)
            return None


def walk(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Number, body and whether it is whole; fragments (802.11-2020, 10.28.11) are put together."""
    cursor = Cursor(data)
    held: tuple[int, bytes, bool] | None = None
    last = 0
    for _ in range(_MOST_ELEMENTS):
        if cursor.left < 2:
            break
        number, size = cursor.number(), cursor.number()
        whole = size <= cursor.left
        body = cursor.take(min(size, cursor.left))
        if number == _FRAGMENT and held is not None and last == 255:
            held = (held[0], held[1] + body, whole)
        else:
            if held is not None:
                yield held
            held = (number, body, whole)
        last = size
    if held is not None:
        yield held


def numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The whole elements; those of number 255 as EXTENSION + their own number."""
    for number, body, whole in walk(data):
        if whole and (number != 255 or body):
            yield (EXTENSION + body[0], body[1:]) if number == 255 else (number, body)


def decode(data: bytes) -> Elements:
    cut = [number for number, body, whole in walk(data) if not (whole and (body or number != 255))]
    return decode_pairs(numbered(data), cut)


def decode_pairs(pairs: Iterable[tuple[int, bytes]], cut: Iterable[int] = ()) -> Elements:
    """Of elements as `numbered` gives them; `cut` are those that the frame does not hold whole."""
    cut = tuple(cut)
    parts = _Parts(pairs, cut)
    he = parts.one(EXTENSION + 35, radio.decode_he)
    return Elements(
        ssid=parts.one(0, _ssid),
        rates_bps=_rates(b"".join((*parts.all(1)[:1], *parts.all(50)[:1]))),
        direct_channel=parts.one(3, _first),
        dtim_period=parts.one(5, _dtim),
        country=parts.one(7, _country),
        load=parts.one(11, _load),
        erp=parts.one(42, _erp),
        rsn=parts.one(48, decode_rsn),
        rsn_override=parts.vendor(_RSN_OVERRIDE, decode_rsn),
        wpa=parts.vendor(_WPA, decode_wpa),
        ht=parts.one(45, radio.decode_ht),
        ht_use=parts.one(61, radio.decode_ht_use),
        vht=parts.one(191, radio.decode_vht),
        vht_use=parts.one(192, radio.decode_vht_use),
        he=he,
        he_use=parts.one(EXTENSION + 36, radio.decode_he_use),
        eht=parts.one(EXTENSION + 108, lambda body: radio.decode_eht(body, he)),
        eht_use=parts.one(EXTENSION + 106, radio.decode_eht_use),
        extended_capabilities=parts.one(127, bytes) or b"",
        mesh_id=parts.one(114, _ssid),
        mobility_domain=parts.one(54, lambda body: Cursor(body).take(2)),
        neighbours=tuple(row for rows in parts.each(201, _neighbours) for row in rows),
        bssid_bits=parts.one(71, _first),
        bssid_profiles=_profiles(parts.all(71)),
        wmm=parts.vendor(_WMM, bytes) is not None,
        wps=parts.vendor(_WPS, decode_wps),
        owe_transition=parts.vendor(_OWE_TRANSITION, _owe_transition),
        broken=tuple(sorted(set(parts.broken))),
        cut=bool(cut),
    )


def _ssid(body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise TruncatedError(f"an SSID has at most {MOST_BYTES} bytes")
    return body


def _first(body: bytes) -> int:
    return Cursor(body).number()


def _rates(body: bytes) -> tuple[int, ...]:
    """Steps of 500 kbit/s; 0x7b to 0x7f are not rates but demands on the station (table 9-93)."""
    steps = {byte & 0x7F for byte in body}
    return tuple(step * 500_000 for step in sorted(steps) if 0 < step <= 108)


def _dtim(body: bytes) -> int:
    cursor = Cursor(body)
    cursor.take(1)
    period = cursor.number()
    if not period:
        raise TruncatedError("a DTIM period of 0 is reserved")
    return period


def _country(body: bytes) -> Country:
    cursor = Cursor(body)
    code = cursor.take(3)[:2]
    if not code.isalnum() or not code.isascii():
        raise TruncatedError("the country is no pair of letters")
    triplets: list[tuple[int, int, int]] = []
    while cursor.left >= 3:
        first, count, power = cursor.take(3)
        if first < 201:  # from 201 on it is an operating triplet (9.4.2.8)
            triplets.append((first, count, power))
    return Country(code=code.decode("ascii").upper(), triplets=tuple(triplets))


def _load(body: bytes) -> Load:
    if len(body) not in (4, 5):  # 4: QBSS load version 1 of old Cisco access points
        raise TruncatedError("the BSS load has five bytes")
    cursor = Cursor(body)
    return Load(stations=cursor.number(2), busy=cursor.number())


def _erp(body: bytes) -> Erp:
    flags = _first(body)
    return Erp(
        legacy_present=bool(flags & 1), protection=bool(flags & 2), long_preamble=bool(flags & 4)
    )


def _owe_transition(body: bytes) -> OweTransition:
    cursor = Cursor(body)
    bssid = cursor.take(6).hex(":")
    return OweTransition(bssid=bssid, ssid=_ssid(cursor.take(cursor.number())))


def _neighbours(body: bytes) -> list[ReducedNeighbour]:
    cursor = Cursor(body)
    found: list[ReducedNeighbour] = []
    while cursor.left >= 4:
        header, operating_class, channel = cursor.number(2), cursor.number(), cursor.number()
        size = header >> 8
        for _ in range((header >> 4 & 0x0F) + 1):
            row = cursor.take(size)
            bssid = row[1:7].hex(":") if size >= 7 and not header & 3 else ""  # table 9-281a
            found.append(
                ReducedNeighbour(operating_class=operating_class, channel=channel, bssid=bssid)
            )
    return found


def _profiles(bodies: list[bytes]) -> tuple[bytes, ...]:
    """Non-transmitted profiles; one may go on in the next element (9.4.2.45)."""
    profiles: list[bytes] = []
    for body in bodies:
        for number, profile, whole in walk(body[1:]):
            if number != 0 or not whole:
                continue
            if profile[:1] == b"\x53" or not profiles:  # 83: the profile's capability begins it
                profiles.append(profile)
            else:
                profiles[-1] += profile
    return tuple(profiles)
