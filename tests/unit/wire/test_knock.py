"""Who refuses: on loopback everything is refused by this computer itself."""

from __future__ import annotations

import asyncio
import socket

import pytest

from diagnostics.wire.knock import datagram_forbidden, knock


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_refusal_of_this_computer_comes_with_a_hop_limit_of_one(host: str) -> None:
    port = _free_port(host)
    found = asyncio.run(knock(host, port, 2.0, hop_limit=1))
    assert found.end == "refused"
    assert not found.expired


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_open_port_connects(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind((host, 0))
        server.listen()
        found = asyncio.run(knock(host, int(server.getsockname()[1]), 2.0))
    assert found.end == "connected"


def test_a_port_that_swallows_questions_is_silent() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        place = ("127.0.0.1", int(server.getsockname()[1]))
        waiting = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(4)]
        try:
            for sock in waiting:  # they fill the queue of connections that nobody takes
                sock.setblocking(False)
                sock.connect_ex(place)
            found = asyncio.run(knock(*place, 0.3))
        finally:
            for sock in waiting:
                sock.close()
    assert found.end == "silent"
    assert found.took_ms >= 250


def test_nothing_forbids_a_datagram_to_ourselves() -> None:
    assert not datagram_forbidden("127.0.0.1", 9)
