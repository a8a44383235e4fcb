"""Runs that look like real ones: healthy, faults at home and outside, undecided, cut short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from agent.ipc.messages import (
    Delivery,
    PreviewFile,
    PreviewIs,
    RunSummary,
    Ticket,
    TicketMessage,
)
from diagnostics.evidence import Evidence, to_raw
from diagnostics.profile import Brand, Plan, Profile, Support, Technology
from diagnostics.proof import is_trouble
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.run import Depth, Run, Software, StepOutcome, StepTried
from diagnostics.sign import Sign, State
from diagnostics.verdict import (
    Decider,
    Finding,
    Segment,
    Segments,
    SegmentState,
    Status,
    Verdict,
)
from tests.gui import sample_readings as sample

OK, WARN, BAD = SegmentState.OK, SegmentState.WARN, SegmentState.BAD
PLAN = Plan(down_mbps=100, up_mbps=20, technology=Technology.CABLE)


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def provider() -> Profile:
    return Profile(
        brand=Brand(name="Acme Connect", app_name="Acme Connect", accent="#0B5FFF"),
        support=Support(
            phone="0800 123 456",
            chat_url="https://acme.example/chat",
            email="help@acme.example",
            hours="Every day, 7:00 to 22:00",
            help_centre_url="https://acme.example/help",
            status_url="https://acme.example/status",
        ),
        plan=PLAN,
    )


def sign(
    sign_id: str,
    text: str,
    value: float | str,
    unit: str,
    threshold: float,
    state: State = State.PRESENT,
    probe: str = "",
) -> Sign:
    return Sign(
        id=sign_id,
        state=state,
        belief={State.PRESENT: 0.97, State.ABSENT: 0.03}.get(state, 0.5),
        value=value,
        unit=unit,
        threshold=threshold,
        text=text,
        probe=probe,
    )


def make_run(
    run_id: str, verdict: Verdict, evidence: Evidence, signs: tuple[Sign, ...] = ()
) -> Run:
    return Run(
        id=run_id,
        started_at=ago(3),
        duration_s=17.3,
        first_verdict_s=4.1,
        bytes_sent=9_400_000,
        bytes_received=21_600_000,
        complete=True,
        depth=Depth.NORMAL,
        provider="Acme Connect",
        plan=PLAN,
        software=Software(version="0.1.0", system="windows", system_version="11", python="3.11.2"),
        readings=to_raw(evidence),
        signs=signs,
        verdict=verdict,
    )


def finding(cause: str, segment: Segment, probability: float, *evidence: str) -> Finding:
    return Finding(
        id=cause,
        segment=segment,
        probability=probability,
        evidence=evidence,
        against=(),
        guide="",
    )


def healthy() -> Run:
    verdict = Verdict(
        status=Status.HEALTHY,
        id="normal-for-plan",
        headline="Your connection works as it should.",
        segments=Segments(device=OK, wifi=OK, router=OK, access=OK, isp=OK, beyond=OK, service=OK),
    )
    readings = sample.evidence(
        sample.interfaces(),
        sample.gateway(),
        sample.path(),
        sample.anchors(),
        sample.throughput(98.2, 19.6),
        sample.names(),
    )
    return make_run("healthy", verdict, readings)


def gone() -> Run:
    """Nothing is wrong now; earlier checks found trouble."""
    verdict = msgspec.structs.replace(
        healthy().verdict,
        id="not-reproducible",
        headline="All is well now. Earlier checks found trouble, so it may come back.",
    )
    told = Sign(
        id="earlier-trouble",
        state=State.PRESENT,
        belief=0.9998,
        text="2 of the last 5 checks of this connection found trouble, most lately on 2026-03-01.",
        probe="history",
    )
    return msgspec.structs.replace(healthy(), signs=(told,), verdict=verdict)


def dns_wrong() -> Run:
    """A fault of the home that the guide mends."""
    signs = (
        sign(
            "hand-set-dns-fails",
            "The resolver typed in by hand, 10.11.12.13, answered 0 of 12 questions.",
            100.0,
            "%",
            20.0,
            probe="names",
        ),
        sign(
            "public-dns-works",
            "The public resolver 9.9.9.9 answered all 12 questions.",
            "9.9.9.9",
            "",
            0.0,
            probe="names",
        ),
    )
    first = finding("device-dns-setting-wrong", Segment.DEVICE, 0.97, *(s.id for s in signs))
    verdict = Verdict(
        status=Status.PROBLEM,
        id=first.id,
        headline="A name service that was typed in on this computer does not answer.",
        causes=(first,),
        segments=Segments(device=BAD, wifi=OK, router=OK, access=OK, isp=OK, beyond=OK),
    )
    readings = sample.evidence(
        sample.interfaces(),
        sample.gateway(),
        sample.path(),
        sample.anchors(),
        sample.names(router_answers=False),
    )
    return make_run("dns-wrong", verdict, readings, signs)


def busy_line() -> Run:
    """Two causes at once, one of them at the provider's side."""
    signs = (
        sign(
            "line-queue-up",
            "Under upload the delay on the line grows from 11 ms to 480 ms.",
            469.0,
            "ms",
            100.0,
            probe="throughput",
        ),
        sign(
            "slow-link",
            "The cable link runs at 100 Mbit/s; plan and adapter allow 1000.",
            100.0,
            "Mbit/s",
            250.0,
            probe="interfaces",
        ),
    )
    verdict = Verdict(
        status=Status.PROBLEM,
        id="bufferbloat-up",
        headline="Everything waits while something uploads on your line.",
        causes=(
            finding("bufferbloat-up", Segment.ACCESS, 0.91, "line-queue-up"),
            finding("ethernet-slow-link", Segment.LAN, 0.83, "slow-link"),
        ),
        notes=(finding("cgnat-limits", Segment.ISP, 0.7),),
        segments=Segments(
            device=OK, lan=WARN, router=OK, access=BAD, isp=OK, beyond=OK, service=OK
        ),
    )
    readings = sample.evidence(
        sample.interfaces(InterfaceKind.ETHERNET, 100),
        sample.gateway(0.7),
        sample.path(),
        sample.anchors(),
        sample.throughput(93.1, 18.8, 480),
        sample.names(),
    )
    return make_run("busy-line", verdict, readings, signs)


