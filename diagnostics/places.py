"""The walk through the rooms: what was measured at each named place, and what follows from it.

No map is made and nothing is guessed between places: only a place that was measured is advised.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from diagnostics.air.limits import GOOD_DBM, WEAK_DBM
from diagnostics.air.radio import NO_FIGURE, radio_of
from diagnostics.evidence import Evidence
from diagnostics.place import MOST_PLACES, PlaceError, PlaceTaken
from diagnostics.readings.home import Gateway
from diagnostics.readings.wifi import Band
from diagnostics.result import Unmeasured

#: loss and delay to the router that calls begin to suffer from (thresholds.py: WiFi)
_LOSS_PERCENT, _LOST_MUCH = 1.0, 4.0
_LATE_MS, _VERY_LATE_MS = 25.0, 60.0
#: a repeater passes on what it gets: it wants a good signal itself, yet to be on the way out.
#: nearer to the router than that it brings little (judgement, after the makers' half-way rule)
_REPEATER_DBM = (-67.0, -48.0)


class PlaceLevel(StrEnum):
    UNKNOWN = "unknown"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


def place_from(evidence: Evidence, name: str, taken_at: str) -> PlaceTaken:
    """PlaceError where there is no WiFi link to measure."""
    radio = radio_of(evidence)
    if isinstance(radio, Unmeasured) or not radio.joined:
        raise PlaceError("This computer is not connected by WiFi; join your WiFi and try again.")
    gateway = evidence.value(Gateway)
    echoes = gateway if isinstance(gateway, Unmeasured) else gateway.echoes
    heard = not isinstance(echoes, Unmeasured) and echoes.received > 0
    return PlaceTaken(
        name=name,
        taken_at=taken_at,
        bssid=radio.link.bssid,
        band=radio.band,
        signal_dbm=radio.signal_dbm,
        rate_bps=radio.rate_bps,
        delay_ms=_silent(echoes) if isinstance(echoes, Unmeasured) else echoes.rtt_median_ms,
        loss_percent=echoes.loss_percent
        if heard and not isinstance(echoes, Unmeasured)
        else _silent(echoes),
    )


def _silent(echoes: object) -> Unmeasured:
    """A router that answers no echo at all tells nothing of loss."""
    return echoes if isinstance(echoes, Unmeasured) else NO_FIGURE


def with_place(places: Sequence[PlaceTaken], place: PlaceTaken) -> tuple[PlaceTaken, ...]:
    """A place taken again replaces itself; the order is that of the walk."""
    key = place.name.casefold()
    others = [one for one in places if one.name.casefold() != key]
    if len(others) >= MOST_PLACES:
        raise PlaceError(f"A walk has at most {MOST_PLACES} places.")
    if len(others) == len(places):
        return (*places, place)
    return tuple(place if one.name.casefold() == key else one for one in places)


def level_of(place: PlaceTaken) -> PlaceLevel:
    """By the worst of signal, loss and delay; unknown when none of them is told."""
    found = [
        one
        for one in (_by_signal(place), _by_loss(place), _by_delay(place))
        if one is not PlaceLevel.UNKNOWN
    ]
    order = (PlaceLevel.GOOD, PlaceLevel.FAIR, PlaceLevel.POOR)
    return max(found, key=order.index) if found else PlaceLevel.UNKNOWN


def _graded(value: float | Unmeasured, fair: float, poor: float) -> PlaceLevel:
    if isinstance(value, Unmeasured):
        return PlaceLevel.UNKNOWN
    if value <= fair:
        return PlaceLevel.GOOD
    return PlaceLevel.FAIR if value <= poor else PlaceLevel.POOR


def _by_signal(place: PlaceTaken) -> PlaceLevel:
    if isinstance(place.signal_dbm, Unmeasured):
        return PlaceLevel.UNKNOWN
    band = Band.GHZ_5 if isinstance(place.band, Unmeasured) else place.band
    return _graded(-place.signal_dbm, -GOOD_DBM, -WEAK_DBM[band])


def _by_loss(place: PlaceTaken) -> PlaceLevel:
    return _graded(place.loss_percent, _LOSS_PERCENT, _LOST_MUCH)


def _by_delay(place: PlaceTaken) -> PlaceLevel:
    return _graded(place.delay_ms, _LATE_MS, _VERY_LATE_MS)


def strength(place: PlaceTaken) -> float:
    """For ordering; a place without a signal comes last."""
    return -200.0 if isinstance(place.signal_dbm, Unmeasured) else place.signal_dbm


def best_of(places: Sequence[PlaceTaken]) -> PlaceTaken | None:
    """The place where WiFi is best: least trouble first, then the strongest signal."""
    order = (PlaceLevel.GOOD, PlaceLevel.FAIR, PlaceLevel.POOR, PlaceLevel.UNKNOWN)
    known = [one for one in places if level_of(one) is not PlaceLevel.UNKNOWN]
    return min(known, key=lambda one: (order.index(level_of(one)), -strength(one)), default=None)


def poor_of(places: Sequence[PlaceTaken]) -> tuple[PlaceTaken, ...]:
    return tuple(one for one in places if level_of(one) is PlaceLevel.POOR)


def repeater_place(places: Sequence[PlaceTaken]) -> PlaceTaken | None:
    """A place that still gets a good signal and is the furthest out of those.

    None when no poor place asks for one, or when no place measured is right for it.
    """
    if not poor_of(places):
        return None
    low, high = _REPEATER_DBM
    fit = [
        one
        for one in places
        if low <= strength(one) <= high and level_of(one) in (PlaceLevel.GOOD, PlaceLevel.FAIR)
    ]
    return min(fit, key=strength, default=None)
