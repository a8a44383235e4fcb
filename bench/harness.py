"""Side by side: runs of ours and of a peer in turn, what each took, and the table of ratios.

A comparison is a module of this folder with `main(argv)`; see `bench/__main__.py`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.sim.toolchain import tools

#: at least so many pairs, before a ratio is worth printing
LEAST_RUNS = 5


@dataclass(frozen=True)
class Used:
    """What a command and its children took; memory is that of the largest process."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    status: int
    output: str
    errors: str


class BenchError(Exception):
    """A side could not be run; the text is one sentence."""


def run(
    command: Sequence[str],
    *,
    timeout_s: float = 120.0,
    environ: dict[str, str] | None = None,
    cwd: Path | None = None,
    text: str = "",
) -> Used:
    """Run to its end and say what it took, whatever its exit status.

    `command` may itself be one that enters the lab (`Home.command`, `Stage.within`).  Raises
    BenchError when it does not end in time; it is then killed with all that it started.  Python
    may keep what it has compiled, as it does wherever a program is installed.
    """
    settings = dict(os.environ if environ is None else environ)
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    reader, writer = os.pipe()
    with os.fdopen(reader) as told:
        started = subprocess.Popen(
            [str(tools().enter), "-u", str(writer), "--", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            pass_fds=(writer,),
            env=settings,
            cwd=cwd,
        )
        os.close(writer)
        with started:
            try:
                output, errors = started.communicate(text, timeout_s)
            except subprocess.TimeoutExpired:
                started.kill()
                started.communicate()
                raise BenchError(f"{command[-1]!r} did not end in {timeout_s:g} s") from None
        words = told.read().split()
    if len(words) != 4:
        raise BenchError(f"{command[0]!r} could not be started: {errors.strip()[-300:]}")
    wall_s, user_s, system_s, peak = words
    cpu_s = float(user_s) + float(system_s)
    return Used(float(wall_s), cpu_s, int(peak), started.returncode, output, errors)


@dataclass(frozen=True)
class Outcome:
    """One run of one side. None: this side does not tell, or the question does not arise.

    `moved_bytes` over the lab's line, both ways; `error` against the lab's truth, in the unit
    that the comparison states (a relative one as 0.01 for 1 %).
    """

    wall_s: float
    cpu_s: float
    peak_bytes: int
    moved_bytes: int | None = None
    error: float | None = None


Side = Callable[[], Outcome]


@dataclass(frozen=True)
class Pair:
    """Both sides in the same lab, one right after the other."""

    ours: Outcome
    peer: Outcome


def paired(ours: Side, peer: Side, runs: int = LEAST_RUNS) -> list[Pair]:
    """So many pairs; who goes first changes from pair to pair."""
    pairs: list[Pair] = []
    for number in range(runs):
        if number % 2:
            second = peer()
            pairs.append(Pair(ours(), second))
        else:
            first = ours()
            pairs.append(Pair(first, peer()))
    return pairs


@dataclass(frozen=True)
class Spread:
    """Smallest, middle and largest of several figures."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None of no values."""
        return cls(min(values), median(values), max(values)) if values else None

    def __str__(self) -> str:
        return f"{self.least:.3g} / {self.middle:.3g} / {self.most:.3g}"


Figure = Callable[[Outcome], float | None]


@dataclass(frozen=True)
class Row:
    """A figure of both sides and how many times more the peer takes, pair by pair."""

    name: str
    unit: str
    ours: float | None
    peer: float | None
    ratio: Spread | None


def row(name: str, unit: str, pairs: Sequence[Pair], figure: Figure) -> Row:
    """Medians of each side; the ratio is left out where one side has no figure or zero."""
    ours = [value for pair in pairs if (value := figure(pair.ours)) is not None]
    peer = [value for pair in pairs if (value := figure(pair.peer)) is not None]
    ratios = [
        b / a
        for pair in pairs
        if (a := figure(pair.ours)) and (b := figure(pair.peer)) is not None and a > 0
    ]
    return Row(
        name,
        unit,
        median(ours) if ours else None,
        median(peer) if peer else None,
        Spread.of(ratios),
    )


def usual_rows(pairs: Sequence[Pair], error_unit: str = "%", error_scale: float = 100) -> list[Row]:
    """Time, CPU, memory, bytes, error; rows that neither side has are left out."""
    rows = [
        row("time", "s", pairs, lambda o: o.wall_s),
        row("CPU", "CPU-s", pairs, lambda o: o.cpu_s),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
        row("moved", "MB", pairs, lambda o: None if o.moved_bytes is None else o.moved_bytes / 1e6),
        row(
            "error",
            error_unit,
            pairs,
            lambda o: None if o.error is None else abs(o.error) * error_scale,
        ),
    ]
    return [r for r in rows if r.ours is not None or r.peer is not None]


def table(title: str, rows: Sequence[Row], peer: str) -> str:
    """Markdown; the ratio is the peer's figure divided by ours: minimum / median / maximum."""
    lines = [
        f"### {title}",
        "",
        f"| | ours | {peer} | {peer} ÷ ours, min / median / max |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {r.name}, {r.unit} | {_shown(r.ours)} | {_shown(r.peer)} | {r.ratio or '-'} |"
        for r in rows
    ]
    return "\n".join(lines) + "\n"


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
