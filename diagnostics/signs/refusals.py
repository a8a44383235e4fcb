"""Who refuses a connection: this computer, the router, or somebody beyond it."""

from __future__ import annotations

import msgspec

from diagnostics.belief import SURE, UNSURE
from diagnostics.readings.addressing import ResolverRole
from diagnostics.readings.home import Gateway
from diagnostics.readings.names import Names
from diagnostics.readings.path import Path
from diagnostics.readings.refusals import Knocked, KnockEnd, Refusals
from diagnostics.readings.web import FetchEnd, Web
from diagnostics.result import Unmeasured
from diagnostics.scene import SHORT_OF_SESSIONS, Scene
from diagnostics.signbook import PRESENT_FROM, Grade, certain, sign, unknown
from diagnostics.signs.reach import edge_silent, internet_dead


def _knocks(scene: Scene) -> tuple[Knocked, ...] | Unmeasured:
    """As measured; what one silent question shows of the way counts for all to the same port."""
    reading = scene.evidence.value(Refusals)
    if isinstance(reading, Unmeasured):
        return reading
    return tuple(_with_heard(one, reading.knocks) for one in reading.knocks)


def _with_heard(one: Knocked, knocks: tuple[Knocked, ...]) -> Knocked:
    alike = [k.expired_at for k in knocks if (k.port, k.end) == (one.port, one.end)]
    known = [ttls for ttls in alike if not isinstance(ttls, Unmeasured)]
    if not known:
        return one
    heard = sorted({ttl for ttls in known for ttl in ttls})
    return msgspec.structs.replace(one, expired_at=tuple(heard))


def _no_refusal(scene: Scene, reason: Unmeasured) -> Grade:
    """Without a reading: nothing was refused, or it is not known."""
    web = scene.evidence.value(Web)
    if isinstance(web, Unmeasured) or not web.fetches:
        return unknown("It was not tried who refuses connections.")
    if all(fetch.end is FetchEnd.ANSWERED for fetch in web.fetches):
        return certain(False, "No connection was refused.")
    return unknown(f"Who refuses the connections was not found out ({reason.reason.value}).")


def _heard(scene: Scene, ttl: int) -> bool:
    """Somebody answers at this distance to questions of another kind."""
    path = scene.evidence.value(Path)
    if isinstance(path, Unmeasured):
        return False
    return any(hop.ttl == ttl and hop.received > 0 for hop in path.hops)


def _is_gateway(scene: Scene, address: str | Unmeasured) -> bool:
    gateway = scene.evidence.value(Gateway)
    return not isinstance(gateway, Unmeasured) and address == gateway.address


def _failed(one: Knocked) -> bool:
    return one.end is not KnockEnd.CONNECTED


def _belief_here(scene: Scene, one: Knocked) -> float:
    if not _failed(one):
        return 1 - SURE
    if 1 in one.refused_at:
        return 0.997
    if one.refused_at:
        return 0.003
    if isinstance(one.expired_at, Unmeasured):
        return UNSURE
    if one.expired_at:
        return 0.01  # a router has seen the question
    silent = one.end is KnockEnd.SILENT and _heard(scene, 1)
    return 0.96 if silent else UNSURE


@sign("blocked-here", "This computer itself blocks connections.", reads=Refusals, leak=0.0005)
def blocked_here(scene: Scene) -> Grade:
    reading = scene.evidence.value(Refusals)
    if isinstance(reading, Unmeasured):
        return _no_refusal(scene, reading)
    if reading.datagrams_forbidden:
        return Grade(0.997, "This computer forbids its own programs to send.")
    knocks = _knocks(scene)
    if isinstance(knocks, Unmeasured) or not knocks:
        return unknown("No connection was tried again.")
    one = max(knocks, key=lambda knock: _belief_here(scene, knock))
    belief = _belief_here(scene, one)
    where = f"{one.address} port {one.port}"
    if belief > PRESENT_FROM and one.refused_at:
        return Grade(belief, f"A connection to {where} is refused before it leaves.", where)
    if belief > PRESENT_FROM:
        text = f"The question for {where} never reaches the router, others do."
        return Grade(belief, text, where)
    return Grade(belief, "Connections that fail do leave this computer.", where)


