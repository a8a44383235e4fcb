"""One check: probes, signs and verdict together, from the first packet to the Run document."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

from diagnostics.chosen import chosen_by
from diagnostics.complaint import understand
from diagnostics.events import Event, ProbeEnded, VerdictSoFar
from diagnostics.evidence import Evidence, to_raw
from diagnostics.past import PastCheck
from diagnostics.patience import join_s, watched_s
from diagnostics.platforms.base import Platform
from diagnostics.probe import Probe
from diagnostics.profile import Profile
from diagnostics.reach import HOME_PROBES, STAYS_HERE, stays_on_this_computer
from diagnostics.readings.watch import Watch
from diagnostics.readings.wifi import WifiWatch
from diagnostics.registry import all_probes
from diagnostics.result import Reading, Unmeasured
from diagnostics.run import Depth, Run
from diagnostics.runner import Runner, Setting
from diagnostics.scene import Scene
from diagnostics.sign import Sign
from diagnostics.verdict import Status, Verdict
from diagnostics.version import VERSION
from diagnostics.wire.meter import metered

#: With these in, a verdict can stand; it is not waited for longer than `_LATEST_FIRST_S`.
_CORE = frozenset({"interfaces", "addressing", "gateway", "anchors", "names", "web"})
_LATEST_FIRST_S = 4.3
#: How often it is looked whether longer watching has told enough.
_LOOK_EACH_S = 1.0
#: How long further readings are waited for before the verdict is formed anew.
_NEWS_S = 0.5


class Judge(Protocol):
    """Readings to signs and verdict; pure, called several times a check (inference gives it)."""

    def __call__(
        self, evidence: Evidence, profile: Profile, /
    ) -> tuple[tuple[Sign, ...], Verdict]: ...


class _Opinion:
    """The verdict as it stands; tells when it changes."""

    def __init__(self, setting: Setting, judge: Judge) -> None:
        self._setting = setting
        self._judge = judge
        self.signs: tuple[Sign, ...] = ()
        self.verdict: Verdict | None = None
        self.first_s: float | None = None

    def of(self, evidence: Evidence) -> tuple[tuple[Sign, ...], Verdict]:
        """What would be said of this evidence; nothing is told or kept."""
        return self._judge(evidence, self._setting.profile)

    def form(self, runner: Runner, *, final: bool = False) -> Verdict:
        """Judge the evidence of now; an event goes out when the gist has changed."""
        before = self.verdict
        self.signs, verdict = self._judge(runner.evidence, self._setting.profile)
        self.verdict = verdict
        at_s = runner.elapsed_s()
        if self.first_s is None and verdict.status is not Status.CANNOT_TELL:
            self.first_s = at_s
        if final or before is None or _gist(before) != _gist(verdict):
            event = VerdictSoFar(at_s=at_s, signs=self.signs, verdict=verdict, final=final)
            self._setting.on_event(event)
        return verdict


def _gist(verdict: Verdict) -> tuple[str, tuple[str, ...]]:
    return verdict.id, tuple(cause.id for cause in verdict.causes)


async def run_check(
    profile: Profile,
    platform: Platform,
    depth: Depth,
    complaint: str,
    on_event: Callable[[Event], None],
    judge: Judge,
    past: tuple[PastCheck, ...] = (),
) -> Run:
    """Check the connection and give the whole Run.

    Cancelling the task that awaits this does not lose the Run: it comes back within a second
    with `complete` false and the probes that did not finish as Unmeasured(cancelled). `past` is
    what is remembered of earlier checks; those of this connection become the reading `history`.
    """
    probes = chosen_probes(depth, complaint)
    return await check_with(probes, profile, platform, depth, complaint, on_event, judge, past=past)


def chosen_probes(depth: Depth, complaint: str = "") -> tuple[Probe[Reading], ...]:
    """All probes; for a quick check those that put no load on the line, and light chosen ones."""
    probes = all_probes()
    if depth is not Depth.QUICK:
        return probes
    chosen = chosen_by(understand(complaint))
    return tuple(p for p in probes if p.quick or (p.light and p.reading.PROBE in chosen))


async def check_with(  # noqa: PLR0913 - as `run_check`, and the probes
    probes: tuple[Probe[Reading], ...],
    profile: Profile,
    platform: Platform,
    depth: Depth,
    complaint: str,
    on_event: Callable[[Event], None],
    judge: Judge,
    *,
    past: tuple[PastCheck, ...] = (),
) -> Run:
    """As `run_check`, with just these probes (to measure again what a step could have changed)."""
    started_at = datetime.now(UTC)
    with metered() as meter:
        watcher = _Watcher(on_event)
        here = stays_on_this_computer(profile)
        chosen = chosen_by(understand(complaint), stays_here=here)
        setting = Setting(
            profile, platform, depth, meter, watcher.on_event, past=past, chosen=chosen
        )
        runner = Runner(_allowed(probes) if here else probes, setting)
        opinion = _Opinion(setting, judge)
        complete = await _through(runner, opinion, watcher, setting, complaint)
        verdict = opinion.form(runner, final=True)
    duration_s = runner.elapsed_s()
    return Run(
        id=uuid.uuid4().hex,
        started_at=started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        duration_s=round(duration_s, 3),
        first_verdict_s=round(opinion.first_s or duration_s, 3),
        bytes_sent=meter.bytes_sent,
        bytes_received=meter.bytes_received,
        complete=complete,
        depth=depth,
        provider=profile.brand.name,
        plan=profile.plan,
        software=platform.software(VERSION),
        complaint=complaint,
        readings=to_raw(_with_skipped(runner.evidence) if here else runner.evidence),
        signs=opinion.signs,
        verdict=verdict,
    )


def _allowed(probes: tuple[Probe[Reading], ...]) -> tuple[Probe[Reading], ...]:
    return tuple(probe for probe in probes if probe.reading.PROBE not in HOME_PROBES)


def _with_skipped(evidence: Evidence) -> Evidence:
    return Evidence({**evidence, **dict.fromkeys(sorted(HOME_PROBES), STAYS_HERE)})


async def _through(
    runner: Runner, opinion: _Opinion, watcher: _Watcher, setting: Setting, complaint: str
) -> bool:
    """All stages. False when it was cancelled on the way; the readings so far are kept."""
    complete = True
    early = asyncio.create_task(_early(runner, opinion, watcher))
    try:
        await runner.idle()
        early.cancel()
        opinion.form(runner)
        await _watch(runner, opinion, setting, complaint)
        await runner.load()
        await _watch(runner, opinion, setting, complaint)
        await _see_join(runner, setting)
        await runner.finish()
        await runner.conclude()
        await runner.look_again()
    except asyncio.CancelledError:
        complete = False
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()  # we answer the cancel by coming back at once, with what there is
        await runner.finish(hurry=True)
        await runner.conclude(hurry=True)
    finally:
        early.cancel()
        with suppress(asyncio.CancelledError):
            await early
    return complete


async def _watch(runner: Runner, opinion: _Opinion, setting: Setting, complaint: str) -> None:
    """Go on watching while a first sign calls for it and time is left."""
    topics = understand(complaint).topics
    while True:
        evidence = await runner.preview()
        watch = evidence.value(Watch)
        if isinstance(watch, Unmeasured):
            return
        signs, verdict = opinion.of(evidence)
        scene = Scene(evidence, setting.profile)
        left_s = watched_s(scene, signs, verdict.causes, topics, setting.chosen) - watch.duration_s
        if left_s <= 0:
            return
        await asyncio.sleep(min(left_s, _LOOK_EACH_S))


async def _see_join(runner: Runner, setting: Setting) -> None:
    """Where WiFi has joined nothing, wait for the system's next try: only it shows why."""
    if setting.depth is Depth.QUICK or not runner.watches(WifiWatch):
        return
    left_s = join_s(Scene(runner.evidence, setting.profile)) - runner.elapsed_s()
    with suppress(TimeoutError):
        async with asyncio.timeout(max(left_s, 0.0)):
            await setting.phases.join_tried.wait()


async def _early(runner: Runner, opinion: _Opinion, watcher: _Watcher) -> None:
    """First verdict as soon as the core readings are in, and again as more come."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LATEST_FIRST_S - runner.elapsed_s()):
            await watcher.core.wait()
    while True:
        watcher.news.clear()
        opinion.form(runner)
        await watcher.news.wait()
        await asyncio.sleep(_NEWS_S)  # several readings often come together


class _Watcher:
    """Passes events on and notes what verdicts wait for."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._missing = set(_CORE)
        self.core: asyncio.Event = asyncio.Event()
        self.news: asyncio.Event = asyncio.Event()

    def on_event(self, event: Event) -> None:
        if isinstance(event, ProbeEnded):
            self._missing.discard(event.probe)
            self.news.set()
            if not self._missing:
                self.core.set()
        self._on_event(event)
