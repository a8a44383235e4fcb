"""Rows of what others tell: the router of its line."""

from __future__ import annotations

from collections.abc import Mapping

from diagnostics.readings.filtering import Filtering, NameFilter
from diagnostics.readings.home import HomeDevices, HomeServiceKind
from diagnostics.readings.refusals import KnockEnd, Refusals
from diagnostics.readings.router import AccessKind, LinkState, RouterFacts, WanError, WanState
from diagnostics.readings.sessions import Sessions
from diagnostics.readings.status import NoticeKind, ProviderStatus
from diagnostics.report.sheet import Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.words import mark

STATES: Mapping[WanState, str] = {
    WanState.CONNECTED: mark("connected"),
    WanState.CONNECTING: mark("connecting"),
    WanState.DISCONNECTED: mark("not connected"),
    WanState.UNCONFIGURED: mark("not set up"),
}
ERRORS: Mapping[WanError, str] = {
    WanError.NONE: mark("none"),
    WanError.LOGIN_REFUSED: mark("the provider refused the login"),
    WanError.NO_ANSWER: mark("the provider did not answer"),
    WanError.NO_CARRIER: mark("no signal on the line"),
    WanError.ENDED_BY_PROVIDER: mark("the provider ended the connection"),
    WanError.ENDED_AT_HOME: mark("ended at home"),
    WanError.OTHER: mark("another one"),
}
KINDS: Mapping[AccessKind, str] = {
    AccessKind.DSL: mark("DSL"),
    AccessKind.CABLE: mark("television cable"),
    AccessKind.ETHERNET: mark("network cable to another box"),
    AccessKind.OTHER: mark("another kind"),
}
LINKS: Mapping[LinkState, str] = {
    LinkState.UP: mark("up"),
    LinkState.DOWN: mark("down"),
    LinkState.INITIALIZING: mark("starting"),
}


def _word(
    sheet: Sheet,
    label: str,
    value: WanState | WanError | AccessKind | LinkState | Unmeasured,
    table: Mapping[WanState, str]
    | Mapping[WanError, str]
    | Mapping[AccessKind, str]
    | Mapping[LinkState, str],
) -> None:
    if isinstance(value, Unmeasured):
        sheet.figure(label, value)
        return
    words = {str(key): text for key, text in table.items()}
    sheet.say(label, words[str(value)])


@fill.register
def fill_router_facts(reading: RouterFacts, sheet: Sheet) -> None:
    maker = " ".join(filter(None, (reading.manufacturer, reading.model, reading.version)))
    sheet.text(mark("Router's model"), sheet.words.name(maker))
    _word(sheet, mark("Router's connection"), reading.state, STATES)
    _word(sheet, mark("Router's last error"), reading.last_error, ERRORS)
    sheet.figure(mark("Router connected for"), reading.connected_s, "s")
    sheet.figure(mark("Router's outside address"), reading.outside_address)
    _word(sheet, mark("Router's outside port"), reading.port.kind, KINDS)
    _word(sheet, mark("Signal on that port"), reading.port.link, LINKS)
    sheet.figure(mark("Line's rate down, says the router"), reading.port.down_bps, "bit/s")
    sheet.figure(mark("Line's rate up, says the router"), reading.port.up_bps, "bit/s")
    sheet.figure(mark("All of the home receives"), reading.traffic.down_bps, "bit/s")
    sheet.figure(mark("All of the home sends"), reading.traffic.up_bps, "bit/s")


@fill.register
def fill_sessions(reading: Sessions, sheet: Sheet) -> None:
    sheet.count(mark("New connections that came about"), reading.tried, reading.opened)
    sheet.fact(mark("An open connection lived on"), reading.kept_alive)


FILTERS: Mapping[NameFilter, str] = {
    NameFilter.SAME: mark("agrees with a public one"),
    NameFilter.SINKHOLE: mark("leads it nowhere"),
    NameFilter.WITHHELD: mark("withholds the address"),
    NameFilter.OTHER: mark("gives another address"),
}
KNOCK_ENDS: Mapping[KnockEnd, str] = {
    KnockEnd.CONNECTED: mark("connected"),
    KnockEnd.REFUSED: mark("refused"),
    KnockEnd.PROHIBITED: mark("forbidden"),
    KnockEnd.UNREACHABLE: mark("no way there"),
    KnockEnd.SILENT: mark("no answer"),
}


@fill.register
def fill_filtering(reading: Filtering, sheet: Sheet) -> None:
    for site in reading.sites:
        name = sheet.words.name(site.name)
        sheet.fact(mark("{site}: failed"), site.failed, site=name)
        if isinstance(site.by_resolver, Unmeasured):
            sheet.figure(mark("{site}: resolver in use"), site.by_resolver, site=name)
        else:
            sheet.say(mark("{site}: resolver in use"), FILTERS[site.by_resolver], site=name)


@fill.register
def fill_home_devices(reading: HomeDevices, sheet: Sheet) -> None:
    for one in reading.devices:
        label = mark("Disk {host} answers")
        if one.kind is HomeServiceKind.PRINTER:
            label = mark("Printer {host} answers")
        sheet.fact(label, one.answers, host=sheet.words.name(one.host))


@fill.register
def fill_status(reading: ProviderStatus, sheet: Sheet) -> None:
    sheet.text(mark("Notices of the provider"), sheet.words.number(len(reading.notices)))
    for notice in reading.notices:
        label = mark("Outage") if notice.kind is NoticeKind.OUTAGE else mark("Planned work")
        sheet.text(label, sheet.words.name(notice.text or notice.id))
        sheet.fact(mark("Open now"), notice.now)


@fill.register
def fill_refusals(reading: Refusals, sheet: Sheet) -> None:
    for one in reading.knocks:
        where = f"{one.address} {one.port}"
        sheet.say(mark("Connection to {where}"), KNOCK_ENDS[one.end], where=where)
        sheet.figure(mark("{where}: refused by"), one.said_by, where=where)
    sheet.fact(mark("This computer forbids to send"), reading.datagrams_forbidden)
