"""Runs probes: in order, side by side, each within its deadline, all gone soon after a cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from diagnostics import change
from diagnostics.chosen import NOTHING, Chosen
from diagnostics.classify import unmeasured
from diagnostics.events import Event, ProbeEnded, ProbeProgress, ProbeStarted
from diagnostics.evidence import Evidence, Outcome
from diagnostics.past import PastCheck
from diagnostics.platforms.base import Platform, PlatformError
from diagnostics.probe import Context, Phases, Probe, Stage
from diagnostics.profile import Profile
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import Interfaces
from diagnostics.readings.path import Anchors, Path
from diagnostics.readings.watch import Watch
from diagnostics.result import Measured, Reading, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.stopwatch import Stopwatch
from diagnostics.wire.meter import Meter

#: A probe of Stage.THROUGHOUT that was told to end has this long to give its reading.
_LAST_WORD_S = 0.5
#: … and on a slow computer so much more.
_SLOW_WORD_S = 2.0
#: These take the watch's echoes into their own series.
_WATCHED = (Gateway, Path, Anchors)
#: … and these of them wait for nothing before.
_AT_ONCE = (Path, Anchors)
#: What a probe may add at the very end.
_CONCLUDE_S = 2.5


@dataclass(frozen=True)
class Setting:
    """What all probes of one check share."""

    profile: Profile
    platform: Platform
    depth: Depth
    meter: Meter
    on_event: Callable[[Event], None]
    phases: Phases = field(default_factory=Phases)
    past: tuple[PastCheck, ...] = ()
    chosen: Chosen = NOTHING


class Runner:
    """One check's probes. Use as: `await idle()`, `await load()`, and always `await finish()`."""

    def __init__(self, probes: Sequence[Probe[Reading]], setting: Setting) -> None:
        self._probes = tuple(probes)
        self._setting = setting
        self._outcomes: dict[str, Outcome] = {}
        self._kinds = frozenset(probe.reading for probe in probes)
        self._throughout: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()
        self._begun_s = self._loop.time()
        self._stopwatch = Stopwatch()

    @property
    def evidence(self) -> Evidence:
        return Evidence(self._outcomes)

    def elapsed_s(self) -> float:
        return self._loop.time() - self._begun_s

    async def idle(self) -> None:
        """Start what runs throughout, run all of the idle stage side by side."""
        self._stopwatch.start()
        self._throughout = [
            asyncio.create_task(self._one(probe)) for probe in self._of(Stage.THROUGHOUT)
        ]
        await _together([self._one(probe) for probe in self._of(Stage.IDLE)])

    def watches(self, kind: type[Reading]) -> bool:
        """Whether a probe of that reading runs throughout and has not ended."""
        return kind in self._kinds and kind.PROBE not in self._outcomes

    async def load(self) -> None:
        """Run the load stage, one probe at a time."""
        for probe in self._of(Stage.LOAD):
            await self._one(probe)

    async def finish(self, *, hurry: bool = False) -> None:
        """Collect what ran throughout, let probes add their last word, name what never ended.

        `hurry`: somebody cancelled and waits; a slow computer gets no longer than a fast one.
        """
        self._setting.phases.over.set()
        if self._throughout:
            more_s = 0.0 if hurry else min(self._stopwatch.lost_s / 4, _SLOW_WORD_S)
            _, late = await asyncio.wait(self._throughout, timeout=_LAST_WORD_S + more_s)
            await _stop(late)
        self._stopwatch.stop()
        for probe in self._probes:
            if probe.reading.PROBE not in self._outcomes:
                self._enter(probe, Unmeasured(Reason.CANCELLED, "the check ended before it"))

    async def preview(self) -> Evidence:
        """The evidence as it would stand if nothing more were measured: with the watch so far."""
        glance = self._setting.phases.glance
        if glance is None:
            return self.evidence
        watched = Measured(reading=glance(), took_s=self.elapsed_s())
        found = self.evidence.with_outcome(Watch.PROBE, watched)
        for probe in (one for one in self._of(Stage.IDLE) if one.reading in _WATCHED):
            outcome = found.of(probe.reading)
            if isinstance(outcome, Measured):
                context = self._context(probe.reading.PROBE, found)
                with suppress(PlatformError):
                    reading = await probe.conclude(context, outcome.reading)
                    more = Measured(reading=reading, took_s=outcome.took_s)
                    found = found.with_outcome(probe.reading.PROBE, more)
        return found

    async def conclude(self, *, hurry: bool = False) -> None:
        """Let probes add what is known only at the end of a check.

        `hurry`: only what needs no waiting, for somebody cancelled.
        """
        adding = [p for p in self._probes if _adds(p)]
        if hurry:
            adding = [p for p in adding if p.reading in _AT_ONCE]
        await _together([self._add(p) for p in adding])

    async def look_again(self) -> None:
        """Where the connection changed meanwhile, its former figures are none any more.

        A probe that puts load on the line is spoilt by a short interruption already.
        """
        before = self.evidence
        anew = [p for p in self._probes if p.reading in change.READ_ANEW]
        now = Evidence(await self._anew(anew))
        old, new = before.value(Interfaces), now.value(Interfaces)
        if isinstance(old, Unmeasured) or isinstance(new, Unmeasured):
            return
        gone = change.lost(old, new)
        spoilt = gone or _moved(before, now)
        if spoilt is not None:
            stays = () if gone is None else change.OF_THE_LINK
            for probe in (one for one in self._probes if one.reading not in stays):
                self._enter(probe, now.get(probe.reading.PROBE, spoilt))
            return
        interrupted = change.flapped(old, new)
        if interrupted is not None:
            for probe in (p for p in self._of(Stage.LOAD) if not p.quick):
                self._enter(probe, interrupted)

    async def _anew(self, probes: Sequence[Probe[Reading]]) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for probe in probes:
            name, begun_s = probe.reading.PROBE, self.elapsed_s()
            try:
                async with asyncio.timeout(_CONCLUDE_S):
                    reading = await probe.measure(self._context(name))
            except Exception:  # noqa: BLE001 - what was read first stands
                return {}
            found[name] = Measured(reading=reading, took_s=self.elapsed_s() - begun_s)
        return found

    def _of(self, stage: Stage) -> list[Probe[Reading]]:
        return [probe for probe in self._probes if probe.stage is stage]

    async def _one(self, probe: Probe[Reading]) -> None:
        for kind in probe.after:
            if kind in self._kinds:
                await self._setting.phases.outcome_of(kind)
        name = probe.reading.PROBE
        self._setting.on_event(ProbeStarted(probe=name, at_s=self.elapsed_s()))
        begun_s = self.elapsed_s()
        try:
            reading = await self._measured(probe)
            outcome: Outcome = Measured(reading=reading, took_s=self.elapsed_s() - begun_s)
        except asyncio.CancelledError as error:
            self._enter(probe, unmeasured(error))
            raise
        except Exception as error:  # noqa: BLE001 - one failure must not hide the others
            outcome = unmeasured(error)
        self._enter(probe, outcome)

    async def _measured(self, probe: Probe[Reading]) -> Reading:
        context = self._context(probe.reading.PROBE)
        if probe.stage is Stage.THROUGHOUT:
            return await probe.measure(context)
        async with asyncio.timeout(probe.deadline_s) as limit:
            with self._stopwatch.stretching(limit, probe.deadline_s):
                return await probe.measure(context)

    def _enter(self, probe: Probe[Reading], outcome: Outcome) -> None:
        name = probe.reading.PROBE
        self._outcomes[name] = outcome
        self._setting.phases.came(name, outcome)
        self._setting.on_event(ProbeEnded(probe=name, at_s=self.elapsed_s(), outcome=outcome))

    async def _add(self, probe: Probe[Reading]) -> None:
        outcome = self._outcomes.get(probe.reading.PROBE)
        if not isinstance(outcome, Measured):
            return
        try:
            async with asyncio.timeout(_CONCLUDE_S):
                reading = await probe.conclude(self._context(probe.reading.PROBE), outcome.reading)
        except Exception:  # noqa: BLE001 - the first reading stands
            return
        if reading != outcome.reading:
            self._enter(probe, Measured(reading=reading, took_s=outcome.took_s))

    def _context(self, name: str, earlier: Evidence | None = None) -> Context:
        setting = self._setting

        def progress(fraction: float, word: str) -> None:
            setting.on_event(ProbeProgress(probe=name, fraction=fraction, word=word))

        return Context(
            profile=setting.profile,
            platform=setting.platform,
            earlier=earlier or self.evidence,
            depth=setting.depth,
            meter=setting.meter,
            progress=progress,
            phases=setting.phases,
            past=setting.past,
            chosen=setting.chosen,
        )


def _moved(before: Evidence, now: Evidence) -> Unmeasured | None:
    old, new = before.value(Addressing), now.value(Addressing)
    if isinstance(old, Unmeasured) or isinstance(new, Unmeasured):
        return None
    return change.moved(old, new)


def _adds(probe: Probe[Reading]) -> bool:
    return "conclude" in vars(type(probe))


async def _together(jobs: Sequence[Coroutine[None, None, None]]) -> None:
    """Run side by side; when cancelled, cancel all and see them gone."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _stop(tasks)


async def _stop(tasks: Sequence[asyncio.Task[None]] | set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
