"""Other hosts of the home: who is there, do they answer, is one of them the real router."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from diagnostics.classify import unmeasured
from diagnostics.platforms.base import NeighbourEntry, PlatformError
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, AddressScope, InterfaceAddress
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import NOT_ASKED6, LanHosts, Neighbour, NeighbourState
from diagnostics.readings.interfaces import Interface, InterfaceKind, Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of, same_network
from diagnostics.sounding.arp import claimants
from diagnostics.sounding.echoes import Burst, burst
from diagnostics.sounding.home import Home, home_in
from diagnostics.sounding.off_link import USUAL_ROUTERS, touch
from diagnostics.sounding.resolvers import knows_of_nothing, site_names
from diagnostics.wire.dns import DnsPlan, query
from diagnostics.wire.errors import WireError
from diagnostics.wire.sweep import WAKES_S, sweep
from diagnostics.wire.sweep import Neighbour as Swept
from diagnostics.wire.sweep6 import Link6, sweep6

_MOST_ECHOED = 3
_MOST_ASKED = 16
#: addresses of ours by privacy extensions (RFC 8981) come and go; a few tell as much
_MOST_OWN6 = 4
_BURST = Burst(first_s=1.2, more_s=0, timeout_s=1.0)
#: three beacons' time (IEEE 802.11, DTIM)
_WAKING = Burst(first_s=0.35, more_s=0, timeout_s=0.4)
_LARGEST_PREFIX = 24
#: together as long as the echoes beside it; a satellite's answer takes 0.7 s
_PLAN = DnsPlan(timeout_s=1.0, attempts=2)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """The link in use: our IPv4 address on it and the gateway that is set, if any."""

    interface: str
    mac: str
    own_macs: frozenset[str]  # of all adapters: Linux answers for an address on each of them
    own: InterfaceAddress
    gateway: str
    wired: bool


class _ByIpv6(msgspec.Struct, frozen=True, kw_only=True):
    """Who is there by IPv6, and who of them answered just now."""

    neighbours: tuple[Neighbour, ...] | Unmeasured
    answering: tuple[str, ...] | Unmeasured


class LanHostsProbe(Probe[LanHosts]):
    reading: ClassVar[type[Reading]] = LanHosts
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> LanHosts:
        link, loop = _link(context), asyncio.get_running_loop()
        begun_s = loop.time()
        others, taken = await asyncio.gather(_swept(link, context), _claims(link))
        echoes, routers, by_ipv6 = await asyncio.gather(
            burst([h.address for h in others[:_MOST_ECHOED]], _BURST, context.platform),
            _routers(others, link, context),
            _by_ipv6(others, link, context),
        )
        await asyncio.sleep(begun_s + WAKES_S - loop.time())  # for a single phone that dozes
        now = await _others(link, context)  # meanwhile the last sleepers have answered
        if not others and link.wired:
            # Where much gets lost the question who has an address is lost as well, now and then.
            echoes = await _echoed_awake(now[:_MOST_ECHOED], context)
        claims = taken if isinstance(taken, Unmeasured) else bool(taken)
        return LanHosts(
            neighbours=now,
            echoes=echoes,
            other_routers=routers.answering,
            reaching=routers.reaching,
            own_address_taken=claims,
            duplicate_macs=() if isinstance(taken, Unmeasured) else tuple(sorted(taken)),
            neighbours6=by_ipv6.neighbours,
            answering6=by_ipv6.answering,
        )

    async def conclude(self, context: Context, reading: LanHosts) -> LanHosts:
        """With who woke up only later."""
        known = {one.address for one in reading.neighbours}
        late = [one for one in await _others(_link(context), context) if one.address not in known]
        if not late:
            return reading
        return msgspec.structs.replace(reading, neighbours=(*reading.neighbours, *late))


async def _echoed_awake(hosts: Sequence[Neighbour], context: Context) -> tuple[EchoSeries, ...]:
    """A telephone that dozed is awake by the first echoes, and stays so while more come."""
    addresses = [host.address for host in hosts]
    await burst(addresses, _WAKING, context.platform)
    return await burst(addresses, _BURST, context.platform)


def _link(context: Context) -> Link:
    interfaces, addressing = context.earlier.value(Interfaces), context.earlier.value(Addressing)
    if isinstance(interfaces, Unmeasured) or isinstance(addressing, Unmeasured):
        raise ProbeError(Reason.NEEDS_OTHER, "interfaces or addresses are not known")
    active = next((i for i in interfaces.interfaces if i.name == interfaces.active), None)
    if active is None or active.carrier is False or not active.admin_up:
        raise ProbeError(Reason.NOT_APPLICABLE, "there is no link on which hosts could be")
    own = [a for a in addressing.addresses if a.interface == active.name and a.family == 4]
    usable = sorted(own, key=lambda a: a.scope is AddressScope.LINK_LOCAL)
    if not usable or usable[0].prefix_length > 30:
        raise ProbeError(Reason.NOT_APPLICABLE, "this computer has no IPv4 address on its link")
    home = home_in(context.earlier)
    return Link(
        interface=active.name,
        mac=_mac(active),
        own_macs=frozenset(map(_mac, interfaces.interfaces)),
        own=usable[0],
        gateway=_gateway(home, active),
        wired=active.kind is InterfaceKind.ETHERNET,
    )


def _mac(active: Interface) -> str:
    return active.mac if isinstance(active.mac, str) else ""


def _gateway(home: Home | None, active: Interface) -> str:
    return home.gateway if home is not None and home.interface == active.name else ""


async def _swept(link: Link, context: Context) -> tuple[Neighbour, ...]:
    """Who answers in the subnet (in the /24 around us of a larger one)."""
    length = max(link.own.prefix_length, _LARGEST_PREFIX)
    network = ipaddress.ip_interface(f"{link.own.address}/{length}").network

    async def table() -> tuple[Swept, ...]:
        rows = await context.platform.neighbours()
        return tuple(Swept(r.address, r.mac) for r in rows if r.mac and _is_host(r, link))

    await sweep(str(network), table)
    return await _others(link, context)


async def _by_ipv6(others: Sequence[Neighbour], link: Link, context: Context) -> _ByIpv6:
    """Who answers on this link by IPv6, whatever the prefix; meanwhile others are echoed."""
    addressing = context.earlier.value(Addressing)
    if isinstance(addressing, Unmeasured):
        return _ByIpv6(neighbours=addressing, answering=addressing)
    own = tuple(
        a.address for a in addressing.addresses if a.interface == link.interface and a.family == 6
    )
    if not own:
        return _ByIpv6(neighbours=NOT_ASKED6, answering=NOT_ASKED6)
    macs = tuple(one.mac for one in others if isinstance(one.mac, str))

    async def table() -> tuple[Swept, ...]:
        rows = await context.platform.neighbours()
        return tuple(
            Swept(r.address, r.mac) for r in rows if r.mac and r.interface == link.interface
        )

    known = tuple(one.address for one in await table() if family_of(one.address) == 6)
    asked = Link6(
        interface=link.interface,
        own=tuple(_link_local_first(own)[:_MOST_OWN6]),
        known=known,
        macs=macs,
    )
    try:
        found = await sweep6(asked, table, WAKES_S)  # a phone that dozes is asked only now
    except WireError as error:
        return _ByIpv6(neighbours=unmeasured(error), answering=unmeasured(error))
    rows = {r.address: r.state for r in await context.platform.neighbours()}
    neighbours = tuple(
        Neighbour(
            address=one.address,
            mac=one.mac or Unmeasured(Reason.NO_ANSWER, "not in the neighbour table"),
            state=rows.get(one.address, NeighbourState.NONE),
        )
        for one in found
    )
    answering = tuple(one.address for one in found if one.answered)
    return _ByIpv6(neighbours=neighbours, answering=answering)


def _link_local_first(own: Sequence[str]) -> list[str]:
    """Routers are known by such addresses, and those answer only to such ones."""
    return sorted(
        own, key=lambda address: not ipaddress.ip_address(address.partition("%")[0]).is_link_local
    )


async def _others(link: Link, context: Context) -> tuple[Neighbour, ...]:
    """Everybody but the gateway in the neighbour table, surest first."""
    rows = [r for r in await context.platform.neighbours() if r.mac and _is_host(r, link)]
    return tuple(
        Neighbour(address=r.address, mac=r.mac, state=r.state)
        for r in _ranked(rows)
        if r.address != link.gateway
    )


def _is_host(row: NeighbourEntry, link: Link) -> bool:
    return (
        row.interface == link.interface
        and family_of(row.address) == 4
        and same_network(row.address, link.own.address, link.own.prefix_length)
        and row.address != link.own.address
    )


def _ranked(rows: Sequence[NeighbourEntry]) -> list[NeighbourEntry]:
    order = {"reachable": 0, "permanent": 1, "stale": 2}
    return sorted(
        rows, key=lambda r: (order.get(r.state.value, 3), ipaddress.ip_address(r.address))
    )


async def _claims(link: Link) -> set[str] | Unmeasured:
    """Other machines that answer for our own address."""
    if not link.mac:
        return Unmeasured(Reason.NOT_SUPPORTED, "the adapter's own hardware address is not known")
    try:
        return await claimants(link.interface, link.own.address, link.mac) - link.own_macs
    except (PlatformError, OSError) as error:
        reason = error.reason if isinstance(error, PlatformError) else Reason.NOT_PERMITTED
        return Unmeasured(reason, str(error))


class _Routers(msgspec.Struct, frozen=True):
    answering: tuple[str, ...]
    reaching: tuple[str, ...]


async def _routers(hosts: Sequence[Neighbour], link: Link, context: Context) -> _Routers:
    """Hosts beside the gateway that reach the internet, or answer where routers usually stand."""
    asked = hosts[:_MOST_ASKED]
    names = site_names(context.profile.targets.sites)[:1] or ("example.com",)
    forwards = await asyncio.gather(*(_resolves(h.address, names[0]) for h in asked))
    found = [h.address for h, forwarding in zip(asked, forwards, strict=True) if forwarding]
    proofs = await asyncio.gather(*(_reaches(address, names[0]) for address in found))
    return _Routers(
        (*found, *await _off_link_routers(link, context)),
        tuple(address for address, proof in zip(found, proofs, strict=True) if proof),
    )


async def _resolves(address: str, name: str) -> bool:
    """It answers for a name that it must ask the internet for: it has a way out that works."""
    try:
        answer = await query(address, name, "A", _PLAN)
    except WireError:
        return False
    return answer.rcode == "NOERROR" and bool(answer.addresses)


async def _reaches(address: str, name: str) -> bool:
    try:
        return await knows_of_nothing(address, name)
    except WireError:
        return False


async def _off_link_routers(link: Link, context: Context) -> tuple[str, ...]:
    """Only where nobody answers for the gateway that is set (or none is set)."""
    rows = await context.platform.neighbours()
    if any(r.address == link.gateway and r.mac for r in rows):
        return ()
    own = link.own
    wanted = [a for a in USUAL_ROUTERS if not same_network(a, own.address, own.prefix_length)]
    await touch(wanted, link.interface)
    rows = await context.platform.neighbours()
    found = [r for r in rows if r.interface == link.interface and r.address in wanted and r.mac]
    # A router that answers for every address (proxy ARP) proves nothing about any of them.
    return () if len(found) > 2 else tuple(r.address for r in found)
