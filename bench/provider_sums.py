"""The sums of docs/test-servers.md: what so many lines ask of a provider's test servers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Assumed:
    """What docs/test-servers.md assumes, to be replaced by a provider's own figures."""

    line_gbps: float = 0.25
    ordinary_share: float = 0.005
    busiest_hour_share: float = 0.1
    bad_hour_share: float = 0.05
    test_s: float = 2.6
    #: of a test: four each way, twelve small requests a second, some more on lossy lines
    connections: int = 40
    check_bytes: float = 30e6
    sureness: float = 0.999
    card_load: float = 0.8
    days: int = 30


@dataclass(frozen=True)
class PerCore:
    """What one core bears: Gbit/s of the slower way, or new connections a second."""

    gbps: float
    connections: float


@dataclass(frozen=True)
class Sums:
    """Of one number of lines."""

    ordinary_checks: float
    bad_checks: float
    ordinary_mean: float
    bad_mean: float
    ordinary_peak: int
    bad_peak: int
    peak_gbps: float
    month_tb: float


def at_most(mean: float, sureness: float) -> int:
    """The least number that a Poisson distribution stays within so surely."""
    number, total = 0, math.exp(-mean)
    while total < sureness:
        number += 1
        total += math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
    return number


def sums(lines: int, assumed: Assumed) -> Sums:
    """Peaks are percentiles of tests at once that arrive at random."""
    day = lines * assumed.ordinary_share
    ordinary, bad = day * assumed.busiest_hour_share, lines * assumed.bad_hour_share
    means = [checks * assumed.test_s / 3600 for checks in (ordinary, bad)]
    peaks = [at_most(mean, assumed.sureness) for mean in means]
    return Sums(
        ordinary_checks=ordinary,
        bad_checks=bad,
        ordinary_mean=means[0],
        bad_mean=means[1],
        ordinary_peak=peaks[0],
        bad_peak=peaks[1],
        peak_gbps=peaks[1] * assumed.line_gbps,
        month_tb=day * assumed.days * assumed.check_bytes / 1e12,
    )


def with_tls(bears: float, plain: float, tls: float) -> float:
    """What a core bears with TLS that bears so much without, in Gbit/s or connections: the CPU that
    encryption took over loopback (`plain` and `tls` are those a CPU-second there) comes on top."""
    return 1 / (1 / bears + max(0.0, 1 / tls - 1 / plain))


def cores(one: Sums, bears: PerCore, assumed: Assumed) -> int:
    """Whole ones, for the peak of the bad day and the connections that come with it."""
    connections_per_s = one.bad_peak / assumed.test_s * assumed.connections
    return math.ceil(one.peak_gbps / bears.gbps + connections_per_s / bears.connections)


def cards(gbps: float, card_gbps: float, assumed: Assumed) -> int:
    """Network cards that are never loaded more than assumed."""
    return math.ceil(gbps / (card_gbps * assumed.card_load))


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def sums_table(sizes: Sequence[int], plain: PerCore, tls: PerCore, assumed: Assumed) -> str:
    """As it stands in docs/test-servers.md."""
    found = [sums(lines, assumed) for lines in sizes]
    sizes_told = [
        f"{lines:,} lines" if lines < 1e6 else f"{lines / 1e6:g} million lines" for lines in sizes
    ]
    rows = [
        ("ordinary day, checks in the busiest hour", [f"{s.ordinary_checks:,.0f}" for s in found]),
        (
            "… tests at once, mean / peak",
            [f"{_figure(s.ordinary_mean)} / {s.ordinary_peak}" for s in found],
        ),
        ("bad day, checks in one hour", [f"{s.bad_checks:,.0f}" for s in found]),
        ("… tests at once, mean / peak", [f"{_figure(s.bad_mean)} / {s.bad_peak}" for s in found]),
        ("… rate at the peak", [f"{_figure(s.peak_gbps)} Gbit/s" for s in found]),
        (_bearing("cores", plain), [str(cores(s, plain, assumed)) for s in found]),
        (_bearing("cores with TLS", tls), [str(cores(s, tls, assumed)) for s in found]),
        (
            f"network cards of 10 or of 25 Gbit/s, {assumed.card_load * 100:.0f} % loaded at most",
            [
                f"{cards(s.peak_gbps, 10, assumed)} or {cards(s.peak_gbps, 25, assumed)}"
                for s in found
            ],
        ),
        ("moved in a month of ordinary days", [f"{_figure(s.month_tb)} TB" for s in found]),
    ]
    lines = [f"| | {' | '.join(sizes_told)} |", "|---" * (1 + len(sizes)) + "|"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    return "\n".join(lines) + "\n"


def _bearing(what: str, one: PerCore) -> str:
    return f"{what}, at {one.gbps:.2g} Gbit/s or {one.connections:,.0f} connections a second"
