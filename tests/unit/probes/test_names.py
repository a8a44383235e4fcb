"""What a resolver is asked, against a server on loopback that leaves some questions unanswered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import dns.message
import dns.rcode
import dns.rrset
import pytest

from diagnostics.probes.names import ask_resolver
from diagnostics.readings.addressing import ResolverRole
from diagnostics.readings.names import ResolverReading
from diagnostics.sounding.resolvers import Resolver
from diagnostics.wire.dns import DnsPlan

SITES = ("one.example", "two.example", "three.example")
FIRST = 12


class _Server(asyncio.DatagramProtocol):
    """Answers question `n` where `heard(n)`, counted from 0 in the order of their coming."""

    def __init__(self, heard: Callable[[int], bool]) -> None:
        self._heard = heard
        self._transport: asyncio.DatagramTransport | None = None
        self.asked = 0

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        number, self.asked = self.asked, self.asked + 1
        if not self._heard(number):
            return
        question = dns.message.from_wire(data)
        response = dns.message.make_response(question, recursion_available=True)
        name = question.question[0].name
        if name.to_text() in {f"{site}." for site in SITES}:
            response.answer = [dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.1")]
        else:
            response.set_rcode(dns.rcode.NXDOMAIN)
        assert self._transport is not None
        self._transport.sendto(response.to_wire(), addr)


async def _asked(heard: Callable[[int], bool]) -> tuple[ResolverReading, int]:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: _Server(heard), local_addr=("127.0.0.1", 0)
    )
    plan = DnsPlan(
        timeout_s=0.4, attempts=1, port=transport.get_extra_info("sockname")[1], retry_tcp=False
    )
    try:
        resolver = Resolver(address="127.0.0.1", role=ResolverRole.ROUTER, in_use=True)
        reading = await ask_resolver(resolver, SITES, plan)
    finally:
        transport.close()
    return reading, server.asked


def test_a_sound_resolver_is_asked_no_more_than_needed() -> None:
    reading, asked = asyncio.run(_asked(lambda _: True))
    assert reading.cached.sent == reading.cached.succeeded == 8
    assert reading.uncached.succeeded == reading.absent.succeeded == 2
    assert asked == FIRST + 2  # two that fill its cache are not counted


@pytest.mark.parametrize("lost", [6, 11])
def test_where_one_stays_unanswered_it_is_asked_on(lost: int) -> None:
    reading, asked = asyncio.run(_asked(lambda number: number != lost))
    sent = reading.cached.sent + reading.uncached.sent + reading.absent.sent
    answered = reading.cached.answered + reading.uncached.answered + reading.absent.answered
    assert sent == FIRST + 16
    assert answered == sent - 1
    assert asked == sent + 2


def test_one_that_loses_every_third_shows_its_share() -> None:
    reading, _ = asyncio.run(_asked(lambda number: number % 3 != 2))
    sent = reading.cached.sent + reading.uncached.sent + reading.absent.sent
    answered = reading.cached.answered + reading.uncached.answered + reading.absent.answered
    assert 0.55 <= answered / sent <= 0.8


def test_a_dead_one_is_not_asked_on() -> None:
    reading, asked = asyncio.run(_asked(lambda _: False))
    assert reading.cached.answered == reading.uncached.answered == reading.absent.answered == 0
    assert asked <= FIRST
