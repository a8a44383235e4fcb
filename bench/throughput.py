"""Throughput beside speedtest-cli, over lines whose rates are known.

    python -m bench throughput [--links TEXT] [--runs 5] [--keep FILE] [--markdown FILE] [--ours]
                               [--as-check] [--kind ookla]

--links takes the links whose name holds TEXT; --keep appends each pair to a file and goes on where
it ended; --ours leaves the peer out; --slow and --fast take those up to 100 Mbit/s, or the others;
--as-check tells our side what is sold (what the link carries before it varies) and limits it as a
check does, which then moves more and is sure more often; --kind ookla lets our side, too, ask
speedtest.net's list for the nearest server, and measure there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench import peers
from bench.harness import BenchError, Used, run
from bench.line import ROOT, BenchLine, built
from bench.throughput_links import LINKS, Link
from bench.throughput_once import Both
from bench.throughput_report import Measured, Starts, report
from bench.throughput_weather import weather

_SPEEDTEST = "speedtest-cli==2.1.3"
_STARTS = 7
#: where our side measures; "" is found in speedtest.net's list
_PLACES = {"http": "http://speed.lab-isp.example", "ookla": ""}


class _Peer(msgspec.Struct, frozen=True):
    """What speedtest-cli prints (its JSON), as far as it is looked at."""

    download: float
    upload: float


def _ours(line: BenchLine, link: Link, kind: str, *, as_check: bool) -> Measured:
    plan = [f"{link.down.rate_mbps:g}/{link.up.rate_mbps:g}", f"{link.rtt_ms:g}"]
    words = [sys.executable, "-m", "bench.throughput_once", _PLACES[kind], kind]
    words += plan if as_check else []
    moved, used = _run(line, words)
    found = msgspec.json.decode(used.output, type=Both)
    confident = "high" in (found.down.confidence, found.up.confidence)
    return Measured(
        link=link.name,
        side="ours",
        wall_s=used.wall_s,
        cpu_s=used.cpu_s,
        peak_bytes=used.peak_bytes,
        moved_bytes=moved,
        down_error=found.down.rate_bps / link.true_bps(link.down) - 1,
        up_error=found.up.rate_bps / link.true_bps(link.up) - 1,
        down_confidence=found.down.confidence,
        up_confidence=found.up.confidence,
        seconds=(round(found.down.duration_s, 3), round(found.up.duration_s, 3)),
        confident=confident,
        kind=kind,
    )


def _theirs(line: BenchLine, link: Link, program: Path) -> Measured:
    moved, used = _run(line, [str(program), "--json"])
    found = msgspec.json.decode(used.output, type=_Peer)
    return Measured(
        link=link.name,
        side="speedtest-cli",
        wall_s=used.wall_s,
        cpu_s=used.cpu_s,
        peak_bytes=used.peak_bytes,
        moved_bytes=moved,
        down_error=found.download / link.true_bps(link.down) - 1,
        up_error=found.upload / link.true_bps(link.up) - 1,
    )


def _run(line: BenchLine, argv: list[str]) -> tuple[int, Used]:
    before = line.moved_bytes()
    used = line.run(argv)
    moved = line.moved_bytes() - before
    if used.status:
        raise BenchError(f"{argv[-1]} ended with {used.status}: {used.errors.strip()[-300:]}")
    return moved, used


def _pairs(
    link: Link, runs: int, program: Path | None, keep: Path | None, kind: str, *, as_check: bool
) -> list[Measured]:
    """Runs of both sides in turn on one line; a side that fails is told and left out."""
    found: list[Measured] = []
    with built(link.down_sends, link.up_sends) as line:
        for number in range(runs):
            sides = [lambda: _ours(line, link, kind, as_check=as_check)]
            if program is not None:
                sides.insert(number % 2, lambda: _theirs(line, link, program))
            for side in sides:
                try:
                    with weather(line, link, number):
                        found.append(side())
                except BenchError as failed:
                    sys.stderr.write(f"{link.name}: {failed}\n")
                    continue
                line.settle()
                sys.stderr.write(f"{found[-1].line()}\n")
                if keep is not None:
                    with keep.open("ab") as file:
                        file.write(msgspec.json.encode(found[-1]) + b"\n")
    return found


def _starts(program: Path) -> Starts:
    """Median of seven; both programs are Python's, and do nothing but load their modules here."""
    words = "from agent.garbage import look_seldom; look_seldom(); import bench.throughput_once"
    ours = [sys.executable, "-c", words]
    theirs = [str(program), "--version"]
    found = [median(run(side, cwd=ROOT).cpu_s for _ in range(_STARTS)) for side in (ours, theirs)]
    return Starts(*found)


def kept(path: Path) -> list[Measured]:
    """What an earlier call has written."""
    if not path.exists():
        return []
    rows = path.read_bytes().splitlines()
    return [msgspec.json.decode(row, type=Measured) for row in rows]


def main(argv: Sequence[str]) -> int:
    """Run the comparison; 0 when every link was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench throughput", description=__doc__)
    parser.add_argument("--links", default="")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--ours", action="store_true")
    parser.add_argument("--as-check", action="store_true")
    parser.add_argument("--kind", choices=tuple(_PLACES), default="http")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--only-report", action="store_true")
    wanted = parser.parse_args(argv)
    program = None if wanted.ours else peers.python("speedtest-cli", _SPEEDTEST)
    found = kept(wanted.keep) if wanted.keep else []
    if any(row.side == "ours" and row.kind != wanted.kind for row in found):
        parser.error(f"{wanted.keep} holds another kind")
    chosen = [
        link
        for link in LINKS
        if wanted.links in link.name
        and not (wanted.slow and link.fast)
        and not (wanted.fast and not link.fast)
    ]
    for link in [] if wanted.only_report else chosen:
        done = sum(row.link == link.name and row.side == "ours" for row in found)
        if done < wanted.runs:
            runs, sure = wanted.runs - done, wanted.as_check
            found += _pairs(link, runs, program, wanted.keep, wanted.kind, as_check=sure)
    starts = _starts(program) if program is not None else None
    text = report(found, [link for link in LINKS if link in chosen], starts)
    sys.stdout.write(text)
    if wanted.markdown:
        wanted.markdown.write_text(text, encoding="utf-8")
    return 0
