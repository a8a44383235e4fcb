"""The table of everything that was measured: groups of rows, each row a label and a figure."""

from __future__ import annotations

from functools import singledispatch

import msgspec

from diagnostics.readings.echo import EchoSeries
from diagnostics.result import Reading, Unmeasured
from diagnostics.words import Words, mark


class Row(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    value: str
    measured: bool = True


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of one probe; with no reading it has one row, which says why."""

    probe: str
    title: str
    rows: tuple[Row, ...]


class Sheet:
    """Collects the rows of one reading; labels are source texts and are said here."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.rows: list[Row] = []

    def text(self, label: str, value: str, **parts: str) -> None:
        self.rows.append(Row(label=self.words.say(label, **parts), value=value))

    def say(self, label: str, value: str, **parts: str) -> None:
        """The value is a word of our own and is translated."""
        self.text(label, self.words.say(value), **parts)

    def figure(
        self, label: str, value: float | str | Unmeasured, unit: str = "", **parts: str
    ) -> None:
        shown = self.words.by_unit(value, unit)
        measured = not isinstance(value, Unmeasured)
        self.rows.append(Row(label=self.words.say(label, **parts), value=shown, measured=measured))

    def fact(self, label: str, value: bool | Unmeasured, **parts: str) -> None:
        if isinstance(value, Unmeasured):
            self.figure(label, value, **parts)
        else:
            self.say(label, YES if value else NO, **parts)

    def names(self, label: str, names: tuple[str, ...], **parts: str) -> None:
        """Foreign strings as one list; "none" when there are none."""
        shown = [self.words.name(name) for name in names]
        self.text(label, self.words.join(shown) or self.words.say(NONE), **parts)

    def count(self, label: str, sent: int, received: int, **parts: str) -> None:
        both = {"sent": self.words.number(sent), "received": self.words.number(received)}
        self.text(label, self.words.say("{received} of {sent}", **both), **parts)

    def echoes(self, place: str, series: EchoSeries | Unmeasured) -> None:
        """Loss, delay and jitter to one place (already a safe name)."""
        if isinstance(series, Unmeasured):
            self.figure(mark("{place}: echoes"), series, place=place)
            return
        loss = self.words.say(
            "{percent} lost, {received} of {sent} answered",
            percent=self.words.percent(series.loss_percent),
            received=self.words.number(series.received),
            sent=self.words.number(series.sent),
        )
        self.text(mark("{place}: loss"), loss, place=place)
        if series.received:
            self._delays(place, series)

    def _delays(self, place: str, series: EchoSeries) -> None:
        delay = self.words.say(
            "{median}, 9 of 10 below {p90}",
            median=self.words.by_unit(series.rtt_median_ms, "ms"),
            p90=self.words.by_unit(series.rtt_p90_ms, "ms"),
        )
        self.text(mark("{place}: delay"), delay, place=place)
        self.figure(mark("{place}: jitter"), series.jitter_ms, "ms", place=place)
        if series.longest_gap_s > 0:
            self.figure(mark("{place}: longest break"), series.longest_gap_s, "s", place=place)


YES, NO, NONE = mark("yes"), mark("no"), mark("none")


@singledispatch
def fill(reading: Reading, sheet: Sheet) -> None:
    """Put a reading's figures into the sheet; each reading type registers its own."""
    fields = msgspec.structs.asdict(reading)
    sheet.text(mark("Measured values"), sheet.words.number(len(fields)))
