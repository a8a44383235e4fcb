"""Words and figures of the console."""

from __future__ import annotations

from desk.states import WORDS
from diagnostics.result import Unmeasured
from diagnostics.run import StepOutcome
from diagnostics.sign import Sign, State
from diagnostics.verdict import SegmentState
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
SIGN_STATES = {State.PRESENT: "Yes", State.ABSENT: "No", State.UNKNOWN: "Not measured"}
OUTCOMES = {
    StepOutcome.HELPED: "Helped",
    StepOutcome.NO_CHANGE: "No change",
    StepOutcome.WORSE: "Worse",
    StepOutcome.SKIPPED: "Skipped",
    StepOutcome.NOT_MEASURED: "Done, not measured",
}
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
    """A cause's id as words: isp-dns-dead → Provider DNS dead."""
    parts = [_SPELT.get(part, part) for part in cause.split("-")]
    text = " ".join(parts)[:LONGEST_VALUE]
    return text[:1].upper() + text[1:]


def chance(probability: float) -> str:
    """A probability in words; the figure always stands beside it."""
    steps = ((0.95, "almost certain"), (0.8, "very likely"), (0.6, "likely"), (0.35, "possible"))
    return next((word for least, word in steps if probability >= least), "unlikely")


def percent(probability: float) -> str:
    """Never 0 % or 100 %: nothing here is that sure."""
    figure = min(99, max(1, round(probability * 100)))
    return f"{figure} %"


def size(size_bytes: int) -> str:
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.0f} kB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"


LONGEST_VALUE = 120


def figure(value: float | str | Unmeasured, unit: str) -> str:
    """A value with its unit, to three digits; says so when there is none."""
    if isinstance(value, Unmeasured):
        return ""
    if isinstance(value, str):
        return f"{value[:LONGEST_VALUE]} {unit[:20]}".strip()
    return f"{_rounded(value)} {unit[:20]}".strip()


def _rounded(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.3g}"


def measured(sign: Sign) -> str:
    return figure(sign.value, sign.unit)


def sureness(sign: Sign) -> str:
    """How firm the sign itself is: far from its threshold and from enough samples, or not."""
    if sign.state is State.UNKNOWN:
        return "not measured"
    distance = abs(sign.belief - 0.5)
    return "clear" if distance >= 0.45 else "fairly clear" if distance >= 0.3 else "close call"
