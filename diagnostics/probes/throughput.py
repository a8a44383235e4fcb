"""Throughput both ways, with delay at gateway, edge and anchor at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from diagnostics.probe import Context, Probe, ProbeError, Stage
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Gateway
from diagnostics.readings.load import CrossTraffic, Responsiveness, SpeedFigure, Throughput
from diagnostics.readings.path import Anchors, MtuFinding, Path, PathMtu
from diagnostics.result import NOT_RUN, Reading, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.sounding.busy_core import BusyCore
from diagnostics.sounding.delays import Delays, Stretch
from diagnostics.sounding.speed import Attempt, Way, far_away, reachable, transfer
from diagnostics.thresholds import range_of

_IDLE_S = 0.8
#: Queues of the first direction must be empty before the second fills its own.
_DRAIN_S = 0.4
#: A person waits some twenty seconds; a second opinion that begins later comes only with `--full`.
#: A low figure that stood still is believed by nothing else, and a second one soon stands, too.
_PATIENCE_S, _PATIENCE_STABLE_S = 15.0, 20.0
#: loss to far places from which a look beyond the provider is worth its bytes
_FAR_LOSS_PERCENT = 1.0
_NO_FAILURE = Unmeasured(Reason.NOT_APPLICABLE, "no failure")


class ThroughputProbe(Probe[Throughput]):
    reading: ClassVar[type[Reading]] = Throughput
    stage: ClassVar[Stage] = Stage.LOAD
    after: ClassVar[tuple[type[Reading], ...]] = (
        Addressing,
        Gateway,
        Path,
        Anchors,
        PathMtu,
        CrossTraffic,
    )
    deadline_s: ClassVar[float] = 60.0  # four transfers over a satellite
    quick: ClassVar[bool] = False

    async def measure(self, context: Context) -> Throughput:
        _refuse_when_hopeless(context)
        test = _Test(context)
        async with test.delays, BusyCore() as core:
            await test.run()
            await asyncio.sleep(0.1)  # the last echoes of the load are still on their way
            delays = test.delays.result(test.down.stretch, test.up.stretch)
        return Throughput(
            down=test.down.ranked(),
            up=test.up.ranked(),
            delays=delays,
            down_failed=test.down.failed,
            up_failed=test.up.failed,
            cpu_busiest_core_percent=core.busiest_percent(),
            down_responsiveness=test.down.responsiveness,
            up_responsiveness=test.up.responsiveness,
        )


def _refuse_when_hopeless(context: Context) -> None:
    """A line without any proof of life has no throughput; its deadness is in other readings."""
    if not context.profile.speed:
        raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no speed server")
    mtu = context.earlier.value(PathMtu)
    if not isinstance(mtu, Unmeasured) and mtu.finding is MtuFinding.VANISHES:
        raise ProbeError(Reason.DISTURBED, "full-size packets vanish: a transfer only gets stuck")
    anchors = context.earlier.value(Anchors)
    if isinstance(anchors, Unmeasured):
        return
    silent = not any(s.received for s in (*anchors.ipv4, *anchors.ipv6))
    if silent and anchors.tcp_reached is False:
        raise ProbeError(Reason.NEEDS_OTHER, "nothing beyond the home can be reached")


def _loses_beyond_edge(context: Context) -> bool:
    """Far places, two of them at least, lose clearly more than the provider's first hop does."""
    anchors, path = context.earlier.value(Anchors), context.earlier.value(Path)
    if isinstance(anchors, Unmeasured) or isinstance(path, Unmeasured):
        return False
    far = [one for one in (*anchors.ipv4, *anchors.ipv6) if one.received]
    edge = path.edge_echoes
    if isinstance(edge, Unmeasured) or not edge.received:
        return False
    if sum(one.received < one.sent for one in far) < 2:
        return False
    sent, received = sum(one.sent for one in far), sum(one.received for one in far)
    return 100 * (1 - received / sent) > max(_FAR_LOSS_PERCENT, 3 * edge.loss_percent)


