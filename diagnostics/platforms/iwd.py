"""iwd by D-Bus (net.connman.iwd): asks it to scan, and which networks it joins."""

from __future__ import annotations

from typing import cast

from diagnostics.platforms.system_bus import SystemBus, Target

_SERVICE = "net.connman.iwd"
_DEVICE, _STATION = f"{_SERVICE}.Device", f"{_SERVICE}.Station"
_KNOWN = f"{_SERVICE}.KnownNetwork"
_BUSY = f"{_SERVICE}.InProgress"
Objects = dict[str, dict[str, dict[str, object]]]


async def _objects(bus: SystemBus) -> Objects | None:
    about = Target(_SERVICE, "/", "org.freedesktop.DBus.ObjectManager")
    answer = await bus.call(about, "GetManagedObjects")
    if answer.error or not answer.body or not isinstance(answer.body[0], dict):
        return None
    return cast("Objects", answer.body[0])


async def request_scan(bus: SystemBus, interface: str) -> bool:
    for path, parts in (await _objects(bus) or {}).items():
        if parts.get(_DEVICE, {}).get("Name") == interface and _STATION in parts:
            answer = await bus.call(Target(_SERVICE, path, _STATION), "Scan")
            return answer.error in {"", _BUSY}
    return False


async def known_ssids(bus: SystemBus) -> list[bytes] | None:
    """Names of the networks that it joins by itself; None where it does not run."""
    objects = await _objects(bus)
    if objects is None:
        return None
    known = (parts[_KNOWN] for parts in objects.values() if _KNOWN in parts)
    names = (row.get("Name") for row in known if row.get("AutoConnect", True))
    return [name.encode() for name in names if isinstance(name, str)]
