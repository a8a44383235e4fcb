"""What goresponsiveness prints and logs, as figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from bench.harness import BenchError

Way = Literal["down", "up"]
_LABELS: dict[str, Way] = {"Download": "down", "Upload": "up"}
_RPM = re.compile(r"RPM:\s+(\d+|NaN) \(Single-Sided")
_RATE = re.compile(r"Throughput:\s+([\d.]+) Mbps .* using (\d+) parallel")
#: in its log a foreign probe is the sum of three round trips: TCP, TLS, request
ROUND_TRIPS = 3
_LEAST_PAUSE_S = 2.0


@dataclass(frozen=True)
class Told:
    """One way: round trips a minute (its trimmed mean) and rate; `stable` as it says itself.

    `rpm` None: it could not tell.
    """

    rpm: float | None
    rate_mbps: float
    connections: int
    stable: bool


@dataclass(frozen=True)
class Probe:
    """A request on a connection of its own; seconds of the Epoch and for all its round trips."""

    at_s: float
    took_s: float


def told(text: str) -> dict[Way, Told]:
    """Both ways of its printed results; BenchError when one of them is missing."""
    found: dict[Way, Told] = {}
    for block in text.split("========"):
        label, _, rest = block.strip().partition(":")
        way, rpm, rate = _LABELS.get(label), _RPM.search(rest), _RATE.search(rest)
        if way and rpm and rate:
            stable = "did not run to stability" not in rest
            figure = None if rpm[1] == "NaN" else float(rpm[1])
            found[way] = Told(figure, float(rate[1]), int(rate[2]), stable)
    if len(found) != len(_LABELS):
        raise BenchError(f"goresponsiveness told of {len(found)} ways: {text.strip()[-300:]}")
    return found


def _probe(line: str) -> Probe | None:
    """Of a row of its log: when, how many round trips, how long, …, of what type."""
    fields = [field.strip() for field in line.split(",")]
    try:
        at = datetime.strptime(fields[0], "%m-%d-%Y-%H-%M-%S.%f").astimezone()
        foreign, took_s = fields[5] == "Foreign", float(fields[2])
    except (IndexError, ValueError):
        return None  # the heading, or a row that is not complete
    return Probe(at.timestamp(), took_s) if foreign and took_s > 0 else None


def probes(log: str) -> dict[Way, list[Probe]]:
    """Foreign probes of each way, in time's order; BenchError when the log does not tell the ways.

    Down comes first. Each way begins with a load that has to be steady before it is probed, and
    that is the longest pause of the log.
    """
    found = sorted(
        (probe for line in log.splitlines() if (probe := _probe(line))), key=lambda p: p.at_s
    )
    pauses = [(b.at_s - a.at_s, at) for at, (a, b) in enumerate(pairwise(found), 1)]
    longest_s, turn = max(pauses, default=(0.0, 0))
    if longest_s < _LEAST_PAUSE_S:
        raise BenchError(
            f"goresponsiveness logged {len(found)} probes without a pause between ways"
        )
    return {"down": found[:turn], "up": found[turn:]}
