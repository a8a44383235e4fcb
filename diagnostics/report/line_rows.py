"""Rows of the readings about the line and beyond: path, anchors, packets, speed, breaks."""

from __future__ import annotations

from diagnostics.explain.busy_line import added, busy_line
from diagnostics.readings.load import (
    Confidence,
    CrossTraffic,
    DelayAtPlace,
    DelayPhase,
    PlaceKind,
    SpeedFigure,
    Throughput,
    Where,
)
from diagnostics.readings.path import Anchors, Hop, MtuFinding, Path, PathMtu
from diagnostics.readings.voice import Voice, VoiceWay
from diagnostics.readings.watch import Watch
from diagnostics.report.sheet import Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.words import mark

PLACE_KINDS = {
    PlaceKind.GATEWAY: mark("Router"),
    PlaceKind.EDGE: mark("Provider's first hop"),
    PlaceKind.ANCHOR: mark("Internet"),
}
CONFIDENCES = {
    Confidence.HIGH: mark("high"),
    Confidence.MEDIUM: mark("medium"),
    Confidence.LOW: mark("low"),
}
MTU_FINDINGS = {
    MtuFinding.CLEAR: mark("full-size packets pass"),
    MtuFinding.REPORTED: mark("a router reports the limit, as it should"),
    MtuFinding.VANISHES: mark("large packets vanish without a word"),
}


@fill.register
def fill_path(reading: Path, sheet: Sheet) -> None:
    for hop in reading.hops:
        _hop(hop, sheet)
    sheet.fact(mark("Far end reached"), reading.reached)
    sheet.figure(mark("Provider's first hop"), reading.edge)
    sheet.echoes(sheet.words.say(PLACE_KINDS[PlaceKind.EDGE]), reading.edge_echoes)
    sheet.text(mark("Private hops on the way"), sheet.words.number(reading.private_hops))


def _hop(hop: Hop, sheet: Sheet) -> None:
    number = sheet.words.number(hop.ttl)
    if isinstance(hop.address, Unmeasured):
        sheet.say(mark("Hop {number}"), mark("silent, which says nothing"), number=number)
        return
    where = sheet.words.name(hop.address)
    sheet.figure(mark("Hop {number}, {where}"), hop.rtt_median_ms, "ms", number=number, where=where)


@fill.register
def fill_anchors(reading: Anchors, sheet: Sheet) -> None:
    for series in reading.ipv4 + reading.ipv6:
        sheet.echoes(sheet.words.name(series.target), series)
    sheet.fact(mark("Connections get through"), reading.tcp_reached)


@fill.register
def fill_path_mtu(reading: PathMtu, sheet: Sheet) -> None:
    sheet.say(mark("Packet size"), MTU_FINDINGS[reading.finding])
    sheet.figure(mark("Largest packet that passed"), reading.path_mtu_bytes, "B")
    sheet.figure(mark("Largest packet of the adapter"), reading.link_mtu_bytes, "B")
    sheet.count(mark("Small packets answered"), reading.small_sent, reading.small_received)
    sheet.count(mark("Large packets answered"), reading.big_sent, reading.big_received)


@fill.register
def fill_cross_traffic(reading: CrossTraffic, sheet: Sheet) -> None:
    sheet.figure(mark("Received before the test"), reading.down_bps, "bit/s")
    sheet.figure(mark("Sent before the test"), reading.up_bps, "bit/s")
    sheet.figure(mark("Busiest program"), reading.busiest_program)


@fill.register
def fill_throughput(reading: Throughput, sheet: Sheet) -> None:
    for figure in reading.down:
        _speed(mark("Download, {where}"), figure, sheet)
    if not reading.down:
        sheet.figure(mark("Download"), reading.down_failed)
    for figure in reading.up:
        _speed(mark("Upload, {where}"), figure, sheet)
    if not reading.up:
        sheet.figure(mark("Upload"), reading.up_failed)
    for delay in reading.delays:
        _delay(delay, sheet)
    _busy(reading, sheet)
    sheet.figure(mark("Busiest core of this computer"), reading.cpu_busiest_core_percent, "%")


