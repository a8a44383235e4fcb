"""Written homes whose past tells: what earlier checks found, beside the figures of now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from diagnostics.readings.history import EarlierCheck, FarDelay, History
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.path import Place
from diagnostics.readings.router import AccessKind, RouterFacts
from diagnostics.result import Reason, Unmeasured
from diagnostics.verdict import Status
from tests.cases import home as h
from tests.cases.fault import Fault
from tests.cases.healthy import Sound
from tests.cases.home import Delay, HomeInFigures

NOW = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
HOME = HomeInFigures()
NOT_SAID = Unmeasured(Reason.NOT_SUPPORTED)
USUAL_HOPS = (h.EDGE, "81.2.70.1", "80.81.192.5")


def text_of(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def earlier(
    hours_ago: float, cause: str = "", far_ms: float = 14.0, **figures: object
) -> EarlierCheck:
    """A check of the home in figures: clean, or with this cause asserted; some figures other."""
    sound = EarlierCheck(
        at=text_of(NOW - timedelta(hours=hours_ago)),
        status=Status.PROBLEM if cause else Status.HEALTHY,
        verdict=cause or "normal-for-plan",
        causes=(cause,) if cause else (),
        over=InterfaceKind.ETHERNET,
        down_bps=95e6,
        up_bps=19.2e6,
        line_ms=9.0,
        far=tuple(FarDelay(address=text, rtt_min_ms=far_ms) for text in h.ANCHORS),
        target=h.ANCHORS[0],
        hops=USUAL_HOPS,
        boot_id=7,
        connected_s=9e6 - 3600 * hours_ago,
    )
    return msgspec.structs.replace(sound, **figures)


def history(*checks: EarlierCheck) -> History:
    newest_first = sorted(checks, key=lambda one: one.at, reverse=True)
    return History(at=text_of(NOW), checks=tuple(newest_first))


def daily(days: range, hour: float = 0.0, down_bps: float = 95e6) -> tuple[EarlierCheck, ...]:
    """A sound check on each of these days before now, all the same so many hours earlier."""
    return tuple(earlier(24 * day + hour, down_bps=down_bps) for day in days)


# --- the router starts anew -----------------------------------------------------------------------


def router(
    age_h: float,
    boot_id: int | Unmeasured,
    kind: AccessKind = AccessKind.CABLE,
    *,
    dialled: bool = False,
) -> RouterFacts:
    told = h.router_facts(kind=kind)
    return msgspec.structs.replace(told, connected_s=3600 * age_h, boot_id=boot_id, dialled=dialled)


def _aged(
    hours_ago: float,
    age_h: float,
    boot_id: int | Unmeasured,
    found: str = "",
    asked: tuple[str, ...] = (),
) -> EarlierCheck:
    return earlier(
        hours_ago, found, connected_s=3600 * age_h, boot_id=boot_id, restarts_asked=asked
    )


def _restarts_each_few_hours() -> HomeInFigures:
    """Five boxes' numbers in two days, at hours that have nothing in common."""
    past = (_aged(40, 900, 7), _aged(31, 4, 8), _aged(22, 6, 9), _aged(13, 1, 10), _aged(3, 2, 11))
    return HOME.having(history(*past), router(0.5, 12))


def _restarts_every_other_day() -> HomeInFigures:
    past = (_aged(150, 300, 7), _aged(122, 5, 8), _aged(60, 11, 9), _aged(33, 38, 9))
    return HOME.having(history(*past), router(7, 10))


def _restarts_behind_a_modem() -> HomeInFigures:
    """No number of the box; its port is a cable to the modem, which no break of the line ends."""
    past = (
        _aged(90, 2000, NOT_SAID),
        _aged(70, 3, NOT_SAID),
        _aged(44, 9, NOT_SAID),
        _aged(20, 1, NOT_SAID),
    )
    return HOME.having(history(*past), router(4, NOT_SAID, AccessKind.ETHERNET))


