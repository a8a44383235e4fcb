"""Where a network sends: primary channel, width and centre, from its elements and the radio's word.

An element is a claim. It counts where it fits the frequency on which the frame was heard, and
a width counts where its middle lies on the raster around the primary channel; else the next
older element does, down to plain 20 MHz.
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.readings.wifi import Band, Channel
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.elements import Elements
from diagnostics.wire.wifi.frequencies import (
    band_of,
    band_of_number,
    channel_number,
    frequency_of,
    is_primary,
)
from diagnostics.wire.wifi.radio import WideUse

_Width = tuple[int, int, int]  # width, centre, second centre in MHz


def channel_of(elements: Elements, frequency_mhz: int | Unmeasured) -> Channel | Unmeasured:
    """`frequency_mhz`: where the radio heard it, Unmeasured where nobody says."""
    primary = _primary(elements, frequency_mhz)
    if primary is None:
        return Unmeasured(Reason.NOT_SUPPORTED, "neither radio nor elements tell the channel")
    number, band = primary
    frequency = frequency_of(number, band)
    width, centre, second = next(
        (found for found in _widths(elements, frequency, band) if _fits(found, frequency)),
        (20, frequency, 0),
    )
    return Channel(
        number=number,
        band=band,
        width_mhz=width,
        frequency_mhz=frequency,
        centre_mhz=centre,
        second_centre_mhz=second,
    )


def _primary(elements: Elements, heard: int | Unmeasured) -> tuple[int, Band] | None:
    if isinstance(heard, Unmeasured):
        return _claimed(elements)
    band, number = band_of(heard), channel_number(heard)
    if band is None or number is None:
        return None
    claim = _claimed(elements)
    if claim is not None and claim[1] is band:
        reach = 20 if band is Band.GHZ_2_4 else 80 if band is Band.GHZ_6 else 0
        # 2.4 GHz frames are heard on the channels beside (the reason for the DS parameter set);
        # 6 GHz access points may repeat a beacon on each 20 MHz of their width.
        if abs(frequency_of(*claim) - heard) <= reach:
            return claim
    return number, band


def _claimed(elements: Elements) -> tuple[int, Band] | None:
    six = elements.he_use.six if elements.he_use is not None else None
    if six is not None and elements.ht_use is None and is_primary(six.channel, Band.GHZ_6):
        return six.channel, Band.GHZ_6
    told = elements.ht_use.channel if elements.ht_use is not None else 0
    for number in (elements.direct_channel or 0, told):
        band = band_of_number(number)
        if band is not None:
            return number, band
    return None


def _widths(elements: Elements, primary: int, band: Band) -> Iterator[_Width]:
    """Newest element first."""
    eht = elements.eht_use
    if eht is not None and eht.code <= 4:
        yield from _coded((20, 40, 80, 160, 320)[eht.code], eht.centre, eht.second, band)
    he = elements.he_use
    if he is not None and he.six is not None and band is Band.GHZ_6:
        yield from _coded((20, 40, 80, 160)[he.six.code], he.six.centre, he.six.second, band)
    if band is Band.GHZ_5:
        if he is not None and he.vht is not None:
            yield from _vht(he.vht, 0, band)
        if elements.vht_use is not None:
            narrow = elements.ht_use.centre if elements.ht_use is not None else 0
            yield from _vht(elements.vht_use, narrow, band)
    ht = elements.ht_use
    if ht is not None and ht.offset and band is not Band.GHZ_6:
        yield 40, primary + 10 * ht.offset, 0


def _coded(width: int, centre: int, second: int, band: Band) -> Iterator[_Width]:
    """Of a pair of centres the second is that of the whole width, or of the other half."""
    if width <= 80:
        yield width, frequency_of(centre, band), 0
    elif abs(second - centre) in (8, 16):  # half of 160 or of 320 MHz, in channel numbers
        yield width, frequency_of(second, band), 0
    elif width == 160 and second and centre:
        yield 160, frequency_of(centre, band), frequency_of(second, band)


def _vht(use: WideUse, narrow: int, band: Band) -> Iterator[_Width]:
    """802.11-2020 table 9-274; codes 2 and 3 are how it was written before 2016."""
    second = use.second or narrow
    if use.code == 2:
        yield 160, frequency_of(use.centre, band), 0
    elif use.code in (1, 3) and second:
        yield from _coded(160, use.centre, second, band)
    if use.code in (1, 3):
        yield 80, frequency_of(use.centre, band), 0


def _fits(found: _Width, primary: int) -> bool:
    width, centre, second = found
    half = 40 if second else width // 2
    if second and abs(second - centre) <= 80:
        return False
    return abs(primary - centre) <= half - 10 and (primary - centre + half - 10) % 20 == 0
