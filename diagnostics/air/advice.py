"""The best channel and width of each band, with what it brings and how sure that is.

`advise` gives one answer a band: another channel, or honestly that none is better. A change is
advised only when its gain is there at the lower end of its uncertainty too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from diagnostics.air.airtime import Share, Witness, share_of
from diagnostics.air.channels import (
    Lane,
    candidates,
    is_radar,
    is_weather_radar,
    lane_from,
    twenties,
)
from diagnostics.air.radio import Radio, dbm_of
from diagnostics.air.rates import Gear, link_rate_bps, noise_dbm, payload_bps, widest
from diagnostics.readings.wifi import Band, Generation, LinkEventKind, Network
from diagnostics.result import Reason, Unmeasured

#: less than that is not worth a person's minutes, and lost in the air's own changes (judgement)
WORTH = 1.15
#: a channel that has to make way for radar must be that much better than the best other one
RADAR_WORTH = 1.25
#: so much of the time must be spoilt before channels beside ours count as heard (judgement)
_SPOILT_BY_OTHERS = 0.1
#: a line as fast as sold has no use for more than that above the plan
_ENOUGH = 1.25


class Answer(StrEnum):
    CHANGE = "change"
    STAY = "stay"  # no channel is better
    ENOUGH = "enough"  # some may be, but the present one carries more than the plan already
    UNKNOWN = "unknown"  # the air cannot be seen


@dataclass(frozen=True)
class Prospect:
    """A channel with its air and what the own link would carry there, bit/s of payload."""

    lane: Lane
    share: Share
    carries_bps: float
    radar: bool


@dataclass(frozen=True)
class BandAdvice:
    """Gains are factors: 2.0 carries twice as much. `low` and `high` bound two thirds of cases."""

    band: Band
    answer: Answer
    now: Prospect | Unmeasured
    best: Prospect | Unmeasured
    gain: float = 1.0
    gain_low: float = 1.0
    gain_high: float = 1.0
    prospects: tuple[Prospect, ...] = ()


@dataclass(frozen=True)
class _Home:
    """One band of the own network: what both ends can do there and how loud it is here."""

    lane: Lane
    gear: Gear
    signal_dbm: float


def advise(radio: Radio, plan_bps: float = 0.0) -> tuple[BandAdvice, ...]:
    """One advice for each band in which the own network sends; empty when not joined."""
    found = [_home_on(radio, band) for band in Band]
    return tuple(_of_band(radio, home, plan_bps) for home in found if home is not None)


def _home_on(radio: Radio, band: Band) -> _Home | None:
    if radio.joined and not isinstance(radio.lane, Unmeasured) and radio.lane.band is band:
        return _Home(radio.lane, _gear(radio, radio.gear.generation, radio.lane), radio.heard_dbm)
    own = [one for one in radio.networks if radio.is_own(one) and _band(one) is band]
    if not own:
        return None
    loudest = max(own, key=lambda one: _signal(one, -200.0))
    channel = loudest.channel
    lane = None if isinstance(channel, Unmeasured) else lane_from(channel)
    if lane is None:
        return None
    generation = loudest.generation
    known = Generation.N if isinstance(generation, Unmeasured) else generation
    return _Home(lane, _gear(radio, known, lane), _signal(loudest, -60.0))


def _gear(radio: Radio, generation: Generation, lane: Lane) -> Gear:
    width = max(lane.width_mhz, widest(generation, lane.band))
    ability = radio.wifi.ability
    if not isinstance(ability, Unmeasured) and not isinstance(ability.width_mhz, Unmeasured):
        width = max(min(width, ability.width_mhz), 20)
    return Gear(generation, radio.gear.streams, width)


def _band(network: Network) -> Band | None:
    lane = None if isinstance(network.channel, Unmeasured) else lane_from(network.channel)
    return None if lane is None else lane.band


def _signal(network: Network, otherwise: float) -> float:
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    return otherwise if isinstance(signal, Unmeasured) else signal


def prospect(radio: Radio, lane: Lane, gear: Gear, signal_dbm: float) -> Prospect:
    """What the link would carry there: each width as often as its whole width is free.

    A wide frame needs all its 20 MHz channels idle at once, else it is sent narrower
    (802.11-2020, 10.23.2.5); a lane of 20 MHz has no such choice.
    """
    witnesses = _of_others(radio)
    here = share_of(lane, radio.others, witnesses, signal_dbm)
    carries = 0.0
    whole = 1.0  # chance that the width reached so far is free beyond the primary
    for width, added in _widening(lane):
        shares = [share_of(one, radio.others, witnesses, signal_dbm) for one in added]
        idle = math.prod(1 - one.busy for one in shares)
        rate = _rate(gear.at_most(width), signal_dbm)
        carries += whole * (1 - idle) * rate
        whole *= idle
    carries += whole * _rate(gear.at_most(lane.width_mhz), signal_dbm)
    payload = payload_bps(carries, gear.generation) * here.free
    return Prospect(lane, here, payload, is_radar(lane, radio.wifi.ability))


def _of_others(radio: Radio) -> tuple[Witness, ...]:
    """What the adapter counted, as far as it tells of neighbours.

    The home's own devices move along with their access point: where no other network is heard on
    the channel in use, what fills it is theirs. Where others are, but the adapter does not count
    its own frames apart, the count is as unsure as one of a scan.
    """
    share, found = radio.share, radio.witnesses
    if isinstance(share, Unmeasured) or isinstance(radio.wifi.networks, Unmeasured):
        return found
    if share.heard == 0 and share.spoilt < _SPOILT_BY_OTHERS:
        return tuple(one for one in found if not one.here)
    if radio.tells_own_share:
        return found
    return tuple(Witness(one.frequency_mhz, one.busy, here=False) for one in found)


def _widening(lane: Lane) -> list[tuple[int, list[Lane]]]:
    """(width, the channels of 20 MHz that the next wider one adds) for each doubling."""
    steps: list[tuple[int, list[Lane]]] = []
    width = 20
    while width < lane.width_mhz:
        narrow, wide = lane.narrowed(width), lane.narrowed(2 * width)
        added = sorted(set(twenties(wide)) - set(twenties(narrow)))
        if not added:
            break
        steps.append((width, [_twenty(lane, mhz) for mhz in added]))
        width *= 2
    return steps


def _twenty(lane: Lane, mhz: int) -> Lane:
    number = lane.number + (mhz - lane.primary_mhz) // 5
    return Lane(lane.band, number, mhz, float(mhz), 20)


def _rate(gear: Gear, signal_dbm: float) -> float:
    return link_rate_bps(gear, signal_dbm - noise_dbm(gear.width_mhz))


def _of_band(radio: Radio, home: _Home, plan_bps: float) -> BandAdvice:
    band = home.lane.band
    if isinstance(radio.wifi.networks, Unmeasured) and not radio.witnesses:
        unseen = Unmeasured(radio.wifi.networks.reason, "the air cannot be seen")
        return BandAdvice(band, Answer.UNKNOWN, unseen, unseen)
    now = prospect(radio, home.lane, home.gear, home.signal_dbm)
    found = [prospect(radio, lane, home.gear, home.signal_dbm) for lane in _choices(radio, home)]
    best = _best(found, radio)
    if best is None or now.carries_bps <= 0:
        nowhere = Unmeasured(Reason.NOT_APPLICABLE, "no channel may be used or reached")
        return BandAdvice(band, Answer.STAY, now, nowhere, prospects=tuple(found))
    gain = best.carries_bps / now.carries_bps
    spread = math.hypot(_relative_sd(now.share), _relative_sd(best.share))
    low, high = gain * math.exp(-spread), gain * math.exp(spread)
    answer = _answer(now, best, low, plan_bps)
    return BandAdvice(band, answer, now, best, gain, low, high, tuple(found))


def _answer(now: Prospect, best: Prospect, gain_low: float, plan_bps: float) -> Answer:
    same = (best.lane.number, best.lane.width_mhz) == (now.lane.number, now.lane.width_mhz)
    if same or gain_low < WORTH:
        return Answer.STAY
    if plan_bps and now.carries_bps >= _ENOUGH * plan_bps:
        return Answer.ENOUGH
    return Answer.CHANGE


def _choices(radio: Radio, home: _Home) -> tuple[Lane, ...]:
    widths = [width for width in (20, 40, 80, 160, 320) if width <= home.gear.width_mhz]
    return candidates(home.lane.band, widths, radio.wifi.ability)


def _best(found: list[Prospect], radio: Radio) -> Prospect | None:
    """Most payload; radar channels only when clearly better, and never after a radar alarm."""
    radar_seen = _radar_seen(radio)
    calm = [one for one in found if not one.radar]
    best = max(calm, key=_rank, default=None)
    wary = [one for one in found if one.radar and not is_weather_radar(one.lane)]
    bold = None if radar_seen else max(wary, key=_rank, default=None)
    if bold is None:
        return best
    if best is None or bold.carries_bps >= RADAR_WORTH * best.carries_bps:
        return bold
    return best


def _rank(one: Prospect) -> tuple[float, float, float]:
    """Of equals the surer, then the narrower one: it leaves more of the air to others."""
    return (round(one.carries_bps / 1e6, 1), -one.share.busy, -one.lane.width_mhz)


def _radar_seen(radio: Radio) -> bool:
    if isinstance(radio.watch, Unmeasured) or isinstance(radio.watch.events, Unmeasured):
        return False
    return any(one.kind is LinkEventKind.RADAR for one in radio.watch.events)


def _relative_sd(share: Share) -> float:
    """Uncertainty of what is free, as a part of it."""
    return share.sd / max(share.free, 0.1)
