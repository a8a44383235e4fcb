"""One direction against one speed server, within the line's and the person's means."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from itertools import pairwise
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from diagnostics.probe import Context
from diagnostics.profile import ServerPlace, SpeedServer
from diagnostics.readings.load import Confidence, Responsiveness, SpeedFigure, Where
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.delays import LONG_PATH_MS, Stretch
from diagnostics.sounding.families import in_turn, silent_families
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.sounding.speed_places import interface_counter, named_server
from diagnostics.sounding.working import Foreign, round_trips
from diagnostics.wire import throughput as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.responsiveness import ForeignProbes
from diagnostics.wire.speed_server import small
from diagnostics.wire.tcp import connect_time
from diagnostics.wire.transfer import measure

Way = Literal["down", "up"]
#: Long enough for a queue to build and some twenty echoes to pass through it.
_USUAL_S, _MOST_S = 1.25, 1.7
#: Payload that one direction may take: 20 MB a whole check on a 100/20 line.
_ALLOWANCE_BYTES = 14_200_000
#: As long as the delay on the line still climbs towards what people feel, the load goes on.
_CLIMB_S = 3.6
#: On faster lines at least this long, whatever it takes.
_SHORTEST_S = 0.6
#: A figure takes so long at most where nothing disturbs it (measured from 1 to 10 Gbit/s).
_FIGURE_S = 0.75
_DEADLINE_S = 4.0
#: TCP needs many round trips of 600 ms to reach its rate (measured: 4 s read half of it).
_LONG_DEADLINE_S = 12.0
#: Where it is not known what is sold: most that one direction may take, but for lines so fast
#: that they carry it before there is a figure.
_UNKNOWN_BYTES = 100_000_000
#: Less than this before the deadline is no figure of any line that is sold: it was stuck.
_STUCK_BYTES = 30_000
_SAMPLE_S = 0.2
#: Longer than two tries of TCP (RFC 6298: after one second); else the other kind of address.
_TAKES_S = 1.5
#: A satellite's second try (RFC 6298: after one second) is back by then.
_FAR_TAKES_S = 2.0
_SECURE = ("https", "wss")


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A server of the profile with its addresses, the likeliest to answer first.

    `up_addresses` where the upload has a host of its own.
    """

    entry: SpeedServer
    addresses: tuple[str, ...]
    up_addresses: tuple[str, ...] = ()

    def url(self, way: Way) -> str:
        own = self.entry.download_url if way == "down" else self.entry.upload_url
        return own or self.entry.url


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    figure: SpeedFigure
    stretch: Stretch
    responsiveness: Responsiveness | Unmeasured


#: What came of one transfer: figures, or one sentence why there are none.
Attempt = Moved | str


async def reachable(entries: Sequence[SpeedServer], context: Context) -> list[Server]:
    """Servers whose name has an address, by any resolver that answers."""
    asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
    resolvers = [resolver.address for resolver in asked]
    named = await asyncio.gather(*(named_server(entry, context) for entry in entries))
    known = [entry for entry in named if entry is not None]
    # A lossy line may swallow the questions of one round, and with them the whole measurement.
    return await _found(known, resolvers, context) or await _found(known, resolvers, context)


async def _found(
    known: Sequence[SpeedServer], resolvers: Sequence[str], context: Context
) -> list[Server]:
    hosts = [urlsplit(entry.download_url or entry.url).hostname or "" for entry in known]
    # an upload mostly goes to the same host
    to_hosts = [
        urlsplit(entry.upload_url).hostname or host
        for entry, host in zip(known, hosts, strict=True)
    ]
    names = tuple(dict.fromkeys((*hosts, *to_hosts)))
    found = await asyncio.gather(*(find(name, resolvers, context.platform) for name in names))
    silent = silent_families(context)
    turn = {n: in_turn(f.addresses, silent) for n, f in zip(names, found, strict=True)}
    servers = [
        Server(entry=entry, addresses=turn[host], up_addresses=turn[to] if to != host else ())
        for entry, host, to in zip(known, hosts, to_hosts, strict=True)
        if turn[host]
    ]
    return list(await asyncio.gather(*(answering(server) for server in servers)))


async def answering(server: Server) -> Server:
    """With the address in front that takes a connection, where there is a choice: what is
    measured beside the transfer goes there, too."""
    port = _port(server)
    if port is None:
        return server
    for address in server.addresses[:-1]:
        try:
            await connect_time(address, port, _TAKES_S)
        except WireError:
            server = structs.replace(server, addresses=(*server.addresses[1:], address))
        else:
            break
    return server


async def far_away(server: Server) -> bool:
    """Whether the server is as far as a satellite makes it, by the quicker of two connections."""
    port = _port(server)
    if port is None:
        return False
    both = await asyncio.gather(*(_connected_ms(server.addresses[0], port) for _ in range(2)))
    return min((ms for ms in both if ms is not None), default=0.0) > LONG_PATH_MS


async def _connected_ms(address: str, port: int) -> float | None:
    try:
        return (await connect_time(address, port, _FAR_TAKES_S)).rtt_ms
    except WireError:
        return None