def line_down() -> Run:
    signs = (
        sign(
            "edge-silent",
            "The provider's first hop answered none of 50 packets.",
            "silent",
            "",
            0.0,
            probe="path",
        ),
        sign(
            "internet-dead",
            "Nothing beyond the router answered: 0 of 5 far places.",
            "0 of 5",
            "",
            0.0,
            probe="anchors",
        ),
    )
    first = finding("line-down", Segment.ACCESS, 0.96, *(each.id for each in signs))
    verdict = Verdict(
        status=Status.PROBLEM,
        id="line-down",
        headline="Your router works, but its line to the provider is dead.",
        causes=(first,),
        segments=Segments(device=OK, lan=OK, router=OK, access=BAD),
        missing=("throughput",),
    )
    readings = sample.evidence(
        sample.interfaces(InterfaceKind.ETHERNET, 1000),
        sample.gateway(0.6),
        sample.path(0, lost=50),
        sample.anchors(0, lost=50),
    )
    return msgspec.structs.replace(
        make_run("line-down", verdict, readings, signs), complaint="No internet since this morning"
    )


def cannot_tell() -> Run:
    verdict = Verdict(
        status=Status.CANNOT_TELL,
        id="cannot-tell",
        headline="What was measured does not point to one cause.",
        considered=(finding("line-loss", Segment.ACCESS, 0.34),),
        segments=Segments(device=OK, wifi=SegmentState.UNKNOWN, router=WARN, access=WARN),
        deciders=(Decider(kind="question", id="asked-internet-light", gain_bits=0.6, minutes=0.5),),
        missing=("throughput", "names"),
    )
    readings = sample.evidence(
        sample.interfaces(), sample.gateway(38, lost=2), sample.path(52, lost=1)
    )
    return make_run("cannot-tell", verdict, readings)


def cut_short() -> Run:
    run = cannot_tell()
    return msgspec.structs.replace(run, id="cut-short", complete=False, duration_s=2.2)


