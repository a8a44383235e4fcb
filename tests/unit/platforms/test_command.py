"""Children end when they should, and never outlive a cancel: on a loop that starts them itself,
and on Windows' loop of a check, beside which another does."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Protocol, TypeVar

import psutil
import pytest

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.command import MOST_BYTES, output, raw_output, stream_command
from diagnostics.platforms.loop import SelectLoop, run_check, starts_programs
from diagnostics.result import Reason

_T = TypeVar("_T")


class Way(Protocol):
    def __call__(self, work: Coroutine[object, object, _T], /) -> _T: ...


def _beside(work: Coroutine[object, object, _T]) -> _T:
    async def on_this_loop() -> _T:
        assert not starts_programs()
        return await work

    with asyncio.Runner(loop_factory=SelectLoop) as runner:
        return runner.run(on_this_loop())


@pytest.fixture(params=[run_check, _beside], ids=["itself", "beside"])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _nobody_left() -> None:
    assert not _children()
    assert [one.name for one in threading.enumerate() if one.name == "programs"] == []


def _reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(PlatformError) as caught:
        call()
    _nobody_left()
    return caught.value.reason


def test_speaks_the_c_locale(way: Way) -> None:
    assert way(output(("sh", "-c", "echo $LC_ALL"))).strip() == "C.UTF-8"
    _nobody_left()


def test_many_at_once(way: Way) -> None:
    async def many() -> list[str]:
        return list(await asyncio.gather(*(output(("echo", str(n)), 20.0) for n in range(20))))

    assert way(many()) == [f"{n}\n" for n in range(20)]
    _nobody_left()


def test_a_missing_program_is_not_supported(way: Way) -> None:
    reason = _reason_of(lambda: way(output(("firsthop-no-such-program",))))
    assert reason is Reason.NOT_SUPPORTED


def test_a_program_that_may_not_be_started_is_not_permitted(way: Way, tmp_path: Path) -> None:
    barred = tmp_path / "barred"
    barred.write_text("#!/bin/sh\n")
    barred.chmod(0o600)
    assert _reason_of(lambda: way(output((str(barred),)))) is Reason.NOT_PERMITTED


def test_a_file_that_is_no_program_is_not_supported(way: Way, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF\0\0\0")
    broken.chmod(0o700)
    assert _reason_of(lambda: way(output((str(broken),)))) is Reason.NOT_SUPPORTED


def test_deadline_ends_the_child(way: Way) -> None:
    reason = _reason_of(lambda: way(output(("sleep", "60"), deadline_s=0.1)))
    assert reason is Reason.TIMED_OUT


def test_deadline_ends_one_that_prints_without_end(way: Way) -> None:
    assert _reason_of(lambda: way(output(("yes",), deadline_s=0.3))) is Reason.TIMED_OUT


def test_who_was_started_by_the_child_and_holds_the_pipe_does_not_hold_us(way: Way) -> None:
    begun_s = time.monotonic()
    talk = ("sh", "-c", "sleep 60 & echo started")
    assert _reason_of(lambda: way(output(talk, deadline_s=0.5))) is Reason.TIMED_OUT

    async def first_line() -> str:
        async with stream_command(talk) as lines:
            return await anext(lines)

    assert way(first_line()) == "started"
    assert time.monotonic() - begun_s < 20
    _nobody_left()


def test_cancel_ends_the_child(way: Way) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(output(("sleep", "60"), deadline_s=60))
        await asyncio.sleep(0.2)
        task.cancel()
        (error,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(error, asyncio.CancelledError)

    way(cancelled())
    _nobody_left()


def test_a_cancel_at_any_moment_leaves_nobody(way: Way) -> None:
    async def streamed() -> None:
        async with stream_command(("sh", "-c", "echo one; sleep 60")) as lines:
            async for _ in lines:
                pass

    async def cancelled() -> None:
        for step in range(12):
            task = asyncio.create_task(streamed())
            await asyncio.sleep(step * 0.002)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    way(cancelled())
    _nobody_left()


def test_output_is_bounded(way: Way) -> None:
    text = way(raw_output(("sh", "-c", "yes | head -c 3000000"), 20.0))
    assert MOST_BYTES <= len(text) <= MOST_BYTES + 65_536


def test_stream_ends_with_its_block(way: Way) -> None:
    async def first_line() -> str:
        async with stream_command(("sh", "-c", "echo one; sleep 60")) as lines:
            return await anext(lines)

    assert way(first_line()) == "one"
    _nobody_left()


def test_stream_tells_each_line_when_it_comes_and_then_the_end(way: Way) -> None:
    async def told() -> list[str]:
        async with stream_command(("sh", "-c", "echo one; echo zwö; printf three")) as lines:
            return [line async for line in lines]

    assert way(told()) == ["one", "zwö", "three"]
    _nobody_left()


def test_a_line_longer_than_any_is_passed_over(way: Way) -> None:
    async def told() -> list[str]:
        text = "head -c 200000 /dev/zero | tr '\\0' x; echo; echo short"
        async with stream_command(("sh", "-c", text)) as lines:
            return [line async for line in lines]

    lines = way(told())
    assert lines[-1] == "short"
    assert all(len(line) <= 65_536 for line in lines)


def test_stream_of_one_that_prints_without_end_does_not_fill_memory(way: Way) -> None:
    async def some() -> int:
        before = psutil.Process().memory_info().rss
        async with stream_command(("yes", "x" * 100)) as lines:
            for _ in range(100):
                assert await anext(lines) == "x" * 100
            await asyncio.sleep(0.2)
        return psutil.Process().memory_info().rss - before

    assert way(some()) < 20_000_000
    _nobody_left()


def test_stream_of_a_missing_program_is_the_systems_own_error(way: Way) -> None:
    async def start() -> None:
        async with stream_command(("firsthop-no-such-program",)):
            pass

    with pytest.raises(FileNotFoundError):
        way(start())
    _nobody_left()


def test_what_the_block_raises_comes_through(way: Way) -> None:
    async def raised() -> None:
        async with stream_command((sys.executable, "-c", "print(1)")):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        way(raised())
    _nobody_left()
