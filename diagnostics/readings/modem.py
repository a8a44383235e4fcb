"""What modem or router openly tell of the signal on the line, without a password."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address
from diagnostics.result import Figures, Reading, Unmeasured


class Way(StrEnum):
    DOWN = "down"
    UP = "up"


class Modulation(StrEnum):
    """`several`: OFDM and OFDMA give each subcarrier its own (DOCSIS 3.1)."""

    QAM_16 = "16-qam"
    QAM_64 = "64-qam"
    QAM_256 = "256-qam"
    SEVERAL = "several"
    OTHER = "other"


class CableChannel(msgspec.Struct, frozen=True, kw_only=True):
    """One locked DOCSIS channel; codewords are counted since the modem started."""

    way: Way
    modulation: Modulation
    power_dbmv: float | Unmeasured
    snr_db: float | Unmeasured
    corrected: int | Unmeasured
    uncorrectable: int | Unmeasured


class DslLine(Figures, frozen=True, kw_only=True):
    """Noise margin and attenuation in dB (ITU-T G.997.1); rates in bits per second."""

    margin_down_db: float | Unmeasured
    margin_up_db: float | Unmeasured
    attenuation_down_db: float | Unmeasured
    attenuation_up_db: float | Unmeasured
    rate_down_bps: float | Unmeasured
    rate_up_bps: float | Unmeasured


class OpticalPort(Figures, frozen=True, kw_only=True):
    """Power at the home's end of a passive optical network."""

    received_dbm: float | Unmeasured
    sent_dbm: float | Unmeasured


class ModemSignal(Reading, frozen=True, kw_only=True):
    """`told_by` is the machine that tells; exactly one kind of line is told, the others are not."""

    PROBE: ClassVar[str] = "modem-signal"
    told_by: Address
    channels: tuple[CableChannel, ...]
    dsl: DslLine | Unmeasured
    optics: OpticalPort | Unmeasured
