"""Written WiFi homes: three of each cause, those that are nearly so, and clean ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from diagnostics.profile import Plan, Technology
from diagnostics.readings.addressing import Addressing, AddressOrigin, AddressScope
from diagnostics.readings.echo import Echo, EchoSeries
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.wifi import (
    Band,
    Generation,
    JoinRefusal,
    LinkEventKind,
    LinkState,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from tests.cases import air as a
from tests.cases import home as h
from tests.cases.air import Air, bss, channel, neighbour
from tests.cases.home import Delay, HomeInFigures

_PLAN = Plan(down_mbps=100, up_mbps=20, technology=Technology.CABLE)
_SMALL = Plan(down_mbps=30, up_mbps=10, technology=Technology.VDSL)
_FAST = Plan(down_mbps=500, up_mbps=50, technology=Technology.FTTH)
SOUND = HomeInFigures(kind=InterfaceKind.WIFI, delay=Delay(gateway_ms=4.0))


@dataclass(frozen=True)
class Case:
    """`cause` is the first that must be named; empty: none may be."""

    name: str
    cause: str
    home: Callable[[], HomeInFigures]


def with_air(home: HomeInFigures, air: Air) -> HomeInFigures:
    return home.having(*air.readings())


def slow(
    down_mbps: float,
    *,
    up_mbps: float = 12.0,
    queue_ms: float = 150.0,
    lost: int = 0,
    spread_ms: float = 8.0,
    plan: Plan = _PLAN,
) -> HomeInFigures:
    """The way to the router holds speed down: a queue stands there, none at the line."""
    delay = Delay(gateway_ms=5.0, gateway_adds=(queue_ms, queue_ms), line_adds=(3.0, 3.0))
    home = replace(
        SOUND, plan=plan, delay=delay, down_mbps=(down_mbps, down_mbps * 0.97), up_mbps=(up_mbps,)
    )
    return hop(home, lost=lost, spread_ms=spread_ms)


def hop(home: HomeInFigures, *, lost: int = 0, spread_ms: float = 8.0) -> HomeInFigures:
    """Loss (one in `lost`) and wander on the way to the router, and so to all behind it."""
    gone = h.every(lost) if lost else ()
    gateway = h.gateway(series=h.echoes(h.ROUTER, 4.0, lost=gone, spread_ms=spread_ms))
    edge = h.path(series=h.echoes(h.EDGE, 13.0, lost=gone, spread_ms=spread_ms))
    far = tuple(h.echoes(text, 18.0, lost=gone, spread_ms=spread_ms) for text in h.ANCHORS)
    return home.having(gateway, edge, h.anchors(series=far), h.NOBODY)


def in_bursts(home: HomeInFigures, *, run: int = 4, each: int = 30) -> HomeInFigures:
    """Echoes lost several in a row, as when something else sends for a fifth of a second."""
    gone = tuple(start + step for start in range(5, 60, each) for step in range(run))
    gateway = h.gateway(series=h.echoes(h.ROUTER, 4.0, lost=gone, spread_ms=10.0))
    edge = h.path(series=h.echoes(h.EDGE, 13.0, lost=gone))
    far = tuple(h.echoes(text, 18.0, lost=gone) for text in h.ANCHORS)
    return home.having(gateway, edge, h.anchors(series=far), h.NOBODY)


# --- the air ----------------------------------------------------------------------------------


def two(number: int = 6, width: int = 20, **changes: object) -> Air:
    """Joined at 2.4 GHz; the home has no other band unless `own` says so."""
    base = Air(where=channel(number, width), bssid=a.OWN_24, generation=Generation.N,
               rate_mbps=130.0, signal_dbm=-50.0)  # fmt: skip
    return replace(base, **changes)


def many(
    count: int, number: int, signal_dbm: float, busy: float | None = None
) -> tuple[a.Network, ...]:
    return tuple(
        neighbour(index, channel(number), signal_dbm - 2 * index, busy)
        for index in range(1, count + 1)
    )


def five_too(signal_dbm: float, name: str = a.HOME_NAME, bssid: str = a.OWN_5) -> a.Network:
    return bss(name, bssid, channel(36, 80), signal_dbm, generation=Generation.AC,
               max_rate_mbps=867.0)  # fmt: skip


def refused(*kinds: JoinRefusal, at_s: float = -20.0) -> Air:
    events = tuple(
        a.event(at_s + 5 * index, LinkEventKind.REFUSED, kind) for index, kind in enumerate(kinds)
    )
    heard = (bss(a.HOME_NAME, a.OWN_5, channel(36, 80), -50.0, generation=Generation.AC),)
    return Air(state=LinkState.DISCONNECTED, own=heard, events=events)


def not_joined(air: Air) -> HomeInFigures:
    """WiFi on, no link, no address, nothing reached."""
    from tests.cases.faults import nothing_reached  # noqa: PLC0415 - faults knows these cases

    gone = nothing_reached(SOUND).without(h.Gateway, h.LanHosts, h.Path, h.Anchors, h.Watch)
    alone = h.addressing((h.address("fe80::1", scope=AddressScope.LINK_LOCAL),), ())
    off = h.interfaces(InterfaceKind.WIFI, carrier=False)
    return gone.having(off, alone, h.NO_LEASE, *air.readings())


def sawtooth(spread_ms: float = 100.0, held: int = 3, sent: int = 60) -> EchoSeries:
    """Replies wait for the next beacon: several sent apart arrive together."""
    spacing_ms = 1000 * h.SPACING_S
    rows = tuple(
        Echo(
            sent_s=index * h.SPACING_S,
            rtt_ms=3.0 + min((held - 1 - index % held) * spacing_ms, spread_ms),
        )
        for index in range(sent)
    )
    plain = h.echoes(h.ROUTER, 3.0, sent=sent, spread_ms=spread_ms)
    known = sorted(one.rtt_ms for one in rows if isinstance(one.rtt_ms, float))
    return h_replace(plain, rows, known)


def h_replace(series: EchoSeries, rows: tuple[Echo, ...], known: list[float]) -> EchoSeries:
    return EchoSeries(
        target=series.target,
        method=series.method,
        sent=len(rows),
        received=len(known),
        duplicates=0,
        reordered=0,
        loss_percent=0.0,
        rtt_min_ms=known[0],
        rtt_median_ms=known[len(known) // 2],
        rtt_p90_ms=known[int(0.9 * len(known))],
        rtt_max_ms=known[-1],
        jitter_ms=30.0,
        longest_gap_s=0.0,
        echoes=rows,
    )


def dozing(spread_ms: float = 100.0, held: int = 3) -> HomeInFigures:
    delay = Delay(gateway_ms=3.0 + spread_ms, gateway_adds=(-spread_ms, -spread_ms),
                  line_adds=(spread_ms, spread_ms))  # fmt: skip
    series = sawtooth(spread_ms, held)
    far = tuple(replace_target(series, text, 14.0) for text in h.ANCHORS)
    edge = h.path(series=replace_target(series, h.EDGE, 9.0))
    home = replace(SOUND, delay=delay)
    return home.having(h.gateway(series=series), edge, h.anchors(series=far), h.NOBODY)


def replace_target(series: EchoSeries, target: str, more_ms: float) -> EchoSeries:
    rows = tuple(
        Echo(
            sent_s=one.sent_s,
            rtt_ms=one.rtt_ms + more_ms if isinstance(one.rtt_ms, float) else one.rtt_ms,
        )
        for one in series.echoes
    )
    known = sorted(one.rtt_ms for one in rows if isinstance(one.rtt_ms, float))
    return msgspec.structs.replace(h_replace(series, rows, known), target=target)


def way_out(gateway: str) -> Addressing:
    own = h.address(gateway.rsplit(".", 1)[0] + ".5", AddressOrigin.DHCP)
    return h.addressing((own,), (h.route(gateway),))


_MESH = (
    bss(a.HOME_NAME, a.OWN_24, channel(1), -70.0),
    bss(a.HOME_NAME, a.OWN_5, channel(36, 80), -76.0, generation=Generation.AC),
)


def node(**changes: object) -> Air:
    """Joined to a mesh node; the router's own radios carry the same name further away."""
    return replace(Air(bssid=a.NODE_5, own=_MESH, where=channel(44, 80)), **changes)