def after_step(run: Run, outcome: StepOutcome, guide: str, step: str) -> tuple[Run, StepTried]:
    """The run with one step measured again; mended when it helped."""
    helped = outcome is StepOutcome.HELPED
    state = State.ABSENT if helped else State.PRESENT
    after = tuple(
        msgspec.structs.replace(
            each, state=state, value=_after(each.value, helped=helped), belief=0.05
        )
        if is_trouble(each.id)
        else each
        for each in run.signs
    )
    tried = StepTried(
        guide=guide,
        step=step,
        cause=run.verdict.id,
        done_at=ago(0),
        outcome=outcome,
        before=run.signs,
        after=after,
    )
    verdict = healthy().verdict if helped else run.verdict
    return msgspec.structs.replace(run, steps=(*run.steps, tried), verdict=verdict), tried


def _after(value: object, *, helped: bool) -> float | str:
    if isinstance(value, str):
        return value
    assert isinstance(value, float)
    return value * (0.0 if helped else 1.0)


def summary(run: Run) -> RunSummary:
    return RunSummary(
        id=run.id,
        started_at=run.started_at,
        status=run.verdict.status,
        verdict_id=run.verdict.id,
        headline=run.verdict.headline,
        complete=run.complete,
    )


def history(count: int) -> tuple[RunSummary, ...]:
    """`count` checks, one every seven hours, newest first."""
    kinds = [summary(run) for run in (healthy(), dns_wrong(), busy_line(), cut_short())]
    return tuple(
        msgspec.structs.replace(
            kinds[at % len(kinds)], id=f"run-{at}", started_at=ago(3 + at * 420)
        )
        for at in range(count)
    )


def preview(bundle_id: str = "bundle-1") -> PreviewIs:
    report = "Verdict: line-down, almost certain\nRouter: fine, 0.6 ms\nLine: no answer\n"
    return PreviewIs(
        bundle_id=bundle_id,
        digest="d41d8cd9",
        destination="Acme Connect support",
        files=(
            PreviewFile(
                name="summary.txt",
                explains="What was found, in plain words.",
                media_type="text/plain",
                size_bytes=len(report),
                text=report,
            ),
            PreviewFile(
                name="run.json",
                explains="All figures of the check, with names and addresses replaced.",
                media_type="application/json",
                size_bytes=18_340,
                text='{\n "schema": "firsthop-run/1",\n "complete": true\n}',
            ),
        ),
        left_out=(
            "Pages you visit and anything you type elsewhere.",
            "Names of your networks and devices: they are replaced by made-up ones.",
            "Passwords and keys.",
        ),
        size_bytes=19_000,
        consent_text=(
            "I agree that Acme Connect receives exactly the files shown above to work on my report."
        ),
    )


def ticket(delivery: Delivery, bundle_id: str = "bundle-1") -> Ticket:
    received = delivery in (
        Delivery.RECEIVED,
        Delivery.IN_PROGRESS,
        Delivery.ANSWERED,
        Delivery.RESOLVED,
        Delivery.CLOSED,
    )
    sentences = {
        Delivery.WAITING: "Kept on this computer. It goes out as soon as the line is back.",
        Delivery.RECEIVED: "Support has your report.",
        Delivery.ANSWERED: "Support wrote to you.",
        Delivery.RESOLVED: "Support marked this as resolved.",
        Delivery.REFUSED: "Support could not accept the report: it is too old. Run a new check.",
    }
    messages = (
        TicketMessage(
            id="m1",
            from_desk=True,
            name="Dana",
            at=ago(12),
            text="We see the fault on your line. A colleague is repairing it; about two hours.",
            delivered=True,
        ),
        TicketMessage(
            id="m2", from_desk=False, name="", at=ago(2), text="Thank you!", delivered=False
        ),
    )
    return Ticket(
        bundle_id=bundle_id,
        run_id="line-down",
        number="AC-20417" if received else "",
        delivery=delivery,
        headline="Your router works, but its line to the provider is dead.",
        created_at=ago(40),
        changed_at=ago(2),
        next_try_at=ago(-4) if delivery is Delivery.WAITING else "",
        tries=3,
        sentence=sentences.get(delivery, "On its way."),
        spoken_code="K7MQ-2XDA" if not received else "",
        messages=messages if delivery in (Delivery.ANSWERED, Delivery.RESOLVED) else (),
    )
