"""The home's own network: the gateway and who else is there."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, HostName, Mac
from diagnostics.readings.echo import EchoSeries
from diagnostics.result import Reading, Reason, Unmeasured


class NeighbourState(StrEnum):
    """Kernel's word for the entry (RFC 4861 names), `none` when there is no entry."""

    REACHABLE = "reachable"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    PERMANENT = "permanent"
    NONE = "none"


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    address: Address
    mac: Mac | Unmeasured
    state: NeighbourState


class Gateway(Reading, frozen=True, kw_only=True):
    """The default gateway: link layer first, echoes second (it may ignore ping, and be well)."""

    PROBE: ClassVar[str] = "gateway"
    address: Address
    neighbour: Neighbour
    echoes: EchoSeries | Unmeasured
    #: any proof of life above the link layer: echo, DNS, TCP answer or refusal, TTL exceeded
    answers: bool | Unmeasured
    #: MACs seen for this address during the check; more than one means two machines claim it
    macs_seen: tuple[Mac, ...]


class HomeServiceKind(StrEnum):
    DISK = "disk"
    PRINTER = "printer"


class HomeDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A disk or printer that is set up on this computer. `on_link`: its address is of our subnet.

    `answers`: it took or refused a connection, or stands in the neighbour table as reachable.
    """

    kind: HomeServiceKind
    host: HostName
    address: Address | Unmeasured
    on_link: bool
    answers: bool | Unmeasured


class HomeDevices(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "home-devices"
    devices: tuple[HomeDevice, ...]


#: of earlier checks, and where this computer has no IPv6 address to ask from
NOT_ASKED6 = Unmeasured(Reason.NOT_APPLICABLE, "not asked by IPv6")


class LanHosts(Reading, frozen=True, kw_only=True):
    """Other hosts of the home. `echoes` go to up to three of them, at the gateway's rhythm."""

    PROBE: ClassVar[str] = "lan-hosts"
    neighbours: tuple[Neighbour, ...]
    echoes: tuple[EchoSeries, ...]
    #: hosts that answer as routers (forward to the internet) beside the gateway set
    other_routers: tuple[Address, ...]
    #: another machine answers for our own address
    own_address_taken: bool | Unmeasured
    duplicate_macs: tuple[Mac, ...] = ()
    #: of these routers, those that found out on the internet about a name made up just now
    reaching: tuple[Address, ...] = ()
    #: who answers by IPv6 on the link, several addresses of one machine included
    neighbours6: tuple[Neighbour, ...] | Unmeasured = NOT_ASKED6
    #: of these addresses, those that answered an echo just now
    answering6: tuple[Address, ...] | Unmeasured = NOT_ASKED6