def _port(server: Server) -> int | None:
    """None where the address has none that could be used: the transfer says what is wrong."""
    place = urlsplit(server.url("down"))
    try:
        return place.port or (443 if place.scheme in _SECURE else 80)
    except ValueError:
        return None


async def transfer(
    server: Server,
    way: Way,
    sold_bps: float,
    context: Context,
    *,
    long_path: bool,
    hold: wire.Hold | None = None,
) -> Attempt:
    """Fill one direction of the line; the sentence of the failure when that was not possible.

    `hold`: whether the load shall go on for delay's sake, asked when the rate is known.
    """
    entry = server.entry
    described = wire.SpeedServer(
        kind=_KINDS[entry.kind.value],
        url=entry.url,
        download_url=entry.download_url,
        upload_url=entry.upload_url,
    )
    plan = structs.replace(
        limits(sold_bps, long_path=long_path),
        hold=hold,
        addresses=(way == "up" and server.up_addresses) or server.addresses,
        command=context.platform.stream_command,
    )
    try:
        async with _probes(described, server) as probes:
            if probes is not None:
                plan = structs.replace(plan, told=probes.line_carries)
            found = await measure(way, described, plan, interface_counter(context))
    except WireError as error:
        return error.detail
    except ValueError as error:
        return str(error)
    if found.stopped_by == "deadline" and found.bytes < _STUCK_BYTES:
        return f"the {way}load got stuck after {found.bytes} bytes"
    began_s = found.started_at_s
    stretch = Stretch(since_s=began_s + found.steady_from_s, until_s=began_s + found.duration_s)
    return Moved(
        figure=_figure(found, server, way),
        stretch=stretch,
        responsiveness=round_trips(found, probes, stretch),
    )


def _probes(described: wire.SpeedServer, server: Server) -> AbstractAsyncContextManager[Foreign]:
    """Small requests beside the load; none where this kind of server has no small answer."""
    place = small(described)
    return ForeignProbes(place, server.addresses) if place else nullcontext()


_KINDS: dict[str, wire.Kind] = {
    "http": "http",
    "librespeed": "librespeed",
    "cloudflare": "cloudflare",
    "ndt7": "ndt7",
    "ookla": "ookla",
}


def limits(sold_bps: float, *, long_path: bool) -> wire.TransferPlan:
    """Of one direction; `sold_bps` 0 where it is not known, `long_path` as over a satellite."""
    return wire.TransferPlan(
        expected_bps=sold_bps,
        deadline_s=_LONG_DEADLINE_S if long_path else _DEADLINE_S,
        most_duration_s=_CLIMB_S,
        budget_bytes=_budget_bytes(sold_bps),
        budget_s=0.0 if sold_bps > 0 else _FIGURE_S,
        min_duration_s=_duration_s(sold_bps),
        shortest_s=_SHORTEST_S,
        allowance_bytes=_ALLOWANCE_BYTES,
    )


def _budget_bytes(sold_bps: float) -> int:
    """Twice the allowance as a limit; on very fast plans what a figure takes."""
    if sold_bps <= 0:
        return _UNKNOWN_BYTES
    return int(max(2 * _ALLOWANCE_BYTES, _FIGURE_S * sold_bps / 8))


def _duration_s(sold_bps: float) -> float:
    if sold_bps <= 0:
        return _USUAL_S
    return max(_SHORTEST_S, min(_MOST_S, 8 * _ALLOWANCE_BYTES / sold_bps))


def _figure(found: wire.Throughput, server: Server, way: Way) -> SpeedFigure:
    isp = server.entry.where is ServerPlace.ISP
    return SpeedFigure(
        server=server.url(way),
        where=Where.ISP if isp else Where.OUTSIDE,
        rate_bps=found.rate_bps,
        low_bps=found.low_bps,
        high_bps=found.high_bps,
        confidence=Confidence(found.confidence),
        amount_bytes=found.samples[-1].bytes if found.samples else found.bytes,
        duration_s=round(found.duration_s, 3),
        connections=found.connections,
        stopped_by=found.stopped_by,
        starved=found.starved,
        cross_traffic_bps=_others(found),
        samples_bps=_rates(found.samples),
    )


def _others(found: wire.Throughput) -> float | Unmeasured:
    if found.cross_traffic_bps is None:
        return Unmeasured(Reason.NOT_SUPPORTED, "the interface's counters are not known")
    return round(found.cross_traffic_bps)


def _rates(samples: Sequence[wire.Sample]) -> tuple[float, ...]:
    """Rate of each stretch of at least `_SAMPLE_S`, from the first byte on."""
    kept = list(samples[:1])
    for sample in samples[1:]:
        if sample.at_s - kept[-1].at_s >= _SAMPLE_S:
            kept.append(sample)
    return tuple(
        round(8 * (b.bytes - a.bytes) / (b.at_s - a.at_s))
        for a, b in pairwise(kept)
        if b.at_s > a.at_s
    )
