"""Which address of a name is tried first."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.profile import SpeedKind, SpeedServer
from diagnostics.sounding.families import in_turn
from diagnostics.sounding.speed import Server, answering

_BOTH = ("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2")


@pytest.mark.parametrize(
    ("addresses", "silent", "turn"),
    [
        (_BOTH, (), ("192.0.2.1", "2001:db8::1")),
        (_BOTH, (4,), ("2001:db8::1", "192.0.2.1")),
        (_BOTH, (6,), ("192.0.2.1", "2001:db8::1")),
        (("2001:db8::2",), (6,), ("2001:db8::2",)),
        ((), (4,), ()),
    ],
)
def test_one_of_each_kind(
    addresses: tuple[str, ...], silent: tuple[int, ...], turn: tuple[str, ...]
) -> None:
    assert in_turn(addresses, silent) == turn


def test_the_address_that_takes_a_connection_comes_first() -> None:
    async def run() -> tuple[str, ...]:
        listening = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        entry = SpeedServer(
            kind=SpeedKind.HTTP,
            download_url=f"http://speed.example:{port}/d",
            upload_url=f"http://speed.example:{port}/u",
        )
        try:
            found = await answering(Server(entry=entry, addresses=("::1", "127.0.0.1")))
        finally:
            listening.close()
            await listening.wait_closed()
        return found.addresses

    assert asyncio.run(run()) == ("127.0.0.1", "::1")
