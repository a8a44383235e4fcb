"""The runs of a comparison of path MTU as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.harness import Figure, Outcome, Pair, Spread, row, table
from bench.path_mtu_told import MtuTold


@dataclass(frozen=True, kw_only=True)
class Found(Outcome):
    """One run. `packets` over the home's cable, both ways, somebody else's few among them."""

    told: MtuTold
    packets: int


def _figure(of: Callable[[Found], float | None]) -> Figure:
    return lambda outcome: of(outcome) if isinstance(outcome, Found) else None


def compared(title: str, ours: Sequence[Found], peer: Sequence[Found]) -> str:
    """A table."""
    pairs = [Pair(a, b) for a, b in zip(ours, peer, strict=True)]
    rows = [
        row("time", "s", pairs, lambda o: o.wall_s),
        row("CPU", "CPU-s", pairs, lambda o: o.cpu_s),
        row("CPU without the start of Python", "CPU-s", pairs, _figure(_inner_cpu_s)),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
        row("packets", "both ways", pairs, _figure(lambda o: o.packets)),
        row("moved", "kB", pairs, lambda o: (o.moved_bytes or 0) / 1e3),
        row("error", "bytes", pairs, lambda o: abs(o.error or 0)),
    ]
    return table(title, rows, "tracepath")


def _inner_cpu_s(found: Found) -> float:
    return found.cpu_s if found.told.cpu_s is None else found.told.cpu_s


def said(name: str, found: Sequence[Found]) -> str:
    """What a side told, each different answer with how often it was given."""
    answers = [f"{each.told.mtu} ({each.told.says})" for each in found]
    counted = (f"{answers.count(one)} times {one}" for one in dict.fromkeys(answers))
    return f"{name}: {', '.join(counted)}"


def summary_head() -> str:
    """The head of a table of all homes."""
    heads = ("path", "true", "ours", "tracepath", "ours, s", "tracepath, s", "tracepath ÷ ours")
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"


def summary(name: str, true: int, ours: Sequence[Found], peer: Sequence[Found]) -> str:
    """A line of it: what each told, time at the median, ratio of times as min / median / max."""
    cells = [
        name,
        f"{true}",
        _told(ours),
        _told(peer),
        f"{median(one.wall_s for one in ours):.3g}",
        f"{median(one.wall_s for one in peer):.3g}",
        str(Spread.of([b.wall_s / a.wall_s for a, b in zip(ours, peer, strict=True)])),
    ]
    return f"| {' | '.join(cells)} |"


def _told(found: Sequence[Found]) -> str:
    """Each different figure once."""
    return ", ".join(dict.fromkeys(f"{one.told.mtu}" for one in found))
