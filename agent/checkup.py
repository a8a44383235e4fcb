"""Carries out an order in this process: the one place where the agent meets the check itself.

Heavy: it loads every probe. The terminal calls it directly, the resident agent only through
`agent.checkprocess`.
"""

from __future__ import annotations

import time

import msgspec

from agent.ipc.messages import (
    CheckStarted,
    ProbeMoved,
    VerdictSoFar,
)
from agent.orders import AnswerOrder, CheckOrder, Judged, PlaceOrder, Sketch, StepOrder, Tell
from diagnostics import events
from diagnostics.answers import ANSWERS, Carried, as_signs, carried, is_question
from diagnostics.check import Judge, check_with, chosen_probes
from diagnostics.evidence import Evidence, Outcome, from_raw, to_raw
from diagnostics.guide import GuideStep, StepKind
from diagnostics.guide_file import load_guides
from diagnostics.judge import judge
from diagnostics.past import with_repair
from diagnostics.place import PlaceError, tidy_name
from diagnostics.places import place_from, with_place
from diagnostics.platforms import present_platform
from diagnostics.platforms.base import Platform
from diagnostics.probe import Probe
from diagnostics.profile import Profile
from diagnostics.proof import compare
from diagnostics.readings.history import History
from diagnostics.registry import all_probes
from diagnostics.result import Reading, Unmeasured
from diagnostics.run import Answer, Depth, Run, StepOutcome, StepTried
from diagnostics.sign import Sign
from diagnostics.verdict import Status, Verdict
from diagnostics.version import VERSION
from uploader.times import now_text

#: how long a check of each depth takes on a healthy 100/20 Mbit/s line (measured in the lab)
EXPECTED_S = {Depth.QUICK: 4.0, Depth.NORMAL: 10.0, Depth.FULL: 13.0}
#: what a place of the walk is measured by, how long that takes, and what it is called on the way
WALK_PROBES = frozenset({"wifi", "wifi-watch", "gateway"})
WALK_S = 4.0
WALK_STEP = "walk"
NOTHING_YET = Verdict(
    status=Status.CANNOT_TELL,
    id="cannot-tell",
    headline="The check was stopped before anything could be told.",
)


Probes = tuple[Probe[Reading], ...]


class OrderError(Exception):
    """An order that cannot be carried out; the message is one sentence for a person."""


class Cancelled(Exception):  # noqa: N818 - no error: it was asked for
    """A step's measurement was stopped; the Run stays as it was."""


class Progress:
    """Turns the events of a check into what window and terminal are told."""

    def __init__(self, run_id: str, probes: tuple[str, ...], tell: Tell) -> None:
        self._run_id = run_id
        self._tell = tell
        self._parts: dict[str, float] = dict.fromkeys(probes, 0.0)
        self._outcomes: dict[str, Outcome] = {}
        self._began = time.monotonic()

    def hear(self, event: events.Event) -> None:
        if isinstance(event, events.ProbeStarted):
            self._move(event.probe, "started", 0.0)
        elif isinstance(event, events.ProbeProgress):
            self._move(event.probe, "running", min(event.fraction, 0.99))
        elif isinstance(event, events.ProbeEnded):
            self._outcomes[event.probe] = event.outcome
            missing = isinstance(event.outcome, Unmeasured)
            self._move(event.probe, "unmeasured" if missing else "measured", 1.0)
        else:
            self._judge(event)

    def _move(self, probe: str, state: str, part: float) -> None:
        self._parts[probe] = max(part, self._parts.get(probe, 0.0))
        self._tell(
            ProbeMoved(
                run_id=self._run_id,
                probe=probe,
                state=state,
                fraction=sum(self._parts.values()) / len(self._parts),
                elapsed_s=time.monotonic() - self._began,
            )
        )

    def _judge(self, event: events.VerdictSoFar) -> None:
        self._tell(Judged(signs=event.signs))
        self._tell(
            VerdictSoFar(
                run_id=self._run_id,
                verdict=event.verdict,
                final=event.final,
                readings=to_raw(self._outcomes),
            )
        )