def _line_breaks() -> HomeInFigures:
    """The connection is always young and the box always the same: the line ended it."""
    past = (_aged(40, 900, 7), _aged(31, 4, 7), _aged(22, 6, 7), _aged(13, 1, 7), _aged(3, 2, 7))
    return HOME.having(history(*past), router(0.5, 7))


def _line_breaks_maybe() -> HomeInFigures:
    """The same by a router with its own modem that tells no number."""
    past = tuple(_aged(ago, 1.5, NOT_SAID) for ago in (40, 31, 22, 13, 3))
    return HOME.having(history(*past), router(0.5, NOT_SAID, AccessKind.DSL, dialled=True))


def _switched_off_at_night() -> HomeInFigures:
    """Each morning at half past six, and checked at other hours."""
    past = tuple(_aged(24 * day + 2, 6, 20 - day) for day in (1, 2, 3, 4, 5))
    return HOME.having(history(*past), router(8, 20, AccessKind.ETHERNET))


def _restarted_by_guides() -> HomeInFigures:
    """Four starts, three of them because a guide said so."""
    steps = {50.0: 48.0, 40.0: 38.0, 30.0: 28.0}
    past = [
        _aged(ago, 3, number, asked=(text_of(NOW - timedelta(hours=done)),))
        for number, (ago, done) in enumerate(steps.items(), start=7)
    ]
    past += [_aged(47, 1, 8), _aged(37, 1, 9), _aged(27, 1, 10)]
    return HOME.having(history(*past), router(5, 11, AccessKind.ETHERNET))


def _restarted_for_a_bad_line() -> HomeInFigures:
    past = (
        _aged(40, 900, 7, "line-loss"),
        _aged(31, 4, 8, "line-intermittent"),
        _aged(22, 6, 9),
        _aged(13, 1, 10),
    )
    return HOME.having(history(*past), router(0.5, 11, AccessKind.ETHERNET))


def _two_starts() -> HomeInFigures:
    past = (_aged(90, 900, 7), _aged(50, 9, 8), _aged(30, 29, 8))
    return HOME.having(history(*past), router(6, 9, AccessKind.ETHERNET))


# --- another way round ----------------------------------------------------------------------------


def detour(
    far_ms: float,
    hops: tuple[str, ...] = ("62.115.1.9", "62.115.7.2"),
    edge_ms: float = 9.0,
) -> HomeInFigures:
    """Now all far places are at `far_ms`, over these hops behind the provider's."""
    home = replace(HOME, delay=Delay(edge_ms=edge_ms, anchor_ms=far_ms))
    found = (
        h.hop(1, h.ROUTER, Place.HOME, 0.6),
        h.hop(2, h.EDGE, Place.PROVIDER, edge_ms),
        h.hop(3, "81.2.70.1", Place.PROVIDER, edge_ms + 1),
        *(h.hop(4 + step, text, Place.BEYOND, far_ms - 2) for step, text in enumerate(hops)),
        h.hop(4 + len(hops), h.ANCHORS[0], Place.BEYOND, far_ms),
    )
    return home.having(h.path(edge_ms, found=found), h.anchors(far_ms))


def _detour_since_today() -> HomeInFigures:
    return detour(58.0).having(history(*daily(range(1, 8))))


def _detour_over_the_ocean() -> HomeInFigures:
    """Three earlier checks, and one already on the long way."""
    long_way = earlier(5, far_ms=150.0, hops=(h.EDGE, "81.2.70.1", "4.69.1.1", "4.69.9.1"))
    past = history(*daily(range(2, 5)), long_way)
    return detour(152.0, ("4.69.1.1", "4.69.9.1", "4.69.9.7")).having(past)


def _detour_on_a_long_line() -> HomeInFigures:
    """A slow but steady line whose far places wandered by 6 ms between checks."""
    past = [earlier(20 * n, far_ms=40.0 + n % 3 * 3, line_ms=32.0) for n in range(1, 9)]
    return detour(78.0, ("62.115.1.9",), edge_ms=32.0).having(history(*past))


