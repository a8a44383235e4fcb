"""DNS questions to one given server, timed."""

import asyncio
import ipaddress
import struct
import time
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import msgspec

from diagnostics.wire import meter
from diagnostics.wire.errors import BadAnswer, Reset, TimedOut, wire_error
from diagnostics.wire.source import ANY, Source
from diagnostics.wire.tcp import connect
from diagnostics.wire.udp import Datagram, UdpExchange

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
    message: dns.message.Message
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
    question = _question(name, rdtype)
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
    truncated = bool(heard.message.flags & dns.flags.TC)
    if truncated and plan.retry_tcp and heard.transport == "udp":
        heard = await _ask(server, question, "tcp", plan)
    return _answer(server, question, heard, lost, truncated=truncated)


def _question(name: str, rdtype: str) -> dns.message.QueryMessage:
    try:
        return dns.message.make_query(
            dns.name.from_text(name), dns.rdatatype.from_text(rdtype), use_edns=0, payload=1232
        )
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"cannot ask for {rdtype} of {name!r}: {error}") from None


async def _ask(
    server: str, question: dns.message.QueryMessage, transport: Transport, plan: DnsPlan
) -> _Heard:
    # A fresh id each time, so that the late answer to one attempt is not taken for the next.
    question.id = dns.message.make_query(".", "A").id
    if transport == "tcp":
        return await _ask_tcp(server, question, plan)
    exchange = UdpExchange(server, plan.port, plan.source, f"asking {server} port {plan.port}")
    try:
        exchange.send(question.to_wire())
        deadline = time.monotonic() + plan.timeout_s
        while True:
            datagram = await exchange.receive(max(0.0, deadline - time.monotonic()))
            if message := _parse_reply(question, datagram):
                return _Heard(message, datagram.rtt_ms, "udp")
    finally:
        exchange.close()


def _parse_reply(
    question: dns.message.QueryMessage, datagram: Datagram
) -> dns.message.Message | None:
    """None for a datagram that belongs to another question."""
    if len(datagram.data) < 12 or datagram.data[:2] != question.id.to_bytes(2, "big"):
        return None
    return _message(datagram.data, question)


def _message(data: bytes, question: dns.message.QueryMessage) -> dns.message.Message:
    try:
        message = dns.message.from_wire(data, ignore_trailing=True, raise_on_truncation=False)
    except (dns.exception.DNSException, ValueError, struct.error) as error:
        raise BadAnswer(f"the DNS answer cannot be read: {type(error).__name__}") from None
    if not message.flags & dns.flags.QR or (message.question and not question.is_response(message)):
        raise BadAnswer("the DNS answer is to another question")
    return message


async def _ask_tcp(server: str, question: dns.message.QueryMessage, plan: DnsPlan) -> _Heard:
    begun = time.perf_counter()
    sock = await connect(server, plan.port, plan.timeout_s, plan.source)
    loop = asyncio.get_running_loop()
    packet = question.to_wire()
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
    question: dns.message.QueryMessage,
    heard: _Heard,
    lost: int,
    *,
    truncated: bool,
) -> DnsAnswer:
    message, asked = heard.message, question.question[0]
    cnames = _texts(message, dns.rdatatype.CNAME)[:_MAX_CNAMES]
    own = asked.rdtype == dns.rdatatype.CNAME
    records = cnames if own else _texts(message, asked.rdtype)
    addresses = _texts(message, dns.rdatatype.A) + _texts(message, dns.rdatatype.AAAA)
    ttls = [rrset.ttl for rrset in message.answer]
    return DnsAnswer(
        server=server,
        name=asked.name.to_text(omit_final_dot=True),
        rdtype=dns.rdatatype.to_text(asked.rdtype),
        rcode=dns.rcode.to_text(message.rcode()),
        addresses=tuple(str(ipaddress.ip_address(a)) for a in addresses),
        records=records,
        cnames=() if own else cnames,
        rtt_ms=heard.rtt_ms,
        attempts_lost=lost,
        truncated=truncated,
        transport=heard.transport,
        authenticated=bool(message.flags & dns.flags.AD),
        recursion_available=bool(message.flags & dns.flags.RA),
        min_ttl_s=min(ttls) if ttls else None,
    )


def _texts(message: dns.message.Message, rdtype: dns.rdatatype.RdataType) -> tuple[str, ...]:
    records: list[dns.rdata.Rdata] = []
    for rrset in message.answer:
        if rrset.rdtype == rdtype:
            records.extend(rrset)
    return tuple(record.to_text() for record in records)
