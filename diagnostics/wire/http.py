"""One HTTP/1.1 request with every phase timed."""

import asyncio
import email.utils
import ssl
import time

import msgspec

from diagnostics.wire import http_message, url
from diagnostics.wire.certificate import Certificate
from diagnostics.wire.channel import Channel
from diagnostics.wire.command import StreamCommand
from diagnostics.wire.errors import BadAnswer, NameNotFound, TimedOut, WireError
from diagnostics.wire.lookup import system_lookup
from diagnostics.wire.source import ANY, Family, Source
from diagnostics.wire.tcp import connect
from diagnostics.wire.tls import shown_certificate, trusting_context


class Timing(msgspec.Struct, frozen=True):
    """Milliseconds of each phase, one after the other; None for a phase not reached.

    `dns_ms` and `tls_ms` are None also where there was no such phase;
    `first_byte_ms` runs from the request to the first byte of the answer.
    """

    dns_ms: float | None
    connect_ms: float | None
    tls_ms: float | None
    first_byte_ms: float | None
    total_ms: float


class HttpAnswer(msgspec.Struct, frozen=True):
    """Status, headers (names in lower case, order kept) and bounded body.

    `body_complete` is false when `max_body` or the server cut it.  `date` is the
    Date header as Unix seconds, `received_at` the own clock at the first byte.
    """

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_complete: bool
    address: str
    local_address: str
    timing: Timing
    date: float | None
    received_at: float
    tls_version: str | None
    certificate: Certificate | None
    redirected: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """First value of a header, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)


class HttpPlan(msgspec.Struct, frozen=True):
    """How to fetch.

    `family` "any" tries the addresses as the system orders them.  `address`
    connects there instead of looking the host up.  `proxy` is
    "http://host:port".  `redirects`: how many to follow.  `command` see
    `lookup.system_lookup`.  `body` is sent with its length.
    `answer_s` is granted from the request on, however long the way to it took.
    """

    family: Family = "any"
    address: str = ""
    timeout_s: float = 8.0
    connect_timeout_s: float = 4.0
    answer_s: float = 0.0
    max_body: int = 65_536
    source: Source = ANY
    proxy: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    redirects: int = 0
    user_agent: str = "firsthop"
    verify: bool = True
    command: StreamCommand | None = None
    body: bytes = b""


class _Clock:
    """Takes the time of each phase as it ends; knows where a failure happened."""

    def __init__(self) -> None:
        self.begun: float = time.perf_counter()
        self._last: float = self.begun
        self.phase: str = "dns"
        self.address: str = ""
        self.spent_ms: dict[str, float] = {}

    def enter(self, phase: str) -> None:
        self.phase = phase
        self._last = time.perf_counter()

    def done(self) -> None:
        self.spent_ms[self.phase] = (time.perf_counter() - self._last) * 1000

    def timing(self) -> Timing:
        get = self.spent_ms.get
        total_ms = (time.perf_counter() - self.begun) * 1000
        return Timing(get("dns"), get("connect"), get("tls"), get("first_byte"), total_ms)


class HttpFailure(msgspec.Struct, frozen=True):
    """How far a failed request came.

    `phase`: "dns", "connect", "tls", "first_byte" or "body".
    """

    error: WireError
    phase: str
    address: str
    timing: Timing


async def attempt(
    location: str, plan: HttpPlan | None = None, context: ssl.SSLContext | None = None
) -> HttpAnswer | HttpFailure:
    """As `get`, but a network failure is a value that tells how far it came."""
    clock = _Clock()
    try:
        return await _follow(location, plan or HttpPlan(), context, clock)
    except WireError as error:
        return HttpFailure(error, clock.phase, clock.address, clock.timing())


async def get(
    location: str, plan: HttpPlan | None = None, context: ssl.SSLContext | None = None
) -> HttpAnswer:
    """Fetch http:// or https://; any status is an answer.

    Raises NameNotFound, LookupFailed, TimedOut, Refused, Unreachable, Reset,
    TlsRejected, TlsFailed, BadAnswer, TooLarge; ValueError for a URL it cannot use.
    """
    return await _follow(location, plan or HttpPlan(), context, _Clock())


async def _follow(
    location: str, plan: HttpPlan, context: ssl.SSLContext | None, clock: _Clock
) -> HttpAnswer:
    deadline_s = asyncio.get_running_loop().time() + plan.timeout_s
    target = url.parse(location)
    passed: list[str] = []
    while True:
        answer = await _once(target, plan, context, clock, deadline_s)
        onward = answer.header("location")
        if not 300 <= answer.status < 400 or onward is None or len(passed) >= plan.redirects:
            return msgspec.structs.replace(answer, redirected=tuple(passed))
        passed.append(str(target))
        try:
            target = url.joined(target, onward)
        except ValueError as error:
            raise BadAnswer(f"redirected to something that is {error}") from None
        clock.enter("dns")


async def _once(
    target: url.Url,
    plan: HttpPlan,
    context: ssl.SSLContext | None,
    clock: _Clock,
    deadline_s: float,
) -> HttpAnswer:
    proxy = url.parse(plan.proxy) if plan.proxy else None
    channel = await _open(proxy or target, plan, clock, deadline_s, target.host)
    try:
        if target.secure:
            if proxy is not None:
                await _through(channel, target)
            clock.enter("tls")
            await channel.secure(context or trusting_context(verify=plan.verify))
            clock.done()
        channel.grant(plan.answer_s)
        return await _exchange(channel, target, plan, clock, proxied=proxy is not None)
    finally:
        channel.close()


async def _open(
    place: url.Url, plan: HttpPlan, clock: _Clock, deadline_s: float, host: str
) -> Channel:
    loop = asyncio.get_running_loop()
    addresses = await _addresses(place, plan, clock, deadline_s)
    failure: WireError | None = None
    for address in addresses:
        clock.enter("connect")
        clock.address = address
        left_s = min(plan.connect_timeout_s, deadline_s - loop.time())
        if left_s <= 0:
            break
        try:
            sock = await connect(address, place.port, left_s, plan.source)
        except WireError as error:
            failure = failure or error
            continue
        clock.done()
        return Channel(sock, host, deadline_s)
    raise failure or TimedOut(f"connecting to {place.host}: no time left")


async def _addresses(
    place: url.Url, plan: HttpPlan, clock: _Clock, deadline_s: float
) -> tuple[str, ...]:
    if plan.address and not plan.proxy:
        return (plan.address,)
    if ":" in place.host or place.host.replace(".", "").isdigit():
        return (place.host,)
    clock.enter("dns")
    left_s = deadline_s - asyncio.get_running_loop().time()
    found = await system_lookup(place.host, left_s, plan.command)
    clock.done()
    chosen = {"any": found.addresses, "ipv4": found.ipv4, "ipv6": found.ipv6}[plan.family]
    if not chosen:
        raise NameNotFound(f"{place.host} has no {plan.family} address")
    return chosen[:4]


async def _through(channel: Channel, target: url.Url) -> None:
    """Ask a proxy for a tunnel (RFC 9110 section 9.3.6)."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    place = f"{host}:{target.port}"
    await channel.send(http_message.request("CONNECT", place, place, ()))
    head = await http_message.Incoming(channel).head()
    if not 200 <= head.status < 300:
        raise BadAnswer(f"the proxy refused the connection with status {head.status}")


