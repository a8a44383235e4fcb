"""Names: which resolver fails, dawdles or lies. Each is asked by itself."""

from __future__ import annotations

from ipaddress import ip_address
from math import comb

from diagnostics.belief import SURE, Count, above, loss_belief
from diagnostics.readings.addressing import Dhcp, ResolverRole
from diagnostics.readings.names import Names, QuerySet, ResolverReading
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import SHORT_OF_SESSIONS, Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.signs.loss import FEWEST
from diagnostics.signs.pooling import far_count, near_count
from diagnostics.signs.reach import hidden_by_home
from diagnostics.thresholds import DNS_SLOW_FACTOR, DNS_SLOW_MORE_MS, DNS_SLOW_MS

#: answers slower than that may miss the patience of a query (two seconds and less)
_LATE_MS = 800.0
#: what blames a resolver must not come about by lost packets more often than that
_BY_LOSS_ALONE = 0.01
#: a share of lost packets from which a single late answer may be that to a second try
_LOSSY = 0.03


def _asked(one: ResolverReading) -> int:
    return one.cached.sent + one.uncached.sent


def _succeeded(one: ResolverReading) -> int:
    return one.cached.succeeded + one.uncached.succeeded


def _with_role(scene: Scene, role: ResolverRole) -> tuple[ResolverReading, ...]:
    names = scene.evidence.value(Names)
    if isinstance(names, Unmeasured):
        return ()
    return tuple(one for one in names.resolvers if one.role is role and _asked(one) >= 2)


def _works(readings: tuple[ResolverReading, ...]) -> bool:
    """One of them answers most names; single lost queries are no failure."""
    return any(_succeeded(one) * 2 >= _asked(one) for one in readings)


def _other_works(scene: Scene, one: ResolverReading) -> bool:
    names = scene.evidence.value(Names)
    if isinstance(names, Unmeasured):
        return False
    return any(
        other.address != one.address and _succeeded(other) * 2 >= _asked(other) > 0
        for other in names.resolvers
    )


def _failure(scene: Scene, readings: tuple[ResolverReading, ...], who: str) -> Grade:
    """Fails altogether while the way out works: proven by any answer from the internet."""
    if not readings:
        return unknown(f"{who} was not asked, or is not known.")
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    if scene.internet_reached is not True:
        hidden = hidden_by_home(scene) or "Nothing proves that the way to the internet works."
        return unknown(f"{who} cannot be judged: {hidden[0].lower()}{hidden[1:]}")
    asked = sum(_asked(one) for one in readings)
    good = sum(_succeeded(one) for one in readings)
    text = f"{who} answered {good} of {asked} names rightly."
    share = good / asked
    if good:  # what answers now and then is flaky, not dead: a sign of its own
        return Grade(1 - SURE if share >= 0.5 else 0.15, text, 100 * share)
    return Grade(SURE if asked >= 3 else 0.85, text, 0.0)


def _offered(scene: Scene) -> frozenset[str]:
    dhcp = scene.evidence.value(Dhcp)
    if isinstance(dhcp, Unmeasured):
        return frozenset()
    return frozenset(address for lease in dhcp.leases for address in lease.resolvers)


@sign("router-dns-fails", "The router's resolver fails.", reads=Names, unit="%", leak=0.0005)
def router_dns_fails(scene: Scene) -> Grade:
    readings = _with_role(scene, ResolverRole.ROUTER)
    relied_on = tuple(one for one in readings if one.in_use or one.address in _offered(scene))
    if readings and not relied_on:
        # Not every router is a resolver: one that nobody told to ask breaks nothing.
        return unknown("The router is neither set nor offered as resolver.")
    return _failure(scene, relied_on, "The router's resolver")


@sign("provider-dns-fails", "The provider's resolver fails.", reads=Names, unit="%", leak=0.0005)
def provider_dns_fails(scene: Scene) -> Grade:
    return _failure(scene, _with_role(scene, ResolverRole.PROVIDER), "The provider's resolver")


@sign("provider-dns-works", "The provider's resolver works.", reads=Names, leak=0.5)
def provider_dns_works(scene: Scene) -> Grade:
    readings = _with_role(scene, ResolverRole.PROVIDER)
    if not readings:
        return unknown("The provider's resolver is not known.")
    works = _works(readings)
    return certain(works, f"The provider's resolver {'answers' if works else 'fails'}.")


@sign("public-dns-works", "A public resolver works.", reads=Names, leak=0.5)
def public_dns_works(scene: Scene) -> Grade:
    readings = _with_role(scene, ResolverRole.PUBLIC)
    if not readings:
        return unknown("No public resolver was asked.")
    works = _works(readings)
    return certain(works, f"A public resolver {'answers' if works else 'fails'}.")


