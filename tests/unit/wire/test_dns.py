"""DNS questions to servers on loopback."""

import asyncio
import socket
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from diagnostics.wire import errors
from diagnostics.wire.dns import DnsAnswer, DnsPlan, query

Reply = Callable[[bytes], list[bytes]]


class _Server(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        for answer in self._reply(data):
            self._transport.sendto(answer, addr)


async def _ask(reply: Reply, plan: DnsPlan, rdtype: str, host: str) -> DnsAnswer:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Server(reply), local_addr=(host, 0))
    port: int = transport.get_extra_info("sockname")[1]

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        for answer in full(await reader.readexactly(size)):
            writer.write(len(answer).to_bytes(2, "big") + answer)
        writer.close()

    tcp = await asyncio.start_server(stream, host, port)
    try:
        asked = DnsPlan(
            plan.timeout_s, plan.attempts, port, plan.transport, plan.retry_tcp, plan.source
        )
        return await query(host, "name.example", rdtype, asked)
    finally:
        transport.close()
        tcp.close()
        await tcp.wait_closed()


def ask(
    reply: Reply, plan: DnsPlan | None = None, rdtype: str = "A", host: str = "127.0.0.1"
) -> DnsAnswer:
    return asyncio.run(_ask(reply, plan or DnsPlan(timeout_s=0.3), rdtype, host))


def full(data: bytes) -> list[bytes]:
    response = dns.message.make_response(dns.message.from_wire(data), recursion_available=True)
    response.answer = [
        dns.rrset.from_text("name.example.", 60, "IN", "CNAME", "other.example."),
        dns.rrset.from_text("other.example.", 30, "IN", "A", "192.0.2.1", "192.0.2.2"),
    ]
    return [response.to_wire()]


def failing(rcode: dns.rcode.Rcode) -> Reply:
    def reply(data: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.set_rcode(rcode)
        return [response.to_wire()]

    return reply


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_answer_with_its_chain(host: str) -> None:
    answer = ask(full, host=host)
    assert answer.rcode == "NOERROR"
    assert sorted(answer.addresses) == ["192.0.2.1", "192.0.2.2"]
    assert answer.cnames == ("other.example.",)
    assert (answer.min_ttl_s, answer.transport, answer.attempts_lost) == (30, "udp", 0)
    assert answer.recursion_available
    assert 0 < answer.rtt_ms < 200


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_a_refusal_is_an_answer(rcode: dns.rcode.Rcode) -> None:
    answer = ask(failing(rcode))
    assert answer.rcode == dns.rcode.to_text(rcode)
    assert answer.addresses == ()
    assert answer.min_ttl_s is None


def test_a_lost_attempt_is_counted() -> None:
    seen: list[bytes] = []

    def second_time(data: bytes) -> list[bytes]:
        seen.append(data)
        return full(data) if len(seen) > 1 else []

    answer = ask(second_time)
    assert answer.attempts_lost == 1
    assert answer.rtt_ms < 200
    assert seen[0][:2] != seen[1][:2]


def test_silence_and_a_closed_port_differ() -> None:
    with pytest.raises(errors.TimedOut):
        ask(lambda _data: [], DnsPlan(timeout_s=0.1))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with pytest.raises(errors.Refused):
        asyncio.run(query("127.0.0.1", "a.example", "A", DnsPlan(timeout_s=0.5, port=port)))


def test_truncated_is_asked_again_by_tcp() -> None:
    def truncated(data: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.flags |= dns.flags.TC
        return [response.to_wire()]

    answer = ask(truncated)
    assert answer.truncated
    assert answer.transport == "tcp"
    assert answer.addresses
    stayed = ask(truncated, DnsPlan(timeout_s=0.3, retry_tcp=False))
    assert (stayed.transport, stayed.addresses) == ("udp", ())


def test_tcp_by_choice() -> None:
    assert ask(full, DnsPlan(timeout_s=1.0, transport="tcp")).transport == "tcp"


def test_a_foreign_answer_is_passed_over() -> None:
    def forged_first(data: bytes) -> list[bytes]:
        (right,) = full(data)
        return [bytes([right[0] ^ 1]) + right[1:], right]

    assert ask(forged_first).addresses


@pytest.mark.parametrize("junk", [b"", b"\x81\x80", b"\xff" * 40])
def test_junk_is_a_bad_answer(junk: bytes) -> None:
    with pytest.raises(errors.BadAnswer):
        ask(lambda data: [data[:2] + b"\x81\x80" + b"\xff" * 8 + junk])


def test_an_unusable_name_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="cannot ask"):
        asyncio.run(query("127.0.0.1", "a" * 70 + ".example"))


def test_an_answer_that_lay_there_while_the_computer_was_busy_counts() -> None:
    """The processor is held beyond the time given; the answer had come long before."""

    async def asked() -> DnsAnswer:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            plan = DnsPlan(timeout_s=0.2, attempts=1, port=server.getsockname()[1])
            question = asyncio.create_task(query("127.0.0.1", "name.example", "A", plan))
            await asyncio.sleep(0.05)
            data, peer = server.recvfrom(512)
            for answer in full(data):
                server.sendto(answer, peer)
            until_s = loop.time() + 0.4
            while loop.time() < until_s:
                pass
            return await question

    assert asyncio.run(asked()).rtt_ms < 200
