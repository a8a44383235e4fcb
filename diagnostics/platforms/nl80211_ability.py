"""What an adapter can do, from the kernel's description of the radio (NL80211_ATTR_WIPHY_BANDS)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import msgspec

from diagnostics.platforms.nl80211 import Attribute, Message, attributes, in_order, number
from diagnostics.readings.wifi import Ability, Band, Generation
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.cursor import TruncatedError
from diagnostics.wire.wifi.radio import (
    HeAbility,
    HtAbility,
    VhtAbility,
    decode_eht,
    decode_he,
    decode_ht,
    decode_vht,
)

_BANDS = {0: Band.GHZ_2_4, 1: Band.GHZ_5, 3: Band.GHZ_6}  # NL80211_BAND_*
_FREQUENCIES, _RATES, _HT_MCS, _HT, _VHT_MCS, _VHT, _BY_TYPE = 1, 2, 3, 4, 7, 8, 9
_STATION = 2  # NL80211_IFTYPE_STATION
_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the driver does not tell")
_WORLD = Unmeasured(Reason.NOT_SUPPORTED, "the adapter has been told no country")
_WIDEST_MHZ = {Band.GHZ_2_4: 40, Band.GHZ_5: 160, Band.GHZ_6: 320}


class Frequency(msgspec.Struct, frozen=True, kw_only=True):
    mhz: int
    forbidden: bool
    radar: bool


class BandRow(msgspec.Struct, frozen=True, kw_only=True):
    """One band; None: the adapter has no such ability there."""

    band: Band
    frequencies: tuple[Frequency, ...] = ()
    best_legacy_bps: float = 0.0
    ht: HtAbility | None = None
    vht: VhtAbility | None = None
    he: HeAbility | None = None
    eht: HeAbility | None = None

    @property
    def usable(self) -> bool:
        return any(not frequency.forbidden for frequency in self.frequencies)

    @property
    def width_mhz(self) -> int:
        widths = [x.width_mhz for x in (self.ht, self.vht, self.he, self.eht) if x is not None]
        return min(_WIDEST_MHZ[self.band], max(widths, default=20))

    @property
    def streams(self) -> int:
        able = [x.streams.count for x in (self.ht, self.vht, self.he, self.eht) if x is not None]
        return max(able, default=1)

    @property
    def generation(self) -> Generation:
        shown = (
            (self.eht, Generation.BE),
            (self.he, Generation.AX),
            (None if self.band is Band.GHZ_2_4 else self.vht, Generation.AC),
            (self.ht, Generation.N),
        )
        for ability, generation in shown:
            if ability is not None:
                return generation
        if self.band is Band.GHZ_5:
            return Generation.A
        return Generation.G if self.best_legacy_bps > 11_000_000 else Generation.B

    @property
    def max_rate_bps(self) -> float:
        width = self.width_mhz
        rates = [self.best_legacy_bps]
        rates += [x.rate_bps(width) for x in (self.ht, self.he, self.eht) if x is not None]
        if self.vht is not None and self.band is not Band.GHZ_2_4:
            rates.append(self.vht.rate_bps(width, self.ht))
        return max(rates)


def ability(messages: Iterable[Message], country: str | Unmeasured) -> Ability:
    """From all parts of the dump: kernels since 3.10 split the description of one radio."""
    rows = bands(messages)
    usable = [row for row in rows if row.usable]
    told = [frequency for row in rows for frequency in row.frequencies]
    order = list(Generation)
    return Ability(
        bands=tuple(row.band for row in usable) or _NOT_TOLD,
        generation=max((r.generation for r in usable), key=order.index, default=_NOT_TOLD),
        streams=max((r.streams for r in usable), default=_NOT_TOLD),
        width_mhz=max((r.width_mhz for r in usable), default=_NOT_TOLD),
        max_rate_bps=max((r.max_rate_bps for r in usable), default=_NOT_TOLD),
        country=country,
        forbidden_mhz=tuple(f.mhz for f in told if f.forbidden) if told else _NOT_TOLD,
        radar_mhz=tuple(f.mhz for f in told if f.radar) if told else _NOT_TOLD,
    )


def country_of(message: Message) -> str | Unmeasured:
    """Alphabetic code; digits stand for the world's least common domain and for mixtures."""
    code = message.attributes.get(Attribute.COUNTRY, b"").rstrip(b"\0")
    return code.decode("ascii") if code.isalpha() and code.isascii() else _WORLD


def bands(messages: Iterable[Message]) -> list[BandRow]:
    parts: dict[int, dict[int, bytes]] = {}
    for message in messages:
        for index, content in in_order(message.attributes.get(Attribute.BANDS, b"")):
            known = parts.setdefault(index, {})
            for kind, value in in_order(content):
                # the list of channels comes one channel a message
                known[kind] = known.get(kind, b"") + value if kind == _FREQUENCIES else value
    return [_band(_BANDS[index], parts[index]) for index in sorted(parts) if index in _BANDS]


def _band(band: Band, parts: dict[int, bytes]) -> BandRow:
    steps = [number(attributes(row).get(1)) or 0 for _, row in in_order(parts.get(_RATES, b""))]
    he, eht = _newest(parts.get(_BY_TYPE, b""))
    return BandRow(
        band=band,
        frequencies=tuple(_frequencies(parts.get(_FREQUENCIES, b""))),
        best_legacy_bps=max(steps, default=0) * 100_000.0,
        ht=_ht(parts),
        vht=_vht(parts),
        he=he,
        eht=eht,
    )


def _frequencies(content: bytes) -> list[Frequency]:
    found: list[Frequency] = []
    for _, row in in_order(content):
        told = attributes(row)
        mhz = number(told.get(1))
        if mhz is not None:
            found.append(Frequency(mhz=mhz, forbidden=2 in told, radar=5 in told))
    return found


def _ht(parts: dict[int, bytes]) -> HtAbility | None:
    """As the element has it: capabilities, A-MPDU parameters, MCS set."""
    info, mcs = number(parts.get(_HT)), parts.get(_HT_MCS)
    if info is None or mcs is None:
        return None
    try:
        return decode_ht(struct.pack("<HB", info, 0) + mcs)
    except TruncatedError:
        return None


def _vht(parts: dict[int, bytes]) -> VhtAbility | None:
    info, mcs = number(parts.get(_VHT)), parts.get(_VHT_MCS)
    if info is None or mcs is None:
        return None
    try:
        return decode_vht(struct.pack("<I", info) + mcs)
    except TruncatedError:
        return None


def _newest(content: bytes) -> tuple[HeAbility | None, HeAbility | None]:
    """HE and EHT as a station: the driver tells them for each kind of interface."""
    for _, row in in_order(content):
        told = attributes(row)
        if _STATION not in attributes(told.get(1, b"")):
            continue
        try:
            he = decode_he(told.get(2, b"") + told.get(3, b"") + told.get(4, b""))
            eht = decode_eht(told[8] + told[9] + told[10], he) if 10 in told else None
        except (TruncatedError, KeyError):
            return None, None
        return he, eht
    return None, None