def _belief_router(scene: Scene, one: Knocked) -> float:
    if not _failed(one) or 1 in one.refused_at:
        return 0.01
    if _is_gateway(scene, one.said_by):
        return 0.99 if one.end is KnockEnd.PROHIBITED else UNSURE
    if one.end in (KnockEnd.REFUSED, KnockEnd.PROHIBITED):
        return 0.995 if 2 in one.refused_at else 0.01
    return _stops_at_router(scene, one)


def _stops_at_router(scene: Scene, one: Knocked) -> float:
    """From the distances at which the question was heard of, when nobody says anything."""
    if isinstance(one.expired_at, Unmeasured):
        return UNSURE
    if any(ttl > 1 for ttl in one.expired_at):
        return 0.02
    stops = one.expired_at == (1,) and _heard(scene, 2)
    return 0.96 if stops and one.end is KnockEnd.SILENT else UNSURE


@sign("blocked-at-router", "The router blocks connections.", reads=Refusals, leak=0.0005)
def blocked_at_router(scene: Scene) -> Grade:
    knocks = _knocks(scene)
    if isinstance(knocks, Unmeasured):
        return _no_refusal(scene, knocks)
    if not knocks:
        return unknown("No connection was tried again.")
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    if scene.captive is True:
        return unknown("The network holds all traffic at its log-in page.")
    worst = max(knocks, key=lambda one: _belief_router(scene, one))
    belief = _belief_router(scene, worst)
    where = f"{worst.address} port {worst.port}"
    if belief < PRESENT_FROM:
        return Grade(belief, "Nothing shows that the router refuses connections.", where)
    how = "refuses" if worst.end is not KnockEnd.SILENT else "swallows"
    return Grade(belief, f"The router {how} a connection to {where}.", where)


def _belief_beyond(scene: Scene, one: Knocked) -> float:
    if not _failed(one) or 1 in one.refused_at:
        return 0.01
    if not isinstance(one.expired_at, Unmeasured) and any(ttl > 1 for ttl in one.expired_at):
        return 0.97
    return 1 - _belief_router(scene, one)


@sign("blocked-beyond", "Somebody beyond the router blocks connections.", reads=Refusals, leak=0.01)
def blocked_beyond(scene: Scene) -> Grade:
    knocks = _knocks(scene)
    if isinstance(knocks, Unmeasured):
        return _no_refusal(scene, knocks)
    if not knocks:
        return unknown("No connection was tried again.")
    belief = min(_belief_beyond(scene, one) for one in knocks)
    return Grade(belief, "The questions pass the router, and no connection comes about.")


@sign("router-reaches-alone", "The router reaches the internet, this computer does not.",
      reads=Names, leak=0.0005)  # fmt: skip
def router_reaches_alone(scene: Scene) -> Grade:
    names = scene.evidence.value(Names)
    if scene.internet_reached is True:
        return certain(False, "This computer reaches the internet.")
    if isinstance(names, Unmeasured) or internet_dead(scene).belief < PRESENT_FROM:
        return unknown("Nothing shows that only this computer is cut off.")
    if edge_silent(scene).belief < PRESENT_FROM:
        return unknown("This computer reaches the provider as well.")
    own = [one for one in names.resolvers if one.role is ResolverRole.ROUTER]
    fresh = sum(one.uncached.succeeded for one in own)
    if fresh:  # nobody at home can have kept a name that was made up just now
        text = f"The router found {fresh} names on the internet; this computer reaches nothing."
        return Grade(0.97 if fresh > 1 else 0.85, text, float(fresh))
    if any(one.cached.answered for one in own):
        return Grade(0.05, "The router finds no new names on the internet either.", 0.0)
    return unknown("The router's resolver does not answer.")
