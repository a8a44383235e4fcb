"""Run inside a network namespace from which nothing can be reached; prints one JSON report.

Started by test_probes.py. The probes are real, so are sockets and children; only the network is
one in which every packet is swallowed, which is where programs are slowest to give up.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from diagnostics.evidence import Evidence
from diagnostics.platforms import present_platform
from diagnostics.probe import Context, Probe
from diagnostics.profile import default_profile
from diagnostics.registry import all_probes
from diagnostics.result import Reading, Unmeasured
from diagnostics.run import Depth
from diagnostics.runner import Runner, Setting
from diagnostics.wire.meter import metered

MOMENTS_S = (0.0, 0.03, 0.3, 1.1)


class Cancelled(msgspec.Struct, frozen=True, kw_only=True):
    probe: str
    after_s: float
    took_s: float


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What is still there after all probes were cancelled at one moment."""

    after_s: float
    tasks: tuple[str, ...]
    threads: tuple[str, ...]
    children: tuple[str, ...]
    sockets: int


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    probe: str
    took_s: float
    deadline_s: float
    outcome: str
    detail: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    cancelled: tuple[Cancelled, ...]
    left: tuple[Left, ...]
    ended: tuple[Ended, ...]
    whole_s: float
    cut_short_s: float
    cut_short_outcomes: dict[str, str]


def _setting() -> Setting:
    with metered() as meter:
        return Setting(default_profile(), present_platform(), Depth.NORMAL, meter, lambda _: None)


def _context(setting: Setting, earlier: Evidence) -> Context:
    return Context(
        profile=setting.profile,
        platform=setting.platform,
        earlier=earlier,
        depth=setting.depth,
        meter=setting.meter,
        progress=lambda _fraction, _word: None,
    )


async def _earlier(setting: Setting) -> Evidence:
    """Interfaces, addresses and leases as they are here; what needs a network is absent."""
    local = [p for p in all_probes() if p.reading.PROBE in {"interfaces", "addressing", "dhcp"}]
    runner = Runner(local, setting)
    await runner.idle()
    return runner.evidence


async def _cancel(probe: Probe[Reading], context: Context, after_s: float) -> Cancelled:
    task = asyncio.create_task(probe.measure(context))
    await asyncio.wait({task}, timeout=after_s)
    begun_s = time.monotonic()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return Cancelled(probe=probe.reading.PROBE, after_s=after_s, took_s=time.monotonic() - begun_s)


def _open_sockets() -> int:
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            count += str(entry.readlink()).startswith("socket:")
    return count


def _left(after_s: float, sockets_before: int) -> Left:
    own = asyncio.current_task()
    return Left(
        after_s=after_s,
        tasks=tuple(repr(t.get_coro()) for t in asyncio.all_tasks() if t is not own),
        threads=tuple(t.name for t in threading.enumerate() if t is not threading.main_thread()),
        children=tuple(child.name() for child in psutil.Process().children(recursive=True)),
        sockets=_open_sockets() - sockets_before,
    )


async def _all_cancelled(earlier: Evidence, setting: Setting) -> tuple[list[Cancelled], list[Left]]:
    cancelled: list[Cancelled] = []
    left: list[Left] = []
    sockets_before = _open_sockets()
    for after_s in MOMENTS_S:
        jobs = [_cancel(p, _context(setting, earlier), after_s) for p in all_probes()]
        cancelled += await asyncio.gather(*jobs)
        await asyncio.sleep(0.05)  # transports close in the next turn of the loop
        left.append(_left(after_s, sockets_before))
    return cancelled, left


async def _ended() -> tuple[list[Ended], float]:
    setting, begun_s = _setting(), time.monotonic()
    probes = all_probes()
    runner = Runner(probes, setting)
    await runner.idle()
    await runner.load()
    await runner.finish()
    await runner.conclude()
    whole_s = time.monotonic() - begun_s
    deadlines = {p.reading.PROBE: p.deadline_s for p in probes}
    ended: list[Ended] = []
    for name, outcome in runner.evidence.items():
        missing = isinstance(outcome, Unmeasured)
        ended.append(
            Ended(
                probe=name,
                took_s=0.0 if isinstance(outcome, Unmeasured) else outcome.took_s,
                deadline_s=deadlines[name],
                outcome=outcome.reason.value if isinstance(outcome, Unmeasured) else "measured",
                detail=outcome.detail if isinstance(outcome, Unmeasured) else str(missing),
            )
        )
    return ended, whole_s


async def _cut_short() -> tuple[float, dict[str, str]]:
    """A whole run cancelled in its middle: time to be back, and what each probe ended in."""
    runner = Runner(all_probes(), _setting())
    task = asyncio.create_task(runner.idle())
    await asyncio.sleep(0.8)
    begun_s = time.monotonic()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await runner.finish()
    took_s = time.monotonic() - begun_s
    return took_s, {
        name: outcome.reason.value if isinstance(outcome, Unmeasured) else "measured"
        for name, outcome in runner.evidence.items()
    }


async def main() -> None:
    setting = _setting()
    earlier = await _earlier(setting)
    cancelled, left = await _all_cancelled(earlier, setting)
    ended, whole_s = await _ended()
    cut_short_s, outcomes = await _cut_short()
    report = Report(
        cancelled=tuple(cancelled),
        left=tuple(left),
        ended=tuple(ended),
        whole_s=whole_s,
        cut_short_s=cut_short_s,
        cut_short_outcomes=outcomes,
    )
    sys.stdout.write(msgspec.json.encode(report).decode() + "\n")


if __name__ == "__main__":
    asyncio.run(main())
