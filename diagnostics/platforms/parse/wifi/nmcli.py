"""`nmcli device wifi list`, terse or as a table: columns are known by their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from diagnostics.platforms.parse.wifi.shown import (
    BLANK_NETWORK,
    MASKED,
    NOT_SHOWN,
    WifiShown,
    channel_shown,
    looks_like_mac,
    mac_shown,
    name_shown,
    rate_shown,
)
from diagnostics.readings.wifi import Concealed, Network, Security
from diagnostics.result import Unmeasured

_LOCK = re.compile(
    r"--|(?:WPA[123]?|WEP|OWE(?:-TM)?|802\.1X)(?:[ ]+(?:WPA[123]?|WEP|OWE(?:-TM)?|802\.1X))*"
)
_RATE = re.compile(r"\d+ Mbit/s")
_BARS = re.compile(r"[▂▄▆█_*]{1,4}\s*")
_MHZ = re.compile(r"(\d{4}) MHz")
_WHOLE = re.compile(r"\d{1,3}")


def parse_nmcli(text: str) -> WifiShown | None:
    """None where no line is a network."""
    networks = tuple(_terse(text)) or tuple(_table(text))
    return WifiShown(tool="nmcli", networks=networks) if networks else None


def _terse(text: str) -> Iterator[Network]:
    for line in text.splitlines():
        fields = [re.sub(r"\\(.)", r"\1", f) for f in re.split(r"(?<!\\)(?:\\\\)*:", line)]
        at = next((i for i, field in enumerate(fields) if looks_like_mac(field)), None)
        if at is not None and len(fields) > 2 and "\\:" in line:
            yield _network(fields, at)


def _network(fields: Sequence[str], at: int) -> Network:
    """The SSID stands beside the BSSID: before it where it is asked for first, else behind it."""
    before = [field for field in fields[:at] if field not in {"", "*", " "}]
    first = (
        bool(fields[:at])
        and (bool(before) or fields[at - 1] == "")
        and not _only_marks(fields[:at])
    )
    name = fields[at - 1] if first else fields[at + 1] if at + 1 < len(fields) else ""
    rest = [field for i, field in enumerate(fields) if i not in {at, at - 1 if first else at + 1}]
    wholes = [field for field in rest if _WHOLE.fullmatch(field)]
    lock = next((field for field in reversed(rest) if _LOCK.fullmatch(field.strip())), "")
    mhz = next((match for field in rest if (match := _MHZ.fullmatch(field))), None)
    channel = wholes[0] if len(wholes) > 1 else None
    return msgspec.structs.replace(
        BLANK_NETWORK,
        bssid=mac_shown(fields[at]),
        name=Concealed() if name in {"", "--"} else name_shown(name),
        quality_percent=_percent(wholes),
        channel=channel_shown(
            int(channel) if channel else None, frequency_mhz=int(mhz.group(1)) if mhz else None
        ),
        max_rate_bps=next((rate_shown(f) for f in rest if _RATE.fullmatch(f)), NOT_SHOWN),
        security=lock_security(lock),
    )


def _only_marks(fields: Sequence[str]) -> bool:
    """The IN-USE column: an asterisk or a blank."""
    return all(field in {"*", " "} for field in fields)


def _percent(wholes: Sequence[str]) -> float | Unmeasured:
    if not wholes:
        return NOT_SHOWN
    if wholes[-1] in {"00", "000"}:  # nmcli writes 0; this is a mask over the digits
        return MASKED
    return float(wholes[-1]) if int(wholes[-1]) <= 100 else NOT_SHOWN


def lock_security(words: str) -> Security | Unmeasured:
    """NetworkManager names 802.1X where it is asked for; the rest is with a password."""
    kinds = set(words.split())
    if "802.1X" in kinds:
        if "WPA3" in kinds and not kinds & {"WPA1", "WPA2"}:
            return Security.WPA3_ENTERPRISE
        only_old = kinds & {"WPA1", "WPA"} and "WPA2" not in kinds
        return Security.WPA_ENTERPRISE if only_old else Security.WPA2_ENTERPRISE
    for needed, security in (
        ({"WPA2", "WPA3"}, Security.WPA3_TRANSITION),
        ({"WPA3"}, Security.WPA3_PERSONAL),
        ({"WPA2"}, Security.WPA2_PERSONAL),
        ({"WPA1"}, Security.WPA_PERSONAL),
        ({"WPA"}, Security.WPA_PERSONAL),
        ({"OWE"}, Security.ENHANCED_OPEN),
        ({"WEP"}, Security.WEP),
    ):
        if needed <= kinds:
            return security
    return Security.OPEN


def _table(text: str) -> Iterator[Network]:
    """Columns start where the words of the heading start."""
    lines = text.splitlines()
    head = next(
        (i for i, line in enumerate(lines) if re.search(r"\bSSID\b", line) and "  " in line), None
    )
    if head is None:
        return
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S+(?: \S+)*", lines[head])]
    titles = [match.group() for match in re.finditer(r"(?<!\S)\S+(?: \S+)*", lines[head])]
    for line in lines[head + 1 :]:
        ends = [*starts[1:], None]
        cells = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        if "BSSID" in titles and looks_like_mac(cells[titles.index("BSSID")]):
            at = titles.index("BSSID")
            yield _from_table(cells, at, titles.index("SSID") if "SSID" in titles else at + 1)
        elif "BSSID" not in titles and any(_RATE.fullmatch(cell) for cell in cells):
            yield _from_table(cells, None, titles.index("SSID"))


def _from_table(cells: Sequence[str], bssid_at: int | None, ssid_at: int) -> Network:
    rest = [c for i, c in enumerate(cells) if i not in {bssid_at, ssid_at} and c != "*"]
    plain = ["x", "00:00:00:00:00:00" if bssid_at is None else cells[bssid_at], *rest]
    found = _network(plain, 1)
    return msgspec.structs.replace(
        found,
        bssid=NOT_SHOWN if bssid_at is None else found.bssid,
        name=Concealed() if cells[ssid_at] in {"", "--"} else name_shown(cells[ssid_at]),
    )