def second_until_s(figures: Sequence[SpeedFigure]) -> float:
    """Until when of the check a second opinion on these figures of one direction may begin."""
    stable = any(figure.stopped_by == "stable" for figure in figures)
    return _PATIENCE_STABLE_S if stable else _PATIENCE_S


class _Direction(msgspec.Struct, kw_only=True):
    """Figures of one direction, and the stretch of time in which the first server filled it."""

    way: Way
    sold_bps: float
    figures: list[SpeedFigure]
    failed: str | Unmeasured = _NO_FAILURE
    stretch: Stretch | None = None
    responsiveness: Responsiveness | Unmeasured = NOT_RUN

    def take(self, attempt: Attempt) -> None:
        if isinstance(attempt, str):
            self.failed = self.failed if isinstance(self.failed, str) else attempt
            return
        self.figures.append(attempt.figure)
        if self.stretch is None:
            self.stretch = attempt.stretch
            self.responsiveness = attempt.responsiveness

    def low(self, share: float) -> bool:
        """Nothing measured, or under what the plan lets expect; False without a plan."""
        if not self.figures:
            return True
        best = max(f.rate_bps for f in self.figures)
        return best < self.sold_bps * share

    def ranked(self) -> tuple[SpeedFigure, ...]:
        """Best evidence first: the fastest says most about the line."""
        return tuple(sorted(self.figures, key=lambda f: -f.rate_bps))


class _Test:
    def __init__(self, context: Context) -> None:
        self._context = context
        plan = context.profile.plan
        expected = range_of(plan)
        self._share, self._limit_ms = expected.share, expected.bloat_ms
        self.down = _Direction(way="down", sold_bps=plan.down_mbps * 1e6, figures=[])
        self.up = _Direction(way="up", sold_bps=plan.up_mbps * 1e6, figures=[])
        self.delays = Delays(context)
        self._far_loses = _loses_beyond_edge(context)

    async def run(self) -> None:
        context = self._context
        # The provider's own server first: it says most about the line itself.
        ordered = sorted(context.profile.speed, key=lambda s: s.where != "isp")
        servers, _ = await asyncio.gather(reachable(ordered, context), asyncio.sleep(_IDLE_S))
        if not servers:
            raise ProbeError(Reason.NO_ANSWER, "no speed server could be found")
        context.phases.begin_load()
        self.delays.load_begins()
        by_echoes = self.delays.long_path()
        silent = isinstance(by_echoes, Unmeasured)
        long_path = await far_away(servers[0]) if silent else by_echoes
        for number, server in enumerate(servers[:2]):
            for direction in (self.down, self.up):
                if number and not self._second_wanted(direction, long_path=long_path):
                    continue
                context.progress(0.2 + 0.2 * number, direction.way)
                found = await transfer(
                    server,
                    direction.way,
                    direction.sold_bps,
                    context,
                    long_path=long_path,
                    hold=self._climbs if number == 0 and not long_path else None,
                )
                direction.take(found)
                if number == 0:
                    await asyncio.sleep(_DRAIN_S)

    def _climbs(self) -> bool:
        """The queue of the line still grows and is near enough to the limit to decide a verdict."""
        return self.delays.climbs(self._limit_ms)

    def _second_wanted(self, direction: _Direction, *, long_path: bool) -> bool:
        """Over a satellite no short test reaches the rate, whatever the server: it only costs."""
        if self._context.depth is Depth.FULL:
            return True
        if self._far_loses and direction.way == "down" and direction.figures:
            return True  # inside against outside shows on which side of the border packets go
        elapsed_s = asyncio.get_running_loop().time() - self._context.phases.begun_s
        if direction.figures and elapsed_s > second_until_s(direction.figures):
            return False
        return direction.low(self._share) and not (long_path and direction.figures)
