"""Words and figures of the console."""

from __future__ import annotations

from desk.states import WORDS
from diagnostics.explain.cause_names import CONFIDENCE
from diagnostics.verdict import SegmentState
from diagnostics.words import UNSAFE
from uploader.desk_messages import TicketState

SEGMENTS = {
    "device": "Subscriber's device",
    "wifi": "WiFi",
    "lan": "Home cabling",
    "router": "Router",
    "access": "Access line",
    "isp": "Provider network",
    "beyond": "Wider internet",
    "service": "The service",
    "": "Nothing asserted",
}
SEGMENT_STATES = {
    SegmentState.OK: "Good",
    SegmentState.WARN: "Impaired",
    SegmentState.BAD: "Fault",
    SegmentState.UNKNOWN: "Not known",
}
LONGEST_NAME = 120
#: spelt as people know them
_SPELT = {
    "dns": "DNS",
    "dhcp": "DHCP",
    "isp": "Provider",
    "wifi": "WiFi",
    "vpn": "VPN",
    "mtu": "MTU",
    "nat": "NAT",
    "cgnat": "CGNAT",
    "ipv6": "IPv6",
    "ipv4": "IPv4",
    "tls": "TLS",
    "lan": "LAN",
}


def state_word(state: str) -> str:
    return WORDS[TicketState(state)]


def segment_word(segment: str) -> str:
    return SEGMENTS.get(segment, segment)


def cause_word(cause: str) -> str:
    """A cause's id as words: isp-dns-dead → Provider DNS dead.

    A choice in a list cannot be isolated, so control characters are dropped here.
    """
    cause = UNSAFE.sub("", cause)
    parts = [_SPELT.get(part, part) for part in cause.split("-")]
    text = " ".join(parts)[:LONGEST_NAME]
    return text[:1].upper() + text[1:]


def chance(probability: float) -> str:
    """A probability in words; the figure always stands beside it."""
    return next((word for least, word in CONFIDENCE if probability >= least), CONFIDENCE[-1][1])


def percent(probability: float) -> str:
    """Never 0 % or 100 %: nothing here is that sure."""
    figure = round(min(0.99, max(0.01, probability)) * 100)
    return f"{figure} %"


def size(size_bytes: int) -> str:
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.0f} kB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"