def sketch(order: CheckOrder, platform: Platform) -> Run:
    """The Run before anything was measured."""
    return Run(
        id=order.run_id,
        started_at=now_text(),
        duration_s=0.0,
        first_verdict_s=0.0,
        bytes_sent=0,
        bytes_received=0,
        complete=False,
        depth=order.depth,
        provider=order.profile.brand.name,
        plan=order.profile.plan,
        software=platform.software(VERSION),
        complaint=order.complaint,
        answers=carried(order.earlier).answers,
        readings={},
        signs=(),
        verdict=NOTHING_YET,
    )


async def check(order: CheckOrder, tell: Tell) -> Run:
    """Measure and judge. Cancelling the task gives the partial Run within a second."""
    platform = present_platform()
    tell(Sketch(run=sketch(order, platform)))
    chosen = chosen_probes(order.depth, order.complaint)
    names = tuple(probe.reading.PROBE for probe in chosen)
    tell(CheckStarted(run_id=order.run_id, probes=names, expected_s=EXPECTED_S[order.depth]))
    progress = Progress(order.run_id, names, tell)
    known = carried(order.earlier)
    run = await check_with(
        chosen,
        order.profile,
        platform,
        order.depth,
        order.complaint,
        progress.hear,
        _first_judge(order.complaint, known),
        past=order.past,
    )
    return msgspec.structs.replace(run, id=order.run_id, answers=known.behind(run.evidence()))


async def measure_step(order: StepOrder, tell: Tell) -> tuple[Run, StepTried]:
    """Measure again what the step could have changed; the Run with the newest readings.

    Raises OrderError for a step that nobody knows, Cancelled when it was stopped on the way.
    """
    step = _step(order)
    before = order.run
    if step.kind is StepKind.REPAIR:
        order = msgspec.structs.replace(order, run=_repaired(before))
    chosen = _with_needs(frozenset(step.probes))
    names = tuple(probe.reading.PROBE for probe in chosen)
    expected_s = sum(probe.deadline_s for probe in chosen) / 3 if chosen else 0.0
    tell(CheckStarted(run_id=before.id, probes=names, expected_s=expected_s, step=order.step))
    after = await _measure_again(chosen, order, tell) if chosen else before
    return _with_step(order, step, before, after)


def _repaired(run: Run) -> Run:
    """As `run`, whose history knows that a repair was tried: see `with_repair`."""
    evidence = from_raw({name: raw for name, raw in run.readings.items() if name == History.PROBE})
    readings = {**run.readings, **to_raw(with_repair(evidence))}
    return msgspec.structs.replace(run, readings=readings)


async def measure_place(order: PlaceOrder, tell: Tell) -> Run:
    """The Run with one more place of the walk; its readings and verdict stay as they were.

    Raises OrderError where no WiFi link can be measured, Cancelled when it was stopped.
    """
    try:
        name = tidy_name(order.place)
        chosen = _with_needs(WALK_PROBES)
        names = tuple(probe.reading.PROBE for probe in chosen)
        tell(CheckStarted(run_id=order.run.id, probes=names, expected_s=WALK_S, step=WALK_STEP))
        again = await _measured(chosen, order, tell)
        place = place_from(again.evidence(), name, now_text())
        places = with_place(order.run.places, place)
    except PlaceError as error:
        raise OrderError(str(error)) from error
    return msgspec.structs.replace(
        order.run,
        places=places,
        bytes_sent=order.run.bytes_sent + again.bytes_sent,
        bytes_received=order.run.bytes_received + again.bytes_received,
    )


async def _measured(chosen: Probes, order: StepOrder | PlaceOrder, tell: Tell) -> Run:
    run = order.run
    names = tuple(probe.reading.PROBE for probe in chosen)
    again = await check_with(
        chosen,
        order.profile,
        present_platform(),
        run.depth,
        run.complaint,
        Progress(run.id, names, tell).hear,
        _judge_of(run.complaint, as_signs(run.answers, now_text()), run.evidence()),
    )
    if not again.complete:
        raise Cancelled
    return again