def old(**changes: object) -> Air:
    """A 2.4 GHz-only laptop of one stream beside a modern access point."""
    weak = a.ability((Band.GHZ_2_4,), Generation.N, 1, 20, 72.0)
    base = two(ability=weak, rate_mbps=65.0, streams=1)
    return replace(base, **changes)


def legacy(busy: float = 0.8, **changes: object) -> Air:
    mine = bss(a.HOME_NAME, a.OWN_24, channel(6), -50.0, legacy=True, busy=busy, stations=5)
    return replace(two(own=(mine,), busy={2437: busy}), **changes)


def lost_at(*at_s: float, kind: LinkEventKind = LinkEventKind.LEFT) -> Air:
    events = tuple(
        one for at in at_s for one in (a.event(at, kind), a.event(at + 1.5, LinkEventKind.JOINED))
    )
    return Air(events=events)


def dropped(*drops: tuple[float, float]) -> HomeInFigures:
    return SOUND.having(h.watch(drops, drops, drops))


# --- the cases --------------------------------------------------------------------------------

WEAK = (
    Case("weak-5-far-room", "wifi-signal-weak",
         lambda: with_air(slow(14.0), Air(signal_dbm=-81.0, rate_mbps=29.0,
                                          retries=(0.3, 0.4, 0.35)))),
    Case("weak-24-loses", "wifi-signal-weak",
         lambda: with_air(slow(9.0, lost=12), two(signal_dbm=-84.0, rate_mbps=13.0))),
    Case("weak-5-late", "wifi-signal-weak",
         lambda: with_air(slow(25.0, spread_ms=90.0), Air(signal_dbm=-78.0, rate_mbps=58.0))),
    Case("weak-edge-of-home", "wifi-signal-weak",
         lambda: with_air(slow(4.0, lost=8, queue_ms=400.0),
                          two(signal_dbm=-88.0, rate_mbps=6.5, counted=False))),
)  # fmt: skip
CROWDED = (
    Case("crowded-flat", "wifi-channel-crowded",
         lambda: with_air(slow(17.0), two(around=many(6, 6, -50.0), busy={2437: 0.75}))),
    Case("crowded-loads-told", "wifi-channel-crowded",
         lambda: with_air(slow(15.0, queue_ms=220.0),
                          two(around=many(4, 6, -55.0, 0.78)))),
    Case("crowded-5", "wifi-channel-crowded",
         lambda: with_air(slow(60.0, plan=_FAST), Air(
             where=channel(36, 40), rate_mbps=300.0, around=many(5, 36, -55.0, 0.8),
             busy={5180: 0.8}))),
    Case("crowded-late-only", "wifi-channel-crowded",
         lambda: with_air(slow(62.0, up_mbps=17.0, queue_ms=90.0, spread_ms=110.0),
                          two(around=many(8, 6, -52.0), busy={2437: 0.82}))),
)  # fmt: skip
OVERLAP = (
    Case("overlap-both-sides", "wifi-channel-overlap",
         lambda: with_air(slow(16.0, lost=24), two(
             around=(*many(3, 4, -46.0), *many(3, 8, -46.0)), busy={2437: 0.7}))),
    Case("overlap-40-mhz", "wifi-channel-overlap",
         lambda: with_air(slow(20.0), two(
             6, 40, around=(*many(3, 11, -48.0), *many(2, 9, -50.0)), busy={2437: 0.65},
             rate_mbps=270.0))),
    Case("overlap-own-between", "wifi-channel-overlap",
         lambda: with_air(slow(14.0, lost=20, queue_ms=90.0), two(
             3, around=(*many(4, 1, -44.0), *many(4, 6, -46.0)), busy={2422: 0.72}))),
    Case("overlap-queue-is-all-that-shows", "wifi-channel-overlap",
         lambda: with_air(slow(14.0, up_mbps=9.0, queue_ms=62.0, spread_ms=4.0, plan=_SMALL), two(
             around=many(4, 8, -44.0, 0.65), busy={2437: 0.6, 2447: 0.65}))),
)  # fmt: skip
DISTURBED = (
    Case("microwave", "wifi-interference",
         lambda: with_air(in_bursts(slow(30.0)), two(
             retries=(0.05, 0.7, 0.6, 0.06, 0.05, 0.65, 0.04, 0.05), rate_mbps=117.0))),
    Case("usb3-noise", "wifi-interference",
         lambda: with_air(slow(12.0, lost=11), two(
             noise_dbm=-74.0, retries=(0.45, 0.5, 0.4, 0.55, 0.48), rate_mbps=52.0))),
    Case("baby-monitor-no-counters", "wifi-interference",
         lambda: with_air(in_bursts(SOUND, run=3, each=14), two(counted=False))),
    Case("bursts-on-5", "wifi-interference",
         lambda: with_air(in_bursts(slow(40.0)), Air(
             retries=(0.05, 0.6, 0.05, 0.04, 0.7, 0.05)))),
)  # fmt: skip
BAND = (
    Case("band-one-name", "wifi-band-slow",
         lambda: with_air(slow(45.0), two(own=(five_too(-55.0),), rate_mbps=72.0))),
    Case("band-two-names", "wifi-band-slow",
         lambda: with_air(slow(30.0, queue_ms=200.0),
                          two(own=(five_too(-58.0, "Maple House 5G"),), rate_mbps=58.0))),
    Case("band-fast-plan", "wifi-band-slow",
         lambda: with_air(slow(70.0, plan=_FAST), two(own=(five_too(-60.0),)))),
)  # fmt: skip
STICKY = (
    Case("sticky-5", "wifi-roaming-sticky",
         lambda: with_air(slow(18.0), Air(signal_dbm=-79.0, rate_mbps=40.0, own=(
             bss(a.HOME_NAME, a.NODE_5, channel(44, 80), -50.0, generation=Generation.AC),)))),
    Case("sticky-24", "wifi-roaming-sticky",
         lambda: with_air(slow(10.0, lost=14), two(signal_dbm=-82.0, rate_mbps=13.0, own=(
             bss(a.HOME_NAME, a.NODE_24, channel(11), -48.0),)))),
    Case("sticky-loses", "wifi-roaming-sticky",
         lambda: with_air(slow(22.0, lost=16), Air(signal_dbm=-77.0, rate_mbps=58.0, own=(
             bss(a.HOME_NAME, a.NODE_5, channel(36, 80), -55.0, generation=Generation.AC),)))),
)  # fmt: skip
MESH = (
    Case("mesh-slow-uplink", "wifi-mesh-backhaul", lambda: with_air(slow(21.0), node())),
    Case("mesh-late-uplink", "wifi-mesh-backhaul",
         lambda: with_air(slow(30.0, queue_ms=300.0, spread_ms=70.0), node(signal_dbm=-48.0))),
    Case("mesh-lossy-uplink", "wifi-mesh-backhaul",
         lambda: with_air(slow(12.0, lost=18, queue_ms=90.0), node(retries=(0.04, 0.05)))),
)  # fmt: skip
OLD = (
    Case("old-laptop", "wifi-standard-old",
         lambda: with_air(slow(38.0, queue_ms=40.0), old())),
    Case("old-router-g", "wifi-standard-old",
         lambda: with_air(slow(22.0, queue_ms=50.0), two(
             generation=Generation.G, rate_mbps=54.0, own=(bss(
                 a.HOME_NAME, a.OWN_24, channel(6), -50.0, generation=Generation.G,
                 max_rate_mbps=54.0),)))),
    Case("old-for-a-fast-plan", "wifi-standard-old",
         lambda: with_air(slow(240.0, queue_ms=35.0, up_mbps=48.0,
                               plan=Plan(down_mbps=1000, up_mbps=50, technology=Technology.FTTH)),
                          Air(ability=a.ability(streams=1, max_rate_mbps=433.0), streams=1,
                              rate_mbps=390.0))),
)  # fmt: skip
LEGACY = (
    Case("legacy-printer", "wifi-slow-neighbour", lambda: with_air(slow(14.0), legacy())),
    Case("legacy-camera-late", "wifi-slow-neighbour",
         lambda: with_air(slow(20.0, spread_ms=80.0), legacy(0.7))),
    Case("legacy-without-survey", "wifi-slow-neighbour",
         lambda: with_air(slow(12.0, queue_ms=260.0), replace(legacy(0.85), busy={}))),
)  # fmt: skip
DROPS = (
    Case("drops-twice", "wifi-dropouts",
         lambda: with_air(dropped((3.0, 1.5), (8.0, 1.5)), lost_at(3.0, 8.0))),
    Case("drops-by-radar", "wifi-dropouts",
         lambda: with_air(dropped((4.0, 2.0)), lost_at(4.0, kind=LinkEventKind.RADAR))),
    Case("drops-once-now-and-before", "wifi-dropouts",
         lambda: with_air(dropped((5.0, 1.6)), lost_at(-300.0, -120.0, 5.0))),
)  # fmt: skip
PASSWORD = (
    Case("password-twice", "wifi-password-wrong",
         lambda: not_joined(refused(JoinRefusal.WRONG_PASSWORD, JoinRefusal.WRONG_PASSWORD))),
    Case("password-once", "wifi-password-wrong",
         lambda: not_joined(refused(JoinRefusal.WRONG_PASSWORD))),
    Case("password-during-the-check", "wifi-password-wrong",
         lambda: not_joined(refused(*[JoinRefusal.WRONG_PASSWORD] * 3, at_s=1.0))),
)  # fmt: skip
OPEN = (
    Case("open", "wifi-security-weak", lambda: with_air(SOUND, Air(security=Security.OPEN))),
    Case("wep", "wifi-security-weak",
         lambda: with_air(SOUND, two(security=Security.WEP, generation=Generation.G,
                                     rate_mbps=54.0))),
    Case("wpa1", "wifi-security-weak",
         lambda: with_air(SOUND, two(security=Security.WPA_PERSONAL))),
    Case("tkip-link", "wifi-security-weak",
         lambda: with_air(SOUND, two(generation=Generation.G, rate_mbps=54.0, own=(bss(
             a.HOME_NAME, a.OWN_24, channel(6), -50.0, generation=Generation.N, tkip=True),)))),
)  # fmt: skip
_AWAY = replace(Air(state=LinkState.DISCONNECTED), around=many(4, 6, -70.0))
ABSENT = (
    Case("absent-others-seen", "wifi-network-absent", lambda: not_joined(_AWAY)),
    Case("absent-none-seen", "wifi-network-absent",
         lambda: not_joined(replace(_AWAY, around=()))),
    Case("absent-renamed", "wifi-network-absent",
         lambda: not_joined(replace(_AWAY, around=(
             bss("Maple House neu", a.OWN_5, channel(36, 80), -48.0),)))),
)  # fmt: skip
WRONG = (
    Case("iphone", "wifi-network-wrong",
         lambda: with_air(SOUND, two(name="Ann's iPhone", bssid="5e:11:22:33:44:55",
                                     known=Unmeasured(Reason.NOT_SUPPORTED)))
         .having(way_out("172.20.10.1"))),
    Case("guest-network", "wifi-network-wrong",
         lambda: with_air(SOUND, Air(name="Maple Guest", bssid="06:00:00:00:00:03",
                                     own=(five_too(-50.0),)))),
    Case("android", "wifi-network-wrong",
         lambda: with_air(SOUND, two(name="AndroidAP", bssid="d6:11:22:33:44:55"))
         .having(way_out("192.168.43.1"))),
    Case("stranger", "wifi-network-wrong",
         lambda: with_air(SOUND, Air(name="Elm Street", bssid="3c:a6:2f:10:10:10",
                                     own=(five_too(-60.0),)))),
)  # fmt: skip
DOZING = (
    Case("dozing", "device-wifi-power-saving",
         lambda: with_air(dozing(), Air(power_saving=True))),
    Case("dozing-over-beacons", "device-wifi-power-saving",
         lambda: with_air(dozing(200.0, 5), Air(power_saving=True))),
    Case("dozing-untold", "device-wifi-power-saving",
         lambda: with_air(dozing(150.0, 4), Air(power_saving=a.NO))),
)  # fmt: skip

