"""How much of a channel's time others take, and what is left: an expected share, not a count.

A network counts by how loud it is here, how wide it is and how much it talks. It makes us wait
(share of time) where our radio hears it, and spoils frames (share of time) where it is heard but
not understood. What it talks comes from the best witness: the adapter's survey of the channel,
an access point's BSS load, else beacons and the habits of homes. Each has its own uncertainty.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.air.channels import Lane
from diagnostics.readings.wifi import Band

#: preamble of 20 MHz is heard from here (802.11-2020, 17.3.10.6: at the latest); real radios hear
#: some dB more, so half of all frames are taken as heard at this power
_HEARD_DBM, _HEARD_WIDTH_DB = -86.0, 2.5
#: energy without a preamble makes a radio wait from here (same clause)
_ENERGY_DBM, _ENERGY_WIDTH_DB = -62.0, 2.5
#: DSSS and OFDM of another channel fall off outside their width (spectral masks, 802.11-2020
#: 15.4.4.5 and 17.3.9.3): 20 dB at 11 MHz from the middle, 28 at 20 MHz, 40 at 30 MHz
_MASK = ((0.0, 0.0), (9.0, 0.0), (11.0, 20.0), (20.0, 28.0), (30.0, 40.0))
#: habits, from Biswas et al. 2015 (SIGCOMM): half of the access points see 20 % and more of
#: 2.4 GHz busy with dozens of networks near, hence some per cent for each that is heard; at
#: 5 GHz far less. Beacons come on top: 2.5 ms each 102.4 ms at 1 Mbit/s, 0.4 ms at 6 Mbit/s
_HABIT = {Band.GHZ_2_4: 0.06, Band.GHZ_5: 0.03, Band.GHZ_6: 0.03}
_BEACONS = {Band.GHZ_2_4: 0.02, Band.GHZ_5: 0.004, Band.GHZ_6: 0.004}
#: how far each witness may be off, as a share of air time (judgement): the channel in use was
#: counted all along; a scan listens a tenth of a second; another access point hears other rooms
SURVEY_HERE_SD, SURVEY_SCAN_SD, BSS_LOAD_SD = 0.04, 0.15, 0.10
#: habits tell little: one home streams, the next one sleeps; beside another witness they only
#: keep it from the extremes
_HABIT_SD_EACH, _HABIT_SD_LEAST, _HABIT_SD_BESIDE = 0.12, 0.05, 0.30
_HABIT_SD_MOST = 0.25
MOST_BUSY = 0.97


@dataclass(frozen=True)
class Neighbour:
    """Another network as it is heard here. `load` is its channel's busy share, NaN if untold."""

    lane: Lane
    signal_dbm: float
    load: float = math.nan


@dataclass(frozen=True)
class Witness:
    """Busy share of one 20 MHz channel by the adapter's own count, our traffic taken out."""

    frequency_mhz: int
    busy: float
    here: bool  # the channel in use, counted all along


@dataclass(frozen=True)
class Share:
    """`busy`: expected share of time that others hold the channel, `sd` its uncertainty;

    `spoilt`: share of time in which frames are hit by what is heard and not understood.
    `measured`: a survey or a BSS load stands behind it, not habits alone.
    """

    busy: float
    sd: float
    spoilt: float
    heard: int
    measured: bool

    @property
    def taken(self) -> float:
        """Time that is not ours to use: others hold the channel, or spoil what is sent."""
        return 1 - (1 - self.busy) * (1 - self.spoilt)

    @property
    def free(self) -> float:
        """What a station that wants all gets: the rest, but never less than its turn.

        With n others who always want to send, each gets 1/(n+1) (Bianchi 2000); what is no
        WiFi takes no turns.
        """
        turn = 1 / (2 + max(self.busy * self.heard - 1, 0.0)) if self.heard else 0.0
        return max(1 - self.busy, turn) * (1 - self.spoilt)


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -40.0), 40.0)))


def leaks_db(away_mhz: float) -> float:
    """How much weaker a 20 MHz signal is, so far from its middle (spectral mask)."""
    for (near, small), (far, large) in itertools.pairwise(_MASK):
        if away_mhz <= far:
            return small + (large - small) * (away_mhz - near) / (far - near)
    return 60.0


def power_in(lane: Lane, neighbour: Neighbour) -> float:
    """Power (dBm) of the neighbour inside this lane."""
    common = min(lane.high_mhz, neighbour.lane.high_mhz)
    common -= max(lane.low_mhz, neighbour.lane.low_mhz)
    if common > 0:
        return neighbour.signal_dbm + 10 * math.log10(min(common / neighbour.lane.width_mhz, 1.0))
    edges = max(neighbour.lane.low_mhz - lane.high_mhz, lane.low_mhz - neighbour.lane.high_mhz)
    return (
        neighbour.signal_dbm - leaks_db(edges + 10) - 10 * math.log10(neighbour.lane.width_mhz / 20)
    )


def same_raster(lane: Lane, neighbour: Neighbour) -> bool:
    """Its preamble (sent in each 20 MHz of its width) can be read in our primary channel."""
    if lane.band is Band.GHZ_2_4:
        return abs(lane.primary_mhz - neighbour.lane.primary_mhz) < 5 or (
            neighbour.lane.width_mhz == 40
            and neighbour.lane.low_mhz < lane.primary_mhz - 7
            and neighbour.lane.high_mhz > lane.primary_mhz + 7
            and abs(lane.primary_mhz - neighbour.lane.primary_mhz) == 20
        )
    return neighbour.lane.low_mhz <= lane.primary_mhz - 10 + 1 and (
        neighbour.lane.high_mhz >= lane.primary_mhz + 10 - 1
    )


