"""The signal on the line as the modem tells it: level, noise and margin against their limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from diagnostics.belief import clip
from diagnostics.readings.modem import CableChannel, DslLine, ModemSignal, OpticalPort, Way
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.thresholds import (
    CABLE_LEVEL_DBMV,
    CABLE_SENT_DBMV,
    CABLE_SNR_DB,
    CABLE_SNR_LOW_LEVEL,
    DSL_MARGIN_DB,
    OPTICAL_DBM,
)

#: modems tell their levels to within 3 dB (CM-SP-PHYv3.0): so a decibel over a limit is little
_PER_DB = 1.6
#: one bad channel of many is a disturber on its frequency, and the others carry on
_SHARE = 4
#: how far over its limit a figure is (below it: negative), in dB, and the sentence that says so
Excess = tuple[float, str]


@sign("modem-signal-out", "The modem's signal lies outside its limits.", reads=ModemSignal,
      unit="dB", leak=0.001)  # fmt: skip
def modem_signal_out(scene: Scene) -> Grade:
    reading = scene.evidence.value(ModemSignal)
    if isinstance(reading, Unmeasured):
        return unknown("The modem does not tell its signal without a log-in.")
    found = [*_cable(reading.channels), *_copper(reading.dsl), *_fibre(reading.optics)]
    if not found:
        return unknown("The modem shows no figure that has a limit.")
    excess_db, text = max(found)
    return Grade(clip(1 / (1 + math.exp(-_PER_DB * excess_db))), text, excess_db, 0.0)


def _cable(channels: Sequence[CableChannel]) -> Iterator[Excess]:
    received = sorted((_received(one) for one in channels if one.way is Way.DOWN), reverse=True)
    if received:
        yield received[len(received) // _SHARE if len(received) > 3 else 0]
    sent = [one for one in channels if one.way is Way.UP]
    least, most = CABLE_SENT_DBMV
    limit = most[min(max(len(sent), 1), max(most))]
    for one in sent:
        if not isinstance(one.power_dbmv, Unmeasured):
            yield _outside("sends with", one.power_dbmv, "dBmV", (least, limit))


def _received(channel: CableChannel) -> Excess:
    """The worse of level and noise."""
    level, snr, modulation = channel.power_dbmv, channel.snr_db, channel.modulation
    found: list[Excess] = []
    if not isinstance(level, Unmeasured):
        found.append(_outside("receives", level, "dBmV", CABLE_LEVEL_DBMV))
    if not isinstance(snr, Unmeasured):
        needed = CABLE_SNR_DB[modulation.value]
        under, more = CABLE_SNR_LOW_LEVEL
        if modulation.value == "256-qam" and not isinstance(level, Unmeasured) and level < under:
            needed = more
        text = f"The modem's signal stands {snr:.1f} dB above the noise; {needed:g} dB are needed."
        found.append((needed - snr, text))
    return max(found, default=(-math.inf, ""))


def _outside(does: str, value: float, unit: str, limits: tuple[float, float]) -> Excess:
    least, most = limits
    text = f"The modem {does} {value:.1f} {unit}; from {least:g} to {most:g} {unit} are right."
    return max(least - value, value - most), text


def _copper(line: DslLine | Unmeasured) -> Iterator[Excess]:
    if isinstance(line, Unmeasured):
        return
    for word, margin in (("down", line.margin_down_db), ("up", line.margin_up_db)):
        if not isinstance(margin, Unmeasured):
            text = f"The line's noise margin {word} is {margin:.1f} dB; 6 dB are usual."
            yield DSL_MARGIN_DB - margin, text


def _fibre(port: OpticalPort | Unmeasured) -> Iterator[Excess]:
    if not isinstance(port, Unmeasured) and not isinstance(port.received_dbm, Unmeasured):
        yield _outside("receives light of", port.received_dbm, "dBm", OPTICAL_DBM)
