"""Book-keeping of one target's echoes: what is open, answered, lost, doubled."""

import msgspec

from diagnostics.wire.echo import Complaint, Echo, EchoPlan, EchoSeries, Lost, Method, Probe


class _Sent(msgspec.Struct):
    at_s: float
    wall_ns: int
    kernel_ns: int = 0
    outcome: Echo | Complaint | None = None


class Ledger:
    """All times in seconds of the event loop's clock; stamps in wall nanoseconds."""

    def __init__(self, target: str, method: Method, plan: EchoPlan) -> None:
        self.target: str = target
        self.method: Method = method
        self._plan = plan
        self._sent: list[_Sent] = []
        self._open: set[int] = set()
        self._highest: int = -1
        self._duplicate_at_s: list[float] = []
        self._overtaken_at_s: list[float] = []

    @property
    def next_seq(self) -> int:
        return len(self._sent)

    @property
    def open_count(self) -> int:
        return len(self._open)

    def sent(self, at_s: float, wall_ns: int) -> int:
        """Enter a probe; returns its number."""
        seq = len(self._sent)
        self._sent.append(_Sent(at_s, wall_ns))
        self._open.add(seq)
        return seq

    def stamped(self, seq: int, kernel_ns: int) -> None:
        """The kernel's time of sending; taken only when it can be true (within 100 ms)."""
        if 0 <= seq < len(self._sent):
            entry = self._sent[seq]
            if -1_000_000 <= kernel_ns - entry.wall_ns <= 100_000_000:
                entry.kernel_ns = kernel_ns

    def full_number(self, low_bits: int) -> int | None:
        """The probe meant by a 16 bit sequence: the youngest that fits."""
        newest = len(self._sent) - 1
        seq = newest - ((newest - low_bits) & 0xFFFF)
        return seq if seq >= 0 else None

    def answered(self, seq: int, now_s: float, arrived_ns: int | None, ttl: int) -> None:
        """Enter an echo; `arrived_ns` is the kernel's stamp if there is one."""
        if not 0 <= seq < len(self._sent):
            return
        entry = self._sent[seq]
        if isinstance(entry.outcome, Echo):
            self._duplicate_at_s.append(entry.at_s)
            return
        rtt_ms, stamped = self._delay(entry, now_s, arrived_ns)
        self.timed(seq, rtt_ms, ttl, stamped=stamped)

    def timed(self, seq: int, rtt_ms: float, ttl: int, *, stamped: bool = False) -> None:
        """Enter an echo whose delay somebody else has measured."""
        if not 0 <= seq < len(self._sent):
            return
        entry = self._sent[seq]
        if isinstance(entry.outcome, Echo):
            self._duplicate_at_s.append(entry.at_s)
            return
        if seq < self._highest:
            self._overtaken_at_s.append(entry.at_s)
        self._highest = max(self._highest, seq)
        late = rtt_ms > self._plan.timeout_s * 1000
        entry.outcome = Echo(seq, entry.at_s, rtt_ms, ttl, stamped, late)
        self._open.discard(seq)

    def complained(
        self,
        seq: int,
        now_s: float,
        arrived_ns: int | None,
        by: str,
        kind: str,
        icmp: tuple[int, int],
        mtu: int | None = None,
    ) -> None:
        """Enter an ICMP error; an echo that came as well stays."""
        if not 0 <= seq < len(self._sent) or self._sent[seq].outcome is not None:
            return
        entry = self._sent[seq]
        rtt_ms, _ = self._delay(entry, now_s, arrived_ns)
        entry.outcome = Complaint(seq, entry.at_s, by, kind, icmp[0], icmp[1], rtt_ms, mtu)
        self._open.discard(seq)

    def _delay(self, entry: _Sent, now_s: float, arrived_ns: int | None) -> tuple[float, bool]:
        """Delay in ms, and whether both stamps are the kernel's.

        Kernel stamps are wall time: a clock that is being set would fake a
        delay, so they must agree with the monotonic clock within 50 ms.
        """
        monotonic_ms = (now_s - entry.at_s) * 1000
        if arrived_ns is None:
            return monotonic_ms, False
        stamped_ms = (arrived_ns - (entry.kernel_ns or entry.wall_ns)) / 1e6
        # The reader may be late (busy computer), never early: more slack that way.
        if not -2 <= monotonic_ms - stamped_ms <= 2000 or stamped_ms < 0:
            return monotonic_ms, False
        return stamped_ms, entry.kernel_ns != 0

    def outcome(self, seq: int) -> Echo | Complaint | None:
        """What became of a probe so far."""
        return self._sent[seq].outcome

    def settle(self, now_s: float) -> None:
        """Close probes older than the time limit."""
        limit = now_s - self._plan.timeout_s
        self._open = {seq for seq in self._open if self._sent[seq].at_s > limit}

    def series(
        self, now_s: float, since_s: float = 0.0, until_s: float | None = None
    ) -> EchoSeries:
        """Probes sent in [since_s, until_s); young unanswered ones are left out."""
        end = float("inf") if until_s is None else until_s
        limit = now_s - self._plan.timeout_s
        probes: list[Probe] = []
        for seq, entry in enumerate(self._sent):
            if not since_s <= entry.at_s < end:
                continue
            if entry.outcome is not None:
                probes.append(entry.outcome)
            elif entry.at_s <= limit or seq not in self._open:
                probes.append(Lost(seq, entry.at_s))
        return EchoSeries(
            target=self.target,
            method=self.method,
            size=self._plan.size,
            interval_s=self._plan.interval_s,
            probes=tuple(probes),
            duplicates=sum(since_s <= at < end for at in self._duplicate_at_s),
            out_of_order=sum(since_s <= at < end for at in self._overtaken_at_s),
        )
