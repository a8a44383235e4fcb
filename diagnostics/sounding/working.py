"""Responsiveness under working conditions, from a transfer and the small requests beside it."""

from __future__ import annotations

from diagnostics.readings.load import Confidence, Responsiveness
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.delays import Stretch
from diagnostics.wire import responsiveness as wire
from diagnostics.wire.throughput import Throughput

#: None: this kind of server gives no small answers
Foreign = wire.ForeignProbes | None

_NONE = Unmeasured(Reason.NOT_SUPPORTED, "this kind of speed server gives no small answers")
_FEW = Unmeasured(Reason.NO_ANSWER, "too few small requests were answered under load")


def round_trips(
    found: Throughput, probes: Foreign, stretch: Stretch
) -> Responsiveness | Unmeasured:
    """Of the stretch in which the line was full."""
    if probes is None:
        return _NONE
    own = [
        wire.SelfProbe(found.started_at_s + sample.at_s, sample.rtt_ms) for sample in found.samples
    ]
    figure = wire.responsiveness(probes.found, own, stretch.since_s, stretch.until_s)
    if figure is None:
        return _FEW
    return Responsiveness(
        rpm=round(figure.rpm, 1),
        confidence=Confidence(figure.confidence),
        foreign_ms=round(figure.foreign_ms, 2),
        self_ms=round(figure.self_ms, 2),
        probes=figure.probes,
    )
