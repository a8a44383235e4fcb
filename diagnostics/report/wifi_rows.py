"""Rows of the radio's readings: own link, the air, and the link during the check."""

from __future__ import annotations

from diagnostics.air.airtime import Share
from diagnostics.air.radio import Radio, dbm_of
from diagnostics.readings.wifi import (
    Channel,
    Concealed,
    LinkEventKind,
    Name,
    Network,
    NetworkName,
    OwnLink,
    Wifi,
    WifiWatch,
)
from diagnostics.report.sheet import NONE, Sheet, fill
from diagnostics.result import Reason, Unmeasured
from diagnostics.words import Words, mark

#: more networks than that fill no page; the loudest are shown
_MOST_NETWORKS = 40


def name_words(name: Name, words: Words) -> str:
    """A name to show; a network that hides its own is said to do so."""
    if isinstance(name, NetworkName):
        return words.name(name.text)
    if isinstance(name, Concealed):
        return words.say("(hides its name)")
    return words.why(name)


def channel_words(channel: Channel | Unmeasured, words: Words) -> str:
    if isinstance(channel, Unmeasured):
        return words.why(channel)
    parts = [words.isolate(words.number(channel.number))]
    if not isinstance(channel.band, Unmeasured):
        parts.append(words.isolate(f"{channel.band.value} GHz"))
    if not isinstance(channel.width_mhz, Unmeasured):
        parts.append(words.figure(channel.width_mhz, "MHz", 0))
    return ", ".join(parts)


@fill.register
def fill_wifi(reading: Wifi, sheet: Sheet) -> None:
    if isinstance(reading.link, Unmeasured):
        sheet.figure(mark("State of the WiFi link"), reading.link)
    else:
        _link(reading.link, sheet)
        _share(reading, reading.link, sheet)
    if isinstance(reading.networks, Unmeasured):
        sheet.figure(mark("Networks in the air"), reading.networks)
        return
    sheet.text(mark("Networks in the air"), sheet.words.number(len(reading.networks)))
    loudest = sorted(reading.networks, key=_loudness, reverse=True)[:_MOST_NETWORKS]
    for one in loudest:
        _network(one, sheet)


def _share(reading: Wifi, link: OwnLink, sheet: Sheet) -> None:
    radio = Radio(reading, Unmeasured(Reason.NOT_RUN), Unmeasured(Reason.NOT_RUN), link)
    share = radio.share
    if isinstance(share, Share):
        sheet.figure(mark("Others' share of the channel's time"), 100 * share.taken, "%")
    elif radio.joined:
        sheet.figure(mark("Others' share of the channel's time"), share)


def _loudness(network: Network) -> float:
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    return -200.0 if isinstance(signal, Unmeasured) else signal


def _link(link: OwnLink, sheet: Sheet) -> None:
    words = sheet.words
    sheet.say(mark("State of the WiFi link"), STATES[link.state.value])
    sheet.text(mark("Own network"), name_words(link.name, words))
    sheet.figure(mark("Access point"), link.bssid)
    sheet.text(mark("Channel"), channel_words(link.channel, words))
    sheet.figure(mark("Signal"), link.signal_dbm, "dBm")
    sheet.figure(mark("Noise"), link.noise_dbm, "dBm")
    sheet.figure(mark("Rate towards this computer"), link.rx_rate_bps, "bit/s")
    sheet.figure(mark("Rate from this computer"), link.tx_rate_bps, "bit/s")
    sheet.figure(mark("Generation"), link.generation)
    sheet.figure(mark("Lock"), link.security)
    sheet.fact(mark("Saves power"), link.power_saving)


STATES = {
    "radio-off": mark("switched off"),
    "disconnected": mark("joined to no network"),
    "joining": mark("joining"),
    "joined": mark("joined"),
}


def _network(network: Network, sheet: Sheet) -> None:
    words = sheet.words
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    shown = [channel_words(network.channel, words), words.by_unit(signal, "dBm")]
    if not isinstance(network.security, Unmeasured):
        shown.append(words.isolate(network.security.value))
    if not isinstance(network.load, Unmeasured):
        busy = words.percent(100 * network.load.busy_share)
        shown.append(words.say("busy {share}", share=busy))
    sheet.text(mark("{name}: heard"), " · ".join(shown), name=name_words(network.name, words))


@fill.register
def fill_wifi_watch(reading: WifiWatch, sheet: Sheet) -> None:
    signals = [
        one.signal_dbm for one in reading.samples if not isinstance(one.signal_dbm, Unmeasured)
    ]
    sheet.text(mark("Moments watched"), sheet.words.number(len(reading.samples)))
    if signals:
        sheet.figure(mark("Weakest signal"), min(signals), "dBm")
        sheet.figure(mark("Strongest signal"), max(signals), "dBm")
    if isinstance(reading.events, Unmeasured):
        sheet.figure(mark("What happened to the link"), reading.events)
        return
    if not reading.events:
        sheet.say(mark("What happened to the link"), NONE)
    for one in reading.events[:_MOST_NETWORKS]:
        sheet.text(mark("What happened to the link"), _event(one.kind, one.at_s, sheet.words))


EVENTS = {
    LinkEventKind.JOINED: mark("joined"),
    LinkEventKind.LEFT: mark("went away"),
    LinkEventKind.ROAMED: mark("moved to another access point"),
    LinkEventKind.CHANNEL_SWITCHED: mark("the access point changed its channel"),
    LinkEventKind.RADAR: mark("radar was heard"),
    LinkEventKind.REFUSED: mark("was refused"),
}


def _event(kind: LinkEventKind, at_s: float, words: Words) -> str:
    when = words.duration(abs(at_s))
    text = mark("{what}, {when} into the check")
    if at_s < 0:
        text = mark("{what}, {when} before the check")
    return words.say(text, what=words.say(EVENTS[kind]), when=when)
