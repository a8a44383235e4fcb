"""What a radio can do and does: HT, VHT, HE and EHT elements, and the rates that follow from them.

Sources: 802.11-2020 9.4.2.55 to 9.4.2.158 (HT, VHT), 802.11ax-2021 9.4.2.248 to 9.4.2.250,
802.11be-2024 9.4.2.311 to 9.4.2.313; rates from data tones and symbol times of clauses 19, 21,
27 and 36.
"""

from __future__ import annotations

import msgspec

from diagnostics.wire.wifi.cursor import Cursor

#: Data bits per tone and symbol of each MCS: bits of the constellation times code rate.
_BITS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 5.0, 6.0, 20 / 3, 7.5, 25 / 3, 9.0, 10.0)
#: Data tones per width in MHz.
_HT_TONES = {20: 52, 40: 108, 80: 234, 160: 468}
_HE_TONES = {20: 234, 40: 468, 80: 980, 160: 1960, 320: 3920}
_SHORT_SYMBOL_S = 3.6e-6  # 400 ns guard interval
_LONG_SYMBOL_S = 4.0e-6
_HE_SYMBOL_S = 13.6e-6  # 800 ns guard interval
_WIDTHS = (20, 40, 80, 160, 320)


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """Spatial streams and, per stream count from 1 up, the best MCS (-1: none)."""

    best_mcs: tuple[int, ...]

    @property
    def count(self) -> int:
        return max((n for n, mcs in enumerate(self.best_mcs, 1) if mcs >= 0), default=0)

    def rate_bps(self, tones: int, symbol_s: float) -> float:
        pairs = ((n, mcs) for n, mcs in enumerate(self.best_mcs, 1) if mcs >= 0)
        return max((n * _BITS[mcs] * tones / symbol_s for n, mcs in pairs), default=0.0)


class HtAbility(msgspec.Struct, frozen=True, kw_only=True):
    width_mhz: int
    short_guard_20: bool
    short_guard_40: bool
    streams: Streams

    def rate_bps(self, width_mhz: int) -> float:
        width = min(width_mhz, self.width_mhz)
        short = self.short_guard_40 if width == 40 else self.short_guard_20
        return self.streams.rate_bps(_HT_TONES[width], _SHORT_SYMBOL_S if short else _LONG_SYMBOL_S)


class VhtAbility(msgspec.Struct, frozen=True, kw_only=True):
    width_mhz: int
    short_guard_80: bool
    short_guard_160: bool
    streams: Streams
    share_at_160: float  # of the streams, where 160 MHz works with fewer (table 9-273)

    def rate_bps(self, width_mhz: int, ht: HtAbility | None) -> float:
        width = min(width_mhz, self.width_mhz)
        short = {
            20: ht is not None and ht.short_guard_20,
            40: ht is not None and ht.short_guard_40,
            80: self.short_guard_80,
            160: self.short_guard_160,
        }[width]
        count = int(self.streams.count * (self.share_at_160 if width == 160 else 1))
        allowed = enumerate(self.streams.best_mcs[:count], 1)
        streams = Streams(best_mcs=tuple(_vht_mcs(width, n, mcs) for n, mcs in allowed))
        return streams.rate_bps(_HT_TONES[width], _SHORT_SYMBOL_S if short else _LONG_SYMBOL_S)


def _vht_mcs(width_mhz: int, count: int, mcs: int) -> int:
    """MCS 9 does not exist where its bits fill no whole number of symbols (21.5)."""
    missing = (
        (width_mhz == 20 and count not in (3, 6))
        or (width_mhz == 80 and count == 6)
        or (width_mhz == 160 and count == 3)
    )
    return 8 if mcs == 9 and missing else mcs


class HeAbility(msgspec.Struct, frozen=True, kw_only=True):
    """HE or EHT: streams of each width that has a map of its own (80 stands for 80 and below)."""

    width_mhz: int
    maps: tuple[tuple[int, Streams], ...]

    @property
    def streams(self) -> Streams:
        return max((streams for _, streams in self.maps), key=lambda streams: streams.count)

    def rate_bps(self, width_mhz: int) -> float:
        """Rate at the width; a wide channel may be the slower one where it has fewer streams."""
        usable = [w for w in _WIDTHS if w <= min(width_mhz, self.width_mhz)]
        return max(
            self._map(width).rate_bps(_HE_TONES[width], _HE_SYMBOL_S) for width in usable or [20]
        )

    def _map(self, width_mhz: int) -> Streams:
        fitting = [streams for width, streams in self.maps if width_mhz <= width]
        return fitting[0] if fitting else Streams(best_mcs=())


class HtUse(msgspec.Struct, frozen=True, kw_only=True):
    """HT operation: `offset` +1 or -1 is the side of the second 20 MHz, 0 for none."""

    channel: int
    offset: int
    centre: int  # channel number of the VHT centre for radios with fewer streams at 160; 0 none
    legacy_protection: bool


class WideUse(msgspec.Struct, frozen=True, kw_only=True):
    """Width by code (0 is 20 or 40, 1 is 80, 2 is 160, 3 is 80+80 or 160) and centre channels."""

    code: int
    centre: int
    second: int


class SixUse(msgspec.Struct, frozen=True, kw_only=True):
    """6 GHz operation information: width code 0 to 3 is 20, 40, 80, 160 or 80+80."""

    channel: int
    code: int
    centre: int
    second: int


class HeUse(msgspec.Struct, frozen=True, kw_only=True):
    vht: WideUse | None
    six: SixUse | None
    colour: int  # BSS colour, 0 where it is off


