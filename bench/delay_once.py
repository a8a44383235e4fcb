"""Delay under load as a program: `python -m bench.delay_once SERVER TARGET`.

Echoes at rest, while http://SERVER fills the line down, and while it fills it up; prints JSON.
"""

from __future__ import annotations

import asyncio
import sys
import time
from statistics import median

import msgspec

from diagnostics.wire import url
from diagnostics.wire.echo import Echo
from diagnostics.wire.pinger import Pinger
from diagnostics.wire.responsiveness import ForeignProbes, SelfProbe, responsiveness
from diagnostics.wire.throughput import Direction, SpeedServer, Throughput, TransferPlan
from diagnostics.wire.transfer import measure

_IDLE_S, _DRAIN_S, _LOAD_S = 0.8, 0.5, 2.0
_RATE_HZ = 40.0


class Way(msgspec.Struct, frozen=True):
    """Added delay at the median and the 90th percentile, ms; `rpm` 0 when there is none.

    `sent_at_s`: when each answered echo under load was sent (monotonic clock).
    """

    added_ms: float
    added_p90_ms: float
    answers: int
    idle_ms: float
    idle_p90_ms: float
    sent_at_s: tuple[float, ...]
    rtts_ms: tuple[float, ...]
    rpm: float
    rpm_confidence: str


class Delays(msgspec.Struct, frozen=True):
    """Both ways; `took_s` from the first echo to the last."""

    down: Way
    up: Way
    took_s: float


def _p90(values: list[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]


async def _way(place: str, direction: Direction, pinger: Pinger, target: str) -> Way:
    server = SpeedServer("http", download_url=f"{place}/download", upload_url=f"{place}/upload")
    idle = [r for s in pinger.series(pinger.now_s() - _IDLE_S) for r in s.rtts_ms]
    begun = time.monotonic() - pinger.now_s()
    async with ForeignProbes(url.parse(f"{place}/download?bytes=1"), (target,)) as asked:
        plan = TransferPlan(min_duration_s=_LOAD_S, told=asked.line_carries)
        found: Throughput = await measure(direction, server, plan)
    since_s = found.started_at_s + found.steady_from_s
    until_s = found.started_at_s + found.duration_s
    await asyncio.sleep(_DRAIN_S)
    echoes = [
        probe
        for series in pinger.series(since_s, until_s)
        for probe in series.probes
        if isinstance(probe, Echo)
    ]
    loaded = [echo.rtt_ms for echo in echoes]
    own = [SelfProbe(found.started_at_s + s.at_s, s.rtt_ms) for s in found.samples]
    figure = responsiveness(asked.found, own, since_s, until_s)
    return Way(
        median(loaded) - median(idle),
        _p90(loaded) - _p90(idle),
        len(loaded),
        median(idle),
        _p90(idle),
        tuple(echo.sent_at_s + begun for echo in echoes),
        tuple(loaded),
        figure.rpm if figure else 0.0,
        figure.confidence if figure else "",
    )


async def delays(place: str, target: str) -> Delays:
    """At one place; see `Delays`."""
    begun = time.monotonic()
    async with Pinger((target,), rate_hz=_RATE_HZ, timeout_s=3.0) as pinger:
        await asyncio.sleep(_IDLE_S)
        down = await _way(place, "down", pinger, target)
        await asyncio.sleep(_IDLE_S)
        up = await _way(place, "up", pinger, target)
    return Delays(down, up, time.monotonic() - begun)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(delays(*sys.argv[1:]))))
