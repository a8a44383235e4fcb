"""Children end when they should, and never outlive a cancel."""

from __future__ import annotations

import asyncio

import psutil
import pytest

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.command import MOST_BYTES, output, stream_command
from diagnostics.result import Reason


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_speaks_the_c_locale() -> None:
    assert asyncio.run(output(("sh", "-c", "echo $LC_ALL"))).strip() == "C.UTF-8"


def test_a_missing_program_is_not_supported() -> None:
    with pytest.raises(PlatformError) as caught:
        asyncio.run(output(("firsthop-no-such-program",)))
    assert caught.value.reason is Reason.NOT_SUPPORTED


def test_deadline_ends_the_child() -> None:
    with pytest.raises(PlatformError) as caught:
        asyncio.run(output(("sleep", "60"), deadline_s=0.1))
    assert caught.value.reason is Reason.TIMED_OUT
    assert not _children()


def test_cancel_ends_the_child() -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(output(("sleep", "60"), deadline_s=60))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cancelled())
    assert not _children()


def test_output_is_bounded() -> None:
    text = asyncio.run(output(("sh", "-c", "yes | head -c 3000000")))
    assert len(text) <= MOST_BYTES + 65_536


def test_stream_ends_with_its_block() -> None:
    async def first_line() -> str:
        async with stream_command(("sh", "-c", "echo one; sleep 60")) as lines:
            return await anext(lines)

    assert asyncio.run(first_line()) == "one"
    assert not _children()


def test_stream_of_a_missing_program_is_the_systems_own_error() -> None:
    async def start() -> None:
        async with stream_command(("firsthop-no-such-program",)):
            pass

    with pytest.raises(FileNotFoundError):
        asyncio.run(start())
