"""DOCSIS channels in a page: by columns, by rows, in a script's lists, or in a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from diagnostics.readings.modem import CableChannel, Modulation, Way
from diagnostics.result import Unmeasured
from diagnostics.wire.modem.labels import Label, count, figure, label_of
from diagnostics.wire.modem.markup import LONGEST_PAGE, without
from diagnostics.wire.modem.tables import Table, tables_in
from diagnostics.wire.modem.told import NOT_SHOWN

#: what meters can show at all (PHYv3.1 needs -15..15 dBmV and up to 41 dB; a modem sends 17..65)
_POWER, _SNR = (-60.0, 80.0), (0.0, 70.0)
_MOST = 80
Record = Mapping[Label, str]


def channels_in(page: str) -> tuple[CableChannel, ...]:
    """Every locked channel that the page shows."""
    stripped = page.lstrip()
    found = _from_json(stripped) if stripped[:1] in ("{", "[") else _from_html(page)
    return tuple(islice(found, _MOST))


def _from_html(page: str) -> Iterator[CableChannel]:
    shown = False
    for table in tables_in(page):
        for channel in _channels(_records(table), _told_way(table)):
            shown = True
            yield channel
    if not shown:  # else the script's lists are what the tables were filled from
        yield from _from_scripts(page)


def _channels(records: Sequence[Record], told: Way | None) -> Iterator[CableChannel]:
    for record in records:
        channel = _channel(record, told)
        if channel is not None:
            yield channel


def _records(table: Table) -> list[Record]:
    """One a channel: a row below a row of headings, or a column beside a column of labels."""
    for index, row in enumerate(table.rows[:4]):
        labels = [label_of(cell) for cell in row]
        if _tells(labels):
            below = [one for one in table.rows[index + 1 :] if len(one) == len(row)]
            return [_record(labels, one) for one in below]
    labels = [label_of(row[0]) for row in table.rows]
    if not _tells(labels):
        return []
    widest = max(len(row) for row in table.rows)
    return [
        _record(labels, [row[at] if at < len(row) else "" for row in table.rows])
        for at in range(1, widest)
    ]


def _tells(labels: Sequence[Label]) -> bool:
    kinds = set(labels) - {Label.OTHER}
    placed = bool(kinds & {Label.FREQUENCY, Label.CHANNEL})
    return Label.POWER in kinds and placed and len(kinds) > 2


def _record(labels: Sequence[Label], cells: Sequence[str]) -> Record:
    found: dict[Label, str] = {}
    for label, cell in zip(labels, cells, strict=True):
        found.setdefault(label, cell)
    return found


def _told_way(table: Table) -> Way | None:
    """By the words of the table's head, else of what stands before it."""
    head = " ".join(cell for row in table.rows[:2] for cell in row[:1])
    for text in (head, table.title):
        words = text.lower()
        at = {Way.DOWN: words.rfind("downstream"), Way.UP: words.rfind("upstream")}
        if at[Way.DOWN] != at[Way.UP]:
            return max(at, key=lambda way: at[way])
    return None


def _channel(record: Record, told: Way | None) -> CableChannel | None:
    if re.search(r"(?i)not|un|^no$|false|^0$", record.get(Label.LOCK, "")):
        return None
    power = figure(record.get(Label.POWER, ""), *_POWER)
    snr = figure(record.get(Label.SNR, ""), *_SNR)
    if isinstance(power, Unmeasured) or (power == 0 and snr in (NOT_SHOWN, 0.0)):
        return None  # a channel that is not in use is shown as a row of zeroes
    return CableChannel(
        way=_way(record, told),
        modulation=_modulation(record),
        power_dbmv=power,
        snr_db=NOT_SHOWN if snr == 0 else snr,
        corrected=count(record.get(Label.CORRECTED, "")),
        uncorrectable=count(record.get(Label.UNCORRECTABLE, "")),
    )


def _way(record: Record, told: Way | None) -> Way:
    if Label.SNR in record:
        return Way.DOWN  # a modem cannot measure its own signal at the far end
    return Way.UP if told is None or Label.SYMBOLS in record else told


def _modulation(record: Record) -> Modulation:
    words = f"{record.get(Label.KIND, '')} {record.get(Label.MODULATION, '')}".lower()
    if "ofdm" in words or re.search(r"\d\s*,\s*\d|4096|2048|1024|plc", words):
        return Modulation.SEVERAL
    found = re.search(r"(?<!\d)(16|64|256)(?!\d)", words)
    return Modulation(f"{found[1]}-qam") if found else Modulation.OTHER


# --- lists in scripts -----------------------------------------------------------------------------