async def _measure_again(chosen: Probes, order: StepOrder, tell: Tell) -> Run:
    run = order.run
    again = await _measured(chosen, order, tell)
    return msgspec.structs.replace(
        run,
        readings={**run.readings, **again.readings},
        signs=again.signs,
        verdict=again.verdict,
        bytes_sent=run.bytes_sent + again.bytes_sent,
        bytes_received=run.bytes_received + again.bytes_received,
    )


def with_answer(order: AnswerOrder) -> Run:
    """The verdict anew with one more answer; nothing is measured. OrderError for a wrong one."""
    if order.answer not in ANSWERS:
        raise OrderError("Answer with yes, no or unknown.")
    if not is_question(order.question):
        raise OrderError(f"{order.question[:60]!r} is no question of Firsthop.")
    answer = Answer(question=order.question, answer=order.answer, answered_at=now_text())
    run = order.run
    answers = (*(one for one in run.answers if one.question != order.question), answer)
    done = [one.done_at for one in run.steps if one.outcome is not StepOutcome.SKIPPED]
    asked = as_signs(answers, max(done, default=""))
    signs, verdict = _judge_of(run.complaint, asked, Evidence({}))(run.evidence(), order.profile)
    return msgspec.structs.replace(run, answers=answers, signs=signs, verdict=verdict)


def _first_judge(complaint: str, carried: Carried) -> Judge:
    """The judge of a new check, which may know answers that were given before."""

    def judge_all(evidence: Evidence, profile: Profile, /) -> tuple[tuple[Sign, ...], Verdict]:
        asked = as_signs(carried.behind(evidence))
        return judge(evidence, profile, asked=asked, complaint=complaint)

    return judge_all


def _judge_of(complaint: str, asked: tuple[Sign, ...], older: Evidence) -> Judge:
    """The judge that knows what the subscriber said, and the readings that stay valid."""

    def judge_all(newer: Evidence, profile: Profile, /) -> tuple[tuple[Sign, ...], Verdict]:
        evidence = Evidence({**older, **newer})
        return judge(evidence, profile, asked=asked, complaint=complaint)

    return judge_all


def _with_step(order: StepOrder, step: GuideStep, before: Run, after: Run) -> tuple[Run, StepTried]:
    """A step that names no probes cannot be proved by measuring: nothing is claimed for it."""
    proved = bool(step.probes)
    tried = StepTried(
        guide=order.guide,
        step=order.step,
        cause=order.cause,
        done_at=now_text(),
        outcome=(compare(before.signs, after.signs, step) if proved else StepOutcome.NOT_MEASURED),
        before=_looked_at(before, step) if proved else (),
        after=_looked_at(after, step) if proved else (),
    )
    return msgspec.structs.replace(after, steps=(*after.steps, tried)), tried


def _looked_at(run: Run, step: GuideStep) -> tuple[Sign, ...]:
    """The signs that this step's probes or judges decide."""
    named = {judge.sign for judge in step.judges}
    return tuple(sign for sign in run.signs if sign.id in named or sign.probe in step.probes)


def _step(order: StepOrder) -> GuideStep:
    guide = load_guides().for_cause(order.cause, order.guide)
    step = guide.step(order.step) if guide else None
    if step is None:
        raise OrderError(f"There is no step {order.step!r} in the guide {order.guide!r}.")
    return step


def _with_needs(names: frozenset[str]) -> Probes:
    """These probes and all that they wait for, in an order that works."""
    every = all_probes()
    by_reading = {probe.reading: probe for probe in every}
    wanted = [probe for probe in every if probe.reading.PROBE in names]
    needed: set[str] = set()
    while wanted:
        probe = wanted.pop()
        if probe.reading.PROBE not in needed:
            needed.add(probe.reading.PROBE)
            wanted += [by_reading[kind] for kind in probe.after if kind in by_reading]
    return tuple(probe for probe in every if probe.reading.PROBE in needed)
