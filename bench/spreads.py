"""The table that shows minimum, median and maximum of each side, not of the ratio alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.harness import Figure, Pair, Spread, row


@dataclass(frozen=True)
class Kind:
    """A row: what it is, in which unit, how it is had of a run, and whether a ratio says anything.

    Of what may be negative or stands for right and wrong it says nothing.
    """

    name: str
    unit: str
    figure: Figure
    compared: bool = True


def usual_kinds(error: str) -> tuple[Kind, ...]:
    """Time, CPU, memory, and a number of what `error` names."""
    return (
        Kind("time", "s", lambda o: o.wall_s),
        Kind("CPU", "CPU-s", lambda o: o.cpu_s),
        Kind("peak memory", "MB", lambda o: o.peak_bytes / 1e6),
        Kind(error, "", lambda o: None if o.error is None else abs(o.error), compared=False),
    )


def spread_table(title: str, pairs: Sequence[Pair], kinds: Sequence[Kind], peer: str) -> str:
    """Markdown; every cell is minimum / median / maximum, "-" where there is no figure."""
    lines = [
        f"### {title}",
        "",
        f"| min / median / max | ours | {peer} | {peer} ÷ ours |",
        "|---|---|---|---|",
    ]
    for kind in kinds:
        ours = [value for p in pairs if (value := kind.figure(p.ours)) is not None]
        theirs = [value for p in pairs if (value := kind.figure(p.peer)) is not None]
        ratio = row(kind.name, kind.unit, pairs, kind.figure).ratio if kind.compared else None
        cells = (Spread.of(ours), Spread.of(theirs), ratio)
        name = f"{kind.name}, {kind.unit}" if kind.unit else kind.name
        lines.append(f"| {name} | {' | '.join(str(cell or '-') for cell in cells)} |")
    return "\n".join(lines) + "\n"
