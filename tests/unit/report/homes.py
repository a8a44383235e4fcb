"""Runs of made-up homes, as a check would leave them: written by us, with documentation names."""

from __future__ import annotations

import msgspec

from diagnostics.evidence import Outcome, to_raw
from diagnostics.profile import Plan, Technology
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.watch import Drop
from diagnostics.readings.web import FetchEnd
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Answer, Depth, Run, Software, StepOutcome, StepTried
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
from tests.unit.report.home_readings import (
    addressing,
    anchors,
    dhcp,
    gateway,
    good_readings,
    interfaces,
    measured,
    names,
    path,
    throughput,
    watch,
    web,
)

OK, BAD, WARN, UNKNOWN = SegmentState.OK, SegmentState.BAD, SegmentState.WARN, SegmentState.UNKNOWN
ALL_OK = Segments(
    device=OK, wifi=UNKNOWN, lan=OK, router=OK, access=OK, isp=OK, beyond=OK, service=OK
)


def run(
    verdict: Verdict,
    readings: dict[str, Outcome] | None = None,
    signs: tuple[Sign, ...] = (),
    technology: Technology = Technology.VDSL,
) -> Run:
    return Run(
        id="3f1c2f6e-7a44-4f0e-9a2f-0d5f6a1c9b10",
        started_at="2026-03-04T18:22:10Z",
        duration_s=17.8,
        first_verdict_s=4.1,
        bytes_sent=9_400_000,
        bytes_received=21_700_000,
        complete=True,
        depth=Depth.NORMAL,
        provider="Example Broadband",
        plan=Plan(down_mbps=100, up_mbps=20, technology=technology),
        software=Software(version="0.1.0", system="linux", system_version="12", python="3.11.2"),
        readings=to_raw(good_readings() if readings is None else readings),
        signs=signs,
        verdict=verdict,
    )


def healthy() -> Run:
    verdict = Verdict(
        status=Status.HEALTHY,
        id="normal-for-plan",
        headline="Your connection works as it should for your plan.",
        segments=ALL_OK,
    )
    return run(verdict)


def loss_signs() -> tuple[Sign, ...]:
    return (
        Sign(
            id="loss-on-line",
            state=State.PRESENT,
            belief=0.99,
            value=6.0,
            unit="%",
            threshold=1.0,
            text="6 % of the packets are lost from the provider's first hop on.",
            probe="path",
        ),
        Sign(
            id="loss-to-gateway",
            state=State.ABSENT,
            belief=0.02,
            value=0.0,
            unit="%",
            threshold=1.0,
            text="0 % of the packets to the router are lost.",
            probe="gateway",
        ),
    )


def finding(cause: str, segment: Segment, probability: float = 0.93, guide: str = "") -> Finding:
    return Finding(
        id=cause,
        segment=segment,
        probability=probability,
        evidence=("loss-on-line",),
        against=("loss-to-gateway",),
        guide=guide,
    )


def line_loss() -> Run:
    """A line that loses 6 %, one step tried without success, one question answered."""
    verdict = Verdict(
        status=Status.PROBLEM,
        id="line-loss",
        headline="Your line loses data.",
        causes=(finding("line-loss", Segment.ACCESS),),
        considered=(finding("wifi-unreliable", Segment.WIFI, 0.02),),
        segments=msgspec.structs.replace(ALL_OK, access=BAD, isp=UNKNOWN, beyond=UNKNOWN),
    )
    readings = {
        **good_readings(),
        **measured(path(3), anchors(3), watch((Drop(start_s=6.2, duration_s=1.4),))),
    }
    readings["lan-hosts"] = Unmeasured(Reason.NOT_PERMITTED)
    tried = StepTried(
        guide="line-unsteady",
        step="restart-router",
        cause="line-loss",
        done_at="2026-03-04T18:31:00Z",
        outcome=StepOutcome.NO_CHANGE,
        before=loss_signs()[:1],
        after=loss_signs()[:1],
    )
    return msgspec.structs.replace(
        run(verdict, readings, loss_signs()),
        complaint="My calls break up every evening.",
        steps=(tried,),
        answers=(
            Answer(
                question="asked-bad-when-rain", answer="yes", answered_at="2026-03-04T18:25:00Z"
            ),
        ),
    )


def line_down() -> Run:
    """Nothing behind the router answers; most of the check could not be made."""
    verdict = Verdict(
        status=Status.PROBLEM,
        id="line-down",
        headline="Your internet line is down.",
        causes=(finding("line-down", Segment.ACCESS, 0.97),),
        segments=Segments(device=OK, lan=OK, router=OK, access=BAD),
    )
    readings: dict[str, Outcome] = {
        **measured(interfaces(), addressing(), dhcp(), gateway(), anchors(40)),
        **measured(web(FetchEnd.CONNECT_TIMED_OUT)),
        "throughput": Unmeasured(Reason.NEEDS_OTHER),
        "names": Unmeasured(Reason.TIMED_OUT),
        "path": Unmeasured(Reason.NO_ANSWER),
    }
    return run(verdict, readings)


def cannot_tell() -> Run:
    """Stopped early, with little measured."""
    verdict = Verdict(
        status=Status.CANNOT_TELL,
        id="cannot-tell",
        headline="What was measured does not point to one cause.",
        segments=Segments(device=OK, wifi=WARN),
        deciders=(Decider(kind="test", id="throughput", gain_bits=0.7, minutes=0.3),),
        missing=("throughput", "path"),
    )
    readings: dict[str, Outcome] = {
        **measured(interfaces(InterfaceKind.WIFI, "wlan0"), addressing("wlan0"), gateway(2)),
        "throughput": Unmeasured(Reason.CANCELLED),
    }
    return msgspec.structs.replace(run(verdict, readings), complete=False)


def several() -> Run:
    """Two causes at once, and one that only a newer version knows."""
    verdict = Verdict(
        status=Status.PROBLEM,
        id="ethernet-slow-link",
        headline="Your network cable and your line both slow you down.",
        causes=(
            finding("ethernet-slow-link", Segment.LAN, 0.97),
            finding("bufferbloat-up", Segment.ACCESS, 0.88),
            finding("line-haunted", Segment.ACCESS, 0.7),
        ),
        notes=(finding("cgnat-limits", Segment.ISP, 0.9),),
        segments=msgspec.structs.replace(ALL_OK, lan=BAD, access=WARN),
    )
    readings = {**good_readings(), **measured(throughput(61.0, 18.7, 640.0))}
    return run(verdict, readings, loss_signs())


HOMES = {
    "healthy": healthy,
    "line-loss": line_loss,
    "line-down": line_down,
    "cannot-tell": cannot_tell,
    "several": several,
}


def hostile_names() -> Run:
    """Names as long and as odd as a neighbour can make them."""
    long = "W" * 300
    readings = {**good_readings(), **measured(interfaces(name=long), names(f"{long}.example"))}
    return msgspec.structs.replace(
        run(healthy().verdict, readings), complaint=f"<b>{long}\u202e", id=long
    )
