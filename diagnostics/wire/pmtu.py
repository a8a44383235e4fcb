"""The largest packet that gets through, and whether the path says so."""

import asyncio
from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec

from diagnostics.wire.echo import Complaint, Echo, EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.echo_socket import EchoSocket
from diagnostics.wire.errors import NotSupported, Unreachable
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import ANY, Source, family_of

State = Literal["full", "reported", "black_hole", "unclear"]


class PathMtu(msgspec.Struct, frozen=True):
    """All sizes are whole IP packets in bytes.

    `state`: "full" the interface's size passes; "reported" a router said "too
    big" and that size passes; "black_hole" bigger packets than `largest` vanish
    without a word (or with a wrong one), while small ones pass; "unclear" the
    target does not answer, or so much is lost that nothing follows.
    `largest` is the largest size seen to pass (0: none).  `reported_by`: the
    router, "" when none spoke; `reported_mtu` is None too where the system does not pass it on
    (Windows).  `small_*` and `big_*` are the cross-check
    against plain loss: `big` counts those above `largest`, or of full size.
    A target that ignores big pings looks like a black hole: ask two.
    """

    target: str
    state: State
    largest: int
    interface_mtu: int
    reported_mtu: int | None
    reported_by: str
    small_sent: int
    small_lost: int
    big_sent: int
    big_lost: int
    rtt_ms: float | None


class PmtuPlan(msgspec.Struct, frozen=True):
    """`full_size`: size to try first; 0 takes the interface's MTU (1500 at most)."""

    full_size: int = 0
    timeout_s: float = 1.0
    repeats: int = 4
    source: Source = ANY


# Smallest that IPv4 hosts must take whole (RFC 791), smallest link of IPv6 (RFC 8200).
_FLOOR = {4: 576, 6: 1280}
_HEADERS = {4: 28, 6: 48}
_SMALL = 100
_ETHERNET = 1500
_RUNGS = 7
_SPACING_S = 0.005
_POLL_S = 0.005
#: MTU of links that carry less than Ethernet: PPPoE, tunnels, mobile networks
_LINKS = (1492, 1480, 1472, 1460, 1450, 1440, 1430, 1420, 1400, 1380, 1360, 1320, 1280)


class _Sized(Protocol):
    """Echoes of any size to one target; what comes back is entered into a ledger."""

    interface_mtu: int | None

    def never_fragment(self) -> None: ...

    def link_mtu(self) -> int | None: ...

    def send(self, size: int) -> int: ...

    def collect(self) -> None: ...

    def close(self) -> None: ...


def _sized(target: str, plan: EchoPlan, ledger: Ledger) -> _Sized:
    if KERNEL.name != "windows":
        return EchoSocket(target, plan, ledger)
    # Others need not load what only Windows has.
    from diagnostics.wire.icmp_windows import load_icmp_library  # noqa: PLC0415
    from diagnostics.wire.pmtu_windows import WindowsSizes  # noqa: PLC0415

    return WindowsSizes(target, plan.source, plan.timeout_s, ledger, load_icmp_library())


async def path_mtu(target: str, plan: PmtuPlan | None = None) -> PathMtu:
    """Find the path MTU to a literal address that answers ping, without root.

    Takes a few round trips; at most some 6 s.  Raises NotPermitted,
    NotSupported, Unreachable.
    """
    plan = plan or PmtuPlan()
    search = _Search(target, plan)
    try:
        return await search.run()
    finally:
        search.close()


