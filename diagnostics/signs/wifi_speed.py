"""What the WiFi link can carry against what is sold: now, and at best with this equipment."""

from __future__ import annotations

from diagnostics.air.limits import WEAK_DBM
from diagnostics.air.radio import Radio
from diagnostics.air.rates import Gear, link_rate_bps, payload_bps, widest
from diagnostics.belief import UNSURE, below, temper
from diagnostics.readings.load import Throughput
from diagnostics.readings.wifi import Band, Generation, Wifi
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.load import narrow_behind_router, queue_before_router
from diagnostics.signs.queues import DOWN, UP
from diagnostics.signs.speed import figures, low, sold_bps
from diagnostics.signs.wifi_signal import joined_radio, not_told
from diagnostics.thresholds import range_of

#: the model of what a rate carries is right within a factor of 1.5 (judgement)
_MODEL_WIDTH = 0.3
#: a figure so far above what the link should carry shows that the link was misread
_FITS = 1.8
#: signal over noise next to the access point: what the equipment can do at its best
_BEST_DB = 40.0
_FEWEST_SAMPLES = 3
#: collisions and waiting cost more than the model knows: up to so many times what it lets expect,
#: a queue at the hop shows it to be the narrow place all the same (judgement)
_NEAR, _NEAR_WIDTH, _QUEUE_ALONE = 3.0, 0.2, 0.8


@sign("wifi-holds-speed", "The WiFi link itself carries less than is sold.", reads=Throughput,
      unit="Mbit/s", leak=0.003)  # fmt: skip
def wifi_holds_speed(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "the rate of the WiFi link")
    carries = radio.carries_bps
    if isinstance(carries, Unmeasured):
        return unknown("The system does not tell the rate of the WiFi link.")
    if not sold_bps(scene, DOWN):
        return unknown("The plan's speed is not known, so the WiFi link cannot be judged by it.")
    if narrow_behind_router(scene).belief > PRESENT_FROM:
        return unknown("A queue stands behind the router, so the WiFi is not the narrow place.")
    graded = [_held(scene, carries, way) for way in (DOWN, UP)]
    known = [one for one in graded if one is not None]
    limit = sold_bps(scene, DOWN) * range_of(scene.plan).share
    text = f"The WiFi link lets expect {carries / 1e6:.0f} Mbit/s here"
    text += f"; {sold_bps(scene, DOWN) / 1e6:g} Mbit/s are sold."
    belief = max(known) if known else _without_speed(radio, carries, limit)
    return Grade(belief, text, carries / 1e6, limit / 1e6)


def _held(scene: Scene, carries_bps: float, way: str) -> float | None:
    """That this way is slow because of the link; None when its speed was not measured."""
    found, sold = figures(scene, way), sold_bps(scene, way)
    if not found or not sold:
        return None
    slow = low(scene, way).belief
    limit = sold * range_of(scene.plan).share
    short = below(carries_bps, limit, _MODEL_WIDTH)
    near = below(carries_bps, limit * _NEAR, _NEAR_WIDTH)
    short = max(short, min(near, queue_before_router(scene, way), _QUEUE_ALONE))
    fits = below(found[0].rate_bps, carries_bps * _FITS, _MODEL_WIDTH)
    return min(slow, short, fits)


def _without_speed(radio: Radio, carries_bps: float, limit_bps: float) -> float:
    """A quick check measures no speed: a rate that was watched tells, half as surely."""
    watched = not isinstance(radio.watch, Unmeasured) and len(radio.watch.samples)
    if not watched or watched < _FEWEST_SAMPLES:
        return UNSURE
    return temper(below(carries_bps, limit_bps, _MODEL_WIDTH), 0.5)


@sign("wifi-ability-short", "Computer or access point is too old for the plan.", reads=Wifi,
      unit="Mbit/s", leak=0.05)  # fmt: skip
