"""A trace by Windows' own echoes with a hop limit each."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.platforms.loop import SelectLoop
from diagnostics.wire import icmp_windows, trace_way, trace_windows
from diagnostics.wire.echo_message import checksum
from diagnostics.wire.errors import NotPermitted, NotSupported, Unreachable, WireError
from diagnostics.wire.kernel import WINDOWS
from diagnostics.wire.source import Source
from diagnostics.wire.trace import Hop, Silent, Trace, TracePlan, trace
from tests.unit.wire.windows_icmp import FakeIcmp, Play

TARGET4, TARGET6 = "203.0.113.9", "2001:db8:9::9"
NAMES4 = ("192.168.1.1", "198.51.100.1", "198.51.100.77")
NAMES6 = ("2001:db8:1::1", "2001:db8:5::1", "2001:db8:5::77")
OWN = "192.168.1.20"
PLAN = TracePlan(timeout_s=0.4, round_interval_s=0.01)
EXPIRED, LATE, NO_HOST, FILTERED = 11013, 11010, 11003, 11004


@pytest.fixture(autouse=True)
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_way, "KERNEL", WINDOWS)

    def own_address(target: str, source: Source) -> str:
        del target, source
        return OWN

    monkeypatch.setattr(trace_windows, "own_address", own_address)


def _traced(
    monkeypatch: pytest.MonkeyPatch, library: FakeIcmp, target: str, plan: TracePlan = PLAN
) -> Trace:
    monkeypatch.setattr(icmp_windows, "load_icmp_library", lambda: library)
    try:
        with asyncio.Runner(loop_factory=SelectLoop) as runner:
            return runner.run(trace(target, plan))
    finally:
        assert library.open == set(), "everything was given back"


def _path(target: str, names: tuple[str, ...], silent: int = 0) -> FakeIcmp:
    def play(ttl: int) -> Play:
        if ttl == silent:
            return Play(status=LATE, after_s=0.3)
        if ttl > len(names):
            return Play(by=target, after_s=0.03, told_ms=30)
        return Play(status=EXPIRED, by=names[ttl - 1], after_s=0.02, told_ms=20)

    return FakeIcmp(by_ttl=play)


@pytest.mark.parametrize(("target", "names"), [(TARGET4, NAMES4), (TARGET6, NAMES6)])
def test_hops_silent_ones_and_the_target(
    monkeypatch: pytest.MonkeyPatch, target: str, names: tuple[str, ...]
) -> None:
    library = _path(target, names, silent=2)
    found = _traced(monkeypatch, library, target)
    assert (found.reached, found.method, found.stopped_by) == (True, "icmp", "target")
    first, second, third, last = found.hops
    assert isinstance(second, Silent)
    assert isinstance(first, Hop)
    assert isinstance(third, Hop)
    assert isinstance(last, Hop)
    assert (first.address, third.address, last.address) == (names[0], names[2], target)
    assert last.is_target
    assert len(first.rtts_ms) == 3
    assert all(19 <= rtt_ms <= 21 for rtt_ms in (*first.rtts_ms, *third.rtts_ms))
    assert {asked[2] for asked in library.asked} >= {1, 2, 3, 4}


def test_all_hops_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _traced(monkeypatch, _path(TARGET4, NAMES4, silent=2), TARGET4)
    assert found.duration_s < 1.5


def test_the_checksum_stays_while_windows_counts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its packets: identifier 1, numbers one after another over all programs."""
    library = _path(TARGET4, NAMES4)
    _traced(monkeypatch, library, TARGET4)
    first = 4242
    packets = [
        b"\x08\0\0\0\0\1" + (first + number).to_bytes(2, "big") + data
        for number, (_, _, _, data) in enumerate(library.asked)
    ]
    assert len(packets) >= 12
    assert len({checksum(packet) for packet in packets}) == 1


def test_who_says_that_it_cannot_be_reached_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(ttl: int) -> Play:
        if ttl == 1:
            return Play(status=EXPIRED, by=NAMES4[0])
        return Play(status=NO_HOST, by=NAMES4[1])

    found = _traced(monkeypatch, FakeIcmp(by_ttl=play), TARGET4)
    assert (found.reached, found.stopped_by) == (False, "unreachable")
    last = found.hops[-1]
    assert isinstance(last, Hop)
    assert (last.ttl, last.address, last.icmp_type) == (2, NAMES4[1], 3)


def test_own_address_as_the_speaker_is_no_hop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows says under its own name that the gateway does not answer ARP."""
    library = FakeIcmp(Play(status=NO_HOST, by=OWN))
    found = _traced(monkeypatch, library, TARGET4)
    assert all(isinstance(hop, Silent) for hop in found.hops)
    assert found.stopped_by == "silence"


def test_nothing_at_all_ends_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakeIcmp(Play(status=LATE, by="0.0.0.0", after_s=0.1))
    found = _traced(monkeypatch, library, TARGET4)
    assert not found.reached
    assert all(isinstance(hop, Silent) for hop in found.hops)


@pytest.mark.parametrize(
    ("code", "error"),
    [(1231, Unreachable), (10051, Unreachable), (5, NotPermitted), (8, WireError)],
)
def test_a_refusal_of_this_computer_is_raised(
    monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    with pytest.raises(error, match=str(code)):
        _traced(monkeypatch, FakeIcmp(Play(error=code)), TARGET4)


def test_by_udp_or_from_an_interface_by_name_it_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for plan in (TracePlan(method="udp"), TracePlan(source=Source(interface="Ethernet"))):
        with pytest.raises(NotSupported):
            _traced(monkeypatch, FakeIcmp(), TARGET4, plan)
