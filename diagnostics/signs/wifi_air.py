"""What others do to the channel in use, as a share of its time; never by a count of networks."""

from __future__ import annotations

from diagnostics.air.airtime import Share, logistic, overlap_part, share_of
from diagnostics.air.limits import CROWDED_SHARE, MOSTLY_OVERLAP, OVERLAP_SHARE
from diagnostics.air.radio import Radio
from diagnostics.belief import SURE, UNSURE, above, temper
from diagnostics.readings.load import CrossTraffic
from diagnostics.readings.wifi import Band, Network, Wifi
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.wifi_signal import joined_radio, not_told

#: how sure a full channel is the neighbours' when so many of them are heard; one alone may as
#: well be quiet, and a device of the own home the one that talks (judgement)
_THEIRS = {1: 0.75, 2: 0.85}
_THEIRS_AT_MOST = 0.97
#: access points that are heard and tell a load under that are not who fills the channel
_QUIET_LOAD = 0.3
#: less than that passes in a home that is not using its line
_FEW_BPS = 3e6
#: where WiFi itself takes less than that, it is not what spoils frames
ROOM_LEFT = 0.38


def _where(radio: Radio) -> str:
    lane = radio.lane
    if isinstance(lane, Unmeasured):
        return "the channel"
    wide = "" if lane.width_mhz == 20 else f", {lane.width_mhz} MHz wide"
    return f"channel {lane.number}{wide}"


def share_from_networks(radio: Radio) -> Share | Unmeasured:
    """What the networks that are heard let expect, without the adapter's own count."""
    if isinstance(radio.lane, Unmeasured):
        return radio.lane
    if isinstance(radio.wifi.networks, Unmeasured):
        return radio.wifi.networks
    return share_of(radio.lane, radio.others, (), radio.heard_dbm)


def _part(radio: Radio) -> float:
    lane = radio.lane
    if isinstance(lane, Unmeasured) or lane.band is not Band.GHZ_2_4:
        return 0.0  # overlap is 2.4 GHz's trouble; above, channels are cut apart
    return overlap_part(lane, radio.others, radio.heard_dbm)


def _over(share: Share, limit: float) -> float:
    """That the true share lies above the limit, by its own uncertainty."""
    return logistic((share.taken - limit) / (0.55 * max(share.sd, 0.04)))


@sign("wifi-channel-busy", "Other networks take much of the channel's time.", reads=Wifi,
      unit="%", leak=0.12)  # fmt: skip
def wifi_channel_busy(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "who else is in the air")
    share = radio.share
    if isinstance(share, Unmeasured):
        return unknown("The system does not tell who else is in the air.")
    value, limit = 100 * share.taken, 100 * CROWDED_SHARE
    text = f"Others take about {value:.0f} % of the time of {_where(radio)}."
    belief = _over(share, CROWDED_SHARE)
    if belief > 0.5:
        if _part(radio) > MOSTLY_OVERLAP:
            return unknown("It is channels beside this one that take the time.")
        belief = min(belief, _theirs(scene, radio, share))
    return Grade(belief, text, value, limit)


def _theirs(scene: Scene, radio: Radio, share: Share) -> float:
    """How sure it is that neighbours, not devices of this home, fill the channel."""
    if share.heard == 0 or wifi_legacy_eats_air(scene).belief > 0.65:
        return 0.5
    lane = radio.lane
    told = [
        one.load
        for one in radio.others
        if not isinstance(lane, Unmeasured)
        and one.lane.primary_mhz == lane.primary_mhz
        and one.load == one.load  # told at all
    ]
    if told and max(told) < _QUIET_LOAD:
        return 0.4
    return _THEIRS.get(share.heard, _THEIRS_AT_MOST)


@sign("wifi-channel-overlapped", "Networks on overlapping channels spoil frames.", reads=Wifi,
      unit="%", leak=0.08)  # fmt: skip
def wifi_channel_overlapped(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "who else is in the air")
    share = radio.share
    if isinstance(share, Unmeasured) or isinstance(radio.wifi.networks, Unmeasured):
        return unknown("The system does not tell which networks are in the air.")
    if isinstance(radio.band, Unmeasured) or radio.band is not Band.GHZ_2_4:
        return Grade(1 - SURE, "Channels of this band do not overlap.")
    part = _part(radio)
    value, limit = 100 * share.taken * part, 100 * OVERLAP_SHARE
    text = (
        f"Networks on channels that overlap {_where(radio)} take about {value:.0f} % of its time."
    )
    if part <= MOSTLY_OVERLAP:
        # still a figure of its own: what overlaps beside a channel that is shared
        return Grade(min(_over(share, OVERLAP_SHARE), above(max(part, 0.01), MOSTLY_OVERLAP, 0.15)),
                     text, value, limit)  # fmt: skip
    return Grade(_over(share, OVERLAP_SHARE), text, value, limit)


@sign("wifi-legacy-eats-air", "An old device of the home fills the air with few bytes.",
      reads=Wifi, unit="%", leak=0.02)  # fmt: skip
def wifi_legacy_eats_air(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "how full the air is")
    own, busy, foreign = radio.own_bss, _busy_here(radio), share_from_networks(radio)
    if isinstance(own, Unmeasured) or isinstance(busy, Unmeasured):
        return unknown("The system does not tell how full the air is, or who is in it.")
    if isinstance(foreign, Unmeasured):
        return unknown("The system does not tell who else is in the air.")
    text = f"The air is {100 * busy:.0f} % busy while few bytes pass"
    full = above(max(busy, 0.01), 0.5, 0.12)
    if full > 0.5 and foreign.taken > ROOM_LEFT:
        return unknown("Other networks may be who fills the air.")
    most, words = _old_device(own)
    few = temper(_few_bytes(scene), 0.3) if most == UNSURE else min(_few_bytes(scene), most)
    return Grade(min(full, few), f"{text}{words}.", 100 * busy, 50.0)


def _old_device(own: Network) -> tuple[float, str]:
    """How sure it is that an old device is in the own network, and the words for it."""
    if own.legacy_present is True:
        return 0.97, ", and an old device is there"
    alone = not isinstance(own.load, Unmeasured) and own.load.stations <= 1
    if alone or own.legacy_present is False:
        return 0.3, "; no old device shows"
    return UNSURE, ""


def _busy_here(radio: Radio) -> float | Unmeasured:
    """Of the channel in use, everybody's but our own: the adapter's count, else the box's own."""
    here = [one.busy for one in radio.witnesses if one.here]
    if here:
        return here[0]
    own = radio.own_bss
    if isinstance(own, Unmeasured):
        return own
    return own.load if isinstance(own.load, Unmeasured) else own.load.busy_share


def _few_bytes(scene: Scene) -> float:
    """Belief that little passes on this computer itself, so that the full air is not its own."""
    traffic = scene.evidence.value(CrossTraffic)
    if isinstance(traffic, Unmeasured):
        return 0.7
    return 1 - above(max(traffic.down_bps + traffic.up_bps, 1.0), _FEW_BPS, 0.3)
