"""STAMP against a reflector with faults of its own, and a call's figures against their formulas."""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections.abc import Callable

import pytest

from diagnostics.wire import errors
from diagnostics.wire.stamp import Reflected, StampPlan, StampSession, borne, stamp
from diagnostics.wire.voice import Call, call_of, mos_of
from tests.sim.servers.reflector import Reflector

_PLAN = StampPlan(count=30, interval_s=0.005, timeout_s=0.4)


class _Faulty(Reflector):
    """Passes on only what `passes` lets through; `twice` sends everything again."""

    def __init__(
        self,
        passes: Callable[[int], bool],
        *,
        counts: bool = True,
        twice: bool = False,
        clock_offset_s: float = 0.0,
    ) -> None:
        super().__init__(counts=counts, clock_offset_s=clock_offset_s)
        self._passes = passes
        self._twice = twice
        self.sizes: set[int] = set()

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        self.sizes.add(len(data))
        for _ in range(2 if self._twice else 1):
            if self._passes(int.from_bytes(data[:4], "big")):
                super().datagram_received(data, addr)


async def _exchanged(
    reflector: Reflector, host: str = "127.0.0.1", plan: StampPlan = _PLAN
) -> StampSession:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: reflector, local_addr=(host, 0))
    try:
        port: int = transport.get_extra_info("sockname")[1]
        return await stamp(
            host, StampPlan(plan.count, plan.interval_s, timeout_s=plan.timeout_s, port=port)
        )
    finally:
        transport.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_everything_comes_back(host: str) -> None:
    reflector = _Faulty(lambda _: True, clock_offset_s=-86_400.0)
    call = call_of(asyncio.run(_exchanged(reflector, host)))
    assert (call.sent, call.received, call.duplicates) == (30, 30, 0)
    assert (call.up.lost, call.down.lost, call.longest_loss) == (0, 0, 0)
    assert (call.up.reordered, call.down.reordered) == (0, 0)
    assert -0.5 < call.rtt_median_ms < 200
    assert reflector.sizes == {172}


def test_loss_on_the_way_there_and_a_reflector_that_counts() -> None:
    call = call_of(asyncio.run(_exchanged(_Faulty(lambda number: not 10 <= number < 13))))
    assert (call.received, call.longest_loss) == (27, 3)
    assert (call.up.lost, call.down.lost) == (3, 0)


def test_loss_on_the_way_back_only_is_told_where_the_reflector_counts() -> None:
    class Unheard(Reflector):
        """It counts all, and some of its answers get lost."""

        def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
            number = int.from_bytes(data[:4], "big")
            if number % 10 == 5:
                self._number(addr, number)
            else:
                super().datagram_received(data, addr)

    call = call_of(asyncio.run(_exchanged(Unheard())))
    assert (call.received, call.up.lost, call.down.lost) == (27, 0, 3)
    call = call_of(asyncio.run(_exchanged(Unheard(counts=False))))
    assert (call.received, call.up.lost, call.down.lost) == (27, None, None)


@pytest.mark.parametrize("before", [1, 5000])
def test_a_count_that_runs_on_from_others_tells_no_direction(before: int) -> None:
    class Shared(_Faulty):
        def _number(self, sender: tuple[object, ...], theirs: int) -> int:
            return before + super()._number(sender, theirs)

    call = call_of(asyncio.run(_exchanged(Shared(lambda number: number != 12))))
    assert (call.received, call.up.lost, call.down.lost) == (29, None, None)


def test_one_number_is_left_out_after_the_first() -> None:
    assert [borne(number) for number in range(4)] == [0, 2, 3, 4]


def test_a_stateless_reflector_tells_no_direction() -> None:
    reflector = _Faulty(lambda number: number % 10 != 5, counts=False)
    call = call_of(asyncio.run(_exchanged(reflector)))
    assert call.received == 27
    assert call.up.lost is None
    assert call.down.lost is None


def test_doubled_packets_are_counted_once() -> None:
    call = call_of(asyncio.run(_exchanged(_Faulty(lambda _: True, twice=True))))
    assert (call.sent, call.received) == (30, 30)
    assert call.duplicates > 0


