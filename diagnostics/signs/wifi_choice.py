"""Is there a better way into the own network: another band, another node, a node better tied."""

from __future__ import annotations

from diagnostics.air.airtime import logistic
from diagnostics.air.limits import BAND_GAIN, GOOD_DBM, NODE_GAIN_DB, NODE_NEEDED_BELOW_DBM
from diagnostics.air.radio import Radio, akin, dbm_of
from diagnostics.belief import SURE, UNSURE, above, temper
from diagnostics.readings.wifi import Band, LinkEventKind, Network, Wifi
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.delay import delay_to_gateway, jitter_to_gateway
from diagnostics.signs.load import gateway_queue, wifi_queue_before_router
from diagnostics.signs.loss import loss_to_gateway
from diagnostics.signs.queues import DOWN
from diagnostics.signs.speed import figures, low
from diagnostics.signs.wifi_signal import BAND_NAMES, joined_radio, not_told

_FASTER = (Band.GHZ_5, Band.GHZ_6)
#: 5 GHz passes walls worse: this strong it holds here (802.11 rates of 80 MHz and more)
_STRONG_DBM = -70.0
#: the link carries that many times what gets through: it is not the narrow place
_WIDE = 2.0


def _signal_of(network: Network) -> float:
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    return -200.0 if isinstance(signal, Unmeasured) else signal


def _band_of(network: Network) -> Band | None:
    channel = network.channel
    if isinstance(channel, Unmeasured) or isinstance(channel.band, Unmeasured):
        return None
    return channel.band


def _names_unknown(radio: Radio) -> str:
    """A sentence when it cannot be told which networks are the own one."""
    if isinstance(radio.wifi.networks, Unmeasured):
        return "The system does not tell which networks are in the air."
    if isinstance(radio.name, Unmeasured):
        return "The system hides which network is which."
    return ""


def _usable(radio: Radio, band: Band) -> bool:
    ability = radio.wifi.ability
    bands = ability if isinstance(ability, Unmeasured) else ability.bands
    return isinstance(bands, Unmeasured) or band in bands


@sign("wifi-band-better", "The same network is strong on a faster band.", reads=Wifi, leak=0.08)
def wifi_band_better(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "on which bands the network is heard")
    if isinstance(radio.band, Unmeasured):
        return unknown("The system does not tell the band in use.")
    if radio.band is not Band.GHZ_2_4:
        return Grade(1 - SURE, f"This computer is on {BAND_NAMES[radio.band]} already.")
    if sentence := _names_unknown(radio):
        return unknown(sentence)
    faster = [one for one in _own_faster(radio) if _usable(radio, _band_of(one) or Band.GHZ_5)]
    if not faster:
        return Grade(1 - SURE, "This network is not heard on a faster band that is usable here.")
    best = max(faster, key=radio.could_carry_bps)
    signal = _signal_of(best)
    gain = _gain(radio, best)
    band = _band_of(best) or Band.GHZ_5
    text = f"On {BAND_NAMES[band]} the same network is heard with {signal:.0f} dBm"
    text += f" and would carry about {gain:.1f} times as much."
    belief = min(above(max(gain, 0.01), BAND_GAIN, 0.15), logistic((signal - _STRONG_DBM) / 1.5))
    if not _same_name(radio, best):
        belief = min(belief, 0.9)  # another name of the same box: ours by its address alone
    return Grade(belief, text, round(gain, 2), BAND_GAIN)


def _own_faster(radio: Radio) -> list[Network]:
    """Radios of the own network on a faster band: by name, or of the same box."""
    return [one for one in radio.networks if radio.is_own(one) and _band_of(one) in _FASTER]


def _same_name(radio: Radio, network: Network) -> bool:
    return network in radio.siblings


def _gain(radio: Radio, network: Network) -> float:
    """How many times as much the other radio would carry; both by the same model."""
    own = radio.own_bss
    if isinstance(own, Unmeasured):
        now = radio.carries_bps
        if isinstance(now, Unmeasured):
            return 1.0
    else:
        now = radio.could_carry_bps(own)
    return radio.could_carry_bps(network) / now if now > 0 else BAND_GAIN * 2


