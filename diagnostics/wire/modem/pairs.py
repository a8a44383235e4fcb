"""Labels with their figures: DSL and fibre pages tell one line, in two columns at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import msgspec

from diagnostics.readings.modem import DslLine, OpticalPort, Way
from diagnostics.result import Unmeasured
from diagnostics.wire.modem.labels import figure
from diagnostics.wire.modem.markup import LONGEST_PAGE, TAG, shown
from diagnostics.wire.modem.tables import tables_in
from diagnostics.wire.modem.told import NOT_SHOWN

_MOST = 3000
#: ITU-T G.997.1: margins from -51.1 to 51.1 dB, attenuation to 127 dB; no line is at the ends
_MARGIN, _ATTENUATION = (-10.0, 45.0), (0.0, 120.0)
#: what receivers of passive optical networks show at all; -40 dBm stands for darkness
_RECEIVED, _SENT = (-45.0, 8.0), (-10.0, 12.0)
_LINE = re.compile(r"([A-Za-z][\w /()&.-]{2,60}?)\s*[:=]\s*([-+\u2212]?\d[\d.,]*\s*[A-Za-z/]*)")
_BREAK = re.compile(r"(?i)</?(p|div|li|br|tr|dl|dd|ul|table|section|h[1-6])\b[^<>]*>")
_TERM = re.compile(r"(?i)</dt\s{0,9}>\s{0,99}<dd\b[^<>]*>")
_NAMED = re.compile(r"(?i)</(dt|th|label)\s{0,9}>")
_OF_FIBRE = re.compile(r"(?i)optic|pon\b|ponstat|\bfib(er|re)|\bonu\b|\bont\b|\bsfp\b")
_ATTAINABLE = re.compile(r"max|attainable|capacity|theoretical|min|target|threshold|alarm|warning")


class Pair(msgspec.Struct, frozen=True):
    """`column` is the heading above the figure, "" where there is none."""

    label: str
    column: str
    value: str

    @property
    def words(self) -> str:
        return f"{self.label} {self.column}".lower().replace("_", " ")


def pairs_in(page: str) -> tuple[Pair, ...]:
    """Of every table, or of a JSON document, or of lines such as `Noise margin: 6 dB`."""
    stripped = page.lstrip()[:LONGEST_PAGE]
    if stripped[:1] in ("{", "["):
        return tuple(_taken(_from_json(stripped)))
    found = tuple(_taken(_from_tables(page)))
    text = _BREAK.sub("\n", _NAMED.sub(": ", _TERM.sub(": ", shown(stripped))))
    text = unescape(TAG.sub(" ", text))
    return (*found, *(Pair(one[1].strip(), "", one[2]) for one in _lines(text)))


def _lines(text: str) -> list[re.Match[str]]:
    return [one for row in text.splitlines()[:_MOST] if (one := _LINE.search(row[:200]))]


def _taken(pairs: Iterator[Pair]) -> Iterator[Pair]:
    for _, pair in zip(range(_MOST), pairs, strict=False):
        yield pair


def _from_tables(page: str) -> Iterator[Pair]:
    for table in tables_in(page):
        head = next((row for row in table.rows if _names_ways(row)), ())
        for row in table.rows:
            for at, cell in enumerate(row[1:4], start=1):
                yield Pair(row[0], head[at] if len(head) == len(row) else "", cell)
            if len(head) == len(row) - 1:  # a heading without a cell over the labels
                for at, cell in enumerate(row[1:]):
                    yield Pair(row[0], head[at], cell)


def _names_ways(row: tuple[str, ...]) -> bool:
    return sum(_way_of(cell.lower()) is not None for cell in row) >= 2


def _from_json(text: str) -> Iterator[Pair]:
    try:
        yield from _walked(msgspec.json.decode(text.encode()), "", 0)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return


def _walked(node: object, above: str, depth: int) -> Iterator[Pair]:
    if depth > 6:
        return
    if isinstance(node, dict):
        rows = msgspec.convert(node, dict[str, object])
        name, value = rows.get("varid"), rows.get("varvalue")  # Speedport's way of saying it
        if isinstance(name, str) and isinstance(value, str):
            yield Pair(_spaced(name), above, value)
            return
        for key, inner in rows.items():
            if isinstance(inner, str | int | float):
                yield Pair(_spaced(key), above, str(inner)[:60])
            else:
                yield from _walked(inner, _spaced(key), depth + 1)
    elif isinstance(node, list):
        for inner in msgspec.convert(node, list[object])[:200]:
            yield from _walked(inner, above, depth + 1)


def _spaced(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key[:60]).replace("_", " ")


def _way_of(words: str) -> Way | None:
    down = re.search(r"\bdown|\bds\b|\brx\b|receive", words)
    up = re.search(r"\bup(stream|load)?\b|\bus\b|\btx\b|transmit", words)
    if bool(down) == bool(up):
        return None
    return Way.DOWN if down else Way.UP


# --- a copper line --------------------------------------------------------------------------------


def dsl_in(page: str) -> DslLine | Unmeasured:
    """A line whose noise margin is shown for one way at least; anything else is no DSL page."""
    return dsl_of(pairs_in(page))


def dsl_of(pairs: tuple[Pair, ...]) -> DslLine | Unmeasured:
    margin, loss = _both(pairs, r"margin", _MARGIN), _both(pairs, r"attenuation", _ATTENUATION)
    if all(isinstance(one, Unmeasured) for one in margin.values()):
        return NOT_SHOWN
    rates = {way: _rate(pairs, way) for way in Way}
    return DslLine(
        margin_down_db=margin[Way.DOWN],
        margin_up_db=margin[Way.UP],
        attenuation_down_db=loss[Way.DOWN],
        attenuation_up_db=loss[Way.UP],
        rate_down_bps=rates[Way.DOWN],
        rate_up_bps=rates[Way.UP],
    )


def _both(
    pairs: tuple[Pair, ...], wanted: str, limits: tuple[float, float]
) -> dict[Way, float | Unmeasured]:
    found: dict[Way, float | Unmeasured] = dict.fromkeys(Way, NOT_SHOWN)
    for pair in pairs:
        words = pair.words
        way = _way_of(words)
        if way is None or not re.search(wanted, words) or _ATTAINABLE.search(words):
            continue
        tenths = "0.1" in pair.label
        scale = 10.0 if tenths else 1.0
        value = figure(pair.value, limits[0] * scale, limits[1] * scale)
        if isinstance(found[way], Unmeasured) and not isinstance(value, Unmeasured):
            found[way] = value / scale
    return found


def _rate(pairs: tuple[Pair, ...], way: Way) -> float | Unmeasured:
    """Only where the unit stands beside it."""
    for pair in pairs:
        words = pair.words
        if _way_of(words) is not way or _ATTAINABLE.search(words):
            continue
        unit = re.search(r"(?i)\b([kmg])(bit/?s|bps)", f"{pair.label} {pair.value}")
        value = figure(pair.value, 0.001, 1e7)
        if re.search(r"rate|speed|bandwidth", words) and unit and not isinstance(value, Unmeasured):
            return value * {"k": 1e3, "m": 1e6, "g": 1e9}[unit[1].lower()]
    return NOT_SHOWN


# --- a fibre --------------------------------------------------------------------------------------


def optics_in(page: str) -> OpticalPort | Unmeasured:
    """Received power in dBm at the optical port; a page without it is no fibre page.

    Radios count in dBm as well, so the page has to speak of optics somewhere.
    """
    if _OF_FIBRE.search(page[:LONGEST_PAGE]) is None:
        return NOT_SHOWN
    pairs = [pair for pair in pairs_in(page) if "power" in pair.words and _in_dbm(pair)]
    received = _power(pairs, Way.DOWN, _RECEIVED)
    if isinstance(received, Unmeasured):
        return NOT_SHOWN
    return OpticalPort(received_dbm=received, sent_dbm=_power(pairs, Way.UP, _SENT))


def _in_dbm(pair: Pair) -> bool:
    """dBm, and not the dBmV of cable; `optical` in the label says it as well."""
    said = f"{pair.label} {pair.column} {pair.value}".lower()
    return "dbmv" not in said and (
        "dbm" in said or re.search(r"\b(optical|pon|fib(er|re))\b", said) is not None
    )


def _power(pairs: list[Pair], way: Way, limits: tuple[float, float]) -> float | Unmeasured:
    for pair in pairs:
        words = pair.label.lower().replace("input", "rx").replace("output", "tx")
        if _way_of(words) is way and not _ATTAINABLE.search(pair.words):
            value = figure(pair.value, *limits)
            if not isinstance(value, Unmeasured):
                return value
    return NOT_SHOWN
