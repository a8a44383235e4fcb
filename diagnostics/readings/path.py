"""The way out: hops, the provider's edge, the anchors beyond, and the largest packet."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address
from diagnostics.readings.addressing import AddressScope
from diagnostics.readings.echo import EchoSeries
from diagnostics.result import Reading, Unmeasured


class Place(StrEnum):
    HOME = "home"
    PROVIDER = "provider"
    BEYOND = "beyond"
    UNKNOWN = "unknown"


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One hop. A silent hop has Unmeasured(no_answer) as address: it says nothing about health."""

    ttl: int
    address: Address | Unmeasured
    scope: AddressScope | Unmeasured
    place: Place
    sent: int
    received: int
    rtt_median_ms: float | Unmeasured
    rtt_min_ms: float | Unmeasured


class Path(Reading, frozen=True, kw_only=True):
    """Hops towards an anchor. `edge` is the first hop beyond the home: the provider's side.

    `reached` is about the target alone; `last_answering_ttl` is 0 when no hop answered.
    """

    PROBE: ClassVar[str] = "path"
    target: Address
    family: int
    hops: tuple[Hop, ...]
    reached: bool
    last_answering_ttl: int
    edge: Address | Unmeasured
    edge_ttl: int | Unmeasured
    edge_echoes: EchoSeries | Unmeasured  # many echoes to the edge, direct or by TTL
    private_hops: int  # RFC 1918 hops before the first other one; 2 or more: double NAT
    shared_hops: int  # 100.64/10 hops: provider's NAT
    looped: bool


class Anchors(Reading, frozen=True, kw_only=True):
    """Echoes to well-known far places, at the same time and rhythm as those to gateway and edge."""

    PROBE: ClassVar[str] = "anchors"
    ipv4: tuple[EchoSeries, ...]
    ipv6: tuple[EchoSeries, ...]
    #: proof without ICMP: TCP connects to the anchors' ports 443/53; Unmeasured where not tried
    tcp_reached: bool | Unmeasured


class MtuFinding(StrEnum):
    CLEAR = "clear"  # the link's full size passes
    REPORTED = "reported"  # a router said "too big" with the right size: path MTU discovery works
    VANISHES = "vanishes"  # big ones vanish without a word, small ones pass: a black hole


class PathMtu(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "path-mtu"
    family: int
    target: Address
    finding: MtuFinding
    path_mtu_bytes: int | Unmeasured  # largest that passed
    link_mtu_bytes: int
    small_sent: int
    small_received: int
    big_sent: int
    big_received: int
