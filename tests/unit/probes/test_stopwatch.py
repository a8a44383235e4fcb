"""What waits for the processor is given back to a deadline; what waits for the network is not."""

from __future__ import annotations

import asyncio
import time

import pytest

from diagnostics.result import Unmeasured
from diagnostics.sounding.told import told
from diagnostics.stopwatch import Stopwatch, lost_s, patient


def _spin(seconds: float) -> None:
    until_s = time.process_time() + seconds
    while time.process_time() < until_s:
        pass


async def _within(deadline_s: float, *, spin: bool) -> float:
    """Seconds until the deadline struck, with this computer busy or idle meanwhile."""
    watch = Stopwatch()
    watch.start()
    begun_s = time.monotonic()
    try:
        async with asyncio.timeout(deadline_s) as limit:
            with watch.stretching(limit, deadline_s):
                while True:
                    if spin:
                        _spin(0.3)
                    await asyncio.sleep(0.001 if spin else 0.03)
    except TimeoutError:
        return time.monotonic() - begun_s
    finally:
        watch.stop()


def test_a_busy_computer_is_waited_for_and_not_for_ever() -> None:
    struck_s = asyncio.run(_within(0.5, spin=True))
    assert 0.9 < struck_s < 2.0 + 10 * 0.3  # four times, and a turn of a tenth of a core


def test_a_silent_network_is_not_waited_for_longer() -> None:
    async def lost_while_idle() -> float:
        watch = Stopwatch()
        watch.start()
        await asyncio.sleep(0.7)
        watch.stop()
        return watch.lost_s

    assert asyncio.run(lost_while_idle()) < 0.5  # a busy test machine may be late itself
    assert asyncio.run(_within(0.5, spin=False)) >= 0.49


@pytest.mark.parametrize(
    ("wall_s", "cpu_s", "lost"),
    [
        (0.2, 0.01, 0.0),
        (0.21, 0.05, 0.0),
        (0.2, 0.19, 0.19),
        (1.2, 0.1, 0.98),
        (1.2, 1.2, 1.2),
        (0.45, 0.2, 0.43),
    ],
)
def test_lost_is_what_was_late_or_computed(wall_s: float, cpu_s: float, lost: float) -> None:
    assert lost_s(wall_s, cpu_s) == pytest.approx(lost)


def test_a_question_of_a_busy_computer_is_waited_for_where_a_check_runs() -> None:
    async def asked(*, watched: bool) -> bool:
        watch = Stopwatch()
        if watched:
            watch.start()
        try:
            async with patient(0.8):
                begun_s = time.monotonic()
                while time.monotonic() < begun_s + 1.2:  # however little of a core there is
                    _spin(0.3)
                    await asyncio.sleep(0.001)
        except TimeoutError:
            return False
        finally:
            watch.stop()
        return True

    assert asyncio.run(asked(watched=True))
    assert not asyncio.run(asked(watched=False))


def test_a_fact_of_the_system_is_waited_for_while_this_computer_itself_is_slow() -> None:
    async def slowly_told() -> str:
        begun_s = time.monotonic()
        while time.monotonic() < begun_s + 1.2:  # as a module does that is loaded at the first call
            pass
        await asyncio.sleep(0.01)
        return "told"

    async def asked() -> str | Unmeasured:
        watch = Stopwatch()
        watch.start()
        try:
            return await told(slowly_told(), 0.8)
        finally:
            watch.stop()

    assert asyncio.run(asked()) == "told"
