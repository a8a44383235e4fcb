"""What the readings say together: facts that many signs are conditioned on.

Each fact is a bool or Unmeasured. A sign that could be only the shadow of another fault asks
here first, and stays unknown: a silent resolver tells nothing when the way to it is dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from diagnostics.air.radio import Radio, radio_of
from diagnostics.evidence import Evidence
from diagnostics.profile import Plan, Profile
from diagnostics.readings.addressing import (
    Addressing,
    AddressScope,
    ResolverRole,
    TunnelHealth,
)
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.filtering import Filtering, NameFilter
from diagnostics.readings.home import Gateway, LanHosts, NeighbourState
from diagnostics.readings.interfaces import Interface, InterfaceKind, Interfaces
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors, Path, Place
from diagnostics.readings.sessions import Sessions
from diagnostics.readings.web import FetchEnd, Portal, PortalFinding, Web
from diagnostics.result import Reason, Unmeasured
from diagnostics.series import (
    SHORTEST_WINDOW_S,
    answered,
    answers_still,
    during,
    settled_s,
    window_of,
)

Fact = bool | Unmeasured

NOTHING_SAYS = Unmeasured(Reason.NEEDS_OTHER, "no reading says")
SHORT_OF_SESSIONS = "New connections fail at random, so single failures say nothing."
THROUGH_TUNNEL = "Everything goes through a tunnel, so the line cannot be judged by it."
_WIRED_KINDS = (InterfaceKind.ETHERNET, InterfaceKind.BRIDGE, InterfaceKind.VIRTUAL)
_NEIGHBOUR_DEAD = (NeighbourState.FAILED, NeighbourState.INCOMPLETE, NeighbourState.NONE)


@dataclass(frozen=True)
class Scene:
    evidence: Evidence
    profile: Profile

    @property
    def plan(self) -> Plan:
        return self.profile.plan

    @cached_property
    def active(self) -> Interface | Unmeasured:
        """The physical interface in use; under a VPN the one that carries the tunnel."""
        reading = self.evidence.value(Interfaces)
        if isinstance(reading, Unmeasured):
            return reading
        named = [one for one in reading.interfaces if one.name == reading.active]
        if named and named[0].kind is not InterfaceKind.TUNNEL:
            return named[0]
        alive = [one for one in self.physical if one.carrier is True]
        return alive[0] if len(alive) == 1 else NOTHING_SAYS

    @cached_property
    def physical(self) -> tuple[Interface, ...]:
        reading = self.evidence.value(Interfaces)
        if isinstance(reading, Unmeasured):
            return ()
        kinds = (InterfaceKind.ETHERNET, InterfaceKind.WIFI, InterfaceKind.MOBILE)
        return tuple(
            one for one in reading.interfaces if one.kind in kinds or one.name == reading.active
        )

    @cached_property
    def on_wifi(self) -> Fact:
        active = self.active
        return active if isinstance(active, Unmeasured) else active.kind is InterfaceKind.WIFI

    @cached_property
    def on_wire(self) -> Fact:
        active = self.active
        return active if isinstance(active, Unmeasured) else active.kind in _WIRED_KINDS

    @cached_property
    def link_up(self) -> Fact:
        """Some physical interface has carrier."""
        if not self.physical:
            return NOTHING_SAYS
        states = [one.carrier for one in self.physical if one.admin_up]
        if any(state is True for state in states):
            return True
        return NOTHING_SAYS if any(isinstance(state, Unmeasured) for state in states) else False

    @cached_property
    def in_tunnel(self) -> Fact:
        reading = self.evidence.value(Addressing)
        if isinstance(reading, Unmeasured):
            return reading
        return any(route.chosen and route.through_tunnel for route in reading.default_routes)

    @cached_property
    def tunnel_dead(self) -> Fact:
        reading = self.evidence.value(TunnelHealth)
        if isinstance(reading, Unmeasured):
            return reading
        return reading.inside_works is False and reading.outside_works is True

    @cached_property
    def addressed(self) -> Fact:
        """An address that can leave the link, on something other than a tunnel."""
        reading = self.evidence.value(Addressing)
        if isinstance(reading, Unmeasured):
            return reading
        return any(one.scope is not AddressScope.LINK_LOCAL for one in reading.addresses)

    @cached_property
    def routed(self) -> Fact:
        """Some default route, of either family."""
        reading = self.evidence.value(Addressing)
        return reading if isinstance(reading, Unmeasured) else bool(reading.default_routes)

    @cached_property
    def radio(self) -> Radio | Unmeasured:
        """The WiFi as it is read; Unmeasured where there is none or nothing is told."""
        return radio_of(self.evidence)

    # --- the home -----------------------------------------------------------------------------

    @cached_property
    def gateway_on_link(self) -> Fact:
        """The gateway's address resolves to a machine on the link.

        A neighbour that answers nothing may be a memory of the time when it still did: the system
        asks again only after half a minute (RFC 4861, REACHABLE_TIME), and then tries for seconds.
        """
        gateway = self.evidence.value(Gateway)
        if isinstance(gateway, Unmeasured):
            return gateway
        if gateway.answers is True or answered(gateway.echoes):
            return True
        if gateway.neighbour.state in _NEIGHBOUR_DEAD:
            return False
        return NOTHING_SAYS if gateway.answers is False else True

    @cached_property
    def gateway_alive(self) -> Fact:
        """Positive proof above the link layer; its silence to ping alone is none."""
        gateway = self.evidence.value(Gateway)
        if isinstance(gateway, Unmeasured):
            return True if self.internet_reached is True else gateway
        if gateway.answers is True or answered(gateway.echoes) or self._first_hop_answers:
            return True
        # over the other family another machine may be the way out
        if self.reached_over(6 if ":" in gateway.address else 4):
            return True
        return False if gateway.answers is False else gateway.answers

    @cached_property
    def _first_hop_answers(self) -> bool:
        path = self.evidence.value(Path)
        if isinstance(path, Unmeasured):
            return False
        return any(hop.received > 0 and hop.address not in self._own for hop in path.hops)

    @cached_property
    def _own(self) -> frozenset[str | Unmeasured]:
        """Our own addresses: a hop of that name is this computer giving up on its neighbour."""
        reading = self.evidence.value(Addressing)
        if isinstance(reading, Unmeasured):
            return frozenset()
        return frozenset(one.address for one in reading.addresses)

    @cached_property
    def window(self) -> tuple[float, float]:
        """When router, edge and far places were all echoed, on the check's clock.

        Delay and loss change with what others do; figures of different seconds do not compare.
        What the check's own questions queued on a very slow line is left out.
        """
        path, anchors = self.evidence.value(Path), self.evidence.value(Anchors)
        shared = [] if self._own_hop is None else [self._own_hop]
        if not isinstance(path, Unmeasured) and not isinstance(path.edge_echoes, Unmeasured):
            shared.append(path.edge_echoes)
        if not isinstance(anchors, Unmeasured):
            shared += (*anchors.ipv4, *anchors.ipv6)
        since_s, until_s = window_of([one for one in shared if one.received > 0])
        behind = [one for one in shared if one.received > 0 and one is not self._own_hop]
        settled = min(map(settled_s, behind), default=since_s)
        compared = settled < until_s - SHORTEST_WINDOW_S
        return (max(since_s, settled) if compared else since_s, until_s)

    @cached_property
    def _own_hop(self) -> EchoSeries | None:
        gateway = self.evidence.value(Gateway)
        if isinstance(gateway, Unmeasured) or isinstance(gateway.echoes, Unmeasured):
            return None
        return gateway.echoes

    @cached_property
    def near(self) -> EchoSeries | Unmeasured:
        """Echoes to the gateway; when it ignores ping, to the best other host of the home."""
        gateway = self.evidence.value(Gateway)
        if not isinstance(gateway, Unmeasured):
            echoes = gateway.echoes
            if not isinstance(echoes, Unmeasured) and echoes.received > 0:
                return during(echoes, self.window)
        hosts = [one for one in self.lan_series if one.received > 0]
        if hosts:
            return min(hosts, key=_quality)
        return Unmeasured(Reason.NO_ANSWER, "nothing in the home answers echoes")

    @cached_property
    def lan_series(self) -> tuple[EchoSeries, ...]:
        reading = self.evidence.value(LanHosts)
        return () if isinstance(reading, Unmeasured) else reading.echoes

    # --- the line and beyond ------------------------------------------------------------------

    @cached_property
    def edge(self) -> EchoSeries | Unmeasured:
        """Echoes to the provider's first hop; Unmeasured when it never answers any."""
        path = self.evidence.value(Path)
        if isinstance(path, Unmeasured):
            return path
        if isinstance(path.edge_echoes, Unmeasured):
            return path.edge_echoes
        if path.edge_echoes.received > 0:
            return during(path.edge_echoes, self.window)
        return Unmeasured(Reason.NO_ANSWER, "the provider's first hop ignores echoes")

    @cached_property
    def edge_alive(self) -> Fact:
        """Anything beyond the home answered, be it by an expired TTL, and has not fallen silent."""
        path = self.evidence.value(Path)
        if isinstance(path, Unmeasured):
            return True if self._provider_resolves else path
        still = answers_still(path.edge_echoes)
        if not isinstance(still, Unmeasured):
            return still
        outside = [hop for hop in path.hops if hop.place in (Place.PROVIDER, Place.BEYOND)]
        return self._provider_resolves or any(hop.received > 0 for hop in outside)

    @cached_property
    def _provider_resolves(self) -> bool:
        """The provider's resolver found names that nobody nearer can have kept."""
        names = self.evidence.value(Names)
        if isinstance(names, Unmeasured) or self.captive is True:
            return False
        own = [one for one in names.resolvers if one.role is ResolverRole.PROVIDER]
        return any(one.uncached.succeeded > 0 for one in own)

    @cached_property
    def anchors(self) -> tuple[EchoSeries, ...]:
        """Series to far places that answered, best first; IPv4 unless only IPv6 answers."""
        reading = self.evidence.value(Anchors)
        if isinstance(reading, Unmeasured):
            return ()
        for family in (reading.ipv4, reading.ipv6):
            alive = [during(series, self.window) for series in family if series.received > 0]
            if alive:
                return tuple(sorted(alive, key=_quality))
        return ()

    @cached_property
    def far(self) -> EchoSeries | Unmeasured:
        """The best far place: what even the best one suffers is no fault of a single place."""
        if self.anchors:
            return self.anchors[0]
        return Unmeasured(Reason.NO_ANSWER, "no far place answered echoes")

    @cached_property
    def internet_reached(self) -> Fact:
        """True on any proof of life from beyond the provider; False only after several tries."""
        anchors = self.evidence.value(Anchors)
        web = self.evidence.value(Web)
        if self.reached_over(4) or self.reached_over(6) or self._portal_untouched:
            return True
        if isinstance(anchors, Unmeasured):
            return anchors
        if anchors.tcp_reached is True:
            return True
        tries = sum(series.sent for series in (*anchors.ipv4, *anchors.ipv6))
        other = anchors.tcp_reached is False or not isinstance(web, Unmeasured)
        return False if tries >= 3 and other else NOTHING_SAYS

    def reached_over(self, family: int) -> bool:
        """Proof of life from beyond the provider over this family."""
        anchors = self.evidence.value(Anchors)
        if not isinstance(anchors, Unmeasured):
            series = anchors.ipv6 if family == 6 else anchors.ipv4
            if any(one.received > 0 for one in series):
                return True
        return self._sites_answer(family)

    def _sites_answer(self, family: int) -> bool:
        web = self.evidence.value(Web)
        if isinstance(web, Unmeasured):
            return False
        # only a verified TLS answer proves the far end: a portal answers plain HTTP itself
        return any(
            fetch.end is FetchEnd.ANSWERED
            and fetch.family == family
            and fetch.url.startswith("https:")
            for fetch in web.fetches
        )

    @cached_property
    def _portal_untouched(self) -> bool:
        portal = self.evidence.value(Portal)
        if isinstance(portal, Unmeasured):
            return False
        return any(check.finding is PortalFinding.UNTOUCHED for check in portal.checks)

    @cached_property
    def sessions_short(self) -> bool:
        """A good part of the new connections fails: single failures elsewhere are its shadow."""
        sessions = self.evidence.value(Sessions)
        if isinstance(sessions, Unmeasured) or sessions.kept_alive is not True:
            return False
        late = sessions.late * 6 > sessions.opened  # loss lets connections through late
        return sessions.tried - sessions.opened > sessions.tried / 12 and not late

    @cached_property
    def names_hidden(self) -> bool:
        """The resolver in use hides a name on purpose: no address is no failure then."""
        filtering = self.evidence.value(Filtering)
        if isinstance(filtering, Unmeasured):
            return False
        hidden = (NameFilter.SINKHOLE, NameFilter.WITHHELD)
        return any(site.by_resolver in hidden for site in filtering.sites)

    @cached_property
    def captive(self) -> Fact:
        """Two places altered, or the network says so itself (RFC 8908)."""
        portal = self.evidence.value(Portal)
        if isinstance(portal, Unmeasured):
            return portal
        altered = sum(check.finding is PortalFinding.ALTERED for check in portal.checks)
        return altered >= 2 or portal.api_says_captive is True


def _quality(series: EchoSeries) -> tuple[float, float]:
    median = series.rtt_median_ms
    return (series.loss_percent, 1e9 if isinstance(median, Unmeasured) else median)
