"""The routers on the way, all at once and without root."""

import asyncio
import ipaddress
from collections import Counter
from typing import Literal

import msgspec

from diagnostics.wire.errors import NotPermitted, NotSupported
from diagnostics.wire.source import ANY, Source
from diagnostics.wire.trace_flow import Flow, Heard, Probes, TraceMethod
from diagnostics.wire.trace_way import open_probes


class Silent(msgspec.Struct, frozen=True, tag="silent"):
    """Nobody answered at this distance: not the same as broken."""

    ttl: int
    probes_sent: int


class Hop(msgspec.Struct, frozen=True, tag="hop"):
    """Who answered at this distance.

    `rtts_ms` in order of sending; `icmp_type`/`icmp_code` of an answer (0 and
    129: the target's echo, 3 and 1: unreachable, 11 and 3: time exceeded in IPv4
    and IPv6); `mtu` of the next link when it said "too big"; `others`: further
    addresses that answered at the same distance (balanced path).
    """

    ttl: int
    address: str
    rtts_ms: tuple[float, ...]
    probes_sent: int
    icmp_type: int
    icmp_code: int
    is_target: bool = False
    mtu: int | None = None
    others: tuple[str, ...] = ()

    @property
    def best_ms(self) -> float:
        return min(self.rtts_ms)

    @property
    def loss_ratio(self) -> float:
        """0..1 of the probes to this distance.

        Routers limit how many errors they send (Linux: 6 at once, then one a
        second), so loss here means something only if later hops lose as well.
        """
        return max(0.0, 1 - len(self.rtts_ms) / self.probes_sent)


class Trace(msgspec.Struct, frozen=True):
    """The path as far as it answered.

    `hops`: one value a distance, from 1 on, up to the target, or up to the last
    distance that answered when the target did not (then at least one `Silent`
    follows, to show where it ends).  `stopped_by` "unreachable": the last hop
    said so.
    """

    target: str
    method: TraceMethod
    hops: tuple[Hop | Silent, ...]
    reached: bool
    stopped_by: Literal["target", "unreachable", "silence"]
    duration_s: float


class TracePlan(msgspec.Struct, frozen=True):
    """How to trace. `rounds` probes a distance; who was silent in all gets `retries` more."""

    max_hops: int = 30
    rounds: int = 3
    round_interval_s: float = 0.05
    retries: int = 0
    timeout_s: float = 1.0
    port: int = 33434
    source: Source = ANY
    method: Literal["auto", "icmp", "udp"] = "auto"


_FIRST_WAVE = 12
_NEXT_WAVE = 6
_WAVE_S = 0.03
_SLOTS = 64  # probe number = round * 64 + distance
_ECHO = {0, 129}
_EXCEEDED = {(4, 11), (6, 3)}
_POLL_S = 0.005


async def trace(target: str, plan: TracePlan | None = None) -> Trace:
    """Trace a literal address by ICMP or UDP, IPv4 or IPv6, all distances at once.

    Raises NotSupported (this system hands out no ICMP errors), NotPermitted,
    Unreachable when not one probe could be sent.
    """
    plan = plan or TracePlan()
    if plan.method == "udp":
        return await _traced(target, plan, "udp")
    try:
        found = await _traced(target, plan, "icmp")
    except NotPermitted as refusal:
        if plan.method == "icmp":
            raise
        return await _or_else(refusal, target, plan)
    # Somewhere pings are dropped and datagrams are not: look once more.
    if plan.method == "icmp" or (found.hops[:1] and isinstance(found.hops[0], Hop)):
        return found
    try:
        other = await _traced(target, plan, "udp")
    except NotSupported:  # Windows
        return found
    return other if _answering(other) > _answering(found) else found


async def _or_else(refusal: NotPermitted, target: str, plan: TracePlan) -> Trace:
    try:
        return await _traced(target, plan, "udp")
    except NotSupported:
        raise refusal from None


def _answering(found: Trace) -> int:
    return sum(isinstance(hop, Hop) for hop in found.hops)


async def _traced(target: str, plan: TracePlan, method: TraceMethod) -> Trace:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    path = _Path(target, plan)
    probes = open_probes(Flow(target, method, plan.port, path.heard), plan.source)
    try:
        await _rounds(path, probes, plan)
        for _ in range(plan.retries):
            await _retry(path, probes, plan)
    finally:
        probes.close()
    if probes.refusal is not None and not path.answers:
        raise probes.refusal
    return path.result(method, loop.time() - begun)


async def _rounds(path: "_Path", probes: Probes, plan: TracePlan) -> None:
    """First outwards in waves until the end is known, then the known distances again."""
    ttl = 0
    wave = _FIRST_WAVE
    while ttl < path.end():
        for _ in range(wave):
            if ttl < path.end():
                ttl += 1
                path.send(probes, ttl)
        wave = _NEXT_WAVE
        await asyncio.sleep(_WAVE_S)
        probes.collect()
    # Who is silent so far is asked again anyway: once the end is known nobody is waited for.
    await path.wait(probes, plan.timeout_s, ended=True)
    if probes.flow.quoted_too_little:
        probes.flow.vary_port = True
    for _ in range(1, plan.rounds):
        for distance in range(1, path.horizon() + 1):
            path.send(probes, distance)
        await asyncio.sleep(plan.round_interval_s)
    await path.wait(probes, plan.timeout_s)


