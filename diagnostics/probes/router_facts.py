"""What the router says of itself and of its line by UPnP; most routers tell it anybody at home."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from typing import ClassVar

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, AddressScope
from diagnostics.readings.router import (
    AccessKind,
    LinkState,
    RouterFacts,
    WanError,
    WanPort,
    WanState,
    WanTraffic,
)
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of, scope_of
from diagnostics.sounding.home import home_in
from diagnostics.wire.upnp import Device, Service, asked, describe, discover

_DISCOVER_S = 1.4
#: routers count their bytes anew once a second or less often
_WINDOW_S = 1.2
_NOT_SAID = Unmeasured(Reason.NOT_SUPPORTED, "the router does not say")
_NO_ADDRESS = Unmeasured(Reason.NOT_APPLICABLE, "the router says that it has none")
_COUNTER = 2**32

_STATES = {
    "connected": WanState.CONNECTED,
    "connecting": WanState.CONNECTING,
    "authenticating": WanState.CONNECTING,
    "pendingdisconnect": WanState.DISCONNECTED,
    "disconnecting": WanState.DISCONNECTED,
    "disconnected": WanState.DISCONNECTED,
    "unconfigured": WanState.UNCONFIGURED,
}
#: WANPPPConnection:1 table 2.2, WANIPConnection:1 table 2.3
_ERRORS = {
    "error_none": WanError.NONE,
    "error_authentication_failure": WanError.LOGIN_REFUSED,
    "error_isp_time_out": WanError.NO_ANSWER,
    "error_no_carrier": WanError.NO_CARRIER,
    "error_no_dialtone": WanError.NO_CARRIER,
    "error_isp_disconnect": WanError.ENDED_BY_PROVIDER,
    "error_user_disconnect": WanError.ENDED_AT_HOME,
    "error_idle_disconnect": WanError.ENDED_AT_HOME,
    "error_not_enabled_for_internet": WanError.ENDED_AT_HOME,
}
_KINDS = {
    "dsl": AccessKind.DSL,
    "cable": AccessKind.CABLE,
    "ethernet": AccessKind.ETHERNET,
    "": _NOT_SAID,
}
_LINKS = {
    "up": LinkState.UP,
    "down": LinkState.DOWN,
    "initializing": LinkState.INITIALIZING,
    "unavailable": LinkState.DOWN,
}
Answer = Mapping[str, str]


class RouterFactsProbe(Probe[RouterFacts]):
    reading: ClassVar[type[Reading]] = RouterFacts
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 8.0

    async def measure(self, context: Context) -> RouterFacts:
        home = home_in(context.earlier)
        if home is None or home.own is None or family_of(home.gateway) != 4:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no router that could be asked")
        found = await discover(home.gateway, home.own.address, _DISCOVER_S)
        device = await describe(found.url)
        common = device.service("WANCommonInterfaceConfig")
        if common is None and not _connections(device):
            raise ProbeError(Reason.NOT_SUPPORTED, "the router tells nothing of its line")
        (connection, status), port, traffic = await asyncio.gather(
            _chosen(device), asked(common, "GetCommonLinkProperties"), _traffic(common)
        )
        outside = await asked(connection, "GetExternalIPAddress")
        facts = _facts(device, connection, status, outside, (_port(port), traffic))
        boot_id = found.boot_id if found.boot_id >= 0 else _NOT_SAID
        return msgspec.structs.replace(facts, boot_id=boot_id)


def _connections(device: Device) -> list[Service]:
    wanted = ("WANPPPConnection", "WANIPConnection")
    return [one for name in wanted for one in device.services if one.name == name]


async def _chosen(device: Device) -> tuple[Service | None, Answer]:
    """The connection in use: one that is up, else one that somebody has set up."""
    services = _connections(device)
    states = await asyncio.gather(*(asked(one, "GetStatusInfo") for one in services))
    known = sorted(zip(services, states, strict=True), key=lambda pair: _rank(pair[1]))
    return known[0] if known else (None, {})


def _rank(status: Answer) -> int:
    state = _state(status)
    order = [WanState.CONNECTED, WanState.CONNECTING, WanState.DISCONNECTED]
    return order.index(state) if isinstance(state, WanState) and state in order else len(order)


def _state(status: Answer) -> WanState | Unmeasured:
    return _STATES.get(status.get("ConnectionStatus", "").lower(), _NOT_SAID)


def _facts(
    device: Device,
    connection: Service | None,
    status: Answer,
    outside: Answer,
    line: tuple[WanPort, WanTraffic],
) -> RouterFacts:
    error = status.get("LastConnectionError", "").lower()
    address = _outside(outside)
    return RouterFacts(
        manufacturer=device.manufacturer,
        model=device.model,
        version=device.version,
        state=_state(status),
        last_error=_ERRORS.get(error, WanError.OTHER) if error else _NOT_SAID,
        dialled=connection is not None and connection.name == "WANPPPConnection",
        connected_s=_number(status, "Uptime"),
        outside_address=address,
        outside_scope=_scope(address),
        port=line[0],
        traffic=line[1],
    )


def _outside(answer: Answer) -> str | Unmeasured:
    text = answer.get("ExternalIPAddress")
    if text is None:
        return _NOT_SAID
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return _NO_ADDRESS if not text else _NOT_SAID
    return _NO_ADDRESS if parsed.is_unspecified else text


def _scope(address: str | Unmeasured) -> AddressScope | Unmeasured:
    return address if isinstance(address, Unmeasured) else scope_of(address)


def _number(answer: Answer, key: str) -> float | Unmeasured:
    text = answer.get(key, "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 20 else _NOT_SAID


def _rate(answer: Answer, key: str) -> float | Unmeasured:
    """Zero is what routers say that do not know."""
    rate = _number(answer, key)
    return _NOT_SAID if rate == 0 else rate


def _port(answer: Answer) -> WanPort:
    return WanPort(
        kind=_KINDS.get(answer.get("WANAccessType", "").lower(), AccessKind.OTHER),
        link=_LINKS.get(answer.get("PhysicalLinkStatus", "").lower(), _NOT_SAID),
        down_bps=_rate(answer, "Layer1DownstreamMaxBitRate"),
        up_bps=_rate(answer, "Layer1UpstreamMaxBitRate"),
    )


class _Count(msgspec.Struct, frozen=True):
    at_s: float
    down: float | Unmeasured
    up: float | Unmeasured


async def _count(common: Service | None) -> _Count:
    received, sent = await asyncio.gather(
        asked(common, "GetTotalBytesReceived"), asked(common, "GetTotalBytesSent")
    )
    return _Count(
        at_s=asyncio.get_running_loop().time(),
        down=_number(received, "TotalBytesReceived"),
        up=_number(sent, "TotalBytesSent"),
    )


async def _traffic(common: Service | None) -> WanTraffic:
    first = await _count(common)
    if isinstance(first.down, Unmeasured) and isinstance(first.up, Unmeasured):
        return WanTraffic(window_s=0.0, down_bps=first.down, up_bps=first.up)
    await asyncio.sleep(_WINDOW_S)
    second = await _count(common)
    window_s = second.at_s - first.at_s
    return WanTraffic(
        window_s=round(window_s, 3),
        down_bps=_moved(first.down, second.down, window_s),
        up_bps=_moved(first.up, second.up, window_s),
    )


def _moved(
    before: float | Unmeasured, now: float | Unmeasured, window_s: float
) -> float | Unmeasured:
    """A counter of 32 bits that ran over is put right; one that stands still tells nothing."""
    if isinstance(before, Unmeasured) or isinstance(now, Unmeasured):
        return _NOT_SAID
    moved = now - before if now >= before else now + _COUNTER - before
    if moved == 0 or moved > _COUNTER / 2:
        return Unmeasured(Reason.NOT_SUPPORTED, "the router's counters do not move")
    return 8 * moved / window_s
