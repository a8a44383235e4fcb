"""Rows of what the modem tells of the signal on the line."""

from __future__ import annotations

from diagnostics.readings.modem import CableChannel, DslLine, ModemSignal, OpticalPort, Way
from diagnostics.report.sheet import Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.words import mark


@fill.register
def fill_modem_signal(reading: ModemSignal, sheet: Sheet) -> None:
    sheet.figure(mark("Told by"), reading.told_by)
    for number, channel in enumerate(reading.channels, start=1):
        _channel(number, channel, sheet)
    if not isinstance(reading.dsl, Unmeasured):
        _copper(reading.dsl, sheet)
    if not isinstance(reading.optics, Unmeasured):
        _fibre(reading.optics, sheet)


def _channel(number: int, channel: CableChannel, sheet: Sheet) -> None:
    count = sheet.words.number(number)
    down = channel.way is Way.DOWN
    label = mark("Channel {number}, received") if down else mark("Channel {number}, sent")
    sheet.figure(label, channel.power_dbmv, "dBmV", number=count)
    if down:
        sheet.figure(mark("Channel {number}, above noise"), channel.snr_db, "dB", number=count)


def _copper(line: DslLine, sheet: Sheet) -> None:
    sheet.figure(mark("Noise margin down"), line.margin_down_db, "dB")
    sheet.figure(mark("Noise margin up"), line.margin_up_db, "dB")
    sheet.figure(mark("Attenuation down"), line.attenuation_down_db, "dB")
    sheet.figure(mark("Attenuation up"), line.attenuation_up_db, "dB")


def _fibre(port: OpticalPort, sheet: Sheet) -> None:
    sheet.figure(mark("Light received"), port.received_dbm, "dBm")
    sheet.figure(mark("Light sent"), port.sent_dbm, "dBm")
