"""For every measured sign a home where it shows, and one where it nearly does and must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import msgspec
import pytest

from diagnostics.readings.web import Clock, FetchEnd
from diagnostics.scene import Scene
from diagnostics.sign import Sign, State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.faults import FAULTS
from tests.cases.healthy import HOME, SOUND, WIFI
from tests.cases.home import Delay, HomeInFigures
from tests.cases.past import GONE
from tests.cases.wifi import CASES

#: facts about the home, neither good nor bad
CONTEXT = {
    "on-wifi",
    "on-wire",
    "in-tunnel",
    "two-ways-out",
    "address-by-hand",
    "gateway-by-hand",
    "home-hosts-alive",
    "home-hosts-clean",
    "plain-web-works",
    "provider-dns-works",
    "public-dns-works",
    "shared-address",
}
#: wait for readings of the radio or for a written case of their own
UNSEEN = {"wrong-way-chosen", "gateway-off-link", "gateway-two-machines"}
MEASURED = {name for name, spec in sign_specs().items() if not spec.question}


def read(name: str, home: HomeInFigures) -> Sign:
    return read_sign(sign_specs()[name], Scene(home.evidence(), home.profile()))


def faults_with(name: str) -> Iterator[Callable[[], HomeInFigures]]:
    homes = [fault.home for fault in FAULTS] + [near.over for near in NEAR]
    homes += [gone.home for gone in GONE]
    if name.startswith("wifi-"):
        homes = [case.home for case in CASES]
    yield from (home for home in homes if read(name, home()).state is State.PRESENT)


@pytest.mark.parametrize(
    "name", sorted(MEASURED - CONTEXT - UNSEEN - {"far-drops", "gateway-deaf"})
)
def test_a_sign_of_trouble_shows_in_some_written_fault(name: str) -> None:
    assert next(faults_with(name), None) is not None


@pytest.mark.parametrize("name", sorted(MEASURED - CONTEXT))
def test_a_sign_of_trouble_shows_in_no_sound_home(name: str) -> None:
    # a server or a computer that is the limit shows in the figures of a sound line as well
    # and what is announced, or off and not missed, is no trouble by itself
    allowed = {"device-starved", "one-server-slow", "home-device-silent", "outage-announced"}
    shown = [sound.name for sound in SOUND if read(name, sound.home()).belief > 0.9]
    assert shown == [] or name in allowed


@dataclass(frozen=True)
class Near:
    """The same figure on both sides of a threshold."""

    sign: str
    nearly: Callable[[], HomeInFigures]
    over: Callable[[], HomeInFigures]


def _delay(**changes: float | tuple[float, float]) -> HomeInFigures:
    return replace(HOME, delay=replace(HOME.delay, **changes))


def _gateway(rtt_ms: float, spread_ms: float = 0.5, lost: tuple[int, ...] = ()) -> HomeInFigures:
    far = tuple(
        h.echoes(text, rtt_ms + 12, lost=lost, spread_ms=spread_ms + 1) for text in h.ANCHORS
    )
    near = h.gateway(series=h.echoes(h.ROUTER, rtt_ms, lost=lost, spread_ms=spread_ms))
    return HOME.having(near, h.anchors(series=far))


def _line(rtt_ms: float, spread_ms: float = 1.0, lost: tuple[int, ...] = ()) -> HomeInFigures:
    far = tuple(h.echoes(text, rtt_ms + 5, lost=lost, spread_ms=spread_ms) for text in h.ANCHORS)
    edge = h.path(rtt_ms, h.echoes(h.EDGE, rtt_ms, lost=lost, spread_ms=spread_ms))
    return HOME.having(edge, h.anchors(series=far))


def _far(rtt_ms: float, spread_ms: float = 1.0, lost: tuple[int, ...] = ()) -> HomeInFigures:
    far = tuple(h.echoes(text, rtt_ms, lost=lost, spread_ms=spread_ms) for text in h.ANCHORS)
    return HOME.having(h.anchors(series=far))


def _dns(provider_ms: float) -> HomeInFigures:
    answers = h.Answering(rtt_ms=provider_ms)
    return HOME.having(h.names(router=answers, provider=answers))


def _clock(offset_s: float) -> HomeInFigures:
    return HOME.having(Clock(http_date_offset_s=offset_s, http_sources=3, ntp_offset_s=offset_s))


def _slow_site(first_byte_ms: float) -> HomeInFigures:
    slow = h.fetch(h.SITES[0], first_byte_ms=first_byte_ms)
    return HOME.having(h.web((slow, *(h.fetch(site) for site in h.SITES[1:]))))


def _drops(length_s: float) -> HomeInFigures:
    gone = ((3.0, length_s),)
    return HOME.having(h.watch((), gone, gone))


def _starved(mbps: float) -> HomeInFigures:
    home = replace(HOME, down_mbps=(mbps,), up_mbps=(min(mbps, 19.0),))
    return home.having(h.throughput(home, starved=True))


NEAR = (
    Near(
        "call-breaks-up",
        lambda: HOME.having(h.voice(6)),
        lambda: HOME.having(h.voice(27)),
    ),
    Near(  # one hiccup, however long, is one
        "call-breaks-up",
        lambda: HOME.having(h.voice(27, in_a_row=27)),
        lambda: HOME.having(h.voice(27, in_a_row=2)),
    ),
    Near(  # as short as a check without a complaint has it
        "call-breaks-up",
        lambda: HOME.having(h.voice(12, sent=125)),
        lambda: HOME.having(h.voice(30, sent=300)),
    ),
    Near(
        "download-low",
        lambda: replace(HOME, down_mbps=(76,)),
        lambda: replace(HOME, down_mbps=(62,)),
    ),
    Near(
        "upload-low", lambda: replace(HOME, up_mbps=(15.2,)), lambda: replace(HOME, up_mbps=(12,))
    ),
    Near("line-queue-up", lambda: _delay(line_adds=(20, 60)), lambda: _delay(line_adds=(20, 90))),
    Near("line-queue-down", lambda: _delay(line_adds=(60, 20)), lambda: _delay(line_adds=(90, 20))),
    Near(
        "gateway-queue",
        lambda: _delay(gateway_adds=(18, 0.2)),
        lambda: _delay(gateway_adds=(40, 0.2)),
    ),
    Near("delay-to-gateway", lambda: _gateway(7), lambda: _gateway(15)),
    Near("jitter-to-gateway", lambda: _gateway(2, 8), lambda: _gateway(2, 25)),
    Near("loss-to-gateway", lambda: _gateway(1, lost=()), lambda: _gateway(1, lost=h.every(15))),
    Near("delay-on-line", lambda: _line(36), lambda: _line(55)),
    Near("jitter-on-line", lambda: _line(9, 22), lambda: _line(9, 45)),
    Near("loss-on-line", lambda: _line(9, lost=()), lambda: _line(9, lost=h.every(30))),
    Near("loss-past-gateway", lambda: _far(14), lambda: _far(14, lost=h.every(20))),
    Near("loss-to-internet", lambda: _far(14), lambda: _far(14, lost=h.every(20))),
    Near("loss-past-edge", lambda: _far(14), lambda: _far(14, lost=h.every(12))),
    Near("delay-past-edge", lambda: _far(95), lambda: _far(160)),
    Near("jitter-past-edge", lambda: _far(14, 35), lambda: _far(14, 80)),
    Near("delay-to-internet", lambda: _far(80), lambda: _far(130)),
    Near("provider-dns-slow", lambda: _dns(180), lambda: _dns(420)),
    Near("router-dns-slow", lambda: _dns(180), lambda: _dns(420)),
    Near(
        "provider-dns-drops",
        lambda: HOME.having(h.names()),
        lambda: HOME.having(h.names(provider=h.Answering(answered=2))),
    ),
    Near("clock-off", lambda: _clock(3600), lambda: _clock(13000)),
    Near("one-site-slow", lambda: _slow_site(2200), lambda: _slow_site(5000)),
    Near("line-drops", lambda: _drops(0.6), lambda: _drops(1.2)),
    Near(
        "interface-errors",
        lambda: HOME.having(h.interfaces(errors=1)),
        lambda: HOME.having(h.interfaces(errors=9)),
    ),
    Near(
        "interface-drops",
        lambda: HOME.having(h.interfaces(drops=15)),
        lambda: HOME.having(h.interfaces(drops=120)),
    ),
    Near(
        "device-uploading",
        lambda: HOME.having(h.cross_traffic(0.1, 7)),
        lambda: HOME.having(h.cross_traffic(0.1, 15)),
    ),
    Near(
        "device-downloading",
        lambda: HOME.having(h.cross_traffic(35, 0.2)),
        lambda: HOME.having(h.cross_traffic(80, 0.2)),
    ),
    Near("device-starved", lambda: _starved(99), lambda: _starved(30)),
    Near(
        "slow-link",
        lambda: replace(HOME, speed_mbps=1000.0),
        lambda: replace(HOME, speed_mbps=10.0),
    ),
    Near(
        "one-server-slow",
        lambda: replace(HOME, down_mbps=(95, 74)),
        lambda: replace(HOME, down_mbps=(95, 30)),
    ),
    Near(
        "only-outside-slow",
        lambda: replace(HOME, down_mbps=(95, 80)),
        lambda: replace(HOME, down_mbps=(95, 30)),
    ),
    Near(
        "servers-agree-down",
        lambda: replace(HOME, down_mbps=(40, 15)),
        lambda: replace(HOME, down_mbps=(40, 38)),
    ),
    Near(
        "packets-overtake",
        lambda: HOME.having(
            h.anchors(series=tuple(h.echoes(a, 14, reordered=1) for a in h.ANCHORS))
        ),
        lambda: HOME.having(
            h.anchors(series=tuple(h.echoes(a, 14, reordered=8) for a in h.ANCHORS))
        ),
    ),
    Near(
        "duplicate-replies",
        lambda: HOME.having(h.gateway(series=h.echoes(h.ROUTER, 1, duplicates=1))),
        lambda: HOME.having(h.gateway(series=h.echoes(h.ROUTER, 1, duplicates=20))),
    ),
)


@pytest.mark.parametrize("near", NEAR, ids=lambda near: near.sign)
def test_nearly_there_is_not_there(near: Near) -> None:
    assert read(near.sign, near.nearly()).state is not State.PRESENT


@pytest.mark.parametrize("near", NEAR, ids=lambda near: near.sign)
def test_over_the_threshold_it_shows_with_its_figure(near: Near) -> None:
    shown = read(near.sign, near.over())
    assert shown.state is State.PRESENT
    assert shown.text.endswith(".")
    assert not isinstance(shown.value, str)
    spec = sign_specs()[near.sign]
    assert shown.unit == spec.unit


@pytest.mark.parametrize("name", sorted(sign_specs()))
def test_without_readings_every_sign_is_unknown(name: str) -> None:
    """Unmeasured is never good and never bad."""
    nothing = HomeInFigures().evidence()
    empty = type(nothing)({})
    found = read_sign(sign_specs()[name], Scene(empty, HOME.profile()))
    assert found.state is State.UNKNOWN
    assert found.belief == 0.5


def test_wifi_may_be_slower_than_a_cable() -> None:
    home = replace(WIFI, delay=Delay(gateway_ms=18.0, anchor_ms=32.0))
    assert read("delay-to-gateway", home).state is State.ABSENT
    assert read("delay-to-gateway", replace(home, kind=HOME.kind)).state is State.PRESENT


def test_a_complete_drop_is_not_counted_as_scattered_loss() -> None:
    gone = tuple(range(20, 40))  # one second of the three
    assert read("loss-on-line", _line(9, lost=gone)).state is State.ABSENT


def test_a_hop_that_loses_more_than_its_successors_is_noise() -> None:
    edge = h.path(series=h.echoes(h.EDGE, 9.0, lost=h.every(3)))
    assert read("loss-on-line", HOME.having(edge)).state is State.ABSENT


def test_few_samples_make_a_soft_sign() -> None:
    few = h.anchors(series=(h.echoes(h.ANCHORS[0], 14.0, sent=10, lost=(4,)),))
    many = h.anchors(series=(h.echoes(h.ANCHORS[0], 14.0, sent=200, lost=h.every(10, 200)),))
    soft = read("loss-to-internet", HOME.having(few)).belief
    hard = read("loss-to-internet", HOME.having(many)).belief
    assert 0.5 < soft < 0.95 < hard


def test_what_far_places_lose_beyond_the_edge_is_not_the_lines() -> None:
    far = tuple(h.echoes(text, 14.0, lost=h.every(8)) for text in h.ANCHORS)
    home = HOME.having(h.anchors(series=far))
    assert read("loss-past-edge", home).state is State.PRESENT
    assert read("loss-on-line", home).state is State.ABSENT


def test_a_site_that_is_there_and_does_not_answer_in_time_is_slow_and_not_gone() -> None:
    late = msgspec.structs.replace(
        h.fetch(h.SITES[0]), end=FetchEnd.STALLED, first_byte_ms=h.SILENT
    )
    home = HOME.having(h.web((late, *(h.fetch(site) for site in h.SITES[1:]))))
    assert read("one-site-slow", home).state is State.PRESENT
    assert read("one-site-fails", home).state is State.ABSENT


def test_one_family_that_fails_behind_a_lossy_router_may_be_chance() -> None:
    """Three lost questions for the router's hardware address silence IPv6 for seconds."""
    broken = next(fault for fault in FAULTS if fault.cause == "ipv6-broken").home()
    lost = broken.having(h.gateway(series=h.echoes(h.ROUTER, 2.0, lost=h.every(5))))
    assert read("ipv6-fails", broken).state is State.PRESENT
    assert read("ipv6-fails", lost).state is State.UNKNOWN


