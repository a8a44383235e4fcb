"""Round trips a minute under load (draft-ietf-ippm-responsiveness-09).

While one direction is full, small requests on connections of their own show how long a new
connection and an answer take ("foreign" probes); the load's own connections are HTTP/1.1, so for
them the kernel's round trip stands in ("self" probes), as the draft allows.  The draft's interval
of 5 s would fill a line for a minute; here it is 0.25 s, and the last four count, as there.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from statistics import fmean, pstdev
from types import TracebackType
from typing import Literal, Self

import msgspec

from diagnostics.wire import url
from diagnostics.wire.errors import (
    NotPermitted,
    NotSupported,
    Refused,
    Unreachable,
    WireError,
)
from diagnostics.wire.http import HttpPlan, get
from diagnostics.wire.tls import trusting_context

Confidence = Literal["low", "medium", "high"]
INTERVAL_S = 0.25
MOVING_INTERVALS = 4  # MAD
_STABLE = 0.05  # SDT
_KEPT = 0.95  # TMP: the slowest twentieth is left out
_LEAST_PROBES = 4
_TIMEOUT_S = 4.0
_RATE_HZ = 12.0
#: A server that lets few connections in shall have room for the load's own.
_AT_ONCE = 6
_NO_SUCH_RANGE = 416
#: The draft grants probes so much of the line (section 4.4, "max 5 % of the capacity").
_SHARE = 0.05
# Both ways together: handshake, question, answer and end; with TLS two to four certificates more.
_COST_BYTES, _COST_TLS_BYTES = 900, 5_500
#: ten full segments (RFC 6928) and what surrounds them
_WINDOW_BYTES = 15_500
#: A handshake takes two round trips with these (RFC 5246, 7.3), one from TLS 1.3 on.
_TWO_TRIPS = ("TLSv1", "TLSv1.1", "TLSv1.2")


class ForeignProbe(msgspec.Struct, frozen=True):
    """One request on a new connection; milliseconds of a round trip each.

    `at_s`: when it ended, on the event loop's clock.  `tls_ms` None without TLS.
    """

    at_s: float
    tcp_ms: float
    tls_ms: float | None
    http_ms: float


class SelfProbe(msgspec.Struct, frozen=True):
    """Round trip of the load's own connections at this moment (event loop's clock)."""

    at_s: float
    rtt_ms: float


class Responsiveness(msgspec.Struct, frozen=True):
    """`rpm` round trips a minute; the means it is made of, and from how many probes."""

    rpm: float
    confidence: Confidence
    foreign_ms: float
    self_ms: float
    probes: int


class ForeignProbes:
    """Context manager: asks for `place` at `addresses` again and again while inside.

    Twelve times a second at most, and never so often that the questions and what comes back take
    more than a twentieth of what the line carries: `line_carries` says how much that is.
    """

    def __init__(self, place: url.Url, addresses: Sequence[str]) -> None:
        self._place = place
        self._addresses = tuple(addresses)
        self._interval_s = 1 / _RATE_HZ
        self._most_bps = 0.0
        self._heard = asyncio.Event()
        #: What one question moves on the wire, as far as is known.
        self._cost_bytes = _COST_TLS_BYTES if place.secure else _COST_BYTES
        self._loop = asyncio.get_running_loop()
        self._ticking: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self._context: ssl.SSLContext | None = None
        self.found: list[ForeignProbe] = []

    async def __aenter__(self) -> Self:
        if self._place.secure:
            self._context = trusting_context(verify=False)
        self._ticking = asyncio.create_task(self._tick())
        return self

    def line_carries(self, rate_bps: float) -> None:
        """Called again and again while the line is measured."""
        if rate_bps <= self._most_bps:
            return
        self._most_bps = rate_bps
        self._pace()
        self._heard.set()

    def _pace(self) -> None:
        if self._most_bps > 0:
            share_s = 8 * self._cost_bytes / (_SHARE * self._most_bps)
            self._interval_s = max(1 / _RATE_HZ, share_s)

    async def _tick(self) -> None:
        while True:
            if len(self._asking) < _AT_ONCE:
                task = asyncio.create_task(self._ask())
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
            asked_s = self._loop.time()
            while self._loop.time() < asked_s + self._interval_s:
                self._heard.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(asked_s + self._interval_s):
                        await self._heard.wait()

    async def _ask(self) -> None:
        address = self._addresses[0]
        plan = HttpPlan(
            address=address,
            timeout_s=_TIMEOUT_S,
            connect_timeout_s=_TIMEOUT_S,
            max_body=64,
            # who knows no `bytes=1` in the address may know this (RFC 9110, 14.2)
            headers=(("Range", "bytes=0-0"),),
        )
        try:
            answer = await get(str(self._place), plan, self._context)
        except (Unreachable, Refused, NotSupported, NotPermitted):
            self._elsewhere(address)
            return
        except (WireError, ValueError):
            return  # a lost probe has no time; loss is measured elsewhere
        if not answer.body_complete:
            # not a small answer: a first window of it is on its way each time
            self._cost_bytes = max(self._cost_bytes, _WINDOW_BYTES)
            self._pace()
        if not 200 <= answer.status < 300 and answer.status != _NO_SUCH_RANGE:
            return  # a refusal may come from before the server
        timing = answer.timing
        if timing.connect_ms is not None and timing.first_byte_ms is not None:
            tls_ms = timing.tls_ms
            if tls_ms is not None and answer.tls_version in _TWO_TRIPS:
                tls_ms /= 2
            self.found.append(
                ForeignProbe(self._loop.time(), timing.connect_ms, tls_ms, timing.first_byte_ms)
            )

    def _elsewhere(self, address: str) -> None:
        if len(self._addresses) > 1 and self._addresses[0] == address:
            self._addresses = self._addresses[1:]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = [*self._asking, *([self._ticking] if self._ticking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def responsiveness(
    foreign: Sequence[ForeignProbe],
    own: Sequence[SelfProbe],
    since_s: float,
    until_s: float,
) -> Responsiveness | None:
    """Of the last four intervals before `until_s`; `since_s`: when the line was full.

    Where a probe takes a second itself (half a second of queue) few end in that time: then of all
    since the line was full, with low confidence. None when even these are fewer than make a figure.
    """
    intervals = int((until_s - since_s) / INTERVAL_S + 1e-9)
    latest = _figure(foreign, own, max(since_s, until_s - MOVING_INTERVALS * INTERVAL_S), until_s)
    all_of_it = _figure(foreign, own, since_s, until_s) if latest is None else None
    if (found := latest or all_of_it) is None:
        return None
    rpm, foreign_ms, self_ms, probes = found
    confidence: Confidence = "low"
    if latest is not None and intervals >= MOVING_INTERVALS:
        confidence = "medium"
        if _is_stable(foreign, own, intervals, until_s, rpm):
            confidence = "high"
    return Responsiveness(rpm, confidence, foreign_ms, self_ms, probes)


def _is_stable(
    foreign: Sequence[ForeignProbe],
    own: Sequence[SelfProbe],
    intervals: int,
    until_s: float,
    rpm: float,
) -> bool:
    """The figures of the last four intervals, each of all before it up to four, agree."""
    values: list[float] = []
    for back in range(min(MOVING_INTERVALS, intervals)):
        end_s = until_s - back * INTERVAL_S
        reach = min(MOVING_INTERVALS, intervals - back)
        figure = _figure(foreign, own, end_s - reach * INTERVAL_S, end_s)
        if figure is None:
            return False
        values.append(figure[0])
    return len(values) == MOVING_INTERVALS and pstdev(values) <= _STABLE * rpm


def _figure(
    foreign: Sequence[ForeignProbe], own: Sequence[SelfProbe], since_s: float, until_s: float
) -> tuple[float, float, float, int] | None:
    probes = [probe for probe in foreign if since_s <= probe.at_s < until_s]
    loaded = [probe.rtt_ms for probe in own if since_s <= probe.at_s < until_s and probe.rtt_ms > 0]
    if len(probes) < _LEAST_PROBES or not loaded:
        return None
    parts = [_trimmed([p.tcp_ms for p in probes]), _trimmed([p.http_ms for p in probes])]
    if secured := [p.tls_ms for p in probes if p.tls_ms is not None]:
        parts.append(_trimmed(secured))
    foreign_ms, self_ms = fmean(parts), _trimmed(loaded)
    if foreign_ms <= 0 or self_ms <= 0:
        return None
    rpm = (60_000 / foreign_ms + 60_000 / self_ms) / 2
    return rpm, foreign_ms, self_ms, len(probes)


def _trimmed(values: Sequence[float]) -> float:
    """Mean without the slowest twentieth."""
    ranked = sorted(values)
    return fmean(ranked[: max(1, int(len(ranked) * _KEPT + 1e-9))])
