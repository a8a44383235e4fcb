"""Frames lost in the air although signal and channel are good: in bursts, or all the time."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass

from diagnostics.air.limits import BURST_FACTOR, GOOD_DBM, RETRY_SHARE, WEAK_DBM
from diagnostics.air.radio import Radio
from diagnostics.belief import above, temper
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.wifi import Band, LinkSample, WifiWatch
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import scattered
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.loss import loss_to_gateway
from diagnostics.signs.wifi_air import ROOM_LEFT, share_from_networks
from diagnostics.signs.wifi_signal import joined_radio, not_told

#: fewer frames than that in a second tell nothing about how many had to be repeated
_FEWEST_FRAMES = 20
_FEWEST_MOMENTS = 3
#: losses of echoes that come in runs of this mean length are bursts, not chance (judgement: at a
#: random loss of 10 % the mean run is 1.1)
_RUN = 1.6
_NO_BURSTS_AT_MOST = 0.8
_PATTERN_ALONE = 0.6
#: a link that loses packets in the air sends at least that share of frames again
_FEW_AGAIN = 0.1


@dataclass(frozen=True)
class Retries:
    """Share of frames sent again: over all, and moment by moment."""

    share: float
    frames: int
    moments: tuple[float, ...]

    @property
    def bursty(self) -> bool:
        """Some moments are far worse than the usual one."""
        if len(self.moments) < _FEWEST_MOMENTS:
            return False
        usual = max(statistics.median(self.moments), 0.05)
        return max(self.moments) >= BURST_FACTOR * usual and max(self.moments) >= RETRY_SHARE


def retries_of(radio: Radio) -> Retries | Unmeasured:
    """From the watch's counters; over the whole link's life where it was not watched."""
    rows = () if isinstance(radio.watch, Unmeasured) else radio.watch.samples
    steps = [_step(one, other) for one, other in itertools.pairwise(rows)]
    known = [one for one in steps if one is not None]
    sent = sum(one[0] for one in known)
    if sent >= _FEWEST_FRAMES:
        again = sum(one[1] for one in known)
        moments = tuple(min(b / a, 1.0) for a, b in known if a >= _FEWEST_FRAMES / 2)
        return Retries(min(again / sent, 1.0), sent, moments)
    counters = radio.link.counters
    if isinstance(counters, Unmeasured):
        return counters
    if isinstance(counters.tx_retries, Unmeasured):
        return counters.tx_retries
    if isinstance(counters.tx_packets, Unmeasured):
        return counters.tx_packets
    if counters.tx_packets < _FEWEST_FRAMES:
        return Unmeasured(Reason.NEEDS_OTHER, "too few frames were sent")
    return Retries(min(counters.tx_retries / counters.tx_packets, 1.0), counters.tx_packets, ())


def _step(before: LinkSample, after: LinkSample) -> tuple[int, int] | None:
    """Frames sent and sent again between two samples of one link."""
    if before.bssid != after.bssid:
        return None
    one, other = before.counters, after.counters
    if isinstance(one, Unmeasured) or isinstance(other, Unmeasured):
        return None
    figures = (one.tx_packets, other.tx_packets, one.tx_retries, other.tx_retries)
    sent = [figure for figure in figures if not isinstance(figure, Unmeasured)]
    if len(sent) < len(figures) or sent[1] <= sent[0] or sent[3] < sent[2]:
        return None  # a counter that ran backwards was set anew
    return sent[1] - sent[0], sent[3] - sent[2]


@sign("wifi-bursts", "Frames get lost though signal is good and the channel has room.",
      reads=WifiWatch, unit="%", leak=0.006)  # fmt: skip
def wifi_bursts(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "how many frames are lost in the air")
    if isinstance(radio.signal_dbm, Unmeasured):
        return unknown("Without the signal's strength lost frames cannot be judged.")
    lost, retries = loss_to_gateway(scene).belief, retries_of(radio)
    again = (
        0.5
        if isinstance(retries, Unmeasured)
        else above(max(retries.share, 1e-3), RETRY_SHARE, 0.25, min(retries.frames, 60) // 4)
    )
    told = max(lost, again)
    if told > 0.5 and (reason := _other_reason(radio)):
        return unknown(reason)
    if isinstance(retries, Unmeasured) and lost == 0.5:
        return unknown("The system does not count frames that are sent again.")
    bursty = _bursty(scene, retries)
    if isinstance(share_from_networks(radio), Unmeasured) and told > 0.5:
        # who else is in the air is not told: the pattern alone speaks, and less surely
        told = temper(told, _PATTERN_ALONE) if bursty else 0.5
    if not isinstance(retries, Unmeasured) and 0 < retries.share < _FEW_AGAIN and not bursty:
        told = min(told, 0.4)  # what gets lost without being sent again is lost behind the air
    share = 0.0 if isinstance(retries, Unmeasured) else 100 * retries.share
    text = (
        f"{share:.0f} % of the frames had to be sent again" if again != 0.5 else "Packets get lost"
    )
    text += ", in bursts" if bursty and told > 0.5 else ""
    text += f", at a signal of {radio.signal_dbm:.0f} dBm."
    if bursty and not isinstance(retries, Unmeasured) and retries.bursty:
        told = max(told, 0.85)
    return Grade(told if bursty else min(told, _NO_BURSTS_AT_MOST), text, share, 100 * RETRY_SHARE)


def _other_reason(radio: Radio) -> str:
    """A sentence when signal or other networks may be why frames are lost; empty when not."""
    band = Band.GHZ_5 if isinstance(radio.band, Unmeasured) else radio.band
    signal = radio.signal_dbm
    if not isinstance(signal, Unmeasured) and signal < (WEAK_DBM[band] + GOOD_DBM) / 2:
        return "The signal is weak enough to explain lost frames."
    share = share_from_networks(radio)
    if isinstance(share, Unmeasured):
        return ""
    if share.taken > ROOM_LEFT or share.spoilt > 0.15:
        return "Other networks on the channel may explain lost frames."
    return ""


def _bursty(scene: Scene, retries: Retries | Unmeasured) -> bool:
    if not isinstance(retries, Unmeasured) and retries.bursty:
        return True
    return not isinstance(scene.near, Unmeasured) and _in_runs(scene.near)


def _in_runs(series: EchoSeries) -> bool:
    count = scattered(series)
    return count.lost >= 4 and count.runs > 0 and count.lost / count.runs >= _RUN
