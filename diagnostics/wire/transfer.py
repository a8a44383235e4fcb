"""Throughput: parallel connections, stopped as soon as the figure stands."""

import asyncio
import socket
import ssl
import time

from diagnostics.wire.errors import NameNotFound, TimedOut, WireError
from diagnostics.wire.estimate import Estimate, Estimator
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.lookup import system_lookup
from diagnostics.wire.speed_server import Endpoint, endpoint
from diagnostics.wire.tcp import connect
from diagnostics.wire.tcp_info import TcpInfo, congestion_control
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
from diagnostics.wire.tls import secured_socket, trusting_context
from diagnostics.wire.transfer_download import DownloadFlow
from diagnostics.wire.transfer_flow import Flow
from diagnostics.wire.transfer_tail import NOTHING, Tail, confidence
from diagnostics.wire.transfer_upload import UploadFlow

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
_SELDOM_TICK_S = 0.004
_CHECK_S = 0.03
_SAMPLE_S = 0.05
# Two to begin with: on a slow line the first windows of more would be lost at once.
_AT_FIRST = 2
_CONNECTIONS = 4
_LONG_PATH_S = 0.15
_MOST_CONNECTIONS = 16
# A figure that is not clear by then may be short of connections (loss, window).
_DOUBT_S = 1.0
_SEGMENT = 1448
_SEGMENTS_TO_TRUST = 24
# Gaps under repair keep the share of bytes in order a little below 1 at times.
_ALL_FULL = 0.97
_LEAST_WINDOW = 5  # segments in flight a connection, fewer do not recover from a loss
_REOPENINGS = 60
# After so long without a clear figure a wider interval is good enough, and said so.
_PATIENCE_S = 3.0
_STARVED_SHARE = 0.85
# A line that is full and still not steady: long enough for its mean to say something.
_VARYING_S = 1.5
_VARYING_TIMES = 6.5  # the precision of a steady line, a second
_QUEUE_MS = 2.0
# More than that times what is sold is a burst, perhaps: watched so many times as long.
_BURST, _BURST_TIMES = 1.25, 3.0


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
    before = counter() if counter is not None else None
    try:
        stopped_by = await test.run()
    finally:
        await test.close()
    after = counter() if counter is not None else None
    return test.result(stopped_by, _moved(direction, before, after))


