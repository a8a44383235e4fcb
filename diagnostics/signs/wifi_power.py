"""The computer's own radio sleeping between beacons: idle delay that is a sawtooth."""

from __future__ import annotations

import itertools

from diagnostics.belief import SURE, above, temper
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.load import PlaceKind, Throughput
from diagnostics.readings.wifi import Wifi
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.wifi_signal import joined_radio, not_told

#: replies that wait for the same beacon arrive together: within that, ms
_TOGETHER_MS = 6.0
#: beacons come each 102.4 ms (802.11-2020, 9.4.1.3 default), and a radio may sleep over some
_BEACON_MS = 102.4
#: share of replies that arrive with the next one, when nothing else holds them: by chance a tenth
_BUNCHED = 0.3
#: a wander that people begin to feel (a third of a beacon interval)
_FELT_MS = 35.0
_FEWEST = 20


def bunched(series: EchoSeries) -> float:
    """Share of replies that arrived together with the next one, though sent well apart."""
    rows = [
        (one.sent_s, one.rtt_ms) for one in series.echoes if not isinstance(one.rtt_ms, Unmeasured)
    ]
    pairs = [
        abs((later + 0.001 * late) - (early + 0.001 * soon)) * 1000
        for (early, soon), (later, late) in itertools.pairwise(rows)
        if (later - early) * 1000 > 3 * _TOGETHER_MS
    ]
    return sum(gap <= _TOGETHER_MS for gap in pairs) / len(pairs) if pairs else 0.0


@sign("wifi-delay-sawtooth", "Idle delay to the router is a sawtooth that traffic ends.",
      reads=Wifi, unit="ms", leak=0.002)  # fmt: skip
def wifi_delay_sawtooth(scene: Scene) -> Grade:
    radio, near = joined_radio(scene), scene.near
    if isinstance(radio, Unmeasured):
        return not_told(radio, "whether the radio sleeps")
    if isinstance(near, Unmeasured) or near.received < _FEWEST:
        return unknown("Too few echoes to the router to see a pattern.")
    if isinstance(near.rtt_p90_ms, Unmeasured) or isinstance(near.rtt_min_ms, Unmeasured):
        return unknown("Too few echoes to the router to see a pattern.")
    spread, saving = near.rtt_p90_ms - near.rtt_min_ms, radio.link.power_saving
    if saving is False:
        return Grade(1 - SURE, "The WiFi radio does not save power.", spread, _FELT_MS)
    share = bunched(near)
    belief = min(
        above(max(spread, 0.1), _FELT_MS, 0.2, near.received),
        above(max(share, 0.01), _BUNCHED, 0.25, near.received),
    )
    calm = _calm_under_load(scene)
    belief = min(belief, calm) if calm != 0.5 else temper(belief, 0.7)
    text = f"Idle delay to the router wanders by {spread:.0f} ms and {100 * share:.0f} % of the"
    text += " replies arrive in bunches, as when the radio sleeps between beacons."
    return Grade(belief if saving is True else temper(belief, 0.6), text, spread, _FELT_MS)


def _calm_under_load(scene: Scene) -> float:
    """That steady traffic ends it; 0.5 when load was not measured."""
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return 0.5
    for place in reading.delays:
        if place.place is not PlaceKind.GATEWAY:
            continue
        loaded = [one for one in (place.down, place.up) if not isinstance(one, Unmeasured)]
        known = [
            one.rtt_median_ms for one in loaded if not isinstance(one.rtt_median_ms, Unmeasured)
        ]
        idle = place.idle.rtt_p90_ms
        if known and not isinstance(idle, Unmeasured):
            return above(max(idle, 0.1), 1.3 * min(known), 0.2)
    return 0.5
