"""One place of the walk through the rooms, as it is kept with a Run. Types alone, no work."""

from __future__ import annotations

import msgspec

from diagnostics.private import FreeText, Mac
from diagnostics.readings.wifi import Band
from diagnostics.result import Unmeasured

#: a name longer than that is a text, not a room
LONGEST_NAME = 40
MOST_PLACES = 40


class PlaceTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What the radio and the way to the router gave at one place; figures are of some seconds."""

    name: FreeText
    taken_at: str  # RFC 3339
    bssid: Mac | Unmeasured
    band: Band | Unmeasured
    signal_dbm: float | Unmeasured
    rate_bps: float | Unmeasured
    delay_ms: float | Unmeasured
    loss_percent: float | Unmeasured


class PlaceError(ValueError):
    """A place that cannot be taken; the message is one sentence for the person."""


def tidy_name(text: str) -> str:
    """One line without control characters; PlaceError for an empty or overlong one."""
    name = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    if not name:
        raise PlaceError("Give the place a name, such as: kitchen.")
    if len(name) > LONGEST_NAME:
        raise PlaceError(f"Give the place a name of at most {LONGEST_NAME} letters.")
    return name
