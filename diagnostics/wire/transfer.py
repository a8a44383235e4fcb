"""Throughput: parallel connections, stopped as soon as the figure stands."""

import asyncio
import ssl
import time

from diagnostics.wire import average
from diagnostics.wire.errors import BadAnswer, TimedOut, WireError
from diagnostics.wire.estimate import Estimate, Estimator
from diagnostics.wire.speed_server import Endpoint, endpoint
from diagnostics.wire.tcp_info import TcpInfo
from diagnostics.wire.throughput import (
    Counter,
    Direction,
    InterfaceBytes,
    Sample,
    SpeedServer,
    Stop,
    Throughput,
    TransferPlan,
)
from diagnostics.wire.transfer_beside import Beside
from diagnostics.wire.transfer_enough import good_enough
from diagnostics.wire.transfer_flow import SEGMENT, Flow
from diagnostics.wire.transfer_fullness import Fullness
from diagnostics.wire.transfer_opening import Opening
from diagnostics.wire.transfer_tail import NOTHING, Tail, confidence

__all__ = [
    "InterfaceBytes",
    "Sample",
    "SpeedServer",
    "Throughput",
    "TransferPlan",
    "measure",
]

_TICK_S = 0.01
# Where packets come more than so far apart their moments tell: look more often.
_SELDOM_BPS = 12e6
_SELDOM_TICK_S = 0.008
# What has no figure by then varies: exact moments tell nothing more. Not on the slowest lines,
# which need that long, nor on fast ones, which fill the socket's buffer sooner.
_LONG_S, _LONG_TICK_S, _LONG_BPS = 1.2, 0.02, (3e6, 100e6)
# Nothing changes sooner than a round trip, and the figure is cut by round trips.
_TICKS_A_TRIP, _MOST_TICK_S = 12, 0.05
# How often it is asked whether the figure stands; later in a test, after so much more of it.
_CHECK_S, _CHECK_SHARE, _MOST_CHECK_S = 0.03, 0.03, 0.1
_SAMPLE_S = 0.05
# Two to begin with: on a slow line the first windows of more would be lost at once.
_AT_FIRST = 2
_CONNECTIONS = 4
_LONG_PATH_S = 0.15
_MOST_CONNECTIONS = 16
# A figure that is not clear by then may be short of connections (loss, window).
_DOUBT_S = 1.0
_LEAST_WINDOW = 5  # segments in flight a connection, fewer do not recover from a loss
_REOPENINGS = 60
#: Fewer than that from a server that then closes are no measurement.
_LEAST_BYTES = 100_000
#: An upload that is cut so soon, with no answer, was never taken.
_CUT_S = 0.5
_STARVED_SHARE = 0.85
_QUEUE_MS = 2.0


async def measure(
    direction: Direction,
    server: SpeedServer,
    plan: TransferPlan | None = None,
    counter: Counter | None = None,
    context: ssl.SSLContext | None = None,
) -> Throughput:
    """Measure one direction against one server.

    Raises what `http.get` raises when not one connection could be used,
    TimedOut when nothing moved before the deadline, ValueError for a server
    description that cannot be used.
    """
    plan = plan or TransferPlan()
    test = _Test(direction, endpoint(server, direction), plan, context)
    beside = Beside(direction, counter)
    try:
        stopped_by = await test.run()
        beside.end()  # what still comes when the connections are cut is nobody else's
    finally:
        await test.close()
    return test.result(stopped_by, beside)