async def _exchange(
    channel: Channel, target: url.Url, plan: HttpPlan, clock: _Clock, *, proxied: bool
) -> HttpAnswer:
    asked = str(target) if proxied and not target.secure else target.path
    headers = (
        ("User-Agent", plan.user_agent),
        ("Accept", "*/*"),
        ("Connection", "close"),
        *((("Content-Length", str(len(plan.body))),) if plan.body else ()),
        *plan.headers,
    )
    clock.enter("first_byte")
    head = http_message.request(plan.method, asked, target.authority, headers)
    await channel.send(head + plan.body)
    incoming = http_message.Incoming(channel)
    await incoming.first_byte()
    clock.done()
    received_at = time.time()
    clock.enter("body")
    answer = await incoming.head()
    body, whole = await incoming.body(answer, plan.max_body, bodiless=plan.method == "HEAD")
    secured = channel.tls
    return HttpAnswer(
        url=str(target),
        status=answer.status,
        reason=answer.reason,
        headers=answer.headers,
        body=body,
        body_complete=whole,
        address=clock.address,
        local_address=channel.local_address,
        timing=clock.timing(),
        date=_date(answer.header("date")),
        received_at=received_at,
        tls_version=secured.version() if secured else None,
        certificate=shown_certificate(secured) if secured else None,
    )


def _date(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