@sign("hand-set-dns-fails", "The resolver that was typed in by hand fails.", reads=Names,
      unit="%", leak=0.0003)  # fmt: skip
def hand_set_dns_fails(scene: Scene) -> Grade:
    names, dhcp = scene.evidence.value(Names), scene.evidence.value(Dhcp)
    if isinstance(names, Unmeasured) or isinstance(dhcp, Unmeasured):
        return unknown("The resolvers in use are not known.")
    by_hand = {one.address for one in dhcp.resolvers if one.by_hand is True}
    if not by_hand:
        return certain(False, "No resolver was typed in by hand.")
    # Who typed in what an automatic setting would give as well has set nothing wrong.
    usual = (ResolverRole.ROUTER, ResolverRole.PROVIDER)
    readings = tuple(
        one for one in names.resolvers if one.address in by_hand and one.role not in usual
    )
    if not readings:
        return certain(False, "What was typed in is the router or the provider's own resolver.")
    grade = _failure(scene, readings, "The resolver that was typed in by hand")
    others = any(_other_works(scene, one) for one in readings)
    return grade if others else unknown("No other resolver works either.")


@sign("offered-dns-fails", "The resolver that the router offers does not exist.", reads=Names,
      unit="%", leak=0.0003)  # fmt: skip
def offered_dns_fails(scene: Scene) -> Grade:
    names, dhcp = scene.evidence.value(Names), scene.evidence.value(Dhcp)
    if isinstance(names, Unmeasured) or isinstance(dhcp, Unmeasured):
        return unknown("The resolvers in use are not known.")
    offered = _offered(scene)
    readings = tuple(
        one
        for one in names.resolvers
        if one.address in offered and one.role in (ResolverRole.LOCAL, ResolverRole.OTHER)
    )
    if not readings:
        return certain(False, "The router offers itself or the provider's resolver.")
    if any(one.host_reachable is True for one in readings):
        return certain(False, "The machine that the router offers as resolver exists.")
    return _failure(scene, readings, "The resolver that the router offers")


def _typical_ms(one: ResolverReading) -> float | Unmeasured:
    """The quicker kind of query: cached and uncached names must both be slow to be called slow.

    A router's cache is always quick, so that only names which it must ask for tell: uncached ones,
    or where these came too late such as do not exist.
    """
    kinds = [one.cached, one.uncached]
    if one.role is ResolverRole.ROUTER:
        late = isinstance(one.uncached.rtt_median_ms, Unmeasured)
        kinds = [one.absent if late and _passed_on(one.absent) else one.uncached]
    known = [kind.rtt_median_ms for kind in kinds if not isinstance(kind.rtt_median_ms, Unmeasured)]
    nothing = Unmeasured(Reason.NO_ANSWER, "nothing that it must ask for was answered")
    return min(known, default=nothing)


def _passed_on(kind: QuerySet) -> bool:
    """A refusal or a failure may be the router's own word, at once."""
    return {"NOERROR", "NXDOMAIN", "timed_out"}.issuperset(kind.rcodes)


def _fastest_ms(readings: tuple[ResolverReading, ...]) -> float | Unmeasured:
    figures = [_typical_ms(one) for one in readings]
    known = [figure for figure in figures if not isinstance(figure, Unmeasured)]
    return min(known) if known else Unmeasured(Reason.NO_ANSWER, "no resolver of the kind answers")


def _slowness(scene: Scene, role: ResolverRole, who: str) -> Grade:
    own = _fastest_ms(_with_role(scene, role))
    public = _fastest_ms(_with_role(scene, ResolverRole.PUBLIC))
    if isinstance(own, Unmeasured) or isinstance(public, Unmeasured):
        return unknown(f"{who} and a public resolver cannot be compared.")
    limit = max(DNS_SLOW_MS, min(public * DNS_SLOW_FACTOR, public + DNS_SLOW_MORE_MS))
    text = f"{who} needs {own:.0f} ms for a name, a public one {public:.0f} ms."
    return Grade(above(own, limit, 0.12), text, own, limit)


def _lost_on_the_way(scene: Scene) -> float:
    """Share of the echoes; a router shy of ping says nothing where far places were asked."""
    for count in (far_count(scene), near_count(scene)):
        if not isinstance(count, Unmeasured) and count.sent >= FEWEST:
            return count.rate
    return 0.0


def _fail_by_loss(failed: int, asked: int, lost: float) -> float:
    """How often so many look-ups or more come to nothing; each asks for two kinds of address."""
    one = 1 - (1 - lost) ** 2
    return sum(comb(asked, n) * one**n * (1 - one) ** (asked - n) for n in range(failed, asked + 1))