def _speed(label: str, figure: SpeedFigure, sheet: Sheet) -> None:
    words = sheet.words
    own = mark("server of the provider") if figure.where is Where.ISP else mark("server outside")
    shown = words.say(
        "{rate} (between {low} and {high})",
        rate=words.rate(figure.rate_bps),
        low=words.rate(figure.low_bps),
        high=words.rate(figure.high_bps),
    )
    sheet.text(label, shown, where=words.say(own))
    if figure.starved:
        sheet.say(mark("How sure"), mark("low: this computer was too busy to measure what comes"))
    elif figure.confidence is Confidence.LOW:
        sheet.say(mark("How sure"), mark("low: the line did not hold one speed, or was not filled"))
    others = figure.cross_traffic_bps
    if not isinstance(others, Unmeasured) and others > 0.1 * figure.rate_bps:
        sheet.figure(mark("Other traffic of this computer meanwhile"), others, "bit/s")


def _delay(delay: DelayAtPlace, sheet: Sheet) -> None:
    place = sheet.words.say(PLACE_KINDS[delay.place])
    phases = (
        (mark("{place}: delay at rest"), delay.idle),
        (mark("{place}: delay during download"), delay.down),
        (mark("{place}: delay during upload"), delay.up),
    )
    for label, phase in phases:
        sheet.figure(label, median(phase), "ms", place=place)
    _added(delay, sheet)


def _added(delay: DelayAtPlace, sheet: Sheet) -> None:
    words, place = sheet.words, sheet.words.say(PLACE_KINDS[delay.place])
    ways = (
        (mark("{place}: added by download"), delay.down),
        (mark("{place}: added by upload"), delay.up),
    )
    for label, phase in ways:
        found = added(delay.idle, phase)
        if isinstance(found, Unmeasured):
            sheet.figure(label, found, place=place)
            continue
        shown = words.say(
            "{median}, 9 of 10 below {p90}",
            median=words.by_unit(found.median_ms, "ms"),
            p90=words.by_unit(found.p90_ms, "ms"),
        )
        sheet.text(label, shown, place=place)


def _busy(reading: Throughput, sheet: Sheet) -> None:
    """The letter, and round trips a minute with how sure they are."""
    if found := busy_line(reading, sheet.words):
        sheet.text(mark("Under load"), f"{found.grade}. {found.sentence}")
    ways = (
        (mark("Round trips a minute during download"), reading.down_responsiveness),
        (mark("Round trips a minute during upload"), reading.up_responsiveness),
    )
    for label, figure in ways:
        if isinstance(figure, Unmeasured):
            sheet.figure(label, figure)
            continue
        shown = sheet.words.say(
            "{rpm} (confidence: {confidence})",
            rpm=sheet.words.number(round(figure.rpm)),
            confidence=sheet.words.say(CONFIDENCES[figure.confidence]),
        )
        sheet.text(label, shown)


def median(phase: DelayPhase | Unmeasured) -> float | Unmeasured:
    return phase if isinstance(phase, Unmeasured) else phase.rtt_median_ms


@fill.register
def fill_voice(reading: Voice, sheet: Sheet) -> None:
    sheet.count(mark("Packets of a call that came back"), reading.sent, reading.received)
    sheet.text(mark("Longest gap, packets"), sheet.words.number(reading.longest_loss))
    sheet.text(mark("Packets too late for a call"), sheet.words.number(reading.discarded))
    sheet.figure(mark("Delay, there and back"), reading.rtt_median_ms, "ms")
    _voice_way(sheet.words.say("To the internet"), reading.up, sheet)
    _voice_way(sheet.words.say("From the internet"), reading.down, sheet)
    sheet.text(
        mark("Estimated quality of a call, 1 to 4.5 (ITU-T G.107; telephone and room left out)"),
        sheet.words.number(reading.mos, 1),
    )


def _voice_way(way: str, figures: VoiceWay, sheet: Sheet) -> None:
    sheet.figure(mark("{way}: packets lost"), figures.lost, way=way)
    sheet.figure(mark("{way}: jitter"), figures.jitter_ms, "ms", way=way)
    sheet.text(mark("{way}: out of order"), sheet.words.number(figures.reordered), way=way)


@fill.register
def fill_watch(reading: Watch, sheet: Sheet) -> None:
    sheet.figure(mark("Watched for"), reading.duration_s, "s")
    for place in reading.places:
        name = sheet.words.say(PLACE_KINDS[place.place])
        sheet.count(mark("{place}: echoes answered"), place.sent, place.received, place=name)
        breaks = sheet.words.number(len(place.drops))
        sheet.text(mark("{place}: breaks"), breaks, place=name)
    sheet.figure(mark("Link went away"), reading.link_drops)
