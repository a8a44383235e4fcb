"""What the heading of a column, the label of a row or the key of a document means.

The words are those of DOCS-IF3-MIB, TR-181 and the makers' pages; figures carry their unit or the
usual one of their label.
"""

from __future__ import annotations

import re
from enum import StrEnum

from diagnostics.result import Unmeasured
from diagnostics.wire.modem.told import NOT_SHOWN


class Label(StrEnum):
    POWER = "power"
    SNR = "snr"
    MODULATION = "modulation"
    KIND = "kind"
    LOCK = "lock"
    FREQUENCY = "frequency"
    SYMBOLS = "symbols"
    CORRECTED = "corrected"
    UNCORRECTABLE = "uncorrectable"
    CHANNEL = "channel"
    OTHER = "other"


#: first match wins: "uncorrectable" holds "correctable", "channel type" holds "channel"
_LABELS = (
    (Label.UNCORRECTABLE, r"uncorrect"),
    (Label.OTHER, r"unerrored|threshold$|range|octets|width|provision"),
    (Label.CORRECTED, r"correct"),
    (Label.SNR, r"\bsnr\b|signal ?to ?noise|rx ?mer\b|\bmer\b|s/n"),
    (Label.POWER, r"power|pwr|signal ?strength|receive(d)? level|transmit level|pegel"),
    (Label.KIND, r"(channel|docsis) ?type|^type$"),
    (Label.SYMBOLS, r"symb(ol|\.)? ?rate|ranging service"),
    (Label.MODULATION, r"modulation|profile|mod ?type|scdma ?mode"),
    (Label.LOCK, r"lock|^status$"),
    (Label.FREQUENCY, r"freq"),
    (Label.CHANNEL, r"channel|dcid|ucid|port ?id"),
)
_KNOWN = tuple((label, re.compile(pattern)) for label, pattern in _LABELS)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile(r"[-+\u2212]?\d{1,15}(?:[.,]\d{1,6})?")
#: 0 dBmV are 60 dB over a microvolt, as European pages count
_MICROVOLT = re.compile(r"(?i)db\s?[\u00b5\u03bcu]v")


def label_of(text: str) -> Label:
    words = _CAMEL.sub(" ", text[:60]).replace("_", " ").lower()
    return next((label for label, known in _KNOWN if known.search(words)), Label.OTHER)


def figure(text: str, least: float, most: float) -> float | Unmeasured:
    """The first number in a text, when it lies where such figures can lie."""
    found = _NUMBER.search(text[:60])
    if found is None:
        return NOT_SHOWN
    value = float(found[0].replace("\u2212", "-").replace(",", "."))
    if _MICROVOLT.search(text):
        value -= 60
    return value if least <= value <= most else NOT_SHOWN


def count(text: str) -> int | Unmeasured:
    bare = text.strip().replace(",", "")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 20 else NOT_SHOWN