def _other_way_as_near() -> HomeInFigures:
    return detour(16.0).having(history(*daily(range(1, 8))))


def _farther_by_the_same_way() -> HomeInFigures:
    """A queue on the old way: whatever it is, no detour."""
    return detour(45.0, ("80.81.192.5",)).having(history(*daily(range(1, 8))))


def _always_wandered() -> HomeInFigures:
    past = [earlier(20 * n, far_ms=14.0 + n % 4 * 6, hops=(*USUAL_HOPS, "62.115.1.9", "62.115.7.2"))
            for n in range(1, 9)]  # fmt: skip
    return detour(38.0).having(history(*past))


def _one_place_moved() -> HomeInFigures:
    series = tuple(h.echoes(text, 70.0 if text == h.ANCHORS[0] else 14.0) for text in h.ANCHORS)
    return detour(70.0).having(h.anchors(series=series), history(*daily(range(1, 8))))


def _first_checks() -> HomeInFigures:
    return detour(58.0).having(history(*daily(range(1, 3))))


# --- the speed stepped down -----------------------------------------------------------------------


def capped(mbps: float, up_mbps: float, past: History) -> HomeInFigures:
    """Now two servers give the same low figure, steadily and without a queue."""
    slow = replace(
        HOME,
        down_mbps=(mbps, mbps * 0.99),
        up_mbps=(up_mbps, up_mbps),
        delay=replace(HOME.delay, line_adds=(2.0, 3.0)),
    )
    return slow.having(h.throughput(slow, flat=True), past)


def _since(mbps: float, lows: tuple[float, ...], highs: range = range(4, 12)) -> History:
    """Full speed on these days, and `mbps` so many hours ago."""
    low = tuple(earlier(ago, down_bps=mbps * 1e6) for ago in lows)
    return history(*daily(highs), *low)


def _capped_to_one() -> HomeInFigures:
    return capped(0.97, 0.97, _since(0.97, (5, 26, 50)))


def _capped_since_yesterday() -> HomeInFigures:
    return capped(9.6, 18.9, _since(9.6, (20,)))


def _capped_for_weeks() -> HomeInFigures:
    return capped(2.0, 1.0, _since(1.95, (4, 30, 100, 200, 300), range(14, 20)))


def _once_slow() -> HomeInFigures:
    """Low this evening for the first time; all before were full."""
    return capped(9.6, 18.9, _since(9.6, ()))


def _evenings_slow() -> HomeInFigures:
    """Up and down by the hour, as in a crowded network."""
    past = [earlier(24 * day, down_bps=(9e6 if day % 2 else 95e6)) for day in range(1, 9)]
    return capped(9.6, 18.9, history(*past))


def _always_low() -> HomeInFigures:
    return capped(9.6, 18.9, history(*daily(range(1, 9), down_bps=9.6e6)))


def _full_over_cable_low_over_wifi() -> HomeInFigures:
    """Earlier checks came over cable; this one over WiFi from the far end of the home."""
    home = replace(capped(9.6, 18.9, _since(9.6, (5, 26, 50))), kind=InterfaceKind.WIFI)
    return home.having(h.interfaces(InterfaceKind.WIFI))


def throttled_over_wifi() -> HomeInFigures:
    """The radio could be the reason of one low figure, hardly of the same one each time."""
    air = InterfaceKind.WIFI
    lows = [earlier(ago, down_bps=0.97e6, over=air) for ago in (5, 26, 50)]
    highs = [earlier(24 * day, down_bps=80e6, over=air) for day in range(4, 12)]
    home = replace(capped(0.97, 0.97, history(*highs, *lows)), kind=air)
    return home.having(h.interfaces(air))


def throttled_with_a_queue() -> HomeInFigures:
    """A throttle that keeps a queue looks like a line that became worse on a day."""
    past = _since(0.97, (5, 26, 50))
    home = replace(capped(0.97, 0.97, past), delay=replace(HOME.delay, line_adds=(250.0, 200.0)))
    return home.having(h.throughput(home, flat=True))