class _Test:
    def __init__(
        self,
        direction: Direction,
        where: Endpoint,
        plan: TransferPlan,
        context: ssl.SSLContext | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._direction: Direction = direction
        self._opening = Opening(direction, where, plan, context)
        self._plan = plan
        self._flows: list[Flow] = []
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._failures: list[WireError] = []
        self._waiting: list[Flow] = []
        self._wanted = _CONNECTIONS
        self._doubt_s = _DOUBT_S
        self._doubted_bps = 0.0
        self._fullness = Fullness()
        self._tick_s = _TICK_S
        self._begun_s = self._loop.time()
        self._ended_s = self._begun_s
        self._cpu_s = time.process_time()
        self._late_s = 0.0
        self._samples: list[Sample] = []
        self._estimate: Estimate | None = None
        self._stopped: asyncio.Future[Stop] = self._loop.create_future()

    @property
    def _elapsed_s(self) -> float:
        return self._loop.time() - self._begun_s

    async def run(self) -> Stop:
        first = await self._opening.first()
        if self._plan.addresses:  # what a dead one took is not the server's time
            self._begun_s, self._cpu_s = self._loop.time(), time.process_time()
        self._take(first, at_once=True)
        rtt_s = (self._base_rtt_ms() or 20.0) / 1000
        self._by_segments, self._in_order = Estimator(rtt_s), Estimator(rtt_s)
        self._wanted = self._plan.connections or (
            _CONNECTIONS if rtt_s < _LONG_PATH_S else 2 * _CONNECTIONS
        )
        self._wanted = min(self._wanted, self._opening.where.most_connections)
        self._doubt_s = max(_DOUBT_S, 6 * rtt_s)
        self._open_more(self._wanted - 1)
        self._checked_s = self._due_s = self._loop.time()
        self._look_later()
        try:
            return await self._stopped
        finally:
            self._looking.cancel()

    def _look_later(self) -> None:
        """A call, not a task that sleeps: that would wake twice each time."""
        self._due_s = max(self._due_s + self._tick_s, self._loop.time())
        self._looking = self._loop.call_at(self._due_s, self._look)

    def _look(self) -> None:
        if self._stopped.done():
            return
        now_s = self._loop.time()
        self._late_s += max(0.0, now_s - self._due_s - _TICK_S)
        try:
            self._tick()
            due_s = max(_CHECK_S, min(_CHECK_SHARE * (now_s - self._begun_s), _MOST_CHECK_S))
            stop = self._stop() if now_s - self._checked_s >= due_s else None
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - `run` raises it
            self._stopped.set_exception(error)
            return
        if stop is None:
            self._look_later()
        else:
            self._ended_s = self._loop.time()
            self._stopped.set_result(stop)

    def _take(self, flow: Flow, *, at_once: bool) -> None:
        """`at_once`: else it may wait until those at work have outgrown their beginnings."""
        if at_once or self._plan.connections or len(self._working()) < _AT_FIRST:
            self._flows.append(flow)
            flow.start()
        else:
            self._waiting.append(flow)

    def _working(self) -> list[Flow]:
        return [flow for flow in self._flows if not flow.finished]

    def _open_more(self, count: int, *, instead: bool = False) -> None:
        for _ in range(count):
            task = asyncio.create_task(self._open_quietly(instead=instead))
            self._on_the_way.add(task)
            task.add_done_callback(self._on_the_way.discard)

    async def _open_quietly(self, *, instead: bool) -> None:
        try:
            self._take(await self._opening.another(), at_once=instead)
        except WireError as error:
            self._failures.append(error)

    def _grow(self, estimator: Estimator) -> None:
        """Start the waiting connections when those at work have outgrown their beginnings,
        and open further ones when the figure stays unclear although there is room."""
        rate_bps = estimator.recent_bps()
        in_flight = rate_bps / 8 * estimator.rtt_s / SEGMENT
        if self._waiting and in_flight >= _LEAST_WINDOW * (len(self._working()) + 1):
            self._start_waiting()
        ran_s = self._elapsed_s - (estimator.first_s or self._elapsed_s)
        if self._plan.connections or ran_s < self._doubt_s:
            return
        self._doubt_s = ran_s + max(_DOUBT_S, 4 * estimator.rtt_s)
        growing = rate_bps > 1.15 * self._doubted_bps
        self._doubted_bps = rate_bps
        if growing or self._wanted >= min(_MOST_CONNECTIONS, self._opening.where.most_connections):
            return
        if self._waiting and not self._queues(estimator.rtt_s):
            self._start_waiting()
        elif not self._waiting and in_flight >= _LEAST_WINDOW * (self._wanted + _CONNECTIONS):
            self._wanted += _CONNECTIONS
            self._open_more(_CONNECTIONS)

    def _queues(self, rtt_s: float) -> bool:
        """Packets wait in the line's queue: it is full, more connections add nothing."""
        return self._loaded_ms() > 2 * rtt_s * 1000

    def _loaded_ms(self) -> float:
        """Round trip of the connection that waits longest now, 0 when unknown."""
        return max((flow.loaded_rtt_ms() for flow in self._working()), default=0.0)

    def _usual_ms(self) -> float:
        """Mean round trip of the connections now, 0 when unknown."""
        found = [ms for flow in self._working() if (ms := flow.loaded_rtt_ms()) > 0]
        return average.mean(found) if found else 0.0

    def _queued(self, rtt_s: float) -> bool:
        """Somebody's packets wait in the line's queue now."""
        return self._loaded_ms() > 1.1 * rtt_s * 1000 + _QUEUE_MS

    def _start_waiting(self) -> None:
        flow = self._waiting.pop()
        self._flows.append(flow)
        flow.start()

    def _tick(self) -> None:
        if self._direction == "down":
            for flow in self._flows:
                flow.pump()
        at_s = self._elapsed_s
        whole = sum(flow.amount() for flow in self._flows)
        amount = sum(flow.in_order() for flow in self._flows)
        # the answer's head may be a segment of its own on each connection
        self._fullness.add(whole, amount, SEGMENT * len(self._flows))
        queued = self._queued(self._by_segments.rtt_s)
        self._by_segments.add(at_s, whole, queued=queued)
        self._in_order.add(at_s, amount, queued=queued)
        grain = max((flow.grain() for flow in self._flows), default=SEGMENT)
        rtt_s = (self._base_rtt_ms() or 1e9) / 1000
        for estimator in (self._by_segments, self._in_order):
            estimator.grain_bytes = grain
            estimator.rtt_s = min(estimator.rtt_s, rtt_s)
        if not self._samples or at_s - self._samples[-1].at_s >= _SAMPLE_S:
            self._samples.append(Sample(at_s, int(amount), self._usual_ms()))
        self._replace_finished()

    def _next_tick_s(self) -> float:
        estimators = (self._by_segments, self._in_order)
        tick_s = max(_TICK_S, min(self._in_order.rtt_s / _TICKS_A_TRIP, _MOST_TICK_S))
        rate_bps = max(one.recent_bps() for one in estimators)
        first_s = self._by_segments.first_s
        long = first_s is not None and self._elapsed_s - first_s > _LONG_S
        if long and _LONG_BPS[0] < rate_bps < _LONG_BPS[1]:
            return max(tick_s, _LONG_TICK_S)
        return _SELDOM_TICK_S if rate_bps < _SELDOM_BPS and tick_s == _TICK_S else tick_s

    def _replace_finished(self) -> None:
        """Servers may close after each request: go on with a new connection."""
        for flow in tuple(self._flows):
            failure = flow.failure
            if not flow.finished or failure is None or failure in self._failures:
                continue
            self._failures.append(failure)
            self._opening.closes = self._opening.closes or flow.closes
            if self._opening.ask_for_less(failure):
                self._open_more(self._wanted, instead=True)
            elif self._waiting:
                self._start_waiting()
            elif self._opening.opened < _REOPENINGS and self._served(flow):
                self._open_more(1, instead=True)

    def _served(self, flow: Flow) -> bool:
        """Whether a connection that has ended had done what was asked of it."""
        if isinstance(flow.failure, BadAnswer):
            return False
        return flow.answers > 0 if self._direction == "up" else flow.moved >= _LEAST_BYTES

    def _stop(self) -> Stop | None:
        self._checked_s = self._loop.time()
        self._tick_s = self._next_tick_s()
        estimator = self._by_segments if self._fullness.full else self._in_order
        first_s = estimator.first_s
        if not self._on_the_way and all(flow.finished for flow in self._flows):
            if first_s is None or not self._has_served(first_s):
                raise self._failures[0]
            self._estimate = estimator.estimate()
            return "server_closed"
        self._estimate = estimator.estimate()
        if self._plan.told is not None:
            self._plan.told(estimator.recent_bps())
        ran_s = 0.0 if first_s is None else self._elapsed_s - first_s
        if first_s is not None and self._estimate is not None:
            rtt_ms = self._base_rtt_ms() or 0.0
            reached = good_enough(self._estimate, self._plan, ran_s, rtt_ms)
            if reached and not self._held(first_s):
                return reached
        self._grow(estimator)
        if self._moved() >= self._plan.budget_bytes and ran_s >= self._plan.budget_s:
            return "budget"
        if self._elapsed_s < self._plan.deadline_s:
            return None
        if self._estimate is None or self._estimate.rate_bps <= 0:
            raise TimedOut(f"nothing came through to {self._opening.where.target.host} in time")
        return "deadline"

    def _held(self, first_s: float) -> bool:
        """Somebody who measures beside the load wants more of it."""
        plan = self._plan
        if plan.hold is None or self._elapsed_s - first_s >= plan.most_duration_s:
            return False
        return plan.hold()

    def _moved(self) -> int:
        return sum(flow.moved for flow in self._flows)

    def _has_served(self, first_s: float) -> bool:
        """Whether the connections, all of them at an end, have shown the line at work.

        A refusal shows nothing; nor does what the server's system took in before it was cut off.
        """
        kept = [flow for flow in self._flows if not isinstance(flow.failure, BadAnswer)]
        ran_s = self._elapsed_s - first_s
        if self._direction == "up" and ran_s < _CUT_S and not any(flow.answers for flow in kept):
            return False
        return sum(flow.in_order() for flow in kept) >= _LEAST_BYTES

    def _infos(self) -> list[TcpInfo]:
        return [flow.info for flow in self._flows if flow.info is not None]

    def _base_rtt_ms(self) -> float | None:
        """Smallest ever seen; while receiving only, the kernel's smoothed one is all there is.

        Where it tells none, a connection took as long.
        """
        found = [info.min_rtt_ms for info in self._infos() if 0 < info.min_rtt_ms < 60_000]
        return min(found, default=self._opening.connected_ms or None)

    async def close(self) -> None:
        for task in tuple(self._on_the_way):
            task.cancel()
        await asyncio.gather(*self._on_the_way, return_exceptions=True)
        for flow in (*self._flows, *self._waiting):
            flow.close()

    def result(self, stopped_by: Stop, beside: Beside) -> Throughput:
        duration_s = self._ended_s - self._begun_s
        tail = Tail(self._direction, self._opening.address, self._flows)
        found = self._estimate or NOTHING
        cpu_share = (time.process_time() - self._cpu_s) / duration_s
        starved = cpu_share > _STARVED_SHARE or self._late_s > 0.25 * duration_s
        moved = sum(flow.in_order() for flow in self._flows)
        overhead = tail.overhead()
        counted_by = tail.counted_by(full=self._fullness.full)
        others_bps = beside.others_bps(tail, duration_s)
        others = (others_bps or 0.0) / found.rate_bps if found.rate_bps else 0.0
        return Throughput(
            direction=self._direction,
            server=str(self._opening.where.target),
            address=self._opening.address,
            rate_bps=found.rate_bps,
            low_bps=found.rate_bps * (1 - min(found.half_width, 1.0)),
            high_bps=found.rate_bps * (1 + found.half_width),
            ip_rate_bps=found.rate_bps * overhead,
            confidence=confidence(
                found,
                self._plan.expected_bps,
                starved=starved,
                doubtful=tail.doubtful(counted_by, others),
            ),
            bytes=moved,
            duration_s=duration_s,
            steady_from_s=found.since_s,
            connections=len(self._flows),
            connections_failed=len(self._failures),
            started_at_s=self._begun_s,
            base_rtt_ms=self._base_rtt_ms(),
            cpu_share=cpu_share,
            starved=starved,
            congestion_control=self._opening.congestion_control,
            retransmitted_ratio=tail.retransmitted(),
            cross_traffic_bps=others_bps,
            counted_by=counted_by,
            stopped_by=stopped_by,
            samples=tuple(self._samples),
        )
