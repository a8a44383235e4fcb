"""How far anything gets: to the provider's first hop, beyond it, by which address family."""

from __future__ import annotations

from diagnostics.belief import SURE
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import LanHosts
from diagnostics.readings.path import Anchors, Path
from diagnostics.readings.web import FetchEnd, Web
from diagnostics.result import Unmeasured
from diagnostics.scene import SHORT_OF_SESSIONS, Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.signs.addressing import routers6
from diagnostics.signs.rogue import misled

#: ends that show that nothing came back, or that this family found no way
_NO_WAY = (
    FetchEnd.NO_ROUTE,
    FetchEnd.CONNECT_TIMED_OUT,
    FetchEnd.REFUSED,
    FetchEnd.RESET,
    FetchEnd.STALLED,
)

#: up to that loss of echoes (both ways together) so many sites are no chance
_TOO_LOSSY_PERCENT, _MANY_SITES = 25.0, 4
#: three questions in a row are lost once in a thousand times at this loss, in bursts far oftener
_LOSSY_HOME_PERCENT = 10.0


def hidden_by_home(scene: Scene) -> str:
    """Why reaching the internet says nothing about line and provider; empty when it does."""
    if scene.link_up is False:
        return "There is no network link, so nothing beyond it can be judged."
    if scene.addressed is False or scene.routed is False:
        return "Without address and route nothing beyond this computer can be judged."
    if scene.tunnel_dead is True:
        return "All traffic goes into a dead tunnel, so the line cannot be judged through it."
    if scene.captive is True:
        return "The network holds all traffic at its log-in page."
    if scene.gateway_alive is False:
        return "The router does not answer, so nothing beyond it can be judged."
    return SHORT_OF_SESSIONS if scene.sessions_short else misled(scene)


@sign("internet-dead", "Nothing beyond the router answers.", reads=Anchors, leak=0.0005)
def internet_dead(scene: Scene) -> Grade:
    if scene.internet_reached is True:
        return certain(False, "The internet answers.")
    hidden = hidden_by_home(scene)
    if hidden:
        return unknown(hidden)
    if isinstance(scene.internet_reached, Unmeasured):
        return unknown("Too little was tried to say that the internet is dead.")
    return certain(True, "No far place answers, neither echoes nor connections.")


@sign("edge-silent", "The provider's first hop is silent to everything.", reads=Path, leak=0.02)
def edge_silent(scene: Scene) -> Grade:
    if scene.internet_reached is True:
        return certain(False, "The line carries traffic.")
    hidden = hidden_by_home(scene)
    if hidden or isinstance(scene.edge_alive, Unmeasured):
        return unknown(hidden or "The path was not measured.")
    if scene.edge_alive:
        return certain(False, "The provider's first hop answers.")
    return Grade(0.99, "Nothing answers between the router and the internet.")


@sign("edge-alone-answers", "The provider's first hop answers, nothing beyond it does.",
      reads=Path, leak=0.0005)  # fmt: skip
def edge_alone_answers(scene: Scene) -> Grade:
    if scene.internet_reached is True:
        return certain(False, "The internet answers.")
    hidden = hidden_by_home(scene)
    if hidden or isinstance(scene.edge_alive, Unmeasured):
        return unknown(hidden or "The path was not measured.")
    if isinstance(scene.internet_reached, Unmeasured) or isinstance(scene.addressed, Unmeasured):
        return unknown("Too little was tried to say that the internet is dead.")
    if not scene.edge_alive:
        return certain(False, "The provider's first hop does not answer either.")
    return certain(True, "The provider's first hop answers, but nothing beyond it does.")


def _family(scene: Scene, family: int) -> tuple[int, int]:
    """Sites tried and sites that answered over one family; a name that failed was no try."""
    web = scene.evidence.value(Web)
    if isinstance(web, Unmeasured):
        return (0, 0)
    tried = [one for one in web.fetches if one.family == family]
    blocked = sum(one.end in _NO_WAY for one in tried)
    alive = sum(one.end not in (*_NO_WAY, FetchEnd.NAME_FAILED) for one in tried)
    return (blocked + alive, alive)


def _family_hidden(scene: Scene, web: Web, family: int) -> str:
    """Why this family's failure would say nothing; empty when it would."""
    if scene.in_tunnel is True:
        return "Through a tunnel the families of the line cannot be told apart."
    if not (web.ipv6_expected if family == 6 else web.ipv4_expected):
        return f"This connection has no IPv{family}, which is no fault."
    if scene.sessions_short:
        return SHORT_OF_SESSIONS
    if family == 4 and scene.gateway_alive is False:
        return "The gateway that is set for IPv4 does not answer at all."
    if _lossy_home(scene) and not (family == 6 and _chance_is_small(scene)):
        return "So much is lost within the home that one family's failure may be chance."
    return misled(scene) if family == 4 else ""


def _lossy_home(scene: Scene) -> bool:
    """A few lost questions for the router's hardware address silence a whole family for seconds.

    Those go by multicast, which WiFi does not repeat (RFC 9119, section 3.1).
    """
    near = scene.near
    return not isinstance(near, Unmeasured) and near.loss_percent >= _LOSSY_HOME_PERCENT


def _chance_is_small(scene: Scene) -> bool:
    """The hardware address of the router by IPv6 is known, so that only the questions themselves
    can get lost: four that are asked twice each, once in 60 000 times at a quarter of echoes lost,
    while those by IPv4 beside them come through."""
    near, hosts = scene.near, scene.evidence.value(LanHosts)
    addressing = scene.evidence.value(Addressing)
    if isinstance(near, Unmeasured) or near.loss_percent > _TOO_LOSSY_PERCENT:
        return False
    if isinstance(hosts, Unmeasured) or isinstance(hosts.neighbours6, Unmeasured):
        return False
    if isinstance(addressing, Unmeasured) or _family(scene, 6)[0] < _MANY_SITES:
        return False
    known = {one.address for one in hosts.neighbours6 if isinstance(one.mac, str)}
    return not known.isdisjoint(routers6(addressing))


def _family_broken(scene: Scene, family: int) -> Grade:
    web, other = scene.evidence.value(Web), 6 if family == 4 else 4
    if isinstance(web, Unmeasured):
        return unknown("Web pages were not fetched.")
    hidden = _family_hidden(scene, web, family)
    if hidden:
        return unknown(hidden)
    tried, alive = _family(scene, family)
    if tried == 0 or _family(scene, other)[1] < 1:
        return unknown(f"IPv{other} does not work either, or IPv{family} was not tried.")
    text = f"{alive} of {tried} sites answer over IPv{family}; IPv{other} works."
    if alive or _echoes_alive(scene, family):
        return Grade(1 - SURE if alive * 2 >= tried else 0.4, text, float(alive))
    return Grade(SURE if tried >= 2 else 0.85, text, 0.0)


def _echoes_alive(scene: Scene, family: int) -> bool:
    anchors = scene.evidence.value(Anchors)
    if isinstance(anchors, Unmeasured):
        return False
    return any(one.received for one in (anchors.ipv6 if family == 6 else anchors.ipv4))


@sign("ipv6-fails", "IPv6 is set up but reaches nothing, IPv4 works.", reads=Web, leak=0.0002)
def ipv6_fails(scene: Scene) -> Grade:
    return _family_broken(scene, 6)


@sign("ipv4-fails", "IPv4 is set up but reaches nothing, IPv6 works.", reads=Web, leak=0.0002)
def ipv4_fails(scene: Scene) -> Grade:
    return _family_broken(scene, 4)
