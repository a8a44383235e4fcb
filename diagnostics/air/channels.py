"""Where channels lie: numbers, frequencies, widths, and what a regulatory domain lets be used.

Numbers and blocks are those of IEEE 802.11-2020, annex E (2.4 and 5 GHz), and 802.11ax-2021 and
802.11be for 6 GHz.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics.readings.wifi import Ability, Band, Channel
from diagnostics.result import Unmeasured

#: channels at 2.4 GHz that do not overlap each other (22 MHz DSSS and 20 MHz OFDM masks)
CLEAR_AT_2_4 = (1, 6, 11)
#: primary channels of 20 MHz at 5 GHz, in blocks that may be bonded
_FIVE = (*range(36, 65, 4), *range(100, 145, 4), *range(149, 178, 4))
#: middles of the bonded channels at 5 GHz, as channel numbers, by width
_FIVE_CENTRES = {
    20: _FIVE,
    40: (38, 46, 54, 62, 102, 110, 118, 126, 134, 142, 151, 159, 167, 175),
    80: (42, 58, 106, 122, 138, 155, 171),
    160: (50, 114, 163),
}
#: at 6 GHz channels begin at 1 (5955 MHz) and blocks follow each other without a gap
_SIX_FIRST, _SIX_LAST = 1, 233
_SIX_BASE_MHZ, _FIVE_BASE_MHZ, _TWO_BASE_MHZ = 5950, 5000, 2407
#: without word of the domain: allowed for access points in every one of them (ITU-R M.1450)
EVERYWHERE_AT_5 = frozenset({36, 40, 44, 48})
#: DFS by default (FCC 47 CFR 15.407, ETSI EN 301 893): 5250-5350 and 5470-5725 MHz
_RADAR_MHZ = ((5250, 5350), (5470, 5725))
#: weather radar: ten minutes of listening before the first frame (EN 301 893, 4.2.6.2.2)
_WEATHER_MHZ = (5600, 5650)


@dataclass(frozen=True)
class Lane:
    """A channel as a stretch of spectrum: primary 20 MHz and the whole width, MHz."""

    band: Band
    number: int
    primary_mhz: int
    centre_mhz: float
    width_mhz: int

    @property
    def low_mhz(self) -> float:
        return self.centre_mhz - self.width_mhz / 2

    @property
    def high_mhz(self) -> float:
        return self.centre_mhz + self.width_mhz / 2

    def shares_with(self, other: Lane) -> float:
        """Part (0 to 1) of the other's width that lies inside this one."""
        common = min(self.high_mhz, other.high_mhz) - max(self.low_mhz, other.low_mhz)
        return max(common, 0.0) / other.width_mhz

    def narrowed(self, width_mhz: int) -> Lane:
        """The same primary in the narrower channel of this band that holds it."""
        if width_mhz >= self.width_mhz:
            return self
        return lane_of(self.band, self.number, width_mhz) or self


def frequency_of(band: Band, number: int) -> int:
    """Middle of a 20 MHz channel, MHz (802.11-2020, 17.3.8.4.2 and annex E)."""
    if band is Band.GHZ_2_4:
        return 2484 if number == 14 else _TWO_BASE_MHZ + 5 * number
    return (_FIVE_BASE_MHZ if band is Band.GHZ_5 else _SIX_BASE_MHZ) + 5 * number


def centre_of(band: Band, number: int, width_mhz: int) -> float | None:
    """Middle of the bonded channel that holds this primary; None where none is defined."""
    if width_mhz == 20:
        return float(frequency_of(band, number))
    if band is Band.GHZ_5:
        half = width_mhz / 2 - 10
        for middle in _FIVE_CENTRES.get(width_mhz, ()):
            if abs(5 * middle - 5 * number) <= half:
                return float(frequency_of(band, middle))
        return None
    if band is Band.GHZ_6:
        step = width_mhz // 5
        first = _SIX_FIRST + (number - _SIX_FIRST) // step * step
        middle = first + step / 2 - 2
        return _SIX_BASE_MHZ + 5 * middle if first + step - 4 <= _SIX_LAST else None
    # 40 MHz at 2.4 GHz: the second channel above, or below for the upper half of the band
    return frequency_of(band, number) + (10 if number <= 7 else -10) if width_mhz == 40 else None


