"""What is known of a check while it runs, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agent.ipc.messages import (
    CheckStarted,
    ProbeMoved,
    VerdictSoFar,
)
from diagnostics.evidence import RawOutcome
from diagnostics.verdict import Segments
from gui.locale import _, ngettext

ENDED = ("measured", "unmeasured")


@dataclass(frozen=True)
class Check:
    """A check, or a step measured again, that is under way."""

    run_id: str
    probes: tuple[str, ...] = ()
    expected_s: float = 0.0
    step: str = ""
    fraction: float = 0.0
    elapsed_s: float = 0.0
    running: tuple[str, ...] = ()
    segments: Segments = field(default_factory=Segments)
    headline: str = ""
    readings: Mapping[str, RawOutcome] = field(default_factory=dict[str, RawOutcome])
    cancelling: bool = False


def started(message: CheckStarted) -> Check:
    return Check(
        run_id=message.run_id,
        probes=message.probes,
        expected_s=message.expected_s,
        step=message.step,
    )


def moved(check: Check, message: ProbeMoved) -> Check:
    """Progress never runs backwards, whatever order the messages come in."""
    running = tuple(each for each in check.running if each != message.probe)
    if message.state not in ENDED:
        running = (*running, message.probe)
    return replace(
        check,
        running=running,
        fraction=max(check.fraction, min(1.0, message.fraction)),
        elapsed_s=max(check.elapsed_s, message.elapsed_s),
    )


def judged(check: Check, message: VerdictSoFar) -> Check:
    return replace(
        check,
        segments=message.verdict.segments,
        headline=message.verdict.headline,
        readings=message.readings,
    )


def part_done(check: Check) -> float:
    """0..1 by probes and by time, whichever is less far: many short probes end in the first second.

    Both only grow, so the bar never runs backwards.
    """
    if check.expected_s <= 0:
        return check.fraction
    return min(check.fraction, check.elapsed_s / check.expected_s)


def time_left(check: Check) -> str:
    if check.cancelling:
        return _("Stopping…")
    if check.expected_s <= 0:
        return _("Measuring…")
    left_s = math.ceil(check.expected_s - check.elapsed_s)
    if left_s < 3:
        return _("Almost done")
    if left_s < 60:
        return ngettext("About {count} second left", "About {count} seconds left", left_s)
    minutes = round(left_s / 60)
    return ngettext("About {count} minute left", "About {count} minutes left", minutes)


def doing(check: Check) -> str:
    """What is being looked at now, in one short phrase."""
    words = _doing_words()
    for probe in check.running:
        if probe in words:
            return words[probe]
    return _("Getting ready") if not check.running and check.fraction == 0 else _("Measuring")


def _doing_words() -> dict[str, str]:
    return {
        "throughput": _("Measuring your speed, and what it does to delay"),
        "watch": _("Watching for short drops"),
        "voice": _("Trying how a call would sound"),
        "wifi": _("Looking at your WiFi and its neighbours"),
        "interfaces": _("Looking at this computer's connection"),
        "driver-log": _("Looking for mishaps of the network adapter"),
        "addressing": _("Reading this computer's addresses"),
        "settings": _("Reading this computer's settings"),
        "tunnel": _("Looking for a VPN"),
        "dhcp": _("Reading what the router offers"),
        "dhcp-offers": _("Asking who hands out addresses"),
        "gateway": _("Asking your router"),
        "router-facts": _("Asking your router about its line"),
        "modem-signal": _("Asking your modem about its signal"),
        "lan-hosts": _("Looking at your home network"),
        "home-devices": _("Looking for your printers and disks"),
        "path": _("Following the way to your provider"),
        "anchors": _("Reaching out to the internet"),
        "path-mtu": _("Trying large packets"),
        "names": _("Looking up names"),
        "web": _("Opening web pages"),
        "sessions": _("Opening many connections at once"),
        "filtering": _("Looking for filters"),
        "refusals": _("Finding out who refuses connections"),
        "portal": _("Looking for a sign-in page"),
        "status": _("Reading what your provider announces"),
        "clock": _("Comparing clocks"),
        "cross-traffic": _("Looking for other traffic"),
    }
