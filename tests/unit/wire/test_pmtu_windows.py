"""The path MTU by Windows' own echoes: a path that takes so much, and says so or not."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.platforms.loop import SelectLoop
from diagnostics.wire import icmp_windows, pmtu, pmtu_windows
from diagnostics.wire.errors import Unreachable
from diagnostics.wire.kernel import WINDOWS
from diagnostics.wire.link_mtu import link_mtu
from diagnostics.wire.pmtu import PathMtu, PmtuPlan, path_mtu
from diagnostics.wire.source import Source
from tests.unit.wire.windows_icmp import FakeIcmp, Play

FAR4, FAR6 = "203.0.113.9", "2001:db8:9::9"
ROUTER4, ROUTER6 = "198.51.100.1", "2001:db8:5::1"
OWN = "192.168.1.20"
TOO_BIG, LATE = 11009, 11010
PLAN = PmtuPlan(timeout_s=0.3)


class Way:
    """`takes` whole packets; `says`: a router speaks where one is too big. What Windows does with
    that: in IPv4 it refuses the next ones itself, in IPv6 it sends them in fragments."""

    def __init__(self, target: str, takes: int, *, says: bool, link: int = 1500) -> None:
        self._six = ":" in target
        self._target = target
        self._takes, self._says, self._link = takes, says, link
        self._learnt = False

    def play(self, size: int) -> Play:
        whole = size + (48 if self._six else 28)
        own = "::" if self._six else OWN
        if whole > self._link and not self._six:
            return Play(status=TOO_BIG, by=own, after_s=0.001)
        if whole <= self._takes or (self._learnt and self._six):
            return Play(by=self._target, after_s=0.01, told_ms=10)
        if self._learnt:
            return Play(status=TOO_BIG, by=own, after_s=0.001)
        if not self._says:
            return Play(status=LATE, by=own, after_s=0.25)
        self._learnt = True
        return Play(status=TOO_BIG, by=ROUTER6 if self._six else ROUTER4, after_s=0.005)


def _measured(monkeypatch: pytest.MonkeyPatch, way: Way, target: str, mtu: int = 1500) -> PathMtu:
    def own_address(target: str, source: Source) -> str:
        del target, source
        return OWN

    def told(target: str, source: Source) -> int:
        del target, source
        return mtu

    library = FakeIcmp(by_size=way.play)
    monkeypatch.setattr(pmtu, "KERNEL", WINDOWS)
    monkeypatch.setattr(pmtu_windows, "own_address", own_address)
    monkeypatch.setattr(pmtu_windows, "link_mtu", told)
    monkeypatch.setattr(icmp_windows, "load_icmp_library", lambda: library)
    with asyncio.Runner(loop_factory=SelectLoop) as runner:
        found = runner.run(path_mtu(target, PLAN))
    assert library.open == set()
    assert set(library.flags) == ({0} if ":" in target else {2})
    return found


@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_full(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    found = _measured(monkeypatch, Way(target, 1500, says=True), target)
    assert (found.state, found.largest, found.interface_mtu) == ("full", 1500, 1500)


@pytest.mark.parametrize("target", [FAR4, FAR6])
def test_black_hole(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    found = _measured(monkeypatch, Way(target, 1430, says=False), target)
    assert (found.state, found.largest) == ("black_hole", 1430)
    assert found.big_lost == found.big_sent
    assert found.small_lost == 0


def test_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _measured(monkeypatch, Way(FAR4, 1400, says=True), FAR4)
    assert (found.state, found.largest) == ("reported", 1400)
    assert (found.reported_by, found.reported_mtu) == (ROUTER4, None)


def test_reported_by_ipv6_claims_no_more_than_every_link_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = _measured(monkeypatch, Way(FAR6, 1400, says=True), FAR6)
    assert (found.state, found.largest, found.reported_by) == ("reported", 1280, ROUTER6)


def test_a_narrow_link_of_this_computer_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for told in (1492, 1500):
        way = Way(FAR4, 1492, says=False, link=1492)
        found = _measured(monkeypatch, way, FAR4, told)
        assert (found.state, found.largest, found.interface_mtu) == ("full", 1492, 1492)


def test_without_a_way_out_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(target: str, source: Source) -> str:
        del target, source
        return ""

    monkeypatch.setattr(pmtu, "KERNEL", WINDOWS)
    monkeypatch.setattr(pmtu_windows, "own_address", nowhere)
    monkeypatch.setattr(icmp_windows, "load_icmp_library", FakeIcmp)
    with pytest.raises(Unreachable):
        asyncio.run(path_mtu(FAR4, PLAN))


def test_the_links_mtu_is_that_of_the_interface_that_is_used() -> None:
    assert (link_mtu("127.0.0.1", Source()) or 0) >= 1500
    assert link_mtu("127.0.0.1", Source(address="192.0.2.250")) is None