def _with_figures(home: HomeInFigures, **ways: tuple[h.SpeedFigure, ...]) -> HomeInFigures:
    reading = home.evidence().value(h.Throughput)
    assert isinstance(reading, h.Throughput)
    return home.having(msgspec.structs.replace(reading, **ways))


def test_a_busy_processor_is_not_the_limit_where_a_figure_that_it_left_alone_is_as_low() -> None:
    held = tuple(h.figure(40, where, starved=True) for where in (h.Where.ISP, h.Where.OUTSIDE))
    fair = (h.figure(42, h.Where.ISP), held[1])
    assert read("device-starved", _with_figures(_starved(40), down=held)).state is State.PRESENT
    up = tuple(h.figure(19, h.Where.ISP) for _ in range(2))
    spared = _with_figures(_starved(40), down=fair, up=up)
    assert read("device-starved", spared).state is State.ABSENT


def test_a_busy_processor_does_not_excuse_a_line_that_is_full_at_a_low_speed() -> None:
    up = tuple(h.figure(6, where) for where in (h.Where.ISP, h.Where.OUTSIDE))
    full = replace(_starved(40), delay=replace(HOME.delay, line_adds=(20.0, 60.0)))
    full = full.having(h.throughput(full, starved=True))
    assert read("device-starved", full).state is State.PRESENT
    assert read("device-starved", _with_figures(full, up=up)).state is State.UNKNOWN
    assert read("narrow-behind-router", _with_figures(full, up=up)).state is State.PRESENT