@sign("provider-dns-slow", "The provider's resolver is slow.", reads=Names, unit="ms", leak=0.0015)
def provider_dns_slow(scene: Scene) -> Grade:
    return _slowness(scene, ResolverRole.PROVIDER, "The provider's resolver")


@sign("router-dns-slow", "The router's resolver is slow.", reads=Names, unit="ms", leak=0.005)
def router_dns_slow(scene: Scene) -> Grade:
    routers = _with_role(scene, ResolverRole.ROUTER)
    single = all(isinstance(one.uncached.rtt_median_ms, Unmeasured) for one in routers)
    if single and _lost_on_the_way(scene) > _LOSSY:
        return unknown("A question that got lost and was asked again looks like a slow answer.")
    return _slowness(scene, ResolverRole.ROUTER, "The router's resolver")


@sign("provider-dns-drops", "The provider's resolver drops part of the queries.", reads=Names,
      unit="%", leak=0.0015)  # fmt: skip
def provider_dns_drops(scene: Scene) -> Grade:
    readings = _with_role(scene, ResolverRole.PROVIDER)
    sent = sum(_asked(one) + one.absent.sent for one in readings)
    got = sum(_succeeded(one) + one.absent.answered for one in readings)
    if not any(_succeeded(one) for one in readings):
        return unknown("The provider's resolver is not known, or fails altogether.")
    if scene.sessions_short or scene.names_hidden:
        return unknown("Names are hidden on purpose, or new questions are dropped at home.")
    belief = loss_belief(Count(sent, sent - got), 0.02, 0.10)
    own = _fastest_ms(readings)
    if not isinstance(own, Unmeasured) and own > _LATE_MS:
        return unknown("The provider's resolver is so slow that answers came too late to count.")
    public = _with_role(scene, ResolverRole.PUBLIC)
    if public and not any(_succeeded(one) * 4 >= _asked(one) * 3 for one in public):
        return unknown("Public resolvers drop queries as well.")
    lossy = [
        one.loss_percent_to_host
        for one in readings
        if not isinstance(one.loss_percent_to_host, Unmeasured)
    ]
    if not isinstance(scene.far, Unmeasured):
        lossy.append(scene.far.loss_percent)
    if any(loss > 3 for loss in lossy):
        return unknown("The way to the provider's resolver loses packets anyway.")
    share = 100 * (sent - got) / sent
    text = f"The provider's resolver left {sent - got} of {sent} questions unanswered."
    return Grade(belief, text, share, 10.0)


def _real(address: str) -> bool:
    """Neither 0.0.0.0 nor loopback: a filter's sinkhole is no rewriting."""
    parsed = ip_address(address)
    return not (parsed.is_unspecified or parsed.is_loopback)


@sign("names-rewritten", "Names that do not exist get an answer.", reads=Names, leak=0.0002)
def names_rewritten(scene: Scene) -> Grade:
    names = scene.evidence.value(Names)
    if isinstance(names, Unmeasured):
        return unknown("No resolver was asked.")
    if scene.captive is True:
        return unknown("The network's log-in page answers for every name.")
    roles = (ResolverRole.PROVIDER, ResolverRole.ROUTER)
    asked = [one for one in names.resolvers if one.role in roles and one.absent.answered > 0]
    if not asked:
        return unknown("Neither router nor provider answered for names that do not exist.")
    lying = [one for one in asked if any(_real(text) for text in one.absent_answers)]
    if not lying:
        return certain(False, "Names that do not exist get no address, as it should be.")
    return certain(True, f"A name that does not exist was given {lying[0].absent_answers[0]}.")


@sign("system-names-fail", "This computer finds no names.", reads=Names, leak=0.003)
def system_names_fail(scene: Scene) -> Grade:
    names = scene.evidence.value(Names)
    if isinstance(names, Unmeasured) or not names.system:
        return unknown("The system's own look-up was not tried.")
    if scene.internet_reached is not True:
        return unknown("Without a way to the internet names say nothing.")
    failed = sum(not isinstance(one.error, Unmeasured) for one in names.system)
    late = sum(one.error == "timed_out" for one in names.system)
    by_loss = _fail_by_loss(failed, len(names.system), _lost_on_the_way(scene))
    if failed * 2 > len(names.system) and late == failed and by_loss > _BY_LOSS_ALONE:
        return unknown("So much gets lost on the way that look-ups come to nothing by that alone.")
    text = f"{failed} of {len(names.system)} look-ups by the system failed."
    return Grade(SURE if failed * 2 > len(names.system) else 1 - SURE, text, float(failed))
