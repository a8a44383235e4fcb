"""Channel numbers and frequencies (802.11-2020 annex E, 802.11ax-2021 27.3.23.2)."""

from __future__ import annotations

from diagnostics.readings.wifi import Band

#: Primary 20 MHz channels that may stand in the air; 5 GHz also has 20 MHz steps from 149 on.
_FIVE = frozenset((*range(32, 69, 4), *range(96, 145, 4), *range(149, 178, 4)))
_SIX = frozenset((2, *range(1, 234, 4)))
#: Japan's 4.9 GHz channels, joined to 5 GHz by every system.
_JAPAN = frozenset((184, 188, 192, 196))


def band_of(frequency_mhz: float) -> Band | None:
    if 2400 <= frequency_mhz <= 2495:
        return Band.GHZ_2_4
    if 4900 <= frequency_mhz < 5925:
        return Band.GHZ_5
    if 5925 <= frequency_mhz <= 7125:
        return Band.GHZ_6
    return None


def channel_number(frequency_mhz: int) -> int | None:
    """Number of the 5 MHz step, also for centres of wide channels; None outside the bands."""
    band = band_of(frequency_mhz)
    if band is Band.GHZ_2_4:
        if frequency_mhz == 2484:
            return 14
        number, left = divmod(frequency_mhz - 2407, 5)
    elif band is Band.GHZ_5:
        base = 4000 if frequency_mhz < 5000 else 5000
        number, left = divmod(frequency_mhz - base, 5)
    elif band is Band.GHZ_6:
        if frequency_mhz == 5935:
            return 2
        number, left = divmod(frequency_mhz - 5950, 5)
    else:
        return None
    return number if not left and number > 0 else None


def frequency_of(number: int, band: Band) -> int:
    """Middle of the 5 MHz step in MHz; also for centres of wide channels."""
    if band is Band.GHZ_2_4:
        return 2484 if number == 14 else 2407 + 5 * number
    if band is Band.GHZ_5:
        return (4000 if number in _JAPAN else 5000) + 5 * number
    return 5935 if number == 2 else 5950 + 5 * number


def is_primary(number: int, band: Band) -> bool:
    """Whether a 20 MHz channel of that number exists."""
    if band is Band.GHZ_2_4:
        return 1 <= number <= 14
    return number in (_FIVE | _JAPAN if band is Band.GHZ_5 else _SIX)


def band_of_number(number: int) -> Band | None:
    """Band where only 2.4 and 5 GHz can be meant; 6 GHz uses the same numbers again."""
    if 1 <= number <= 14:
        return Band.GHZ_2_4
    return Band.GHZ_5 if is_primary(number, Band.GHZ_5) else None
