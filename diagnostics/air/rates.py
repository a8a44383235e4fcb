"""What a link can carry: from signal over noise to a rate, and from a rate to what gets through.

Steps of rate and the signal they need: receiver sensitivities of 802.11-2020, tables 17-18, 19-23
and 21-25, and 802.11ax-2021 table 27-51, less thermal noise and 7 dB of noise figure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from diagnostics.readings.wifi import Band, Generation

#: thermal noise in 20 MHz (-101 dBm) and a receiver's noise figure of 7 dB
NOISE_DBM = -94.0
#: signal over noise (dB in 20 MHz) that each modulation needs, and its data bits a carrier
_STEPS = (
    (5.0, 0.5),  # BPSK 1/2: -82 dBm at 20 MHz, with the margin of the tables
    (8.0, 1.0),
    (10.0, 1.5),
    (13.0, 2.0),
    (17.0, 3.0),
    (21.0, 4.0),
    (22.5, 4.5),
    (24.0, 5.0),
    (29.0, 6.0),  # 256-QAM: 802.11ac on
    (31.0, 20 / 3),
    (34.0, 7.5),  # 1024-QAM: 802.11ax on
    (36.0, 25 / 3),
)
#: steps that a generation knows
_KNOWN_STEPS = {
    Generation.B: 4,
    Generation.A: 8,
    Generation.G: 8,
    Generation.N: 8,
    Generation.AC: 10,
    Generation.AX: 12,
    Generation.BE: 12,
}
#: data carriers by width, before and from 802.11ax on (whose symbols are four times as long)
_CARRIERS = {20: 52, 40: 108, 80: 234, 160: 468, 320: 936}
_AX_CARRIERS = {20: 234, 40: 468, 80: 980, 160: 1960, 320: 3920}
_SYMBOL_S, _AX_SYMBOL_S = 3.6e-6, 13.6e-6
_LEGACY_BPS = {Generation.B: 11e6, Generation.A: 54e6, Generation.G: 54e6}
#: payload of TCP as part of the rate on the air, the air being ours: with aggregation two thirds,
#: without it half or less (measured shares in 802.11n/ac field tests; frame and gap times of
#: 802.11-2020 table 17-21 give 31 of 54 Mbit/s without aggregation, and 5.9 of 11)
_AGGREGATED, _SINGLE = 0.65, 0.55
_MOST_STREAMS = 8


@dataclass(frozen=True)
class Gear:
    """What both ends of a link are able to do."""

    generation: Generation
    streams: int
    width_mhz: int

    def at_most(self, width_mhz: int) -> Gear:
        return Gear(self.generation, self.streams, min(self.width_mhz, width_mhz))


def noise_dbm(width_mhz: int, floor_dbm: float = NOISE_DBM) -> float:
    """Noise in a wider channel; `floor_dbm` is that of 20 MHz."""
    return floor_dbm + 10 * math.log10(width_mhz / 20)


def link_rate_bps(gear: Gear, signal_over_noise_db: float) -> float:
    """Rate on the air; 0 where even the slowest step is out of reach. Streams share the power."""
    best = 0.0
    for streams in range(1, min(max(gear.streams, 1), _MOST_STREAMS) + 1):
        # each stream more needs 3 dB of power and some dB for telling them apart (judgement)
        own = signal_over_noise_db - 10 * math.log10(streams) - 1.5 * (streams - 1)
        best = max(best, streams * _stream_bps(gear, own))
    return min(best, _LEGACY_BPS.get(gear.generation, math.inf))


def _stream_bps(gear: Gear, signal_over_noise_db: float) -> float:
    steps = _STEPS[: _KNOWN_STEPS[gear.generation]]
    reached = [bits for need, bits in steps if signal_over_noise_db >= need]
    if not reached:
        return 0.0
    wide = min(gear.width_mhz, 320)
    if gear.generation in {Generation.AX, Generation.BE}:
        return _AX_CARRIERS[wide] * reached[-1] / _AX_SYMBOL_S
    return _CARRIERS[wide] * reached[-1] / _SYMBOL_S


def payload_bps(rate_bps: float, generation: Generation) -> float:
    """What TCP gets out of a rate when nobody else wants the air."""
    return rate_bps * (_SINGLE if generation in _LEGACY_BPS else _AGGREGATED)


def widest(generation: Generation, band: Band) -> int:
    """Width that every access point of the generation can be set to, MHz."""
    if band is Band.GHZ_2_4:
        return 20
    wide = {Generation.N: 40, Generation.AC: 80, Generation.AX: 80, Generation.BE: 80}
    if band is Band.GHZ_6 and generation is Generation.BE:
        return 160
    return wide.get(generation, 20)