def _moved(
    direction: Direction, before: InterfaceBytes | None, after: InterfaceBytes | None
) -> int | None:
    if before is None or after is None:
        return None
    moved = after.received - before.received if direction == "down" else after.sent - before.sent
    return moved if moved >= 0 else None


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
        self._where = where
        self._plan = plan
        self._context = context
        self._flows: list[Flow] = []
        self._opening: set[asyncio.Task[None]] = set()
        self._failures: list[WireError] = []
        self._waiting: list[Flow] = []
        self._wanted = _CONNECTIONS
        self._doubt_s = _DOUBT_S
        self._doubted_bps = 0.0
        self._fullness = 0.0
        self._tick_s = _TICK_S
        self._opened = 0
        self._address = ""
        self._congestion = ""
        self._begun_s = self._loop.time()
        self._ended_s = self._begun_s
        self._cpu_s = time.process_time()
        self._late_s = 0.0
        self._samples: list[Sample] = []
        self._estimate: Estimate | None = None

    @property
    def _elapsed_s(self) -> float:
        return self._loop.time() - self._begun_s

    async def run(self) -> Stop:
        addresses = await self._addresses()
        await self._open_first(addresses)
        rtt_s = (self._base_rtt_ms() or 20.0) / 1000
        by_segments, in_order = Estimator(rtt_s), Estimator(rtt_s)
        self._wanted = self._plan.connections or (
            _CONNECTIONS if rtt_s < _LONG_PATH_S else 2 * _CONNECTIONS
        )
        self._wanted = min(self._wanted, self._where.most_connections)
        self._doubt_s = max(_DOUBT_S, 6 * rtt_s)
        self._open_more(self._wanted - 1)
        checked_s = due_s = self._loop.time()
        while True:
            due_s = max(due_s + self._tick_s, self._loop.time())
            await asyncio.sleep(due_s - self._loop.time())
            self._late_s += max(0.0, self._loop.time() - due_s - _TICK_S)
            self._tick(by_segments, in_order)
            if self._loop.time() - checked_s >= _CHECK_S:
                checked_s = self._loop.time()
                self._look_often(by_segments, in_order)
                if stop := self._stop(by_segments if self._full_segments() else in_order):
                    self._ended_s = self._loop.time()
                    return stop

    async def _addresses(self) -> tuple[str, ...]:
        host = self._where.target.host
        if self._plan.address:
            return (self._plan.address,)
        if ":" in host or host.replace(".", "").isdigit():
            return (host,)
        found = await system_lookup(host, self._plan.connect_timeout_s, self._plan.command)
        family = self._plan.family
        chosen = {"any": found.addresses, "ipv4": found.ipv4, "ipv6": found.ipv6}[family]
        if not chosen:
            raise NameNotFound(f"{host} has no {family} address")
        return chosen[:3]

    async def _open_first(self, addresses: tuple[str, ...]) -> None:
        """The first address that takes a connection serves them all."""
        failure: WireError | None = None
        for address in addresses:
            self._address = address
            try:
                await self._open()
            except WireError as error:
                failure = failure or error
            else:
                return
        raise failure or NameNotFound(f"{self._where.target.host} has no address")

    async def _open(self) -> None:
        plan, target = self._plan, self._where.target
        sock = await connect(self._address, target.port, plan.connect_timeout_s, plan.source)
        if target.secure:
            if self._context is None:
                # Where the system verifies outside OpenSSL, this kind of socket cannot ask it.
                self._context = trusting_context(verify=plan.verify and KERNEL.name == "linux")
            sock = await secured_socket(sock, target.host, self._context, plan.connect_timeout_s)
        flow = self._flow(sock)
        self._congestion = self._congestion or congestion_control(sock)
        self._opened += 1
        if self._plan.connections or len(self._flows) < _AT_FIRST:
            self._flows.append(flow)
            flow.start()
        else:
            self._waiting.append(flow)

    def _flow(self, sock: socket.socket) -> Flow:
        if self._where.ndt7:
            from diagnostics.wire.ndt7 import NdtDownloadFlow, NdtUploadFlow  # noqa: PLC0415

            down_type, up_type = NdtDownloadFlow, NdtUploadFlow
        else:
            down_type, up_type = DownloadFlow, UploadFlow
        return (down_type if self._direction == "down" else up_type)(sock, self._where)

    def _open_more(self, count: int) -> None:
        for _ in range(count):
            task = asyncio.create_task(self._open_quietly())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open_quietly(self) -> None:
        try:
            await self._open()
        except WireError as error:
            self._failures.append(error)

    def _grow(self, estimator: Estimator) -> None:
        """Start the waiting connections when those at work have outgrown their beginnings,
        and open further ones when the figure stays unclear although there is room."""
        rate_bps = estimator.recent_bps()
        in_flight = rate_bps / 8 * estimator.rtt_s / _SEGMENT
        if self._waiting and in_flight >= _LEAST_WINDOW * (len(self._flows) + 1):
            self._start_waiting()
        ran_s = self._elapsed_s - (estimator.first_s or self._elapsed_s)
        if self._plan.connections or ran_s < self._doubt_s:
            return
        self._doubt_s = ran_s + max(_DOUBT_S, 4 * estimator.rtt_s)
        growing = rate_bps > 1.15 * self._doubted_bps
        self._doubted_bps = rate_bps
        if growing or self._wanted >= min(_MOST_CONNECTIONS, self._where.most_connections):
            return
        if self._waiting and not self._queues(estimator.rtt_s):
            self._start_waiting()
        elif not self._waiting and in_flight >= _LEAST_WINDOW * (self._wanted + _CONNECTIONS):
            self._wanted += _CONNECTIONS
            self._open_more(_CONNECTIONS)

    def _full_segments(self) -> bool:
        """Servers that write in small pieces do not fill their segments: count bytes then."""
        return self._fullness >= _ALL_FULL

    def _queues(self, rtt_s: float) -> bool:
        """Packets wait in the line's queue: it is full, more connections add nothing."""
        return self._loaded_ms() > 2 * rtt_s * 1000

    def _loaded_ms(self) -> float:
        """Round trip of the connection that waits longest now, 0 when unknown."""
        return max((flow.loaded_rtt_ms() for flow in self._flows), default=0.0)

    def _queued(self, rtt_s: float) -> bool:
        """Somebody's packets wait in the line's queue now."""
        return self._loaded_ms() > 1.1 * rtt_s * 1000 + _QUEUE_MS

    def _start_waiting(self) -> None:
        flow = self._waiting.pop()
        self._flows.append(flow)
        flow.start()

    def _tick(self, by_segments: Estimator, in_order: Estimator) -> None:
        if self._direction == "down":
            for flow in self._flows:
                flow.pump()
        at_s = self._elapsed_s
        whole = sum(flow.amount() for flow in self._flows)
        amount = sum(flow.in_order() for flow in self._flows)
        if whole > _SEGMENTS_TO_TRUST * _SEGMENT:
            # the answer's head may be a segment of its own on each connection
            amount_and_heads = amount + _SEGMENT * len(self._flows)
            self._fullness = max(self._fullness, min(1.0, amount_and_heads / whole))
        queued = self._queued(by_segments.rtt_s)
        by_segments.add(at_s, whole, queued=queued)
        in_order.add(at_s, amount, queued=queued)
        for estimator in (by_segments, in_order):
            estimator.rtt_s = min(estimator.rtt_s, (self._base_rtt_ms() or 1e9) / 1000)
        if not self._samples or at_s - self._samples[-1].at_s >= _SAMPLE_S:
            self._samples.append(Sample(at_s, int(amount), self._loaded_ms()))
        self._replace_finished()

    def _look_often(self, *estimators: Estimator) -> None:
        seldom = max(e.recent_bps() for e in estimators) < _SELDOM_BPS
        self._tick_s = _SELDOM_TICK_S if seldom else _TICK_S

    def _replace_finished(self) -> None:
        """Servers may close after each request: go on with a new connection."""
        for flow in self._flows:
            if flow.finished and flow.failure is not None and flow.failure not in self._failures:
                self._failures.append(flow.failure)
                if flow.moved > 100_000 and self._opened < _REOPENINGS:
                    self._open_more(1)

    def _stop(self, estimator: Estimator) -> Stop | None:
        first_s = estimator.first_s
        busy = self._opening or any(not flow.finished for flow in self._flows)
        if not busy:
            if first_s is None or self._moved() < 10_000:
                raise self._failures[0]
            self._estimate = estimator.estimate()
            return "server_closed"
        self._estimate = estimator.estimate()
        reached = self._good_enough(first_s) if first_s is not None else None
        if reached and first_s is not None and not self._held(first_s):
            return reached
        self._grow(estimator)
        if self._moved() >= self._plan.budget_bytes:
            return "budget"
        if self._elapsed_s < self._plan.deadline_s:
            return None
        if self._estimate is None:
            raise TimedOut(f"nothing came through to {self._where.target.host} in time")
        return "deadline"

    def _good_enough(self, first_s: float) -> Stop | None:
        found = self._estimate
        ran_s = self._elapsed_s - first_s
        if found is None or ran_s < self._least_s(found):
            return None
        precision = self._plan.precision * max(1.0, ran_s / _PATIENCE_S)
        if found.steady:
            return "stable" if found.half_width <= precision else None
        if found.shape != "varying" or ran_s < _VARYING_S:
            return None
        enough = _VARYING_TIMES * self._plan.precision * ran_s
        return "varying" if found.half_width <= enough else None

    def _held(self, first_s: float) -> bool:
        """Somebody who measures beside the load wants more of it."""
        plan = self._plan
        if plan.hold is None or self._elapsed_s - first_s >= plan.most_duration_s:
            return False
        return plan.hold()

    def _least_s(self, found: Estimate) -> float:
        expected_bps, least_s = self._plan.expected_bps, self._plan.min_duration_s
        burst = 0 < _BURST * expected_bps < found.rate_bps
        return _BURST_TIMES * least_s if burst else least_s

    def _moved(self) -> int:
        return sum(flow.moved for flow in self._flows)

    def _infos(self) -> list[TcpInfo]:
        return [flow.info for flow in self._flows if flow.info is not None]

    def _base_rtt_ms(self) -> float | None:
        """Smallest ever seen; while receiving only, the kernel's smoothed one is all there is."""
        found = [info.min_rtt_ms for info in self._infos() if 0 < info.min_rtt_ms < 60_000]
        return min(found, default=None)

    async def close(self) -> None:
        for task in tuple(self._opening):
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for flow in (*self._flows, *self._waiting):
            flow.close()

    def result(self, stopped_by: Stop, interface_bytes: int | None) -> Throughput:
        duration_s = self._ended_s - self._begun_s
        tail = Tail(self._direction, self._address, self._flows)
        found = self._estimate or NOTHING
        cpu_share = (time.process_time() - self._cpu_s) / duration_s
        starved = cpu_share > _STARVED_SHARE or self._late_s > 0.25 * duration_s
        moved = sum(flow.in_order() for flow in self._flows)
        overhead = tail.overhead()
        cross = None
        if interface_bytes is not None:
            cross = max(0.0, interface_bytes - moved * overhead) * 8 / duration_s
        return Throughput(
            direction=self._direction,
            server=str(self._where.target),
            address=self._address,
            rate_bps=found.rate_bps,
            low_bps=found.rate_bps * (1 - min(found.half_width, 1.0)),
            high_bps=found.rate_bps * (1 + found.half_width),
            ip_rate_bps=found.rate_bps * overhead,
            confidence=confidence(found, starved=starved),
            bytes=moved,
            duration_s=duration_s,
            steady_from_s=found.since_s,
            connections=len(self._flows),
            connections_failed=len(self._failures),
            started_at_s=self._begun_s,
            base_rtt_ms=self._base_rtt_ms(),
            cpu_share=cpu_share,
            starved=starved,
            congestion_control=self._congestion,
            retransmitted_ratio=tail.retransmitted(),
            cross_traffic_bps=cross,
            counted_by=tail.counted_by(full=self._full_segments()),
            stopped_by=stopped_by,
            samples=tuple(self._samples),
        )
