"""A stream of packets at a voice call's rate to a reflector and back."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import Address, HostName
from diagnostics.readings.load import Where
from diagnostics.result import Reading, Unmeasured


class VoiceWay(msgspec.Struct, frozen=True, kw_only=True):
    """One direction: jitter as in RFC 3550, 6.4.1, reordered packets as in RFC 4737.

    `lost` is Unmeasured where the reflector does not count what reaches it.
    """

    lost: int | Unmeasured
    jitter_ms: float
    reordered: int


class Voice(Reading, frozen=True, kw_only=True):
    """Figures over `sent` packets; what they mean and their limits: `diagnostics.wire.voice`.

    `longest_loss` counts packets in a row, `discarded` those too late for a jitter buffer of
    60 ms. `rating` is R (0..93.2), `mos` 1..4.5, both by the E-model of ITU-T G.107 for G.711.
    """

    PROBE: ClassVar[str] = "voice"
    server: HostName
    address: Address
    where: Where
    sent: int
    received: int
    loss_percent: float
    longest_loss: int
    duplicates: int
    discarded: int
    rtt_median_ms: float
    rtt_max_ms: float
    up: VoiceWay
    down: VoiceWay
    rating: float
    mos: float
