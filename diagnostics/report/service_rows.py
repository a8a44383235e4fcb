"""Rows of the readings about names, web pages, clock and log-in pages."""

from __future__ import annotations

from diagnostics.readings.names import Names, QuerySet, ResolverReading
from diagnostics.readings.web import Clock, Fetch, FetchEnd, Portal, PortalFinding, Web
from diagnostics.report.sheet import Sheet, fill
from diagnostics.words import mark

ENDS = {
    FetchEnd.ANSWERED: mark("answered"),
    FetchEnd.NAME_FAILED: mark("name not found"),
    FetchEnd.NO_ROUTE: mark("no way there"),
    FetchEnd.REFUSED: mark("refused"),
    FetchEnd.RESET: mark("cut off"),
    FetchEnd.CONNECT_TIMED_OUT: mark("no answer"),
    FetchEnd.STALLED: mark("connected, then silence"),
    FetchEnd.TLS_FAILED: mark("secure connection failed"),
    FetchEnd.CERTIFICATE_BAD: mark("bad certificate"),
    FetchEnd.BAD_ANSWER: mark("answer not understood"),
}
PORTALS = {
    PortalFinding.UNTOUCHED: mark("untouched"),
    PortalFinding.ALTERED: mark("altered on the way"),
    PortalFinding.UNREACHED: mark("not reached"),
}
ROLES = {
    "router": mark("router"),
    "provider": mark("provider"),
    "public": mark("public"),
    "local": mark("at home"),
    "other": mark("other"),
}


@fill.register
def fill_names(reading: Names, sheet: Sheet) -> None:
    for lookup in reading.system:
        name = sheet.words.name(lookup.name)
        sheet.figure(mark("This computer looks up {name}"), lookup.took_ms, "ms", name=name)
    for resolver in reading.resolvers:
        _resolver(resolver, sheet)


def _resolver(resolver: ResolverReading, sheet: Sheet) -> None:
    words = sheet.words
    role = words.say(ROLES[resolver.role.value])
    who = f"{words.name(resolver.address)} ({role})"
    kinds: tuple[tuple[str, QuerySet], ...] = (
        (mark("{who}: known names"), resolver.cached),
        (mark("{who}: new names"), resolver.uncached),
        (mark("{who}: names that do not exist"), resolver.absent),
    )
    for label, queries in kinds:
        _queries(label, queries, who, sheet)
    if resolver.absent_answers:
        sheet.names(mark("{who}: wrongly answers with"), resolver.absent_answers, who=who)


def _queries(label: str, queries: QuerySet, who: str, sheet: Sheet) -> None:
    words = sheet.words
    shown = words.say(
        "{right} of {sent} right, {delay}",
        right=words.number(queries.succeeded),
        sent=words.number(queries.sent),
        delay=words.by_unit(queries.rtt_median_ms, "ms"),
    )
    sheet.text(label, shown, who=who)


@fill.register
def fill_web(reading: Web, sheet: Sheet) -> None:
    for fetch in reading.fetches:
        _fetch(fetch, sheet)


def _fetch(fetch: Fetch, sheet: Sheet) -> None:
    words = sheet.words
    parts = {"site": words.name(fetch.url), "family": words.number(fetch.family)}
    if fetch.end is FetchEnd.ANSWERED:
        sheet.figure(mark("{site}, IPv{family}: first byte"), fetch.first_byte_ms, "ms", **parts)
    else:
        sheet.say(mark("{site}, IPv{family}"), ENDS[fetch.end], **parts)


@fill.register
def fill_clock(reading: Clock, sheet: Sheet) -> None:
    sheet.figure(mark("Clock is ahead, by web sites"), reading.http_date_offset_s, "s")
    sheet.figure(mark("Clock is ahead, by time servers"), reading.ntp_offset_s, "s")


@fill.register
def fill_portal(reading: Portal, sheet: Sheet) -> None:
    for check in reading.checks:
        sheet.say(mark("{site}"), PORTALS[check.finding], site=sheet.words.name(check.url))
    sheet.fact(mark("The network says that a log-in is needed"), reading.api_says_captive)
