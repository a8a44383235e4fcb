"""Mishaps of a network adapter in a system's log. Only counts leave: lines may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnostics.readings.driver import DriverMishaps

#: one mishap writes many lines
_TOGETHER_S = 10.0
#: as the Linux drivers say it: iwlwifi, ath10k, ath11k, ath12k, brcmfmac, mt76, rtw88, rtw89
_CRASH = re.compile(
    r"microcode sw error|fw error|firmware (has )?(halted or )?crashed|firmware error"
    r"|psm's watchdog|wlan firmware crash|fw_crashed",
    re.IGNORECASE,
)
#: … and the core (net/sched/sch_generic.c), e1000e, igb, r8169, r8152, mt76
_RESET = re.compile(
    r"netdev watchdog.*timed out|hardware unit hang|reset adapter|tx timeout|chip reset"
    r"|hardware restart|restarting hardware|recovering from hw error|adapter reset",
    re.IGNORECASE,
)
#: of NDIS: 10400 the adapter is being reset, 10317 its driver reports a fatal error
_EVENT = re.compile(r"<EventID[^<>]{0,60}>(10400|10317)</EventID>")
_RECORD = re.compile(r"\d{1,12},\d{1,20},(\d{1,18}),[^;]{0,80};(.{0,400})")
_JOURNAL = re.compile(r"\[\s{0,12}(\d{1,12}\.\d{1,9})\] \S{1,80} kernel: (.{0,400})")


def parse_kmsg(text: str, names: Iterable[str], now_s: float, window_s: float) -> DriverMishaps:
    """Records of /dev/kmsg (Documentation/ABI/testing/dev-kmsg) that speak of one of `names`.

    `names`: interface, radio and place on the bus; `now_s` on the clock of the records.
    """
    found = (_RECORD.match(line) for line in text.splitlines())
    rows = ((int(one[1]) / 1e6, one[2]) for one in found if one is not None)
    return _counted(rows, names, now_s, window_s)


def parse_journal(text: str, names: Iterable[str], now_s: float, window_s: float) -> DriverMishaps:
    """The same of what `journalctl --dmesg --output=short-monotonic` prints."""
    found = (_JOURNAL.match(line) for line in text.splitlines())
    rows = ((float(one[1]), one[2]) for one in found if one is not None)
    return _counted(rows, names, now_s, window_s)


def _counted(
    rows: Iterable[tuple[float, str]], names: Iterable[str], now_s: float, window_s: float
) -> DriverMishaps:
    known = "|".join(re.escape(name) for name in names if name)
    wanted = re.compile(rf"(?<![\w.])({known})(?![\w.])")
    times: dict[str, list[float]] = {"crash": [], "reset": []}
    for at_s, words in rows:
        recent = now_s - window_s <= at_s <= now_s + 1
        if not recent or not known or wanted.search(words) is None:
            continue
        if _CRASH.search(words):
            times["crash"].append(at_s)
        elif _RESET.search(words):
            times["reset"].append(at_s)
    return DriverMishaps(
        resets=_apart(times["reset"]), crashes=_apart(times["crash"]), window_s=window_s
    )


def _apart(times: list[float]) -> int:
    found, last_s = 0, float("-inf")
    for at_s in sorted(times):
        found += at_s - last_s > _TOGETHER_S
        last_s = at_s
    return found


def parse_wevtutil(text: str, window_s: float) -> DriverMishaps:
    """What `wevtutil qe System /f:xml` prints of NDIS's events of that time."""
    events = _EVENT.findall(text)
    return DriverMishaps(
        resets=events.count("10400"), crashes=events.count("10317"), window_s=window_s
    )
