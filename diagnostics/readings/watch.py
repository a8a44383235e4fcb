"""Echoes through the whole check: short complete drops, and where they begin."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import Address
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.load import PlaceKind
from diagnostics.result import NOT_RUN, Reading, Unmeasured


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch without any answer, in seconds since the watch began."""

    start_s: float
    duration_s: float


class WatchedPlace(msgspec.Struct, frozen=True, kw_only=True):
    place: PlaceKind
    address: Address
    sent: int
    received: int
    drops: tuple[Drop, ...]
    #: the echoes before any load of ours; gateway, path and anchors take them into their own series
    idle: EchoSeries | Unmeasured = NOT_RUN


class Watch(Reading, frozen=True, kw_only=True):
    """One place a row, watched from the beginning of the check to its end, load included."""

    PROBE: ClassVar[str] = "watch"
    duration_s: float
    places: tuple[WatchedPlace, ...]
    #: link went away and came back (carrier changes of the active interface)
    link_drops: int | Unmeasured