def test_a_low_speed_that_settled_at_once_is_flat_however_few_samples_it_needed() -> None:
    def short(where: h.Where, spread: float) -> h.SpeedFigure:
        figure = h.figure(50, where, flat=True)
        return msgspec.structs.replace(
            figure,
            low_bps=figure.rate_bps * (1 - spread),
            high_bps=figure.rate_bps * (1 + spread),
            samples_bps=figure.samples_bps[:2],
        )

    home = replace(HOME, down_mbps=(50, 50), up_mbps=(19, 19))
    home = replace(home, delay=replace(HOME.delay, line_adds=(3.0, 3.0)))
    home = home.having(h.throughput(home, flat=True))

    def flat(spread: float) -> State:
        down = tuple(short(where, spread) for where in (h.Where.ISP, h.Where.OUTSIDE))
        return read("flat-ceiling", _with_figures(home, down=down)).state

    assert flat(0.01) is State.PRESENT
    assert flat(0.15) is State.UNKNOWN


def test_a_long_path_does_not_excuse_a_resolver_that_takes_as_long_again() -> None:
    def far(provider_ms: float) -> HomeInFigures:
        provider, public = h.Answering(rtt_ms=provider_ms), h.Answering(rtt_ms=610.0)
        return HOME.having(h.names(router=provider, provider=provider, public=public))

    assert read("provider-dns-slow", far(690.0)).state is State.ABSENT
    assert read("provider-dns-slow", far(1225.0)).state is State.PRESENT


