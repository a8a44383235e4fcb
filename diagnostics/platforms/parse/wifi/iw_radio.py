"""The radio elements as `iw … scan` prints them: width, generation, streams and best rate."""

from __future__ import annotations

import re

from diagnostics.platforms.parse.wifi.shown import NOT_SHOWN, channel_shown, number_in
from diagnostics.readings.wifi import Band, Channel, Generation
from diagnostics.result import Unmeasured
from diagnostics.wire.wifi.frequencies import band_of, frequency_of

_OLD = frozenset((1.0, 2.0, 5.5, 11.0))


def section(body: str, title: str) -> str:
    """Lines under a title, up to the next line that is not deeper; "" where there is none."""
    found = re.search(rf"(?m)^([ \t]*){title}:[^\n]*\n", body)
    if found is None:
        return ""
    depth = len(found.group(1).expandtabs(8))
    kept: list[str] = []
    for line in body[found.end() :].split("\n"):
        if line.strip() and len(line) - len(line.lstrip()) == 0 and depth:
            break
        if line.strip() and len(line[: len(line) - len(line.lstrip())].expandtabs(8)) <= depth:
            break
        kept.append(line)
    return "\n".join(kept)


def _field(text: str, label: str) -> str:
    found = re.search(rf"(?m)\*?[ \t]*{label}:[ \t]*([^\n]*)", text)
    return "" if found is None else found.group(1).strip()


def width_shown(body: str, frequency: int | None) -> Channel | Unmeasured:
    ht, vht = section(body, "HT operation"), section(body, "VHT operation")
    he = section(body, "HE Operation") or section(body, "HE operation")
    plain = channel_shown(None, frequency_mhz=frequency)
    if isinstance(plain, Unmeasured) or frequency is None:
        return plain
    band = band_of(frequency)
    width, centre = _vht(vht, band) if vht else (0, 0)
    if not width and band is Band.GHZ_6:
        width, centre = _six(he)
    if not width and ht:
        offset = {"above": 1, "below": -1}.get(_field(ht, "secondary channel offset"), 0)
        wide = offset and not _field(ht, "STA channel width").startswith("20")
        width, centre = (40, frequency + 10 * offset) if wide else (20, frequency)
    if not width and not ht and not he and re.search(r"(?m)^[ \t]*Supported rates:", body):
        width, centre = 20, frequency
    if not width:
        return plain
    return channel_shown(None, frequency_mhz=frequency, width_mhz=width, centre_mhz=centre)


def _vht(vht: str, band: Band | None) -> tuple[int, int]:
    code = number_in(_field(vht, "channel width"))
    first = int(number_in(_field(vht, "center freq segment 1")) or 0)
    second = int(number_in(_field(vht, "center freq segment 2")) or 0)
    if not code or not first or band is not Band.GHZ_5:
        return 0, 0
    if code == 2 or abs(second - first) == 8:
        return 160, frequency_of(second or first, band)
    return 80, frequency_of(first, band)


def _six(he: str) -> tuple[int, int]:
    width = int(number_in(_field(he, "Channel Width")) or 0)
    first = int(number_in(_field(he, r"Center Frequency Segment 0(?: index)?")) or 0)
    second = int(number_in(_field(he, r"Center Frequency Segment 1(?: index)?")) or 0)
    centre = second if width == 160 and second else first
    return (width, frequency_of(centre, Band.GHZ_6)) if width and centre else (0, 0)


def ability_shown(
    body: str,
) -> tuple[Generation | Unmeasured, int | Unmeasured, float | Unmeasured]:
    """Generation, streams, best rate; the rate only of networks from before 802.11n."""
    five = bool(re.search(r"(?m)^[ \t]*freq:[ \t]*[456]\d{3}", body))
    for title, generation in (
        (r"EHT [Cc]apabilities", Generation.BE),
        (r"HE [Cc]apabilities", Generation.AX),
        (r"VHT [Cc]apabilities", Generation.AC),
    ):
        if generation is Generation.AC and not five:
            continue
        text = section(body, title)
        if text:
            return generation, _streams(text), NOT_SHOWN
    ht = section(body, r"HT [Cc]apabilities")
    if ht:
        return Generation.N, _ht_streams(ht), NOT_SHOWN
    return _before_n(body, five=five)


def _streams(text: str) -> int | Unmeasured:
    counts = [int(n) for n in re.findall(r"(?m)(\d) streams: MCS", text)]
    return max(counts) if counts else NOT_SHOWN


def _ht_streams(text: str) -> int | Unmeasured:
    found = re.search(r"MCS rate indexes supported:([^\n]*)", text)
    indexes = [int(n) for n in re.findall(r"\d+", found.group(1))] if found else []
    usable = [index for index in indexes if index < 32]
    return max(usable) // 8 + 1 if usable else NOT_SHOWN


def _before_n(
    body: str, *, five: bool
) -> tuple[Generation | Unmeasured, int | Unmeasured, float | Unmeasured]:
    lines = re.findall(r"(?mi)^[ \t]*(?:extended )?supported rates:([^\n]*)", body)
    rates = {float(n) for line in lines for n in re.findall(r"\d+\.\d", line)}
    if not rates:
        return NOT_SHOWN, NOT_SHOWN, NOT_SHOWN
    old = Generation.B if rates <= _OLD else Generation.G
    return (Generation.A if five else old), 1, max(rates) * 1e6
