"""The product's fixed words for its closed lists: reasons, segments, states, units, probes.

Keys are the lists' own values; the texts are English source texts, said through `words.Words`.
"""

from __future__ import annotations

from collections.abc import Mapping

from diagnostics.guide import Skill
from diagnostics.result import Reason
from diagnostics.run import Depth, StepOutcome
from diagnostics.sign import State
from diagnostics.verdict import Segment, SegmentState


def mark(text: str) -> str:
    """For the extraction of texts (`words.mark` is the same; it cannot be imported here)."""
    return text


MS, SECONDS, MINUTES, HOURS = mark("ms"), mark("s"), mark("min"), mark("h")
PERCENT = mark("%")
KBITS, MBITS, GBITS = mark("kbit/s"), mark("Mbit/s"), mark("Gbit/s")
KBYTES, MBYTES, GBYTES = mark("kB"), mark("MB"), mark("GB")

REASONS: Mapping[Reason, str] = {
    Reason.NOT_RUN: mark("not asked for in this check"),
    Reason.NOT_PERMITTED: mark("this computer does not allow it without more rights"),
    Reason.NOT_SUPPORTED: mark("this system cannot tell"),
    Reason.NOT_APPLICABLE: mark("there is no such thing here"),
    Reason.HIDDEN: mark("this system keeps it hidden"),
    Reason.NEEDS_OTHER: mark("it needs another measurement that did not succeed"),
    Reason.TIMED_OUT: mark("it took too long"),
    Reason.CANCELLED: mark("the check was stopped before"),
    Reason.BUDGET: mark("the allowance of data or time was used up"),
    Reason.DISTURBED: mark("other traffic or a change of network spoilt it"),
    Reason.NO_ANSWER: mark("nobody answered"),
    Reason.BAD_ANSWER: mark("the answer could not be understood"),
    Reason.INTERNAL: mark("a fault in this program"),
}

SEGMENTS: Mapping[Segment, str] = {
    Segment.DEVICE: mark("This computer"),
    Segment.WIFI: mark("WiFi"),
    Segment.LAN: mark("Home network"),
    Segment.ROUTER: mark("Router"),
    Segment.ACCESS: mark("Line"),
    Segment.ISP: mark("Provider"),
    Segment.BEYOND: mark("Internet"),
    Segment.SERVICE: mark("Web sites"),
}

#: the same inside a sentence: "The trouble sits …"
PLACES: Mapping[Segment, str] = {
    Segment.DEVICE: mark("in this computer"),
    Segment.WIFI: mark("in the WiFi of your home"),
    Segment.LAN: mark("in the cables and boxes of your home"),
    Segment.ROUTER: mark("at your router"),
    Segment.ACCESS: mark("on the line between your home and your provider"),
    Segment.ISP: mark("in your provider's network"),
    Segment.BEYOND: mark("on the internet, beyond your provider"),
    Segment.SERVICE: mark("at the web site or service itself"),
}

SEGMENT_STATES: Mapping[SegmentState, str] = {
    SegmentState.OK: mark("fine"),
    SegmentState.WARN: mark("not quite right"),
    SegmentState.BAD: mark("trouble"),
    SegmentState.UNKNOWN: mark("not known"),
}

SIGN_STATES: Mapping[State, str] = {
    State.PRESENT: mark("yes"),
    State.ABSENT: mark("no"),
    State.UNKNOWN: mark("not known"),
}

OUTCOMES: Mapping[StepOutcome, str] = {
    StepOutcome.HELPED: mark("helped"),
    StepOutcome.NO_CHANGE: mark("no change"),
    StepOutcome.WORSE: mark("worse"),
    StepOutcome.SKIPPED: mark("skipped"),
    StepOutcome.NOT_MEASURED: mark("could not be measured"),
}

SKILLS: Mapping[Skill, str] = {
    Skill.ANYONE: mark("anyone can do this"),
    Skill.COMFORTABLE: mark("for those who have changed settings before"),
    Skill.EXPERT: mark("for experienced people"),
}

DEPTHS: Mapping[Depth, str] = {
    Depth.QUICK: mark("quick check, without loading the line"),
    Depth.NORMAL: mark("normal check"),
    Depth.FULL: mark("full check"),
}

PROBES: Mapping[str, str] = {
    "interfaces": mark("Network adapters"),
    "driver-log": mark("Mishaps of the network adapter"),
    "addressing": mark("Addresses and routes"),
    "settings": mark("Proxy and hosts file"),
    "tunnel": mark("Private tunnel (VPN)"),
    "dhcp": mark("Address from the router"),
    "dhcp-offers": mark("Who hands out addresses"),
    "gateway": mark("Way to the router"),
    "router-facts": mark("What the router says of its line"),
    "modem-signal": mark("Signal on the line, as the modem tells"),
    "lan-hosts": mark("Other devices at home"),
    "home-devices": mark("Printers and disks of the home"),
    "path": mark("Way to the provider"),
    "anchors": mark("Far places on the internet"),
    "path-mtu": mark("Largest packet"),
    "names": mark("Address book (DNS)"),
    "web": mark("Web pages"),
    "sessions": mark("New connections beside open ones"),
    "filtering": mark("Filters of names and sites"),
    "refusals": mark("Who refuses connections"),
    "status": mark("Provider's status feed"),
    "history": mark("Earlier checks of this connection"),
    "clock": mark("Clock of this computer"),
    "portal": mark("Log-in page of the network"),
    "cross-traffic": mark("Traffic of this computer before the test"),
    "throughput": mark("Speed, and delay under load"),
    "voice": mark("How a call would fare"),
    "watch": mark("Breaks during the check"),
    "wifi": mark("WiFi: own link and networks in the air"),
    "wifi-watch": mark("WiFi link during the check"),
}