class _Search:
    def __init__(self, target: str, plan: PmtuPlan) -> None:
        self._target = target
        self._plan = plan
        self._version = 4 if family_of(target) == family_of("0.0.0.0") else 6  # noqa: S104
        echo_plan = EchoPlan(timeout_s=plan.timeout_s, source=plan.source)
        self._ledger = Ledger(target, "icmp", echo_plan)
        self._socket = _sized(target, echo_plan, self._ledger)
        self._sizes: dict[int, int] = {}  # probe number -> packet size
        self._limit_s = plan.timeout_s
        try:
            self._socket.never_fragment()
        except NotSupported:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    async def run(self) -> PathMtu:
        full = self._full_size()
        repeats = self._plan.repeats
        await self._try([s for _ in range(repeats) for s in (_SMALL, full)])
        for less in (size for size in _LINKS if size < full):
            if not self._refused_here(full):
                break
            full = less  # the system told another MTU than it keeps to
            await self._try([s for _ in range(repeats) for s in (_SMALL, full)])
        self._check_reachable()
        if self._rtts_ms():
            # From here on a packet that needs three round trips is a lost one.
            self._limit_s = min(self._plan.timeout_s, 0.15 + 3 * max(self._rtts_ms()) / 1000)
        if not self._passed(_SMALL) or self._passed(full):
            return self._result("full" if self._passed(full) else "unclear", full)
        for _ in range(4):  # a path may narrow more than once
            told = self._told()
            if told is None or self._answered_any(told.mtu or 0):
                break
            await self._try([told.mtu or 0] * repeats)
        told = self._told()
        if told is not None and self._answered_any(told.mtu or 0):
            return self._result("reported", full)
        await self._climb(full)
        if self._spoken() and self._ends_with_words():
            return self._result("reported", full)
        # What made us climb proves nothing: of many lossy paths some lose the first full ones.
        above = self._above(full)
        await self._try([s for _ in range(repeats) for s in (_SMALL, above, _SMALL, full)])
        if self._passed(full):
            return self._result("full", full)
        return self._result("black_hole" if self._proven(full) else "unclear", full)

    def _full_size(self) -> int:
        wanted = self._plan.full_size or _ETHERNET
        return min(wanted, self._socket.link_mtu() or wanted)

    def _refused_here(self, size: int) -> bool:
        """Not one of them has left this computer, for its size."""
        outcomes = self._outcomes(size)
        refused = [
            o for o in outcomes if isinstance(o, Complaint) and o.kind == "too_big" and not o.by
        ]
        return bool(outcomes) and len(refused) == len(outcomes)

    def _check_reachable(self) -> None:
        outcomes = [self._ledger.outcome(seq) for seq in self._sizes]
        own = [o for o in outcomes if isinstance(o, Complaint) and not o.by]
        if len(own) == len(outcomes):
            raise Unreachable(f"measuring the path MTU to {self._target}: {own[0].kind}")

    async def _try(self, sizes: Iterable[int]) -> None:
        """Send one probe of each size and wait for what comes back."""
        fresh: list[int] = []
        for size in sizes:
            seq = self._socket.send(size - _HEADERS[self._version])
            self._sizes[seq] = size
            fresh.append(seq)
            await asyncio.sleep(_SPACING_S)
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._limit_s
        while loop.time() < end_s:
            self._socket.collect()
            if all(self._ledger.outcome(seq) is not None for seq in fresh):
                return
            await asyncio.sleep(_POLL_S)

    def _outcomes(self, size: int) -> list[Echo | Complaint | None]:
        return [self._ledger.outcome(seq) for seq, sent in self._sizes.items() if sent == size]

    def _passed(self, size: int) -> int:
        return sum(isinstance(outcome, Echo) for outcome in self._outcomes(size))

    def _answered_any(self, size: int) -> bool:
        return self._passed(size) > 0

    def _rtts_ms(self) -> list[float]:
        outcomes = (self._ledger.outcome(seq) for seq in self._sizes)
        return [outcome.rtt_ms for outcome in outcomes if isinstance(outcome, Echo)]

    def _told(self) -> Complaint | None:
        """The lowest size that a router has told, if it is a possible one."""
        told = [
            outcome
            for outcome in (self._ledger.outcome(seq) for seq in self._sizes)
            if isinstance(outcome, Complaint)
            and outcome.kind == "too_big"
            and outcome.by
            and (outcome.mtu or 0) >= _SMALL
        ]
        return min(told, key=lambda c: c.mtu or 0, default=None)

    def _spoken(self) -> Complaint | None:
        """A router's "too big" where the system keeps to itself which size it named (Windows)."""
        outcomes = (self._ledger.outcome(seq) for seq in self._sizes)
        return next(
            (
                o
                for o in outcomes
                if isinstance(o, Complaint) and o.kind == "too_big" and o.by and o.mtu is None
            ),
            None,
        )

    def _ends_with_words(self) -> bool:
        """Right above what passes nothing vanishes: somebody says "too big"."""
        above = [size for size in self._sizes.values() if size > self._largest()]
        outcomes = self._outcomes(min(above)) if above else []
        return any(isinstance(o, Complaint) and o.kind == "too_big" for o in outcomes)

    def _largest(self) -> int:
        passed = (
            size for seq, size in self._sizes.items() if isinstance(self._ledger.outcome(seq), Echo)
        )
        return max(passed, default=0)

    async def _climb(self, full: int) -> None:
        """Several sizes at once, twice each, between what passes and what does not."""
        low, high = max(self._largest(), _SMALL), full
        floor = _FLOOR[self._version]
        if low < floor < high:
            await self._try([floor, floor])
            low = max(self._largest(), low)
        while high - low > 1:
            step = max(1, (high - low) // (_RUNGS + 1))
            rungs = list(range(low + step, high, step))[: _RUNGS + 1]
            await self._try(rungs + rungs)
            low = max(self._largest(), low)
            high = min((r for r in rungs if r > low), default=high)

    def _above(self, full: int) -> int:
        """A size that must not pass if the largest one found is right, with some room."""
        return min(full, self._largest() + 8)

    def _proven(self, full: int) -> bool:
        """Chance of so many big ones being lost by the loss that the small ones see < 0.1 %."""
        small_sent, small_lost, big_sent, big_lost = self._counts(full)
        if not small_sent or big_lost < big_sent:
            return False
        loss = (small_lost + 0.5) / (small_sent + 1)
        return loss < 0.6 and loss**big_sent < 0.001

    def _counts(self, full: int) -> tuple[int, int, int, int]:
        edge = min(self._largest(), full - 1)
        big = [seq for seq, size in self._sizes.items() if size > edge]
        small = [seq for seq, size in self._sizes.items() if size <= edge]
        return (
            len(small),
            sum(not isinstance(self._ledger.outcome(seq), Echo) for seq in small),
            len(big),
            sum(not isinstance(self._ledger.outcome(seq), Echo) for seq in big),
        )

    def _result(self, state: State, full: int) -> PathMtu:
        told = self._told() or self._spoken()
        small_sent, small_lost, big_sent, big_lost = self._counts(full)
        return PathMtu(
            target=self._target,
            state=state,
            largest=self._largest(),
            interface_mtu=self._socket.interface_mtu or full,
            reported_mtu=told.mtu if told else None,
            reported_by=told.by if told else "",
            small_sent=small_sent,
            small_lost=small_lost,
            big_sent=big_sent,
            big_lost=big_lost,
            rtt_ms=min(self._rtts_ms(), default=None),
        )
