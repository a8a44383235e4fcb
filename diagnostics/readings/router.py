"""What the router says of itself and of its line, without a password (UPnP IGD)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, FreeText
from diagnostics.readings.addressing import AddressScope
from diagnostics.result import Reading, Reason, Unmeasured


class WanState(StrEnum):
    """ConnectionStatus of WANIPConnection and WANPPPConnection."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DISCONNECTED = "disconnected"
    UNCONFIGURED = "unconfigured"


class WanError(StrEnum):
    """LastConnectionError, as far as it tells causes apart."""

    NONE = "none"
    LOGIN_REFUSED = "login-refused"
    NO_ANSWER = "no-answer"  # the provider's side did not answer in time
    NO_CARRIER = "no-carrier"
    ENDED_BY_PROVIDER = "ended-by-provider"
    ENDED_AT_HOME = "ended-at-home"
    OTHER = "other"


class AccessKind(StrEnum):
    """WANAccessType: what the router's own outside port speaks."""

    DSL = "dsl"
    CABLE = "cable"
    ETHERNET = "ethernet"
    OTHER = "other"


class LinkState(StrEnum):
    """PhysicalLinkStatus of that port; behind a separate modem it tells of the cable to it only."""

    UP = "up"
    DOWN = "down"
    INITIALIZING = "initializing"


class WanPort(msgspec.Struct, frozen=True, kw_only=True):
    """The outside port. Rates are what line or port can carry, bits per second."""

    kind: AccessKind | Unmeasured
    link: LinkState | Unmeasured
    down_bps: float | Unmeasured
    up_bps: float | Unmeasured


class WanTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """The router's own byte counters over `window_s`, before any load of ours."""

    window_s: float
    down_bps: float | Unmeasured
    up_bps: float | Unmeasured


class RouterFacts(Reading, frozen=True, kw_only=True):
    """Routers err: `connected` is also said on a dead line, and no address behind another router.

    `outside_address`: Unmeasured(not_applicable) when the router says that it has none.
    `connected_s` is the connection's age; `boot_id` another number after each start of the router
    itself (UPnP Device Architecture 1.1, BOOTID.UPNP.ORG).
    """

    PROBE: ClassVar[str] = "router-facts"
    manufacturer: FreeText
    model: FreeText
    version: FreeText
    state: WanState | Unmeasured
    last_error: WanError | Unmeasured
    dialled: bool  # the connection is a PPP session with a login
    connected_s: float | Unmeasured
    outside_address: Address | Unmeasured
    outside_scope: AddressScope | Unmeasured
    port: WanPort
    traffic: WanTraffic
    boot_id: int | Unmeasured = Unmeasured(Reason.NOT_SUPPORTED, "the router does not say")
