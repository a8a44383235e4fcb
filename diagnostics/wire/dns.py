"""DNS questions to one given server, timed."""

import asyncio
import time
from typing import Literal

import msgspec

from diagnostics.wire import dns_message, meter
from diagnostics.wire.dns_message import Question
from diagnostics.wire.errors import BadAnswer, Reset, TimedOut, wire_error
from diagnostics.wire.source import ANY, Source
from diagnostics.wire.tcp import connect
from diagnostics.wire.udp import UdpExchange

Transport = Literal["udp", "tcp"]
_MAX_CNAMES = 20


class DnsAnswer(msgspec.Struct, frozen=True):
    """What one server said.

    `rcode` in capitals ("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED" ...).
    `addresses`: A and AAAA of the answer; `records`: every answer record of the
    asked type as text; `cnames` the chain.  `rtt_ms` of the attempt that was
    answered (TCP: connecting included).  `attempts_lost`: attempts before it
    that got nothing.  `truncated`: TC was set (asked again by TCP if the plan
    says so).  `authenticated`: the AD bit.  `min_ttl_s` None without records.
    """

    server: str
    name: str
    rdtype: str
    rcode: str
    addresses: tuple[str, ...]
    records: tuple[str, ...]
    cnames: tuple[str, ...]
    rtt_ms: float
    attempts_lost: int
    truncated: bool
    transport: Transport
    authenticated: bool
    recursion_available: bool
    min_ttl_s: int | None


class DnsPlan(msgspec.Struct, frozen=True):
    """`timeout_s` is for one attempt; `retry_tcp`: ask again by TCP when truncated."""

    timeout_s: float = 1.5
    attempts: int = 2
    port: int = 53
    transport: Transport = "udp"
    retry_tcp: bool = True
    source: Source = ANY


class _Heard(msgspec.Struct, frozen=True):
    message: dns_message.Reply
    rtt_ms: float
    transport: Transport


async def query(
    server: str, name: str, rdtype: str = "A", plan: DnsPlan | None = None
) -> DnsAnswer:
    """Ask one server (literal address) one question.

    An NXDOMAIN or SERVFAIL is an answer.  Raises TimedOut, Refused (port
    unreachable), Unreachable, BadAnswer, Reset; ValueError for a bad name or type.
    """
    plan = plan or DnsPlan()
    question = dns_message.question(name, rdtype)
    lost = 0
    while True:
        try:
            heard = await _ask(server, question, plan.transport, plan)
            break
        except TimedOut:
            lost += 1
            if lost >= plan.attempts:
                raise TimedOut(
                    f"asking {server} for {name}: no answer to {lost} attempts"
                ) from None
    truncated = heard.message.truncated
    if truncated and plan.retry_tcp and heard.transport == "udp":
        heard = await _ask(server, question, "tcp", plan)
    return _answer(server, question, heard, lost, truncated=truncated)


async def _ask(server: str, question: Question, transport: Transport, plan: DnsPlan) -> _Heard:
    if transport == "tcp":
        return await _ask_tcp(server, question, plan)
    packet = question.message()
    exchange = UdpExchange(server, plan.port, plan.source, f"asking {server} port {plan.port}")
    try:
        exchange.send(packet)
        deadline = time.monotonic() + plan.timeout_s
        while True:
            datagram = await exchange.receive(max(0.0, deadline - time.monotonic()))
            # One with another id belongs to another question.
            if len(datagram.data) >= 12 and datagram.data[:2] == packet[:2]:
                return _Heard(_message(datagram.data, question), datagram.rtt_ms, "udp")
    finally:
        exchange.close()


def _message(data: bytes, question: Question) -> dns_message.Reply:
    try:
        message = dns_message.read(data)
    except ValueError as error:
        raise BadAnswer(f"the DNS answer cannot be read: {error}") from None
    if not message.is_response or message.asked not in (b"", question.asked):
        raise BadAnswer("the DNS answer is to another question")
    return message


async def _ask_tcp(server: str, question: Question, plan: DnsPlan) -> _Heard:
    begun = time.perf_counter()
    sock = await connect(server, plan.port, plan.timeout_s, plan.source)
    loop = asyncio.get_running_loop()
    packet = question.message()
    try:
        async with asyncio.timeout(plan.timeout_s):
            await loop.sock_sendall(sock, len(packet).to_bytes(2, "big") + packet)
            data = b""
            while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
                piece = await loop.sock_recv(sock, 65_537)
                if not piece:
                    raise Reset(f"asking {server} by TCP: closed without an answer")
                data += piece
    except TimeoutError:
        raise TimedOut(f"asking {server} by TCP: no answer") from None
    except OSError as error:
        raise wire_error(error, f"asking {server} by TCP") from None
    finally:
        sock.close()
    meter.current().sent(len(packet) + 2)
    meter.current().received(len(data))
    length = int.from_bytes(data[:2], "big")
    rtt_ms = (time.perf_counter() - begun) * 1000
    return _Heard(_message(data[2 : 2 + length], question), rtt_ms, "tcp")


def _answer(
    server: str,
    question: Question,
    heard: _Heard,
    lost: int,
    *,
    truncated: bool,
) -> DnsAnswer:
    message = heard.message
    cnames = message.texts(dns_message.CNAME)[:_MAX_CNAMES]
    own = question.type_number == dns_message.CNAME
    ttls = [record.ttl_s for record in message.answers]
    return DnsAnswer(
        server=server,
        name=question.name,
        rdtype=question.rdtype,
        rcode=message.rcode,
        addresses=message.texts(dns_message.A) + message.texts(dns_message.AAAA),
        records=cnames if own else message.texts(question.type_number),
        cnames=() if own else cnames,
        rtt_ms=heard.rtt_ms,
        attempts_lost=lost,
        truncated=truncated,
        transport=heard.transport,
        authenticated=message.authenticated,
        recursion_available=message.recursion_available,
        min_ttl_s=min(ttls) if ttls else None,
    )
