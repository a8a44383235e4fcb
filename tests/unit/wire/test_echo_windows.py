"""Windows' own echoes: what the DLL is asked, and what is made of its answers."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.wire import echo_windows
from diagnostics.wire.echo import Complaint, Echo, EchoPlan, EchoSeries, Lost
from diagnostics.wire.echo_windows import WindowsEchoes
from diagnostics.wire.errors import NotPermitted, NotSupported
from diagnostics.wire.icmp_windows import load_icmp_library
from diagnostics.wire.meter import metered
from diagnostics.wire.source import Source
from tests.unit.wire.windows_icmp import FakeIcmp, Play

PLAN = EchoPlan(count=3, interval_s=0.01, timeout_s=0.5)


async def _series(library: FakeIcmp, target: str, plan: EchoPlan = PLAN) -> EchoSeries:
    echoes = WindowsEchoes(target, plan, library)
    try:
        for _ in range(plan.count):
            echoes.send()
            await asyncio.sleep(plan.interval_s)
        await echoes.settled()
        return echoes.ledger.series(asyncio.get_running_loop().time() + plan.timeout_s)
    finally:
        await echoes.close()


def test_answers_are_timed_by_our_clock_within_the_dlls_figure() -> None:
    library = FakeIcmp(Play(after_s=0.02, told_ms=20), Play(after_s=0.05, told_ms=3))
    with metered() as meter:
        series = asyncio.run(_series(library, "192.168.1.1"))
    assert series.method == "icmp"
    first, *late_woken = series.rtts_ms
    assert 19 <= first <= 21
    assert all(rtt_ms <= 4 for rtt_ms in late_woken), "the DLL saw it come after 3 ms"
    assert [one.ttl for one in series.echoes] == [63, 63, 63]
    assert not series.kernel_stamped
    assert [asked[:3] for asked in library.asked] == [("192.168.1.1", 56, 64)] * 3
    assert meter.bytes_sent == meter.bytes_received == 3 * 64


def test_the_narrow_layout_of_a_64_bit_program_is_read() -> None:
    series = asyncio.run(_series(FakeIcmp(Play(ttl=57, narrow=True)), "1.1.1.1"))
    assert [one.ttl for one in series.echoes] == [57, 57, 57]


def test_ipv6() -> None:
    library = FakeIcmp(Play(by="2606:4700:4700::1111"))
    series = asyncio.run(_series(library, "2606:4700:4700::1111"))
    assert series.received == 3
    assert library.asked[0][0] == "2606:4700:4700::1111"


def test_a_router_at_a_distance_complains_with_its_delay() -> None:
    library = FakeIcmp(Play(status=11013, by="81.2.69.1", after_s=0.03, told_ms=30))
    plan = EchoPlan(count=1, interval_s=0.2, timeout_s=0.5, ttl=2)
    (complaint,) = asyncio.run(_series(library, "1.1.1.1", plan)).probes
    assert isinstance(complaint, Complaint)
    assert (complaint.kind, complaint.by, complaint.icmp_type) == ("ttl_exceeded", "81.2.69.1", 11)
    assert 29 <= complaint.rtt_ms <= 31.5, "by the answer, not by when it was read"
    assert library.asked[0][2] == 2


@pytest.mark.parametrize(
    ("target", "status", "kind"),
    [
        ("1.1.1.1", 11002, "net_unreachable"),
        ("1.1.1.1", 11003, "host_unreachable"),
        ("1.1.1.1", 11009, "too_big"),
        ("2606:4700:4700::1111", 11004, "prohibited"),
        ("2606:4700:4700::1111", 11002, "net_unreachable"),
        ("1.1.1.1", 11050, "other"),
    ],
)
def test_complaints_by_their_numbers(target: str, status: int, kind: str) -> None:
    by = "2606:4700::1" if ":" in target else "81.2.69.1"
    series = asyncio.run(_series(FakeIcmp(Play(status=status, by=by)), target))
    assert {one.kind for one in series.complaints} == {kind}
    assert series.received == 0


@pytest.mark.parametrize("target", ["1.1.1.1", "2606:4700:4700::1111"])
def test_an_event_without_a_reply_is_no_echo(target: str) -> None:
    series = asyncio.run(_series(FakeIcmp(Play(empty=True)), target))
    assert (series.sent, series.received, series.complaints) == (3, 0, ())


def test_under_our_own_name_windows_speaks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def own_address(target: str, source: Source) -> str:
        del target, source
        return "192.168.1.20"

    monkeypatch.setattr(echo_windows, "own_address", own_address)
    series = asyncio.run(_series(FakeIcmp(Play(status=11003, by="192.168.1.20")), "1.1.1.1"))
    assert {(one.by, one.kind) for one in series.complaints} == {("", "host_unreachable")}


def test_no_answer_is_lost_and_a_refusal_is_a_complaint_of_our_own() -> None:
    library = FakeIcmp(Play(status=11010), Play(error=1231), Play())
    lost, refused, fine = asyncio.run(_series(library, "1.1.1.1")).probes
    assert isinstance(lost, Lost)
    assert isinstance(refused, Complaint)
    assert (refused.kind, refused.by) == ("net_unreachable", "")
    assert isinstance(fine, Echo)


def test_events_are_used_again_and_all_is_given_back() -> None:
    async def one_by_one() -> int:
        echoes = WindowsEchoes("192.168.1.1", EchoPlan(timeout_s=5.0), library)
        for _ in range(10):
            echoes.send()
            await echoes.settled()
        await echoes.close()
        return echoes.ledger.series(0.0).received

    library = FakeIcmp(Play(after_s=0.001))
    assert asyncio.run(one_by_one()) == 10
    assert library.open == set()
    assert library.most_open == 3, "the handle, an event and its wait"


def test_what_is_under_way_at_the_end_is_left_without_harm() -> None:
    async def begun() -> None:
        echoes = WindowsEchoes("1.1.1.1", PLAN, library)
        echoes.send()
        await echoes.close()

    library = FakeIcmp(Play(after_s=5.0))
    asyncio.run(begun())
    assert library.open == set()


@pytest.mark.parametrize(("code", "error"), [(5, NotPermitted), (50, NotSupported)])
def test_no_handle_says_why(code: int, error: type[Exception]) -> None:
    async def opened() -> None:
        with pytest.raises(error, match=str(code)):
            WindowsEchoes("1.1.1.1", PLAN, FakeIcmp(no_handle=code))

    asyncio.run(opened())


def test_an_interface_by_name_is_left_to_other_ways() -> None:
    plan = EchoPlan(source=Source(interface="Ethernet"))

    async def opened() -> None:
        with pytest.raises(NotSupported):
            WindowsEchoes("1.1.1.1", plan, FakeIcmp())

    asyncio.run(opened())


def test_elsewhere_there_is_no_such_library() -> None:
    with pytest.raises(NotSupported, match="Windows"):
        load_icmp_library()
