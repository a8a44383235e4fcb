"""Rows of earlier checks: when, what was found, how fast, how far away."""

from __future__ import annotations

from diagnostics.explain.cause_names import cause_title
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.report.sheet import Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.verdict import Status
from diagnostics.words import Words, mark

#: the newest ones are shown; all of them stand in the Run
_MOST = 12
_NOTHING_FOUND = {
    Status.HEALTHY: mark("all was well"),
    Status.PROBLEM: mark("trouble, its place unknown"),
    Status.CANNOT_TELL: mark("could not be told"),
}


@fill.register
def fill_history(reading: History, sheet: Sheet) -> None:
    number = sheet.words.number(len(reading.checks))
    sheet.text(mark("Earlier checks that are known"), number)
    for check in reading.checks[:_MOST]:
        said = sheet.words.join([_found(check, sheet.words), *_figures(check, sheet.words)])
        sheet.text(mark("Check of {moment}"), said, moment=sheet.words.moment(check.at))


def _found(check: EarlierCheck, words: Words) -> str:
    if not check.causes:
        return words.say(_NOTHING_FOUND[check.status])
    return cause_title(check.causes[0], words).rstrip(".")


def _figures(check: EarlierCheck, words: Words) -> list[str]:
    """What is known of speed and delay."""
    said: list[str] = []
    if not isinstance(check.down_bps, Unmeasured):
        said.append(words.say("{rate} down", rate=words.rate(check.down_bps)))
    if not isinstance(check.up_bps, Unmeasured):
        said.append(words.say("{rate} up", rate=words.rate(check.up_bps)))
    if check.far:
        least = min(one.rtt_min_ms for one in check.far)
        said.append(words.say("the internet {delay} away", delay=words.ms(least)))
    return said