CASES = (*WEAK, *CROWDED, *OVERLAP, *DISTURBED, *BAND, *STICKY, *MESH, *OLD, *LEGACY, *DROPS,
         *PASSWORD, *OPEN, *ABSENT, *WRONG, *DOZING)  # fmt: skip

#: a fact of the radio that harms nobody, or harm that has another reason: no blame on the air
CLEAN = (
    Case("clean-5", "", lambda: with_air(SOUND, Air())),
    Case("clean-24", "", lambda: with_air(SOUND, two(around=many(2, 1, -70.0)))),
    Case("clean-6", "", lambda: with_air(SOUND, Air(
        where=channel(37, 160, Band.GHZ_6), bssid=a.OWN_6, generation=Generation.AX,
        rate_mbps=1700.0))),
    Case("crowded-without-harm", "",
         lambda: with_air(SOUND, two(around=many(9, 6, -50.0), busy={2437: 0.8}))),
    Case("many-networks-little-traffic", "",
         lambda: with_air(SOUND, two(around=many(14, 6, -60.0), busy={2437: 0.18}))),
    Case("weak-without-harm", "",
         lambda: with_air(SOUND, Air(signal_dbm=-78.0, rate_mbps=200.0))),
    Case("overlap-without-harm", "",
         lambda: with_air(SOUND, two(around=(*many(4, 4, -46.0), *many(4, 8, -46.0)),
                                     busy={2437: 0.7}))),
    Case("24-with-5-without-harm", "",
         lambda: with_air(SOUND, two(own=(five_too(-55.0),)))),
    Case("node-without-harm", "", lambda: with_air(SOUND, node())),
    Case("far-node-chosen-without-harm", "",
         lambda: with_air(SOUND, Air(signal_dbm=-74.0, rate_mbps=260.0, own=(bss(
             a.HOME_NAME, a.NODE_5, channel(44, 80), -50.0, generation=Generation.AC),)))),
    Case("some-retries", "",
         lambda: with_air(SOUND, Air(retries=(0.1, 0.14, 0.12, 0.16, 0.1)))),
    Case("saves-power-well", "", lambda: with_air(SOUND, Air(power_saving=True))),
    Case("old-but-enough", "",
         lambda: with_air(replace(SOUND, plan=Plan(
             down_mbps=30, up_mbps=5, technology=Technology.VDSL), down_mbps=(28.0,),
             up_mbps=(4.8,)), old())),
    Case("tkip-allowed-beside-aes", "",
         lambda: with_air(SOUND, two(own=(bss(a.HOME_NAME, a.OWN_24, channel(6), -50.0,
                                              tkip=True),)))),
    Case("roamed-once", "",
         lambda: with_air(SOUND, Air(events=(a.event(4.0, LinkEventKind.ROAMED),)))),
    Case("left-long-ago", "",
         lambda: with_air(SOUND, Air(events=(a.event(-500.0, LinkEventKind.LEFT),
                                             a.event(-498.0, LinkEventKind.JOINED))))),
    Case("enhanced-open", "",
         lambda: with_air(SOUND, Air(security=Security.ENHANCED_OPEN))),
    Case("names-like-a-guest-of-its-own", "",
         lambda: with_air(SOUND, Air(name="Guesthouse Maple", known=("Guesthouse Maple",)))),
    Case("legacy-device-quiet", "", lambda: with_air(SOUND, legacy(0.25))),
)  # fmt: skip
