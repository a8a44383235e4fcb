"""The path picture: from this computer to the web sites, each stretch with its state in words."""

from __future__ import annotations

import msgspec

from diagnostics.evidence import Evidence
from diagnostics.explain.activities import fastest, read_figures
from diagnostics.explain.subscriber import state_of
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import InterfaceKind, Interfaces
from diagnostics.readings.load import Throughput
from diagnostics.readings.path import Path
from diagnostics.result import Unmeasured
from diagnostics.run import Run
from diagnostics.verdict import Segment, SegmentState
from diagnostics.words import Words, mark


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch. `figure` is empty when nothing was measured there: it never reads as zero."""

    icon: str
    title: str
    state: SegmentState
    state_words: str
    figure: str
    here: bool  # an asserted cause sits here


def stations(run: Run, words: Words) -> tuple[Station, ...]:
    """From the person outwards. WiFi or cable: the one in use, both when that is not known."""
    evidence = run.evidence()
    blamed = {finding.segment for finding in run.verdict.causes}
    figures = _figures(evidence, words)
    return tuple(
        Station(
            icon=segment.value,
            title=_title(segment, words),
            state=state_of(run.verdict, segment),
            state_words=words.segment_state(state_of(run.verdict, segment)),
            figure=figures.get(segment, ""),
            here=segment in blamed,
        )
        for segment in _shown(evidence, blamed)
    )


def _title(segment: Segment, words: Words) -> str:
    return words.say(mark("You")) if segment is Segment.DEVICE else words.segment(segment)


def _shown(evidence: Evidence, blamed: set[Segment]) -> list[Segment]:
    kind = _kind(evidence)
    idle = {
        InterfaceKind.WIFI: Segment.LAN,
        InterfaceKind.ETHERNET: Segment.WIFI,
    }.get(kind) if kind else None  # fmt: skip
    return [each for each in Segment if each is not idle or each in blamed]


def _kind(evidence: Evidence) -> InterfaceKind | None:
    reading = evidence.value(Interfaces)
    if isinstance(reading, Unmeasured):
        return None
    return next((each.kind for each in reading.interfaces if each.name == reading.active), None)


def _figures(evidence: Evidence, words: Words) -> dict[Segment, str]:
    gateway, path = evidence.value(Gateway), evidence.value(Path)
    load, far = evidence.value(Throughput), read_figures(evidence)
    found: dict[Segment, str] = {}
    if not isinstance(gateway, Unmeasured):
        found[Segment.ROUTER] = _delay(gateway.echoes, words)
    if not isinstance(path, Unmeasured):
        found[Segment.ISP] = _delay(path.edge_echoes, words)
    if not isinstance(load, Unmeasured):
        down = fastest(load.down)
        found[Segment.ACCESS] = "" if down is None else words.rate(down)
    if far.rtt_ms is not None:
        found[Segment.BEYOND] = words.ms(far.rtt_ms)
    return found


def _delay(series: EchoSeries | Unmeasured, words: Words) -> str:
    if isinstance(series, Unmeasured) or isinstance(series.rtt_median_ms, Unmeasured):
        return ""
    return words.ms(series.rtt_median_ms)