def lane_of(band: Band, number: int, width_mhz: int) -> Lane | None:
    centre = centre_of(band, number, width_mhz)
    if centre is None:
        return None
    return Lane(band, number, frequency_of(band, number), centre, width_mhz)


def band_of(frequency_mhz: int) -> Band:
    if frequency_mhz < 3000:
        return Band.GHZ_2_4
    return Band.GHZ_5 if frequency_mhz < 5935 else Band.GHZ_6


def lane_from(channel: Channel) -> Lane | None:
    """A channel as it was read; width 20 MHz where the system does not tell more."""
    frequency = channel.frequency_mhz
    band = channel.band
    if isinstance(band, Unmeasured):
        if isinstance(frequency, Unmeasured):
            # channels 1 to 14 also exist at 6 GHz; without frequency they are 2.4 GHz's
            band = Band.GHZ_2_4 if channel.number <= 14 else Band.GHZ_5
        else:
            band = band_of(frequency)
    width = 20 if isinstance(channel.width_mhz, Unmeasured) else max(channel.width_mhz, 20)
    primary = frequency_of(band, channel.number)
    centre = channel.centre_mhz
    if isinstance(centre, Unmeasured) or not _holds(centre, width, primary):
        return lane_of(band, channel.number, width) or lane_of(band, channel.number, 20)
    return Lane(band, channel.number, primary, float(centre), width)


def _holds(centre_mhz: int, width_mhz: int, primary_mhz: int) -> bool:
    return abs(centre_mhz - primary_mhz) <= width_mhz / 2


def twenties(lane: Lane) -> tuple[int, ...]:
    """Middles of the 20 MHz channels that a wide one is made of, MHz."""
    if lane.band is Band.GHZ_2_4:
        return (lane.primary_mhz,)
    first = round(lane.low_mhz) + 10
    return tuple(first + 20 * step for step in range(lane.width_mhz // 20))


def is_radar(lane: Lane, ability: Ability | Unmeasured) -> bool:
    """Whether an access point there has to make way for radar."""
    told = isinstance(ability, Unmeasured) or isinstance(ability.radar_mhz, Unmeasured)
    if not told and not isinstance(ability, Unmeasured):
        radar = ability.radar_mhz
        return not isinstance(radar, Unmeasured) and bool(set(radar) & set(twenties(lane)))
    return any(lane.low_mhz < high and lane.high_mhz > low for low, high in _RADAR_MHZ)


def is_weather_radar(lane: Lane) -> bool:
    return lane.low_mhz < _WEATHER_MHZ[1] and lane.high_mhz > _WEATHER_MHZ[0]


def is_allowed(lane: Lane, ability: Ability | Unmeasured) -> bool:
    """By the adapter's regulatory domain; without word of it only what every domain allows."""
    forbidden = ability if isinstance(ability, Unmeasured) else ability.forbidden_mhz
    if isinstance(forbidden, Unmeasured):
        if lane.band is Band.GHZ_5:
            return {(mhz - _FIVE_BASE_MHZ) // 5 for mhz in twenties(lane)} <= EVERYWHERE_AT_5
        return lane.band is Band.GHZ_2_4 and lane.number <= 11
    return not set(forbidden) & set(twenties(lane))


def primaries(band: Band) -> Iterable[int]:
    """Primary channels worth advising: 2.4 GHz the clear ones, 6 GHz the preferred scanning ones.

    Preferred scanning channels: 802.11ax-2021, 26.17.2.3.3; other clients may not find the rest.
    """
    if band is Band.GHZ_2_4:
        return CLEAR_AT_2_4
    return _FIVE if band is Band.GHZ_5 else range(5, _SIX_LAST, 16)


def candidates(
    band: Band, widths: Iterable[int], ability: Ability | Unmeasured
) -> tuple[Lane, ...]:
    """Every channel of the band and these widths that may be used, in order of number."""
    found: list[Lane] = []
    for width in widths:
        if band is Band.GHZ_2_4 and width > 20:
            continue  # 20/40 coexistence (802.11-2020, 11.15) leaves no room for 40 MHz there
        for number in primaries(band):
            lane = lane_of(band, number, width)
            if lane is not None and is_allowed(lane, ability):
                found.append(lane)
    return tuple(found)
