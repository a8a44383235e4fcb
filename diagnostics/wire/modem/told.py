"""What a modem's page told, as its reading needs it; light, as most routers tell nothing."""

from __future__ import annotations

import msgspec

from diagnostics.readings.modem import CableChannel, DslLine, OpticalPort
from diagnostics.result import Reason, Unmeasured

NOT_SHOWN = Unmeasured(Reason.NOT_SUPPORTED, "not shown")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of line at most is told; the others are empty or Unmeasured."""

    channels: tuple[CableChannel, ...] = ()
    dsl: DslLine | Unmeasured = NOT_SHOWN
    optics: OpticalPort | Unmeasured = NOT_SHOWN

    @property
    def anything(self) -> bool:
        dark = isinstance(self.dsl, Unmeasured) and isinstance(self.optics, Unmeasured)
        return bool(self.channels) or not dark
