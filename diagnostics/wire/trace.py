"""The routers on the way, all at once and without root."""

import msgspec

from diagnostics.wire.source import ANY, Source


class Silent(msgspec.Struct, frozen=True, tag="silent"):
    """Nobody answered at this distance: not the same as broken."""

    ttl: int
    probes_sent: int


class Hop(msgspec.Struct, frozen=True, tag="hop"):
    """Who answered at this distance.

    `rtts_ms` in order of arrival; `icmp_type`/`icmp_code` of the first answer;
    `mtu` of the next hop when it said "too big"; `others`: further addresses
    that answered at the same distance (balanced path); `is_target`.
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
    def best_ms(self) -> float: ...

    @property
    def loss_ratio(self) -> float:
        """0..1 of the probes of this distance. Routers limit ICMP: judge by successors."""
        ...


class Trace(msgspec.Struct, frozen=True):
    """The path as far as it answered.

    `hops`: one value a distance, from 1 on, up to the target, or up to the last
    distance that answered when the target did not.  `stopped_by`: "target",
    "unreachable" (somebody said so: see the last hop), "silence", "max_hops".
    """

    target: str
    hops: tuple[Hop | Silent, ...]
    reached: bool
    stopped_by: str
    duration_s: float


class TracePlan(msgspec.Struct, frozen=True):
    """How to trace. `rounds` probes per distance; silent ones get `retries` more."""

    max_hops: int = 30
    rounds: int = 3
    round_interval_s: float = 0.1
    retries: int = 1
    timeout_s: float = 1.0
    port: int = 33434
    source: Source = ANY


async def trace(target: str, plan: TracePlan | None = None) -> Trace:
    """Trace a literal address by UDP, IPv4 or IPv6, all distances at once.

    Raises NotSupported (no error queue on this system), NotPermitted,
    Unreachable when not one probe could be sent.
    """
    raise NotImplementedError
