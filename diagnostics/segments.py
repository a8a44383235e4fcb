"""State of each stretch of the path picture, from causes asserted and signs measured.

Bad: a cause is asserted there. Warn: a sign of trouble shows, though no cause is asserted.
Ok: something was measured there and is clean. Else unknown, which is never drawn as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnostics.sign import Sign, State
from diagnostics.verdict import Finding, Segment, Segments, SegmentState

_HOP = ("loss-to-gateway", "delay-to-gateway", "jitter-to-gateway", "gateway-queue", "home-drops")

#: signs of trouble of each stretch; their clear absence is what makes it "ok"
TROUBLES: Mapping[Segment, tuple[str, ...]] = {
    Segment.DEVICE: (
        "adapter-off",
        "link-down",
        "no-default-route",
        "gateway-off-link",
        "proxy-fails",
        "hosts-file-overrides",
        "hand-set-dns-fails",
        "clock-off",
        "tunnel-dead",
        "device-starved",
        "driver-resets",
        "device-uploading",
        "device-downloading",
    ),
    Segment.WIFI: (*_HOP, "wifi-not-joined", "portal-altered"),
    Segment.LAN: (
        *_HOP,
        "slow-link",
        "interface-errors",
        "own-address-taken",
        "link-flaps",
        "two-dhcp-servers",
        "dhcp-not-by-router",
    ),
    Segment.ROUTER: ("gateway-absent", "gateway-deaf", "router-dns-fails", "dhcp-silent"),
    Segment.ACCESS: (
        "internet-dead",
        "loss-on-line",
        "delay-on-line",
        "jitter-on-line",
        "line-drops",
        "line-queue-down",
        "line-queue-up",
        "download-low",
        "upload-low",
        "modem-signal-out",
    ),
    Segment.ISP: (
        "edge-alone-answers",
        "provider-dns-fails",
        "provider-dns-slow",
        "names-rewritten",
        "ipv6-fails",
        "big-packets-vanish",
        "loss-past-edge",
    ),
    Segment.BEYOND: ("loss-past-edge", "delay-past-edge", "jitter-past-edge", "far-drops"),
    Segment.SERVICE: ("one-site-fails", "site-certificate-bad", "one-site-slow"),
}

#: signs that show trouble without saying where; without an asserted cause they warn nobody
_WITHOUT_PLACE = frozenset({"internet-dead", "loss-past-edge"})
_WHOLE_WAY = frozenset({"loss-to-internet", "delay-to-internet", "download-low"})
_THE_HOP = frozenset({*_HOP, "download-low"}) - {"home-drops"}
#: what must have been measured before a stretch is called well: that it never broke off for a
#: second, or that something answers at all, does not show it; a clean whole way shows every stretch
_PROOF: Mapping[Segment, frozenset[str]] = {
    Segment.DEVICE: frozenset({"link-down", "no-default-route"}),
    Segment.WIFI: _THE_HOP,
    Segment.LAN: _THE_HOP,
    Segment.ACCESS: _WHOLE_WAY
    | {"loss-on-line", "delay-on-line", "jitter-on-line", "line-queue-down", "line-queue-up"},
    Segment.ISP: frozenset(TROUBLES[Segment.ISP]) - {"edge-alone-answers"},
    Segment.BEYOND: _WHOLE_WAY | {"loss-past-edge", "delay-past-edge", "jitter-past-edge"},
}

_OUTWARDS = tuple(Segment)
#: a sign that nothing gets further, and the last stretch that can still be judged then
_DEAD_END: Mapping[str, Segment] = {
    "adapter-off": Segment.DEVICE,
    "link-down": Segment.DEVICE,
    "no-usable-address": Segment.LAN,
    "no-default-route": Segment.LAN,
    "tunnel-dead": Segment.ROUTER,
    "gateway-absent": Segment.LAN,
    "gateway-deaf": Segment.LAN,
    "dhcp-not-by-router": Segment.LAN,
    "portal-altered": Segment.ROUTER,
    "internet-dead": Segment.ROUTER,
    "edge-alone-answers": Segment.ACCESS,
}
#: two servers of addresses, and no telling whether the way out that we were given is the right one
_MAYBE_MISLED = (State.PRESENT, State.UNKNOWN)


def _last_judged(states: Mapping[str, State]) -> int:
    """Place of the last stretch that anything gets to; what lies behind is not known."""
    if states.get("edge-alone-answers") is State.PRESENT:
        return _OUTWARDS.index(Segment.ACCESS)
    if (states.get("two-dhcp-servers"), states.get("internet-dead")) == _MAYBE_MISLED:
        return _OUTWARDS.index(Segment.LAN)
    ends = [end for name, end in _DEAD_END.items() if states.get(name) is State.PRESENT]
    return min((_OUTWARDS.index(end) for end in ends), default=len(_OUTWARDS))


def _state(
    segment: Segment, states: Mapping[str, State], asserted: frozenset[Segment]
) -> SegmentState:
    if segment in asserted:
        return SegmentState.BAD
    found = [(name, states.get(name, State.UNKNOWN)) for name in TROUBLES[segment]]
    if any(state is State.PRESENT and name not in _WITHOUT_PLACE for name, state in found):
        # a sign that another stretch's asserted cause accounts for is that stretch's
        return SegmentState.UNKNOWN if asserted else SegmentState.WARN
    proof = _PROOF.get(segment, frozenset(TROUBLES[segment]))
    clean = any(states.get(name) is State.ABSENT for name in proof)
    return SegmentState.OK if clean else SegmentState.UNKNOWN


def _applies(segment: Segment, states: Mapping[str, State]) -> bool:
    """The hop to the router is either air or cable; the other one is not there to be judged."""
    if segment is Segment.WIFI:
        return states.get("on-wire") is not State.PRESENT
    if segment is Segment.LAN:
        return states.get("on-wifi") is not State.PRESENT
    return True


def segment_states(signs: Sequence[Sign], causes: Sequence[Finding]) -> Segments:
    states = {one.id: one.state for one in signs}
    asserted = frozenset(finding.segment for finding in causes)
    last = _last_judged(states)
    return Segments(
        **{
            segment.value: _state(segment, states, asserted)
            if segment in asserted or (place <= last and _applies(segment, states))
            else SegmentState.UNKNOWN
            for place, segment in enumerate(_OUTWARDS)
        }
    )