async def _retry(path: "_Path", probes: Probes, plan: TracePlan) -> None:
    silent = path.silent()
    if silent:
        for distance in silent:
            path.send(probes, distance)
        await path.wait(probes, plan.timeout_s)


class _Path:
    """What is known so far; numbers are round * 64 + distance."""

    def __init__(self, target: str, plan: TracePlan) -> None:
        self._target = target
        self._version = ipaddress.ip_address(target).version
        self._plan = plan
        self._sent: Counter[int] = Counter()
        self._last_sent_s = 0.0
        self._goal: int | None = None
        self._stop: int | None = None
        self.answers: dict[int, Heard] = {}

    def send(self, probes: Probes, ttl: int) -> None:
        number = self._sent[ttl] * _SLOTS + ttl
        self._sent[ttl] += 1
        self._last_sent_s = asyncio.get_running_loop().time()
        probes.send(number, ttl)

    def heard(self, answer: Heard) -> None:
        if answer.number in self.answers:
            return
        self.answers[answer.number] = answer
        ttl = answer.number % _SLOTS
        if self._is_target(answer):
            self._goal = min(self._goal or ttl, ttl)
        elif (self._version, answer.icmp_type) not in _EXCEEDED:
            self._stop = min(self._stop or ttl, ttl)

    def _is_target(self, answer: Heard) -> bool:
        return answer.icmp_type in _ECHO or answer.by == self._target.split("%")[0]

    def end(self) -> int:
        """The distance behind which nothing more is to be learnt."""
        return min(self._goal or self._plan.max_hops, self._stop or self._plan.max_hops)

    def _farthest(self) -> int:
        return max((number % _SLOTS for number in self.answers), default=0)

    def horizon(self) -> int:
        """Where further rounds go: up to the end, or a little behind the last answer."""
        if self._goal or self._stop:
            return self.end()
        return min(self._plan.max_hops, max(self._farthest(), 1) + 2)

    def silent(self) -> tuple[int, ...]:
        heard = {number % _SLOTS for number in self.answers}
        return tuple(ttl for ttl in range(1, self.horizon() + 1) if ttl not in heard)

    def _open(self) -> int:
        numbers = (
            turn * _SLOTS + ttl
            for ttl in range(1, self.end() + 1)
            for turn in range(self._sent[ttl])
        )
        return sum(number not in self.answers for number in numbers)

    async def wait(self, probes: Probes, timeout_s: float, *, ended: bool = False) -> None:
        """Until all have answered, or the late ones have become unlikely; `ended`: at the latest
        when the end is known.

        A hop before one that has answered ought to have answered in that time
        too: three times the slowest answer and 100 ms are given.  With the end
        unknown the whole time limit is.
        """
        loop = asyncio.get_running_loop()
        while self._open() and not (ended and (self._goal or self._stop)):
            limit_s = timeout_s
            if self._goal or self._stop:
                slowest_s = max(a.rtt_ms for a in self.answers.values()) / 1000
                limit_s = min(timeout_s, 0.1 + 3 * slowest_s)
            if loop.time() >= self._last_sent_s + limit_s:
                return
            await asyncio.sleep(_POLL_S)
            probes.collect()

    def result(self, method: TraceMethod, duration_s: float) -> Trace:
        last = (
            self.end()
            if self._goal or self._stop
            else min(self._farthest() + 1, self._plan.max_hops)
        )
        stopped_by: Literal["target", "unreachable", "silence"] = "silence"
        if self._goal is not None and self._goal <= (self._stop or self._goal):
            stopped_by = "target"
        elif self._stop is not None:
            stopped_by = "unreachable"
        return Trace(
            target=self._target,
            method=method,
            hops=tuple(self._hop(ttl) for ttl in range(1, last + 1)),
            reached=stopped_by == "target",
            stopped_by=stopped_by,
            duration_s=duration_s,
        )

    def _hop(self, ttl: int) -> Hop | Silent:
        found = [self.answers[n] for n in sorted(self.answers) if n % _SLOTS == ttl]
        if not found:
            return Silent(ttl, self._sent[ttl])
        by_whom = Counter(answer.by for answer in found)
        address = by_whom.most_common(1)[0][0]
        mine = next(answer for answer in found if answer.by == address)
        says_mtu = (self._version, mine.icmp_type, mine.icmp_code) == (4, 3, 4) or (
            self._version == 6 and mine.icmp_type == 2
        )
        return Hop(
            ttl=ttl,
            address=address,
            rtts_ms=tuple(answer.rtt_ms for answer in found),
            probes_sent=self._sent[ttl],
            icmp_type=mine.icmp_type,
            icmp_code=mine.icmp_code,
            is_target=self._is_target(mine),
            mtu=mine.info if says_mtu and mine.info else None,
            others=tuple(other for other in by_whom if other != address),
        )
