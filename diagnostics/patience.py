"""How long to watch a line: longer than a check takes only when a first sign calls for it.

Echoes go on at the usual rhythm, so each second buys some hundred samples and puts no load on the
line. What is soft is watched until it is firm or the time is up; a healthy home waits for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diagnostics.air.radio import Radio
from diagnostics.chosen import NOTHING, Chosen
from diagnostics.readings.watch import Watch
from diagnostics.readings.wifi import LinkState, Network, NetworkName
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import DROP_S
from diagnostics.sign import Sign
from diagnostics.verdict import Finding

#: the complaint speaks of drops: most that bother people come back within a minute (judgement)
COMPLAINED_S = 40.0
#: the complaint says when, not what (`chosen`): watched before the load, which takes some six
#: seconds more, so that such a check takes 20 s in all, about twice the usual (judgement)
CHOSEN_S = 14.0
#: one drop was seen: is there a second one, or was it a single event?
AFTER_A_DROP_S = 20.0
#: loss or wander lies near its threshold: three times the samples of a usual check
SOFT_S = 9.0
#: systems try a network that refused them again after ten seconds, then after twenty
#: (wpa_supplicant), and a handshake that fails takes four
JOIN_S = 22.0

#: signs that more echoes make firmer
_SAMPLED = (
    "loss-to-gateway",
    "loss-on-line",
    "loss-past-gateway",
    "loss-past-edge",
    "jitter-to-gateway",
    "jitter-on-line",
)
_SOFT = (0.3, 0.97)
#: causes that account for drops, so that none has to be waited for
_ACCOUNTED = frozenset({
    "line-intermittent",
    "line-loss",
    "wifi-dropouts",
    "wifi-unreliable",
    "lan-unreliable",
    "router-overloaded",
})  # fmt: skip


def watched_s(
    scene: Scene,
    signs: Iterable[Sign],
    causes: Iterable[Finding],
    topics: frozenset[str],
    chosen: Chosen = NOTHING,
) -> float:
    """Seconds that the watch shall last in all before it is left; 0 when nothing calls for it."""
    watch = scene.evidence.value(Watch)
    if isinstance(watch, Unmeasured) or scene.internet_reached is not True:
        return 0.0
    seen = most_drops(watch)
    found = {one.id for one in causes}
    accounted = not found.isdisjoint(_ACCOUNTED)
    wanted = [0.0]
    if "watch" in chosen and not found:
        wanted.append(CHOSEN_S)
    if "drops" in topics and seen < 2 and not accounted:
        wanted.append(COMPLAINED_S)
    if seen == 1:
        wanted.append(AFTER_A_DROP_S)
    if _any_soft({one.id: one.belief for one in signs}):
        wanted.append(SOFT_S)
    return max(wanted)


def join_s(scene: Scene) -> float:
    """Seconds after the beginning of the check up to which the next try to join a network is
    waited for; 0 where this computer has another way, or nothing that it would join is there.
    """
    radio = scene.radio
    if isinstance(radio, Unmeasured) or scene.link_up is True or scene.internet_reached is True:
        return 0.0
    apart = radio.link.state in {LinkState.DISCONNECTED, LinkState.JOINING}
    return JOIN_S if apart and any(_may_join(radio, one) for one in radio.networks) else 0.0


def _may_join(radio: Radio, network: Network) -> bool:
    """The system knows its name, or one of the two is not told."""
    known, name = radio.wifi.known_names, network.name
    if isinstance(known, Unmeasured) or not isinstance(name, NetworkName):
        return isinstance(known, Unmeasured) or bool(known)
    return any(one.text == name.text for one in known)


def most_drops(watch: Watch) -> int:
    """Complete drops of the place that had most of them."""
    counts = [sum(drop.duration_s >= DROP_S for drop in place.drops) for place in watch.places]
    return max(counts, default=0)


def _any_soft(beliefs: Mapping[str, float]) -> bool:
    low, high = _SOFT
    known = (beliefs.get(name, 0.5) for name in _SAMPLED)
    return any(low < belief < high and belief != 0.5 for belief in known)
