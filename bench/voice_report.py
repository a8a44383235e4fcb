"""The sessions of a comparison of voice packets as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench.harness import Outcome, Pair, Spread, row, table
from bench.voice_told import SideTold, WayTold
from bench.voice_wire import Passed


@dataclass(frozen=True)
class Session:
    """What a side told of one session, and what is true of the same packets."""

    side: str
    told: SideTold
    up: Passed
    down: Passed


def costs(title: str, pairs: Sequence[Pair], short_cpu_s: tuple[float, float], more: int) -> str:
    """What a session takes; of each of the packets that it has `more` than a short one, the CPU."""
    ours_s, peer_s = short_cpu_s
    packets = [
        Pair(_a_packet(pair.ours, ours_s, more), _a_packet(pair.peer, peer_s, more))
        for pair in pairs
    ]
    rows = [
        row("time", "s", pairs, lambda o: o.wall_s),
        row("CPU", "CPU-s", pairs, lambda o: o.cpu_s),
        row("CPU a packet there and one back", "µs", packets, lambda o: o.cpu_s * 1e6),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
        row("moved", "kB", pairs, lambda o: (o.moved_bytes or 0) / 1e3),
    ]
    return table(title, rows, "iperf3")


def _a_packet(outcome: Outcome, short_cpu_s: float, more: int) -> Outcome:
    return replace(outcome, cpu_s=max(0.0, outcome.cpu_s - short_cpu_s) / more)


def errors(sessions: Sequence[Session]) -> str:
    """A line for each side and way: the median of what is true, and how far off it was told."""
    told = "told less true"
    heads = ("lost, %", f"{told}, points", "jitter, ms", f"{told}, ms", "overtaken", told)
    lines = [f"| side, way | {' | '.join(heads)} |", "|---|---|---|---|---|---|---|"]
    for side in dict.fromkeys(session.side for session in sessions):
        own = [session for session in sessions if session.side == side]
        lines.append(_line(f"{side}, up", [(one.told.up, one.up) for one in own]))
        lines.append(_line(f"{side}, down", [(one.told.down, one.down) for one in own]))
    return "\n".join(lines) + "\n"


def _line(name: str, ways: Sequence[tuple[WayTold, Passed]]) -> str:
    jitters = [(told.jitter_ms, true.jitter_ms(told.jitter_ms)) for told, true in ways]
    cells = [
        f"{median(true.loss_percent for _, true in ways):.3g}",
        _spread([told.loss_percent - true.loss_percent for told, true in ways]),
        f"{median(true for _, true in jitters):.3g}",
        _spread([told - true for told, true in jitters]),
        f"{median(true.reordered for _, true in ways):g}",
        _spread([told.reordered - true.reordered for told, true in ways]),
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _spread(values: Sequence[float]) -> str:
    """In thousandths: the difference of two doubles is hardly ever quite 0."""
    return str(Spread.of([round(value, 3) + 0.0 for value in values]))


def alone(sessions: Sequence[Session]) -> str:
    """What only one side tells."""
    rtts_ms = Spread.of([one.told.rtt_ms for one in sessions if one.told.rtt_ms is not None])
    moses = Spread.of([one.told.mos for one in sessions if one.told.mos is not None])
    return f"Ours alone tells the round trip, {rtts_ms} ms, and the MOS, {moses}.\n"