def is_heard(lane: Lane, neighbour: Neighbour) -> float:
    """How surely (0 to 1) our radio waits while the neighbour sends."""
    if neighbour.lane.band is not lane.band:
        return 0.0
    energy = logistic((power_in(lane, neighbour) - _ENERGY_DBM) / _ENERGY_WIDTH_DB)
    if not same_raster(lane, neighbour):
        return energy
    return max(logistic((neighbour.signal_dbm - _HEARD_DBM) / _HEARD_WIDTH_DB), energy)


def spoils(lane: Lane, neighbour: Neighbour, signal_dbm: float) -> float:
    """How surely a frame to us is lost while the neighbour sends and we do not wait for it.

    Half of all frames go when it is 12 dB below our own signal (middle steps of rate need that).
    """
    if neighbour.lane.band is not lane.band or same_raster(lane, neighbour):
        return 0.0
    power = power_in(lane, neighbour)
    return logistic((power - (signal_dbm - 12)) / 3) * (1 - is_heard(lane, neighbour))


def talks(neighbour: Neighbour) -> float:
    """Share of time that it sends by itself, when nothing but its beacons tells."""
    return _BEACONS[neighbour.lane.band] + _HABIT[neighbour.lane.band]


def _together(shares: Sequence[float]) -> float:
    """Time taken by several who talk independently of each other."""
    return 1 - math.prod(1 - share for share in shares)


@dataclass(frozen=True)
class _Estimate:
    value: float
    sd: float


def _weighed(estimates: Sequence[_Estimate]) -> _Estimate:
    """By inverse variance; witnesses of one channel are taken as independent."""
    weights = [1 / one.sd**2 for one in estimates]
    total = sum(weights)
    mean = sum(one.value * weight for one, weight in zip(estimates, weights, strict=True)) / total
    return _Estimate(mean, math.sqrt(1 / total))


def _by_habit(lane: Lane, neighbours: Sequence[Neighbour], *, alone: bool) -> _Estimate:
    heard = [is_heard(lane, one) for one in neighbours]
    busy = _together([talks(one) * sure for one, sure in zip(neighbours, heard, strict=True)])
    spread = _HABIT_SD_EACH * math.sqrt(sum(sure**2 for sure in heard))
    own_sd = min(max(spread, _HABIT_SD_LEAST), _HABIT_SD_MOST)
    return _Estimate(busy, own_sd if alone else _HABIT_SD_BESIDE)


def _by_load(lane: Lane, neighbours: Sequence[Neighbour]) -> list[_Estimate]:
    """What access points on our very channel count; the louder ones speak for this place."""
    told = [
        one
        for one in neighbours
        if not math.isnan(one.load) and one.lane.primary_mhz == lane.primary_mhz
    ]
    return [
        _Estimate(one.load * is_heard(lane, one), BSS_LOAD_SD / max(is_heard(lane, one), 0.3))
        for one in told
    ]


def _by_survey(lane: Lane, witnesses: Sequence[Witness]) -> list[_Estimate]:
    return [
        _Estimate(one.busy, SURVEY_HERE_SD if one.here else SURVEY_SCAN_SD)
        for one in witnesses
        if one.frequency_mhz == lane.primary_mhz
    ]


def share_of(
    lane: Lane, neighbours: Sequence[Neighbour], witnesses: Sequence[Witness], signal_dbm: float
) -> Share:
    """Expected air time that others take in the primary 20 MHz of this channel."""
    told = [*_by_survey(lane, witnesses), *_by_load(lane, neighbours)]
    found = _weighed([*told, _by_habit(lane, neighbours, alone=not told)])
    spoilt = _together(
        [_talk_of(one, neighbours) * spoils(lane, one, signal_dbm) for one in neighbours]
    )
    heard = sum(is_heard(lane, one) > 0.5 for one in neighbours)
    busy = min(max(found.value, 0.0), MOST_BUSY)
    return Share(busy, found.sd, spoilt, heard, measured=bool(told))


def _talk_of(neighbour: Neighbour, neighbours: Sequence[Neighbour]) -> float:
    """The part of its channel's load that is its own, when its access point tells the load."""
    if math.isnan(neighbour.load):
        return talks(neighbour)
    there = sum(one.lane.primary_mhz == neighbour.lane.primary_mhz for one in neighbours)
    return max(neighbour.load / max(there, 1), _BEACONS[neighbour.lane.band])


def overlap_part(lane: Lane, neighbours: Sequence[Neighbour], signal_dbm: float) -> float:
    """Which part (0 to 1) of others' effect comes from channels that overlap without being ours."""
    beside = [one for one in neighbours if not same_raster(lane, one)]
    odd = _together([_weight(lane, one, signal_dbm) for one in beside])
    same = _together(
        [_weight(lane, one, signal_dbm) for one in neighbours if same_raster(lane, one)]
    )
    return odd / (odd + same) if odd + same > 0 else 0.0


def _weight(lane: Lane, neighbour: Neighbour, signal_dbm: float) -> float:
    felt = max(is_heard(lane, neighbour), spoils(lane, neighbour, signal_dbm))
    return talks(neighbour) * felt
