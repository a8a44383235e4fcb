"""Written cases of causes that router, modem, provider or the past have to tell."""

from __future__ import annotations

from diagnostics.readings.filtering import NameFilter
from diagnostics.readings.home import HomeDevice, HomeDevices, HomeServiceKind
from diagnostics.readings.refusals import Knocked, KnockEnd, Refusals
from diagnostics.readings.router import AccessKind, LinkState, WanError, WanState
from diagnostics.readings.sessions import Sessions
from diagnostics.readings.status import Notice, NoticeKind, ProviderStatus
from diagnostics.readings.web import FetchEnd
from tests.cases import home as h
from tests.cases.fault import Fault, nothing_reached
from tests.cases.home import HomeInFigures

HOME = HomeInFigures()


def _no_login() -> HomeInFigures:
    told = h.router_facts(WanState.CONNECTING, WanError.LOGIN_REFUSED, h.NONE_HERE)
    return nothing_reached(HOME).having(h.DEAD_PATH, told)


def _in_sync_without_address() -> HomeInFigures:
    told = h.router_facts(WanState.DISCONNECTED, WanError.NO_ANSWER, h.NONE_HERE, AccessKind.DSL)
    return nothing_reached(HOME).having(h.DEAD_PATH, told)


def line_out_of_sync() -> HomeInFigures:
    """A dead line of which the router itself says so."""
    told = h.router_facts(
        WanState.DISCONNECTED, WanError.NO_CARRIER, h.NONE_HERE, AccessKind.DSL, LinkState.DOWN
    )
    return nothing_reached(HOME).having(h.DEAD_PATH, told)


def _knocked(end: KnockEnd, refused_at: tuple[int, ...], expired_at: tuple[int, ...]) -> Refusals:
    one = Knocked(
        address="185.15.58.224",
        port=443,
        end=end,
        took_ms=1.0,
        said_by=h.SILENT,
        refused_at=refused_at,
        expired_at=expired_at,
    )
    return Refusals(knocks=(one,), datagrams_forbidden=False)


def _secure_pages_fail(end: FetchEnd, knocked: Refusals) -> HomeInFigures:
    return HOME.having(h.web(tuple(h.fetch(site, end) for site in h.SITES)), knocked)


def _refused_here() -> HomeInFigures:
    knocked = _knocked(KnockEnd.REFUSED, (1, 2, 3), ())
    return _secure_pages_fail(FetchEnd.REFUSED, knocked)


def _swallowed_here() -> HomeInFigures:
    knocked = _knocked(KnockEnd.SILENT, (), ())
    return _secure_pages_fail(FetchEnd.CONNECT_TIMED_OUT, knocked)


def _refused_by_router() -> HomeInFigures:
    knocked = _knocked(KnockEnd.REFUSED, (2, 3), (1,))
    return _secure_pages_fail(FetchEnd.REFUSED, knocked)


def _bedtime() -> HomeInFigures:
    """The router resolves names for everybody and lets nothing of this computer pass."""
    knocked = _knocked(KnockEnd.SILENT, (), (1,))
    alone = h.names(provider=h.GONE, public=h.GONE)
    return nothing_reached(HOME).having(h.DEAD_PATH, alone, knocked)


def blocked_by_provider() -> HomeInFigures:
    """The question for port 443 passes the router and dies behind the provider's first hop."""
    knocked = _knocked(KnockEnd.SILENT, (), (1, 2))
    return _secure_pages_fail(FetchEnd.CONNECT_TIMED_OUT, knocked)


def _table_full() -> HomeInFigures:
    """New connections fail at random: some pages, some names."""
    ends = (FetchEnd.ANSWERED, FetchEnd.CONNECT_TIMED_OUT, FetchEnd.ANSWERED, FetchEnd.ANSWERED)
    pages = tuple(h.fetch(site, end) for site, end in zip(h.SITES, ends, strict=True))
    full = Sessions(tried=40, opened=17, late=0, kept_alive=True)
    some = h.Answering(answered=2)
    return HOME.having(full, h.web(pages), h.names(provider=some, public=some))


def _first_site_fails(end: FetchEnd) -> h.Web:
    return h.web((h.fetch(h.SITES[0], end), *(h.fetch(site) for site in h.SITES[1:])))


def _hidden_site() -> HomeInFigures:
    hidden = h.site_filter(h.SITES[0], NameFilter.SINKHOLE, failed=True, works=True, cut=False)
    return HOME.having(h.filtering(hidden), _first_site_fails(FetchEnd.REFUSED))


def _cut_site() -> HomeInFigures:
    cut = h.site_filter(h.SITES[0], failed=True, works=False, cut=True)
    return HOME.having(h.filtering(cut), _first_site_fails(FetchEnd.RESET))


def notice(kind: NoticeKind, *, now: bool = True) -> ProviderStatus:
    one = Notice(id="N-1", kind=kind, now=now, begins_at="", ends_at="", text="Core network")
    return ProviderStatus(notices=(one,))


def _announced(kind: NoticeKind) -> HomeInFigures:
    return nothing_reached(HOME).having(h.EDGE_ONLY, notice(kind))


def disk(*, answers: bool) -> HomeDevices:
    one = HomeDevice(
        kind=HomeServiceKind.DISK,
        host="192.168.1.50",
        address="192.168.1.50",
        on_link=True,
        answers=answers,
    )
    return HomeDevices(devices=(one,))


TOLD_FAULTS = (
    Fault("line-no-login", _no_login),
    Fault("line-no-login", _in_sync_without_address),
    Fault("line-down", line_out_of_sync),
    Fault("device-firewall-blocks", _refused_here),
    Fault("device-firewall-blocks", _swallowed_here),
    Fault("router-blocks", _refused_by_router),
    Fault("router-blocks", _bedtime),
    Fault("port-blocked", blocked_by_provider),
    Fault("router-session-limit", _table_full),
    Fault("isp-area-outage", lambda: _announced(NoticeKind.OUTAGE)),
    Fault("isp-maintenance", lambda: _announced(NoticeKind.MAINTENANCE)),
    Fault("lan-device-unreachable", lambda: HOME.having(disk(answers=False)), "My NAS is gone"),
    Fault("site-filtered", _hidden_site),
    Fault("site-filtered", _cut_site),
)
