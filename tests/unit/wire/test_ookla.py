"""The list of servers as a child gives it: good, empty, mute, late, and never left running."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

import pytest

from diagnostics.platforms.command import stream_command
from diagnostics.wire import errors, ookla
from diagnostics.wire.command import StreamCommand


def child(text: str) -> StreamCommand:
    """Starts this Python text instead of the real child."""

    def start(argv: Sequence[str]) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        assert list(argv) == [sys.executable, "-m", "diagnostics.wire.ookla"]
        return stream_command([sys.executable, "-I", "-S", "-c", text])

    return start


def test_the_nearest_comes_first() -> None:
    one = '{"url":"http://a:8080/speedtest/upload.php","sponsor":"A","name":"x","distance_km":3}'
    found = asyncio.run(
        ookla.nearest(child(f"print('noise'); print('''{{\"servers\":[{one}]}}''')"))
    )
    assert found[0].url == "http://a:8080/speedtest/upload.php"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('print(\'{"failure":"HTTP Error 403: Forbidden"}\')', "403"),
        ("print('{}')", "empty list"),
        ("print('Traceback')", "without a list"),
        ("pass", "without a list"),
    ],
)
def test_no_list_is_an_error_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(errors.BadAnswer, match=words):
        asyncio.run(ookla.nearest(child(text)))


def test_a_child_that_hangs_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(errors.TimedOut):
        asyncio.run(ookla.nearest(child("import time; time.sleep(60)"), timeout_s=0.5))
    assert time.monotonic() - begun < 20


def test_a_child_that_cannot_start_is_said() -> None:
    def nobody(argv: Sequence[str]) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        return stream_command(["/no/such/program", *argv])

    with pytest.raises(errors.NotSupported):
        asyncio.run(ookla.nearest(nobody))
