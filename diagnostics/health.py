"""When no cause is asserted: is all well, or can it not be told, and what is missing for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.evidence import Evidence
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Gateway
from diagnostics.readings.load import Throughput
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors, Path
from diagnostics.readings.web import Web
from diagnostics.readings.wifi import Wifi
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.sign import State
from diagnostics.signs.queues import DOWN, UP
from diagnostics.signs.speed import figures
from diagnostics.verdict import Status

NORMAL = "normal-for-plan"
NOT_REPRODUCIBLE = "not-reproducible"
CANNOT_TELL = "cannot-tell"

#: readings without which nobody can say that a connection is well
_CORE: tuple[type[Reading], ...] = (Addressing, Gateway, Anchors, Names, Web)
#: readings whose absence is told, for they could have mattered
_WANTED: tuple[type[Reading], ...] = (*_CORE, Path, Throughput)
#: no fault at all must be this likely before "all is well" is said
HEALTHY_FROM = 0.6

#: a sign of total failure: with one of these and no cause, it cannot be told
_GRAVE = ("internet-dead", "system-names-fail", "no-usable-address", "pages-stall")


#: what a complaint of calls is about: with it and no cause, all is not well
CALL = "call-breaks-up"


@dataclass(frozen=True)
class Health:
    status: Status
    id: str
    headline: str


def missing_probes(evidence: Evidence, *, on_wifi: bool) -> tuple[str, ...]:
    """Probes without a reading that would have mattered; what cannot exist here is not missing."""
    wanted = (*_WANTED, Wifi) if on_wifi else _WANTED
    return tuple(sorted(kind.PROBE for kind in wanted if _is_missing(evidence.of(kind))))


def _is_missing(outcome: object) -> bool:
    return isinstance(outcome, Unmeasured) and outcome.reason is not Reason.NOT_APPLICABLE


def health_of(
    scene: Scene,
    states: Mapping[str, State],
    well: float,
    topics: frozenset[str],
) -> Health:
    """Healthy only on positive evidence: the core was measured, the internet answers, none fits.

    `well` is the probability that no cause is there but notes. Healthy is also what earlier checks
    found bad and this one does not: nobody is sent, and the words say to keep watching.
    """
    core = [kind.PROBE for kind in _CORE if _is_missing(scene.evidence.of(kind))]
    grave = any(states.get(name) is State.PRESENT for name in _GRAVE)
    if core or grave or scene.internet_reached is not True or well < HEALTHY_FROM:
        return Health(Status.CANNOT_TELL, CANNOT_TELL, _why_not(core, grave=grave))
    if "calls" in topics and states.get(CALL) is State.PRESENT:
        text = "A call would break up from here, but we cannot tell why yet."
        return Health(Status.CANNOT_TELL, CANNOT_TELL, text)
    unmeasured_speed = isinstance(scene.evidence.of(Throughput), Unmeasured)
    if unmeasured_speed and "slow" in topics:
        text = "What we measured is fine, but your speed has not been measured yet."
        return Health(Status.CANNOT_TELL, CANNOT_TELL, text)
    if states.get("earlier-trouble") is State.PRESENT:
        return Health(Status.HEALTHY, NOT_REPRODUCIBLE, _gone(speed=not unmeasured_speed))
    return Health(Status.HEALTHY, NORMAL, _all_well(scene, speed=not unmeasured_speed))


def _why_not(core: list[str], *, grave: bool) -> str:
    if core:
        return "We cannot tell yet: part of the check gave no result."
    if grave:
        return "Something is wrong, but what we measured does not show where."
    return "We saw signs of trouble, but not enough to say what it is."


def _gone(*, speed: bool) -> str:
    if speed:
        return "All is well now. Earlier checks found trouble, so it may come back."
    return "What we measured is fine now. Earlier checks found trouble, so it may come back."


def _all_well(scene: Scene, *, speed: bool) -> str:
    down, up = figures(scene, DOWN), figures(scene, UP)
    if not speed or not (down or up):
        return "Everything we measured is normal. Your speed was not measured."
    if not (scene.plan.known and down and up):
        return "All is well: we found nothing wrong with your connection."
    plan = scene.plan
    ways = ((down, plan.down_mbps, " Mbit/s down"), (up, plan.up_mbps, " up"))
    said = [f"{found[0].rate_bps / 1e6:.3g} of {sold:g}{words}" for found, sold, words in ways]
    return f"All is well: your line carries {' and '.join(said)}."
