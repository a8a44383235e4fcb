"""Written cases of what a modem tells of its signal: out of its limits, and close to them."""

from __future__ import annotations

from dataclasses import replace

from diagnostics.profile import Plan, Technology
from diagnostics.readings.modem import (
    CableChannel,
    DslLine,
    ModemSignal,
    Modulation,
    OpticalPort,
    Way,
)
from diagnostics.result import Reason, Unmeasured
from tests.cases import home as h
from tests.cases.fault import Fault
from tests.cases.home import HomeInFigures

HOME = HomeInFigures()
NOT_SHOWN = Unmeasured(Reason.NOT_SUPPORTED, "not shown")


def channel(
    power_dbmv: float, snr_db: float | Unmeasured = NOT_SHOWN, modulation: Modulation | None = None
) -> CableChannel:
    """With a figure of noise it is one that is received."""
    up = isinstance(snr_db, Unmeasured)
    return CableChannel(
        way=Way.UP if up else Way.DOWN,
        modulation=modulation or (Modulation.QAM_64 if up else Modulation.QAM_256),
        power_dbmv=power_dbmv,
        snr_db=snr_db,
        corrected=NOT_SHOWN if up else 40,
        uncorrectable=NOT_SHOWN if up else 0,
    )


def cable(*channels: CableChannel) -> ModemSignal:
    return ModemSignal(told_by="192.168.100.1", channels=channels, dsl=NOT_SHOWN, optics=NOT_SHOWN)


def dsl(down_db: float, up_db: float = 7.0) -> ModemSignal:
    line = DslLine(
        margin_down_db=down_db,
        margin_up_db=up_db,
        attenuation_down_db=31.0,
        attenuation_up_db=14.0,
        rate_down_bps=40e6,
        rate_up_bps=8e6,
    )
    return ModemSignal(told_by=h.ROUTER, channels=(), dsl=line, optics=NOT_SHOWN)


def fibre(received_dbm: float) -> ModemSignal:
    port = OpticalPort(received_dbm=received_dbm, sent_dbm=2.3)
    return ModemSignal(told_by=h.ROUTER, channels=(), dsl=NOT_SHOWN, optics=port)


GOOD = (channel(2.5, 39.0),) * 16
SENT = (channel(44.5),) * 4


def _on(technology: Technology, *readings: h.Reading) -> HomeInFigures:
    home = replace(HOME, plan=Plan(down_mbps=100, up_mbps=20, technology=technology))
    return home.having(*readings)


def _weak_and_lossy() -> HomeInFigures:
    """A corroded plug: weak, and noisy enough that packets get lost."""
    lossy = tuple(h.echoes(text, 14.0, lost=h.every(12)) for text in h.ANCHORS)
    edge = h.path(9.0, h.echoes(h.EDGE, 9.0, lost=h.every(12)))
    weak = (channel(-17.0, 29.5),) * 16
    return HOME.having(cable(*weak, *SENT), edge, h.anchors(series=lossy))


def _noisy_and_slow() -> HomeInFigures:
    """A copper line with hardly any margin left, and slower than sold."""
    slow = replace(HOME, plan=Plan(down_mbps=100, up_mbps=20, technology=Technology.VDSL))
    slow = replace(slow, down_mbps=(38.0, 37.5))
    return slow.having(dsl(0.8), h.throughput(slow))


MODEM_FAULTS = (
    Fault("modem-signal-poor", _weak_and_lossy),
    Fault("modem-signal-poor", _noisy_and_slow),
    Fault("modem-signal-poor", lambda: _on(Technology.FTTH, fibre(-32.5))),
    Fault("modem-signal-poor", lambda: HOME.having(cable(*GOOD, *(channel(56.5),) * 4))),
    Fault("modem-signal-poor", lambda: HOME.having(cable(*(channel(1.0, 24.0),) * 8, *SENT))),
)

#: near misses: each lies within its limit, or speaks for one channel only
MODEM_SOUND = {
    "modem-well": lambda: HOME.having(cable(*GOOD, *SENT)),
    "modem-level-just-in": lambda: HOME.having(cable(*(channel(-13.5, 36.0),) * 16, *SENT)),
    "modem-level-high-just-in": lambda: HOME.having(cable(*(channel(13.5, 38.0),) * 16, *SENT)),
    "modem-noise-just-in": lambda: HOME.having(cable(*(channel(0.5, 32.0),) * 16, *SENT)),
    "modem-sends-hard": lambda: HOME.having(cable(*GOOD, *(channel(49.5),) * 4)),
    "modem-sends-hard-alone": lambda: HOME.having(cable(*GOOD, channel(55.5))),
    "modem-one-channel-disturbed": lambda: HOME.having(cable(*GOOD, channel(-2.0, 21.0), *SENT)),
    "modem-ofdm-profile-low": lambda: HOME.having(
        cable(*GOOD, channel(0.0, 29.5, Modulation.SEVERAL), *SENT)
    ),
    "dsl-margin-lower-target": lambda: _on(Technology.VDSL, dsl(4.6)),
    "fibre-far": lambda: _on(Technology.FTTH, fibre(-25.2)),
    "fibre-near": lambda: _on(Technology.FTTH, fibre(-9.8)),
}