@sign("wifi-stronger-node", "A clearly stronger access point of the same network is in range.",
      reads=Wifi, unit="dB", leak=0.03)  # fmt: skip
def wifi_stronger_node(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "which access points are in range")
    if isinstance(radio.signal_dbm, Unmeasured):
        return unknown("The system does not tell how strong the WiFi signal is.")
    if sentence := _names_unknown(radio):
        return unknown(sentence)
    if isinstance(radio.link.bssid, Unmeasured):
        return unknown("The system hides which access point is in use.")
    others = [one for one in radio.siblings if not _slower_band(radio, one)]
    if not others:
        return Grade(1 - SURE, "No other access point of this network is in range.")
    best = max(others, key=_signal_of)
    more = _signal_of(best) - radio.signal_dbm
    text = f"Another access point of this network is {more:.0f} dB stronger than the one in use."
    needed = logistic((NODE_NEEDED_BELOW_DBM - radio.signal_dbm) / 2)
    belief = min(logistic((more - NODE_GAIN_DB) / 1.5), needed)
    if _roamed(radio):
        belief = temper(belief, 0.5)  # it does move, only not at this moment
    return Grade(belief, text, more, NODE_GAIN_DB)


def _slower_band(radio: Radio, network: Network) -> bool:
    """From 5 or 6 GHz down to 2.4 is no step up, however strong."""
    return _band_of(network) is Band.GHZ_2_4 and radio.band in _FASTER


def _roamed(radio: Radio) -> bool:
    if isinstance(radio.watch, Unmeasured) or isinstance(radio.watch.events, Unmeasured):
        return False
    return any(one.kind is LinkEventKind.ROAMED for one in radio.watch.events)


@sign("wifi-node-uplink-slow", "The link to the mesh node is good, the way behind it is slow.",
      reads=Wifi, leak=0.003)  # fmt: skip
def wifi_node_uplink_slow(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "which access points are in range")
    if sentence := _names_unknown(radio):
        return unknown(sentence)
    node = _is_node(radio)
    if node < UNSURE:
        return Grade(node, "This computer is joined to the router itself.")
    if isinstance(radio.signal_dbm, Unmeasured) or node == UNSURE:
        return unknown("It cannot be told whether this is a node or the router itself.")
    good = logistic((radio.signal_dbm - GOOD_DBM) / 2)
    text = f"The signal of the mesh node is good ({radio.signal_dbm:.0f} dBm)"
    slow, words = _slow_behind(scene, radio)
    return Grade(min(node, good, slow), f"{text}, {words}.", radio.signal_dbm, GOOD_DBM)


def _is_node(radio: Radio) -> float:
    """That the access point in use is not the router: the router is another box of the network."""
    mac, bssid = radio.gateway_mac, radio.link.bssid
    if isinstance(bssid, Unmeasured) or isinstance(mac, Unmeasured):
        return UNSURE
    if akin(mac, bssid):
        return 0.02
    boxes = [one.bssid for one in radio.siblings if not isinstance(one.bssid, Unmeasured)]
    others = [one for one in boxes if not akin(one, bssid)]
    if any(akin(mac, one) for one in others):
        return 0.97
    # several boxes carry the name: one of them is tied to the router, and it need not be ours
    return 0.75 if others else 0.3


def _slow_behind(scene: Scene, radio: Radio) -> tuple[float, str]:
    """Trouble on the way to the router that the own link does not explain."""
    carries, found = radio.carries_bps, figures(scene, DOWN)
    hop = max(
        judge(scene).belief
        for judge in (
            gateway_queue,
            wifi_queue_before_router,
            loss_to_gateway,
            delay_to_gateway,
            jitter_to_gateway,
        )
    )
    if isinstance(carries, Unmeasured):
        return temper(hop, 0.5), "and the way to the router is slow"
    wide = UNSURE
    if found:
        wide = above(carries, _WIDE * found[0].rate_bps, 0.25)
        if low(scene, DOWN).belief < PRESENT_FROM:
            wide = min(wide, UNSURE)
    text = f"its link carries {carries / 1e6:.0f} Mbit/s"
    text += f", yet {found[0].rate_bps / 1e6:.0f} get through" if found else ", yet it is late"
    return (min(hop, wide) if found else temper(hop, 0.6)), text