def wifi_ability_short(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "what the WiFi adapter can do")
    sold = sold_bps(scene, DOWN)
    if not sold:
        return unknown("The plan's speed is not known, so the equipment cannot be judged by it.")
    best = best_payload_bps(radio)
    if isinstance(best, Unmeasured):
        return unknown("The system does not tell what adapter and access point can do.")
    limit = sold * range_of(scene.plan).share
    text = f"At their best this computer and the access point reach {best / 1e6:.0f} Mbit/s"
    text += f" of {sold / 1e6:g} sold."
    belief = below(best, limit, 0.2)
    if belief > UNSURE and _is_weak(radio):
        # beside the access point the same equipment may do; the signal comes first
        return Grade(min(belief, 0.6), text, best / 1e6, limit / 1e6)
    return Grade(belief, text, best / 1e6, limit / 1e6)


def _is_weak(radio: Radio) -> bool:
    band = Band.GHZ_5 if isinstance(radio.band, Unmeasured) else radio.band
    signal = radio.signal_dbm
    return not isinstance(signal, Unmeasured) and signal < WEAK_DBM[band]


def best_payload_bps(radio: Radio) -> float | Unmeasured:
    """Payload beside the access point, over the best band that both ends know."""
    if _faster_untold(radio):
        return Unmeasured(Reason.NEEDS_OTHER, "whether the network has a faster band is not told")
    found = [_best_on(radio, band) for band in Band]
    known = [one for one in found if one > 0]
    if known:
        return max(known)
    return Unmeasured(Reason.NEEDS_OTHER, "neither end tells what it can do")


def _faster_untold(radio: Radio) -> bool:
    """The adapter knows a faster band, and nobody tells whether the own network is there."""
    ability = radio.wifi.ability
    bands = ability if isinstance(ability, Unmeasured) else ability.bands
    if radio.band is not Band.GHZ_2_4 or isinstance(bands, Unmeasured):
        return isinstance(bands, Unmeasured) and radio.band is Band.GHZ_2_4
    names = isinstance(radio.name, Unmeasured) or isinstance(radio.wifi.networks, Unmeasured)
    return names and bool({Band.GHZ_5, Band.GHZ_6} & set(bands))


def _best_on(radio: Radio, band: Band) -> float:
    """0 where not both ends are known to have the band."""
    ability = radio.wifi.ability
    bands = ability if isinstance(ability, Unmeasured) else ability.bands
    if not isinstance(bands, Unmeasured) and band not in bands:
        return 0.0
    ends = [one for one in (_adapter_bps(radio, band), _point_bps(radio, band)) if one > 0]
    # of one end alone we know only the most that it could do
    return min(ends) if len(ends) == 2 or (ends and radio.band is band) else 0.0


def _adapter_bps(radio: Radio, band: Band) -> float:
    ability = radio.wifi.ability
    if isinstance(ability, Unmeasured):
        return 0.0
    generation = ability.generation
    if isinstance(generation, Unmeasured):
        return 0.0
    if band is Band.GHZ_2_4 and generation is Generation.AC:
        generation = Generation.N  # 802.11ac is of 5 GHz alone
    streams = 1 if isinstance(ability.streams, Unmeasured) else ability.streams
    wide = ability.width_mhz
    width = widest(generation, band) if isinstance(wide, Unmeasured) else wide
    width = min(width, 40 if band is Band.GHZ_2_4 else 320)
    rate = link_rate_bps(Gear(generation, streams, max(width, 20)), _BEST_DB)
    if not isinstance(ability.max_rate_bps, Unmeasured):
        rate = min(rate, ability.max_rate_bps)
    return payload_bps(rate, generation)


def _point_bps(radio: Radio, band: Band) -> float:
    """The best radio of the own network in this band."""
    rates = [0.0]
    for one in radio.networks:
        if not radio.is_own(one) or isinstance(one.channel, Unmeasured):
            continue
        if one.channel.band is not band or isinstance(one.max_rate_bps, Unmeasured):
            continue
        known = not isinstance(one.generation, Unmeasured)
        generation = one.generation if known else Generation.N
        if not isinstance(generation, Unmeasured):
            rates.append(payload_bps(one.max_rate_bps, generation))
    return max(rates)