def test_forged_answers_are_nobodys() -> None:
    class Forger(Reflector):
        def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
            super().datagram_received(data[:4] + bytes(8) + data[12:], addr)
            super().datagram_received(b"\xff" * len(data), addr)
            super().datagram_received(data[:20], addr)

    with pytest.raises(errors.TimedOut):
        asyncio.run(_exchanged(Forger(), plan=StampPlan(count=3, timeout_s=0.1)))


def test_nobody_there() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    with pytest.raises(errors.Refused):
        asyncio.run(stamp("127.0.0.1", StampPlan(count=5, timeout_s=0.2, port=port)))


def _session(
    count: int,
    up_ms: Callable[[int], float],
    down_ms: Callable[[int], float] = lambda _: 10.0,
    *,
    lost: frozenset[int] = frozenset(),
) -> StampSession:
    """A session with these delays; the far clock is 1000 s ahead, its count leaves out the lost."""
    came = [number for number in range(count) if number not in lost]
    rows = [(n, n * 0.02, n * 0.02 + up_ms(n) / 1000, down_ms(n) / 1000) for n in came]
    counted = {n: at for at, (n, *_) in enumerate(sorted(rows, key=lambda row: row[2]))}
    found = [
        Reflected(n, counted[n], sent, there + down, there + 1000, there + 1000.0)
        for n, sent, there, down in rows
    ]
    arrived = tuple(sorted(found, key=lambda one: one.arrived_s))
    return StampSession("192.0.2.1", StampPlan(count=count), count, arrived, 0)


def test_jitter_is_that_of_rfc_3550() -> None:
    delays = [20.0 + (7 * n) % 5 for n in range(100)]
    expected = 0.0
    for before, after in itertools.pairwise(delays):
        expected += (abs(after - before) - expected) / 16
    call = call_of(_session(100, lambda n: delays[n]))
    assert call.up.jitter_ms == pytest.approx(expected, rel=1e-6)
    assert call.down.jitter_ms == pytest.approx(0, abs=1e-6)


def test_order_is_judged_each_way() -> None:
    call = call_of(_session(50, lambda n: 60.0 if n == 10 else 10.0))
    assert (call.up.reordered, call.down.reordered) == (1, 0)
    call = call_of(_session(50, lambda _: 10.0, lambda n: 60.0 if n == 10 else 10.0))
    assert (call.up.reordered, call.down.reordered) == (0, 1)


def _rated(up: float, down: float, *, lost: frozenset[int] = frozenset(), count: int = 500) -> Call:
    return call_of(_session(count, lambda _: up, lambda _: down, lost=lost))


def test_quality_falls_with_delay_and_loss() -> None:
    clean = _rated(10, 10)
    assert clean.rating == pytest.approx(93.2)
    assert clean.mos == pytest.approx(4.41, abs=0.01)
    # G.107, 7.4: Ta 400 ms (320 ms of network) takes 24.1
    assert _rated(320, 320).rating == pytest.approx(93.2 - 24.1, abs=0.1)
    scattered = _rated(10, 10, lost=frozenset(range(5, 500, 20)))
    in_a_row = _rated(10, 10, lost=frozenset(range(100, 125)))
    assert in_a_row.mos < scattered.mos < clean.mos
    assert (in_a_row.longest_loss, scattered.longest_loss) == (25, 1)


def test_what_comes_too_late_is_lost_to_a_call() -> None:
    call = call_of(_session(100, lambda n: 100.0 if n % 10 == 0 else 10.0))
    assert call.discarded == 10
    assert call.mos < 4.2


@pytest.mark.parametrize(
    ("rating", "mos"),
    [(93.2, 4.41), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (0, 1), (120, 4.5)],
)
def test_mos_by_annex_b(rating: float, mos: float) -> None:
    assert mos_of(rating) == pytest.approx(mos, abs=0.01)


def test_a_reflector_that_stays_silent_is_left_early() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        begun_s = time.monotonic()
        with pytest.raises(errors.TimedOut):
            asyncio.run(stamp("127.0.0.1", StampPlan(count=500, port=port, silence_s=0.3)))
        assert time.monotonic() - begun_s < 3.0  # ten seconds of packets, else
