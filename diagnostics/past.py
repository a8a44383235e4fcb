"""What is remembered of a check for later ones, and which of it concerns the connection of now.

Whoever stores Runs keeps one `PastCheck` beside each and hands the newest to the next check; this
room stores nothing itself. Decisions: docs/design/0011-history.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from diagnostics.evidence import Evidence, from_raw
from diagnostics.profile import Plan
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.history import EarlierCheck, FarDelay, History
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import InterfaceKind, Interfaces
from diagnostics.readings.load import SpeedFigure, Throughput
from diagnostics.readings.path import Anchors, Path, Place
from diagnostics.readings.router import RouterFacts
from diagnostics.result import Measured, Reading, Reason, Unmeasured
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Status

#: how far back a check looks, how many it takes at most, and of older days one each (judgement)
LONGEST_DAYS = 42
NEWEST = 20
OLDER_DAYS = 20
#: an echo series with fewer answers has no least delay worth remembering
_FEWEST_ANSWERS = 3
#: a way has no more hops than that; a looping one must not fill the store
_MOST_HOPS = 30
_MOST_FAR = 8

_READ: tuple[type[Reading], ...] = (
    Addressing,
    Anchors,
    Gateway,
    Interfaces,
    Path,
    RouterFacts,
    Throughput,
)
_NO_FIGURE = Unmeasured(Reason.NOT_APPLICABLE, "not kept of this check")
_TUNNELLED = Unmeasured(Reason.DISTURBED, "it went through a tunnel")


class PastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`connection` tells one connection from another: a hash, equal for the same (see below)."""

    connection: str
    check: EarlierCheck


def connection_of(evidence: Evidence, provider: str, plan: Plan) -> str:
    """The same for checks behind the same router, with the same provider and plan.

    A hash over the router's hardware address, the profile's name and what it sells; "" where the
    address is not known, for addresses such as 192.168.1.1 are in half of all homes.
    """
    gateway = evidence.value(Gateway)
    if isinstance(gateway, Unmeasured) or isinstance(gateway.neighbour.mac, Unmeasured):
        return ""
    parts = (gateway.neighbour.mac.lower(), provider, msgspec.json.encode(plan).decode())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def remembered(run: Run) -> PastCheck | None:
    """None for a check that was cut short, or whose router is not known."""
    needed = {kind.PROBE for kind in _READ}
    evidence = from_raw({name: raw for name, raw in run.readings.items() if name in needed})
    connection = connection_of(evidence, run.provider, run.plan)
    if not (run.complete and connection):
        return None
    return PastCheck(connection=connection, check=_check(run, evidence))


def _check(run: Run, evidence: Evidence) -> EarlierCheck:
    tunnelled = _in_tunnel(evidence)
    load, facts = evidence.value(Throughput), evidence.value(RouterFacts)
    path = _TUNNELLED if tunnelled else evidence.value(Path)
    helped = any(step.outcome is StepOutcome.HELPED for step in run.steps)
    return EarlierCheck(
        at=run.started_at,
        status=run.verdict.status,
        verdict=run.verdict.id,
        causes=tuple(finding.id for finding in run.verdict.causes),
        over=_kind(evidence),
        down_bps=load if isinstance(load, Unmeasured) else _fastest(load.down, tunnelled),
        up_bps=load if isinstance(load, Unmeasured) else _fastest(load.up, tunnelled),
        line_ms=line_ms(path),
        far=() if tunnelled else far_delays(evidence.value(Anchors)),
        target=path if isinstance(path, Unmeasured) else path.target,
        hops=() if isinstance(path, Unmeasured) else outer_hops(path),
        boot_id=facts if isinstance(facts, Unmeasured) else facts.boot_id,
        connected_s=facts if isinstance(facts, Unmeasured) else facts.connected_s,
        restarts_asked=_restarts_asked(run),
        repaired=helped and run.verdict.status is Status.HEALTHY,
    )


def _in_tunnel(evidence: Evidence) -> bool:
    addressing = evidence.value(Addressing)
    if isinstance(addressing, Unmeasured):
        return False
    return any(route.chosen and route.through_tunnel for route in addressing.default_routes)


def _kind(evidence: Evidence) -> InterfaceKind | Unmeasured:
    reading = evidence.value(Interfaces)
    if isinstance(reading, Unmeasured):
        return reading
    named = [one.kind for one in reading.interfaces if one.name == reading.active]
    return named[0] if named else _NO_FIGURE


def _fastest(figures: Sequence[SpeedFigure], tunnelled: bool) -> float | Unmeasured:
    """What this computer was too slow to measure is no figure of the line."""
    if tunnelled:
        return _TUNNELLED
    fair = [one.rate_bps for one in figures if not one.starved]
    return max(fair) if fair else _NO_FIGURE


def line_ms(path: Path | Unmeasured) -> float | Unmeasured:
    """Least delay to the provider's first hop."""
    if isinstance(path, Unmeasured):
        return path
    return least_ms(path.edge_echoes)


def least_ms(series: EchoSeries | Unmeasured) -> float | Unmeasured:
    if isinstance(series, Unmeasured):
        return series
    return series.rtt_min_ms if series.received >= _FEWEST_ANSWERS else _NO_FIGURE


def far_delays(anchors: Anchors | Unmeasured) -> tuple[FarDelay, ...]:
    """Least delay to each far place that answered."""
    if isinstance(anchors, Unmeasured):
        return ()
    found = ((one.target, least_ms(one)) for one in (*anchors.ipv4, *anchors.ipv6))
    known = [FarDelay(address=name, rtt_min_ms=ms) for name, ms in found if isinstance(ms, float)]
    return tuple(known[:_MOST_FAR])


def outer_hops(path: Path) -> tuple[str, ...]:
    """Addresses of the answering hops beyond the home, outwards; the target is none."""
    away = [hop.address for hop in path.hops if hop.place is not Place.HOME and hop.received > 0]
    return tuple(
        address for address in away if isinstance(address, str) and address != path.target
    )[:_MOST_HOPS]


def with_repair(evidence: Evidence) -> Evidence:
    """The same after a repair step: a clean connection is the step's work from now on."""
    history = evidence.of(History)
    if isinstance(history, Unmeasured):
        return evidence
    reading = msgspec.structs.replace(history.reading, repaired=True)
    return evidence.with_outcome(History.PROBE, Measured(reading=reading, took_s=history.took_s))


def _restarts_asked(run: Run) -> tuple[str, ...]:
    done = [one for one in run.steps if one.outcome is not StepOutcome.SKIPPED]
    return tuple(one.done_at for one in done if "restart" in one.step)


def moment_of(text: str) -> datetime | None:
    """None for a text that is no time with a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def earlier_checks(
    past: Sequence[PastCheck], connection: str, now: datetime
) -> tuple[EarlierCheck, ...]:
    """Those of this connection, newest first: the newest, and of each older day one.

    Somebody who checks every five minutes today must not push out how it was last week.
    """
    oldest = now - timedelta(days=LONGEST_DAYS)
    dated = [(moment_of(one.check.at), one.check) for one in past if one.connection == connection]
    mine = [(at, check) for at, check in dated if at is not None and oldest <= at < now]
    mine.sort(key=lambda pair: pair[0], reverse=True)
    days: dict[str, EarlierCheck] = {}
    for at, check in mine[NEWEST:]:
        days.setdefault(at.astimezone(UTC).date().isoformat(), check)
    return (*(check for _, check in mine[:NEWEST]), *list(days.values())[:OLDER_DAYS])