class EhtUse(msgspec.Struct, frozen=True, kw_only=True):
    """EHT operation information: width code 0 to 4 is 20 to 320 MHz."""

    code: int
    centre: int
    second: int
    punctured: int  # a bit for each 20 MHz that is left out, lowest frequency first


def decode_ht(data: bytes) -> HtAbility:
    cursor = Cursor(data)
    info = cursor.number(2)
    cursor.take(1)
    mcs = cursor.take(10)
    # MCS 0 to 31 are eight for each of one to four streams (19.5); higher ones are unequal.
    best = tuple(max((b for b in range(8) if mask >> b & 1), default=-1) for mask in mcs[:4])
    return HtAbility(
        width_mhz=40 if info & 2 else 20,
        short_guard_20=bool(info & 0x20),
        short_guard_40=bool(info & 0x40),
        streams=Streams(best_mcs=best),
    )


def decode_ht_use(data: bytes) -> HtUse:
    cursor = Cursor(data)
    channel, first = cursor.number(), cursor.number()
    second = cursor.number(2)
    offset = {1: 1, 3: -1}.get(first & 3, 0) if first & 4 else 0
    return HtUse(
        channel=channel,
        offset=offset,
        centre=second >> 5 & 0xFF,
        legacy_protection=second & 3 in (1, 3),
    )


def decode_vht(data: bytes) -> VhtAbility:
    cursor = Cursor(data)
    info = cursor.number(4)
    mcs = cursor.number(2)
    whole, fewer = info >> 2 & 3, info >> 30 & 3
    return VhtAbility(
        width_mhz=160 if whole or fewer else 80,
        share_at_160=1.0 if whole else 0.75 if fewer == 3 else 0.5,
        short_guard_80=bool(info & 0x20),
        short_guard_160=bool(info & 0x40),
        streams=_pairs(mcs, (7, 8, 9)),
    )


def _pairs(mcs: int, best: tuple[int, int, int]) -> Streams:
    """Two bits for each of eight streams: the index of the best MCS, or 3 for none."""
    codes = (mcs >> 2 * n & 3 for n in range(8))
    return Streams(best_mcs=tuple(-1 if code == 3 else best[code] for code in codes))


def decode_vht_use(data: bytes) -> WideUse:
    cursor = Cursor(data)
    return WideUse(code=cursor.number(), centre=cursor.number(), second=cursor.number())


def decode_he(data: bytes) -> HeAbility:
    cursor = Cursor(data)
    cursor.take(6)
    wide = cursor.number() >> 1  # bits from here: 40 at 2.4 GHz, 80, 160, 80+80
    cursor.take(10)
    maps: list[tuple[int, Streams]] = []
    for width, there in ((80, True), (160, wide & 4)):
        if there:
            maps.append((width, _pairs(cursor.number(2), (7, 9, 11))))
            cursor.take(2)
    width = 160 if wide & 4 else 80 if wide & 2 else 40 if wide & 1 else 20
    return HeAbility(width_mhz=width, maps=tuple(maps))


def decode_he_use(data: bytes) -> HeUse:
    cursor = Cursor(data)
    parameters, colour = cursor.number(3), cursor.number()
    cursor.take(2)
    vht = decode_vht_use(cursor.take(3)) if parameters & 1 << 14 else None
    if parameters & 1 << 15:
        cursor.take(1)
    six = _six(Cursor(cursor.take(5))) if parameters & 1 << 17 else None
    return HeUse(vht=vht, six=six, colour=0 if colour & 0x80 else colour & 0x3F)


def _six(cursor: Cursor) -> SixUse:
    channel, control = cursor.number(), cursor.number()
    return SixUse(channel=channel, code=control & 3, centre=cursor.number(), second=cursor.number())


def decode_eht(data: bytes, he: HeAbility | None) -> HeAbility:
    """Its layout rests on the HE element of the same frame (802.11be 9.4.2.313.4)."""
    cursor = Cursor(data)
    cursor.take(2)
    physical = cursor.take(9)
    widest = 320 if physical[0] & 2 else he.width_mhz if he is not None else 80
    if widest == 20:
        # Four bytes: best MCS 7, 9, 11, 13, each with a nibble for receiving
        return HeAbility(width_mhz=20, maps=((80, _nibbles(cursor.take(4), (7, 9, 11, 13))),))
    widths = [80, *([160] if widest >= 160 else []), *([320] if widest == 320 else [])]
    maps = tuple((width, _nibbles(cursor.take(3), (9, 11, 13))) for width in widths)
    return HeAbility(width_mhz=widest, maps=maps)


def _nibbles(data: bytes, best: tuple[int, ...]) -> Streams:
    """Each byte: how many streams (low nibble: receiving) go up to that MCS."""
    counts = [(min(byte & 0x0F, 8), mcs) for byte, mcs in zip(data, best, strict=True)]
    return Streams(
        best_mcs=tuple(
            max((mcs for count, mcs in counts if n <= count), default=-1) for n in range(1, 9)
        )
    )


def decode_eht_use(data: bytes) -> EhtUse | None:
    """None where the element tells nothing beyond the HE operation."""
    cursor = Cursor(data)
    parameters = cursor.number()
    cursor.take(4)
    if not parameters & 1:
        return None
    control, centre, second = cursor.number(), cursor.number(), cursor.number()
    punctured = cursor.number(2) if parameters & 2 else 0
    return EhtUse(code=control & 7, centre=centre, second=second, punctured=punctured)
