"""What the rest of Firsthop asks of an operating system: one class a system fills this in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import ClassVar

import msgspec

from diagnostics.readings.addressing import DefaultRoute, InterfaceAddress, Lease, ProxySource
from diagnostics.readings.driver import DriverMishaps
from diagnostics.readings.home import HomeServiceKind, NeighbourState
from diagnostics.readings.interfaces import Counters, Interface
from diagnostics.readings.wifi import (
    Ability,
    ChannelUse,
    Consent,
    LinkEvent,
    Network,
    NetworkName,
    OwnLink,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Software

NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "this system does not tell")


class PlatformError(Exception):
    """The system refused or could not tell; `reason` is of the closed list."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class NeighbourEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the ARP or neighbour discovery table. `mac` is "" while it is not known."""

    interface: str
    address: str
    mac: str
    state: NeighbourState
    router: bool = False  # IPv6: says of itself that it is a router (RFC 4861)


class ResolverSetting(msgspec.Struct, frozen=True, kw_only=True):
    """A resolver in force: the real upstream, not a local stub in front of it.

    `by_hand`: the system says it was typed in (True), offered (False), or does not tell.
    """

    address: str
    interface: str = ""
    by_hand: bool | Unmeasured = NOT_TOLD


class ProxySetting(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy as set; with `pac_url` the script decides and host and port are empty."""

    source: ProxySource
    scheme: str  # http, https or socks
    host: str = ""
    port: int = 0
    pac_url: str = ""


class HostsEntry(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    name: str  # lower case


class HomeService(msgspec.Struct, frozen=True, kw_only=True):
    """A device of the home that this computer is set up to use. `port` is where it listens."""

    kind: HomeServiceKind
    host: str
    port: int


class Platform(ABC):
    """Facts of this computer, read without root and without sending a packet.

    Every method is quick (well under a second), may be cancelled at any moment, and raises
    PlatformError where the whole question cannot be answered. Lists hold all address families.
    """

    name: ClassVar[str]  # linux, darwin, windows

    @abstractmethod
    async def interfaces(self) -> tuple[Interface, ...]:
        """All but loopback."""

    @abstractmethod
    async def addresses(self) -> tuple[InterfaceAddress, ...]:
        """All but loopback."""

    @abstractmethod
    async def default_routes(self, destinations: Sequence[str] = ()) -> tuple[DefaultRoute, ...]:
        """Default routes; `destinations` (literal addresses) show which one is really chosen."""

    @abstractmethod
    async def neighbours(self) -> tuple[NeighbourEntry, ...]: ...

    @abstractmethod
    async def leases(self) -> tuple[Lease, ...]:
        """DHCPv4 leases in force, of the interfaces that exist; empty when there are none."""

    async def former_leases(self) -> tuple[Lease, ...]:
        """DHCPv4 leases that the system still keeps, those in force among them, oldest first."""
        raise PlatformError(Reason.NOT_SUPPORTED, "this system keeps no leases of before")

    @abstractmethod
    async def resolvers(self) -> tuple[ResolverSetting, ...]:
        """In the order the system asks them."""

    @abstractmethod
    async def proxies(self) -> tuple[ProxySetting, ...]: ...

    @abstractmethod
    async def hosts(self) -> tuple[HostsEntry, ...]:
        """The hosts file, loopback names of this computer included."""

    @abstractmethod
    async def counters(self, interface: str) -> Counters: ...

    @abstractmethod
    async def carrier_changes(self, interface: str) -> int:
        """How often the link went up or down since the interface exists."""

    @abstractmethod
    async def busiest_program(self, window_s: float) -> str:
        """Program that moves most over the network during the next `window_s` seconds."""

    async def wifi_interfaces(self) -> tuple[str, ...]:
        """WiFi adapters, the one in use first; empty where there is none."""
        raise PlatformError(Reason.NOT_SUPPORTED, "WiFi is not read on this system")

    async def wifi_link(self, interface: str) -> OwnLink:
        raise PlatformError(Reason.NOT_SUPPORTED, "WiFi is not read on this system")

    async def wifi_ability(self, interface: str) -> Ability:
        raise PlatformError(Reason.NOT_SUPPORTED, "WiFi is not read on this system")

    async def wifi_networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        """Every BSS in the air; `fresh` asks for a scan first where that needs no rights."""
        raise PlatformError(Reason.NOT_SUPPORTED, "WiFi is not read on this system")

    async def wifi_channels(self, interface: str) -> tuple[ChannelUse, ...]:
        raise PlatformError(Reason.NOT_SUPPORTED, "channel use is not told on this system")

    async def wifi_known_names(self, interface: str) -> tuple[NetworkName, ...]:
        """Networks that the system joins by itself."""
        raise PlatformError(Reason.NOT_SUPPORTED, "known networks are not told on this system")

    async def wifi_consent(self) -> Consent | Unmeasured:
        """What the person could allow to be told more; NOT_APPLICABLE where nothing is withheld."""
        return Unmeasured(Reason.NOT_APPLICABLE, "this system withholds nothing")

    def wifi_events(self, interface: str) -> AbstractAsyncContextManager[AsyncIterator[LinkEvent]]:
        """Joins, drops and roams as they happen; `at_s` on the event loop's clock."""
        raise PlatformError(Reason.NOT_SUPPORTED, "WiFi events are not told on this system")

    async def driver_mishaps(self, interface: str) -> DriverMishaps:
        """Resets and crashes of this adapter in the system's log of the last hour."""
        detail = "this system's log is too slow to read during a check"
        raise PlatformError(Reason.NOT_SUPPORTED, detail)

    async def home_services(self) -> tuple[HomeService, ...]:
        """Network disks and printers that are set up on this computer."""
        raise PlatformError(Reason.NOT_SUPPORTED, NOT_TOLD.detail)

    @abstractmethod
    def software(self, version: str) -> Software: ...

    def stream_command(
        self, argv: Sequence[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Start a command and read its lines (diagnostics.wire.command.StreamCommand)."""
        from diagnostics.platforms.command import stream_command  # noqa: PLC0415

        return stream_command(argv)
