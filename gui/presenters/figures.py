"""Short figures of a run: one a stretch of the path, and the whole table for the detailed view."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.evidence import Evidence
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import Interface, InterfaceKind, Interfaces
from diagnostics.readings.load import DelayPhase, PlaceKind, SpeedFigure, Throughput
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import Reason, Unmeasured
from gui.locale import _, figure, words


@dataclass(frozen=True)
class Row:
    """One line of the figures table."""

    name: str
    value: str
    measured: bool


@dataclass(frozen=True)
class Table:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PathFigures:
    """Empty text where nothing was measured."""

    link: str = ""
    router: str = ""
    provider: str = ""
    internet: str = ""
    wired: bool | None = None  # None: not known whether cable or WiFi


def delay(ms: float) -> str:
    return words().ms(round(ms) if ms >= 1 else ms)


def rate(bps: float) -> str:
    return words().rate(bps)


def share(percent: float) -> str:
    return words().percent(percent)


def path_figures(evidence: Evidence) -> PathFigures:
    active = active_interface(evidence)
    link = ""
    if active is not None and not isinstance(active.speed_mbps, Unmeasured):
        link = rate(active.speed_mbps * 1e6)
    gateway = evidence.value(Gateway)
    path = evidence.value(Path)
    anchors = evidence.value(Anchors)
    return PathFigures(
        link=link,
        router="" if isinstance(gateway, Unmeasured) else _series(gateway.echoes),
        provider="" if isinstance(path, Unmeasured) else _series(path.edge_echoes),
        internet="" if isinstance(anchors, Unmeasured) else _nearest(anchors),
        wired=_wired(active),
    )


def active_interface(evidence: Evidence) -> Interface | None:
    reading = evidence.value(Interfaces)
    if isinstance(reading, Unmeasured):
        return None
    return next((each for each in reading.interfaces if each.name == reading.active), None)


def _wired(active: Interface | None) -> bool | None:
    if active is None or active.kind not in (InterfaceKind.ETHERNET, InterfaceKind.WIFI):
        return None
    return active.kind is InterfaceKind.ETHERNET


def _series(series: EchoSeries | Unmeasured) -> str:
    """Delay, or loss when that is the news; empty when unmeasured or nobody answered."""
    if isinstance(series, Unmeasured) or isinstance(series.rtt_median_ms, Unmeasured):
        return ""
    if series.loss_percent >= 1:
        return _("{share} lost").format(share=share(series.loss_percent))
    return delay(series.rtt_median_ms)


def _nearest(anchors: Anchors) -> str:
    answered = [
        (each.rtt_median_ms, each)
        for each in (*anchors.ipv4, *anchors.ipv6)
        if not isinstance(each.rtt_median_ms, Unmeasured)
    ]
    return _series(min(answered, key=lambda pair: pair[0])[1]) if answered else ""


def tables(evidence: Evidence) -> tuple[Table, ...]:
    """The detailed view. What was not measured stands there with its reason."""
    return (_speed(evidence), _delays(evidence), _names(evidence))


def _row(name: str, value: str | Unmeasured) -> Row:
    if isinstance(value, Unmeasured):
        text = _("Not measured: {reason}").format(reason=words().why(value))
        return Row(name=name, value=text, measured=False)
    return Row(name=name, value=value, measured=True)


def _delay_of(value: float | Unmeasured) -> str | Unmeasured:
    return value if isinstance(value, Unmeasured) else delay(value)


def _speed(evidence: Evidence) -> Table:
    reading = evidence.value(Throughput)
    missing = reading if isinstance(reading, Unmeasured) else Unmeasured(Reason.NO_ANSWER)
    figures: tuple[SpeedFigure, ...] = ()
    uploads: tuple[SpeedFigure, ...] = ()
    if not isinstance(reading, Unmeasured):
        figures, uploads = reading.down, reading.up
    rows = [
        _row(_("Download"), rate(figures[0].rate_bps) if figures else missing),
        _row(_("Upload"), rate(uploads[0].rate_bps) if uploads else missing),
    ]
    if not isinstance(reading, Unmeasured):
        rows += _loaded(reading)
    return Table(title=_("Speed"), rows=tuple(rows))


def _loaded(reading: Throughput) -> list[Row]:
    places = {
        PlaceKind.GATEWAY: _("Delay at the router, busy line"),
        PlaceKind.EDGE: _("Delay at the provider, busy line"),
        PlaceKind.ANCHOR: _("Delay on the internet, busy line"),
    }
    return [_row(places[each.place], _busiest(each.down, each.up)) for each in reading.delays]


def _busiest(down: DelayPhase | Unmeasured, up: DelayPhase | Unmeasured) -> str | Unmeasured:
    medians = [each if isinstance(each, Unmeasured) else each.rtt_median_ms for each in (down, up)]
    measured = [each for each in medians if not isinstance(each, Unmeasured)]
    if measured:
        return delay(max(measured))
    return next(each for each in medians if isinstance(each, Unmeasured))


def _delays(evidence: Evidence) -> Table:
    gateway, path, anchors = (
        evidence.value(Gateway),
        evidence.value(Path),
        evidence.value(Anchors),
    )
    rows: list[Row] = []
    rows += _echo_rows(_("Router"), gateway if isinstance(gateway, Unmeasured) else gateway.echoes)
    rows += _echo_rows(_("Provider"), path if isinstance(path, Unmeasured) else path.edge_echoes)
    if isinstance(anchors, Unmeasured):
        rows += _echo_rows(_("Internet"), anchors)
    else:
        for each in (*anchors.ipv4, *anchors.ipv6):
            rows += _echo_rows(figure(each.target), each)
    return Table(title=_("Delay and loss"), rows=tuple(rows))


def _echo_rows(place: str, series: EchoSeries | Unmeasured) -> list[Row]:
    name = _("{place}: delay").format(place=place)
    if isinstance(series, Unmeasured):
        return [_row(name, series)]
    return [
        _row(name, _delay_of(series.rtt_median_ms)),
        _row(_("{place}: lost").format(place=place), share(series.loss_percent)),
    ]


def _names(evidence: Evidence) -> Table:
    reading = evidence.value(Names)
    if isinstance(reading, Unmeasured):
        return Table(title=_("Name lookup"), rows=(_row(_("Name lookup"), reading),))
    rows = [
        _row(figure(each.address), _delay_of(each.cached.rtt_median_ms))
        for each in reading.resolvers
    ]
    return Table(title=_("Name lookup"), rows=tuple(rows))
