"""Series of echoes: the wire's raw series as figures, and bursts that grow when a loss is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec

from diagnostics.platforms.base import Platform
from diagnostics.readings.echo import Echo, EchoMethod, EchoSeries
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire import echo as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.pinger import Pinger
from diagnostics.wire.source import ANY, Source

#: One rhythm for gateway, edge, anchors and hosts of the home, so that losses can be compared.
RATE_HZ = 25.0
LOST = Unmeasured(Reason.NO_ANSWER)
_METHODS = {
    "ping_command": EchoMethod.PING,
    "tcp_connect": EchoMethod.TCP_CONNECT,
    "udp_ttl": EchoMethod.UDP_TTL,
}


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """`first_s` of echoes, `more_s` when some but not all of them were lost.

    timeout_s 1.5 lets a geostationary satellite (600 ms and its jitter) answer in time.
    """

    first_s: float = 1.6
    more_s: float = 2.6
    timeout_s: float = 1.5
    rate_hz: float = RATE_HZ
    source: Source = ANY
    tcp_port: int = 443
    ttl: int = 64


async def burst(
    targets: Sequence[str], plan: Burst, platform: Platform, epoch_s: float | None = None
) -> tuple[EchoSeries, ...]:
    """One series a target, in the order given, all sent at the same time and rhythm.

    `epoch_s` (event loop's clock) is what `sent_s` counts from: the check's beginning for series
    that are put together with others, else the burst's own.
    """
    if not targets:
        return ()
    begun_s = asyncio.get_running_loop().time()
    pinger = Pinger(
        tuple(targets),
        rate_hz=plan.rate_hz,
        timeout_s=plan.timeout_s,
        source=plan.source,
        tcp_port=plan.tcp_port,
        command=platform.stream_command,
        ttl=plan.ttl,
    )
    try:
        async with pinger:
            found = await _collect(pinger, begun_s, plan)
    except WireError as error:
        return tuple(refused(target, error) for target in targets)
    epoch_s = begun_s if epoch_s is None else epoch_s
    series = {s.target: figures(s, epoch_s, by_ttl=plan.ttl < 64) for s in found}
    failed = {target: refused(target, error) for target, error in pinger.failed.items()}
    return tuple((series | failed)[target] for target in targets)


async def _collect(pinger: Pinger, begun_s: float, plan: Burst) -> tuple[wire.EchoSeries, ...]:
    await asyncio.sleep(plan.first_s)
    until_s = pinger.now_s()
    if plan.more_s and any(_suspicious(s, until_s) for s in pinger.series(begun_s)):
        await asyncio.sleep(plan.more_s)
        until_s = pinger.now_s()
    return await settled(pinger, begun_s, until_s, plan.timeout_s)


def _suspicious(series: wire.EchoSeries, now_s: float) -> bool:
    """Some came back and some are overdue: lost, or so late that more of them should be seen.

    Echoes in flight are not in the series: they show as gaps in its numbers.
    """
    rtts_s = [echo.rtt_ms / 1000 for echo in series.echoes]
    if not rtts_s:
        return False
    due_s = now_s - 3 * median(rtts_s) - 0.2
    due = [probe.seq for probe in series.probes if probe.sent_at_s < due_s]
    in_time = sum(echo.sent_at_s < due_s for echo in series.echoes)
    return bool(due) and in_time < due[-1] - series.probes[0].seq + 1


async def settled(
    pinger: Pinger, since_s: float, until_s: float, timeout_s: float
) -> tuple[wire.EchoSeries, ...]:
    """Series of that stretch, once every echo of it is answered or has been waited for."""
    while pinger.now_s() < until_s + timeout_s + 0.02:
        found = pinger.series(since_s, until_s)
        if all(_whole(series, until_s) for series in found):
            return found
        await asyncio.sleep(0.03)
    return pinger.series(since_s, until_s)


def _whole(series: wire.EchoSeries, until_s: float) -> bool:
    """Nothing is missing at its end or in between: echoes in flight are left out of a series."""
    if not series.probes:
        return False
    first, last = series.probes[0], series.probes[-1]
    up_to_end = last.sent_at_s >= until_s - 2 * series.interval_s
    return up_to_end and last.seq - first.seq + 1 == series.sent


def delays_ms(series: wire.EchoSeries, *, by_ttl: bool = False) -> list[float]:
    """Delays of the answered ones in order of sending."""
    times = _times(series, by_ttl=by_ttl)
    return [times[seq] for seq in sorted(times)]


def _times(series: wire.EchoSeries, *, by_ttl: bool) -> dict[int, float]:
    """Delay by number. With a low TTL the hop's own "time exceeded" is the answer."""
    found = {p.seq: p.rtt_ms for p in series.echoes}
    if by_ttl:
        found |= {p.seq: p.rtt_ms for p in series.complaints if p.kind == "ttl_exceeded"}
    return found


def figures(series: wire.EchoSeries, begun_s: float, *, by_ttl: bool = False) -> EchoSeries:
    """Figures of a raw series; `sent_s` counts from `begun_s` of the event loop's clock."""
    times = _times(series, by_ttl=by_ttl)
    echoes = tuple(
        Echo(sent_s=round(p.sent_at_s - begun_s, 4), rtt_ms=times.get(p.seq, LOST))
        for p in series.probes
    )
    bare = EchoSeries(
        target=series.target,
        method=_method(series, by_ttl=by_ttl),
        sent=0,
        received=0,
        duplicates=series.duplicates,
        reordered=series.out_of_order,
        loss_percent=100.0,
        rtt_min_ms=LOST,
        rtt_median_ms=LOST,
        rtt_p90_ms=LOST,
        rtt_max_ms=LOST,
        jitter_ms=LOST,
        longest_gap_s=0.0,
        error=_complaint(series, by_ttl=by_ttl),
    )
    return _with_echoes(bare, echoes)


def _with_echoes(series: EchoSeries, echoes: tuple[Echo, ...]) -> EchoSeries:
    """The same series with these echoes and all figures that follow from them."""
    rtts = [e.rtt_ms for e in echoes if isinstance(e.rtt_ms, float)]
    return msgspec.structs.replace(
        series,
        sent=len(echoes),
        received=len(rtts),
        loss_percent=100.0 * (1 - len(rtts) / len(echoes)) if echoes else 100.0,
        rtt_min_ms=min(rtts) if rtts else LOST,
        rtt_median_ms=median(rtts) if rtts else LOST,
        rtt_p90_ms=percentile(rtts, 0.9),
        rtt_max_ms=max(rtts) if rtts else LOST,
        jitter_ms=_jitter(rtts),
        longest_gap_s=_longest_gap_s(echoes),
        echoes=echoes,
    )


def joined(series: EchoSeries, more: EchoSeries) -> EchoSeries:
    """Two series to one place at the same time and of the same method, as one."""
    echoes = tuple(sorted((*series.echoes, *more.echoes), key=lambda e: e.sent_s))
    both = msgspec.structs.replace(
        series,
        duplicates=series.duplicates + more.duplicates,
        reordered=series.reordered + more.reordered,
        error=series.error or more.error,
    )
    return _with_echoes(both, echoes)


def refused(target: str, error: WireError) -> EchoSeries:
    """The series of a target to which not one echo could be sent."""
    return EchoSeries(
        target=target,
        method=EchoMethod.ICMP,
        sent=0,
        received=0,
        duplicates=0,
        reordered=0,
        loss_percent=100.0,
        rtt_min_ms=LOST,
        rtt_median_ms=LOST,
        rtt_p90_ms=LOST,
        rtt_max_ms=LOST,
        jitter_ms=LOST,
        longest_gap_s=0.0,
        error=error.detail,
    )


def percentile(values: Sequence[float], share: float) -> float | Unmeasured:
    """Nearest rank; Unmeasured(no_answer) of nothing."""
    if not values:
        return LOST
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _method(series: wire.EchoSeries, *, by_ttl: bool) -> EchoMethod:
    if by_ttl:
        return EchoMethod.UDP_TTL
    if series.method != "icmp":
        return _METHODS[series.method]
    return EchoMethod.ICMP_KERNEL if series.kernel_stamped else EchoMethod.ICMP


def _jitter(rtts: Sequence[float]) -> float | Unmeasured:
    if len(rtts) < 2:
        return LOST
    steps = [abs(b - a) for a, b in pairwise(rtts)]
    return sum(steps) / len(steps)


def _longest_gap_s(echoes: Sequence[Echo]) -> float:
    """From the first lost echo of the longest run of losses to the next that was sent."""
    longest_s, since_s = 0.0, None
    for echo in echoes:
        lost = isinstance(echo.rtt_ms, Unmeasured)
        if lost and since_s is None:
            since_s = echo.sent_s
        if since_s is not None:
            longest_s = max(longest_s, echo.sent_s - since_s)
        if not lost:
            since_s = None
    return round(longest_s, 3)


def _complaint(series: wire.EchoSeries, *, by_ttl: bool) -> str:
    kinds = {c.kind for c in series.complaints if not (by_ttl and c.kind == "ttl_exceeded")}
    return ", ".join(sorted(kinds))