PAST_FAULTS = (
    Fault("router-failing", _restarts_each_few_hours),
    Fault("router-failing", _restarts_every_other_day),
    Fault("router-failing", _restarts_behind_a_modem),
    Fault("route-detour", _detour_since_today),
    Fault("route-detour", _detour_over_the_ocean),
    Fault("route-detour", _detour_on_a_long_line),
    Fault("isp-data-cap", _capped_to_one),
    Fault("isp-data-cap", _capped_since_yesterday),
    Fault("isp-data-cap", _capped_for_weeks),
)

#: nobody is blamed, and all is well
NEARLY = (
    Sound("line-broke-not-the-router", _line_breaks),
    Sound("line-broke-or-the-router", _line_breaks_maybe),
    Sound("router-off-at-night", _switched_off_at_night),
    Sound("router-restarted-by-guides", _restarted_by_guides),
    Sound("router-started-twice", _two_starts),
    Sound("other-way-as-near", _other_way_as_near),
    Sound("far-delay-always-wandered", _always_wandered),
    Sound("one-far-place-moved", _one_place_moved),
    Sound("first-checks-of-a-home", _first_checks),
    Sound("years-of-health", lambda: HOME.having(history(*daily(range(1, 40))))),
)


@dataclass(frozen=True)
class Not:
    """Something is wrong, or was, yet this cause must not be named."""

    cause: str
    name: str
    home: HomeInFigures


MUST_NOT = (
    Not("router-failing", "restarted-for-a-bad-line", _restarted_for_a_bad_line()),
    Not("route-detour", "farther-by-the-same-way", _farther_by_the_same_way()),
    Not("isp-data-cap", "slow-for-the-first-time", _once_slow()),
    Not("isp-data-cap", "slow-in-the-evenings", _evenings_slow()),
    Not("isp-data-cap", "always-low", _always_low()),
    Not("isp-data-cap", "cable-then-wifi", _full_over_cable_low_over_wifi()),
)


# --- gone -----------------------------------------------------------------------------------------

GONE = (
    Sound("lossy-yesterday", lambda: HOME.having(history(earlier(20, "line-loss")))),
    Sound(
        "comes-and-goes",
        lambda: HOME.having(
            history(
                *daily(range(1, 9), 5),
                earlier(170, "wifi-unreliable"),
                earlier(60, "isp-dns-flaky"),
            )
        ),
    ),
    Sound(
        "router-dead-this-morning",
        lambda: HOME.having(
            history(earlier(1), earlier(6, "router-overloaded"), *daily(range(1, 5)))
        ),
    ),
)
#: what was found before does not come back by itself, or is long over
SETTLED = (
    Sound("setting-mended", lambda: HOME.having(history(earlier(20, "device-proxy-broken")))),
    Sound("password-typed", lambda: HOME.having(history(earlier(2, "wifi-password-wrong")))),
    Sound("outage-over", lambda: HOME.having(history(earlier(20, "isp-area-outage")))),
    Sound("one-bad-check-last-week", lambda: HOME.having(history(earlier(150, "line-loss")))),
    Sound(
        "clean-for-three-days",
        lambda: HOME.having(
            history(*daily(range(1, 4)), earlier(90, "line-loss"), earlier(200, "line-loss"))
        ),
    ),
    Sound(
        "mended-by-a-guide",
        lambda: HOME.having(
            history(earlier(20, repaired=True), earlier(21, "line-loss"), earlier(50, "line-loss"))
        ),
    ),
    Sound(
        "mended-just-now",
        lambda: HOME.having(
            msgspec.structs.replace(history(earlier(20, "router-dns-dead")), repaired=True)
        ),
    ),
    Sound("service-was-down", lambda: HOME.having(history(earlier(3, "service-down")))),
    Sound("unknown-cause", lambda: HOME.having(history(earlier(3, "of-a-newer-version")))),
)