def test_a_slow_site_is_seen_at_the_end_of_a_long_path() -> None:
    def page(site: str, first_byte_ms: float) -> h.Fetch:
        return msgspec.structs.replace(
            h.fetch(site), connect_ms=610.0, tls_ms=620.0, first_byte_ms=first_byte_ms
        )

    def pages(first_ms: float) -> HomeInFigures:
        first = page(h.SITES[0], first_ms)
        return HOME.having(h.web((first, *(page(site, 605.0) for site in h.SITES[1:]))))

    late = msgspec.structs.replace(
        page(h.SITES[0], 605.0), end=FetchEnd.STALLED, first_byte_ms=h.SILENT
    )
    given_up = HOME.having(h.web((late, *(page(site, 605.0) for site in h.SITES[1:]))))
    assert read("one-site-slow", pages(2200.0)).state is State.ABSENT
    assert read("one-site-slow", pages(3500.0)).state is State.PRESENT
    assert read("one-site-slow", given_up).state is State.PRESENT


def test_a_queue_that_ends_with_our_own_questions_was_ours() -> None:
    """On an upload of a quarter megabit the first questions queue for seconds; then it is calm."""

    def way(target: str, *, until: int) -> h.EchoSeries:
        loud = h.echoes(target, 60.0, sent=200, spread_ms=45.0, swell=True)
        calm = h.echoes(target, 42.0, sent=200, spread_ms=4.0)
        rows = (*loud.echoes[:until], *calm.echoes[until:])
        return h.series_of(target, rows)

    def home(until: int) -> HomeInFigures:
        far = tuple(way(text, until=until) for text in h.ANCHORS)
        near = h.gateway(series=h.echoes(h.ROUTER, 2.0, sent=200))
        edge = h.path(series=way(h.EDGE, until=until))
        return HOME.having(near, edge, h.anchors(series=far))

    settled = int(3.9 / h.SPACING_S)
    assert read("home-busy", home(settled)).state is State.ABSENT
    assert read("jitter-on-line", home(settled)).state is State.ABSENT
    assert read("home-busy", home(200)).state is State.PRESENT
