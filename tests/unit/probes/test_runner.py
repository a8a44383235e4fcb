"""Order, deadlines, cancel: with probes of our own that measure nothing but time."""

from __future__ import annotations

import asyncio
from typing import ClassVar, cast

from diagnostics.events import Event, ProbeEnded, ProbeStarted
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context, Probe, ProbeError, Stage
from diagnostics.profile import Profile
from diagnostics.readings.path import Anchors
from diagnostics.result import Measured, Reading, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.runner import Runner, Setting
from diagnostics.wire.meter import Meter


class First(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "first"
    loaded: bool = False


class Second(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "second"
    first_was_measured: bool


class Beside(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "beside"
    saw_load: bool


class FirstProbe(Probe[First]):
    reading: ClassVar[type[Reading]] = First
    deadline_s: ClassVar[float] = 0.2

    def __init__(self, takes_s: float = 0.01, fault: Exception | None = None) -> None:
        self._takes_s = takes_s
        self._fault = fault

    async def measure(self, context: Context) -> First:
        await asyncio.sleep(self._takes_s)
        if self._fault is not None:
            raise self._fault
        return First()

    async def conclude(self, context: Context, reading: First) -> First:
        return First(loaded=context.phases.load_began_s is not None)


class SecondProbe(Probe[Second]):
    reading: ClassVar[type[Reading]] = Second
    after: ClassVar[tuple[type[Reading], ...]] = (First,)

    async def measure(self, context: Context) -> Second:
        return Second(first_was_measured=isinstance(context.earlier["first"], Measured))


class LoadReading(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "load"


class LoadProbe(Probe[LoadReading]):
    reading: ClassVar[type[Reading]] = LoadReading
    stage: ClassVar[Stage] = Stage.LOAD

    async def measure(self, context: Context) -> LoadReading:
        context.phases.begin_load()
        await asyncio.sleep(0.01)
        return LoadReading()


class BesideProbe(Probe[Beside]):
    reading: ClassVar[type[Reading]] = Beside
    stage: ClassVar[Stage] = Stage.THROUGHOUT

    async def measure(self, context: Context) -> Beside:
        await context.phases.over.wait()
        return Beside(saw_load=context.phases.loaded.is_set())


def _runner(probes: list[object], events: list[Event]) -> Runner:
    chosen = cast("list[Probe[Reading]]", probes)
    return Runner(chosen, Setting(Profile(), Linux(), Depth.NORMAL, Meter(), events.append))


async def _whole(probes: list[object]) -> tuple[Runner, list[Event]]:
    events: list[Event] = []
    runner = _runner(probes, events)
    await runner.idle()
    await runner.load()
    await runner.finish()
    await runner.conclude()
    return runner, events


def test_waits_for_what_comes_first_and_adds_at_the_end() -> None:
    probes = [SecondProbe(), FirstProbe(), LoadProbe(), BesideProbe()]
    runner, events = asyncio.run(_whole([*probes]))
    assert runner.evidence.value(Second) == Second(first_was_measured=True)
    assert runner.evidence.value(First) == First(loaded=True)
    assert runner.evidence.value(Beside) == Beside(saw_load=True)
    names = [
        (type(e).__name__, e.probe) for e in events if isinstance(e, ProbeStarted | ProbeEnded)
    ]
    assert names.index(("ProbeEnded", "first")) < names.index(("ProbeStarted", "second"))
    assert names[-1] == ("ProbeEnded", "first")


def test_one_failure_hides_nothing() -> None:
    fault = ProbeError(Reason.NOT_PERMITTED, "no")
    runner, _ = asyncio.run(_whole([SecondProbe(), FirstProbe(fault=fault)]))
    assert runner.evidence["first"] == Unmeasured(Reason.NOT_PERMITTED, "no")
    assert runner.evidence.value(Second) == Second(first_was_measured=False)


def test_our_own_mistake_is_named_with_its_place() -> None:
    runner, _ = asyncio.run(_whole([FirstProbe(fault=ZeroDivisionError("oh"))]))
    outcome = runner.evidence["first"]
    assert isinstance(outcome, Unmeasured)
    assert outcome.reason is Reason.INTERNAL
    assert "ZeroDivisionError: oh" in outcome.detail
    assert "test_runner line" in outcome.detail


def test_deadline_ends_a_probe() -> None:
    runner, _ = asyncio.run(_whole([FirstProbe(takes_s=30)]))
    outcome = runner.evidence["first"]
    assert isinstance(outcome, Unmeasured)
    assert outcome.reason is Reason.TIMED_OUT
    assert runner.elapsed_s() < 1


def test_cancel_keeps_what_is_there_and_names_the_rest() -> None:
    async def cancelled() -> Runner:
        runner = _runner([FirstProbe(), LoadProbe(), BesideProbe(), _Slow()], [])
        task = asyncio.create_task(runner.idle())
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await runner.finish()
        assert len(asyncio.all_tasks()) == 1
        return runner

    runner = asyncio.run(cancelled())
    assert isinstance(runner.evidence["first"], Measured)
    assert isinstance(runner.evidence["beside"], Measured)
    for name in ("slow", "load"):
        outcome = runner.evidence[name]
        assert isinstance(outcome, Unmeasured)
        assert outcome.reason is Reason.CANCELLED


def test_in_a_hurry_only_what_waits_for_nothing_adds_its_last_word() -> None:
    async def hurried() -> Runner:
        runner = _runner([FirstProbe(), _FarProbe()], [])
        await runner.idle()
        await runner.finish(hurry=True)
        await runner.conclude(hurry=True)
        return runner

    runner = asyncio.run(hurried())
    assert runner.evidence.value(First) == First(loaded=False)
    assert runner.evidence.value(Anchors) == Anchors(ipv4=(), ipv6=(), tcp_reached=True)


class _FarProbe(Probe[Anchors]):
    reading: ClassVar[type[Reading]] = Anchors

    async def measure(self, context: Context) -> Anchors:
        return Anchors(ipv4=(), ipv6=(), tcp_reached=False)

    async def conclude(self, context: Context, reading: Anchors) -> Anchors:
        return Anchors(ipv4=(), ipv6=(), tcp_reached=True)


class SlowReading(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "slow"


class _Slow(Probe[SlowReading]):
    reading: ClassVar[type[Reading]] = SlowReading

    async def measure(self, context: Context) -> SlowReading:
        await asyncio.sleep(60)
        return SlowReading()