_FUNCTION = re.compile(r"function\s{1,9}Init(Ds|Us)(Ofdma?)?TableTagValue\s{0,9}\(")
_MOST_FUNCTIONS = 12
_COMMENT, _COMMENTS = re.compile(r"/\*"), {"/*": "*/"}
_LIST = re.compile(r"""^[ \t]{0,40}var tagValueList = (['"])(\d+\|[^'"\n]*)\1""", re.MULTILINE)
#: Netgear's columns of each list, in their order
_COLUMNS = {
    ("Ds", ""): (Label.CHANNEL, Label.LOCK, Label.MODULATION, Label.OTHER, Label.FREQUENCY,
                 Label.POWER, Label.SNR, Label.CORRECTED, Label.UNCORRECTABLE),
    ("Us", ""): (Label.CHANNEL, Label.LOCK, Label.KIND, Label.OTHER, Label.SYMBOLS,
                 Label.FREQUENCY, Label.POWER),
    ("Ds", "Ofdm"): (Label.CHANNEL, Label.LOCK, Label.MODULATION, Label.OTHER, Label.FREQUENCY,
                     Label.POWER, Label.SNR, Label.OTHER, Label.OTHER, Label.CORRECTED,
                     Label.UNCORRECTABLE),
    ("Us", "Ofdma"): (Label.CHANNEL, Label.LOCK, Label.MODULATION, Label.OTHER, Label.FREQUENCY,
                      Label.POWER),
}  # fmt: skip


def _from_scripts(page: str) -> Iterator[CableChannel]:
    if "tagValueList" not in page:
        return
    text = without(page[:LONGEST_PAGE], _COMMENT, _COMMENTS)
    for found in islice(_FUNCTION.finditer(text), _MOST_FUNCTIONS):
        labels = _COLUMNS.get((found[1], found[2] or ""))
        lists = _LIST.findall(text[found.end() : text.find("}", found.end())])
        if labels is None or not lists:
            continue
        cells = lists[-1][1].split("|")[1 : _MOST * 12]
        rows = [cells[at : at + len(labels)] for at in range(0, len(cells), len(labels))]
        records = [_record(labels, row) for row in rows if len(row) == len(labels)]
        if found[2]:
            records = [{**one, Label.KIND: "OFDM"} for one in records]
        yield from _channels(records, Way.DOWN if found[1] == "Ds" else Way.UP)


# --- JSON -----------------------------------------------------------------------------------------

_MIB_POWER = "1.3.6.1.2.1.10.127.1.1.1.1.6."  # docsIfDownChannelPower, tenths of dBmV (RFC 4546)
_MIB_SNR = "1.3.6.1.2.1.10.127.1.1.4.1.5."  # docsIfSigQSignalNoise, tenths of dB (RFC 4546)
_MIB_SENT = "1.3.6.1.4.1.4491.2.1.20.1.2.1.1."  # docsIf3CmStatusUsTxPower (DOCS-IF3-MIB)


def _from_json(text: str) -> Iterator[CableChannel]:
    try:
        document: object = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        return
    yield from _walked(document, None, 0)


def _walked(node: object, told: Way | None, depth: int) -> Iterator[CableChannel]:
    """Lists of objects are channels; a key above them may say which way they go."""
    if depth > 6:
        return
    if isinstance(node, dict):
        rows = msgspec.convert(node, dict[str, object])
        if any(key.startswith(_MIB_POWER) for key in rows):
            yield from _from_mib(rows)
            return
        for key, value in rows.items():
            yield from _walked(value, _key_way(key) or told, depth + 1)
    elif isinstance(node, list):
        entries = msgspec.convert(node, list[object])[:_MOST]
        yield from _channels([one for one in map(_keyed, entries) if _tells(tuple(one))], told)
        for each in entries:
            yield from _walked(each, told, depth + 1)


def _keyed(entry: object) -> Record:
    found: dict[Label, str] = {}
    if isinstance(entry, dict):
        for key, value in msgspec.convert(entry, dict[str, object]).items():
            if isinstance(value, str | int | float):
                found.setdefault(label_of(str(key)), str(value)[:60])
    return found


def _key_way(key: str) -> Way | None:
    words = key.lower()
    if "downstream" in words or words.startswith("ds"):
        return Way.DOWN
    return Way.UP if "upstream" in words or words.startswith("us") else None


def _from_mib(rows: Mapping[str, object]) -> Iterator[CableChannel]:
    for key, value in rows.items():
        own = key.rpartition(".")[2]
        power = figure(str(value), -600, 800)
        if isinstance(power, Unmeasured) or not key.startswith((_MIB_POWER, _MIB_SENT)):
            continue
        down = key.startswith(_MIB_POWER)
        snr = figure(str(rows.get(_MIB_SNR + own, "")), 1, 700)
        yield CableChannel(
            way=Way.DOWN if down else Way.UP,
            modulation=Modulation.OTHER,
            power_dbmv=power / 10,
            snr_db=snr / 10 if down and not isinstance(snr, Unmeasured) else NOT_SHOWN,
            corrected=NOT_SHOWN,
            uncorrectable=NOT_SHOWN,
        )
