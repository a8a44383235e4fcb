"""Network interfaces, and what went wrong on the active one while the check ran."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import Context, Probe
from diagnostics.readings.interfaces import Counters, Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.home import active_interface

_LATER = Unmeasured(Reason.NOT_RUN, "known only at the end of the check")


class InterfacesProbe(Probe[Interfaces]):
    reading: ClassVar[type[Reading]] = Interfaces
    deadline_s: ClassVar[float] = 8.0  # a busy computer needs seconds to load its tools

    async def measure(self, context: Context) -> Interfaces:
        platform = context.platform
        interfaces = await platform.interfaces()
        try:
            routes, addresses = await platform.default_routes(), await platform.addresses()
        except PlatformError:
            routes, addresses = (), ()
        active = active_interface(interfaces, routes, addresses)
        return Interfaces(
            interfaces=interfaces,
            active=active or Unmeasured(Reason.NOT_APPLICABLE, "there is no network interface"),
            errors_during_check=_LATER,
            drops_during_check=_LATER,
        )

    async def conclude(self, context: Context, reading: Interfaces) -> Interfaces:
        active = next((i for i in reading.interfaces if i.name == reading.active), None)
        if active is None or isinstance(active.counters, Unmeasured):
            return reading
        now = await context.platform.counters(active.name)
        return msgspec.structs.replace(
            reading,
            errors_during_check=max(0, _errors(now) - _errors(active.counters)),
            drops_during_check=max(0, _drops(now) - _drops(active.counters)),
        )


def _errors(counters: Counters) -> int:
    return counters.rx_errors + counters.tx_errors


def _drops(counters: Counters) -> int:
    return counters.rx_dropped + counters.tx_dropped
