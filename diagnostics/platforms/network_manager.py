"""NetworkManager by D-Bus: asks it to scan, which networks it joins, and why it gave up."""

from __future__ import annotations

from typing import cast

from diagnostics.platforms.system_bus import SystemBus, Target

_SERVICE = "org.freedesktop.NetworkManager"
_ROOT = "/org/freedesktop/NetworkManager"
_DEVICE = "org.freedesktop.NetworkManager.Device"
_WIRELESS = "org.freedesktop.NetworkManager.Device.Wireless"
_SETTINGS = "org.freedesktop.NetworkManager.Settings"
#: "Scanning not allowed immediately following previous scan": the results are fresh then.
_TOO_SOON = "org.freedesktop.NetworkManager.Device.NotAllowed"
#: NM_DEVICE_STATE_NEED_AUTH, NM_DEVICE_STATE_FAILED; it asks for secrets when the handshake
#: failed, and gives up with NO_SECRETS when nobody types another password.
_NEED_AUTH, _DISCONNECTED, _FAILED = 60, 30, 120
_NO_SECRETS = 7
_SUPPLICANT_DISCONNECTED = 8  # the reason beside NEED_AUTH
_MOST_CONNECTIONS = 200


async def _device(bus: SystemBus, interface: str, about: str) -> Target | None:
    found = await bus.call(
        Target(_SERVICE, _ROOT, _SERVICE), "GetDeviceByIpIface", "s", (interface,)
    )
    if not found.body or not isinstance(found.body[0], str):
        return None
    return Target(_SERVICE, found.body[0], about)


async def request_scan(bus: SystemBus, interface: str) -> bool:
    device = await _device(bus, interface, _WIRELESS)
    if device is None:
        return False
    answer = await bus.call(device, "RequestScan", "a{sv}", ({},))
    return answer.error in {"", _TOO_SOON}


async def known_ssids(bus: SystemBus) -> list[bytes] | None:
    """Names of the networks that it joins by itself; None where it does not run."""
    listed = await bus.call(Target(_SERVICE, f"{_ROOT}/Settings", _SETTINGS), "ListConnections")
    if listed.error or not listed.body:
        return None
    found: list[bytes] = []
    for path in cast("list[str]", listed.body[0])[:_MOST_CONNECTIONS]:
        answer = await bus.call(Target(_SERVICE, path, f"{_SETTINGS}.Connection"), "GetSettings")
        ssid = _ssid(answer.body[0]) if answer.body else None
        if ssid is not None:
            found.append(ssid)
    return found


def _ssid(settings: object) -> bytes | None:
    """Of a connection by WiFi that is joined by itself."""
    if not isinstance(settings, dict):
        return None
    groups = cast("dict[str, dict[str, object]]", settings)
    ssid = groups.get("802-11-wireless", {}).get("ssid")
    by_itself = groups.get("connection", {}).get("autoconnect", True)
    return ssid if isinstance(ssid, bytes) and by_itself else None


async def password_refused(bus: SystemBus, interface: str) -> bool:
    device = await _device(bus, interface, _DEVICE)
    if device is None:
        return False
    told = await bus.read(device, "StateReason")
    if not isinstance(told, list | tuple):
        return False
    numbers = list(cast("list[int]", told))
    if len(numbers) != 2:
        return False
    state, reason = numbers
    asks_again = state == _NEED_AUTH and reason in {_NO_SECRETS, _SUPPLICANT_DISCONNECTED}
    return asks_again or (state in {_DISCONNECTED, _FAILED} and reason == _NO_SECRETS)
