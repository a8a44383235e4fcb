"""What the peers print, read as figures; the texts are written here in the peers' shape."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import pytest

from bench.delay import Watch
from bench.harness import BenchError
from bench.responsiveness import WayFound, detail, of_peer
from bench.responsiveness_peer import Probe, Told, probes, told
from bench.trace import by_hop

if TYPE_CHECKING:
    from bench.line import BenchLine

_MTR = """\
Start: 2026-01-02T03:04:05+0000
HOST: desktop                     Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 10.0.0.1                   0.0%     3    0.3   0.4   0.3   0.5   0.1
  2.|-- ???                       100.0     3    0.0   0.0   0.0   0.0   0.0
 10.|-- 198.51.100.7               0.0%     3   11.3  11.4  11.3  11.6   0.2
"""

_TRIPPY = """\
┌─────┬──────────────┬───────┐
│ Hop ┆ IPs          ┆ Loss% │
╞═════╪══════════════╪═══════╡
│ 1   ┆ 10.0.0.1     ┆ 0.0   │
├╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌┤
│ 2   ┆ ???          ┆ 100.0 │
├╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌┤
│ 10  ┆ 198.51.100.7 ┆ 0.0   │
└─────┴──────────────┴───────┘
"""

_RESULTS = """\
01-02-2026 03:04:05 UTC Go Responsiveness to speed.example:4043...
Results:
========
Download:
\tThroughput: 88.125 Mbps (11.016 MBps), using 9 parallel connections.
\tRPM: 111 (P90)
\tRPM: 456 (Single-Sided 5% Trimmed Mean)
========
Upload:
\tNote: Test did not run to stability (responsiveness), these results are estimates.
\tThroughput: 17.250 Mbps (2.156 MBps), using 16 parallel connections.
\tRPM: 22 (P90)
\tRPM: NaN (Single-Sided 5% Trimmed Mean)
========
Final RPM: 33 (P90)
Final RPM: 234 (Single-Sided 5% Trimmed Mean)
"""

_HEADING = "Time of it., Round trips., Duration., RTT., Window., Type., Algorithm used., \n"


@pytest.mark.parametrize("text", [_MTR, _TRIPPY])
def test_hops_are_read_from_lines_and_from_a_table(text: str) -> None:
    assert by_hop(text) == ["10.0.0.1", "-", "198.51.100.7"]


def test_goresponsiveness_tells_both_ways() -> None:
    found = told(_RESULTS)
    down, up = found["down"], found["up"]
    assert (down.rpm, down.rate_mbps, down.connections, down.stable) == (456, 88.125, 9, True)
    assert (up.rpm, up.rate_mbps, up.connections, up.stable) == (None, 17.25, 16, False)


def test_a_result_that_breaks_off_is_no_result() -> None:
    with pytest.raises(BenchError, match="1 ways"):
        told(_RESULTS.partition("Upload")[0])


def _row(second: int, took_s: float, kind: str = "Foreign") -> str:
    return f"01-02-2026-03-04-{second:02}.250,3, {took_s},0,0, {kind},none, \n"


def test_the_longest_pause_of_the_log_is_between_the_ways() -> None:
    rows = [_row(21, 0.5), _row(5, 0.25), _row(4, 0.3), _row(20, 0.4), _row(6, 0.2, "SelfDown")]
    found = probes(_HEADING + "".join(rows) + "01-02-2026-03-")
    at_s = time.mktime((2026, 1, 2, 3, 4, 0, 0, 0, -1)) + 0.25
    assert found["down"] == [Probe(at_s + 4, 0.3), Probe(at_s + 5, 0.25)]
    assert found["up"] == [Probe(at_s + 20, 0.4), Probe(at_s + 21, 0.5)]


@pytest.mark.parametrize("rows", ["", _row(4, 0.3), _row(4, 0.3) + _row(5, 0.3)])
def test_a_log_without_two_ways_is_refused(rows: str) -> None:
    with pytest.raises(BenchError, match="without a pause"):
        probes(_HEADING + rows)


def test_a_way_without_rpm_is_told_as_such() -> None:
    runs = [
        WayFound("ours", "up", 75, 100, 500, 480, "high confidence"),
        WayFound("ours", "up", 125, 100, None, 480, "low confidence"),
    ]
    assert [run.error for run in runs] == [-0.25, 0.25]
    (row,) = detail(runs).splitlines()[2:]
    assert row == (
        "| ours, up | 75 / 100 / 125 | 100 / 100 / 100 | -25 / 0 / 25 | "
        "500 / 500 / 500 (1 without) | 480 / 480 / 480 | high confidence, low confidence |"
    )


def _watched(*, step_s: float) -> Watch:
    """Ten seconds of 80 ms down and, from the fifth on, 100 ms up."""
    watch = Watch(cast("BenchLine", None))  # it is only looked into, never started
    times = [100 + n * step_s for n in range(int(10 / step_s) + 1)]
    watch.looks = [(at_s, 80.0, 100.0 if at_s >= 105 else 0.0) for at_s in times]
    return watch


def test_a_probe_is_compared_with_the_queue_that_it_met() -> None:
    watch = _watched(step_s=0.004)
    clock_s = 1_700_000_000.0  # of the log, where the watch's says 0
    log = [Probe(clock_s + 106 + n * 0.1, 0.363) for n in range(30)]
    text = Told(456, 88, 9, stable=True)
    down = of_peer("down", text, log, watch, -clock_s)
    assert (down.added_ms, down.queue_ms) == pytest.approx((101, 80))
    assert (down.rpm, down.line_rpm) == pytest.approx((456, 600))
    up = of_peer("up", text, log, watch, -clock_s)
    assert up.error == pytest.approx(0.01)


def test_without_looks_at_the_queue_there_is_no_comparison() -> None:
    log = [Probe(102 + n * 0.1, 0.3) for n in range(30)]
    with pytest.raises(BenchError, match="0 of 30 probes"):
        of_peer("up", Told(1, 1, 1, stable=True), log, _watched(step_s=0.2), 0)
