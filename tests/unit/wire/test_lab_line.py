"""The wire's measurements against what the lab's line is known to do."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from statistics import median

import msgspec
import pytest

from diagnostics.wire.echo import EchoSeries
from diagnostics.wire.pmtu import PathMtu
from diagnostics.wire.throughput import Throughput
from diagnostics.wire.trace import Hop, Silent, Trace
from tests.sim.toolchain import missing
from tests.unit.wire.line import FAR4, FAR6, HOPS4, HOPS6, Line, built, settle_s
from tests.unit.wire.near_end import Loaded

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif(bool(missing()), reason="the lab's tools are not installed"),
]

CLEAN = (100.0, 20.0, 100.0, 0.0)


@pytest.fixture(scope="module")
def built_line(tmp_path_factory: pytest.TempPathFactory) -> Generator[Line]:
    with built(tmp_path_factory.mktemp("line")) as line:
        yield line


@pytest.fixture
def line(built_line: Line) -> Line:
    """A clean 100/20 line of 20 ms."""
    for way, rate_mbps in (("up", 20.0), ("down", 100.0)):
        built_line.way(way, rate_mbps, *CLEAN[1:])
        built_line.tell(f"{way} max_bytes=0 duplicate=0 reorder=0 jitter_us=0")
    return built_line


@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_ping_hits_the_delay(line: Line, target: str) -> None:
    series = msgspec.json.decode(line.near("ping", target, "30", "0.02"), type=EchoSeries)
    assert series.method == "icmp"
    assert series.kernel_stamped
    assert (series.sent, series.lost, series.duplicates) == (30, 0, 0)
    _twenty_ms(series.rtts_ms)


@pytest.fixture
def closed_line(line: Line) -> Generator[Line]:
    """Datagram ICMP refused to everybody, as in each new network namespace."""
    _ping_group(line, "1 0")
    yield line
    _ping_group(line, "0 2147483647")


def _ping_group(line: Line, groups: str) -> None:
    line.stage.settle("near", {"ipv4/ping_group_range": groups})


def _twenty_ms(rtts_ms: Sequence[float]) -> None:
    """A busy machine wakes the wire late now and then, which shifts the median, not the least."""
    assert min(rtts_ms) == pytest.approx(20.0, abs=0.5)
    assert median(rtts_ms) == pytest.approx(20.0, abs=3.0)


@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_raw_ping_is_as_exact(closed_line: Line, target: str) -> None:
    closed_line.tell("down loss=0.2")
    series = msgspec.json.decode(closed_line.near("ping", target, "100", "0.01"), type=EchoSeries)
    assert series.method == "icmp"
    assert series.kernel_stamped
    assert 5 < series.lost < 40
    assert series.duplicates == 0
    _twenty_ms(series.rtts_ms)


def test_raw_ping_by_hop_limit_and_trace(closed_line: Line) -> None:
    series = msgspec.json.decode(closed_line.near("ping", FAR4, "5", "0.02", "1"), type=EchoSeries)
    assert {c.by for c in series.complaints} == {HOPS4[0]}
    found = msgspec.json.decode(closed_line.near("trace", FAR6, "icmp"), type=Trace)
    assert found.reached
    assert isinstance(found.hops[0], Hop)


def test_a_lost_syn_is_a_loss_though_tcp_repairs_it(line: Line) -> None:
    line.tell("down loss=0.3")
    series = msgspec.json.decode(line.near("connects", FAR4, "40"), type=EchoSeries)
    assert series.method == "tcp_connect"
    assert 4 <= series.lost <= 22
    assert max(series.rtts_ms) < 100


def test_ping_counts_loss_and_duplicates(line: Line) -> None:
    line.tell("down loss=0.3")
    line.tell("up duplicate=0.3")
    series = msgspec.json.decode(line.near("ping", FAR4, "150", "0.01"), type=EchoSeries)
    assert 0.08 < series.loss_ratio < 0.45  # a doubled request has two chances
    assert series.duplicates > 5


def test_ping_of_a_router_by_hop_limit(line: Line) -> None:
    series = msgspec.json.decode(line.near("ping", FAR4, "5", "0.02", "1"), type=EchoSeries)
    assert series.received == 0
    assert {c.by for c in series.complaints} == {HOPS4[0]}
    assert {c.kind for c in series.complaints} == {"ttl_exceeded"}
    _twenty_ms([c.rtt_ms for c in series.complaints])


@pytest.mark.parametrize("way", ["trace", "trace-as-darwin"])
@pytest.mark.parametrize("method", ["icmp", "udp"])
@pytest.mark.parametrize(("target", "hops"), [(FAR4, HOPS4), (FAR6, HOPS6)])
def test_trace_with_a_silent_hop(
    line: Line, way: str, target: str, hops: tuple[str, ...], method: str
) -> None:
    found = msgspec.json.decode(line.near(way, target, method), type=Trace)
    assert found.reached
    assert len(found.hops) == 3
    first, second, third = found.hops
    assert isinstance(first, Hop)
    assert isinstance(second, Silent)
    assert isinstance(third, Hop)
    assert (first.address, third.address) == (hops[0], hops[2])
    assert third.is_target
    assert first.best_ms == pytest.approx(20.0, abs=0.6)
    assert found.duration_s < 1.5


@pytest.mark.parametrize(("target", "router"), [(FAR4, HOPS4[0]), (FAR6, HOPS6[0])])
@pytest.mark.parametrize("ping", ["ping-as-darwin", "ping-as-windows"])
def test_echoes_by_hop_limit_as_other_systems_hear_them(
    line: Line, target: str, router: str, ping: str
) -> None:
    words = line.near(ping, target, "10", "1")
    series = msgspec.json.decode(words, type=EchoSeries)
    assert {c.by for c in series.complaints} == {router}
    assert {c.kind for c in series.complaints} == {"ttl_exceeded"}
    # without stamps of the kernel a busy machine's delay is in it, too
    assert 19.5 < min(c.rtt_ms for c in series.complaints) < 25
    words = line.near(ping, target, "5", "64")
    assert msgspec.json.decode(words, type=EchoSeries).received == 5


@pytest.mark.parametrize(("target", "hops"), [(FAR4, HOPS4), (FAR6, HOPS6)])
def test_trace_by_windows_echoes(line: Line, target: str, hops: tuple[str, ...]) -> None:
    found = msgspec.json.decode(line.near("trace-as-windows", target, "icmp"), type=Trace)
    assert found.reached
    first, second, third = found.hops
    assert isinstance(first, Hop)
    assert isinstance(second, Silent)
    assert isinstance(third, Hop)
    assert (first.address, third.address) == (hops[0], hops[2])
    assert first.best_ms == pytest.approx(20.0, abs=1.5)  # the DLL's clock has whole milliseconds


def test_trace_of_somebody_who_is_not_there(line: Line) -> None:
    found = msgspec.json.decode(line.near("trace", "10.8.2.77", "icmp"), type=Trace)
    assert not found.reached
    assert isinstance(found.hops[0], Hop)


@pytest.mark.parametrize("pmtu", ["pmtu", "pmtu-as-darwin", "pmtu-as-windows"])
@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_path_mtu_full(line: Line, target: str, pmtu: str) -> None:
    found = msgspec.json.decode(line.near(pmtu, target), type=PathMtu)
    assert (found.state, found.largest, found.interface_mtu) == ("full", 1500, 1500)


@pytest.mark.parametrize("pmtu", ["pmtu", "pmtu-as-darwin", "pmtu-as-windows"])
@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_path_mtu_black_hole(line: Line, target: str, pmtu: str) -> None:
    line.tell("down max_bytes=1430")
    found = msgspec.json.decode(line.near(pmtu, target), type=PathMtu)
    assert (found.state, found.largest) == ("black_hole", 1430)
    assert found.small_lost == 0
    assert found.big_lost == found.big_sent


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_path_mtu_by_tcp(line: Line, target: str, way: str) -> None:
    found = msgspec.json.decode(line.near("pmtu-tcp", target), type=PathMtu)
    assert (found.state, found.largest, found.interface_mtu) == ("full", 1500, 1500)
    line.tell(f"{way} max_bytes=1430")
    stuck = msgspec.json.decode(line.near("pmtu-tcp", target), type=PathMtu)
    # The lab's answers are short: only what we send can be too big for this line.
    assert stuck.state == ("black_hole" if way == "up" else "full")
    if way == "up":
        assert stuck.largest == 1400  # the rung below
        assert stuck.big_lost == stuck.big_sent >= 5


def test_path_mtu_by_tcp_under_loss_blames_no_size(line: Line) -> None:
    line.tell("down loss=0.1")
    line.tell("up loss=0.1")
    found = msgspec.json.decode(line.near("pmtu-tcp", FAR4), type=PathMtu)
    assert found.state in {"full", "unclear"}


def test_path_mtu_under_loss_blames_no_size(line: Line) -> None:
    line.tell("down loss=0.25")
    found = msgspec.json.decode(line.near("pmtu", FAR4), type=PathMtu)
    assert found.state == "full"


@pytest.fixture
def narrow_line(line: Line) -> Generator[Line]:
    line.stage.batch("mid", ["link set up2 mtu 1400"])
    line.stage.batch("far", ["link set dn2 mtu 1400"])
    try:
        yield line
    finally:
        line.stage.batch("mid", ["link set up2 mtu 1500"])
        line.stage.batch("far", ["link set dn2 mtu 1500"])


@pytest.mark.parametrize("pmtu", ["pmtu", "pmtu-as-darwin"])
def test_path_mtu_reported(narrow_line: Line, pmtu: str) -> None:
    for target, by in ((FAR4, HOPS4[1]), (FAR6, HOPS6[1])):
        found = msgspec.json.decode(narrow_line.near(pmtu, target), type=PathMtu)
        assert (found.state, found.largest) == ("reported", 1400)
        assert (found.reported_mtu, found.reported_by) == (1400, by)


def test_path_mtu_reported_to_windows(narrow_line: Line) -> None:
    """It keeps the size to itself, and by IPv6 it may send fragments from then on."""
    for target, by, largest in ((FAR4, HOPS4[1], 1400), (FAR6, HOPS6[1], 1280)):
        found = msgspec.json.decode(narrow_line.near("pmtu-as-windows", target), type=PathMtu)
        assert (found.state, found.largest) == ("reported", largest)
        assert (found.reported_mtu, found.reported_by) == (None, by)


@pytest.mark.parametrize(
    ("down_mbps", "up_mbps", "rtt_ms", "most_s", "most_mb"),
    [(100, 20, 20, 4.0, 20.0), (6, 1, 30, 14.0, 5.0), (300, 50, 10, 4.0, 45.0)],
)
def test_throughput_of_a_known_line(
    line: Line, down_mbps: float, up_mbps: float, rtt_ms: float, most_s: float, most_mb: float
) -> None:
    line.way("down", down_mbps, rtt_ms, 200, 0)
    line.way("up", up_mbps, rtt_ms, 200, 0)
    settle_s(0.3)
    down = msgspec.json.decode(line.near("speed", FAR4, "down"), type=Throughput)
    settle_s(0.5)
    up = msgspec.json.decode(line.near("speed", FAR4, "up"), type=Throughput)
    # The lab's rate is counted over what lies above the Ethernet header.
    assert down.ip_rate_bps == pytest.approx(down_mbps * 1e6, rel=0.02)
    assert up.ip_rate_bps == pytest.approx(up_mbps * 1e6, rel=0.03)
    assert down.duration_s + up.duration_s < most_s
    assert (down.bytes + up.bytes) / 1e6 < most_mb
    assert not down.starved


def test_throughput_of_a_satellite_is_not_cut_short(line: Line) -> None:
    line.way("down", 50, 600, 300, 0)
    line.way("up", 5, 600, 300, 0)
    settle_s(1.0)
    found = msgspec.json.decode(line.near("speed", FAR4, "down"), type=Throughput)
    assert found.ip_rate_bps == pytest.approx(50e6, rel=0.25)  # cubic on 600 ms is slow to fill
    assert found.confidence != "high" or found.ip_rate_bps == pytest.approx(50e6, rel=0.05)
    settle_s(2.0)


def test_delay_under_load_is_the_queue(line: Line) -> None:
    line.way("down", 50, 20, 120, 0)
    loaded = msgspec.json.decode(line.near("loaded", FAR4, HOPS4[0]), type=Loaded)
    for series in loaded.idle:
        _twenty_ms(series.rtts_ms)
    for series in loaded.busy:
        assert len(series.rtts_ms) > 10
        assert 60 < median(series.rtts_ms) < 150  # 20 ms and most of a queue of 120 ms
    settle_s(0.5)
